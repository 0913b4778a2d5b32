"""What runs where: the table of operators."""

import foreign
import numpy as np
import pytest
from models import OPERATOR, hand_made, large, memory_model, pack, schema
from what_runs import runs_everywhere, verdicts, way

from tinyml_helpers import micro, model_file, report
from tinyml_helpers.runtimes import litert, tflm, worker

layers = foreign.layers


pytestmark = pytest.mark.usefixtures("needs_tflm")


class TestTable:
    def test_a_model_of_the_lessons_runs_everywhere(self, int8_model):
        good, text = runs_everywhere(int8_model)
        assert good, text
        model = model_file.read(int8_model)
        rows = report.operators(int8_model).rows
        places = [place for row in rows for place in row.places]
        assert sorted(places) == [operator.index for operator in model.operators]
        assert all(model.operators[place].name == row.name for row in rows for place in row.places)
        assert not any(row.way_round for row in rows)

    @pytest.mark.parametrize(
        "name",
        [
            "hello_world_float.tflite",
            "hello_world_int8.tflite",
            "micro_speech_quantized.tflite",
            "person_detect.tflite",
        ],
    )
    def test_tflms_own_examples_run_on_tflm(self, shared_model, name):
        rows, whole, _ = verdicts(shared_model(name))
        assert {(row[0], row[1]) for row in (*rows.values(), whole)} == {("yes", "yes")}

    def test_what_litert_alone_refuses_is_told_once(self, shared_model):
        """Today's LiteRT takes no quantized dimension beyond the scales; the chips' programs do."""
        rows, whole, found = verdicts(shared_model("person_detect.tflite"))
        assert rows["DEPTHWISE_CONV_2D"] == whole == ("yes", "yes", "no")
        assert str(found).count("quantized_dimension must be in range") == 1
        assert not way(found, "DEPTHWISE_CONV_2D")

    def test_it_goes_on_after_the_first_problem(self):
        chain = [
            layers.Conv2D(4, 3, dilation_rate=2, padding="same"),
            layers.PReLU(shared_axes=[1, 2]),
            layers.Conv2D(2, 3),
        ]
        rows, whole, found = verdicts(foreign.convert(foreign.keras_model((8, 8, 1), *chain)))
        assert rows["SPACE_TO_BATCH_ND"] == rows["BATCH_TO_SPACE_ND"] == ("no", "wrong", "yes")
        assert rows["PRELU"] == ("yes", "yes", "yes")
        assert rows["CONV_2D"] == ("yes", "yes", "yes")
        assert whole == ("no", "wrong", "yes")
        text = str(found)
        assert "says that [1, 6, 6, 1] come out: [4, 6, 6, 1] do" in " ".join(text.split())
        assert max(map(len, text.splitlines())) < 120

    def test_alike_operators_share_a_row(self):
        rows = report.operators(
            foreign.convert(foreign.recurrent("LSTM", batch=1, unroll=True))
        ).rows
        assert len({row.name for row in rows}) == len(rows)
        tanh = next(row for row in rows if row.name == "TANH")
        assert len(tanh.places) == 2 * 3  # two a time step

    def test_shapes_computed_on_the_way_are_real_ones(self):
        """Behind a custom operator too, where LiteRT can't run the whole model."""

        def function(x):
            x = foreign.tf.raw_ops.Digamma(x=x)
            return foreign.tf.reshape(x, [foreign.tf.shape(x)[0], 12])

        rows, whole, found = verdicts(foreign.convert_function(function, (None, 3, 4)))
        assert rows.pop("Digamma") == ("no", "no", "no") == whole
        assert {"SHAPE", "PACK", "RESHAPE"} <= set(rows)
        assert set(rows.values()) == {("yes", "yes", "yes")}, str(found)

    def test_what_only_runs_in_the_whole_model_counts(self):
        """A variable is read by one operator, and made by another."""
        owner = foreign.tf.Module()
        owner.state = foreign.tf.Variable(np.zeros((1, 3), np.float32))

        def function(x):
            return owner.state.assign_add(x) * 2.0

        rows, whole, found = verdicts(foreign.convert_function(function, (1, 3), owner))
        assert whole[2] == rows["READ_VARIABLE"][2] == rows["VAR_HANDLE"][2] == "yes", str(found)
        assert rows["MUL"] == ("yes", "yes", "yes")

    def test_a_crash_is_a_no(self):
        rows, whole, found = verdicts(memory_model(bias=-1))
        assert rows["SVDF"] == whole == ("yes", "no", "yes")
        assert "TFLM: crashes on this model" in str(found)

    def test_what_is_refused_as_a_whole_only_is_told_too(self):
        """One tensor, written twice: each operator alone has nothing against it."""
        model = hand_made(OPERATOR["RELU"], [{"shape": [2]}] * 2, [0], [1])
        model.subgraphs[0].outputs = [0, 1]
        model.subgraphs[0].operators.append(model.subgraphs[0].operators[0])
        rows, whole, found = verdicts(pack(model))
        assert rows["RELU"][0] == "yes" and whole[0] == "no"
        (line,) = [line for line in str(found).splitlines() if line.startswith("the model")]
        assert "micro: " in line

    def test_a_tensor_without_a_type_in_numpy_is_not_tried(self):
        text = {"shape": [1], "type": schema.TensorType.STRING}
        rows, whole, found = verdicts(pack(hand_made(OPERATOR["RESHAPE"], [text, text], [0], [1])))
        assert rows["RESHAPE"] == whole == ("no", "-", "-")
        assert "-: not tried" in str(found)

    def test_what_is_too_large_is_not_tried(self):
        _, whole, found = verdicts(large([(1 << 28) + 1]))
        assert whole == ("-", "-", "-")
        rows, whole, found = verdicts(large([1 << 30]))
        assert rows["RELU"] == whole == ("no", "-", "-")
        assert "larger than a gigabyte" in str(found)

    def test_without_tflm_its_column_is_empty(self, int8_model, monkeypatch):
        monkeypatch.setattr(tflm, "available", lambda: False)
        rows, whole, found = verdicts(int8_model)
        assert {*rows.values(), whole} == {("yes", "-", "yes")}
        assert "Linux on x86-64" in str(found)

    def test_what_is_no_model(self):
        with pytest.raises(model_file.ModelFileError):
            report.operators(b"no model")


