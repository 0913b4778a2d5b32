"""The page about a motor's life: its vibration is the simulator's, its watcher is Python's."""

import base64
import re

import jupyter_lab
import live_pages
import numpy as np
import pytest

from tinyml_helpers.applications.machines import c_watcher, offline, trained
from tinyml_helpers.applications.machines.watcher import Look, Watcher
from tinyml_helpers.datasets.machines import simulated
from tinyml_helpers.signals import vibration
from website import page_data

SIMULATOR = (
    *live_pages.SCRIPTS,
    *("machines_data.js", "random.js", "fourier.js", "machine_simulator.js"),
)
SCRIPTS = (*SIMULATOR, "model_faults.js", "watcher.js")

FAULTS = (None, *page_data.BEFALLS)
LOOKS, LEVEL = 12, 8.0  # of each kind, and decibels

_TEXT = """
  const text = (array) => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    let letters = "";
    for (const one of bytes) letters += String.fromCharCode(one);
    return btoa(letters);
  };
"""

#: Looks at a machine: of each [samples, Hz of the shaft].
SIMULATE = (
    """async (asked) => {"""
    + _TEXT
    + """
  return asked.map(([place, fault, decibels, load, seed]) => {
    const simulator = new MachineSimulator(MACHINES.machines[place]);
    const { samples, shaftHz } = simulator.look(fault, decibels, load, seed);
    return [text(samples), shaftHz];
  });
}"""
)

#: Lets a machine's watcher see sounds at speeds; of each look the bytes.
WATCH = (
    """async ([place, given]) => {"""
    + _TEXT
    + """
  const watcher = await Watcher.open();
  watcher.reset(MACHINES.machines[place].settings);
  return given.flatMap(([samples, shaftHz]) =>
    watcher.push(new Int16Array(bytesOfBase64(samples).buffer), shaftHz)
      .map(({ bytes }) => text(bytes)));
}"""
)

#: Keeps what a page's watcher is given, and what it makes of it.
KEEP = (
    "() => {"
    + _TEXT
    + """
  const push = Watcher.prototype.push;
  globalThis.given = [];
  globalThis.made = [];
  Watcher.prototype.push = function (samples, shaftHz) {
    const looks = push.call(this, samples, shaftHz);
    given.push([text(samples), shaftHz]);
    made.push(...looks.map(({ bytes }) => text(bytes)));
    return looks;
  };
}"""
)


class Raw(Watcher):
    """A watcher whose looks are the bytes of an mc_look."""

    hop_of = staticmethod(lambda record: record.tobytes())


def number(place):
    return simulated.TEST_MACHINES + page_data.MACHINES[place]


def expected(place, given):
    """Bytes of the looks that Python's watcher makes of sounds, a list."""
    watcher = Raw(trained.committed(), page_data.watched(number(place)))
    made = []
    for samples, shaft_hz in given:
        watcher.set_speed(round(1000 * shaft_hz) / 1000)
        made += watcher.push(np.frombuffer(base64.b64decode(samples), "<i2"))
    return made


def decoded(looks):
    return [base64.b64decode(look) for look in looks]


@live_pages.needs_node
def test_in_node_every_look_has_the_same_bytes(live):
    """Of a machine that the workbook's own simulator makes vibrate, in pieces of any length."""
    one = simulated.machine(number(1))
    kinds = [None] * 70 + ["outer"] * 6 + ["imbalance"] * 4
    given = []
    for place, kind in enumerate(kinds):
        fault = kind and simulated.Fault(kind, 6.0)
        made = simulated.recording(one, 16_384 / 12_000, fault, 0.5, [5, place])
        given.append([live_pages.encoded(made.samples.astype("<i2").tobytes()), made.shaft_hz])
    short, rest = np.split(np.frombuffer(base64.b64decode(given[0][0]), "<i2"), [777])
    hz = given[0][1]
    given[:1] = [[live_pages.encoded(part.tobytes()), hz] for part in (short, rest)]
    made = decoded(live_pages.ask_node(live, SCRIPTS, WATCH, [1, given]))
    assert made == expected(1, given)
    assert len(made) == 80 and len(set(made)) == 80


