"""The Nano's sensors under Arduino, where this computer plays them."""

import functools

import nano_sketch
import numpy as np
import pytest
from coaching import PROGRAM as COACHING
from listening import PROGRAM as LISTENING
from nano_sensor import Sensor
from nano_sketch import BOARDS

from tinyml_helpers.applications.wearables.exercises import c_coach
from tinyml_helpers.boards import motion_sensors
from tinyml_helpers.boards.motion_sensors import MOTION_SENSORS, G
from tinyml_helpers.export import nano

PERIOD = 20  # ms from one sample of motion to the next
MOTION_RING, SOUND_RING, SOUND_BLOCK = 1024, 8192, 512


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    """A function: the library of a live program's sensor, by the program and the board."""

    @functools.cache
    def library(program, board):
        contents = nano.contents(board, program, live=True)
        return nano_sketch.sensor_library(contents, board, tmp_path_factory.mktemp("sensor"))

    return library


@pytest.fixture
def sound(libraries, tmp_path):
    return Sensor(libraries(LISTENING, "nano33ble"), tmp_path)


@pytest.fixture(params=BOARDS)
def motion(request, libraries, tmp_path):
    made = Sensor(libraries(COACHING, request.param), tmp_path)
    made.table = MOTION_SENSORS[request.param]
    return made


def test_the_microphone_is_set_as_the_header_says(sound):
    assert sound.start()
    assert (sound.name, sound.channels, sound.rate) == (b"sound", 1, 16_000)
    assert (sound.played("channels"), sound.played("rate")) == (1, 16_000)
    assert 0 <= sound.played("gain") <= 80


def test_all_sound_comes_in_order_however_it_is_read(sound):
    said = np.random.default_rng(0).integers(-(2**15), 2**15, 16_000).astype(np.int16)
    sound.hears(said)
    assert sound.start()
    heard = []
    for count in [*range(1, 320, 10), *[700] * 100]:
        sound.wait(20)
        heard.append(sound.read(count))
    np.testing.assert_array_equal(np.concatenate(heard), said)
    assert sound.lost() == 0 and len(sound.read()) == 0


def test_sound_that_finds_the_ring_full_is_counted_and_the_microphone_goes_on(sound):
    said = np.arange(30_000, dtype=np.int16)
    sound.hears(said)
    assert sound.start()
    sound.wait(1000)  # 16,000 samples, twice what the ring holds
    came = 16_000 // SOUND_BLOCK * SOUND_BLOCK
    heard = sound.read()
    assert (len(heard), sound.lost()) == (SOUND_RING, came - SOUND_RING)
    np.testing.assert_array_equal(heard, said[: len(heard)])
    sound.wait(100)
    after = sound.read()
    assert len(after) > 1600 - SOUND_BLOCK
    np.testing.assert_array_equal(after, said[came:][: len(after)])
    sound.wait(100)
    assert sound.start() and sound.lost() == 0 and len(sound.read()) == 0


def test_motion_is_the_common_frame_in_the_coachs_units(motion):
    rng = np.random.default_rng(1)
    read = np.hstack([rng.uniform(-4, 4, (80, 3)), rng.uniform(-1990, 1990, (80, 3))])
    motion.moves(read, PERIOD)
    assert motion.start()
    assert (motion.name, motion.channels, motion.rate) == (b"motion", 6, 50)
    motion.wait(PERIOD * len(read) - 1)
    made = motion.read().reshape(-1, 6)
    acceleration, rotation = motion.table.from_library(read[:, :3], read[:, 3:])
    expected = np.hstack([acceleration * c_coach.STEPS_A_G / G, rotation * c_coach.STEPS_A_RADIAN])
    assert len(made) == len(read) and expected.max() > 32_768 and expected.min() < -32_769
    np.testing.assert_allclose(made, np.clip(expected, -32_768, 32_767), rtol=0, atol=0.51)


def test_a_sample_is_the_newest_reading_each_20_ms(motion):
    read = np.zeros((400, 6))
    read[:, 2] = np.arange(400) / 256  # the z of both sensors is the frame's
    motion.moves(read, period=7)
    assert motion.start()
    motion.wait(1999)
    made = motion.read().reshape(-1, 6)[:, 2] / 16
    times = PERIOD * np.arange(100)
    assert len(made) == 100 and set(made - times // 7) <= {0, 1}


def test_motion_that_finds_the_ring_full_is_counted_and_samples_stay_whole(motion):
    read = np.zeros((1000, 6))
    read[:, 2] = np.arange(1000) / 1024
    motion.moves(read, PERIOD)
    assert motion.start()
    motion.wait(5000)
    held = MOTION_RING // 6
    lost = motion.lost()
    assert lost % 6 == 0 and 248 - held <= lost // 6 <= 251 - held
    assert len(motion.read(11)) == 6 and len(motion.read(5)) == 0
    assert len(motion.read()) == 6 * (held - 1)
    motion.wait(10 * PERIOD)
    assert len(motion.read()) == 60 and motion.lost() == lost
    assert motion.start() and motion.lost() == 0


def test_a_sensor_that_does_not_answer_is_said_and_its_samples_are_lost_ones(motion):
    motion.moves(np.zeros((1, 6)))
    motion.code.played_motion_answers(0)
    assert not motion.start() and motion.problem == b"has a sensor that doesn't answer"
    motion.code.played_motion_answers(1)
    assert motion.start()
    motion.wait(99)
    motion.code.played_motion_answers(0)
    motion.wait(100)
    assert len(motion.read()) == 6 * 5 and motion.lost() == 6 * 5


def test_units_are_the_coachs():
    assert motion_sensors.COUNTS_PER_G == c_coach.STEPS_A_G
    assert motion_sensors.COUNTS_PER_RADIAN == c_coach.STEPS_A_RADIAN
