import pytest
from exercise_runner import Exercise, prove

from tinyml_helpers.checks import predictive_maintenance as check

ORDERS = "race_orders = lambda balls, ball, pitch: {}"
ENVELOPE = """
from scipy import signal
def envelope_spectrum(vibration, rate, low, high):
    band = signal.butter(4, (low, high), "bandpass", fs=rate, output="sos")
    x = {}
    return {}
"""
SPECTRUM = "np.abs(np.fft.rfft(x - x.mean()))"
LEARN = "to_learn = lambda machines, kept: {}"
RESAMPLED = """
from scipy import signal
def at_12_khz(samples, rate):
    return {}
"""
THRESHOLD = "threshold_for = lambda scores, decisions: {}"
WARNING = """
def days_of_warning(days, alarms, began, failed):
    found = [day for day, alarm in zip(days, alarms) if {}]
    return {}
"""

EXERCISES = [
    Exercise(
        "predictive_maintenance/1_race_orders",
        check.race_orders,
        wrong={
            ORDERS.format("(balls/2 * (1 + ball/pitch), balls/2 * (1 - ball/pitch))"): "outer race",
            ORDERS.format("(balls * (1 - ball/pitch), balls * (1 + ball/pitch))"): "half",
            ORDERS.format("((1 - ball/pitch) / 2, (1 + ball/pitch) / 2)"): "how many pass",
            ORDERS.format("(balls/2 * (1 - pitch/ball), balls/2 * (1 + pitch/ball))"): "over",
            ORDERS.format("[balls/2 * (1 - ball/pitch)] * 2"): "behind",
            ORDERS.format("(3, 4)"): "while the shaft turns once",
            ORDERS.format("balls"): "two numbers",
        },
    ),
    Exercise(
        "predictive_maintenance/2_envelope_spectrum",
        check.envelope_spectrum,
        wrong={
            ENVELOPE.format("vibration", SPECTRUM): "the hum itself",
            ENVELOPE.format("np.abs(vibration)", SPECTRUM): "band-pass comes first",
            ENVELOPE.format("signal.sosfilt(band, vibration)", SPECTRUM): "np.abs",
            ENVELOPE.format(
                "np.abs(signal.sosfilt(band, vibration))", "np.abs(np.fft.rfft(x))"
            ): "mean",
            ENVELOPE.format("np.abs(signal.sosfilt(band, vibration))", "x"): "of shape",
            ENVELOPE.format(
                "np.abs(signal.sosfilt(band, vibration))", "np.fft.rfft(x - x.mean()).real"
            ): "negative",
        },
    ),
    Exercise(
        "predictive_maintenance/3_to_learn",
        check.to_learn,
        wrong={
            LEARN.format("[i for i, m in enumerate(machines) if m in kept]"): "ones kept",
            LEARN.format("[i for i in range(len(machines)) if i % 3]"): "is of a machine",
            LEARN.format("[machines.index(m) for m in machines if m not in kept]"): "twice",
            LEARN.format("[machines.index(m) for m in set(machines) - set(kept)]"): "leave out",
            LEARN.format("[i + 9 for i in range(3)]"): "places go from",
            LEARN.format("[m not in kept for m in machines]"): "list of places",
        },
    ),
    Exercise(
        "predictive_maintenance/4_at_12_khz",
        check.at_12_khz,
        wrong={
            RESAMPLED.format("samples"): "12,000 samples",
            RESAMPLED.format("samples[::4]"): "12,000 samples",
            RESAMPLED.format("samples[::rate // 12_000]"): "filtered away",
            RESAMPLED.format("samples[:12_000]"): "another one",
            RESAMPLED.format("samples[:12_000] * 0"): "stay as it is",
        },
    ),
    Exercise(
        "predictive_maintenance/5_threshold_for",
        check.threshold_for,
        wrong={
            THRESHOLD.format("max(scores)"): "finds more faults",
            THRESHOLD.format("sorted(scores)[len(scores) // decisions]"): "allows 3",
            THRESHOLD.format("sorted(scores)[-decisions]"): "allows 3",
            THRESHOLD.format("scores"): "number",
        },
    ),
    Exercise(
        "predictive_maintenance/6_days_of_warning",
        check.days_of_warning,
        wrong={
            WARNING.format("alarm", "failed - found[0] if found else 0"): "warns of nothing",
            WARNING.format(
                "alarm and day >= began", "failed - found[-1] if found else 0"
            ): "not the last",
            WARNING.format(
                "alarm and day >= began", "found[0] - began if found else 0"
            ): "how long was left",
            WARNING.format(
                "alarm and day >= began", "found[0] - failed if found else 0"
            ): "comes later",
            WARNING.format(
                "alarm and day >= began", "failed - found[0] if found else failed - began"
            ): "no warning",
            WARNING.format("True", "9"): "first alarm after",
        },
    ),
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_blank_right_and_wrong(exercise):
    prove(exercise)
