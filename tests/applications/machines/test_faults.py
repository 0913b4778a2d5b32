"""What the fault model is shown, and what is made of its scores, against faults.h in words."""

import numpy as np
import pytest
import watching
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from tinyml_helpers import micro
from tinyml_helpers.applications.machines import c_watcher, offline
from tinyml_helpers.applications.machines.watcher import Settings
from tinyml_helpers.signals import vibration

BINS_AN_ORDER = round(1 / vibration.ORDER_STEP)
ORDERS = vibration.ORDERS


def comb(order):
    """Heights of a comb's teeth, from 0 to 32, not rounded: float64 [orders]."""
    multiples = np.arange(1, ORDERS / BINS_AN_ORDER / order + 2) * order * BINS_AN_ORDER
    away = np.abs(np.arange(ORDERS)[:, np.newaxis] - multiples).min(1)
    return 32 * np.maximum(0, 1 - away / 1.5)


@how(derandomize=True, deadline=None, max_examples=100)
@given(orders=st.tuples(*[st.floats(0.5, 100)] * 3))
def test_combs_stand_at_multiples_of_the_fault_orders(orders):
    settings = Settings(inner=orders[0], outer=orders[1], ball=orders[2])
    (made,) = offline.inputs(np.zeros((1, ORDERS), np.int8), settings)
    exact = np.stack([comb(order) for order in orders], 1)
    # An order is rounded to 2^-16; its multiple of the last bin's is off by up to 24 × 16 × 2^-17.
    assert np.abs(made[:, 1:] - exact).max() <= 0.5 + 32 / 1.5 * 24 * BINS_AN_ORDER / 2**17
    assert (made[:, 0] == 0).all()


def test_a_bearings_comb_by_hand():
    (made,) = offline.inputs(np.zeros((1, ORDERS), np.int8), Settings(outer=3, inner=50, ball=12))
    step = 3 * BINS_AN_ORDER
    assert made[step - 2 : step + 3, 2].tolist() == [0, 11, 32, 11, 0]
    assert np.flatnonzero(made[:, 2] == 32).tolist() == list(range(step, ORDERS, step))
    assert not made[:, 1].any()  # beyond the last bin
    assert made[-2:, 3].tolist() == [0, 11]  # the tooth is one bin beyond


def test_teeth_that_overlap_give_the_higher():
    (made,) = offline.inputs(np.zeros((1, ORDERS), np.int8), Settings(inner=0.5))
    exact = comb(0.5)
    assert np.abs(made[:, 1] - exact).max() <= 0.5


def test_order_codes_are_shown_within_64():
    orders = np.resize(np.arange(-128, 128), ORDERS * 3).astype(np.int8).reshape(3, ORDERS)
    made = offline.inputs(orders, Settings())
    np.testing.assert_array_equal(made[..., 0], np.clip(orders, -64, 64))
    assert (made[:, :, 1:] == made[:1, :, 1:]).all()


def test_scores_are_the_interpreters():
    seen = offline.inputs(
        np.random.default_rng(0).integers(-80, 80, (20, ORDERS)).astype(np.int8), watching.QUICK
    )
    interpreter = micro.Interpreter(watching.tflite())
    expected = [interpreter.invoke(look[np.newaxis])[0] for look in seen]
    np.testing.assert_array_equal(offline.scores(watching.tflite(), seen), expected)


