"""The monitor on this computer: when beats are told, who judges them, and what is refused."""

import re

import beating
import numpy as np
import pytest
from beating import QUICK, RATE, STREAM
from streaming import changed, doubled, same

from tinyml_helpers import micro
from tinyml_helpers.applications.wearables import hearts
from tinyml_helpers.applications.wearables.hearts import c_monitor
from tinyml_helpers.applications.wearables.hearts.monitor import (
    Monitor,
    Settings,
    WrongModel,
    inputs,
)
from tinyml_helpers.datasets import simulated_hearts


def monitor(settings=QUICK):
    return Monitor(beating.tflite(), settings)


def test_beats_and_their_kinds_are_those_of_the_heart():
    marked, made = beating.ecg(), STREAM.expected
    nearest = [int(abs(marked.beats - beat.place).argmin()) for beat in made]
    assert nearest == list(range(len(made)))  # each once, from the first on
    kinds = [{"A": "S"}.get(symbol, symbol) for symbol in marked.symbols]
    assert [beat.kind for beat in made] == kinds[: len(made)]


def test_samples_in_any_portions_give_the_same_beats():
    samples = beating.samples()
    for size in (1, 7, 32, 1000):
        here, made = monitor(), []
        for start in range(0, len(samples), size):
            made += here.push(samples[start : start + size])
        assert same(made, STREAM.expected)


def test_a_reset_forgets_the_heart():
    here = monitor()
    here.push(beating.samples()[:3000])
    here.reset()
    assert same(here.push(beating.samples()), STREAM.expected)


def test_beats_are_told_within_half_a_second_one_in_32_samples():
    samples, here, told = beating.samples(), monitor(), []
    for count in range(len(samples)):
        told += [(count, beat) for beat in here.push(samples[count : count + 1])]
    after = [count for count, _ in told]
    assert min(np.diff(after)) >= c_monitor.APART
    late = [(count - beat.place) / RATE for count, beat in told if beat.place > 5 * RATE]
    assert np.median(late) < 0.4 and max(late) < 0.5 and len(late) > 50
    first = after[0] / RATE
    assert 4 <= first < 4.1  # the thresholds are learned until then
    assert [beat.number for _, beat in told] == list(range(len(told)))


def test_the_model_is_run_on_what_is_shown():
    interpreter = micro.Interpreter(beating.tflite())
    for beat in STREAM.expected:
        scores = interpreter.invoke(beat.input[np.newaxis])[0]
        np.testing.assert_array_equal(beat.scores, scores)
        early = scores[1:].astype(int).sum() + 256
        expected = c_monitor.CLASSES[1 + (scores[2] >= scores[1])] if early >= 100 else "N"
        assert beat.kind == expected


def test_the_threshold_is_of_s_and_v_together():
    samples = beating.samples()
    always = monitor(QUICK._replace(threshold=0)).push(samples)
    assert "N" not in {beat.kind for beat in always}
    strict = monitor(QUICK._replace(threshold=255)).push(samples)
    kinds = [sum(beat.kind != "N" for beat in made) for made in (strict, STREAM.expected, always)]
    assert kinds[0] <= kinds[1] < kinds[2] == len(always)


def test_the_rule_goes_by_its_percent_whatever_the_model_says():
    samples = beating.samples()
    made = {early: monitor(QUICK._replace(early=early)).push(samples) for early in (50, 99)}
    assert not any(beat.rule for beat in made[50])
    late = [beat.rule for beat in made[99] if beat.usual]
    assert 0.2 < np.mean(late) < 0.9


def usual(made):
    return np.array([beat.input[48:96] for beat in made])


def test_the_usual_beat_is_of_those_the_model_calls_normal():
    """After the first eight, an early one leaves the usual beat as it is."""
    made = STREAM.expected
    shapes = usual(made)
    for number in range(8, len(made) - 1):
        if made[number].kind != "N":
            np.testing.assert_array_equal(shapes[number + 1], shapes[number])
    assert (shapes[-1] != shapes[9]).any()


def test_a_heart_whose_beats_are_all_odd_is_learned_anew():
    made = monitor(QUICK._replace(threshold=0)).push(beating.samples())
    shapes = usual(made)
    same_as_before = [(shapes[n] == shapes[n - 1]).all() for n in range(1, len(shapes))]
    # After sixteen odd ones the usual beat is the last of them, and eight are learned from.
    assert all(same_as_before[8:15]) and not same_as_before[15]
    # Both are divided by the size of the usual beat, and rounded: its own there, the old one here.
    np.testing.assert_allclose(shapes[16], made[15].input[:48], atol=1)


def test_without_a_model_the_same_is_shown_where_rule_and_model_agree():
    calm = beating.HEART._replace(atrial_chance=0.0, ventricular_chance=0.0, sdnn=0.01)
    samples = beating.samples(simulated_hearts.recording(calm, 30, RATE))
    made = monitor().push(samples)
    shown = inputs(samples, RATE, beating.COUNTS, early=QUICK.early)
    assert {beat.kind for beat in made} == {"N"} and not shown.rule.any()
    np.testing.assert_array_equal([beat.input for beat in made], shown.input)


def test_settings_of_an_ecg_are_its_rate_and_its_leads_counts():
    made = beating.ecg()
    assert Settings.of(made) == Settings(RATE, 200)
    two = made._replace(gains=np.array([200.0, 990.4]))
    assert Settings.of(two, lead=1, threshold=9) == Settings(RATE, 990, threshold=9)
    with pytest.raises(ValueError, match=r"rate is a whole number from 200 to 1000, not 359\.5"):
        Settings.of(made._replace(rate=359.5)).pack()


@pytest.mark.parametrize(
    ("name", "value", "limits"),
    [
        ("rate", 1001, "200 to 1000"),
        ("counts_per_mv", 49, "50 to 4000"),
        ("early", 49, "50 to 99"),
        ("threshold", 256, "0 to 255"),
        ("threshold", 0.5, "0 to 255"),
    ],
)
def test_a_setting_out_of_its_range_is_refused(name, value, limits):
    with pytest.raises(ValueError, match=f"{name} is a whole number from {limits}, not {value}"):
        monitor(QUICK._replace(**{name: value}))


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda: changed(beating.tflite(), input_scale=[0.03]), "takes int8 [1, 104] with scale"),
        (lambda: changed(beating.tflite(), input_zeroPoint=[1]), "takes int8 [1, 104] with scale"),
        (lambda: changed(beating.tflite(), output_scale=[0.03]), "softmax over N, S, V"),
        (lambda: doubled(beating.tflite(), "inputs"), "has 2 and 1"),
        (lambda: doubled(beating.tflite(), "outputs"), "has 1 and 2"),
    ],
)
def test_a_model_of_something_else_is_refused(model, message):
    with pytest.raises(WrongModel, match=re.escape(message)):
        Monitor(model())
    with pytest.raises(WrongModel, match=re.escape(message)):
        hearts.Application(model()).check()


def test_what_is_no_ecg_is_refused():
    with pytest.raises(ValueError, match=r"an ECG is int16 \[samples\], not int16 \[9, 2\]; give"):
        monitor().push(np.zeros((9, 2), np.int16))
