"""Live sketches for the Nano on one that this computer plays: its own sensors, a computer that asks
in between, and recordings."""

import coaching
import nano_sketch
import numpy as np
import patience
import pytest
import tones
from nano_sketch import Played
from streaming import same

from tinyml_helpers import datasets, link
from tinyml_helpers.applications import keywords
from tinyml_helpers.applications.keywords.spotter import Spotter
from tinyml_helpers.applications.wearables import exercises
from tinyml_helpers.applications.wearables.exercises import c_coach
from tinyml_helpers.applications.wearables.exercises.coach import Coach
from tinyml_helpers.boards.motion_sensors import MOTION_SENSORS, G
from tinyml_helpers.datasets.sounds.wav_folder import read_wav
from tinyml_helpers.export import nano

pytest.importorskip("pty", reason="this system has no pseudo-terminals")

HEARS = keywords.Application(tones.tflite())
HEARS.live_settings = tones.QUICK
FEELS = exercises.Application(coaching.tflite())
FEELS.live_settings = coaching.QUICK

SOUND = tones.stream()[: 3 * 16_000]  # one word is heard in it, more than a second before its end
MOTION = coaching.samples()[: 6 * coaching.HOP]
REV2 = "nano33ble_rev2"
BLOCK_MS = 16  # 256 samples of the microphone come at once


@pytest.fixture(scope="module")
def hears(tmp_path_factory):
    """The path of a played sketch with live keywords."""
    contents = nano.contents("nano33ble", HEARS, live=True)
    return nano_sketch.for_this_computer(contents, "nano33ble", tmp_path_factory.mktemp("hears"))


@pytest.fixture(scope="module")
def feels(tmp_path_factory):
    """The path of a played sketch with live exercises."""
    contents = nano.contents(REV2, FEELS, live=True)
    return nano_sketch.for_this_computer(contents, REV2, tmp_path_factory.mktemp("feels"))


def from_library(samples):
    """Bytes of what Arduino's library reads each 10 ms, for these samples each 20 ms."""
    table, zero = MOTION_SENSORS[REV2], np.zeros((3, 3))
    acceleration, _ = table.from_library(np.eye(3), zero)
    _, rotation = table.from_library(zero, np.eye(3))
    read = np.hstack(
        [
            samples[:, :3] * (G / c_coach.STEPS_A_G) @ np.linalg.inv(acceleration),
            samples[:, 3:] / c_coach.STEPS_A_RADIAN @ np.linalg.inv(rotation),
        ]
    )
    return np.repeat(read, 2, axis=0).astype(np.float32).tobytes()


def fetched(a_link, count):
    """The next hops, so many, while the computer asks for other things, too."""
    made, model = [], a_link.info().input_bytes
    for hop in a_link.client.listen(patience.seconds(60)):
        made.append(hop)
        if len(made) == count:
            return made
        if len(made) % 5 == 0:
            a_link.ping()
        if len(made) % 9 == 0:
            a_link._board.ask(3, bytes(model), seconds=patience.seconds(30))
    raise AssertionError(patience.over(60))


def opened(board, program):
    return link.open(board.name, program, timeout=patience.seconds(30))


def test_live_keywords_are_this_computers_and_the_light_is_on_for_a_second(hears):
    expected = Spotter(tones.tflite(), tones.QUICK).push(SOUND)
    with (
        Played(hears, most=17, sensor=SOUND.tobytes()) as board,
        opened(board, HEARS) as a_link,
    ):
        assert same(fetched(a_link, len(expected)), expected)
        assert (a_link.client.missed, a_link.client.lost) == (0, 0)
    lights = [line.split()[1::2] for line in board.log if line.startswith("light")]
    assert [int(on) for on, _ in lights] == [0, 1, 0]
    _, on, off = (int(at) for _, at in lights)
    (heard,) = [hop for hop in expected if hop.detected is not None]
    end = (512 + 320 * heard.number) / 16
    assert end <= on <= end + 2 * BLOCK_MS and abs(off - on - 1000) <= 2 * BLOCK_MS
    assert 17 < max(int(line.split()[1]) for line in board.log if line.startswith("writes")) < 64


def test_live_exercises_are_this_computers(feels):
    expected = Coach(coaching.tflite(), coaching.QUICK).push(MOTION)
    assert expected[-1].exercise is not None
    with (
        Played(feels, sensor=from_library(MOTION)) as board,
        opened(board, FEELS) as a_link,
    ):
        assert same(fetched(a_link, len(expected)), expected)
        assert (a_link.client.missed, a_link.client.lost) == (0, 0)
    assert any(line.startswith("light 1 ") for line in board.log)


def test_recorded_sound_is_the_microphones_and_the_program_goes_on(hears, tmp_path):
    said = np.arange(4 * 16_000).astype(np.int16)  # each stretch of it is another
    with Played(hears, sensor=said.tobytes()) as board, opened(board, HEARS) as a_link:
        made = link.record("sound", 0.9, a_link)
        hops = fetched(a_link, 3)
    assert (made.samples.shape, made.rate_hz, made.lost) == ((14_400, 1), 16_000, 0)
    assert (made.sensor, made.board) == ("sound", "nano33ble")
    start = int(made.samples[0, 0])
    np.testing.assert_array_equal(made.samples[:, 0], said[start : start + 14_400])
    assert [hop.number for hop in hops] == [0, 1, 2]  # afresh
    np.testing.assert_array_equal(read_wav(made.save(tmp_path / "said.wav")), made.samples[:, 0])


def test_recorded_motion_is_the_sensors_in_si_units(feels, tmp_path):
    with Played(feels, sensor=from_library(MOTION)) as board:
        made = link.record("motion", 1.5, board.name)
    assert (made.samples.shape, made.rate_hz, made.lost) == ((75, 6), 50, 0)
    starts = [
        start
        for start in range(len(MOTION) - 75)
        if (MOTION[start : start + 75] == made.samples).all()
    ]
    assert len(starts) == 1
    read = datasets.motion_csv(made.save(tmp_path / "moved.csv"))
    scale = np.repeat([G / c_coach.STEPS_A_G, 1 / c_coach.STEPS_A_RADIAN], 3)
    found = np.hstack([read.acceleration, read.rotation])
    np.testing.assert_allclose(found, made.samples * scale, atol=1e-6)
    assert read.rate == pytest.approx(50)
