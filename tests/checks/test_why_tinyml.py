import numpy as np
import pytest
from exercise_runner import Exercise, prove

from tinyml_helpers import boards
from tinyml_helpers.checks import why_tinyml as check

NANO = boards.get("nano33ble")
SOUND = {"sound_bytes": 32_000, "ble_byte": 154e-9, "mac": 1.5e-9}


def battery_days(capacity_mah, awake_ms, period_s):
    """As the notebook defines it."""
    duty = min(1, awake_ms / 1000 / period_s)
    average = 1000 * (duty * NANO.active_amperes + (1 - duty) * NANO.sleep_amperes)
    return capacity_mah / average / 24


EXERCISES = [
    Exercise(
        "why_tinyml/1_break_even_macs",
        check.break_even_macs,
        extra=tuple(SOUND.values()),
        names=SOUND,
        wrong={
            "break_even_macs = ble_byte / mac": "single byte",
            "break_even_macs = mac / (sound_bytes * ble_byte)": "upside down",
            "break_even_macs = sound_bytes * ble_byte": "divide",
            "break_even_macs = 'a million'": "number",
        },
    ),
    Exercise(
        "why_tinyml/2_bytes_leaving",
        check.bytes_leaving,
        wrong={
            f"def bytes_leaving(rate, size, events, clip): return {wrong}": word
            for wrong, word in {
                "events * (20 + clip * rate * size)": "no second leaves twice",
                "8 * (20 * events + min(events * clip, 86400) * rate * size)": "bits",
                "20 * events + min(events * clip, 86400) * rate": "counts samples",
                "min(events * clip, 86400) * rate * size": "sound alone",
                "20 * events": "reports alone",
                "min(events * (20 + clip * rate * size), 86400 * rate * size)": "sound alone",
                "rate * size * 86400": "whatever happens",
                "20 + clip * rate * size": "one event",
            }.items()
        },
    ),
    Exercise(
        "why_tinyml/3_average_current",
        check.average_current,
        wrong={
            "average_current = lambda active, sleep, duty: duty * active": "asleep",
            "average_current = lambda active, sleep, duty: duty * active + sleep": "only while",
            "average_current = lambda active, sleep, duty: (active + sleep) / 2": "duty cycle 1",
        },
    ),
    Exercise(
        "why_tinyml/4_shortest_period",
        check.shortest_period,
        names={"battery_days": battery_days},
        wrong={
            "shortest_period = 1": "empty after",
            "shortest_period = 3600": "more often",
            "shortest_period = 14.5": "whole",
        },
    ),
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_blank_right_and_wrong_are_told_apart(exercise):
    prove(exercise)


def test_the_printed_rounded_numbers_are_good_enough():
    """32,000 bytes, 154 nJ and 0.40 nJ are what the notebook shows; NumPy's numbers count too."""
    exact = (32_000, 6.40e-3 * 3.0 * 8 / 1e6, NANO.joules_per_cycle * 2.6)
    assert check.break_even_macs(32_000 * 154 / 0.40, *exact).state == "right"
    assert check.break_even_macs(np.float32(32_000 * 154 / 0.40), *exact).state == "right"
    assert check.break_even_macs(float("inf"), *exact).state == "wrong"
