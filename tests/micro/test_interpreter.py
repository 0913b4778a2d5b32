"""The micro-interpreter from Python: inputs, outputs, state, the arena, and what it refuses.

Its arithmetic is compared with TFLM in test_micro_equals_tflm.py.
"""

import models
import numpy as np
import pytest

from tinyml_helpers import micro, model_file, toolchain
from tinyml_helpers.micro import binding
from tinyml_helpers.micro.loaded import Loaded
from tinyml_helpers.runtimes import litert


@pytest.fixture(scope="module")
def interpreter(int8_model):
    return micro.Interpreter(int8_model)


def codes(interpreter, seed=0):
    shape = interpreter.model.inputs[0].shape
    return np.random.default_rng(seed).integers(-128, 128, shape).astype(np.int8)


def test_arrays_go_in_and_come_out(interpreter):
    scores = interpreter.invoke(codes(interpreter))
    assert scores.dtype == np.int8 and scores.shape == (1, 10)
    again = interpreter.invoke(codes(interpreter))
    np.testing.assert_array_equal(scores, again)
    assert len({interpreter.invoke(codes(interpreter, seed)).tobytes() for seed in range(5)}) > 1


def test_predict_agrees_with_litert_but_for_a_step(int8_model):
    x = models.examples(20)
    ours, theirs = micro.predict(int8_model, x), litert.predict(int8_model, x)
    assert ours.shape == theirs.shape == (20, 10)
    np.testing.assert_allclose(ours, theirs, atol=1.01 / 256)


def test_float_models_agree_with_litert(tiny_models):
    x = models.examples(5)
    ours = micro.predict(tiny_models["float32"], x)
    np.testing.assert_allclose(ours, litert.predict(tiny_models["float32"], x), atol=1e-5)


def test_accuracy_counts_right_answers(int8_model):
    x = models.examples(8)
    said = micro.predict(int8_model, x).argmax(axis=1)
    assert micro.accuracy(int8_model, x, said) == 1
    assert micro.accuracy(int8_model, x, (said + 1) % 10) == 0
    with pytest.raises(ValueError, match="one class number"):
        micro.accuracy(int8_model, x, said[:3])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda x: (), "takes 1 inputs, not 0"),
        (lambda x: (x, x), "takes 1 inputs, not 2"),
        (lambda x: (x.astype(np.float32),), "is int8 .* not float32"),
        (lambda x: (x[0],), "not int8"),
    ],
)
def test_inputs_that_dont_fit_are_refused(interpreter, wrong, says):
    with pytest.raises(ValueError, match=says):
        interpreter.invoke(*wrong(codes(interpreter)))


def test_inputs_in_another_memory_order_are_read_right(interpreter):
    x = codes(interpreter)
    turned = np.asfortranarray(x)
    np.testing.assert_array_equal(interpreter.invoke(turned), interpreter.invoke(x))


def test_steps_end_with_the_output_and_name_every_operator(interpreter):
    x = codes(interpreter)
    done = list(interpreter.steps(x))
    assert [operator.name for operator, _ in done] == [
        operator.name for operator in interpreter.model.operators
    ]
    np.testing.assert_array_equal(done[-1][1], interpreter.invoke(x))
    kept = interpreter.tensors(x)
    for operator, values in done:
        np.testing.assert_array_equal(values, kept[operator.outputs[0]])


def test_profile_times_every_operator(interpreter):
    times = interpreter.profile(codes(interpreter))
    assert [one.name for one in times] == [op.name for op in interpreter.model.operators]
    assert all(one.seconds > 0 for one in times)
    assert sum(one.macs for one in times) == interpreter.model.macs


def test_state_is_kept_until_reset():
    memory = micro.Interpreter(models.memory_model())
    one = np.ones((1, 1), np.float32)
    assert [memory.invoke(one).item() for _ in range(4)] == [1, 2, 3, 3]
    memory.reset()
    assert memory.invoke(one).item() == 1


def test_the_smallest_arena_works_and_one_byte_less_does_not(int8_model, interpreter):
    needed = interpreter.arena_used_bytes
    x = codes(interpreter)
    exact = micro.Interpreter(int8_model, arena_bytes=needed)
    np.testing.assert_array_equal(exact.invoke(x), interpreter.invoke(x))
    with pytest.raises(micro.ArenaTooSmall, match=f"too small by 1: this model needs {needed}"):
        micro.Interpreter(int8_model, arena_bytes=needed - 1)


