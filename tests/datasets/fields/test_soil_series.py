"""Steps and gaps of soil series."""

import numpy as np
import pytest

from tinyml_helpers.datasets.fields.series import (
    at_every_step,
    longest_gap,
    measured_span,
    share_missing,
)

NAN = np.nan


@pytest.mark.parametrize(
    "values, steps",
    [([], 0), ([1, 2], 0), ([NAN, 1, NAN, NAN, 2, NAN], 2), ([NAN] * 3, 3), ([1, 2, NAN], 1)],
)
def test_the_longest_gap_is_the_longest_run(values, steps):
    assert longest_gap(np.array(values, float)) == steps


def test_the_share_missing():
    assert share_missing(np.array([NAN, 1, 2, 3])) == 0.25
    assert share_missing(np.array([])) == 1


def test_the_measured_span_leaves_out_what_was_before_and_after():
    values = np.array([NAN, NAN, 1, NAN, 2, NAN])
    assert np.array_equal(values[measured_span(values)], [1, NAN, 2], equal_nan=True)
    assert len(values[measured_span(np.full(6, NAN))]) == 0


def test_steps_that_are_not_there_are_nan():
    times = np.array(["2026-01-01T00", "2026-01-04T00"], "datetime64[h]")
    even, values = at_every_step(times, np.array([[1.0, 2], [3, 4]]), 24)
    assert even.tolist() == [np.datetime64(f"2026-01-0{day}T00").item() for day in (1, 2, 3, 4)]
    assert np.isnan(values[1:3]).all() and values[[0, 3]].tolist() == [[1, 2], [3, 4]]
