"""Live sketches for the Nano, where this computer plays the board and its sensors."""

import time

import coaching
import looking
import nano_sketch
import numpy as np
import patience
import pytest
import spots
import tones
from listening import PROGRAM as LISTENING
from nano_sketch import BOARDS, Played
from streaming import same

from tinyml_helpers import link
from tinyml_helpers.applications.faces import Application
from tinyml_helpers.applications.faces.unlock import Unlock
from tinyml_helpers.applications.keywords.spotter import Settings, Spotter
from tinyml_helpers.applications.wearables.exercises import c_coach
from tinyml_helpers.applications.wearables.exercises.coach import Coach
from tinyml_helpers.boards.motion_sensors import MOTION_SENSORS
from tinyml_helpers.export import nano

pytest.importorskip("pty", reason="this system has no pseudo-terminals")


def hops(a_link, count, meanwhile=lambda number: None):
    """The first hops of a live program; none is missed, and no sample is lost."""
    made = []
    for hop in a_link.client.listen(patience.seconds(60)):
        made.append(hop)
        meanwhile(len(made))
        if len(made) == count:
            break
    assert a_link.client.missed == a_link.client.lost == 0
    return made


@pytest.fixture(scope="module")
def hearing(tmp_path_factory):
    contents = nano.contents("nano33ble", LISTENING, live=True)
    folder = tmp_path_factory.mktemp("hearing")
    return nano_sketch.for_this_computer(contents, "nano33ble", folder)


SOUND = tones.stream()[: 3 * 16_000]
HEARD = Spotter(tones.tflite(), Settings()).push(SOUND)


def test_a_live_sketch_hears_what_this_computer_hears(hearing):
    with (
        Played(hearing, sensor=SOUND.tobytes()) as board,
        link.open(board.name, LISTENING) as a_link,
    ):
        assert same(hops(a_link, len(HEARD)), HEARD)
    said = [hop.number for hop in HEARD if hop.detected]
    lights = [line for line in board.log if line.startswith("light")]
    assert said and lights[0].startswith("light 0") and lights[1].startswith("light 1")
    since = int(lights[1].split()[-1]) - 20 * said[0]
    assert 0 <= since < 200  # the library gives 32 ms at once


def test_half_a_message_and_then_silence_do_not_stop_a_live_sketch(hearing):
    """A second of silence: more than the sensor's ring holds."""
    broken = {30: b"\xc0\x07\x01", 90: b"\xc0\x03" + b"x" * 100}
    with (
        Played(hearing, sensor=SOUND.tobytes()) as board,
        link.open(board.name, LISTENING) as a_link,
    ):

        def breaks_off(number):
            if number in broken:
                a_link._port.write(broken[number])
                time.sleep(1.1)

        assert same(hops(a_link, 140, breaks_off), HEARD[:140])


def test_what_a_live_sketch_records_is_the_microphones(hearing):
    said = np.arange(3 * 16_000).astype(np.int16)  # each stretch of it is another
    with Played(hearing, sensor=said.tobytes()) as board:
        made = link.record("sound", 0.6, board.name)
    assert (made.board, made.rate_hz, made.lost) == ("nano33ble", 16_000, 0)
    start = int(made.samples[0, 0])
    np.testing.assert_array_equal(made.samples[:, 0], said[start : start + 9600])


def from_library(samples, board):
    """What the library reads where the samples are those of the common frame: float32 [n, 6]."""
    sensor = MOTION_SENSORS[board]
    read = np.empty((len(samples), 6))
    units = np.eye(3)
    for i in range(3):
        acceleration, rotation = sensor.from_library(units[[i]], units[[i]])
        axis = np.argmax(np.abs(acceleration[0]))
        per_g = acceleration[0, axis] / 9.80665 * c_coach.STEPS_A_G
        per_degree = rotation[0, axis] * c_coach.STEPS_A_RADIAN
        read[:, i] = samples[:, axis] / per_g
        read[:, 3 + i] = samples[:, 3 + axis] / per_degree
    return read.astype(np.float32)


@pytest.fixture(scope="module", params=BOARDS)
def coach(request, tmp_path_factory):
    """A board, and a live program for it that coaches."""
    contents = nano.contents(request.param, coaching.PROGRAM, live=True)
    folder = tmp_path_factory.mktemp("coach")
    return request.param, nano_sketch.for_this_computer(contents, request.param, folder)


