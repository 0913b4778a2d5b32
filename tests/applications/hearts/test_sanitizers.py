"""The C under AddressSanitizer and UBSan: nothing overflows or strays, whatever a lead gives."""

import subprocess

import beating
import fuzz
import numpy as np
import places
import pytest
import streaming
from beating import QUICK

from tinyml_helpers.applications.wearables.hearts import c_monitor
from tinyml_helpers.applications.wearables.hearts.monitor import Beat, Monitor, Settings
from tinyml_helpers.micro import binding

FLAGS = ["-std=c11", "-O1", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
FLAGS += ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """The program heart_filter, and the file of its model."""
    if fuzz.clang() is None:
        pytest.skip("there is no clang with sanitizers")
    folder = tmp_path_factory.mktemp("heart")
    (folder / "model.tflite").write_bytes(beating.tflite())
    files = [*binding.sources(), binding.COMPUTER, *c_monitor.sources()]
    files = map(str, [*files, places.C / "heart_filter.c"])
    include = [f"-I{path}" for path in c_monitor.include()]
    program = folder / "heart_filter"
    subprocess.run([fuzz.clang(), *FLAGS, *include, *files, "-o", str(program)], check=True)
    return [str(program), str(folder / "model.tflite")]


def signals():
    """Noise, ends of the scale that take turns at every pace, steps and pulses: int16 [n] each."""
    rng = np.random.default_rng(0)
    count = 20_000
    yield rng.integers(-(2**15), 2**15, count).astype(np.int16)
    for pace in (1, 3, 30, 100, 1000):
        turns = np.arange(count) // pace % 2
        yield np.where(turns, 2**15 - 1, -(2**15)).astype(np.int16)
    pulses = rng.random(count) < 0.01
    yield (np.cumsum(pulses) % 7 * 9000 - 32_768).astype(np.int16)
    yield np.where(pulses, 30_000, -(2**15)).astype(np.int16)
    yield rng.normal(0, 50, count).astype(np.int16)


def test_nothing_overflows_and_all_is_as_on_this_computer(command):
    runs = [(QUICK, beating.samples())]
    for rate, counts in ((200, 50), (360, 200), (999, 4000), (1000, 50)):
        for number, samples in enumerate(signals()):
            runs.append((Settings(rate, counts, 99, threshold=number % 2 * 255), samples))
    asked, expected = b"", []
    for settings, samples in runs:
        asked += settings.pack() + len(samples).to_bytes(4, "little") + samples.tobytes()
        expected += Monitor(beating.tflite(), settings).push(samples)
    done = subprocess.run(command, input=asked, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    found = np.frombuffer(done.stdout, c_monitor.BEAT)
    assert streaming.same([Beat.of(record) for record in found], expected)
    assert len(found) > 500
