import matplotlib
import numpy as np
import pytest

from tinyml_helpers import micro, model_file
from tinyml_helpers.model_file import xray

matplotlib.use("Agg")


@pytest.fixture(scope="module")
def interpreter(tiny_models):
    return micro.Interpreter(tiny_models["int8"])


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_constants_are_found_byte_for_byte(int8_model):
    found = xray.parts(int8_model)
    assert len(found) == len(int8_model)
    weights = bytes(np.frombuffer(int8_model, np.uint8)[found == 0])
    for tensor in model_file.read(int8_model).tensors:
        if tensor.is_constant:
            assert tensor.data.tobytes() in weights, tensor.name


def test_names_are_found_byte_for_byte(int8_model):
    names = xray.PARTS.index("names")
    text = bytes(np.frombuffer(int8_model, np.uint8)[xray.parts(int8_model) == names])
    for tensor in model_file.read(int8_model).tensors:
        assert tensor.name.encode() in text


def test_every_part_is_there_and_the_root_belongs_to_the_rest(int8_model):
    found = xray.parts(int8_model)
    assert set(found) == set(range(len(xray.PARTS)))
    assert xray.PARTS[found[0]] == "the rest"


@pytest.mark.parametrize("damage", [b"", b"no model at all", slice(0, 200)], ids=str)
def test_a_damaged_file_is_refused(int8_model, damage):
    data = int8_model[damage] if isinstance(damage, slice) else damage
    with pytest.raises(model_file.ModelFileError, match="sound"):
        xray.file(data)


def test_the_file_is_drawn_with_its_counts(int8_model):
    (axes,) = xray.file(int8_model).axes
    counts = [int(text.replace(",", "")) for text in texts(axes)]
    assert sum(counts) == len(int8_model)


def test_the_arena_is_drawn_to_its_last_byte(interpreter):
    (axes,) = xray.arena(interpreter).axes
    boxes = [path.get_extents() for bars in axes.collections for path in bars.get_paths()]
    assert len(boxes) == len(interpreter.arena_plan())
    highest = max(piece.offset + piece.bytes for piece in interpreter.arena_plan())
    assert max(box.y1 for box in boxes) == highest <= interpreter.arena_used_bytes
    assert any(text.startswith("records: ") for text in texts(axes))


def test_no_two_rectangles_of_the_arena_overlap(interpreter):
    (axes,) = xray.arena(interpreter).axes
    boxes = [path.get_extents() for bars in axes.collections for path in bars.get_paths()]
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            width = min(one.x1, other.x1) - max(one.x0, other.x0)
            height = min(one.y1, other.y1) - max(one.y0, other.y0)
            assert width <= 0 or height <= 0, (one, other)


def test_layers_are_drawn_side_by_side(interpreter):
    tensor = interpreter.model.inputs[0]
    codes = np.full(tensor.shape, -7, np.int8)
    steps = list(interpreter.steps(codes))
    figure = xray.layers(codes, steps, most_channels=2)
    pictures = [made for _, made in steps if made.ndim == 4]
    assert len(figure.axes) == 1 + len(pictures)
    drawn = figure.axes[1].images[0].get_array()
    height, width = pictures[0].shape[1:3]
    times = drawn.shape[0] // height
    assert np.array_equal(drawn[::times, : times * width : times], pictures[0][0, :, :, 0])
