"""Recording a board's own sensor: the samples it measured, or a sentence and what came of them."""

import re

import coaching
import listening
import numpy as np
import patience
import pytest
from ports_made_up import NANO, usb_port
from serial.tools import list_ports
from streaming import same

from tinyml_helpers import datasets, firmware, link
from tinyml_helpers.applications.wearables.exercises import c_coach, coach
from tinyml_helpers.datasets.sounds.wav_folder import read_wav
from tinyml_helpers.link import recording

pytest.importorskip("pty", reason="this system has no pseudo-terminals")

from live_board import CHANNELS, RATES, Board

STREAMS = {"sound": listening.STREAM, "motion": coaching.STREAM}


@pytest.fixture(params=STREAMS)
def stream(request):
    return STREAMS[request.param]


@pytest.fixture
def plugged_in(stream, tmp_path):
    """A function that gives a board; some samples come with each frame's END."""
    opened = []

    def plug_in(**settings):
        sensor = stream.program.sensor
        pace = -(-RATES[sensor] // 160) * CHANNELS[sensor]
        samples = np.random.default_rng(1).integers(-(2**15), 2**15, stream.samples.shape)
        opened.append(Board(stream.program, samples.astype(np.int16), tmp_path, pace, **settings))
        opened[-1].samples = samples.astype(np.int16)
        return opened[-1]

    yield plug_in
    for each in opened:
        each.__exit__(None, None, None)


def made_of(samples, sensor="motion"):
    return link.Recording(samples, RATES[sensor], sensor, "nano33ble")


def test_the_messages_are_those_of_the_firmware():
    text = (firmware.FOLDER / "live.h").read_text(encoding="utf-8")
    numbers = {name: int(value) for name, value in re.findall(r"\b([A-Z_]+) = (\d+)", text)}
    names = {"RECORD", "RECORDED", "LIVE_VALUES"}
    assert numbers == {name: getattr(recording, name) for name in names}


def test_a_recording_is_what_the_sensor_measured_and_the_program_goes_on(stream, plugged_in):
    board, sensor = plugged_in(), stream.program.sensor
    with link.open(board.name, stream.program, timeout=patience.seconds(30)) as a_link:
        made = link.record(sensor, 0.4, a_link)
        first, start, again = board.starts
        assert first == 0 < start < again
        start //= CHANNELS[sensor]
        count = round(0.4 * RATES[sensor])
        expected = board.samples[start:][:count].reshape(count, -1)
        np.testing.assert_array_equal(made.samples, expected)
        assert made.samples.dtype == np.int16
        assert (made.rate_hz, made.sensor, made.board) == (RATES[sensor], sensor, "nano33ble")
        assert (made.lost, made.seconds) == (0, 0.4)
        here = stream.here(stream.program.model, stream.program.protocol.settings())
        expected, hops = here.push(board.samples[again // CHANNELS[sensor] :]), []
        for hop in a_link.client.listen(patience.seconds(60)):
            hops.append(hop)
            if len(hops) >= len(expected) and same(hops[-len(expected) :], expected):
                break
        else:
            pytest.fail(patience.over(60))


def test_answers_that_are_lost_lose_no_samples(stream, plugged_in, monkeypatch):
    board, sensor = plugged_in(), stream.program.sensor
    with link.open(board.name, stream.program) as a_link:
        ask = a_link.ask

        def twice(kind, payload, lengths):
            answer = ask(kind, payload, lengths)
            if kind == recording.RECORDED:
                assert ask(kind, payload, lengths) == answer
            return answer

        monkeypatch.setattr(a_link, "ask", twice)
        made = link.record(sensor, 0.4, a_link)
        start = board.starts[1] // CHANNELS[sensor]
        expected = board.samples[start:][: len(made.samples)]
        np.testing.assert_array_equal(made.samples, expected.reshape(made.samples.shape))


def test_the_one_board_that_is_plugged_in_is_found(stream, plugged_in, monkeypatch):
    ports = []
    monkeypatch.setattr(list_ports, "comports", lambda: ports)
    with pytest.raises(link.PortError, match=r"no board is plugged in .* plug one in"):
        link.record("sound", 1)
    board = plugged_in()
    ports.append(usb_port(board.name, NANO))
    made = link.record(stream.program.sensor, 0.1)
    assert made.seconds == 0.1
    ports.append(usb_port("COM9", NANO))
    with pytest.raises(ValueError, match=r"several boards .*COM9.* say which, board="):
        link.record("sound", 1)


def test_samples_that_are_lost_end_it_and_what_came_is_kept(stream, plugged_in):
    sensor = stream.program.sensor
    at = RATES[sensor] * CHANNELS[sensor] // 2
    board = plugged_in(ring=at // 2, burst=(at, at))
    message = r"of 1 seconds came, and are in this error's `partial`: samples were lost"
    with pytest.raises(link.Incomplete, match=message) as stopped:
        link.record(sensor, 1, board.name)
    partial, start = stopped.value.partial, board.starts[1] // CHANNELS[sensor]
    assert 0 < partial.seconds < 1 and partial.lost > 0
    expected = board.samples[start:][: len(partial.samples)]
    np.testing.assert_array_equal(partial.samples, expected.reshape(partial.samples.shape))
    assert "\n" not in str(stopped.value)


def test_pulled_midway_it_ends_in_a_sentence_and_what_came_is_kept(
    stream, plugged_in, tmp_path, monkeypatch
):
    board, sensor = plugged_in(), stream.program.sensor
    with link.open(board.name, stream.program) as a_link:
        ask, asked = a_link.ask, []

        def pulled(kind, payload, lengths):
            asked.append(kind)
            if len(asked) == 6:
                board.unplug()
            return ask(kind, payload, lengths)

        monkeypatch.setattr(a_link, "ask", pulled)
        with pytest.raises(
            link.Incomplete, match=r"0\.\d of 1 seconds came.* broke off: plug"
        ) as e:
            link.record(sensor, 1, a_link)
    partial, start = e.value.partial, board.starts[1] // CHANNELS[sensor]
    expected = board.samples[start:][: len(partial.samples)]
    np.testing.assert_array_equal(partial.samples, expected.reshape(partial.samples.shape))
    assert 0 < partial.seconds < 1
    path = partial.save(tmp_path / f"partial{'.wav' if sensor == 'sound' else '.csv'}")
    assert path.is_file()


def test_another_sensor_and_nonsense_are_refused(stream, plugged_in):
    sensor = stream.program.sensor
    other = {"sound": "motion", "motion": "sound"}[sensor]
    board = plugged_in()
    with pytest.raises(ValueError, match=f"measures {sensor}, not {other}$"):
        link.record(other, 1, board.name)
    with pytest.raises(ValueError, match="no sensor 'light': choose one of sound, motion"):
        link.record("light", 1, board.name)
    for seconds in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="give more than 0"):
            link.record(sensor, seconds, board.name)


def test_a_sensor_that_does_not_answer_is_told(stream, plugged_in):
    with pytest.raises(link.BoardError, match=r"the recorder has a sensor that doesn't answer$"):
        link.record(stream.program.sensor, 1, plugged_in(ring=0).name)


def test_a_sensor_that_falls_silent_is_told(stream, plugged_in, monkeypatch):
    monkeypatch.setattr(recording, "_SILENCE", 0)
    board = plugged_in()
    with pytest.raises(link.Incomplete, match=r"no samples any more: switch .* off and on"):
        link.record(stream.program.sensor, 1000, board.name)


def test_a_program_that_is_not_live_says_what_to_flash(stream):
    _, a_link = stream.line()
    with pytest.raises(link.BoardError, match=r"only a live program records.* live=True"):
        link.record(stream.program.sensor, 1, a_link)
    a_link.ping()


def test_sound_is_kept_as_the_keywords_lesson_reads_it(tmp_path):
    samples = np.random.default_rng(0).integers(-(2**15), 2**15, (16_000, 1)).astype(np.int16)
    path = made_of(samples, "sound").save(tmp_path / "marvin" / "me_nohash_0.wav")
    np.testing.assert_array_equal(read_wav(path), samples[:, 0])
    clips = datasets.recordings(tmp_path, ("marvin",))
    np.testing.assert_array_equal(clips.audio, samples.T)


def test_motion_is_kept_as_the_wearables_lesson_reads_it(tmp_path):
    samples = np.random.default_rng(0).integers(-(2**15), 2**15, (200, 6)).astype(np.int16)
    samples[:, :3] = samples[:, :3] // 64 + [0, 0, 4096]
    made = made_of(samples)
    path = made.save(tmp_path / "motion.csv")
    for motion in (datasets.motion_csv(path, place="left"), made.motion()):
        np.testing.assert_array_equal(coach.samples(motion), samples)
        assert (motion.place, round(motion.rate, 6)) == ("left", 50)
    assert made.motion(person="ada").person == "ada"


def test_counts_of_motion_are_the_coachs():
    assert recording.COUNTS_PER_G == c_coach.STEPS_A_G
    assert recording.COUNTS_PER_RADIAN == c_coach.STEPS_A_RADIAN


def test_a_file_is_never_written_over_and_never_half(tmp_path, monkeypatch):
    made = made_of(np.ones((4, 6), np.int16))
    path = made.save(tmp_path / "a.csv")
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"is there already: choose another name"):
        made_of(np.zeros((4, 6), np.int16)).save(path)
    assert path.read_bytes() == before
    with pytest.raises(ValueError, match=r"is to hold motion: give it the ending \.csv"):
        made.save(tmp_path / "a.wav")
    with pytest.raises(ValueError, match="has no samples: record again"):
        made_of(np.zeros((0, 6), np.int16)).save(tmp_path / "b.csv")
    with pytest.raises(ValueError, match="recording of sound: only motion"):
        made_of(np.zeros((4, 1), np.int16), "sound").motion()
    assert [found.name for found in tmp_path.iterdir()] == ["a.csv"]
