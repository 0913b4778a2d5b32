"""The emulated boards as a whole: what they compute, count, and refuse."""

import models
import numpy as np
import pytest
from models import large

from tinyml_helpers import boards, emulator, firmware, micro, model_file
from tinyml_helpers.runtimes import tflm

BOARDS = ("nano33ble", "pico")


def codes(tflite_bytes, seed=0):
    shape = model_file.read(tflite_bytes).inputs[0].shape
    return np.random.default_rng(seed).integers(-128, 128, shape).astype(np.int8)


@pytest.fixture(scope="module", params=BOARDS)
def board(request, int8_model):
    flashed = emulator.Board(request.param)
    flashed.flash(int8_model)
    return flashed


def test_outputs_equal_those_of_this_computer(board, int8_model):
    here = micro.Interpreter(int8_model)
    for seed in range(3):
        x = codes(int8_model, seed)
        np.testing.assert_array_equal(board.invoke(x).output, here.invoke(x))


def test_outputs_equal_tflm(board, int8_model, needs_tflm):
    x = codes(int8_model)
    expected = tflm.Interpreter(int8_model).invoke(x)
    np.testing.assert_array_equal(board.invoke(x).output, expected)


@pytest.mark.parametrize("board_id", BOARDS)
def test_float_models_give_the_very_same_bits(board_id, tiny_models):
    flashed = emulator.Board(board_id)
    flashed.flash(tiny_models["float32"])
    x = models.examples(1)
    here = micro.Interpreter(tiny_models["float32"]).invoke(x)
    np.testing.assert_array_equal(flashed.invoke(x).output, here)


@pytest.mark.parametrize("board_id", BOARDS)
def test_readable_kernels_compute_the_same_and_take_longer(board_id, board, int8_model):
    plain = emulator.Board(board_id)
    plain.flash(int8_model, readable=True)
    x = codes(int8_model)
    slow, fast = plain.invoke(x), board.invoke(x)
    np.testing.assert_array_equal(slow.output, fast.output)
    if board.figures.id == board_id:
        assert slow.cycles > 1.1 * fast.cycles


def test_costs_add_up(board, int8_model):
    x = codes(int8_model)
    run = board.invoke(x)
    assert [op.name for op in run.ops] == [
        operator.name for operator in model_file.read(int8_model).operators
    ]
    assert 0.98 * run.instructions < sum(op.instructions for op in run.ops) <= run.instructions
    assert run.cycles > run.instructions
    hertz = board.figures.clock_hz
    assert run.milliseconds == pytest.approx(1e3 * run.cycles / hertz)
    joules = run.cycles * board.figures.joules_per_cycle
    assert run.millijoules == pytest.approx(1e3 * joules)
    again = board.invoke(x)
    assert (again.instructions, again.cycles) == (run.instructions, run.cycles)
    shares = board.functions()
    assert sum(share.cycles for share in shares) >= run.cycles
    assert "emulated" in str(run) and "estimated" in str(run)


def test_the_footprint_is_that_of_the_program(board, int8_model):
    size = board.footprint
    assert size.model_bytes == len(int8_model)
    assert size.arena_bytes == micro.Interpreter(int8_model).arena_used_bytes
    assert size.flash_bytes == size.model_bytes + size.code_bytes < 40_000
    assert 100 < size.stack_bytes < firmware.STACK_BYTES
    assert size.ram_bytes < size.ram_limit_bytes == board.figures.ram_bytes
    assert f"{size.flash_bytes:,}" in str(size)


def test_only_the_kernels_a_model_uses_are_linked(board):
    names = set(board.machine.symbols)
    assert {"tm_conv_2d", "tm_fully_connected", "tm_add"} <= names
    assert not {"tm_svdf", "tm_tanh", "tm_transpose_conv", "tm_mean"} & names


def test_another_model_replaces_the_first(int8_model):
    flashed = emulator.Board("nano33ble")
    flashed.flash(models.memory_model())
    one = np.ones((1, 1), np.float32)
    assert [flashed.invoke(one).output.item() for _ in range(4)] == [1, 2, 3, 3]
    flashed.reset()
    assert flashed.invoke(one).output.item() == 1
    flashed.flash(int8_model)
    assert flashed.invoke(codes(int8_model)).output.shape == (1, 10)


