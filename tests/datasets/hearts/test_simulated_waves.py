"""The model's waves: what the three equations give, and shapes within what hearts do."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from tinyml_helpers.datasets.hearts.simulated import Shape, Wave, heart, qrs_width
from tinyml_helpers.datasets.hearts.simulated.waves import Beat, peak, trace

#: Angle, strength and width of P, Q, R, S and T: the paper's table I.
TABLE = (
    (-np.pi / 3, 1.2, 0.25),
    (-np.pi / 12, -5.0, 0.1),
    (0.0, 30.0, 0.1),
    (np.pi / 12, -7.5, 0.1),
    (np.pi / 2, 0.75, 0.4),
)


def equations(time, state, omega, breath):
    """The paper's equation 1."""
    x, y, z = state
    alpha, theta = 1 - np.hypot(x, y), np.arctan2(y, x)
    slope = -(z - breath[0] * np.sin(2 * np.pi * breath[1] * time))
    for angle, strength, width in TABLE:
        off = (theta - angle + np.pi) % (2 * np.pi) - np.pi
        slope -= strength * off * np.exp(-(off**2) / (2 * width**2))
    return alpha * x - omega * y, alpha * y + omega * x, slope


def test_a_trace_is_what_the_papers_three_equations_give():
    omega, breath, seconds, rate = 2 * np.pi, (0.01, 0.25), 15, 360
    times = np.arange(seconds * rate) / rate
    solved = solve_ivp(
        equations,
        (0, times[-1]),
        (1, 0, 0),
        t_eval=times,
        args=(omega, breath),
        max_step=0.005,
        rtol=1e-7,
        atol=1e-9,
    )
    waves = [Wave(angle / omega, b / omega, a * b * b / omega) for angle, a, b in TABLE]
    shape = Shape(tuple(waves[:1]), tuple(waves[1:4]), tuple(waves[4:]))
    beats = [Beat(float(second), shape, 1.0, 1.0) for second in range(-2, seconds + 2)]
    made = trace(beats, breath, len(times), rate)
    settled = times > 10  # the begin of each has faded by e to the power of 10
    reach = np.ptp(solved.y[2][settled])
    assert reach > 0.04
    assert np.abs(made - solved.y[2])[settled].max() < 2e-3 * reach


@pytest.mark.parametrize("rate", [250, 500])
def test_a_trace_is_the_same_at_another_rate(rate):
    beats = [Beat(0.8 * n + 0.013, heart(3).beat, 0.9, 1.0) for n in range(-2, 12)]
    one = trace(beats, (0.05, 0.25), 8 * 1000, 1000)
    other = trace(beats, (0.05, 0.25), 8 * rate, rate)
    np.testing.assert_allclose(one[:: 1000 // rate], other, atol=5e-4)


def test_waves_stand_where_they_are_put_and_t_alone_stretches():
    p, r, t = Wave(-0.15, 0.01, 0.2), Wave(0.0, 0.01, 1.0), Wave(0.3, 0.01, 0.4)
    made = trace([Beat(1.0, Shape((p,), (r,), (t,)), 1.2, 2.0)], (0, 0.25), 2000, 1000)
    tops = [place for place in range(1, 1999) if made[place - 1] < made[place] > made[place + 1]]
    assert tops == pytest.approx([850, 1000, 1360], abs=1)
    assert made[1000] - made[950] == pytest.approx(2.0, rel=0.02)


def test_a_gaussians_width_and_peak_are_known():
    one = Shape((), (Wave(0.02, 0.01, -1.0),), ())
    assert qrs_width(one) == pytest.approx(2 * 0.01 * np.sqrt(2 * np.log(20)), abs=0.002)
    assert peak(one) == pytest.approx(0.02, abs=0.001)


def test_normal_beats_are_as_long_as_those_of_healthy_adults():
    many = [heart(number) for number in range(200)]
    widths = np.array([qrs_width(one.beat) for one in many])
    assert widths.min() > 0.05 and widths.max() < 0.12
    assert 0.08 < np.median(widths) < 0.09
    for one in many:
        (p,) = one.beat.p
        assert 0.11 < -0.04 - (p.time - 2.2 * p.width) < 0.21
        assert 0.34 < one.beat.t[0].time + 2.2 * one.beat.t[0].width + 0.04 < 0.46
        assert 0.3 < max(abs(wave.height) for wave in one.beat.qrs) < 2


def test_atrial_beats_have_the_normal_qrs_and_another_p():
    for number in range(100):
        one = heart(number)
        for shape in one.atrial:
            assert shape.qrs == one.beat.qrs and shape.t == one.beat.t
            assert shape.p and shape.p != one.beat.p


def test_ventricular_beats_are_wide_without_p_and_of_every_form():
    shapes = [shape for number in range(200) for shape in heart(number).ventricular]
    widths = [qrs_width(shape) for shape in shapes]
    assert 0.119 < min(widths) < 0.14 and 0.2 < max(widths) < 0.221
    assert not any(shape.p for shape in shapes)
    signs = [np.sign(shape.qrs[0].height) for shape in shapes]
    assert 0.35 < np.mean(np.array(signs) > 0) < 0.65
    assert all(shape.t[0].height * sign < 0 for shape, sign in zip(shapes, signs, strict=True))
    assert {len(shape.qrs) for shape in shapes} == {1, 2, 3}
