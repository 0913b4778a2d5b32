import matplotlib
import matplotlib.pyplot as plt
import models
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


def test_each_part_of_the_file_is_drawn_where_its_bytes_are(int8_model):
    found = xray.parts(int8_model)
    (axes,) = xray.file(int8_model).axes
    for part, (bars, label) in enumerate(zip(axes.collections, axes.texts, strict=True)):
        drawn = np.zeros(len(found), bool)
        for path in bars.get_paths():
            box = path.get_extents()
            drawn[int(box.x0) : int(box.x1)] = True
            assert (box.y0 + box.y1) / 2 == pytest.approx(part) and box.height < 1
        assert np.array_equal(drawn, found == part)
        assert label.get_text() == f"{(found == part).sum():,}"
        assert label.get_position()[0] > len(found) and label.get_position()[1] == part
    assert len({tuple(bars.get_facecolor()[0]) for bars in axes.collections}) == len(xray.PARTS)
    assert [label.get_text() for label in axes.get_yticklabels()] == list(xray.PARTS)
    assert list(axes.get_yticks()) == list(range(len(xray.PARTS))) and axes.yaxis_inverted()
    assert axes.get_xlim() == (0, len(found)) and "byte" in axes.get_xlabel()
    assert axes.xaxis.get_major_formatter()(6000) == "6,000"
    assert f"{len(int8_model):,}" in axes.get_title()


def test_the_arena_is_drawn_to_its_last_byte(interpreter):
    (axes,) = xray.arena(interpreter).axes
    boxes = [path.get_extents() for bars in axes.collections for path in bars.get_paths()]
    assert len(boxes) == len(interpreter.arena_plan())
    highest = max(piece.offset + piece.bytes for piece in interpreter.arena_plan())
    assert max(box.y1 for box in boxes) == highest <= interpreter.arena_used_bytes
    assert any(text.startswith("records: ") for text in texts(axes))


def test_pieces_of_the_arena_are_drawn_where_they_lie_and_large_ones_say_what_they_are(interpreter):
    count, plan = len(interpreter.model.operators), interpreter.arena_plan()
    with plt.rc_context({"axes.grid": True}):
        (axes,) = xray.arena(interpreter).axes
    looks = {}
    for piece, bars in zip(plan, axes.collections, strict=True):
        (path,) = bars.get_paths()
        box = path.get_extents()
        assert (box.y0, box.height) == (piece.offset, piece.bytes)
        # A tensor goes over into the one that takes its place halfway through an operator.
        assert piece.first <= box.x0 <= piece.first + 0.5
        assert piece.last <= box.x1 - (box.x1 % 1) / 2 + 0.5 or box.x1 == count
        assert box.x1 <= min(piece.last + 1, count)
        looks.setdefault(piece.what, set()).add((tuple(bars.get_facecolor()[0]), bars.get_hatch()))
    assert all(len(look) == 1 for look in looks.values()) and set(looks) == set(xray._LOOKS)
    assert len(set().union(*looks.values())) == len(looks)
    height = interpreter.arena_used_bytes
    labels = texts(axes)
    assert len(labels) == sum(piece.bytes > 0.035 * height for piece in plan)
    assert {"records: 804", "scratch: 800", "output of 0: 256"} <= set(labels)
    for label in axes.texts:
        x, y = label.get_position()
        assert (label.get_ha(), label.get_va()) == ("center", "center")
        assert any(
            box.x0 + box.x1 == 2 * x and box.y0 + box.y1 == 2 * y
            for bars in axes.collections
            for box in [bars.get_paths()[0].get_extents()]
        )
    assert [line.get_ydata()[0] for line in axes.lines] == [height]
    assert axes.get_xlim() == (0, count) and axes.get_ylim() == (0, pytest.approx(1.02 * height))
    assert list(axes.get_xticks()) == [index + 0.5 for index in range(count)]
    operators = [label.get_text() for label in axes.get_xticklabels()]
    assert operators[1] == "1\nDEPTHWISE\nCONV 2D" and operators[6] == "6\nFULLY\nCONNECTED"
    assert axes.yaxis.get_major_formatter()(1500) == "1,500"
    assert "byte" in axes.get_ylabel() and "time" in axes.get_xlabel()
    assert f"{height:,} bytes" in axes.get_title()
    assert not any(line.get_visible() for line in axes.get_xgridlines())
    assert any(line.get_visible() for line in axes.get_ygridlines())


def test_what_a_model_keeps_is_drawn_as_state():
    (axes,) = xray.arena(micro.Interpreter(models.memory_model())).axes
    assert texts(axes) == ["records: 192", "state: 12"]


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
    assert drawn.shape[0] == 8 and [axis.get_title() for axis in figure.axes][:2] == [
        "the input: 8 × 8 × 1",
        "0 CONV_2D: 8 × 8 × 4",
    ]
    assert np.array_equal(drawn[::times, : times * width : times], pictures[0][0, :, :, 0])


def test_channels_stand_side_by_side_in_grey_with_a_gap_behind_each(interpreter):
    tensor = interpreter.model.inputs[0]
    codes = np.arange(64, dtype=np.int8).reshape(tensor.shape)
    steps = list(interpreter.steps(codes))
    figure = xray.layers(codes, steps)
    pictures = [codes] + [made for _, made in steps if made.ndim == 4]
    for axis, made in zip(figure.axes, pictures, strict=True):
        (image,) = axis.images
        times = 8 // made.shape[1]
        strip = np.ma.filled(image.get_array().astype(float), np.nan)
        assert strip.shape == (times * made.shape[1], 16 * (times * made.shape[2] + 1))
        parts = np.split(strip, 16, axis=1)
        for channel, part in enumerate(parts):
            assert np.isnan(part[:, -1]).all()
            if channel < made.shape[3]:
                large = made[0, :, :, channel].repeat(times, axis=0).repeat(times, axis=1)
                assert np.array_equal(part[:, :-1], large)
            else:
                assert np.isnan(part).all()
        assert image.get_cmap().name == "gray_r" and not axis.axison
        assert image.get_clim() == (-128, max(made.max(), -127))


def test_a_layer_that_says_nothing_is_drawn_all_the_same():
    nothing = np.full((1, 2, 2, 1), -128, np.int8)
    (axis,) = xray.layers(nothing, []).axes
    assert axis.images[0].get_clim() == (-128, -127)
