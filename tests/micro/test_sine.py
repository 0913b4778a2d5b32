"""The model of micro's example: a sine, and what the script that made it makes again."""

import importlib.util

import numpy as np
import places
import pytest

from tinyml_helpers import export, micro
from tinyml_helpers.micro import binding


@pytest.fixture(scope="module")
def committed():
    return micro.Interpreter(export.read_back(binding.FOLDER / "example" / "sine.c"))


def outputs(interpreter):
    """The codes of all 256 inputs."""
    return np.array([interpreter.invoke(np.array([[x]], np.int8)).item() for x in range(-128, 128)])


def test_it_is_a_sine(committed):
    (x,), (y,) = committed.model.inputs, committed.model.outputs
    angles = x.scale[0] * (np.arange(-128, 128) - x.zero_point[0])
    sines = y.scale[0] * (outputs(committed) - y.zero_point[0])
    np.testing.assert_allclose(sines, np.sin(angles), atol=0.03)
    assert angles[0] == 0 and abs(angles[-1] - 2 * np.pi) < 0.01


def test_the_script_makes_it_again(committed):
    script = places.DATA / "sine" / "make_sine.py"
    spec = importlib.util.spec_from_file_location("make_sine", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    again = micro.Interpreter(module.tflite_bytes())
    assert np.abs(outputs(again) - outputs(committed)).max() <= 1
