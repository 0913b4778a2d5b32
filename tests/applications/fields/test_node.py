"""The node on this computer: the parts it is made of, put together by hand, give the same."""

import growing
import numpy as np
import pytest
from growing import HOURS, STREAM, THIRSTY, column
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from streaming import same

from tinyml_helpers.applications.fields import c_node, offline
from tinyml_helpers.applications.fields.gateway import Gateway
from tinyml_helpers.applications.fields.node import Hour, Node, Settings, samples

NEVER = Settings(start="2020-01-01", hour=5, heartbeat=12)


@pytest.fixture(scope="module")
def year():
    """A year of a healthy probe: what a node takes, and its hours."""
    made, read = growing.year()
    taken = samples(read.values, made.temperature, made.rain, read.battery)
    return taken, growing.node(NEVER).push(taken)


def seen(taken, every=1, ahead=None):
    moisture, temperature, rain = taken[:, 0] / 100, taken[:, 1] / 10, taken[:, 2] / 10
    return offline.inputs(
        moisture, NEVER.start, water=rain, temperature=temperature, ahead=ahead, every=every
    )


def test_levels_are_the_readings_and_hours_are_counted(year):
    taken, hours = year
    np.testing.assert_array_equal(column(hours, "level"), taken[:, 0] / 100)
    np.testing.assert_array_equal(column(hours, "number"), np.arange(len(taken)))
    assert all(hour.usable and not hour.water for hour in hours)
    np.testing.assert_allclose(column(hours, "battery"), taken[:, 3] / 1000, atol=0.0201)


def test_forecasts_are_the_parts_calibrated(year):
    taken, hours = year
    raw = offline.forecasts(growing.tflite(), seen(taken))
    made = offline.calibrated(raw[5::24], taken[5::24, 0] / 100)
    np.testing.assert_array_equal(column(hours, "changes")[5::24], made)
    np.testing.assert_array_equal(column(hours, "changes")[:5], raw[:5])
    assert (made[30:, 1:] != raw[5::24][30:, 1:]).any(axis=(0, 2)).all()


def test_offsets_hold_for_a_day(year):
    taken, hours = year
    raw = offline.forecasts(growing.tflite(), seen(taken))
    days, levels = raw[5 : 5 + 201 * 24 : 24], taken[5 : 5 + 201 * 24 : 24, 0] / 100
    for number in range(5 + 200 * 24, 5 + 201 * 24):
        days[-1] = raw[number]
        expected = offline.calibrated(days, levels)[-1]
        np.testing.assert_array_equal(hours[number].changes, expected)


def test_a_gateway_knows_a_nodes_level_to_delta():
    """Within delta wherever it was told or has been checked since; few messages."""
    taken = growing.healthy(1000)
    node, gateway, hours = (
        growing.node(THIRSTY),
        Gateway(growing.tflite(), THIRSTY.start, 0.5, 12),
        [],
    )
    for sample in taken:
        (hour,) = node.push(sample[np.newaxis])
        answer = gateway.hour(hour.frame or None)
        if answer:
            node.heard(answer)
        hours.append(hour)
    assert gateway.refused == 0 and not gateway.hints
    off = np.abs(gateway.estimates - column(hours, "level"))
    sure = np.isin(gateway.status, ["told", "checked"])
    assert sure.mean() > 0.9 and off[sure].max() <= 0.5 + 1e-9
    assert 1000 / 12 <= sum(bool(hour.frame) for hour in hours) < 700
    guesses = np.array([hour.guess for hour in hours[1:]], float)
    silent = np.array([not hour.frame for hour in hours[1:]])
    np.testing.assert_allclose(guesses[silent], gateway.estimates[1:][silent], atol=5.5)


def test_rain_to_come_is_known_for_a_day_and_less_what_fell():
    """The first answer after hour 30 tells it; later ones are lost."""
    taken = growing.healthy(80)
    taken[50, 2] += 30
    node, gateway = growing.node(NEVER), Gateway(growing.tflite(), NEVER.start, 0.5, 12)
    left, made, told = np.array([30.0, 60, 90]), [], None
    for number, sample in enumerate(taken):
        (hour,) = node.push(sample[np.newaxis])
        made.append(hour.changes)
        answer = gateway.hour(hour.frame or None, ahead=left if number > 30 else None)
        if answer and told is None:
            node.heard(answer)
            told = number if number > 30 else None
    ahead = np.full((len(made), 3), np.nan)
    for number in range(told + 1, told + 25):
        left = np.maximum(0, left - taken[number, 2] / 10)
        ahead[number] = left
    found = np.array(made)[:, 0]  # not calibrated
    expected = offline.forecasts(growing.tflite(), seen(taken, ahead=ahead))[:, 0]
    np.testing.assert_array_equal(found, expected)
    unknown = offline.forecasts(growing.tflite(), seen(taken))[:, 0]
    different = np.flatnonzero((found != unknown).any(axis=1))
    assert len(different) > 12 and told < different.min() and different.max() <= told + 24


