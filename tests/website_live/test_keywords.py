"""The page about keywords hears what Python's spotter hears, hop for hop."""

import base64
import re

import jupyter_lab
import live_pages
import numpy as np
import pytest
import tones
from wav_writer import write_wav

from tinyml_helpers.applications.keywords import spotter, trained
from tinyml_helpers.datasets.sounds import speech

SCRIPTS = (
    *live_pages.SCRIPTS,
    *("keywords_data.js", "model_keyword_real_stateful.js", "spotter.js"),
)
FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")

#: The hops of sounds, each heard afresh and in pieces of its own length; of each a kw_hop's bytes.
HEAR = """
async (sounds) => {
  const spotter = await Spotter.open();
  return sounds.map(([sound, length]) => {
    const samples = new Int16Array(bytesOfBase64(sound).buffer), hops = [];
    spotter.reset();
    for (let start = 0; start < samples.length; start += length)
      hops.push(...spotter.push(samples.subarray(start, start + length)));
    return hops.map(({ bytes }) => [...bytes]);
  });
}
"""

#: Keeps what a page's spotter is given, and what it makes of it.
KEEP = """() => {
  const push = Spotter.prototype.push;
  globalThis.given = [];
  globalThis.made = [];
  Spotter.prototype.push = function (samples) {
    const hops = push.call(this, samples);
    given.push([...samples]);
    made.push(...hops.map(({ bytes }) => [...bytes]));
    return hops;
  };
}"""


class Raw(spotter.Spotter):
    """A spotter whose hops are the bytes of a kw_hop."""

    hop_of = staticmethod(lambda record: list(record.tobytes()))


@pytest.fixture(scope="module")
def example(live):
    """The page's own example: int16 [n]."""
    text = (live / "keywords_data.js").read_text(encoding="utf-8")
    return np.frombuffer(base64.b64decode(re.search(r'"sound": "([^"]*)"', text)[1]), "<i2")


def sounds(example):
    """(sound, samples at a time)."""
    loud = np.random.default_rng(0).integers(-32768, 32768, 16000).astype(np.int16)
    return [(example, 1600), (example, len(example)), (tones.stream(), 333), (loud, 7)]


def asked(example):
    return [[live_pages.encoded(sound.tobytes()), length] for sound, length in sounds(example)]


def expected(sound):
    return Raw(trained.committed("real_stateful")).push(sound)


def words(sound):
    """What Python's spotter reports: [(word, seconds)]."""
    hops = spotter.Spotter(trained.committed("real_stateful")).push(sound)
    heard = (hop for hop in hops if hop.detected is not None)
    return [(speech.CLASSES[hop.detected], round(hop.seconds, 2)) for hop in heard]


def told(page):
    text = page.locator(".tiny-heard").inner_text()
    return [(word, float(seconds)) for word, seconds in re.findall(r"(\w+) at ([\d.]+) s", text)]


@live_pages.needs_node
def test_in_node_every_hop_has_the_same_bytes(live, example):
    answers = live_pages.ask_node(live, SCRIPTS, HEAR, asked(example))
    for (sound, _), hops in zip(sounds(example), answers, strict=True):
        assert hops == expected(sound)


@jupyter_lab.needs_chromium
def test_in_chromium_every_hop_has_the_same_bytes_and_the_example_is_shown(live, example):
    with live_pages.opened(live, "keywords.html") as page:
        answers = page.evaluate(HEAR, asked(example))
        page.locator("#example:enabled").click()
        page.get_by_text("Heard: ").wait_for()
        assert told(page) == words(example)
        page.locator(".tiny-flash").get_by_text("yes", exact=True).wait_for(state="attached")
        colours = page.locator("canvas").evaluate(live_pages.COLOURS, [0.05, 0.95, 0.05, 0.55])
        assert colours > 100
        assert page.get_by_text("This browser: load").is_visible()
    for (sound, _), hops in zip(sounds(example), answers, strict=True):
        assert hops == expected(sound)


def test_the_example_has_four_keywords_and_a_word_that_is_none(example):
    assert [word for word, _ in words(example)] == ["yes", "stop", "left", "go"]


@jupyter_lab.needs_chromium
def test_what_the_microphone_hears_python_would_have_heard_alike(live, example, tmp_path):
    said = write_wav(tmp_path / "said.wav", example)
    flags = (*FAKE, f"--use-file-for-fake-audio-capture={said}")
    with live_pages.opened(live, "keywords.html", flags=flags) as page:
        page.evaluate(KEEP)
        page.get_by_role("button", name="Listen").click()
        page.get_by_text("Listening: ").wait_for()
        page.wait_for_function("() => document.querySelector('.tiny-heard').innerText.length > 40")
        page.keyboard.press("Escape")
        page.get_by_text("microphone off").wait_for()
        given, made = page.evaluate("() => [given.flat(), made]")
        heard = told(page)
    samples = np.array(given, np.int16)
    assert len(heard) > 1 and made == expected(samples)
    assert heard == words(samples)[-6:]


@jupyter_lab.needs_chromium
def test_without_a_microphone_the_page_says_what_to_do(live):
    denied = (FAKE[0], "--deny-permission-prompts")
    with live_pages.opened(live, "keywords.html", flags=denied) as page:
        page.get_by_role("button", name="Listen").click()
        page.get_by_text("was not allowed to use the microphone").wait_for()
        page.locator("#example:enabled").click()
        page.get_by_text("Heard: ").wait_for()


def test_the_page_says_of_its_model_what_is_so(live):
    page = " ".join((live / "keywords.html").read_text(encoding="utf-8").split())
    assert f"{len(trained.committed('real_stateful')):,} bytes" in page
    assert f"{len(trained.speakers('real_stateful'))} people" in page
