"""A live watcher as a sketch for the Nano, where this computer plays the board and its BMI270."""

import time

import nano_sketch
import patience
import pytest
import watching
from nano_sketch import Played
from streaming import same
from watching import LOOK, QUICK

from tinyml_helpers import link
from tinyml_helpers.applications.machines import Application
from tinyml_helpers.applications.machines.watcher import Watcher
from tinyml_helpers.export import nano

pytest.importorskip("pty", reason="this system has no pseudo-terminals")

BOARD = "nano33ble_rev2"
PROGRAM = Application(watching.tflite(), QUICK)
SAMPLES = watching.samples()
HASTE = 40  # a look takes 1.28 s, and there are many


@pytest.fixture(scope="module")
def watcher(tmp_path_factory):
    contents = nano.contents(BOARD, PROGRAM, live=True)
    return nano_sketch.for_this_computer(contents, BOARD, tmp_path_factory.mktemp("watcher"))


def looks(a_link, count):
    """The next looks, so many."""
    made = []
    for look in a_link.client.listen(patience.seconds(120)):
        made.append(look)
        if len(made) == count:
            break
    return made


def test_a_live_sketch_finds_what_this_computer_finds_and_lights_its_light(watcher):
    with (
        Played(watcher, sensor=SAMPLES.tobytes(), haste=HASTE) as board,
        link.open(board.name, PROGRAM) as a_link,
    ):
        (start,) = board.flushes()
        expected = Watcher(watching.tflite(), QUICK).push(SAMPLES[start:])
        made = looks(a_link, len(expected))
        assert (a_link.client.missed, a_link.client.lost, board.flushes()) == (0, 0, [start])
        lights = board.lights()
    assert same(made, expected)
    assert {look.suspect for look in made} == {None, *watching.FAILURES.values()}
    first = next(look.number for look in made if look.alarms)
    on = next(at for light, at in lights if light)
    assert 0 <= on - 1280 * (first + 1) - start / 1.6 < 100


def test_it_learns_afresh_when_the_computer_says_so(watcher):
    with (
        Played(watcher, sensor=SAMPLES.tobytes(), haste=HASTE) as board,
        link.open(board.name, PROGRAM) as a_link,
    ):
        looks(a_link, 2)
        a_link.client.reset(QUICK._replace(average=2))
        start = board.flushes()[-1]
        here = Watcher(watching.tflite(), QUICK._replace(average=2))
        expected = here.push(SAMPLES[start:])
        assert same(looks(a_link, len(expected)), expected)


def test_another_chip_is_said_in_one_message(watcher):
    with (
        Played(watcher, sensor=SAMPLES.tobytes(), chip_id=0x43) as board,
        link.open(board.name, PROGRAM) as a_link,
    ):
        said = r"the watcher has another sensor than the BMI270 it was written for: export for the"
        with pytest.raises(link.BoardError, match=said):
            looks(a_link, 1)
        a_link.ping()


def test_a_sensor_that_was_silent_is_set_up_again_and_what_was_learned_stays(watcher):
    from_ms, to_ms = 110_000, 115_000  # no more than a second goes by between two questions
    before = from_ms * 1600 // 1000 // LOOK
    with (
        Played(watcher, sensor=SAMPLES.tobytes(), haste=HASTE, silence=(from_ms, to_ms)) as board,
        link.open(board.name, PROGRAM) as a_link,
    ):
        start, made = board.flushes()[0], []
        said, deadline = None, time.monotonic() + patience.seconds(120)
        while len(made) < before + 20 and time.monotonic() < deadline:
            try:
                made += looks(a_link, 1)
            except link.BoardError as error:
                said = str(error)
        lost, again = a_link.client.lost, board.flushes()[-1]
    here = Watcher(watching.tflite(), QUICK)
    expected = here.push(SAMPLES[start:][: before * LOOK + 100])
    here.resume()
    expected += here.push(SAMPLES[again:])
    assert same(made, expected[: before + 20])
    assert all(look.watching for look in made[before:])
    assert lost >= 5 * 1600 * 0.9 and "has a sensor that doesn't answer" in said


def test_what_it_records_is_the_accelerometers(watcher):
    with Played(watcher, sensor=SAMPLES.tobytes()) as board:
        made = link.record("vibration", 0.5, board.name)
        starts = board.flushes()
    assert (made.board, made.rate_hz, made.lost) == (BOARD, 1600, 0)
    assert any((SAMPLES[at:][:800] == made.samples[:, 0]).all() for at in starts)


def test_samples_are_taken_while_the_program_is_asked_other_things(watcher):
    with (
        Played(watcher, sensor=SAMPLES.tobytes(), haste=HASTE) as board,
        link.open(board.name, PROGRAM) as a_link,
    ):
        (start,) = board.flushes()
        expected = Watcher(watching.tflite(), QUICK).push(SAMPLES[start:])
        made, deadline = [], time.monotonic() + patience.seconds(120)
        while len(made) < 20 and time.monotonic() < deadline:
            a_link.invoke(watching.representative()[:1].astype("int8"))
            a_link.ping()
            made += looks(a_link, 1)
        assert same(made, expected[:20])