@pytest.mark.parametrize("arena_bytes", [0, 4, 100, 700])
def test_what_is_missing_is_exact_even_when_nothing_fits(int8_model, interpreter, arena_bytes):
    with pytest.raises(micro.ArenaTooSmall) as caught:
        micro.Interpreter(int8_model, arena_bytes=arena_bytes)
    assert caught.value.missing_bytes == interpreter.arena_used_bytes - arena_bytes


@pytest.mark.parametrize("arena_bytes", [-1, 1.5, "1000", 1 << 31])
def test_an_arena_is_a_number_of_bytes(int8_model, arena_bytes):
    with pytest.raises(ValueError, match="arena_bytes is a number of bytes"):
        micro.Interpreter(int8_model, arena_bytes=arena_bytes)


def test_pieces_that_live_together_never_overlap(interpreter):
    pieces = interpreter.arena_plan()
    tensors = {piece.index: piece for piece in pieces if piece.what == "tensor"}
    assert {piece.what for piece in pieces} == {"records", "tensor", "scratch"}
    assert max(piece.offset + piece.bytes for piece in pieces) == interpreter.arena_used_bytes
    # An output may lie where an input of the same operator lies: computed in place.
    in_place = {
        (operator.outputs[0], index)
        for operator in interpreter.model.operators
        for index in operator.inputs
    }
    for one in pieces:
        for other in pieces:
            if one is other or one.first > other.last or other.first > one.last:
                continue
            apart = one.offset >= other.offset + other.bytes
            apart |= other.offset >= one.offset + one.bytes
            shared = one.what == other.what == "tensor" and (
                (one.index, other.index) in in_place or (other.index, one.index) in in_place
            )
            assert apart or shared, (one, other)
    assert any(
        tensors[a].offset == tensors[b].offset for a, b in in_place if {a, b} <= set(tensors)
    )


def test_an_operator_it_lacks_is_named():
    cumsum = models.hand_made(
        models.OPERATOR["CUMSUM"],
        [{"shape": [3]}, {"shape": [1], "type": 2, "data": np.zeros(1, np.int32)}, {"shape": [1]}],
        [0, 1],
        [2],
    )
    with pytest.raises(micro.CannotRun, match=r"operator 0 \(CUMSUM\) of this model isn't among"):
        micro.Interpreter(models.pack(cumsum))


def test_a_custom_operator_has_its_own_name():
    tensors = [{"shape": [1]}, {"shape": [1]}]
    custom = models.hand_made(models.OPERATOR["CUSTOM"], tensors, [0], [1], custom_code="MINE")
    with pytest.raises(micro.CannotRun, match=r"operator 0 \(MINE\) of this model isn't among"):
        micro.Interpreter(models.pack(custom))


def test_a_type_it_lacks_is_named(tiny_models):
    with pytest.raises(micro.CannotRun, match=r"operator \d+ \(\w+\) of this model needs"):
        micro.Interpreter(tiny_models["dynamic"])


def test_all_operators_it_lacks_are_named_each_once():
    graph = models.hand_made(models.OPERATOR["RELU"], [{"shape": [1, 4]}] * 2, [0], [1])
    graph.operatorCodes, graph.subgraphs[0].operators = [], []
    for place, name in enumerate(("RELU", "ELU", "ELU", "FLOOR", "COS", "FLOOR")):
        kind, one = models.schema.OperatorCodeT(), models.schema.OperatorT()
        kind.builtinCode = kind.deprecatedBuiltinCode = models.OPERATOR[name]
        one.opcodeIndex, one.inputs, one.outputs = place, [0], [1]
        graph.operatorCodes.append(kind)
        graph.subgraphs[0].operators.append(one)
    with pytest.raises(micro.CannotRun) as refused:
        micro.Interpreter(models.pack(graph))
    assert str(refused.value) == (
        "the micro-interpreter doesn't run it: operator 1 (ELU) of this model isn't among the "
        "kernels of this program; nor does it run FLOOR, COS: report.operators(tflite_bytes) says "
        "what runs where, and the way round"
    )
    assert (refused.value.operator, refused.value.why[:11]) == (1, "isn't among")