@jupyter_lab.needs_chromium
def test_in_chromium_a_life_ends_as_python_would_have_told_it(live):
    with live_pages.opened(live, "machines.html") as page:
        page.locator("#play:enabled").wait_for()
        page.evaluate(KEEP)
        page.get_by_label("What befalls it").select_option("outer")
        page.get_by_role("button", name="To the end").click()
        page.locator("#says").get_by_text("It was the outer race").wait_for()
        verdict = page.locator("#says").inner_text()
        events = page.locator("#events li").all_inner_texts()
        label = page.locator("#chart").get_attribute("aria-label")
        assert page.locator("#chart").evaluate(live_pages.COLOURS, [0.1, 0.95, 0.1, 0.8]) > 10
        assert page.locator("#wave").evaluate(live_pages.COLOURS, [0.1, 0.9, 0.1, 0.9]) > 3
        given, made = page.evaluate("() => [given, made]")
    looks = expected(0, given)
    assert decoded(made) == looks
    seen = [Look.of(np.frombuffer(look, c_watcher.LOOK)[0]) for look in looks]
    life = simulated.life(number(0), "outer", 28, 112, seed=1)
    days = [-1] * 80 + list(life.days)
    first = next(i for i, look in enumerate(seen) if look.alarms)
    assert not any(look.watching for look in seen[:80]) and all(look.watching for look in seen[80:])
    assert f"from day {life.onset:.1f} on." in verdict and "suspects the outer race now." in verdict
    assert f"The watcher rang on day {days[first]:.1f}, {28 - days[first]:.1f} days" in verdict
    assert first > 80 and days[first] > life.onset
    assert events[0].startswith("Day 0: ") and events[1].startswith(f"Day {days[first]:.1f}: ")
    assert f"{sum(bool(look.alarms) for look in seen)} looks with an alarm" in label


@jupyter_lab.needs_chromium
def test_it_plays_pauses_and_begins_again(live):
    with live_pages.opened(live, "machines.html") as page:
        page.locator("#play:enabled").click()
        page.get_by_text("Days -2 to 0: the watcher learns").wait_for()
        page.wait_for_function("() => / day -1\\.[0-8]/.test(chart.ariaLabel)")
        page.get_by_role("button", name="Pause").click()
        before = page.locator("#chart").get_attribute("aria-label")
        page.wait_for_timeout(400)
        assert page.locator("#chart").get_attribute("aria-label") == before
        page.get_by_role("button", name="Go on").click()
        page.wait_for_function("(before) => chart.ariaLabel !== before", arg=before)
        page.get_by_label("Motor").select_option("2")
        page.get_by_text("Choose, and press Play.").wait_for()
        assert page.get_by_role("button", name="Play its life").is_visible()
        page.get_by_label("What befalls it").select_option("null")
        page.get_by_role("button", name="To the end").click()
        page.get_by_text("Four weeks, and nothing was wrong with it.").first.wait_for()


@pytest.fixture(scope="module")
def simulated_here(live):
    """Looks that the page simulates: (place, fault) to 12 pairs of samples and Hz of the shaft."""
    cases = [(place, fault) for place in range(len(page_data.MACHINES)) for fault in FAULTS]
    asked = [[*case, LEVEL, 0.5, seed] for case in cases for seed in range(LOOKS)]
    answers = live_pages.ask_node(live, SIMULATOR, SIMULATE, asked)
    sounds = [(np.frombuffer(base64.b64decode(text), "<i2"), hz) for text, hz in answers]
    return {case: sounds[i * LOOKS :][:LOOKS] for i, case in enumerate(cases)}


def frames(sounds):
    return [vibration.look(samples, 12_000, hz) for samples, hz in sounds]