def test_before_the_first_reading_nothing_is_known():
    taken = growing.healthy(60)
    taken[:20, 0] = c_node.NO_READING
    hours = growing.node(THIRSTY._replace(line=100.0)).push(taken)
    for hour in hours[:20]:
        assert (hour.level, hour.guess, hour.water, hour.frame) == (None, None, 0, b"")
        assert not hour.changes.any() and hour.alarms == ("silent",) and not hour.usable
    assert hours[20].level == taken[20, 0] / 100 and hours[20].frame


@how(derandomize=True, deadline=None, max_examples=15)
@given(cuts=st.lists(st.integers(0, HOURS), max_size=20))
def test_any_pieces_give_the_same(cuts):
    node, made = growing.node(), []
    for piece in np.split(growing.eventful(), sorted(cuts)):
        made += node.push(piece)
    assert same(made, STREAM.expected)


def test_records_are_the_same_hours():
    records = growing.node().records(growing.eventful())
    assert same([Hour.of(record) for record in records], STREAM.expected)


def test_reset_starts_afresh_and_two_nodes_do_not_disturb_each_other():
    one, other, made = growing.node(), growing.node(NEVER), []
    one.push(growing.eventful()[:77])
    one.reset()
    for piece in np.array_split(growing.eventful(), 9):
        made += one.push(piece)
        other.push(piece[::-1])
    assert same(made, STREAM.expected) and one.settings == THIRSTY
    one.reset(NEVER)
    assert not any(hour.water for hour in one.push(growing.eventful()))


def test_wild_samples_do_no_harm():
    rng = np.random.default_rng(5)
    wild = rng.integers(-(2**15), 2**15, (2000, 4), dtype=np.int16)
    wild[1000:] = rng.choice(np.array([-(2**15), 2**15 - 1], np.int16), (1000, 4))
    hours = growing.node(THIRSTY._replace(line=100.0, dose=100.0)).push(wild)
    assert len(hours) == 2000 and (np.diff(column(hours, "changes"), axis=2) >= 0).all()


# What is given.


def test_samples_are_counted_as_the_node_does():
    made = samples([20.05, np.nan], [15.5, -3.25], [0.2, 0], [3.6, 2.4])
    np.testing.assert_array_equal(made, [[2005, 155, 2, 3600], [-32768, -32, 0, 2400]])
    assert made.dtype == np.int16


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (([1.0], [1.0, 2], [0.0], [3.0]), r"temperature is \[2\] and moisture \[1\]"),
        (([1.0], [np.nan], [0.0], [3.0]), "temperature has NaN: fill it"),
        (([328.0], [1.0], [0.0], [3.0]), "moisture goes beyond 327.67"),
        (([1.0], [1.0], [3300.0], [3.0]), "rain goes beyond 3276.7"),
    ],
)
def test_samples_that_make_no_sense_are_refused(given, message):
    with pytest.raises(ValueError, match=message):
        samples(*given)


@pytest.mark.parametrize("wrong", [np.zeros((5, 4)), np.zeros((5, 3), np.int16), np.int16(3)])
def test_what_is_no_hours_is_refused(wrong):
    with pytest.raises(ValueError, match=r"hours are int16 \[hours, 4\], not .*samples makes"):
        growing.node().push(wrong)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("start", "1969-01-01", "give a time since 1970"),
        ("delta", 0.04, "delta is 0.04: give 0.05 to 10"),
        ("heartbeat", 169, "heartbeat is 169: give whole hours, 1 to 168"),
        ("line", -1, "line is -1: give 0 to 100"),
        ("dose", 101, "dose is 101: give 0 to 100"),
        ("hour", 24, "hour is a whole number from 0 to 23, not 24"),
        ("lead", 12, "lead is 12: give one of 6, 24, 72, 168"),
        ("quantile", 0.4, "quantile is 0.4: give one of 0.1, 0.5, 0.9"),
    ],
)
def test_settings_out_of_range_are_refused(field, value, message):
    with pytest.raises(ValueError, match=message):
        Node(growing.tflite(), NEVER._replace(**{field: value}))


def test_an_answer_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="up to 16 bytes, not 17"):
        growing.node().heard(bytes(17))
