"""The node's C under AddressSanitizer and UBSan, whatever a probe says."""

import subprocess

import fuzz
import growing
import numpy as np
import places
import pytest
from growing import THIRSTY

from tinyml_helpers.applications.fields import c_node
from tinyml_helpers.applications.fields.node import Settings
from tinyml_helpers.micro import binding

FLAGS = ["-std=c11", "-O1", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
FLAGS += ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """The program node_filter, and the file of its model."""
    if fuzz.clang() is None:
        pytest.skip("there is no clang with sanitizers")
    folder = tmp_path_factory.mktemp("node")
    (folder / "model.tflite").write_bytes(growing.tflite())
    files = [*binding.sources(), binding.COMPUTER, *c_node.sources(), places.C / "node_filter.c"]
    include = [f"-I{path}" for path in c_node.include()]
    program = folder / "node_filter"
    subprocess.run(
        [fuzz.clang(), *FLAGS, *include, *map(str, files), "-o", str(program)], check=True
    )
    return [str(program), str(folder / "model.tflite")]


def runs():
    """Settings, and hours under them: a field's, noise, and the ends of the scale."""
    rng = np.random.default_rng(0)
    noise = rng.integers(-(2**15), 2**15, (3000, 4), dtype=np.int16)
    ends = rng.choice(np.array([-(2**15), 2**15 - 1, 0], np.int16), (3000, 4))
    low = np.full((2000, 4), (-(2**15) + 1, 300, 2**15 - 1, 3600), np.int16)
    low[1000:, 0] = 2**15 - 1
    all_water = Settings(start="2037-12-31", line=100.0, dose=100.0, hour=23, heartbeat=1)
    late = all_water._replace(start="2214-12-31", lead=168, quantile=0.1, delta=10.0)
    return [(THIRSTY, growing.eventful())] + [
        (settings, hours) for settings in (all_water, late) for hours in (noise, ends, low)
    ]


def answer(command):
    asked = b"".join(
        settings.pack() + len(hours).to_bytes(4, "little") + hours.tobytes()
        for settings, hours in runs()
    )
    done = subprocess.run(command, input=asked, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    return done.stdout


def test_whatever_a_probe_says_it_gives_what_this_computer_does(command):
    expected = b"".join(
        growing.node(settings).records(hours).tobytes() for settings, hours in runs()
    )
    assert answer(command) == expected


def test_a_gateways_answers_do_no_harm_and_are_heard(command):
    told = np.frombuffer(answer([*command, "answers"]), c_node.HOUR)
    alone = np.frombuffer(answer(command), c_node.HOUR)
    assert len(told) == len(alone) == sum(len(hours) for _, hours in runs())
    assert (told["changes"] != alone["changes"]).any()
    assert (told["frame_bytes"] != alone["frame_bytes"]).any()
