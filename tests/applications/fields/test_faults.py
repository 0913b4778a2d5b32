"""Whether a probe is believed: each rule of probe.h where it begins, and how far they go."""

import growing
import numpy as np
import pytest

from tinyml_helpers.applications.fields import offline
from tinyml_helpers.applications.fields.measuring.faulty import NAMED, faulty
from tinyml_helpers.applications.fields.node import Node, Settings, samples
from tinyml_helpers.datasets import simulated_fields

#: The day's comparison is at midnight; the first hour is at one o'clock.
DAILY = Settings(start="2021-06-01T01", hour=0)

#: Hours after which soil can't be frozen: a week, and the day before.
THAWED = 9 * 24


def soil(hours, level=20.0, seed=0, celsius=18.0):
    """float [hours, 4]: nothing happens, but for noise."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 0.1, hours)
    return np.column_stack([level + noise, np.full((hours, 3), (celsius, 0.0, 3.6))]).round(1)


def taken(columns, settings=DAILY):
    """The hours that a node makes of them."""
    return Node(growing.tflite(), settings).push(samples(*columns.T))


def alarms(columns, name):
    """In which hours there is that alarm, a list."""
    return [hour.number for hour in taken(columns) if name in hour.alarms]


def test_quiet_soil_gives_no_alarm_and_all_readings_are_used():
    hours = taken(soil(3000))
    assert not any(hour.alarms for hour in hours) and all(hour.usable for hour in hours)


def test_a_reading_that_is_missing_holds_the_last_level():
    columns = soil(30)
    columns[10:14, 0] = np.nan
    hours = taken(columns)
    assert [hour.number for hour in hours if hour.alarms == ("silent",)] == [10, 11, 12, 13]
    assert [hour.usable for hour in hours[9:15]] == [True] + 4 * [False] + [True]
    assert {hour.level for hour in hours[9:14]} == {columns[9, 0]}
    assert hours[14].level == columns[14, 0]


@pytest.mark.parametrize(
    ("volts", "names", "used"),
    [
        (3.1, (), True),
        (3.099, ("battery",), True),
        (3.0, ("battery",), True),
        (2.999, ("silent", "battery"), False),
    ],
)
def test_a_battery_warns_below_3_1_volts_and_spoils_readings_below_3(volts, names, used):
    columns = soil(30)
    columns[20:, 3] = volts
    last = taken(columns)[-1]
    assert last.alarms == names and last.usable == used
    assert last.level == columns[-1 if used else 19, 0]


def test_the_same_reading_two_days_on_is_stuck():
    columns = soil(300)
    columns[100:200, 0] = columns[99, 0]
    columns[[98, 200], 0] += 0.5
    assert alarms(columns, "stuck") == list(range(99 + 48, 200))


def test_a_spike_is_left_out_and_three_are_an_alarm_that_passes():
    columns = soil(900)
    for place, size in ((50, 12), (70, -12), (90, 25)):
        columns[place, 0] += size
    hours = taken(columns)
    assert [hour.number for hour in hours if not hour.usable] == [50, 70, 90]
    assert hours[50].level == hours[49].level
    number = [hour.number for hour in hours if "spikes" in hour.alarms]
    assert number[0] == 91 and 91 + 200 < number[-1] < 91 + 336
    assert number == list(range(91, number[-1] + 1))


def test_a_probe_full_of_spikes_is_flagged_until_two_weeks_after_the_last():
    columns = soil(5000)
    columns[50:4000:10, 0] += 12
    assert alarms(columns, "spikes") == list(range(71, 3990 + 1 + 336))


def test_two_spikes_are_none():
    columns = soil(300)
    columns[[50, 70], 0] += 12
    assert not any(hour.alarms for hour in taken(columns))


def test_a_jump_that_stays_is_real_after_an_hour_and_with_water_at_once():
    columns = soil(300)
    columns[150:, 0] += 12
    hours = taken(columns)
    assert [hour.number for hour in hours if not hour.usable] == [150]
    assert hours[151].level == columns[151, 0] and not hours[-1].alarms
    columns[150, 2] = 30
    hours = taken(columns)
    assert all(hour.usable for hour in hours) and not any(hour.alarms for hour in hours)


@pytest.mark.parametrize(("fall", "flagged"), [(2.4, False), (3.8, True), (12, True)])
def test_a_fall_that_no_soil_drains_is_a_lost_contact(fall, flagged):
    columns = soil(THAWED + 100)
    columns[THAWED:, 0] -= fall
    assert bool(alarms(columns, "dry contact")) == flagged


def test_what_dried_or_soaked_while_nobody_looked_is_no_lost_contact():
    columns = soil(THAWED + 200)
    columns[THAWED : THAWED + 60, 0] = np.nan
    columns[THAWED + 60 :, 0] -= 5
    columns[THAWED + 80 : THAWED + 130, 0] = np.nan
    columns[[THAWED + 90, THAWED + 129], 2] = 8, 1
    columns[THAWED + 130 :, 0] += 6
    assert not alarms(columns, "dry contact")


def test_a_fall_on_the_day_after_rain_is_drainage():
    columns = soil(THAWED + 100)
    columns[THAWED - 20, 2], columns[THAWED - 20 : THAWED, 0] = 8, columns[0, 0] + 5
    columns[THAWED:, 0] = columns[0, 0] + 1
    assert not alarms(columns, "dry contact")


@pytest.mark.parametrize(("millimetres", "flagged"), [(8, False), (3, True)])
def test_getting_wetter_than_the_water_can_is_a_gap_that_closed(millimetres, flagged):
    columns = soil(THAWED + 100)
    columns[THAWED, 2] = millimetres
    columns[THAWED:, 0] += 6
    found = alarms(columns, "dry contact")
    assert found == (list(range(THAWED + 1, THAWED + 100)) if flagged else [])


def test_soil_that_freezes_or_thaws_breaks_no_rule():
    columns = soil(THAWED + 400, celsius=2.0)
    columns[THAWED:, 0] -= 6
    columns[THAWED + 100 :, 0] += 6
    columns[THAWED + 100, 2] = 1
    columns[THAWED + 200 :, 0] += 4
    assert not any({"dry contact", "drift"} & {*hour.alarms} for hour in taken(columns))


@pytest.mark.parametrize(("rise", "flagged"), [(0.7, False), (1.5, True)])
def test_getting_wetter_without_water_is_a_drift(rise, flagged):
    columns = soil(THAWED + 500)
    columns[THAWED:, 0] += np.linspace(0, rise, 500)
    assert bool(alarms(columns, "drift")) == flagged


def toward_zero(number, divisor):
    return number // divisor if number >= 0 else -(-number // divisor)


def within(number, most):
    return max(-most, min(most, number))


class SlowDrift:
    """The day's rule of probe.h and probe.c, with Python's whole numbers."""

    def __init__(self):
        self.frost, self.least, self.rose = 7, None, False
        self.centre, self.spread, self.above, self.below, self.days = 0, 20 * 256, 0, 0, 0

    def day(self, levels, dry_hours, tenths, expected):
        """Whether there is an alarm, by the CUSUM and by the rise.

        levels: the last 25, hundredths of a percent, the newest at the end.
        """
        mean = toward_zero(sum(levels[1:]), 24)
        self.frost = 7 if toward_zero(sum(tenths), 24) < 30 else max(0, self.frost - 1)
        if dry_hours < 48 or self.frost:
            self.least = None
        else:
            self.least = mean if self.least is None else min(mean, self.least)
            self.rose = mean - self.least > 100
            self.compare(levels[-1] - levels[0] - expected)
        return max(self.above, self.below) > 14 * 256, self.rose

    def compare(self, away):
        off = 256 * away - self.centre
        if self.days >= 30:
            score = within(toward_zero(256 * off, self.spread), 1024)
            self.above = max(0, self.above + score - 256)
            self.below = max(0, self.below - score - 256)
        self.days += self.days < 30
        self.centre += toward_zero(within(off, 2 * self.spread), 16)
        self.spread += toward_zero(within(abs(off), 4 * self.spread) - self.spread, 16)
        self.spread = max(self.spread, 20 * 256)


def both_drifts(place, rate):
    """A quick drift's alarms by the node and by the rule; whether CUSUM and rise had a part.

    rate: by how much the probe is off more each hour, percent by volume.
    """
    year = simulated_fields.season(simulated_fields.TEST_SITES + place, 2021)
    read = simulated_fields.readings(year)
    drifts = np.round(read.values + rate * np.maximum(np.arange(len(read.values)) - 2500, 0), 1)
    given = samples(np.maximum(drifts, 0), year.temperature, year.rain, read.battery)
    hours = Node(growing.tflite(), Settings(start=year.times[0], hour=0)).push(given)
    levels, tenths = ([int(row) for row in given[:, channel]] for channel in (0, 1))
    assert all(hour.level == level / 100 for hour, level in zip(hours, levels, strict=True))
    seen = offline.inputs(
        given[:, 0] / 100, year.times[0], water=given[:, 2] / 10, temperature=given[:, 1] / 10
    )
    middle = np.rint(100 * offline.forecasts(growing.tflite(), seen)[:, 1, 1]).astype(int).tolist()
    wet = np.flatnonzero(given[:, 2])
    slow, expected, found = SlowDrift(), [False] * len(hours), [False, False]
    for now in range(24, len(hours)):
        expected[now] = expected[now - 1]
        if now % 24 == 0:
            last = wet[wet <= now]
            dry_hours = now - last[-1] if len(last) else 65535
            window = slice(now - 23, now + 1)
            made = slow.day(levels[now - 24 : now + 1], dry_hours, tenths[window], middle[now - 24])
            found = [a or b for a, b in zip(found, made, strict=True)]
            expected[now] = any(made)
    return [("drift" in hour.alarms) for hour in hours], expected, found


def test_a_drift_is_flagged_by_the_days_rule():
    found = []
    for place, rate in ((0, -0.02), (1, 0.02), (5, -0.01), (11, 0.02), (23, 0.02)):
        made, expected, parts = both_drifts(place, rate)
        assert made == expected
        found.append(parts)
    assert np.any(found, axis=0).all() and not np.all(found, axis=0).any()


def test_no_water_is_given_by_a_probe_in_doubt():
    thirsty = DAILY._replace(line=30.0)
    columns = soil(240)
    assert sum(hour.water > 0 for hour in taken(columns, thirsty)) == 10
    columns[100:, 0] = columns[99, 0]
    given = [hour.number for hour in taken(columns, thirsty) if hour.water]
    assert given and max(given) < 99 + 48
    for place, value in ((0, np.nan), (3, 2.9)):
        columns = soil(240)
        columns[100:, place] = value
        assert [hour.number for hour in taken(columns, thirsty) if hour.water] == [23, 47, 71, 95]


def test_most_faults_are_found_on_sites_that_set_no_threshold():
    first = simulated_fields.TEST_SITES + 500
    found = faulty(growing.tflite(), range(first, first + 6), 2022)
    assert found.sites == 6 and set(found.kinds) == set(NAMED) == set(simulated_fields.FAULTS)
    for kind in ("stuck", "spike", "battery sag"):
        assert found.kinds[kind].named == 1 and 0 < found.kinds[kind].days < 60
    assert found.kinds["dry contact"].named >= 0.5
    assert 0 <= found.kinds["drift"].named <= found.kinds["drift"].share <= 1
    assert found.false_flags_a_year < 1
    assert "6 sites" in str(found) and "dry contact" in str(found)
