"""The real extracts of soil and weather where they are, and what their datasheets say of them."""

import numpy as np
import places
import pytest

from tinyml_helpers.datasets.fields.series import longest_gap, measured_span, share_missing
from tinyml_helpers.datasets.fields.simpact import simpact
from tinyml_helpers.datasets.fields.uscrn import uscrn


@pytest.fixture(scope="module")
def manhattan():
    (soil,) = uscrn(places.outside("TINYML_REAL_DATA", "uscrn_soil_weather"))
    return soil


@pytest.fixture(scope="module")
def park():
    return simpact(places.outside("TINYML_REAL_DATA", "simpact_soil_moisture"))


def test_manhattan_has_5118_days_of_which_2841_have_moisture_at_5_cm(manhattan):
    assert manhattan.site == "KS_Manhattan_6_SSW" and manhattan.step_hours == 24
    assert str(manhattan.times[0]) == "2003-10-01T00" and len(manhattan.times) == 5118
    assert np.isfinite(manhattan.moisture).sum(axis=0).tolist() == [2841, 2933, 2224, 0, 0]


def test_manhattans_values_can_be(manhattan):
    there = manhattan.moisture[np.isfinite(manhattan.moisture)]
    assert there.min() > 8 and there.max() < 61
    assert np.nanmin(manhattan.rain) == 0 and np.nanmax(manhattan.rain) == 112.3
    assert np.nanmin(manhattan.radiation) > 0.3 and np.nanmax(manhattan.radiation) < 32
    assert (np.nanmin(manhattan.coldest), np.nanmax(manhattan.warmest)) == (-27.8, 42.8)


def test_no_moisture_is_reported_from_frozen_soil(manhattan):
    frozen = manhattan.other["SOIL_TEMP_5_DAILY"] < 0
    assert frozen.sum() == 42 and np.isnan(manhattan.moisture[frozen, 0]).all()
    near = manhattan.other["SOIL_TEMP_5_DAILY"] < 1
    span = measured_span(manhattan.moisture[:, 0])
    missing = np.isnan(manhattan.moisture[:, 0])
    assert (missing[span].sum(), (missing & near)[span].sum()) == (145, 126)


def test_manhattans_datasheet_says_what_it_holds(manhattan):
    sheet = " ".join((places.DATA / "uscrn.md").read_text(encoding="utf-8").split())
    top = manhattan.moisture[:, 0]
    span = measured_span(top)
    assert f"{len(manhattan.times):,} days" in sheet
    assert f"{np.isfinite(top).sum():,} values at 5 cm" in sheet
    assert f"since {manhattan.times[span][0].astype('datetime64[D]')}" in sheet
    assert f"{100 * share_missing(top[span]):.1f}% of the days since then are missing" in sheet
    assert f"longest gap has {longest_gap(top[span])} days" in sheet


def test_simpact_has_13_sensors_for_64_days_without_a_gap(park):
    assert len(park) == 13 and {soil.moisture.shape for soil in park} == {(1528, 1)}
    days = {str(time)[:10] for time in park[0].times}
    assert len(days) == 64 and (min(days), max(days)) == ("2022-11-15", "2023-01-17")
    assert not any(np.isnan(soil.moisture).any() for soil in park)


def test_simpacts_datasheet_says_what_it_holds(park):
    sheet = " ".join((places.DATA / "simpact.md").read_text(encoding="utf-8").split())
    every = np.concatenate([soil.moisture for soil in park])
    assert f"{len(park)} sensors, {len(park[0].times):,} hours" in sheet
    assert f"{every.min():.1f} to {every.max():.1f}% by volume" in sheet
