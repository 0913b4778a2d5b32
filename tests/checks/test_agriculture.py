import pytest
from exercise_runner import Exercise, prove

from tinyml_helpers.checks import agriculture as check

SKILL = """
def skill(forecast, truth, now):
    whole = ~np.isnan(forecast + truth + now)
    forecast, truth, now = forecast[whole], truth[whole], now[whole]
    error, usual = np.abs(forecast - truth).mean(), np.abs(now - truth).mean()
    return {}
"""
PENMAN = "penman_monteith = lambda t, u, rn, d, g, lack: {}"
BUCKET = """
def next_day(level, water, wanted, capacity):
    full = min(level + water, capacity)
    spilt = level + water - full
    return {}
"""
ROWS = """
def training_rows(sites, years, kept_sites, kept_years):
    rows = list(enumerate(zip(sites, years)))
    return [i for i, (site, year) in rows if {}]
"""
SHARE = "share_below = lambda truths, quantiles: {}"
WATER = "water_at_stress = lambda stress, water, days: {}"
SEND = """
def to_send(levels, delta):
    hours = {}
    for hour in range(1, len(levels)):
        if {}:
            hours.append(hour)
    return hours
"""
BATTERY = "battery_days = lambda joules, messages, each, rest: {}"

EXERCISES = [
    Exercise(
        "agriculture/1_skill",
        check.skill,
        wrong={
            SKILL.format("100 * (1 - error / usual)"): "percent",
            SKILL.format("error / usual"): "left",
            SKILL.format("error / usual - 1"): "sign",
            SKILL.format("1 - usual / error"): "wrong way round",
            SKILL.format(
                "1 - ((forecast - truth) ** 2).sum() / ((truth - truth.mean()) ** 2).sum()"
            ): "R²",
            SKILL.format(
                "1 - ((forecast - truth) ** 2).mean() / ((now - truth) ** 2).mean()"
            ): "squares",
            SKILL.format(
                "1 - (((forecast - truth) ** 2).mean() / ((now - truth) ** 2).mean()) ** 0.5"
            ): "squares",
            SKILL.format(
                "1 - np.mean(np.abs(forecast - truth) / np.abs(now - truth))"
            ): "first both",
            SKILL.format("usual - error"): "less than 1",
            "skill = lambda forecast, truth, now: 1 - np.nanmean(np.abs(forecast - truth)) "
            "/ np.nanmean(np.abs(now - truth))": "both errors",
            "skill = lambda forecast, truth, now: 1 - np.mean(np.abs(forecast - truth)) "
            "/ np.mean(np.abs(now - truth))": "finite number",
        },
    ),
    Exercise(
        "agriculture/2_penman_monteith",
        check.penman_monteith,
        wrong={
            PENMAN.format(
                "(d * rn + g * 900 / (t + 273) * u * lack) / (d + g * (1 + 0.34 * u))"
            ): "megajoules",
            PENMAN.format(
                "0.408 * d * rn + g * 900 / (t + 273) * u * lack / (d + g * (1 + 0.34 * u))"
            ): "brackets",
            PENMAN.format(
                "(0.408 * d * rn + g * 900 / t * u * lack) / (d + g * (1 + 0.34 * u))"
            ): "kelvins",
            PENMAN.format(
                "(0.408 * d * rn + g * 900 / (t + 273) * u * lack) / (d + g + 0.34 * u)"
            ): "before the bracket",
            PENMAN.format("0.408 * d * rn / (d + g * (1 + 0.34 * u))"): "what the wind does",
            PENMAN.format(
                "g * 900 / (t + 273) * u * lack / (d + g * (1 + 0.34 * u))"
            ): "what the sun does",
            PENMAN.format(
                "(0.408 * d * rn - g * 900 / (t + 273) * u * lack) / (d + g * (1 + 0.34 * u))"
            ): "add up",
            PENMAN.format(
                "(0.408 * d * rn + g * 900 / (t + 273) * lack) / (d + g * (1 + 0.34 * u))"
            ): "numerator",
            PENMAN.format("(0.408 * d * rn + g * 900 / (t + 273) * u * lack) / (d + g)"): (
                "denominator"
            ),
            PENMAN.format("0.408 * d * rn + g * 900 / (t + 273) * u * lack"): "divided by",
            PENMAN.format(
                "(0.408 * d * rn + g * 900 / t + 273 * u * lack) / (d + g * (1 + 0.34 * u))"
            ): "T + 273",
            PENMAN.format(
                "(0.408 * d * rn + g * 900 / (t + 273) * u * lack) / d + g * (1 + 0.34 * u)"
            ): "0.34 u) wants",
            PENMAN.format(
                "(0.408 * d * rn + g * 900 / (t + 273) * u) / (d + g * (1 + 0.34 * u))"
            ): "the air lacks",
            PENMAN.format("3.88"): "term by term",
        },
    ),
    Exercise(
        "agriculture/3_next_day",
        check.next_day,
        wrong={
            BUCKET.format("(spilt, max(full - wanted, 0))"): "level comes first",
            BUCKET.format("(level + water - wanted, 0)"): "nor more than fits",
            BUCKET.format("(level + water - wanted, spilt)"): "no longer there",
            BUCKET.format("(full - wanted, spilt)"): "less than nothing",
            BUCKET.format("(full, spilt)"): "drunk",
            BUCKET.format(
                "(min(max(level + water - wanted, 0), capacity), "
                "max(level + water - wanted - capacity, 0))"
            ): "before the crop drinks",
            BUCKET.format(
                "(max(full - wanted, 0), level + water - capacity)"
            ): "while there is room",
            BUCKET.format("(max(full - wanted, 0), min(full, wanted))"): "doesn't drain",
            BUCKET.format("(max(full - wanted, 0), 1)"): "water in",
            BUCKET.format("max(full - wanted, 0)"): "two numbers",
        },
    ),
    Exercise(
        "agriculture/4_training_rows",
        check.training_rows,
        wrong={
            ROWS.format("site not in kept_sites"): "of a kept year",
            ROWS.format("year not in kept_years"): "of a kept site",
            ROWS.format("not (site in kept_sites and year in kept_years)"): "kept",
            ROWS.format("site in kept_sites and year in kept_years"): "site and of a kept year",
            ROWS.format("site in kept_sites or year in kept_years"): "of the sites ['a', 'a', 'b'",
            ROWS.format("False"): "leave out",
            "training_rows = lambda sites, years, kept_sites, kept_years: [0, 0, 2]": "each once",
            "training_rows = lambda sites, years, kept_sites, kept_years: [0, 2, 99]": "places go",
        },
    ),
    Exercise(
        "agriculture/5_share_below",
        check.share_below,
        wrong={
            SHARE.format(
                "100 * np.mean(truths[~np.isnan(truths)] <= quantiles[~np.isnan(truths)])"
            ): "percent",
            SHARE.format("np.mean(truths >= quantiles)"): "above",
            SHARE.format("np.mean(truths > quantiles)"): "above",
            SHARE.format("np.sum(truths <= quantiles)"): "which share",
            SHARE.format("np.mean(truths < quantiles)"): "counts, too",
            SHARE.format("np.mean(truths <= quantiles)"): "neither here nor there",
            SHARE.format("0.5"): "isn't above",
        },
    ),
    Exercise(
        "agriculture/6_water_at_stress",
        check.water_at_stress,
        wrong={
            WATER.format("np.interp(days, stress, water)"): "rising",
            WATER.format("water[int(np.argmin(np.abs(np.array(stress) - days)))]"): "nearest",
            WATER.format("np.mean(water)"): "mean of all",
            WATER.format("np.interp(days, sorted(stress), water)"): "both together",
            WATER.format("np.interp(days, sorted(water), sorted(stress))"): "straight line",
        },
    ),
    Exercise(
        "agriculture/7_to_send",
        check.to_send,
        wrong={
            SEND.format("[0]", "abs(levels[hour] - levels[hour - 1]) > delta"): "hour before",
            SEND.format("[0]", "abs(levels[hour] - levels[hours[-1]]) >= delta"): "not just as",
            SEND.format("[0]", "levels[hour] - levels[hours[-1]] > delta"): "drier",
            SEND.format("[0]", "abs(levels[hour] - levels[0]) > delta"): "once a level is sent",
            SEND.format("[]", "abs(levels[hour] - levels[hour - 1]) > delta"): "before the first",
            SEND.format("[0]", "True"): "the last sent",
            "to_send = lambda levels, delta: [0, 99]": "hours go from",
        },
    ),
    Exercise(
        "agriculture/8_battery_days",
        check.battery_days,
        wrong={
            BATTERY.format("joules / (messages * each)"): "the rest takes power",
            BATTERY.format("joules / (messages * each + rest)"): "how many a day",
            BATTERY.format("joules / (messages * each + 24 * rest)"): "not an hour",
            BATTERY.format("joules / (messages * each + 3600 * rest)"): "the rest's hour",
            BATTERY.format("joules / (24 * messages * each + 86400 * rest)"): "by the day",
            BATTERY.format("joules / (86400 * rest)"): "where are the messages",
            BATTERY.format("joules / (messages * each + 86400 * rest) / 365"): "years",
            BATTERY.format("(messages * each + 86400 * rest) / joules"): "upside down",
            BATTERY.format(
                "round(joules / (messages * each + 86400 * rest))"
            ): "leave the fraction",
            BATTERY.format("joules // (messages * each + 86400 * rest)"): "leave the fraction",
            BATTERY.format("1000"): "how many joules does a day",
        },
    ),
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_blank_right_and_wrong(exercise):
    prove(exercise)
