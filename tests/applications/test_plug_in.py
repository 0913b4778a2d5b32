"""A new application is a folder: a toy, all of it in tests/support/toy_shake, on both boards."""

import re

import numpy as np
import pytest
import tones
import toy_shake

from tinyml_helpers import emulator, link
from tinyml_helpers.applications import faces, fields, keywords, machines
from tinyml_helpers.applications.stream import parity, realtime
from tinyml_helpers.applications.wearables import exercises, hearts
from tinyml_helpers.emulator.chip import Chip
from tinyml_helpers.emulator.protocol_emulator import for_chip
from tinyml_helpers.firmware import protocol
from tinyml_helpers.link import recording

SETTINGS = toy_shake.Settings(hops_per_inference=3, threshold=80)


@pytest.fixture(scope="module")
def motion():
    """Half a second at rest, half a second of shaking, then rest again: int16 [304, 3]."""
    rng = np.random.default_rng(3)
    strength = np.repeat([300, 14_000, 300], [104, 96, 104])[:, np.newaxis]
    return np.clip(rng.normal(0, strength, (304, 3)), -32768, 32767).astype(np.int16)


@pytest.fixture(scope="module", params=["nano33ble", "pico"])
def board(request):
    flashed = emulator.Board(request.param)
    flashed.flash(toy_shake.Application(toy_shake.model()))
    return flashed


def equal(made, expected):
    """Whether a board's hops are this computer's, costs aside."""
    return made and not any(parity.differing(expected, made).values())


def test_a_board_finds_what_this_computer_finds(board, motion):
    expected = toy_shake.on_this_computer(motion, SETTINGS)
    made = board.client.run(motion, SETTINGS)
    assert equal(made, expected)
    assert 0 < sum(hop.shaken for hop in made) < sum(hop.score is not None for hop in made)


def test_hops_that_differ_are_named(motion):
    here = toy_shake.on_this_computer(motion, SETTINGS)
    there = [hop._replace(cycles=9) for hop in here]
    assert parity.differing(here, there) == {name: [] for name in toy_shake.Hop._fields[:4]}
    there[3] = there[3]._replace(score=1, shaken=True)
    assert parity.differing(here, there)["score"] == [3]
    with pytest.raises(ValueError, match="38 hops here, and 37 there: give both the same samples"):
        parity.differing(here, there[1:])


def test_samples_may_come_in_pieces_of_any_size(board, motion):
    board.client.reset(SETTINGS)
    made = []
    for piece in np.split(motion, [1, 5, 13, 100, 100, 217]):
        made += board.client.push(piece)
    assert equal(made, toy_shake.on_this_computer(motion, SETTINGS))


def test_every_hop_has_its_cost(board, motion):
    made = board.client.run(motion, SETTINGS)
    assert all(0 < hop.instructions < hop.cycles for hop in made)
    without = [hop.cycles for hop in made if hop.score is None]
    assert min(hop.cycles for hop in made if hop.score is not None) > max(without)
    assert 0 < realtime.load(made, board.figures.clock_hz, hop_seconds=8 / 100) < 0.01


def test_its_parts_have_their_names(board):
    size = board.footprint
    assert size.parts["sample ring"] == 2 * 2 * 8 * 3
    assert size.parts["shaker"] > 4 * 3
    assert "sample ring 96, shaker" in str(size)
    assert size.ram_bytes == (
        size.arena_bytes + 96 + size.parts["shaker"] + size.stack_bytes + size.static_bytes
    )


def test_the_model_answers_too(board):
    codes = np.full((1, 4, 3), 7, np.int8)
    assert board.invoke(codes).output.shape == (1, 1)


def test_it_talks_over_a_serial_port(board, motion, tmp_path):
    (tmp_path / "model.tflite").write_bytes(toy_shake.model())
    url = link.emulator_url(
        board.figures.id, tmp_path / "model.tflite", application=toy_shake.__name__
    )
    with link.open(url, toy_shake.Application(toy_shake.model())) as a_link:
        made = a_link.client.run(motion, SETTINGS)
        assert equal(made, toy_shake.on_this_computer(motion, SETTINGS))
        assert all(hop.cycles is None and hop.board_seconds > 0 for hop in made)
        with pytest.raises(link.BoardError, match="the shaker has settings that are out of range"):
            a_link.client.reset(toy_shake.Settings(hops_per_inference=0))


def test_the_wrong_client_is_told_so(board):
    with link.open(link_to(board)) as a_link:
        other = keywords.Application(tones.tflite()).client(a_link)
        with pytest.raises(link.BoardError, match="the firmware doesn't know that message"):
            other.reset()


def link_to(board):
    """A port on a second board with the same program."""
    return for_chip(Chip(board.image.elf, board.figures.id))


def messages(application):
    """The types of an application's messages, from the table in its header."""
    paths = [folder / application.header for folder in application.include()]
    text = next(path for path in paths if path.exists()).read_text(encoding="utf-8")
    first, last = re.search(r'tm_application \w+ = \{"[^"]*", (\w+), (\w+),', text).groups()
    first, last = (int(re.search(rf"\b{name} = (\d+)", text)[1]) for name in (first, last))
    return range(first, last + 1)


def test_no_two_applications_share_a_message():
    kinds = keywords, faces, machines, fields, exercises, hearts, toy_shake
    programs = [kind.Application(b"") for kind in kinds]
    types = [kind for program in programs for kind in messages(program)]
    types += [recording.RECORD, recording.RECORDED]
    assert len(set(types)) == len(types)
    assert all(protocol.RESET < kind < protocol.ERROR for kind in types)
