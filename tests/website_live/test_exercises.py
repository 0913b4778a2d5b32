"""The page that one waves a phone at coaches as Python's coach does, hop for hop."""

import base64
import json
import re

import jupyter_lab
import live_pages
import numpy as np
import pytest

from tinyml_helpers.applications.wearables.exercises import coach, trained
from website import exercise_data

SCRIPTS = (
    *live_pages.SCRIPTS,
    *("exercises_data.js", "model_any_way.js", "coach.js"),
)

#: The hops of motions, each seen afresh and in pieces of its own length; of each an ex_hop's bytes.
SEE = """
async (motions) => {
  const coach = await Coach.open();
  return motions.map(([settings, samples, length]) => {
    const counts = new Int16Array(bytesOfBase64(samples).buffer), hops = [];
    coach.reset(settings);
    for (let start = 0; start < counts.length; start += 6 * length)
      hops.push(...coach.push(counts.subarray(start, start + 6 * length)));
    return hops.map(({ bytes }) => [...bytes]);
  });
}
"""

#: Keeps what a page's coach is given, and what it makes of it.
KEEP = """() => {
  const push = Coach.prototype.push;
  [globalThis.given, globalThis.made] = [[], []];
  Coach.prototype.push = function (samples) {
    const hops = push.call(this, samples);
    given.push(...samples);
    made.push(...hops.map(({ bytes }) => [...bytes]));
    return hops;
  };
}"""

#: Moves a phone: rows of seconds, three of m/s² and three of °/s. Its orientation is told first:
#: flat on its back.
MOVE = """(rows) => {
  dispatchEvent(new DeviceOrientationEvent("deviceorientation", { alpha: 0, beta: 0, gamma: 0 }));
  for (const [seconds, x, y, z, alpha, beta, gamma] of rows) {
    const event = new DeviceMotionEvent("devicemotion", {
      accelerationIncludingGravity: { x, y, z },
      rotationRate: { alpha, beta, gamma },
    });
    Object.defineProperty(event, "timeStamp", { value: 1000 * seconds });
    dispatchEvent(event);
  }
}"""


class Raw(coach.Coach):
    """A coach whose hops are the bytes of an ex_hop."""

    hop_of = staticmethod(lambda record: list(record.tobytes()))


def expected(samples, settings):
    return Raw(trained.committed("any_way"), settings).push(samples)


@pytest.fixture(scope="module")
def session(live):
    """The page's own session: int16 [n, 6]."""
    text = (live / "exercises_data.js").read_text(encoding="utf-8")
    packed = json.loads(re.search(r"= (\{.*\});", text)[1])["session"]["samples"]
    return np.frombuffer(base64.b64decode(packed), "<i2").reshape(-1, 6)


def motions(session):
    """(settings, samples, samples at a time)."""
    loud = np.random.default_rng(0).integers(-32768, 32768, (700, 6)).astype(np.int16)
    watch, palm = coach.Settings.of(arm=exercise_data.ARM), exercise_data.in_the_palm
    return [
        (watch, session, 25),
        (watch, session, len(session)),
        (palm("left"), session[2000:4000], 1),
        (palm("right"), session[2000:4000], 333),
        (palm("right"), loud, 7),
    ]


def asked(session):
    return [
        [live_pages.encoded(settings.pack()), live_pages.encoded(samples.tobytes()), length]
        for settings, samples, length in motions(session)
    ]


def check(answers, session):
    for (settings, samples, _), hops in zip(motions(session), answers, strict=True):
        assert len(hops) == len(samples) // 25 and hops == expected(samples, settings)


@live_pages.needs_node
def test_in_node_every_hop_has_the_same_bytes(live, session):
    check(live_pages.ask_node(live, SCRIPTS, SEE, asked(session)), session)


