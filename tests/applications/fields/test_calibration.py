"""Calibration against its rule in plain Python, and what it is for: quantiles that come true."""

import numpy as np
import pytest

from tinyml_helpers.applications.fields import c_node, offline

LEADS = [hours // 24 for hours in c_node.LEAD_HOURS[1:]]


def field(days, seed=0, wide=1.0, bias=0.0):
    """A moisture that strays around 20%, and a model's forecasts: too wet by bias, too wide."""
    rng = np.random.default_rng(seed)
    levels = np.empty(days)
    levels[0] = 20
    for day in range(1, days):
        levels[day] = 20 + 0.9 * (levels[day - 1] - 20) + rng.normal(0, 1)
    levels = levels.round(2)
    changes = np.zeros((days, 4, 3))
    for lead, ahead in enumerate([0.25, *LEADS]):
        middle = (0.9**ahead - 1) * (levels - 20) + bias
        spread = 1.2816 * wide * np.sqrt((1 - 0.81**ahead) / 0.19)
        changes[:, lead] = middle[:, np.newaxis] + spread * np.array([-1, 0, 1])
    return changes.round(2), levels


def shares_below(changes, levels, first):
    """How often the truth came out at or below each quantile: [3 leads, 3]."""
    made = []
    for lead, days in enumerate(LEADS, start=1):
        came = (levels[days:] - levels[:-days])[:, np.newaxis] <= changes[:-days, lead] + 1e-9
        made.append(came[first:].mean(axis=0))
    return np.array(made)


def toward_zero(number, divisor):
    return number // divisor if number >= 0 else -(-number // divisor)


def slow(changes, levels):
    """calibration.h in words, with whole numbers."""
    codes, levels = np.rint(changes * 100).astype(int), np.rint(levels * 100).astype(int)
    offsets, typical = np.zeros((3, 3), int).tolist(), [0, 0, 0]
    made = codes.copy()
    for day in range(len(levels)):
        for lead, ago in enumerate(LEADS):
            if day < ago:
                continue
            change = int(levels[day] - levels[day - ago])
            size = abs(change) * 256
            typical[lead] += size if typical[lead] == 0 else toward_zero(size - typical[lead], 32)
            tenth = typical[lead] // 200
            for q, share in enumerate((1, 5, 9)):
                forecast = int(codes[day - ago, lead + 1, q]) * 256 + offsets[lead][q]
                up = change * 256 > forecast
                offsets[lead][q] += tenth * share if up else -tenth * (10 - share)
        for lead in range(3):
            moved = [
                int(codes[day, lead + 1, q]) + toward_zero(offsets[lead][q], 256) for q in range(3)
            ]
            made[day, lead + 1] = sorted(moved)
    return made / 100


@pytest.mark.parametrize(("wide", "bias"), [(1, 0), (0.3, 2), (3, -1.5)])
def test_it_follows_its_rule(wide, bias):
    changes, levels = field(500, wide=wide, bias=bias)
    np.testing.assert_array_equal(offline.calibrated(changes, levels), slow(changes, levels))


@pytest.mark.parametrize(("wide", "bias"), [(0.3, 0), (1, 1.5), (1, -1.5), (0.5, 1), (1.3, 0.7)])
def test_after_a_year_the_stated_shares_come_out_below(wide, bias):
    changes, levels = field(3 * 365, wide=wide, bias=bias)
    wanted = np.array(c_node.QUANTILES)
    raw = shares_below(changes, levels, 365)
    made = shares_below(offline.calibrated(changes, levels), levels, 365)
    assert np.abs(raw - wanted).max() > 0.09
    assert np.abs(made - wanted).max() < 0.03


def test_forecasts_are_moved_only_by_what_was_known_then():
    changes, levels = field(300, bias=1)
    made = offline.calibrated(changes, levels)
    later = levels.copy()
    later[200:] += 5
    np.testing.assert_array_equal(offline.calibrated(changes, later)[:200], made[:200])
    np.testing.assert_array_equal(made[0], changes[0])
    assert (made[200:, 1:] != offline.calibrated(changes, later)[200:, 1:]).any()


def test_six_hours_ahead_stay_as_they_were_and_quantiles_rise():
    changes, levels = field(400, wide=0.05, bias=2)
    made = offline.calibrated(changes, levels)
    np.testing.assert_array_equal(made[:, 0], changes[:, 0])
    assert (np.diff(made[:, 1:], axis=2) >= 0).all()


def test_a_day_that_was_not_measured_teaches_nothing():
    changes, levels = field(300, bias=1)
    gappy = levels.copy()
    gappy[100:] = np.nan
    made = offline.calibrated(changes, gappy)
    np.testing.assert_array_equal(made[:100], offline.calibrated(changes, levels)[:100])
    # From then on the offsets stay as they were.
    moved = made[100:, 1, 1] - changes[100:, 1, 1]
    assert np.ptp(moved) < 0.02 and abs(moved[0]) > 0.1


def test_the_ends_of_the_scale_do_no_harm():
    rng = np.random.default_rng(1)
    levels = rng.choice([-327.0, 327.0], 400)
    made = offline.calibrated(rng.uniform(-327, 327, (400, 4, 3)), levels)
    assert np.abs(made[:, 1:]).max() <= 327.67 and (np.diff(made[:, 1:], axis=2) >= 0).all()


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"changes is \[5, 4, 3\]: give \[6, 4, 3\]"):
        offline.calibrated(np.zeros((5, 4, 3)), np.zeros(6))
    with pytest.raises(ValueError, match="changes has NaN"):
        offline.calibrated(np.full((1, 4, 3), np.nan), [0.0])
    with pytest.raises(ValueError, match="changes reaches from"):
        offline.calibrated(np.full((1, 4, 3), 400.0), [0.0])
