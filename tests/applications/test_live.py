"""Live programs, compiled for this computer: what the board's own sensor brings is what they hear.

Each end of a frame brings samples, so that the computer's messages are the clock.
"""

import itertools
import time

import coaching
import listening
import numpy as np
import patience
import pytest
import tones
from streaming import ask, same

from tinyml_helpers import link, micro, model_file
from tinyml_helpers.applications.stream import StreamApplication
from tinyml_helpers.firmware import protocol

pytest.importorskip("pty", reason="this system has no pseudo-terminals")

from live_board import CHANNELS, RATES, Board

STREAMS = {"sound": listening.STREAM, "motion": coaching.STREAM}
#: Of more hops than a board keeps, and settings under which now and then something happens.
LONG = {"sound": tones.stream(), "motion": coaching.samples()}
SELDOM = {"sound": tones.QUICK, "motion": coaching.QUICK}
KEPT = 64
#: Values that the first hop has more than the others.
OVERLAP = {"sound": 512 - 320, "motion": 0}


def detections(hops):
    return [hop.number for hop in hops if hop.detected is not None]


def counted(hops):
    """Hops that name an exercise which the one before didn't, or count on."""
    pairs = itertools.pairwise([hops[0]._replace(exercise=None), *hops])
    return [
        hop.number
        for before, hop in pairs
        if hop.exercise
        and (hop.exercise != before.exercise or hop.repetitions > before.repetitions)
    ]


HAPPENED = {"sound": detections, "motion": counted}


@pytest.fixture(params=STREAMS)
def stream(request):
    return STREAMS[request.param]


def values(stream, hops=1):
    """How many values so many hops have."""
    return hops * stream.size * CHANNELS[stream.program.sensor]


@pytest.fixture
def plugged_in(stream, tmp_path):
    """A function that gives a board and a link to it; half a hop comes with each frame's END."""
    opened = []

    def plug_in(samples=stream.samples, **settings):
        pace = values(stream) // 2
        board = Board(stream.program, samples, tmp_path, pace, **settings)
        opened.append(board)
        a_link = link.open(board.name, stream.program, timeout=patience.seconds(30))
        opened.append(a_link)
        return board, a_link

    yield plug_in
    for each in reversed(opened):
        each.__exit__(None, None, None)


def heard(client, count):
    """The next hops of a live program, so many."""
    made = list(itertools.islice(client.listen(patience.seconds(60)), count))
    assert len(made) == count, patience.over(60)
    return made


