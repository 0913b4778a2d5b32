"""The models benchmarks run: their work against published figures, and that none is degenerate."""

import sys

import numpy as np
import pytest

from benchmarks import shapes
from tinyml_helpers import model_file
from tinyml_helpers.runtimes import tflm

# MACs of MLPerf Tiny's networks and of TFLM's person detector, in millions.
MILLION_MACS = {
    "ds_cnn": 2.66,
    "person_detector": 7.16,
    "visual_wake_words": 7.49,
    "wake_word": 0.82,
    "autoencoder": 0.264,
    "resnet": 12.5,
}
SHAPES = {  # of one input, and of one output
    "ds_cnn": ((1, 49, 10, 1), (1, 12)),
    "person_detector": ((1, 96, 96, 1), (1, 2)),
    "visual_wake_words": ((1, 96, 96, 3), (1, 2)),
    "wake_word": ((1, 30, 1, 40), (1, 3)),
    "autoencoder": ((1, 640), (1, 640)),
    "resnet": ((1, 32, 32, 3), (1, 10)),
}

every_shape = pytest.mark.parametrize("name", MILLION_MACS)


def test_the_shapes_are_those():
    assert set(shapes.BUILDERS) == set(MILLION_MACS)


@every_shape
@pytest.mark.parametrize("make", [shapes.tflite, shapes.float_tflite])
def test_macs(name, make):
    assert model_file.read(make(name)).macs == pytest.approx(1e6 * MILLION_MACS[name], rel=0.01)


@every_shape
def test_everything_is_int8(name):
    model = model_file.read(shapes.tflite(name))
    computed = [*model.inputs, *(model.tensors[i] for o in model.operators for i in o.outputs)]
    assert {tensor.dtype for tensor in computed} == {"int8"}
    assert {tensor.dtype for tensor in model.tensors} <= {"int8", "int32"}  # biases, new shapes
    assert ([t.shape for t in model.inputs], [t.shape for t in model.outputs]) == (
        [SHAPES[name][0]],
        [SHAPES[name][1]],
    )


@every_shape
def test_the_float_model_is_the_same_without_the_quantization(name):
    small, large = (model_file.read(make(name)) for make in (shapes.tflite, shapes.float_tflite))
    assert [o.name for o in small.operators] == [o.name for o in large.operators]
    assert [o.options for o in small.operators] == [o.options for o in large.operators]
    assert {t.dtype for t in large.tensors} <= {"float32", "int32"}


def test_the_person_detector_is_the_real_one(shared_model):
    def layout(data):
        model = model_file.read(data)
        for operator in model.operators:
            operator.options.pop("new_shape", None)  # which also stands in the output's shape
        return [(o.name, model.tensors[o.outputs[0]].shape, o.options) for o in model.operators]

    assert layout(shapes.tflite("person_detector")) == layout(shared_model("person_detect.tflite"))


@every_shape
def test_every_tensor_varies(name, needs_tflm):
    interpreter = tflm.Interpreter(shapes.tflite(name))
    first, second = (interpreter.tensors(*shapes.inputs(name, seed)) for seed in (1, 2))
    for operator in interpreter.model.operators:
        codes = first[operator.outputs[0]]
        where = f"{operator.index} {operator.name}"
        _, counts = np.unique(codes, return_counts=True)
        # ReLU's zeros are half, and dead channels.
        assert counts.max() <= 0.7 * codes.size, f"{where}: mostly one code"
        assert len(counts) > min(codes.size, 1000) // 20, f"{where}: few codes"
        assert np.mean(codes == 127) <= 0.03 or codes.size <= 8, f"{where}: saturated"
        assert (codes != second[operator.outputs[0]]).mean() > 0.3, f"{where}: not of the input"
    output = first[interpreter.model.outputs[0].index]
    assert np.isin(output, (-128, 127)).mean() <= 0.1


@every_shape
def test_inputs_use_every_code(name):
    (codes,) = shapes.inputs(name, 3)
    assert codes.dtype == np.int8 and codes.shape == SHAPES[name][0]
    assert np.array_equal(np.unique(codes), np.arange(-128, 128))
    assert np.array_equal(codes, shapes.inputs(name, 3)[0])
    assert not np.array_equal(codes, shapes.inputs(name, 4)[0])


def test_the_same_bytes_every_time(monkeypatch):
    monkeypatch.setattr(shapes, "_made", shapes._made.__wrapped__)
    again = shapes.tflite.__wrapped__("autoencoder")
    assert again == shapes.tflite("autoencoder")


def test_writes_the_files(tmp_path, capsys, monkeypatch):
    folder = tmp_path / "new" / "folder"
    monkeypatch.setattr(sys, "argv", ["shapes.py", "--out", str(folder)])
    shapes.main()
    wanted = {f"{name}{end}.tflite" for name in MILLION_MACS for end in ("", "_float")}
    assert {path.name for path in folder.iterdir()} == wanted
    assert (folder / "resnet.tflite").read_bytes() == shapes.tflite("resnet")
    assert (folder / "ds_cnn_float.tflite").read_bytes() == shapes.float_tflite("ds_cnn")
    rows = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in rows[1:]] == list(shapes.BUILDERS)
    assert "2,656,768" in rows[1]


@pytest.mark.parametrize("make", [shapes.tflite, shapes.float_tflite, shapes.inputs])
def test_an_unknown_shape(make):
    with pytest.raises(ValueError, match="no shape 'vgg': use one of ds_cnn, person_detector"):
        make("vgg")