def test_a_live_sketch_finds_the_exercises_that_this_computer_finds(coach):
    (board, program), samples = coach, coaching.samples()[: 25 * 8]
    expected = Coach(coaching.tflite()).push(samples)
    readings = np.repeat(from_library(samples, board), 2, axis=0)  # one each 10 ms
    with (
        Played(program, sensor=readings.tobytes()) as played,
        link.open(played.name, coaching.PROGRAM) as a_link,
    ):
        assert same(hops(a_link, len(expected)), expected)
    assert any(hop.exercise for hop in expected)


def test_a_recording_is_what_the_sensor_measures(coach):
    board, program = coach
    samples = coaching.samples()[: 25 * 8]
    readings = np.repeat(from_library(samples, board), 2, axis=0)
    with Played(program, sensor=readings.tobytes()) as played:
        recording = link.record("motion", 2, played.name)
    assert (recording.board, recording.rate_hz, len(recording.samples)) == (board, 50, 100)
    starts = np.flatnonzero((samples == recording.samples[0]).all(1))
    assert any((samples[start:][:100] == recording.samples).all() for start in starts)


SIDE = looking.SMALL[0]  # of a frame


def pictures(frames):
    """Frames as a camera gives them, 176 by 144 pixels in YUV 4:2:2; bytes."""
    made = np.full((len(frames), 144, 176, 2), 128, np.uint8)
    rows, columns = np.arange(144) * SIDE // 144, np.arange(144) * SIDE // 144
    made[:, :, 16:160, 0] = np.stack(frames)[:, rows[:, None], columns]
    return made.tobytes()


def seen_by_camera(picture):
    """A frame of 32 by 32 pixels, of the middle of a picture: means of what lies under each."""
    middle = np.frombuffer(picture, np.uint8).reshape(144, 176, 2)[:, 16:160, 0].astype(int)
    edges = [(place * 144 // SIDE, -(-(place + 1) * 144 // SIDE)) for place in range(SIDE)]
    rows = [[middle[a:b, c:d] for c, d in edges] for a, b in edges]
    return np.array([[cell.sum() // cell.size for cell in row] for row in rows], np.uint8)


@pytest.fixture(scope="module")
def looking_board(tmp_path_factory):
    contents = nano.contents("nano33ble", looking.SMALL_PROGRAM, live=True)
    folder = tmp_path_factory.mktemp("looking")
    return nano_sketch.for_this_computer(contents, "nano33ble", folder)


def test_a_live_sketch_sees_in_its_cameras_picture_what_this_computer_sees(looking_board):
    picture = pictures([spots.frame((1, 2), size=looking.SMALL)])
    frame = seen_by_camera(picture)
    here = Unlock(spots.detector(*looking.SMALL), spots.verifier())
    with (
        Played(looking_board, sensor=picture) as board,
        link.open(board.name, looking.SMALL_PROGRAM) as a_link,
    ):
        first = look_when_there_is_a_frame(a_link.client)
        assert first.faces and looking.seen(first) == looking.seen(here.look(frame))
        for _ in range(5):
            ours, its = here.enrol(frame), a_link.client.enrol()
            assert looking.seen(its) == looking.seen(ours)
        assert looking.seen(a_link.client.look()) == looking.seen(here.look(frame))
        assert a_link.client.look().unlocked
        with pytest.raises(
            link.BoardError, match="its own camera: it is a live program: call look"
        ):
            a_link.client.look(frame)
        a_link.client.forget()
        here.forget()
        again = look_when_there_is_a_frame(a_link.client)  # at no frame that was wiped
        assert looking.seen(again) == looking.seen(here.look(frame))


def look_when_there_is_a_frame(client):
    deadline = time.monotonic() + patience.seconds(60)
    while True:
        try:
            return client.look()
        except link.BoardError as error:
            assert "has no frame of its camera yet" in str(error)
            assert time.monotonic() < deadline


def test_the_light_is_on_for_a_second_after_a_face(tmp_path):
    program = Application(spots.detector(*looking.SMALL))
    made = nano_sketch.for_this_computer(
        nano.contents("nano33ble", program, live=True), "nano33ble", tmp_path
    )
    dark, face = np.zeros(looking.SMALL, np.uint8), spots.frame((1, 2), size=looking.SMALL)
    lights, deadline = [], time.monotonic() + patience.seconds(60)
    with (
        Played(made, sensor=pictures([dark, face, dark])) as board,
        link.open(board.name, program) as a_link,
    ):
        while len(lights) < 3 and time.monotonic() < deadline:
            a_link.ping()
            lights = board.lights()
    assert [light for light, _ in lights] == [0, 1, 0]
    assert 900 < lights[2][1] - lights[1][1] < 1200