@pytest.mark.parametrize(
    ("name", "filters", "options"),
    [
        ("CONV_2D", lambda n: (n, 1, 1, 1), (1, models.schema.Conv2DOptionsT())),
        ("DEPTHWISE_CONV_2D", lambda n: (1, 1, 1, n), (2, models.schema.DepthwiseConv2DOptionsT())),
        ("TRANSPOSE_CONV", lambda n: (n, 1, 1, 1), (49, models.schema.TransposeConvOptionsT())),
    ],
)
def test_scratch_memory_has_to_fit_32_bits(name, filters, options):
    """8 bytes a channel: with 2^29 channels they'd seem to be none."""
    options[1].strideW = options[1].strideH = 1

    def load(channels):
        codes = {"type": 9, "scale": [1.0], "zero_point": [0]}
        pixel, output = {"shape": [1, 1, 1, 1]} | codes, {"shape": [1, 1, 1, channels]} | codes
        weights = {"shape": filters(channels), "data": np.ones(channels, np.int8)} | codes
        size = {"shape": [4], "type": 2, "data": np.array([1, 1, 1, channels], np.int32)}
        is_back = name == "TRANSPOSE_CONV"
        tensors = [size, weights, pixel] if is_back else [pixel, weights]
        inputs = list(range(len(tensors)))
        code, place = models.OPERATOR[name], len(tensors)
        model = models.hand_made(code, [*tensors, output], inputs, [place], options)
        return micro.Interpreter(models.pack(model))

    assert load(1 << 16).arena_used_bytes > 9 << 16
    with pytest.raises(micro.CannotRun, match=rf"\({name}\) of this model has weights .* not supp"):
        load((1 << 24) + 1)


def test_a_version_it_lacks_is_named(int8_model):
    future = models.hand_made(models.OPERATOR["RELU"], [{"shape": [3]}, {"shape": [3]}], [0], [1])
    future.operatorCodes[0].version = 99
    with pytest.raises(micro.CannotRun, match=r"\(RELU\) of this model has a newer version"):
        micro.Interpreter(models.pack(future))


@pytest.mark.parametrize("scale", [np.inf, -np.inf, np.nan, -1.0, -0.0])
@pytest.mark.parametrize("count", [1, 3])
def test_a_scale_that_is_no_positive_number_is_malformed(scale, count):
    """The C refuses it by itself: a board has no Python to look first."""
    codes = {"type": 9, "scale": [1.0] * count, "zero_point": [0] * count}
    graph = models.hand_made(models.OPERATOR["RELU"], [{"shape": [3]} | codes] * 2, [0], [1])
    read = model_file.read(models.pack(graph))
    graph.subgraphs[0].tensors[1].quantization.scale[-1] = scale
    with pytest.raises(micro.CannotRun, match=r"tensor 1 .* a scale that is negative or no number"):
        Loaded(models.pack(graph), read)


def test_damaged_bytes_are_no_model(int8_model):
    with pytest.raises(model_file.ModelFileError):
        micro.Interpreter(int8_model[:100])


def test_the_source_of_a_function_can_be_read():
    text = micro.source("tm_invoke")
    assert text.startswith("// interpreter.c") and "tm_invoke_operator(m, i);" in text
    assert text.count("\n}\n") == 1
    with pytest.raises(ValueError, match="no function 'tm_dance'"):
        micro.source("tm_dance")


def test_interpreters_do_not_disturb_each_other(int8_model, tiny_models):
    one, other = micro.Interpreter(int8_model), micro.Interpreter(tiny_models["float32"])
    x = codes(one)
    expected = one.invoke(x)
    steps = one.steps(x)
    next(steps)
    other.invoke(np.ones((1, 8, 8, 1), np.float32))
    *_, (_, last) = steps
    np.testing.assert_array_equal(last, expected)


@pytest.mark.parametrize("target", ["x86_64-windows-gnu", "aarch64-macos", "aarch64-linux-gnu"])
def test_it_compiles_and_links_for_other_computers(target, monkeypatch):
    """All of it: what can be shown here of computers that aren't here."""
    monkeypatch.setattr(toolchain.compiler, "_this_computer", lambda: target)
    path = binding.compiled()
    data = path.read_bytes()
    assert path.suffix in (".dll", ".dylib", ".so") and len(data) > 50_000
    assert b"tm_invoke_operator" in data and b"tm_kernel_list" in data


def test_only_the_sources_of_wanted_kernels_are_given():
    names = {path.name for path in binding.sources({"CONV_2D", "SUB"})}
    shared = {"interpreter.c", "tm_convolution.c"}
    assert shared | {"tm_conv_2d.c", "tm_arithmetic.c"} <= names
    assert not {"tm_svdf.c", "tm_softmax.c", "tm_computer.c"} & names
    assert {"tm_svdf.c", "tm_softmax.c"} <= {path.name for path in binding.sources()}
