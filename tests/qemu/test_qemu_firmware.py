"""The firmware in qemu: the same outputs and the same instruction counts as on our emulated boards.

The Nano's ELF file is the same in both. The Pico's is linked a second time, for flash at 0, where
qemu has memory: only addresses differ.
"""

import models
import numpy as np
import pytest
import qemu

from tinyml_helpers import emulator, firmware, model_file
from tinyml_helpers.firmware import linking

FORMATS = ("int8", "float32")


def inputs(tflite_bytes):
    tensor = model_file.read(tflite_bytes).inputs[0]
    x = np.random.default_rng(4).random(tensor.shape, dtype=np.float32)
    return x if tensor.dtype == "float32" else tensor.quantize(x)


@pytest.fixture
def build_at_zero(tmp_path, monkeypatch):
    """A function that builds firmware for flash at 0: the bytes of an ELF file."""
    usual = linking.linker_script

    def moved(*board_and_folder):
        return qemu.moved(usual(*board_and_folder), 0, tmp_path)

    def build(tflite_bytes, board):
        with monkeypatch.context() as patch:
            patch.setattr(linking, "linker_script", moved)
            return firmware.build(tflite_bytes, board).elf

    return build


@pytest.mark.parametrize("number_format", FORMATS)
@pytest.mark.parametrize("board_id", ["nano33ble", "pico"])
def test_inference_is_the_same_in_qemu(board_id, number_format, tiny_models, build_at_zero):
    qemu.or_skip()
    tflite_bytes = tiny_models[number_format]
    x = inputs(tflite_bytes)
    board = emulator.Board(board_id)
    board.flash(tflite_bytes)
    ours = board.invoke(x)
    same_elf = board_id == "nano33ble"
    elf = board.image.elf if same_elf else build_at_zero(tflite_bytes, board_id)
    with qemu.Chip(elf, marks=["tm_invoke_operator"]) as chip:
        chip.run_until("board_ready")
        interpreter = chip.symbols["interpreter"]
        address, _ = chip.call("tm_input_data", interpreter, 0)
        chip.write(address, x.tobytes())
        _, instructions = chip.call("tm_invoke", interpreter)
        marks = [count for _, count in chip.visits]
        address, _ = chip.call("tm_output_data", interpreter, 0)
        output = np.frombuffer(chip.read(address, ours.output.nbytes), ours.output.dtype)
    np.testing.assert_array_equal(output.reshape(ours.output.shape), ours.output)
    assert np.diff(marks).tolist() == [op.instructions for op in ours.ops[:-1]]
    # Ours counts up to the next function the firmware calls, qemu's call to where it returns.
    assert 0 <= ours.instructions - instructions < 20


def test_loading_the_model_takes_the_same_instructions(int8_model):
    qemu.or_skip()
    board = emulator.Board("nano33ble")
    board.flash(int8_model)
    with qemu.Chip(board.image.elf, marks=["tm_init", "board_ready"]) as chip:
        chip.run_until("board_receive")
        (_, begin), (_, end) = chip.visits[:2]
    assert end - begin == board.start.instructions


def test_models_for_this_test_use_several_operators(tiny_models):
    names = {op.name for op in model_file.read(tiny_models["int8"]).operators}
    assert {"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "ADD", "SOFTMAX"} <= names
    assert models.examples(1).shape == (1, 8, 8, 1)
