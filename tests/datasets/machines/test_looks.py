"""The bundled looks at simulated machines: what they say of themselves, where they are from."""

import re

import numpy as np
import pytest
from places import DATA

from tinyml_helpers import datasets
from tinyml_helpers.datasets.machines import looks
from tinyml_helpers.datasets.machines.simulated import TEST_MACHINES, machine


@pytest.fixture(scope="module")
def bundled():
    return looks.machine_looks()


def test_eight_looks_at_each_machine(bundled):
    train, test = bundled
    for part, numbers in zip(bundled, (1200, 200), strict=True):
        assert (np.unique(part.machines, return_counts=True)[1] == 8).all()
        assert [column.shape for column in part] == [
            (8 * numbers, 192),
            (8 * numbers, 32),
            (8 * numbers, 4),
            *[(8 * numbers,)] * 3,
        ]
        assert [column.dtype for column in part] == [
            np.int8,
            np.int8,
            np.float32,
            np.int64,
            np.float32,
            np.int64,
        ]
    assert repr(test) == "Looks: 1,600 at 200 machines (515 normal, 375 inner, 380 outer, 330 ball)"
    assert repr(train.take(train.kinds == 1)) == (
        "Looks: 2,196 at 1,044 machines (0 normal, 2,196 inner, 0 outer, 0 ball)"
    )


def test_no_machine_is_on_both_sides(bundled):
    train, test = bundled
    assert train.machines.max() < TEST_MACHINES <= test.machines.min()


def test_a_third_is_healthy_and_faults_are_of_all_levels(bundled):
    for part in bundled:
        assert 0.3 < np.mean(part.kinds == 0) < 0.38
        assert np.array_equal(np.isnan(part.decibels), part.kinds == 0)
        levels = part.decibels[part.kinds > 0]
        assert -14 <= levels.min() < -13.5 and 9.5 < levels.max() <= 10
        assert abs(levels.mean() + 2) < 0.5


def test_a_look_says_which_bearing_it_is_of(bundled):
    for part in bundled:
        for row in (0, 100, len(part.machines) - 1):
            orders = machine(int(part.machines[row])).orders
            assert part.bearings[row] == pytest.approx(orders, rel=1e-6)


@pytest.mark.parametrize("part", [0, 1])
def test_bundled_looks_are_what_is_drawn(bundled, part):
    start = (0, TEST_MACHINES)[part]
    numbers = [start, start + 1, start + 150]
    drawn = looks.draw(numbers, 8)
    kept = bundled[part].take(np.isin(bundled[part].machines, numbers))
    for name in ("kinds", "machines", "bearings", "decibels"):
        assert np.array_equal(getattr(drawn, name), getattr(kept, name), equal_nan=True)
    for name in ("orders", "bands"):
        apart = np.abs(getattr(drawn, name).astype(int) - getattr(kept, name))
        # Another computer's sine may differ in its last bit, and a code with it.
        assert np.mean(apart <= 2) > 0.999 and np.mean(apart == 0) > 0.98


def test_a_look_is_the_same_however_many_are_drawn():
    two, one = looks.draw([5], 2), looks.draw([5], 1)
    assert all(np.array_equal(a[:1], b, equal_nan=True) for a, b in zip(two, one, strict=True))


def test_what_is_saved_is_read_again(tmp_path, monkeypatch):
    monkeypatch.setattr(looks, "FOLDER", tmp_path)
    drawn = looks.draw([8], 2), looks.draw([TEST_MACHINES], 1)
    for name, part in zip(("train", "test"), drawn, strict=True):
        looks.save(name, part)
    for wrote, read in zip(drawn, looks.machine_looks(), strict=True):
        for a, b in zip(wrote, read, strict=True):
            assert a.dtype == b.dtype and np.array_equal(a, b, equal_nan=True)


def test_the_datasheet_says_what_is_bundled(bundled):
    sheet = (DATA / "machines.md").read_text(encoding="utf-8")
    for heading in ("Where it comes from", "Licence", "What is in it", "How it is split", "Limits"):
        assert f"## {heading}" in sheet
    for name, part in zip(("train", "test"), bundled, strict=True):
        counts = re.search(r"\((.*)\)", repr(part))[1]
        size = (DATA / "machines" / f"{name}.npz").stat().st_size / 1e6
        assert f"| {len(part.kinds):,}: {counts} | {size:.2f} MB |" in sheet
    assert "(machines.md)" in (DATA / "README.md").read_text(encoding="utf-8")
    assert datasets.machine_looks is looks.machine_looks
