"""run.py of a model's project for a Raspberry Pi, with TensorFlow's interpreter for LiteRT."""

import re

import numpy as np
import on_pi
import pytest

from tinyml_helpers import micro, model_file


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "project"


def answer(done):
    """The numbers of the first output that run.py printed."""
    assert done.returncode == 0, done.stderr
    printed = re.search(r"^output 0: .*\n((?:.|\n)*?)^(?:output|LiteRT)", done.stdout, re.M)[1]
    return np.array([float(number) for number in re.findall(r"[-\d][\d.e+-]*", printed)])


@pytest.mark.parametrize("number_format", ["int8", "float32"])
def test_litert_and_the_program_give_nearly_the_same(number_format, tiny_models, folder, tmp_path):
    model = tiny_models[number_format]
    on_pi.exported(model, folder)
    here = micro.Interpreter(model)
    x = np.random.default_rng(1).random(here.model.inputs[0].shape, np.float32)
    np.save(tmp_path / "x.npy", x)
    words = ["run.py", "--from", tmp_path / "x.npy", "--times", 3, "--compare"]
    done = on_pi.python(folder, *words, modules=on_pi.LITERT)
    output = here.model.outputs[0]
    codes = x if number_format == "float32" else here.model.inputs[0].quantize(x)
    expected = here.invoke(codes)
    real = expected if number_format == "float32" else output.dequantize(expected)
    step = 1e-5 if number_format == "float32" else 1.01 * float(output.scale[0])
    np.testing.assert_allclose(answer(done), np.ravel(real), atol=step)
    assert re.search(r"^LiteRT: \d+\.\d+ ms, the median of 3$", done.stdout, re.M)
    assert re.search(r"^program: \d+\.\d+ ms, the median of 3$", done.stdout, re.M)
    told = r"^output 0: \d+ of (\d+) values differ, by at most ([\d.e-]+)( steps)?$"
    count, most, steps = re.search(told, done.stdout, re.M).groups()
    assert int(count) == expected.size and bool(steps) == (number_format == "int8")
    assert float(most) <= (1 if steps else 1e-5)


def test_a_difference_between_litert_and_the_program_is_told(int8_model, folder):
    on_pi.exported(int8_model, folder)
    constants = [tensor for tensor in model_file.read(int8_model).tensors if tensor.is_constant]
    weights = max(constants, key=lambda tensor: tensor.byte_count).data.tobytes()
    (folder / "model.tflite").write_bytes(int8_model.replace(weights, bytes(len(weights))))
    done = on_pi.python(folder, "run.py", "--compare", modules=on_pi.LITERT)
    assert re.search(r"^output 0: [1-9]\d* of \d+ values differ", done.stdout, re.M), done.stderr


def test_files_that_a_model_cant_take_are_told(int8_model, folder, tmp_path):
    on_pi.exported(int8_model, folder)
    shape = model_file.read(int8_model).inputs[0].shape
    wrong = {
        "shape.npy": (np.zeros((3, 3), np.int8), r"holds \[3, 3\], and the model takes \[1, 8, 8"),
        "dtype.npy": (np.zeros(shape, np.uint8), r"holds uint8, and the model takes int8 or real"),
        "absent.npy": (None, r"isn't a \.npy file that can be read: .*No such file"),
    }
    for name, (array, message) in wrong.items():
        if array is not None:
            np.save(tmp_path / name, array)
        done = on_pi.python(folder, "run.py", "--from", tmp_path / name, modules=on_pi.LITERT)
        assert re.search(message, on_pi.trouble(done))


def test_codes_are_taken_as_they_are_and_random_ones_where_there_are_none(
    int8_model, folder, tmp_path
):
    on_pi.exported(int8_model, folder)
    here = micro.Interpreter(int8_model)
    x = np.random.default_rng(5).integers(-128, 128, here.model.inputs[0].shape, np.int8)
    np.save(tmp_path / "codes.npy", x)
    done = on_pi.python(folder, "run.py", "--from", tmp_path / "codes.npy", modules=on_pi.LITERT)
    output = here.model.outputs[0]
    expected = np.ravel(output.dequantize(here.invoke(x)))
    np.testing.assert_allclose(answer(done), expected, atol=1.01 * float(output.scale[0]))
    assert answer(on_pi.python(folder, "run.py", modules=on_pi.LITERT)).size == expected.size
    two = ["--from", *2 * [tmp_path / "codes.npy"]]
    done = on_pi.python(folder, "run.py", *two, modules=on_pi.LITERT)
    assert on_pi.trouble(done) == "the model has 1 inputs, not 2: give a file each"


def test_a_missing_litert_is_told(int8_model, folder):
    on_pi.exported(int8_model, folder)
    broken = {"ai_edge_litert/__init__.py": "raise ImportError('made up')\n"}
    said = on_pi.trouble(on_pi.python(folder, "run.py", modules=broken))
    assert "LiteRT can't be imported (made up): call `.venv/bin/pip install -r" in said
