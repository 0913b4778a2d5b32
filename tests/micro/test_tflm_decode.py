"""TFLM_DECODE: compressed weights, here and on boards. That it equals TFLM is in
test_equals_tflm.py; what is refused of sound models with one change in test_one_change.py."""

import io

import numpy as np
import pytest
from elftools.elf.elffile import ELFFile
from models import hand_made, pack
from random_models.graph import Graph

from tinyml_helpers import emulator, firmware, micro
from tinyml_helpers.firmware import needs
from tinyml_helpers.firmware.application import application_of
from tinyml_helpers.runtimes import tflm

INT8, UINT8, CUSTOM = 9, 3, 32
CODES = np.array([[-7, 0, 3], [50, 60, 70]], np.int8)
INDICES = np.array([[0, 1, 2, 2], [2, 1, 0, 0]])


def bits_of(indices, bits):
    each = np.unpackbits(indices.astype(np.uint8).reshape(-1, 1), axis=1)[:, -bits:]
    return np.packbits(each)


def header(bits=2, codes=3, kind=0, version=1, table_version=1):
    found = np.zeros(16, np.uint8)
    found[[0, 1, 4, 5, 6]] = kind, version, table_version, bits, codes
    return found


def model(
    indices=INDICES,
    tables=CODES,
    name="TFLM_DECODE",
    axis=0,
    scales=(0.5, 2),
    packed=None,
    shape=None,
    **more,
):
    """Bytes of a model of one TFLM_DECODE, without inputs."""
    bits = more.get("bits", 2)
    packed = bits_of(indices, bits) if packed is None else packed
    ancillary = np.concatenate([header(**more), tables.view(np.uint8).ravel()])
    tensors = [
        {"shape": packed.shape, "type": UINT8, "data": packed},
        {"shape": ancillary.shape, "type": UINT8, "data": ancillary},
        {
            "shape": indices.shape if shape is None else shape,
            "type": INT8,
            "scale": scales,
            "zero_point": [0] * len(scales),
            "quantized_dimension": axis,
        },
    ]
    made = hand_made(CUSTOM, tensors, [0, 1], [2], custom_code=name)
    return pack(made)


def refusal(tflite_bytes):
    with pytest.raises(micro.CannotRun) as refused:
        micro.Interpreter(tflite_bytes)
    return refused.value.why


def test_each_channel_has_a_table():
    found = micro.Interpreter(model()).invoke()
    np.testing.assert_array_equal(found, [[-7, 0, 3, 3], [70, 60, 50, 50]])


def test_channels_may_be_last():
    found = micro.Interpreter(model(INDICES.T, axis=1)).invoke()
    np.testing.assert_array_equal(found, [[-7, 70], [0, 60], [3, 50], [3, 50]])


def test_one_scale_is_one_table():
    found = micro.Interpreter(model(tables=CODES[0], scales=(0.5,))).invoke()
    np.testing.assert_array_equal(found, [[-7, 0, 3, 3], [3, 0, -7, -7]])


@pytest.mark.parametrize("bits", range(2, 8))
@pytest.mark.parametrize("run", [1, 3, 8, 33])
def test_indices_of_all_widths(bits, run):
    random = np.random.default_rng(bits)
    indices = random.integers(0, 3, (2, run))
    found = micro.Interpreter(model(indices, bits=bits)).invoke()
    np.testing.assert_array_equal(found, [CODES[0][indices[0]], CODES[1][indices[1]]])


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": 1},
        {"version": 2},
        {"table_version": 2},
    ],
)
def test_other_encodings_are_refused(wrong):
    assert refusal(model(**wrong)).startswith("has another encoding than look-up tables")


@pytest.mark.parametrize(
    "wrong",
    [
        {"indices": np.array([[0, 1, 2, 2], [2, 1, 0, 3]])},  # beyond a table
        {"tables": CODES[:1]},
        {"tables": CODES[0], "scales": (0.5, 2)},
        {"scales": (0.5,)},  # one table, and there are two
        {"codes": 2},
        {"packed": bits_of(INDICES, 2)[:1]},
        {"packed": np.zeros(3, np.uint8)},
        {"bits": 1, "packed": bits_of(INDICES, 2)},
        {"bits": 0, "packed": np.zeros(1, np.uint8)},
    ],
)
def test_what_does_not_fit_together_is_refused(wrong):
    assert refusal(model(**wrong)).startswith("has indices or tables that don't fit")


@pytest.mark.parametrize(
    "wrong", [{"axis": 1}, {"axis": 5}, {"axis": -1}, {"scales": (1, 1, 1)}, {"shape": []}]
)
def test_scales_along_no_axis_are_refused(wrong):
    assert "scales" in refusal(model(**wrong))


def test_another_custom_operator_is_refused():
    for name in ("TFLM_DECODES", "TFLM_DECOD", "", None, "tflm_decode"):
        assert refusal(model(name=name)) == "isn't among the kernels of this program"


def computed_weights():
    """Bytes of a CONV_2D whose weights are an input of the model."""
    g = Graph(2)
    x, weights = g.input((1, 4, 4, 3)), g.input((5, 1, 1, 3), zero_point=0)
    output = g.tensor((1, 4, 4, 5), "int8", x.scale * weights.scale * 100, 0)
    options = {"strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1}
    g.operator("CONV_2D", (x, weights), [output], "Conv2DOptions", **options)
    return g.pack([output]), g.random_inputs()


def test_weights_may_be_an_input(needs_tflm):
    made, inputs = computed_weights()
    expected = tflm.Interpreter(made).invoke(*inputs)
    np.testing.assert_array_equal(micro.Interpreter(made).invoke(*inputs), expected)
    assert len(np.unique(expected)) > 10


def test_an_input_that_is_its_own_filter_is_not_written_over(needs_tflm):
    g = Graph(5)
    x = g.input((4, 1, 1, 4), scale=0.05, zero_point=0)
    output = g.tensor((4, 1, 1, 4), "int8", 0.5, 0)
    options = {"strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1}
    g.operator("CONV_2D", (x, x), [output], "Conv2DOptions", **options)
    made, inputs = g.pack([output]), g.random_inputs()
    expected = tflm.Interpreter(made).invoke(*inputs)
    np.testing.assert_array_equal(micro.Interpreter(made).invoke(*inputs), expected)


@pytest.mark.parametrize("board_id", ["nano33ble", "pico"])
def test_computed_weights_on_a_board(board_id):
    made, inputs = computed_weights()
    board = emulator.Board(board_id)
    board.flash(made)
    expected = micro.Interpreter(made).invoke(*inputs)
    np.testing.assert_array_equal(board.invoke(*inputs).output, expected)


def test_only_programs_that_need_it_have_the_part_for_computed_weights():
    left_out = "TM_WITHOUT_COMPUTED_WEIGHTS"
    assert left_out not in needs.defines(application_of(computed_weights()[0]))
    assert left_out in needs.defines(application_of(model()))  # no convolution


def test_a_program_names_the_kernel_and_checks_nothing():
    elf = ELFFile(io.BytesIO(firmware.build(model(), "pico").elf))
    names = {symbol.name for symbol in elf.get_section_by_name(".symtab").iter_symbols()}
    assert "tm_tflm_decode" in names and "tm_refuse_operator" not in names
