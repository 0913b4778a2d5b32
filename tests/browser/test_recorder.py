"""The recorder in a real browser: a fake microphone is recorded, kept, refused, missing."""

import itertools
import wave

import jupyter_lab
import numpy as np
import places
import pytest
from wav_writer import write_wav

pytestmark = jupyter_lab.needs_chromium

FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
DENIED = ("--use-fake-device-for-media-stream", "--deny-permission-prompts")
ELSEWHERE = "workbook.test"
CELL = """
from tinyml_helpers.panels import recorder
recorder.Recorder(["yes", "no"], "../recorded", speaker="ada", takes=2)
"""


# Before the microphone is open.
STOP_AT_ONCE = """() => {
    const buttons = [...document.querySelectorAll(".tiny button")];
    for (const name of ["● Record", "Stop"])
        buttons.find(one => one.textContent.includes(name)).click();
}"""


def said():
    """What the fake microphone plays again and again: half a second of noise, then silence."""
    noise = np.random.default_rng(4).normal(size=16_000)
    noise = np.convolve(noise, np.hanning(8), "same")  # most of it far below 8 kHz
    noise[8_000:] = 0
    return (12_000 * noise / np.abs(noise).max()).astype(np.int16)


def read_wav(path):
    with wave.open(str(path)) as file:
        form = file.getframerate(), file.getnchannels(), file.getsampwidth(), file.getnframes()
        assert form == (16_000, 1, 2, 16_000)
        return np.frombuffer(file.readframes(16_000), "<i2").astype(float)


def likeness(clip, source):
    """The correlation of the clip's most alike eighth with the source, which repeats every second.

    On a busy computer the browser leaves gaps in the sound of a fake microphone; between them it is
    what was played.
    """
    twice = np.tile(source, 2).astype(float)
    loudness = np.sqrt(np.convolve(twice**2, np.ones(2_000), "valid")) + 1
    return max(
        np.max(np.correlate(twice, eighth) / loudness) / (np.linalg.norm(eighth) + 1)
        for eighth in clip.reshape(8, 2_000)
    )


@pytest.fixture(scope="module")
def lab(lab_server):
    """A JupyterLab with the notebook "recorder"; (address, folder)."""
    jupyter_lab.write_notebook(lab_server[1], "recorder", CELL)
    return lab_server


def opened(lab, flags=(), host=None):
    address, folder = lab
    if host:
        flags = (*flags, f"--host-resolver-rules=MAP {host} 127.0.0.1")
        address = address.replace("127.0.0.1", host)
    return jupyter_lab.opened(address, folder, "recorder", flags)


def panel_of(page):
    jupyter_lab.run(page, "recorder.Recorder(")
    panel = page.locator(".tiny")
    panel.wait_for()
    return panel


def test_a_word_is_recorded_kept_played_and_removed(lab, tmp_path):
    microphone = write_wav(tmp_path / "said.wav", said())
    flags = (*FAKE, f"--use-file-for-fake-audio-capture={microphone}")
    kept = lab[1] / "recorded" / "no"
    with opened(lab, flags) as page:
        panel = panel_of(page)
        # All with the keyboard, whose keys must not reach the notebook: "d d" deletes a cell.
        panel.get_by_role("radio").first.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.type("ddb")
        assert page.locator(".jp-CodeCell").count() == 1
        panel.get_by_role("button", name="Record", exact=False).first.focus()
        page.keyboard.press("Enter")
        for call in ("3", "2", "1", "Say “no”"):
            panel.get_by_text(call, exact=True).wait_for()
        panel.get_by_text("Listen to it").wait_for()
        assert panel.get_by_role("meter").get_attribute("aria-valuenow") != "-60"
        assert not kept.exists()
        page.keyboard.press("Enter")
        panel.get_by_text("Kept as ada_nohash_0.wav").wait_for()
        assert likeness(read_wav(kept / "ada_nohash_0.wav"), said()) > 0.95

        panel.get_by_role("button", name="2 in a row").click()
        panel.get_by_text("2 recordings of “no” kept").wait_for()
        assert panel.locator(".tiny-word").all_inner_texts() == ["yes 0", "no 3"]
        for number in range(3):
            assert likeness(read_wav(kept / f"ada_nohash_{number}.wav"), said()) > 0.95
        panel.get_by_role("button", name="Play recording 1").click()
        panel.get_by_role("button", name="Remove recording 2").click()
        panel.get_by_text("ada_nohash_1.wav is removed").wait_for()
        assert [path.name[-5] for path in sorted(kept.iterdir())] == ["0", "2"]

        page.evaluate(STOP_AT_ONCE)
        panel.get_by_text("Stopped.").wait_for()
        panel.get_by_role("button", name="● Record", exact=True).click()
        panel.get_by_role("button", name="Stop").click()
        panel.get_by_text("Stopped.").wait_for()


