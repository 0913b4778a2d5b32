"""Random models on the emulated boards: the same bytes as on this computer."""

import io

import numpy as np
import pytest
import random_models
from elftools.elf.elffile import ELFFile

from tinyml_helpers import emulator, firmware, micro
from tinyml_helpers.firmware import needs
from tinyml_helpers.firmware.application import application_of


@pytest.mark.parametrize("board", ["nano33ble", "pico"])
@pytest.mark.parametrize("operator", [*random_models.WIDE, *random_models.MORE])
def test_outputs_of_random_models_equal_those_of_this_computer(operator, board):
    case = random_models.make(operator, seed=5)
    flashed = emulator.Board(board)
    flashed.flash(case.tflite_bytes)
    here = micro.Interpreter(case.tflite_bytes)
    for inputs in (case.inputs, *case.later):
        expected, found = here.invoke(*inputs), flashed.invoke(*inputs).output
        pairs = (o if isinstance(o, tuple) else (o,) for o in (expected, found))
        for one, other in zip(*pairs, strict=True):
            np.testing.assert_array_equal(other, one)


def test_only_programs_whose_operators_compute_in_int16_have_the_kernels_part_for_it():
    left_out = "TM_WITHOUT_INT16"
    for operator, without in (
        ("FULLY_CONNECTED", True),
        ("SVDF", True),
        ("QUANTIZE", True),
        ("FULLY_CONNECTED_INT16", False),
    ):
        application = application_of(random_models.make(operator, seed=5).tflite_bytes)
        assert (left_out in needs.defines(application)) is without, operator


def test_a_program_is_smaller_without_the_part_for_int16():
    sizes = [
        firmware.build(random_models.make(name, seed=5).tflite_bytes, "pico").code_bytes
        for name in ("CONV_2D", "CONV_2D_INT16")
    ]
    assert sizes[0] < sizes[1]


def test_a_program_has_no_code_that_refuses_the_model_it_was_made_for():
    model = random_models.make("CONV_2D", seed=5).tflite_bytes
    for board in ("nano33ble", "pico"):
        elf = ELFFile(io.BytesIO(firmware.build(model, board).elf))
        names = {symbol.name for symbol in elf.get_section_by_name(".symtab").iter_symbols()}
        assert "tm_invoke_operator" in names  # names are those of C
        assert "tm_refuse_operator" not in names
