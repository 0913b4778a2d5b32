"""The C under AddressSanitizer and UBSan: nothing overflows or strays, whatever a sensor gives."""

import subprocess

import fuzz
import numpy as np
import odd_machines
import places
import pytest
import streaming
import watching
from watching import LOOK, QUICK

from tinyml_helpers.applications.machines import c_watcher
from tinyml_helpers.applications.machines.offline import anomalies
from tinyml_helpers.applications.machines.watcher import Look, Settings, Watcher
from tinyml_helpers.micro import binding
from tinyml_helpers.signals import vibration

FLAGS = ["-O1", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
FLAGS += ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


def built(folder, name, standard, files):
    """The path of a program of tests/support/c, with sanitizers."""
    if fuzz.clang() is None:
        pytest.skip("there is no clang with sanitizers")
    include = [f"-I{path}" for path in c_watcher.include()]
    files = map(str, [*files, places.C / f"{name}.c"])
    command = [fuzz.clang(), standard, *FLAGS, *include, *files, "-o", str(folder / name)]
    subprocess.run(command, check=True)
    return folder / name


def answer(command, asked):
    done = subprocess.run(command, input=asked, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    return done.stdout


def counted(array):
    """An array's length and its bytes."""
    return len(array).to_bytes(4, "little") + array.tobytes()


def test_the_anomaly_model(tmp_path):
    files = [path for path in c_watcher.sources() if path.name in ("anomaly.c", "spectrum.c")]
    program = built(tmp_path, "anomaly_filter", "-std=c99", files)
    asked, expected = b"", b""
    for learn in (64, 4096):
        settings = Settings(learn=learn, settle=256, margin=1024)
        for looks in odd_machines.bands(learn + 256).values():
            looks = odd_machines.after(looks)
            asked += settings.pack_anomaly() + counted(looks)
            found = anomalies(looks, settings)
            records = np.zeros(len(looks), c_watcher.ANOMALY_RESULT)
            for name in found._fields:
                records[name] = getattr(found, name)
            expected += records.tobytes()
    assert answer([program], asked) == expected


def test_the_watcher(tmp_path):
    """Real vibration, and noise, ends of the scale and silence; bearings of all fault orders."""
    files = [*binding.sources(), binding.COMPUTER, *c_watcher.sources()]
    program = built(tmp_path, "watcher_filter", "-std=c11", files)
    (tmp_path / "model.tflite").write_bytes(watching.tflite())
    rng = np.random.default_rng(0)
    wild = rng.choice(np.array([-32768, 32767], np.int16), 40 * LOOK)
    wild[: 20 * LOOK] = rng.integers(-32768, 32768, 20 * LOOK)
    runs = {QUICK: np.concatenate([watching.samples(), wild])}
    for rate in vibration.RATES:
        orders = dict(zip(("inner", "outer", "ball"), rng.uniform(0.5, 100, 3), strict=True))
        settings = Settings(rate, rng.uniform(1, 200), **orders, average=16, threshold=0)
        runs[settings] = wild[: 3 * vibration.look_samples(rate)]
        runs[settings._replace(inner=0.5, outer=100.0, shaft_hz=1.0)] = runs[settings] * 0
    asked, expected = b"", []
    for settings, samples in runs.items():
        asked += settings.pack() + counted(samples)
        expected += Watcher(watching.tflite(), settings).push(samples)
    found = np.frombuffer(answer([program, str(tmp_path / "model.tflite")], asked), c_watcher.LOOK)
    assert streaming.same([Look.of(record) for record in found], expected)