@live_pages.needs_node
@pytest.mark.parametrize("place", range(len(page_data.MACHINES)))
@pytest.mark.parametrize("fault", [None, "imbalance", "misalignment"])
def test_the_vibration_is_as_the_workbook_simulates_it(simulated_here, place, fault):
    """Bands of many looks have the same means: the two draw other numbers of the same kinds."""
    one, wrong = simulated.machine(number(place)), fault and simulated.Fault(fault, LEVEL)
    seconds = 16_384 / 12_000
    made = [simulated.recording(one, seconds, wrong, 0.5, [7, seed]) for seed in range(LOOKS)]
    here = np.array([one.bands[0] for one in frames((one.samples, one.shaft_hz) for one in made)])
    there = np.array([one.bands[0] for one in frames(simulated_here[place, fault])])
    for samples, hz in simulated_here[place, fault]:
        assert len(samples) == 16_384 and abs(hz / (0.99 * one.shaft_hz) - 1) < 0.008
    spread = np.sqrt((there.var(axis=0) + here.var(axis=0)) / LOOKS)
    off = np.abs(there.mean(axis=0) - here.mean(axis=0))
    assert (off < 2.5 + 5 * spread).all() and off.mean() < 2  # 6 codes are a factor of 2 in power


@live_pages.needs_node
@pytest.mark.parametrize("place", range(len(page_data.MACHINES)))
@pytest.mark.parametrize("fault", ["inner", "outer", "ball"])
def test_the_fault_model_knows_the_simulated_parts(simulated_here, place, fault):
    """As it knows the workbook's; a fault of a machine here has another place than there."""
    settings = page_data.watched(number(place))
    orders = np.concatenate([one.orders for one in frames(simulated_here[place, fault])])
    scores = offline.scores(trained.committed(), offline.inputs(orders, settings))
    assert c_watcher.CLASSES[scores.astype(int).sum(axis=0).argmax()] == fault
    loud = [np.std(samples) for samples, _ in simulated_here[place, fault]]
    healthy = [np.std(samples) for samples, _ in simulated_here[place, None]]
    added = np.mean(np.square(loud)) - np.mean(np.square(healthy))
    own = (simulated.machine(number(place)).g * 2**15 / 16) ** 2 * 10 ** (LEVEL / 10)
    assert 0.8 < added / own < 1.25


@live_pages.needs_node
def test_fourier_transforms_are_numpy_s(live):
    function = """async (signal) => {
      const fourier = new Fourier(signal.length), { re, im } = fourier.forward(signal);
      return [[...re], [...im], [...fourier.inverse(re, im)]];
    }"""
    for length in (2, 8, 256):
        signal = np.random.default_rng(length).normal(size=length)
        re, im, again = live_pages.ask_node(live, SIMULATOR, function, signal.tolist())
        np.testing.assert_allclose(np.array(re) + 1j * np.array(im), np.fft.rfft(signal), atol=1e-9)
        np.testing.assert_allclose(again, signal, atol=1e-12)


@live_pages.needs_node
def test_random_numbers_have_the_moments_that_they_should(live):
    function = """async (count) => {
      const random = new Random(3, 1), draw = (make) => Array.from({ length: count }, make);
      return [draw(() => random.uniform(-1, 3)), draw(() => random.normal(1, 2)),
        draw(() => random.exponential()), draw(() => random.poisson(2.5)),
        Array.from({ length: 100 }, (_, i) => new Random(3, i).uniform()),
        [new Random(3, 1).uniform(-1, 3)]];
    }"""
    drawn = live_pages.ask_node(live, SIMULATOR, function, 20_000)
    uniform, normal, exponential, poisson, first, again = map(np.array, drawn)
    assert again[0] == uniform[0] and uniform.min() >= -1 and uniform.max() < 3
    means = [x.mean() for x in (uniform, normal, exponential, poisson, first)]
    np.testing.assert_allclose(means, [1, 1, 1, 2.5, 0.5], atol=0.09)
    deviations = [x.std() for x in (uniform, normal, exponential, poisson, first)]
    np.testing.assert_allclose(deviations, [4 / 12**0.5, 2, 1, 2.5**0.5, 12**-0.5], rtol=0.1)
    assert np.abs(np.corrcoef(uniform[:-1], uniform[1:])[0, 1]) < 0.03
    assert len(set(first)) == 100


def test_the_page_says_what_is_so(live):
    page = " ".join((live / "machines.html").read_text(encoding="utf-8").split())
    settings = page_data.watched(number(0))
    assert f"{len(trained.committed()):,} bytes" in page
    assert f"from {settings.learn + settings.settle} looks" in page and settings.persist == 3
    assert f"{vibration.look_samples(settings.rate) / settings.rate:.2f} seconds" in page
    for name in re.findall(r'src="(\w+)\.js"', page):
        assert (live / f"{name}.js").is_file()
