"""A watcher that is live, compiled for this computer: what its sensor brings is what it hears.

Each end of a frame brings samples, so that the computer's messages are the clock.
"""

import itertools

import numpy as np
import patience
import pytest
import watching
from streaming import ask, same
from watching import HEALTHY, LOOK, QUICK

from tinyml_helpers import datasets, link
from tinyml_helpers.applications.machines import Application
from tinyml_helpers.applications.machines.watcher import Watcher

pytest.importorskip("pty", reason="this system has no pseudo-terminals")

from live_board import Board

PROGRAM = Application(watching.tflite(), QUICK)
SAMPLES = watching.samples()
#: What the board has learned when it has taken these.
LEARNED = (HEALTHY - 4) * LOOK


@pytest.fixture
def plugged_in(tmp_path):
    """A function that gives a board and a link to it; half a look comes with each frame's END."""
    opened = []

    def plug_in(pace=LOOK // 2, **settings):
        opened.append(Board(PROGRAM, SAMPLES, tmp_path, pace, **settings))
        opened.append(link.open(opened[0].name, PROGRAM, timeout=patience.seconds(30)))
        return opened

    yield plug_in
    for each in reversed(opened):
        each.__exit__(None, None, None)


def heard(client, count):
    made = list(itertools.islice(client.listen(patience.seconds(60)), count))
    assert len(made) == count, patience.over(60)
    return made


def test_from_power_on_it_finds_what_this_computer_finds(plugged_in):
    board, a_link = plugged_in()
    expected = Watcher(watching.tflite(), QUICK).push(SAMPLES)
    made = heard(a_link.client, len(expected))
    assert same(made, expected)
    assert {look.suspect for look in made} == {None, *watching.FAILURES.values()}
    assert (a_link.client.missed, a_link.client.lost, board.starts) == (0, 0, [0])


def test_a_gap_in_the_samples_does_not_make_it_learn_again(plugged_in):
    room = 3 * LOOK
    board, a_link = plugged_in(ring=room, burst=(LEARNED, room + LOOK))
    made = []
    while a_link.client.lost == 0:
        made += heard(a_link.client, 1)
    start = board.starts[1]
    here = Watcher(watching.tflite(), QUICK)
    expected = here.push(SAMPLES[: start - a_link.client.lost])
    here.resume()
    expected += here.push(SAMPLES[start:])
    assert same(made + heard(a_link.client, len(expected) - len(made)), expected)
    assert all(look.watching for look in expected[HEALTHY:])
    assert [look.number for look in expected] == list(range(len(expected)))
    assert {look.suspect for look in expected} > {"imbalance", "misalignment", "sensor"}


def test_recording_does_not_make_it_learn_again(plugged_in, tmp_path):
    board, a_link = plugged_in(pace=240)  # a message fetches no more than 510
    made = heard(a_link.client, HEALTHY)
    recording = link.record("vibration", 2, a_link)
    _, begun, ended = board.starts
    np.testing.assert_array_equal(recording.samples[:, 0], SAMPLES[begun:][:3200])
    here = Watcher(watching.tflite(), QUICK)
    expected = here.push(SAMPLES[:begun])
    here.resume()
    expected += here.push(SAMPLES[ended:])
    assert same(made + heard(a_link.client, len(expected) - len(made)), expected)
    assert all(look.watching for look in expected[HEALTHY:])
    read = datasets.vibration_csv(recording.save(tmp_path / "vibration.csv"), rate=1600)
    assert (len(read.samples), read.sensor) == (3200, "z")
    gain, _ = np.polyfit(recording.samples[:, 0], read.samples, 1)
    alike = np.corrcoef(recording.samples[:, 0], read.samples)[0, 1]
    assert alike > 0.95 and 0.8 < gain < 1  # what it is without the noise up to 800 Hz


def test_a_speed_is_taken_and_what_was_learned_stays(plugged_in):
    board, a_link = plugged_in()
    made = heard(a_link.client, 1)
    assert a_link.client.is_live()
    a_link.client.set_speed(31.25)
    assert board.starts == [0]
    expected = Watcher(watching.tflite(), QUICK).push(SAMPLES)
    made += heard(a_link.client, len(expected) - 1)
    assert not same(made, expected)
    bands = [look.bands for look in made]  # these know nothing of the speed
    np.testing.assert_array_equal(bands, [look.bands for look in expected])
    assert [look.score for look in made] == [look.score for look in expected]
    here = Watcher(watching.tflite(), QUICK)
    here.set_speed(31.25)
    assert same(made[-10:], here.push(SAMPLES)[-10:])


def test_started_anew_it_learns_afresh_with_the_settings_it_is_given(plugged_in):
    board, a_link = plugged_in()
    heard(a_link.client, 2)
    settings = QUICK._replace(shaft_hz=25.0)
    a_link.client.reset(settings)
    expected = Watcher(watching.tflite(), settings).push(SAMPLES[board.starts[-1] :])
    assert same(heard(a_link.client, len(expected)), expected)


def test_a_client_starts_it_anew_with_the_settings_of_its_export(plugged_in):
    board, a_link = plugged_in()
    assert a_link.client.settings == QUICK
    a_link.client.reset()
    expected = Watcher(watching.tflite(), QUICK).push(SAMPLES[board.starts[-1] :])
    assert same(heard(a_link.client, len(expected)), expected)


def test_settings_of_another_rate_are_refused_and_the_old_ones_stay(plugged_in):
    board, a_link = plugged_in()
    for rate in (3200, 12_000):
        refused = pytest.raises(link.BoardError, match=r"another rate than .*give .*rate=1600$")
        with refused:
            a_link.client.reset(QUICK._replace(rate=rate))
    start = board.starts[-1]
    expected = Watcher(watching.tflite(), QUICK).push(SAMPLES[start:])
    assert same(heard(a_link.client, len(expected)), expected)


def test_a_sensor_that_does_not_answer_is_told_whatever_is_asked(plugged_in):
    _, a_link = plugged_in(ring=0)
    for ask_it in (lambda: heard(a_link.client, 1), lambda: a_link.client.set_speed(20)):
        with pytest.raises(link.BoardError, match=r"doesn't answer: switch the board off and on"):
            ask_it()


def test_speeds_that_make_no_sense_are_refused(plugged_in):
    _, a_link = plugged_in()
    for payload in (b"", bytes(5), bytes(4)):
        with pytest.raises(link.BoardError, match=r"another number of bytes|out of range"):
            ask(a_link, 14, payload)
    heard(a_link.client, 1)
