"""The C under AddressSanitizer and UBSan: nothing overflows or strays, whatever a sensor gives."""

import subprocess

import coaching
import fuzz
import numpy as np
import places
import pytest
import streaming
from coaching import HOP, QUICK

from tinyml_helpers.applications.wearables.exercises import c_coach
from tinyml_helpers.applications.wearables.exercises.coach import Coach, Hop, Settings
from tinyml_helpers.micro import binding

FLAGS = ["-O1", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
FLAGS += ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


def test_the_coach(tmp_path):
    """Movement, noise, the ends of the scale and silence; sensors of all scales, on either arm."""
    if fuzz.clang() is None:
        pytest.skip("there is no clang with sanitizers")
    files = [*binding.sources(), binding.COMPUTER, *c_coach.sources(), places.C / "coach_filter.c"]
    program, model = tmp_path / "coach_filter", tmp_path / "model.tflite"
    include = [f"-I{path}" for path in c_coach.include()]
    command = [fuzz.clang(), "-std=c11", *FLAGS, *include, *map(str, files), "-o", str(program)]
    subprocess.run(command, check=True)
    model.write_bytes(coaching.tflite())

    rng = np.random.default_rng(0)
    wild = rng.choice(np.array([-(2**15), 2**15 - 1], np.int16), (60 * HOP, 6))
    wild[: 20 * HOP] = rng.integers(-(2**15), 2**15, (20 * HOP, 6))
    wild[40 * HOP :] = np.repeat(wild[40 * HOP :: 50], 50, axis=0)[: 20 * HOP]  # full swings
    most = c_coach.MOST_SCALE
    runs = {QUICK: np.concatenate([coaching.samples(), wild])}
    for scale in (1, 2**15, most):
        for arm in ("left", "right"):
            settings = Settings(scale, most // scale, (-3, -1, -2), arm, average=16, threshold=0)
            runs[settings] = wild
            runs[settings._replace(axes=(1, 2, 3), average=1, threshold=255)] = wild * 0
    asked, expected = b"", []
    for settings, samples in runs.items():
        asked += settings.pack() + len(samples).to_bytes(4, "little") + samples.tobytes()
        expected += Coach(coaching.tflite(), settings).push(samples)
    done = subprocess.run([program, str(model)], input=asked, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    found = np.frombuffer(done.stdout, c_coach.HOP)
    assert streaming.same([Hop.of(record) for record in found], expected)