#: What the browser or the operating system answers -> what the panel says.
REFUSALS = {
    "NotFoundError": "No microphone was found",
    "NotReadableError": "close whatever else uses it",
    "NotAllowedError": "left of the page's address",
    "TypeError": "The microphone can't be opened (TypeError: none).",
}

# What the browser does when it fails, since a test can't unplug a microphone.
KEEP = """() => {
    window.really = [navigator.mediaDevices.getUserMedia, AudioContext.prototype.resume];
}"""
REFUSE = """name => {
    const refusal = new DOMException("none", name);
    navigator.mediaDevices.getUserMedia = () => Promise.reject(refusal);
}"""
SUSPEND = """() => {
    navigator.mediaDevices.getUserMedia = window.really[0];
    AudioContext.prototype.resume = function () { this.suspend(); };
}"""
RESTORE = "() => { AudioContext.prototype.resume = window.really[1]; }"


def test_each_trouble_is_said_in_a_sentence(lab, tmp_path):
    silence = write_wav(tmp_path / "silence.wav", np.zeros(16_000, "<i2"))
    flags = (*FAKE, f"--use-file-for-fake-audio-capture={silence}")
    with opened(lab, flags) as page:
        panel = panel_of(page)
        record = panel.get_by_role("button", name="● Record", exact=True)
        page.evaluate(KEEP)
        for name, sentence in REFUSALS.items():
            page.evaluate(REFUSE, name)
            record.click()
            panel.get_by_text(sentence).wait_for()
        page.evaluate(SUSPEND)
        record.click()
        panel.get_by_text("is open but sends nothing").wait_for()
        page.evaluate(RESTORE)

        record.click()
        panel.get_by_text("There is no sound at all in it").wait_for()
        panel.get_by_role("button", name="Again").click()
        panel.get_by_text("3", exact=True).wait_for()
        page.get_by_role("menuitem", name="Kernel", exact=True).click()
        page.locator("li.lm-Menu-item[data-command='kernelmenu:shutdown']").click()
        panel.get_by_text("Python doesn't answer").wait_for()


def test_a_denied_microphone(lab):
    with opened(lab, DENIED) as page:
        panel = panel_of(page)
        panel.get_by_role("button", name="● Record", exact=True).click()
        panel.get_by_text("The browser was not allowed to use the microphone").wait_for()


def test_where_the_page_is_not_secure_files_are_uploaded(lab, tmp_path):
    stereo = np.stack(2 * [np.roll(said(), 3_000)], axis=1)
    good = write_wav(tmp_path / "good.wav", stereo)
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"not sound")
    with opened(lab, host=ELSEWHERE) as page:
        panel = panel_of(page)
        panel.get_by_text(f"only to secure pages, and http://{ELSEWHERE}").wait_for()
        assert panel.get_by_role("button", name="● Record", exact=True).is_disabled()
        panel.get_by_label("Upload WAV files").set_input_files([good, bad])
        panel.get_by_text("bad.wav: the file can't be read as a sound").wait_for()
        assert panel.locator(".tiny-word").all_inner_texts()[0] == "yes 1"
    assert likeness(read_wav(lab[1] / "recorded" / "yes" / "ada_nohash_0.wav"), said()) > 0.99


#: Worst error of the resampler in the browser, a sine compared with itself, by its frequency.
RESAMPLE = """
([source, rate, hertz]) => {
    const resampler = new Function(source + "; return new Resampler(" + rate + ", 16000)")();
    const sine = (i, rate) => Math.sin(2 * Math.PI * hertz * i / rate);
    const made = [];
    for (let start = 0; start < rate; start += 1024) {
        const block = Float32Array.from({length: 1024}, (_, i) => sine(start + i, rate));
        made.push(...resampler.push(block));
    }
    const wrong = made.map((x, i) => Math.abs(x - sine(i, 16000))).slice(200);
    return [made.length, Math.max(...wrong), Math.max(...made.slice(200))];
}
"""


def test_sound_of_any_rate_becomes_16_khz():
    from playwright.sync_api import sync_playwright

    panels = places.ROOT / "tinyml_helpers" / "panels"
    source = (panels / "microphone.js").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=jupyter_lab.CHROMIUM, args=jupyter_lab.FLAGS
        )
        page = browser.new_page()
        for rate, hertz in itertools.product((16_000, 44_100, 48_000, 96_000), (100, 6_000)):
            count, error, _ = page.evaluate(RESAMPLE, [source, rate, hertz])
            assert abs(count - 16_000 * -(-rate // 1024) * 1024 / rate) < 60
            assert error < 0.003, (rate, hertz)
        # What 16 kHz can't hold must not come back as another tone.
        for rate in (44_100, 48_000, 96_000):
            assert page.evaluate(RESAMPLE, [source, rate, 10_000])[2] < 0.01
        browser.close()
