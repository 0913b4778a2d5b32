"""What a model of faults must be, for Python and for the C without Python before it."""

import models
import pytest
import watching
from streaming import changed, doubled
from watching import QUICK

from tinyml_helpers import model_file
from tinyml_helpers.applications.machines import c_watcher
from tinyml_helpers.applications.machines.watcher import Watcher
from tinyml_helpers.micro.loaded import Loaded, aligned


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"input_scale": [0.03]}, "scale 1/32 .* takes int8 .* with scale 0.03 and zero point 0"),
        ({"input_zeroPoint": [-1]}, "with scale 0.03125 and zero point -1"),
        (
            {"input_shape": [1, 4, 50]},
            r"order codes and three combs; this one takes int8 \[1, 4, 50",
        ),
        ({"input_type": 7}, "this one takes int16"),
        ({"output_scale": [0.1]}, "a softmax over normal, inner, outer, ball; this one gives"),
        ({"output_zeroPoint": [0]}, "with scale 0.00390625 and zero point 0"),
        ({"output_shape": [1, 5]}, r"gives int8 \[1, 4\] .* gives int8 \[1, 5\]"),
    ],
)
def test_models_of_other_shapes_and_scales_are_refused(fields, message):
    with pytest.raises(c_watcher.WrongModel, match=message):
        Watcher(changed(watching.tflite(), **fields), QUICK)


def test_other_models_are_refused(int8_model):
    with pytest.raises(c_watcher.WrongModel, match=r"takes int8 \[1, 8, 8, 1\] with"):
        Watcher(int8_model)
    with pytest.raises(model_file.ModelFileError):
        Watcher(b"no model")
    model = models.schema.ModelT.InitFromPackedBuf(watching.tflite(), 0)
    model.subgraphs[0].tensors[-2].isVariable = True
    with pytest.raises(c_watcher.WrongModel, match="keeps something from one inference to the"):
        Watcher(models.pack(model))


@pytest.mark.parametrize("more", ["inputs", "outputs"])
def test_the_c_refuses_a_model_of_two_inputs_or_outputs(more):
    code, settings = c_watcher.load(), QUICK.pack()

    def start(tflite_bytes):
        loaded = Loaded(tflite_bytes, model_file.read(tflite_bytes), code=code)
        state = aligned(code.mc_watcher_bytes())
        return code.mc_start(state.ctypes.data, loaded.handle, settings)

    assert start(watching.tflite()) == c_watcher.OK
    assert start(doubled(watching.tflite(), more)) == c_watcher.BAD_MODEL
    with pytest.raises(c_watcher.WrongModel, match="has one input and one output; this one has"):
        c_watcher.MODEL.check(doubled(watching.tflite(), more))


def test_the_c_refuses_a_model_of_other_sizes(int8_model):
    code = c_watcher.load()
    loaded = Loaded(int8_model, model_file.read(int8_model), code=code)
    state = aligned(code.mc_watcher_bytes())
    assert code.mc_start(state.ctypes.data, loaded.handle, QUICK.pack()) == c_watcher.BAD_MODEL