@jupyter_lab.needs_chromium
def test_in_chromium_every_hop_has_the_same_bytes_and_the_session_is_played(live, session):
    watch = coach.Settings.of(arm=exercise_data.ARM)
    with live_pages.opened(live, "exercises.html") as page:
        check(page.evaluate(SEE, asked(session)), session)
        page.locator("#play:enabled").wait_for()
        page.evaluate(KEEP)
        page.locator("#skip").click()
        page.get_by_text("The session is over.").wait_for()
        given, made = page.evaluate("() => [given, made]")
        lines = page.locator("#events li").all_inner_texts()
        count = int(page.locator("#count").inner_text())
        colours = page.locator("#rotation").evaluate(live_pages.COLOURS, [0.1, 0.9, 0.1, 0.9])
        assert "nothing yet" not in page.locator("#bars").get_attribute("aria-label")
    played = session[: len(session) // 25 * 25]
    assert given == played.ravel().tolist() and made == expected(played, watch)
    assert lines == listed(played, watch) and colours > 20
    assert count == coach.Coach(trained.committed("any_way"), watch).push(played)[-1].repetitions


def listed(samples, settings):
    """What the page should list: each series with its count."""
    lines, latest = [], {}
    for hop in coach.Coach(trained.committed("any_way"), settings).push(samples):
        name, many = hop.exercise, hop.repetitions
        if name is None or not many:
            continue
        if name not in latest or many < latest[name][1]:
            latest[name] = [len(lines), many]
            lines.append("")
        latest[name][1] = many
        lines[latest[name][0]] = f"{name.capitalize()}: {many}"
    return lines


def test_the_session_is_of_a_simulated_arm_and_named_and_counted_right_all_the_way(session):
    watch, played = coach.Settings.of(arm=exercise_data.ARM), exercise_data.session()
    assert np.array_equal(played.samples, session) and played.arm == exercise_data.ARM
    assert [one.source for one in played.series] == [
        f"simulated 0 left {name}" for name in exercise_data.DONE
    ]
    hops = coach.Coach(trained.committed("any_way"), watch).push(session)
    for one in played.series:  # the model sees two seconds
        inside = [hop for hop in hops if one.start + 100 <= 25 * (hop.number + 1) <= one.end]
        assert {hop.exercise for hop in inside} == {one.exercise}
    lines = [line.split(": ") for line in listed(session, watch)]
    assert [name.lower() for name, _ in lines] == list(exercise_data.DONE)
    assert all(18 <= int(count) <= 21 for _, count in lines)  # twenty were done


def in_hand(samples, sign, rate=60):
    """A left wrist's motion as a phone in its palm tells it: rows of MOVE."""
    times = np.arange(0, (len(samples) - 1) / 50, 1 / rate)
    clock = np.arange(len(samples)) / 50
    wrist = np.array([np.interp(times, clock, column) for column in samples.T]).T
    (x, y, z), (p, q, r) = wrist[:, :3].T * 9.80665 / 4096, wrist[:, 3:].T / 1024
    turned = np.rad2deg([q, p, -r])  # wrist (x, y, z) is the phone's (y, x, -z)
    return np.array([times, sign * y, sign * x, -sign * z, *turned]).T


@jupyter_lab.needs_chromium
@pytest.mark.parametrize("sign", [1, -1])
def test_a_phone_of_either_sign_is_coached_and_python_says_the_same(live, session, sign):
    # Resting on its back for a moment, it learns which sign accelerations have.
    rest = np.tile(np.array([[0, 0, 0, 9.80665 * sign, 0, 0, 0]]), (60, 1))
    rest[:, 0] = np.arange(60) / 60 - 1
    moved = in_hand(session[200:2000], sign)
    with live_pages.opened(live, "exercises.html") as page:
        page.evaluate(KEEP)
        page.locator("#on:enabled").click()
        page.get_by_role("button", name="Stop").wait_for()
        page.evaluate(MOVE, np.concatenate([rest, moved]).tolist())
        assert "Pendulum: " in page.locator("#events").inner_text()
        assert page.locator("#truth").inner_text() == "60 samples a second"
        page.get_by_role("button", name="Stop").click()
        page.evaluate(MOVE, moved.tolist())  # nobody listens any more
        page.get_by_text("The sensors are off.").wait_for()
        given, made = page.evaluate("() => [given, made]")
    given = np.array(given, np.int16).reshape(-1, 6)
    assert made == expected(given, exercise_data.in_the_palm("left"))
    assert given[10, 2] == 4096  # 1 g along z while it rests, whatever sign the phone has
    assert 36.5 < len(given) / 50 < 37.1


@jupyter_lab.needs_chromium
def test_without_sensors_or_leave_the_page_says_what_to_do(live):
    with live_pages.opened(live, "exercises.html") as page:
        page.locator("#on:enabled").click()
        page.get_by_text("No motion sensor answers yet: play the simulated arm").wait_for()
        page.get_by_role("button", name="Stop").click()
        page.evaluate("() => { DeviceMotionEvent.requestPermission = async () => 'denied'; }")
        page.locator("#on:enabled").click()
        page.get_by_text("was not allowed to use the motion sensors").wait_for()
        page.locator("#play").click()
        page.get_by_text("It names pendulum.").wait_for()


def test_the_page_says_of_its_model_what_is_so(live):
    page = " ".join((live / "exercises.html").read_text(encoding="utf-8").split())
    assert f"{len(trained.committed('any_way')):,} bytes" in page
    assert f"named from {coach.Settings().threshold / 256:.0%} on" in page