def on_this_computer(stream, settings, start=0, end=None):
    channels = CHANNELS[stream.program.sensor]
    end = end if end is None else end // channels
    return stream.here(stream.program.model, settings).push(stream.samples[start // channels : end])


def test_from_power_on_every_hop_equals_this_computers_whatever_else_is_asked(stream, plugged_in):
    board, a_link = plugged_in()
    expected = on_this_computer(stream, stream.program.protocol.settings())
    made, x = [], bytes(a_link.info().input_bytes)
    for count in itertools.cycle((1, 4, 2, 7)):
        made += heard(a_link.client, min(count, len(expected) - len(made)))
        if len(made) == len(expected):
            break
        a_link.ping()
        a_link.info()
        a_link._board.ask(3, x, seconds=patience.seconds(30))  # an inference in between
    assert same(made, expected)
    assert (a_link.client.missed, a_link.client.lost, board.starts) == (0, 0, [0])


def test_started_anew_it_takes_other_settings_and_samples_from_then_on(stream, plugged_in):
    board, a_link = plugged_in()
    heard(a_link.client, 2)
    a_link.client.reset(stream.settings)
    first, start = board.starts
    assert first == 0 < start
    expected = on_this_computer(stream, stream.settings, start)
    assert same(heard(a_link.client, len(expected)), expected)


def test_settings_that_cannot_be_used_are_refused_and_the_old_ones_stay(stream, plugged_in):
    board, a_link = plugged_in()
    a_link.client.reset(stream.settings)
    bad = bytes(len(stream.settings.pack()))
    with pytest.raises(link.BoardError, match=r"has settings that are out of range$"):
        ask(a_link, stream.program.protocol.start_message, bad)
    expected = on_this_computer(stream, stream.settings, board.starts[-1])
    assert same(heard(a_link.client, len(expected)), expected)


def test_a_sensor_that_overflows_starts_it_afresh_and_is_told(stream, plugged_in):
    at, room = values(stream, 6), values(stream, 3)
    board, a_link = plugged_in(ring=room, burst=(at, values(stream, 8)))
    settings, made = stream.program.protocol.settings(), []
    while len(board.starts) == 1:
        made += heard(a_link.client, 1)
    start = board.starts[1]
    after = on_this_computer(stream, settings, start)
    while len(made) < len(after) or not same(made[-len(after) :], after):
        made += heard(a_link.client, 1)
    gap = start - a_link.client.lost
    assert at - room <= gap <= at < start
    assert same(made, on_this_computer(stream, settings, 0, gap) + after)
    assert a_link.client.missed == 0 == len(board.starts[2:])


def test_hops_that_nobody_fetched_in_time_are_counted(stream, plugged_in):
    samples = LONG[stream.program.sensor]
    _, a_link = plugged_in(samples=samples)
    expected = stream.here(stream.program.model, stream.program.protocol.settings()).push(samples)
    made = heard(a_link.client, 1)
    for _ in range(KEPT + 12):
        a_link.ping()
    made += heard(a_link.client, KEPT // 2)
    missed = a_link.client.missed
    assert missed > 0
    assert same(made, [expected[0], *expected[1 + missed :][: KEPT // 2]])


def test_the_light_is_on_for_a_second_when_something_happened(stream, plugged_in):
    sensor = stream.program.sensor
    board, a_link = plugged_in(samples=LONG[sensor])
    a_link.client.reset(SELDOM[sensor])
    start = board.starts[-1]
    part = LONG[sensor][start // CHANNELS[sensor] :]
    hops = stream.here(stream.program.model, SELDOM[sensor]).push(part)
    assert same(heard(a_link.client, len(hops)), hops)
    second, expected = RATES[sensor] * CHANNELS[sensor], []
    for number in HAPPENED[sensor](hops):
        end = start + (number + 1) * values(stream) + OVERLAP[sensor]
        if expected and end <= expected[-1]:
            expected.pop()
        else:
            expected.append(end)
        expected.append(end + second)
    found = board.light
    assert len(expected) >= 4
    # The board takes what has come, up to a hop.
    changes = zip(found, expected, strict=False)
    assert all(0 <= at - wanted <= 2 * values(stream) for at, wanted in changes)
    assert len(expected) - 1 <= len(found) <= len(expected)


def test_samples_from_the_computer_are_refused(stream, plugged_in):
    _, a_link = plugged_in()
    with pytest.raises(link.BoardError, match=r"its own sensor: it is a live program: call listen"):
        a_link.client.run(stream.samples)
    a_link.ping()
    heard(a_link.client, 1)


def test_a_sensor_that_does_not_answer_is_told(stream, plugged_in):
    _, a_link = plugged_in(ring=0)
    with pytest.raises(link.BoardError, match=r"has a sensor that doesn't answer$"):
        heard(a_link.client, 1)
    with pytest.raises(link.BoardError, match=r"has a sensor that doesn't answer$"):
        a_link.client.reset()


def test_an_inference_whose_inputs_come_in_two_parts_equals_this_computers(
    stream, plugged_in, monkeypatch
):
    """Samples wait meanwhile; the application must not run the model over its inputs."""
    _, a_link = plugged_in()
    heard(a_link.client, 8)
    model, write = stream.program.model, a_link._port.write

    def in_two_parts(data):
        half = len(data) // 2
        write(b"\xc0" * 4 + data[:half])
        time.sleep(0.05)
        return write(data[half:])

    monkeypatch.setattr(a_link._port, "write", in_two_parts)
    shape = model_file.read(model).inputs[0].shape
    rng = np.random.default_rng(5)
    for _ in range(5):
        x = rng.integers(-128, 128, shape).astype(np.int8)
        expected = micro.Interpreter(model).invoke(x)
        np.testing.assert_array_equal(a_link.invoke(x).output, expected)


def test_half_a_message_does_not_stop_it(stream, plugged_in):
    _, a_link = plugged_in()
    heard(a_link.client, 1)
    a_link._port.write(b"\xc0\x03\x01\xff\x00\x00\x00" + b"\xc1" * 10)
    heard(a_link.client, 3)


@pytest.mark.parametrize("stream", [listening.STREAM])
def test_a_message_whose_rest_comes_too_late_is_not_answered(stream, plugged_in):
    """Its inputs may be spoiled: meanwhile the application may have run the model."""
    _, a_link = plugged_in()
    port = a_link._port
    late = protocol.frame(protocol.INVOKE, 250, bytes(a_link.info().input_bytes))
    port.write(late[:100])
    time.sleep(patience.seconds(2))
    port.write(late[100:] + protocol.frame(protocol.PING, 251, b"here"))
    reader, found, deadline = protocol.Reader(), [], time.monotonic() + patience.seconds(30)
    while not found and time.monotonic() < deadline:
        found = reader.feed(port.read(max(1, port.in_waiting)))
    assert found == [(protocol.PING | protocol.ANSWER, 251, b"here")]


def test_a_program_that_is_fed_is_told_from_a_live_one(stream):
    _, a_link = stream.line()
    a_link.client.reset()
    with pytest.raises(link.BoardError, match=r"waits for samples .* live=True"):
        next(a_link.client.listen(patience.seconds(10)))
    with pytest.raises(ValueError, match="give more than 0"):
        next(a_link.client.listen(0))


def test_an_export_may_choose_the_settings_it_starts_with(stream):
    kind, name = type(stream.program), "average"
    program, usual = kind(stream.program.model), kind(stream.program.model).live_source()
    program.live_settings = stream.program.protocol.settings()
    assert program.live_source() == usual
    program.live_settings = program.live_settings._replace(**{name: 1})
    assert ", ".join(map(str, program.live_settings.pack())) in program.live_source() != usual
    program.live_settings = program.live_settings._replace(**{name: 17})
    with pytest.raises(ValueError, match=name):
        program.live_source()


def test_an_application_without_a_sensor_cannot_be_live(stream):
    assert StreamApplication(b"").sensor is None
    with pytest.raises(ValueError, match=r"neither sound nor motion.* without live=True"):
        StreamApplication(b"").live_source()