def test_wrong_results_are_found_whatever_the_operator(monkeypatch):
    """Here the micro-interpreter is made to give another's results."""
    from tinyml_helpers.report import trials

    model = pack(hand_made(OPERATOR["RELU"], [{"shape": [1, 9]}] * 2, [0], [1]))
    tanh = pack(hand_made(OPERATOR["TANH"], [{"shape": [1, 9]}] * 2, [0], [1]))
    whole = micro.Interpreter
    monkeypatch.setattr(trials.micro, "Interpreter", lambda _: whole(tanh))
    rows, whole, found = verdicts(model)
    assert rows["RELU"] == whole == ("wrong", "yes", "yes")
    assert "its results are not LiteRT's" in str(found)


def test_litert_too_may_be_wrong(monkeypatch):
    """Its reference kernel of SUM is, in int8: `litert` takes the optimized one."""
    steps = {"type": 9, "scale": [0.1], "zero_point": [0]}
    axis = {"shape": [1], "type": 2, "data": np.int32([1])}
    tensors = [steps | {"shape": [4, 4]}, axis, steps | {"shape": [4]}]
    model = hand_made(OPERATOR["SUM"], tensors, [0, 1], [2], (27, schema.ReducerOptionsT()))
    model.operatorCodes[0].version = 2
    rows, whole, found = verdicts(pack(model))
    assert rows["SUM"] == whole == ("no", "yes", "yes"), str(found)
    monkeypatch.setattr(worker.litert, "kernels", lambda _: (litert.REFERENCE,))
    rows, whole, found = verdicts(pack(model))
    assert rows["SUM"] == whole == ("no", "yes", "wrong")
    assert "LiteRT: its other kernels give other results" in str(found)