def test_a_board_without_a_program_says_so():
    empty = emulator.Board("pico")
    assert empty.footprint is None
    with pytest.raises(ValueError, match="call flash first"):
        empty.invoke(np.zeros(1))
    with pytest.raises(ValueError, match="call flash first"):
        empty.reset()


def test_boards_without_an_emulator_are_refused():
    with pytest.raises(ValueError, match="choose one of nano33ble"):
        emulator.Board("pi4")


def test_inputs_that_do_not_fit_are_refused(board):
    with pytest.raises(ValueError, match="is int8"):
        board.invoke(np.zeros((1, 8, 8, 1), np.float32))


def test_an_arena_that_does_not_fit_is_refused_with_the_bytes():
    has = boards.get("nano33ble").ram_bytes
    with pytest.raises(firmware.DoesNotFit, match="too many") as caught:
        firmware.build(large([1, has]), "nano33ble")
    assert caught.value.memory == "RAM"
    assert 0 < caught.value.over_bytes < 10_000
    assert caught.value.needed_bytes == has + caught.value.over_bytes


@pytest.mark.parametrize("spare", [0, 1])
def test_the_limit_of_ram_is_exact(spare):
    """The largest tensor that fits does, and one byte more is one (aligned) word too many."""
    small = firmware.build(large([1, 1000]), "pico")
    room = boards.get("pico").ram_bytes - small.ram_bytes
    size = 1000 + room + spare
    if spare == 0:
        assert firmware.build(large([1, size]), "pico").ram_bytes == boards.get("pico").ram_bytes
    else:
        with pytest.raises(firmware.DoesNotFit) as caught:
            firmware.build(large([1, size]), "pico")
        assert caught.value.over_bytes in (1, 4, 16)


def test_a_model_larger_than_flash_is_refused():
    weights = np.zeros((1100, 1000), np.int8)
    fields = {"type": 9, "scale": [1.0], "zero_point": [0]}
    tensors = [
        {"shape": [1, 1000], **fields},
        {"shape": [1100, 1000], "data": weights, **fields},
        {"shape": [1, 1100], **fields},
    ]
    model = models.pack(models.hand_made(models.OPERATOR["FULLY_CONNECTED"], tensors, [0, 1], [2]))
    with pytest.raises(firmware.DoesNotFit, match="1,048,576 bytes of flash") as caught:
        emulator.Board("nano33ble").flash(model)
    assert caught.value.memory == "flash"
    assert emulator.Board("pico").flash(model) is None


def test_an_arena_one_byte_too_small_is_said_by_the_firmware(int8_model):
    needed = micro.Interpreter(int8_model).arena_used_bytes
    small = emulator.Board("nano33ble")
    with pytest.raises(micro.ArenaTooSmall, match=r"too small by 1$") as caught:
        small.flash(int8_model, arena_bytes=needed - 1)
    assert caught.value.missing_bytes == 1
    with pytest.raises(ValueError, match="call flash first"):
        small.invoke(codes(int8_model))
    small.flash(int8_model, arena_bytes=needed + 1000)
    assert small.footprint.arena_bytes == needed + 1000


def test_a_broken_kernel_is_a_fault_with_function_and_line(int8_model, monkeypatch):
    """What a student sees whose program writes where it must not."""
    broken = emulator.Board("nano33ble")
    broken.flash(int8_model)
    place = broken.machine.address("interpreter")
    state = broken.machine.read(place, 80)
    arena = broken.machine.address("tm_arena").to_bytes(4, "little")
    assert state.count(arena) >= 1
    broken.machine.write(place, state.replace(arena, (0x30000000).to_bytes(4, "little")))
    with pytest.raises(emulator.MemoryFault, match=r"in \w+ \(\w+\.[ch]:\d+\)"):
        broken.invoke(codes(int8_model))
