"""The vibration front end's C: no overflow, no stray pointer, no warning, headers for C++."""

import shutil
import subprocess

import fuzz
import numpy as np
import places
import pytest
from vibration_signals import RATES, SIGNALS, bearing_like

from tinyml_helpers import signals
from tinyml_helpers.signals import vibration
from tinyml_helpers.signals.vibration import tables


@pytest.fixture(scope="module", params=[False, True], ids=["as on the Nano", "as on the Pico"])
def program(request, tmp_path_factory):
    """The front end with sanitizers, as a program."""
    if fuzz.clang() is None:
        pytest.skip("there is no clang with sanitizers")
    path = tmp_path_factory.mktemp("program") / "vibration"
    flags = ["-std=c99", "-O1", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    flags += ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    flags += ["-D__ARM_ARCH_6M__"] if request.param else []
    flags += [f"-I{folder}" for folder in vibration.include()]
    files = [*vibration.sources(speed=True), places.C / "vibration_filter.c"]
    subprocess.run([fuzz.clang(), *flags, *map(str, files), "-o", str(path)], check=True)
    return path


@pytest.mark.parametrize("rate", RATES)
def test_sanitizers_find_nothing(program, rate):
    noise = np.random.default_rng(0)
    patterns = noise.choice(np.array([-32768, 32767], np.int16), 50_000)
    worst = np.where(np.array(tables.band_pass(rate)) < 0, -32768, 32767).astype(np.int16)
    worst = np.tile([*worst, *worst[-2::-1]], 500)  # as loud after the filter as can be
    samples = np.concatenate([*SIGNALS.values(), *bearing_like(3, rate), patterns, worst])
    for speed in (1000, 29_950, 200_000):
        done = run(program, samples, rate, speed)
        looks = vibration.look(samples, rate, speed / 1000)
        expected = np.empty(len(looks.span), vibration.FRAME)
        for name, each in looks._asdict().items():
            expected[name] = each
        assert done == expected.tobytes()
    for low, high in ((5000, 200_000), (27_000, 33_000), (199_999, 200_000)):
        done = np.frombuffer(run(program, samples, rate, low, high), np.uint32).reshape(-1, 2)
        speeds = vibration.estimate_speed(samples, rate, low / 1000, high / 1000)
        np.testing.assert_array_equal(done[:, 0] / 1000, speeds.hz)
        np.testing.assert_array_equal(done[:, 1], speeds.confidence)


def run(program, samples, *numbers):
    command = [program, *map(str, numbers)]
    done = subprocess.run(command, input=samples.tobytes(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    return done.stdout


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ((48_000, 30_000), 1),
        ((12_000, 999), 2),
        ((12_000, 200_001), 2),
        ((44_100, 27_000, 33_000), 1),
        ((12_000, 4999, 33_000), 2),
        ((12_000, 33_000, 33_000), 2),
        ((12_000, 27_000, 200_001), 2),
    ],
)
def test_c_says_what_it_cannot_do(program, numbers, code):
    done = subprocess.run([program, *map(str, numbers)], input=b"", check=False)
    assert done.returncode == code


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_headers_are_cpp_too(compiler, tmp_path):
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} isn't installed")
    names = ("filters.h", "spectrum.h", "speed.h", "vibration.h")
    text = "".join(f'#include "{name}"\n' for name in names)
    (tmp_path / "program.cpp").write_text(text + "fe_vibration state;\n", encoding="utf-8")
    flags = ["-std=c++11", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    flags += [f"-I{folder}" for folder in vibration.include()]
    subprocess.run([compiler, *flags, "-fsyntax-only", "program.cpp"], cwd=tmp_path, check=True)


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_no_compiler_warns(compiler, tmp_path):
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} isn't installed")
    files = [*signals.sources(), *vibration.sources(speed=True)]
    flags = ["-std=c99", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    flags += [f"-I{folder}" for folder in vibration.include()]
    subprocess.run([compiler, *flags, "-c", *map(str, files)], cwd=tmp_path, check=True)


def test_the_keyword_spotters_files_are_its_own():
    assert [path.name for path in signals.sources()] == ["fft.c", "log_mel.c"]
