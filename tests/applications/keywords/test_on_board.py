"""Boards that listen: hop for hop what this computer hears, whatever happens on the line."""

import numpy as np
import pytest
import qemu
import tones
from listening import BUSY, PROGRAM, SHORT, STREAM
from streaming import OnBoard, boards, same
from tones import QUICK

from tinyml_helpers import emulator, firmware, micro
from tinyml_helpers.applications.keywords import Application, c_spotter, realtime
from tinyml_helpers.applications.keywords.spotter import Hop, Settings

board = boards(PROGRAM)


class TestOnBoard(OnBoard):
    stream = STREAM


def test_a_board_hears_what_this_computer_hears(board, hops):
    made = board.client.run(tones.stream(), QUICK)
    assert same(made, hops)
    assert [hop.detected for hop in made if hop.detected] == [label for _, label in tones.WORDS]


def test_every_hop_has_its_cost(board):
    made = board.client.run(SHORT, QUICK)
    clock = board.figures.clock_hz
    tick = 1 / (1_000_000 if board.figures.id == "pico" else clock)
    for hop in made:
        assert 0 < hop.instructions < hop.cycles
        # The board reads its clock twice around each message; the first hop takes two.
        assert hop.board_seconds == pytest.approx(hop.cycles / clock, abs=2 * (tick + 60 / clock))
    usual = [hop.cycles for hop in made[1:] if hop.scores is None]
    assert max(usual) < 1.2 * min(usual)
    assert min(hop.cycles for hop in made if hop.scores is not None) > max(usual)
    shares = board.functions()
    total = sum(hop.cycles for hop in made)
    assert sum(share.cycles for share in shares) > total
    assert "fe_real_fft" in {share.function for share in shares[:5]}


def test_the_front_end_leaves_time_for_the_model(board):
    """A second's features: less than 15% of the Nano's cycles and 30% of the Pico's."""
    made = board.client.run(tones.stream()[-20_000:], QUICK)
    cycles = [hop.cycles for hop in made[1:] if hop.scores is None]
    share = 50 * max(cycles) / board.figures.clock_hz
    assert share < (0.3 if board.figures.id == "pico" else 0.15)


def test_the_ring_holds_what_comes_meanwhile(board):
    made = board.client.run(SHORT, Settings())
    assert realtime.load(made, board.figures.clock_hz) < 0.1
    assert (
        realtime.most_waiting(made, board.figures.clock_hz)
        == 320
        < board.image.parts["audio ring"] / 2
    )


def test_a_board_keeps_the_settings_it_was_given_last(board):
    listener = STREAM.started(board)
    assert any(hop.detected is not None for hop in listener.push(SHORT))
    listener.reset(QUICK)
    assert listener.settings == QUICK
    assert all(hop.detected is None for hop in listener.push(SHORT))


def test_the_footprint_says_what_listening_takes(board):
    board.client.run(SHORT, QUICK)
    size = board.footprint
    assert size.arena_bytes == micro.Interpreter(tones.tflite()).arena_used_bytes
    assert size.parts["audio ring"] == 2 * 10 * 320
    assert 49 * 40 + 3 * 1024 < size.parts["spotter"] < 6 * 1024
    assert 100 < size.stack_bytes < firmware.STACK_BYTES
    parts = size.arena_bytes + sum(size.parts.values())
    assert size.ram_bytes == parts + size.stack_bytes + size.static_bytes
    # Without the arena; with one of 20 KB there is room to spare in 40 KB.
    assert size.ram_bytes - size.arena_bytes < 15_000
    assert "audio ring 6,400, spotter" in str(size)
    assert board.image.ram_bytes == size.ram_bytes - size.stack_bytes + firmware.STACK_BYTES
    plain = STREAM.image(board.figures.id, streams=False)
    assert 2_000 < board.image.code_bytes - plain.code_bytes < 9_000
    assert plain.parts == {}


def test_a_program_that_only_runs_a_model_has_no_client(int8_model):
    plain = emulator.Board("nano33ble")
    assert plain.client is None
    plain.flash(int8_model)
    assert not {"kw_push", "fe_push", "listen_answer"} & set(plain.machine.symbols)
    assert "ring" not in str(plain.footprint)
    assert plain.client is None


def test_a_model_that_is_none_for_listening_is_refused(int8_model):
    with pytest.raises(c_spotter.WrongModel, match=r"takes int8 \[1, 49, 40, 1\] with scale 1/32"):
        emulator.Board("pico").flash(Application(int8_model))


@pytest.mark.parametrize("sound", [np.zeros(400), np.zeros((1, 400), np.int16), [1, 2]])
def test_what_is_no_sound_is_refused(board, sound):
    with pytest.raises(ValueError, match=r"sound is int16 \[samples\], 16 kHz, not"):
        board.client.run(sound)
    with pytest.raises(ValueError, match="threshold is a whole number from 0 to 255, not 300"):
        board.client.run(SHORT, Settings(threshold=300))


def test_another_emulator_hears_the_same():
    """The Nano's program in qemu: the same hops, in the same instructions but for 1%."""
    qemu.or_skip()
    nano = emulator.Board("nano33ble")
    nano.flash(PROGRAM)
    expected = nano.client.run(SHORT, BUSY)
    with qemu.Chip(nano.image.elf) as chip:
        chip.run_until("board_receive")
        room, spotter = chip.symbols["audio_ring"], chip.symbols["spotter"]
        hop, ready, settings = (room + offset for offset in (2048, 3072, 4096))
        chip.write(settings, BUSY.pack())
        assert chip.call("kw_start", spotter, chip.symbols["interpreter"], settings)[0] == 0
        pieces = [SHORT[:512], *SHORT[512:][: 69 * 320].reshape(-1, 320)]
        for ours, piece in zip(expected, pieces, strict=True):
            chip.write(room, piece.tobytes())
            chip.write(chip.register(13), ready.to_bytes(4, "little"))  # the fifth argument
            taken, instructions = chip.call("kw_push", spotter, room, len(piece), hop)
            assert taken == len(piece) and chip.read(ready, 1) == b"\1"
            data = chip.read(hop, c_spotter.HOP.itemsize)
            assert same([Hop.of(np.frombuffer(data, c_spotter.HOP)[0])], [ours])
            if ours.number > 0:  # that one came in two messages
                assert 0 < ours.instructions - instructions < 0.01 * instructions
