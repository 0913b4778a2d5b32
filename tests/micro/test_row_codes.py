"""The codes of FULLY_CONNECTED's sums: nearly computed, and equal to the exact ones everywhere."""

import c_numbers
import numpy as np
import pytest
from c_numbers import floats

FUNCTIONS = """
#include "kernels/tm_row_codes.h"

// Of each: the scales of input, weights and output, a sum and a zero point. Gives the code that
// FULLY_CONNECTED writes, and the exact one.
FUNCTION void codes_of_rows(int32_t count)
{
    const uint32_t *numbers = (const uint32_t *)(const void *)given;
    tm_range range = {-120, 119};
    for (int32_t i = 0; i < count; i++, numbers += 5) {
        const float *scales = (const float *)(const void *)numbers;
        int32_t zero_point = (int32_t)numbers[4];
        tm_codes codes = {scales[0], scales[2], zero_point, range, 0, 0};
        tm_find_ratio(&codes);
        tm_factor factor = tm_factor_of(scales[0], scales[1], scales[2]);
        tm_write_codes(&codes, numbers + 3, numbers + 1, 1, 1, (int8_t *)made + 2 * i);
        made[2 * i + 1] = (uint8_t)tm_code((int32_t)numbers[3], factor, zero_point, range);
    }
}
"""


@pytest.fixture(scope="module", params=c_numbers.PLACES)
def compute(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("numbers")
    return c_numbers.compiled(request.param, FUNCTIONS, "codes_of_rows(1);", folder)


@pytest.mark.parametrize("seed", range(4))
def test_the_codes_of_rows_are_exact_wherever_their_factors_and_sums_are(compute, seed):
    rng = np.random.default_rng(seed)
    count = 1200
    scales = np.stack([floats(count, rng, -14, 4) for _ in range(3)], axis=1)
    # Factors as they are most of the time, dead ones, and up to 32; a few have no ratio at all.
    powers = rng.choice([-1, -1, -1, -2, -3], count)
    powers = np.where(powers == -1, rng.uniform(-12, -3, count), powers)
    powers = np.where(powers == -2, rng.uniform(-40, -20, count), powers)
    powers = np.where(powers == -3, rng.uniform(-4, 5, count), powers)
    scales[:, 1] = 2.0**powers * scales[:, 2] / scales[:, 0]
    scales[:20] = floats(60, rng, -120, 120).reshape(-1, 3)
    scales[20:30, 1], scales[30:40, 1] = 0, 1e-40
    factors = scales[:, 0].astype(np.float64) * scales[:, 1] / scales[:, 2]
    # Half of the sums are next to the middle between two codes.
    steps = np.where(rng.random(count) < 0.5, rng.integers(-300, 300, count) + 0.5, 0)
    steps = np.where(steps == 0, rng.uniform(-300, 300, count), steps)
    sums = np.rint(steps / np.maximum(factors, 1e-30)) + rng.integers(-1, 2, count)
    sums = np.where(rng.random(count) < 0.1, rng.integers(-(2**31), 2**31, count), sums)
    numbers = np.empty((count, 5), np.int32)
    numbers[:, :3] = scales.view(np.int32)
    numbers[:, 3] = np.clip(sums, -(2**31), 2**31 - 1).astype(np.int64)
    numbers[:, 4] = rng.integers(-128, 128, count)
    made = compute("codes_of_rows", numbers, 2 * count, np.int8).reshape(-1, 2)
    wrong = made[:, 0] != made[:, 1]
    assert not wrong.any(), (scales[wrong][:3], numbers[wrong][:3, 3:], made[wrong][:3])
    assert len(np.unique(made)) > 200
