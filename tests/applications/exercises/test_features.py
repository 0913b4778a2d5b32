"""48 features of a window: what each of them is, and the same from C and from NumPy."""

import itertools

import numpy as np
import pytest

from tinyml_helpers.applications.wearables.exercises.rivals import c_rivals, features


def wild():
    """Windows of noise, of one value, and from one end to the other: int8 [n, 100, 6]."""
    windows = np.random.default_rng(0).integers(-128, 128, (200, 100, 6)).astype(np.int8)
    windows[0], windows[1], windows[2] = -128, 127, 0
    windows[3, ::2], windows[3, 1::2] = -128, 127
    windows[4, :50], windows[4, 50:] = -128, 127
    windows[5, :99], windows[5, 99:] = -128, 127
    return windows


def of_axis(values):
    """The eight features of one axis, by name; the other axes are 0."""
    windows = np.zeros((1, 100, 6), np.int8)
    windows[0, :, 2] = values
    found = features.of(windows).reshape(6, 8)
    assert not found[[0, 1, 3, 4, 5]].any()
    return dict(zip(features.NAMES, found[2].tolist(), strict=True))


def test_c_and_numpy_give_the_same():
    np.testing.assert_array_equal(c_rivals.features(wild()), features.of(wild()))


def test_windows_may_lie_in_memory_in_any_order():
    turned_over = np.asfortranarray(wild())
    np.testing.assert_array_equal(c_rivals.features(turned_over), features.of(wild()))


def test_they_are_what_their_names_say():
    values = np.random.default_rng(1).integers(-90, 120, 100)
    found, ordered = of_axis(values), np.sort(values)
    assert found["sum"] == values.sum()
    assert found["deviation"] == int(100 * values.std())
    assert (found["least"], found["most"]) == (ordered[0], ordered[99])
    assert (found["low"], found["high"]) == (ordered[10], ordered[89])
    assert found["change"] == sum(abs(b - a) for a, b in itertools.pairwise(values))
    above = values > values.mean()
    assert found["crossings"] == sum(a != b for a, b in itertools.pairwise(above))


def test_an_axis_that_rests_has_no_movement():
    found = of_axis(-7)
    assert found == {
        "sum": -700,
        "deviation": 0,
        "least": -7,
        "most": -7,
        "change": 0,
        "crossings": 0,
        "low": -7,
        "high": -7,
    }


def test_the_largest_movement_fits():
    found = of_axis(np.tile([-128, 127], 50))
    assert found["deviation"] == 12_750
    assert found["change"] == 99 * 255
    assert found["crossings"] == 99


@pytest.mark.parametrize(
    "windows",
    [np.zeros((3, 100, 6), np.int16), np.zeros((100, 6), np.int8), np.zeros((3, 99, 6), np.int8)],
    ids=["int16", "one", "short"],
)
@pytest.mark.parametrize("of", [features.of, c_rivals.features], ids=["numpy", "c"])
def test_other_windows_are_refused(windows, of):
    with pytest.raises(ValueError, match=r"windows are .*: give int8 \[n, 100, 6\]"):
        of(windows)
