"""Boards that listen behind a gate: hop for hop what this computer hears, and what a rest costs."""

import gating
import numpy as np
import pytest
import tones
from gating import PROGRAM, SETTINGS, SHORT, STREAM, expected, sound
from listening import BUSY
from streaming import OnBoard, OverALink, boards, same

from tinyml_helpers import link
from tinyml_helpers.applications import keywords
from tinyml_helpers.applications.keywords import wake
from tinyml_helpers.applications.keywords.spotter import Settings, Spotter
from tinyml_helpers.applications.keywords.wake import HOP

MODULE = "tinyml_helpers.applications.keywords.gated"

board = boards(PROGRAM)


class TestOnBoard(OnBoard):
    stream = STREAM


class TestOverALink(OverALink):
    stream = STREAM

    def test_a_link_streams_too(self, tmp_path):
        path = tmp_path / "tones.tflite"
        path.write_bytes(PROGRAM.model)
        with link.open(link.emulator_url("pico", path, application=MODULE), PROGRAM) as a_link:
            for _ in range(2):  # the second time afresh
                made = a_link.client.run(SHORT, SETTINGS)
                assert same(made, STREAM.expected)


@pytest.mark.parametrize("gate", [gating.RESTLESS, wake.Settings(), wake.Settings(lookback=0)])
def test_a_board_hears_what_the_kept_sound_gives(board, gate):
    settings = SETTINGS._replace(gate=gate)
    made = board.client.run(sound(), settings)
    assert same(made, expected(sound(), settings))
    assert any(hop.detected is not None for hop in made)


def test_without_a_gate_it_hears_what_a_program_without_one_hears(board):
    board.client.run(SHORT, SETTINGS)
    made = board.client.run(SHORT, BUSY)
    assert same(made, Spotter(tones.tflite(), BUSY).push(SHORT))
    assert not any(hop.closed for hop in made)
    assert same(board.client.run(SHORT, SETTINGS), STREAM.expected)


def test_a_closed_hop_costs_the_gate_and_the_copying_of_its_sound(board):
    made = board.client.run(sound()[: 200 * HOP], Settings(gate=wake.Settings(lookback=3)))
    work = [hop.cycles for hop in made if not hop.closed]
    first = next(place for place, hop in enumerate(made) if not hop.closed)
    made[first - 1 : first] = []  # the gate was open: a part of the front end's first window
    rest = [hop.cycles for hop in made[1:] if hop.closed]  # the first comes with those waiting
    assert len(rest) > 50 and len(work) > 50
    assert wake.cycles(board.figures.id) < min(rest)
    assert max(rest) < 1.01 * min(rest)
    assert max(rest) < 0.12 * min(work)
    assert max(rest) < 0.01 * board.figures.clock_hz / 50


def test_in_silence_neither_front_end_nor_model_runs(board):
    board.client.run(np.zeros(60 * HOP, np.int16), Settings(gate=wake.Settings()))
    ran = {share.function for share in board.functions()}
    assert "kw_wake_hop" in ran
    assert not {name for name in ran if name.startswith("fe_")} | ran & {"kw_push", "tm_invoke"}


def test_no_hop_has_more_than_one_frame_and_one_inference_to_make(board):
    """The look-back is never caught up with: none takes longer than without a gate."""
    client = board.client
    client.run(SHORT, BUSY)
    always = client.slowest
    made = client.run(SHORT, SETTINGS)
    gate = max(hop.cycles for hop in made[1:] if hop.closed)
    assert always < client.slowest < always + gate


def test_the_footprint_says_what_the_gate_takes(board):
    plain = keywords.Application(tones.tflite())
    image, without = board.image, gating.Stream.image(_stream(plain), board.figures.id)
    assert image.parts["look-back"] == 11 * 640
    assert "look-back" not in without.parts
    assert image.parts["audio ring"] == without.parts["audio ring"]
    assert 400 < image.code_bytes - without.code_bytes < 1000
    more = image.ram_bytes - image.parts["look-back"] - without.ram_bytes
    assert 0 < more < 100


def _stream(program):
    return gating.Stream(program, BUSY, SHORT, Spotter, "spotter", slowest=0.02)


def test_a_program_without_a_gate_says_so():
    plain = keywords.Application(tones.tflite())
    with link.open(_stream(plain).port(), plain) as a_link:
        with pytest.raises(link.BoardError, match=r"bytes: it has no gate: flash .*GatedApplicat"):
            a_link.client.run(SHORT, SETTINGS)
        made = a_link.client.run(SHORT, BUSY)
    assert same(made, Spotter(tones.tflite(), BUSY).push(SHORT))


BAD = "has settings that are out of range"


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ([], "takes another number of bytes"),
        ([10, 3, 180, 75, 48, 40, 8], "takes another number of bytes"),
        ([10, 3, 180, 75, 48, 40, 8, 10, 0], "takes another number of bytes"),
        ([10, 3, 180, 75, 15, 40, 8, 10], BAD),
        ([10, 3, 180, 75, 48, 40, 8, 11], BAD),
        ([10, 17, 180, 75, 48, 40, 8, 10], BAD),
        ([10, 17, 180, 75], BAD),
    ],
)
def test_wrong_settings_are_refused_by_the_firmware(payload, message):
    STREAM.check_settings_are_refused(np.array(payload, "<u2").tobytes(), message)


def test_the_short_settings_ask_for_no_gate_whatever_was_asked_before():
    _, a_link = STREAM.line()
    STREAM.started(a_link)
    for settings, hops in ((BUSY, 2), (SETTINGS, 0)):
        client = STREAM.started(a_link)
        client.reset(settings)
        assert len(client.push(SHORT[: 3 * HOP])) == hops
