"""The counter's C under AddressSanitizer and UBSan: no sum overflows, whatever a wrist does."""

import subprocess

import fuzz
import numpy as np
import places
import pytest
from swinging import still, swings

from tinyml_helpers.applications.wearables.exercises import c_coach

FLAGS = ["-std=c99", "-O1", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
FLAGS += ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


def motions():
    """The ends of the scale, swung slowly, quickly and at random; stillness; swings; silence."""
    rng = np.random.default_rng(0)
    ends = np.array([-(2**15), 2**15 - 1])
    parts = [np.repeat(ends[[i % 2 for i in range(40)]], steps) for steps in (3, 25, 100)]
    wild = np.repeat(np.concatenate(parts)[:, None], 9, axis=1)
    wild[:, 6:] = -1 - wild[:, 6:]  # gravity is at the other end: the largest difference
    ordinary = [np.concatenate([swings(6), still(5), swings(4, 1.0, size=20)])] * 2
    ordinary = np.concatenate(ordinary)
    ordinary = np.hstack([ordinary, 0 * ordinary[:, :3]])
    made = [wild, rng.choice(ends, (3000, 9)), rng.integers(-(2**15), 2**15, (3000, 9))]
    joined = np.concatenate([*made, ordinary, wild * 0, wild])
    return np.clip(np.rint(joined), -(2**15), 2**15 - 1).astype("<i2")


def test_the_counter(tmp_path):
    if fuzz.clang() is None:
        pytest.skip("there is no clang with sanitizers")
    files = [c_coach.FOLDER / "repetitions.c", places.C / "count_filter.c"]
    include = [f"-I{path}" for path in c_coach.include()]
    program = tmp_path / "count_filter"
    command = [fuzz.clang(), *FLAGS, *include, *map(str, files), "-o", str(program)]
    subprocess.run(command, check=True)
    asked = motions()
    done = subprocess.run([program], input=asked.tobytes(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    told = np.frombuffer(done.stdout, "<u2").reshape(-1, 2)
    counts, periods = np.empty(len(asked), np.uint16), np.empty(len(asked), np.uint16)
    c_coach.load().ex_count_all(
        asked.ctypes.data, len(asked), counts.ctypes.data, periods.ctypes.data
    )
    np.testing.assert_array_equal(told, np.stack([counts, periods], axis=1))
    assert counts[-1] > 20
