"""The integer arithmetic that int8 kernels share, against exact fractions: here and on chips."""

import math
from fractions import Fraction

import c_numbers
import numpy as np
import pytest
from c_numbers import floats

FUNCTIONS = """FUNCTION void factors(int32_t count)
{
    const float *abc = (const float *)(const void *)given;
    for (int32_t i = 0; i < count; i++)
        ((tm_factor *)(void *)made)[i] = tm_factor_of(abc[3 * i], abc[3 * i + 1], abc[3 * i + 2]);
}
FUNCTION void factors_of_doubles(int32_t count)
{
    for (int32_t i = 0; i < count; i++)
        ((tm_factor *)(void *)made)[i] =
            tm_factor_of_double(((const double *)(const void *)given)[i]);
}
FUNCTION void requantize(int32_t count)
{
    const int32_t *numbers = (const int32_t *)(const void *)given;
    for (int32_t i = 0; i < count; i++) {
        tm_factor factor = {numbers[3 * i + 1], numbers[3 * i + 2]};
        ((int32_t *)(void *)made)[i] = tm_requantize(numbers[3 * i], factor);
    }
}
// Of each: the sum, multiplier, shift and zero point. Gives the code, and the quick one, cut.
FUNCTION void codes(int32_t count)
{
    const int32_t *numbers = (const int32_t *)(const void *)given;
    tm_range range = {-120, 119};
    for (int32_t i = 0; i < count; i++, numbers += 4) {
        tm_factor factor = {numbers[1], numbers[2]};
        made[2 * i] = (uint8_t)tm_code(numbers[0], factor, numbers[3], range);
        int32_t half_and_zero = tm_half_and_zero(factor, numbers[3]);
        int32_t quick = tm_quick_code(numbers[0], factor, half_and_zero);
        made[2 * i + 1] = (uint8_t)tm_clamp(quick, range.lowest, range.highest);
    }
}
// Of each: shift, bias and length.
FUNCTION void are_moderate(int32_t count)
{
    const int32_t *numbers = (const int32_t *)(const void *)given;
    for (int32_t i = 0; i < count; i++, numbers += 3) {
        tm_factor factor = {1 << 30, numbers[0]};
        made[i] = tm_is_moderate(factor, numbers[1], numbers[2]);
    }
}
FUNCTION void round_all(int32_t count)
{
    for (int32_t i = 0; i < count; i++)
        ((int32_t *)(void *)made)[i] = tm_round(((const float *)(const void *)given)[i]);
}
// Of each: a real number and a scale.
FUNCTION void count_steps(int32_t count)
{
    const float *numbers = (const float *)(const void *)given;
    for (int32_t i = 0; i < count; i++)
        ((int32_t *)(void *)made)[i] = tm_steps(numbers[2 * i], numbers[2 * i + 1]);
}
FUNCTION void clamp_codes(int32_t count, int32_t lowest, int32_t highest)
{
    tm_range range = {lowest, highest};
    for (int32_t i = 0; i < count; i++)
        made[i] = given[i];
    tm_clamp_codes((int8_t *)made, count, range);
}
"""
CALLS = """factors(1), factors_of_doubles(1), requantize(1), codes(1), are_moderate(1),
    round_all(1), clamp_codes(1, 0, 0), count_steps(1);"""