def slow(scores, settings, commissioning):
    """Averages, and suspects, as faults.h says it in words."""
    smoothed, suspects, usual = [], [], -1000
    for k in range(len(scores)):
        last = scores[: k + 1][-settings.average :].astype(int) + 128
        sums = last.sum(0).tolist()
        smoothed.append([total // len(last) for total in sums])
        likeliest = ("inner", "outer", "ball")[sums[1:].index(max(sums[1:]))]
        suspicion = 255 - smoothed[-1][0]
        alarm = suspicion >= max(settings.threshold, usual + c_watcher.RISE)
        suspects.append(likeliest if alarm else None)
        if k < commissioning and len(last) == settings.average:
            usual = max(usual, suspicion)
    return smoothed, suspects


@how(derandomize=True, deadline=None, max_examples=100)
@given(
    seed=st.integers(0, 2**32 - 1),
    looks=st.integers(1, 40),
    average=st.integers(1, 16),
    threshold=st.integers(0, 255),
    sure=st.sampled_from([1, 20, 128]),
    commissioning=st.integers(0, 30),
)
def test_suspects_follow_their_rules(seed, looks, average, threshold, sure, commissioning):
    scores = np.random.default_rng(seed).integers(-sure, sure, (looks, 4)).astype(np.int8)
    settings = Settings(average=average, threshold=threshold)
    smoothed, suspects = offline.judge(scores, settings, commissioning)
    assert (smoothed.tolist(), suspects) == slow(scores, settings, commissioning)


def test_what_looked_like_a_fault_in_health_is_no_news():
    """A healthy machine with a line at a comb's tooth: it alarms at first, and then no more."""
    odd, worse = [-28, 72, -128, -128], [-128, 127, -128, -128]
    scores = np.array([odd] * 6 + [worse] * 2, np.int8)
    settings = Settings(average=1, threshold=128)
    suspects = offline.judge(scores, settings, commissioning=4)[1]
    assert suspects == ["inner", None, None, None, None, None, "inner", "inner"]
    assert offline.judge(scores, settings)[1] == ["inner"] * 8


def test_the_first_looks_are_not_averaged_with_nothing():
    """Else every start would be an alarm: nothing isn't normal."""
    scores = np.array([[127, -128, -128, -128]] * 3, np.int8)
    smoothed, suspects = offline.judge(scores, Settings(average=16, threshold=1))
    assert (smoothed[:, 0] == 255).all() and suspects == [None] * 3


def test_of_equal_parts_the_first_is_suspected():
    scores = np.array([[-128, 0, 0, 0]], np.int8)
    assert offline.judge(scores, Settings(average=1))[1] == ["inner"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("inner", 0.49, r"inner is a fault order of 0.49: give 0.5 to 100 times the shaft's speed"),
        ("outer", 100.5, "outer is a fault order of 100.5: give"),
        ("ball", float("nan"), "ball is a fault order of nan: give"),
        ("average", 0, "average is a whole number from 1 to 16, not 0"),
        ("average", 17, "average is a whole number from 1 to 16, not 17"),
        ("threshold", -1, "threshold is a whole number from 0 to 255, not -1"),
        ("threshold", 0.5, "threshold is a whole number from 0 to 255, not 0.5"),
    ],
)
def test_settings_out_of_range_are_refused(field, value, message):
    with pytest.raises(ValueError, match=message):
        offline.judge(np.zeros((5, 4), np.int8), Settings()._replace(**{field: value}))


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("average", 0, c_watcher.BAD_SETTINGS),
        ("average", 17, c_watcher.BAD_SETTINGS),
        ("threshold", 256, c_watcher.BAD_SETTINGS),
        ("inner", 2**15 - 1, c_watcher.BAD_SETTINGS),
        ("outer", 0, c_watcher.BAD_SETTINGS),
        ("ball", 100 * 2**16 + 1, c_watcher.BAD_SETTINGS),
        ("ball", 2**32 - 1, c_watcher.BAD_SETTINGS),
        ("ball", 100 * 2**16, c_watcher.OK),
        ("inner", 2**15, c_watcher.OK),
        ("average", 16, c_watcher.OK),
        ("threshold", 255, c_watcher.OK),
    ],
)
def test_the_c_refuses_just_what_is_out_of_range(field, value, status):
    """What a board does when another program sends it settings."""
    packed = np.frombuffer(Settings().pack_faults(), c_watcher.FAULT_SETTINGS).copy()
    packed[field] = value
    assert c_watcher.load().mc_judge_all(packed.ctypes.data, None, 0, 0, None, None) == status


@pytest.mark.parametrize(
    ("call", "codes", "message"),
    [
        (offline.inputs, np.zeros((2, ORDERS)), rf"orders are int8 \[looks, {ORDERS}\], not float"),
        (offline.inputs, np.zeros(ORDERS, np.int8), "orders are int8"),
        (
            offline.judge,
            np.zeros((2, 5), np.int8),
            r"scores are int8 \[looks, 4\], not int8 \[2, 5",
        ),
    ],
)
def test_what_is_no_codes_is_refused(call, codes, message):
    with pytest.raises(ValueError, match=message):
        call(codes, Settings())
    with pytest.raises(ValueError, match=rf"inputs are int8 \[looks, {ORDERS}, 4\], not"):
        offline.scores(watching.tflite(), np.zeros((2, ORDERS, 3), np.int8))
