"""What ways to send cost and how wrong they are, on fields where it can be said by hand."""

from types import SimpleNamespace

import numpy as np
import pytest
from radio_ends import START, model, run, walk

from tinyml_helpers.applications.fields.radio import Link, millijoules
from tinyml_helpers.applications.fields.sending import dual, every_hour, on_change, saved
from tinyml_helpers.datasets.fields import simulated

#: Down by 0.125% an hour: for ten days.
RAMP = 30 - np.arange(240) / 8


@pytest.fixture(scope="module")
def fields():
    sites = range(simulated.TEST_SITES, simulated.TEST_SITES + 6)
    years = simulated.years(sites, 2021)
    return [simulated.readings(year).values[24 * 95 : 24 * 300] for year in years]


def test_every_hour_is_24_messages_and_no_error():
    made = every_hour(np.where(np.arange(240) % 2, np.nan, RAMP))
    assert (made.messages, made.bytes, made.mean_error) == (24, 24 * 8, pytest.approx(0, abs=0.01))
    assert made.millijoules == pytest.approx(24 * millijoules(8, 7, 10))


def test_sending_on_change_of_a_ramp_is_every_so_many_hours():
    # After 8 hours the ramp is 1% off, after 9 more than that.
    made = on_change(RAMP, 1.0)
    assert made.messages == pytest.approx(27 / 10) and made.bytes == pytest.approx(8 * 2.7)
    assert made.largest_error == pytest.approx(1.0, abs=0.011)
    assert made.mean_error == pytest.approx(np.mean(np.arange(9) / 8), abs=0.02)
    assert made.millijoules == pytest.approx(2.7 * millijoules(8, 7, 10))
    far = on_change(RAMP, 1.0, spreading_factor=12)
    assert far.millijoules == pytest.approx(2.7 * millijoules(8, 12, 10))


def test_a_level_that_stays_is_sent_with_the_heartbeat():
    still = np.full(241, 20.0)
    assert on_change(still, 0.5, heartbeat=24).messages == pytest.approx(11 / (241 / 24))
    # Of two a day a pair is 12 hours apart: nothing is sent while there is nothing to send.
    assert on_change(np.where(np.arange(240) % 12, np.nan, 20.0), 0.5).messages == (1 + 1) * 24 / 20


def test_without_a_reading_nothing_is_sent_and_nothing_counts():
    levels = RAMP.copy()
    levels[:5] = levels[100:140] = np.nan
    for made in (on_change(levels, 0.5), dual(model(), levels, START, 0.5)):
        assert np.isnan(made.estimates[:5]).all() and not np.isnan(made.estimates[5:]).any()
        assert made.largest_error <= 0.511
    assert set(dual(model(), levels, START, 0.5).status[:5]) == {"silent"}


def test_dual_prediction_is_never_off_by_more_than_delta_and_sends_less_on_the_same_error(fields):
    deltas = (0.25, 0.5, 1.0, 1.5)

    def curve(way):
        rows = [[way(levels, delta) for levels in fields] for delta in deltas]
        return [
            SimpleNamespace(
                messages=np.mean([one.messages for one in row]),
                mean_error=np.mean([one.mean_error for one in row]),
                largest_error=max(one.largest_error for one in row),
            )
            for row in rows
        ]

    both = curve(lambda levels, delta: dual(model(), levels, START, delta))
    often = curve(on_change)
    for delta, one in zip(deltas, both, strict=True):
        assert one.largest_error <= delta + 0.0051
    found = saved(both, often)
    assert np.nanmax(found) > 0.1


def test_a_whole_series_is_what_both_ends_do_hour_by_hour():
    levels = walk(np.random.default_rng(0), 400, missing=0.05)
    series = np.array([np.nan if level is None else level / 100 for level in levels])
    made = dual(model(), series, START, 0.5, heartbeat=24)
    one = run(levels, Link(), Link())
    assert (made.estimates == one.gateway.estimates)[~np.isnan(made.estimates)].all()
    assert made.status.tolist() == one.gateway.status
    measured = sum(level is not None for level in levels)
    sent = sum(len(frame or b"") for frame in one.frames)
    assert made.bytes == pytest.approx(24 * sent / measured)


@pytest.mark.parametrize("loss", [0.1, 0.3, 0.6])
def test_a_lossy_radio_costs_messages_and_is_never_silently_wrong(fields, loss):
    clear, lossy = (dual(model(), fields[0], START, 0.5, loss=each, seed=3) for each in (0, loss))
    off = np.abs(lossy.estimates - fields[0])
    assert np.nanmax(off[lossy.status == "told"]) < 0.0051
    assert np.nanmax(off[lossy.status == "checked"]) <= 0.5051
    assert (lossy.status == "wrong").any() and not (clear.status == "wrong").any()
    assert lossy.messages > clear.messages and lossy.bytes > clear.bytes
    again = dual(model(), fields[0], START, 0.5, loss=loss, seed=3)
    assert (again.status == lossy.status).all()
    other = dual(model(), fields[0], START, 0.5, loss=loss, seed=4)
    assert (other.status != lossy.status).any()


def test_what_is_saved_is_read_off_at_the_same_error():
    def point(messages, mean_error):
        return SimpleNamespace(messages=messages, mean_error=mean_error)

    often = [point(8, 0.1), point(2, 0.3)]
    # Halfway between both errors the logarithms' middle: 4 messages.
    found = saved([point(3, 0.2), point(8, 0.1), point(2, 0.05), point(1, 0.4)], often)
    assert found[:2] == pytest.approx([0.25, 0]) and np.isnan(found[2:]).all()
    assert saved(often[:1], often[::-1]) == pytest.approx([0])


def test_series_that_cannot_be():
    with pytest.raises(ValueError, match="levels has no reading, or not one dimension"):
        every_hour(np.full(3, np.nan))
    with pytest.raises(ValueError, match=r"levels reaches beyond 327.67%"):
        on_change([400.0], 0.5)
    with pytest.raises(ValueError, match=r"delta is 20: give 0.05 to 10"):
        on_change(RAMP, 20)
    with pytest.raises(ValueError, match="a loss of 2: give"):
        dual(model(), RAMP, START, 0.5, loss=2)
    with pytest.raises(ValueError, match="a baseline needs two points"):
        saved([], [])