@pytest.fixture(scope="module", params=c_numbers.PLACES)
def compute(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("numbers")
    return c_numbers.compiled(request.param, FUNCTIONS, CALLS, folder)


def factor_of(real):
    """TFLM's QuantizeMultiplier of a double: (multiplier, shift)."""
    if real <= 0:
        return 0, 0
    mantissa, shift = math.frexp(real)
    multiplier = math.floor(Fraction(mantissa) * 2**31 + Fraction(1, 2))
    if multiplier == 2**31:
        multiplier, shift = 2**30, shift + 1
    return (0, 0) if shift < -31 else (multiplier, min(shift, 30))


def test_a_factor_is_the_quotient_in_double_rounded_to_31_bits(compute):
    rng = np.random.default_rng(0)
    abc = np.stack([floats(1500, rng, -20, 12) for _ in range(3)], axis=1)
    abc[:20, 0] = np.ldexp(np.float32(1), np.arange(-149, -129))  # subnormals
    abc[:20, 1] = np.float32(2.0**120)
    abc[20:40, 2] = np.float32(2.0**-140)
    abc[20:40, 0] = np.ldexp(np.float32(1.25), np.arange(-160, -140))
    abc[40:80, 1:] = 1
    abc[40:80, 0] = np.ldexp(np.float32(1.5), np.arange(-36, 4))
    abc[80:86] = [(0, 1, 1), (1, 0, 1), (-1, 1, 1), (1, -1, 1), (1, 1, 0), (2.0**-149,) * 2 + (1,)]
    made = compute("factors", abc, 2 * len(abc), np.int32).reshape(-1, 2).tolist()
    expected = [
        [*factor_of(float(Fraction(a) * Fraction(b) / Fraction(c)) if min(a, b, c) > 0 else 0)]
        for a, b, c in abc.tolist()
    ]
    wrong = [one for one in zip(abc.tolist(), made, expected, strict=True) if one[1] != one[2]]
    assert not wrong, wrong[:3]


def factors_of(reals):
    """`factor_of` of an array, for reals whose factors are neither 0 nor cut."""
    mantissas, shifts = np.frexp(reals)
    multipliers = np.floor(np.ldexp(mantissas, 31) + 0.5).astype(np.int64)
    carried = multipliers == 2**31
    return np.stack([np.where(carried, 2**30, multipliers), shifts + carried], axis=1)


def wrong_factors(compute, abc):
    """Rows of abc [n, 3], float32, whose factors aren't those in double, and both factors."""
    made = compute("factors", abc, 2 * len(abc), np.int32).reshape(-1, 2)
    a, b, c = abc.astype(np.float64).T  # each operation of two is rounded once
    expected = factors_of(a * b / c)
    wrong = (made != expected).any(axis=1)
    return list(zip(abc[wrong].tolist(), made[wrong], expected[wrong], strict=True))


def test_factors_just_below_a_tie_are_rounded_as_in_double(compute):
    """The quotient in double may be a tie where the exact one is a little less."""
    rng, cases, below = np.random.default_rng(7), [], 0
    while len(cases) < 1900:
        a, c = (int(number) for number in rng.integers(2**23, 2**24, 2))
        for short in (1, 3, 5, 7, 9):  # of twice what is left of a × b / c, to be a half
            for bits in (30, 31):
                scaled = (a << (bits - 23 - (a >= c))) % c
                if c % 2 and math.gcd(scaled, c) == 1:
                    b = (c - short) // 2 * pow(scaled, -1, c) % c
                    if b >= 2**23:
                        cases.append((a, b, c))
                        real = Fraction(a * b, c)
                        below += factor_of(float(real))[0] > factor_of_fraction(real)
    assert below > 100  # not the same as rounding once
    assert not wrong_factors(compute, np.array(cases[:1900], np.float32))


def factor_of_fraction(real):
    """The multiplier of an exact real, rounded once."""
    _, shift = math.frexp(real)
    return math.floor(real * Fraction(2) ** (31 - shift) + Fraction(1, 2))


@pytest.mark.parametrize("compute", ["computer"], indirect=True)
@pytest.mark.parametrize("seed", range(4))
def test_factors_of_millions_of_scales_are_those_in_double(compute, seed):
    rng = np.random.default_rng(seed)
    for _ in range(320):
        abc = np.stack([floats(2000, rng, -10, 8) for _ in range(3)], axis=1)
        # Half of the quotients are as near to a tie as a float can bring them.
        ties = np.ldexp(rng.integers(2**30, 2**31, 1000) + 0.5, -31)
        abc[::2, 1] = ties * abc[::2, 2] / abc[::2, 0]
        wrong = wrong_factors(compute, abc)
        assert not wrong, wrong[:3]


def test_a_factor_of_a_double_is_rounded_to_31_bits(compute):
    rng = np.random.default_rng(1)
    reals = np.ldexp(rng.random(1000) + 0.5, rng.integers(-34, 31, 1000))
    ties = np.ldexp(rng.integers(2**30, 2**31, 100) + 0.5, -31 - rng.integers(0, 9, 100))
    ends = [0, -1, -0.0, np.nan, 2.0**-32, 2.0**-33, 1 - 2.0**-40]
    reals = np.concatenate([reals, ties, ends])
    made = compute("factors_of_doubles", reals, 2 * len(reals), np.int32).reshape(-1, 2).tolist()
    assert made == [[*factor_of(0 if math.isnan(real) else real)] for real in reals.tolist()]


def rounded_away(number):
    """A Fraction rounded to the nearest integer, a tie away from zero."""
    nearest = math.floor(abs(number) + Fraction(1, 2))
    return nearest if number >= 0 else -nearest


def requantized(x, multiplier, shift):
    """gemmlowp's double rounding: of the product's high half, a tie upwards, then of a shift."""
    x = (x << max(shift, 0)) + 2**31 & 0xFFFFFFFF
    high = ((x - 2**31) * multiplier + 2**30) >> 31
    return rounded_away(Fraction(high, 2 ** max(-shift, 0)))


def sums(count, rng, bits=31):
    spread = rng.integers(-(1 << bits), 1 << bits, count) >> rng.integers(0, bits, count)
    spread[:6] = -(1 << bits), (1 << bits) - 1, -1, 0, 1, 1 - (1 << bits)
    return spread


def test_a_sum_is_rescaled_with_two_roundings(compute):
    rng = np.random.default_rng(2)
    x, shift = sums(1800, rng), rng.integers(-31, 9, 1800)
    multiplier = rng.integers(2**30, 2**31, 1800)
    multiplier[::3] = 2**30  # halves
    multiplier[::17], shift[::19] = 2**31 - 1, -31
    numbers = np.stack([x, multiplier, shift], axis=1).astype(np.int32)
    made = compute("requantize", numbers, len(x), np.int32).tolist()
    assert made == [requantized(*row) for row in numbers.tolist()]


def test_the_quick_code_is_the_code_for_moderate_sums(compute):
    """For all factors and sums that tm_is_moderate lets through, to their ends."""
    rng = np.random.default_rng(3)
    shift = rng.integers(-22, 0, 1400)
    # Sums whose codes lie about the range, and ties.
    x = np.clip(sums(1400, rng, 9) << (-shift - 1), -(2**29) + 1, 2**29 - 1)
    x += rng.integers(-1, 2, 1400)
    x[::5] = sums(len(x[::5]), rng, 29)
    multiplier = np.where(rng.random(1400) < 0.4, 2**30, rng.integers(2**30, 2**31, 1400))
    zero = rng.integers(-128, 128, 1400)
    numbers = np.stack([x, multiplier, shift, zero], axis=1).astype(np.int32)
    made = compute("codes", numbers, 2 * len(x), np.int8).reshape(-1, 2)
    expected = [requantized(*row[:3]) + row[3] for row in numbers.tolist()]
    np.testing.assert_array_equal(made[:, 0], np.clip(expected, -120, 119))
    np.testing.assert_array_equal(made[:, 1], made[:, 0])
    assert len(np.unique(made)) > 200


def test_moderate_is_what_the_quick_code_is_exact_for(compute):
    most = 2**28 // (128 * 255)
    cases = {
        (-1, 0, 1): True,
        (0, 0, 1): False,
        (5, 0, 1): False,
        (-22, 0, 1): True,
        (-23, 0, 1): False,
        (-9, 2**28 - 1, most): True,
        (-9, 2**28, 1): False,
        (-9, 1 - 2**28, most): True,
        (-9, -(2**28), 1): False,
        (-9, 0, most + 1): False,
    }
    made = compute("are_moderate", np.array([*cases], np.int32), len(cases), np.uint8)
    assert made.astype(bool).tolist() == [*cases.values()]


def test_reals_are_rounded_away_from_zero_and_cut_to_32_bits(compute):
    rng = np.random.default_rng(4)
    reals = floats(1500, rng, -4, 34) * rng.choice([-1, 1], 1500).astype(np.float32)
    halves = (rng.integers(-3000, 3000, 300) + 0.5).astype(np.float32)
    near = np.nextafter(halves, np.float32(0))
    ends = [0, -0.0, 1e-40, 2.0**31, -(2.0**31), 2.0**30, 3e38, -3e38, np.inf, -np.inf, np.nan]
    reals = np.concatenate([reals, halves, near, np.array(ends, np.float32)])
    made = compute("round_all", reals, len(reals), np.int32).tolist()
    expected = [
        max(-(2**31), min(rounded_away(Fraction(real)), 2**31 - 1))
        for real in reals[:-3].astype(float).tolist()
    ]
    assert made == [*expected, 2**31 - 1, -(2**31), -(2**31)]


def test_steps_are_the_rounded_quotient_in_float32(compute):
    rng = np.random.default_rng(5)
    scales = floats(1400, rng, -20, 12)
    reals = rng.choice([6, 1], 1400).astype(np.float32)
    # Half of the quotients lie next to the middle between two integers.
    near = reals / (rng.integers(0, 300, 1400) + 0.5).astype(np.float32)
    scales = np.where(rng.random(1400) < 0.5, near, scales)
    scales[:400] = np.nextafter(scales[:400], rng.choice([0, 9], 400).astype(np.float32))
    scales[:9] = 2.0**-149, 2.0**-127, 1e-38, 3e38, 2.0**-29, 2.0**-26, 2.0**-5, 12, 4
    numbers = np.stack([reals, scales], axis=1)
    made = compute("count_steps", numbers, len(numbers), np.int32).astype(np.int64)
    with np.errstate(over="ignore"):
        quotients = reals / scales
    whole = np.floor(np.minimum(quotients, 2.0**30).astype(np.float64) + 0.5)
    is_far = whole >= 2**29
    assert (made[is_far] >= 2**29).all() and is_far.sum() >= 4
    np.testing.assert_array_equal(made[~is_far], whole[~is_far])


@pytest.mark.parametrize(
    "ends", [(-128, 127), (-128, 126), (-127, 127), (-127, 126), (0, 6), (7, 7)]
)
def test_codes_are_cut_to_a_range(compute, ends):
    every = np.arange(-128, 128).astype(np.int8)
    made = compute("clamp_codes", every, 256, np.int8, *ends)
    np.testing.assert_array_equal(made, np.clip(every, *ends))
