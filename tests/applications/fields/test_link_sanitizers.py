"""The radio's C under AddressSanitizer and UBSan: nothing overflows or strays, whatever arrives."""

import subprocess

import fuzz
import numpy as np
import places
import pytest
from radio_ends import model

from tinyml_helpers.applications.fields import c_node
from tinyml_helpers.applications.fields.sending import dual
from tinyml_helpers.micro import binding

FLAGS = ["-std=c11", "-O1", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
FLAGS += ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]

_LOST, _DEAF, _NOISE_UP, _NOISE_DOWN, _JUMP = 1, 2, 4, 8, 16
_NOISE = 40
HOUR = np.dtype(
    [
        ("level", "<i2"),
        *((name, np.uint8) for name in ("what", "alarms", "count")),
        ("noise", np.uint8, _NOISE),
        ("even", np.uint8),
    ]
)


@pytest.fixture(scope="module")
def ends(tmp_path_factory):
    """A function from (delta, heartbeat) and HOUR [n] to the gateway's levels and status."""
    if fuzz.clang() is None:
        pytest.skip("there is no clang with sanitizers")
    folder = tmp_path_factory.mktemp("link")
    (folder / "model.tflite").write_bytes(model())
    gateway = c_node.FOLDER / "gateway.c"
    files = [*binding.sources(), binding.COMPUTER, *c_node.sources(), gateway]
    files.append(places.C / "link_filter.c")
    include = [f"-I{path}" for path in c_node.include()]
    program = folder / "link_filter"
    command = [fuzz.clang(), *FLAGS, *include, *map(str, files), "-o", str(program)]
    subprocess.run(command, check=True)

    def run(settings, hours):
        asked = np.array(settings, c_node.SEND_SETTINGS).tobytes()
        asked += len(hours).to_bytes(4, "little") + hours.tobytes()
        done = subprocess.run(
            [program, folder / "model.tflite"], input=asked, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
        levels, status = np.split(np.frombuffer(done.stdout, np.uint8), [2 * len(hours)])
        return levels.view("<i2"), status

    return run


@pytest.mark.parametrize("settings", [(5, 1), (50, 24), (1000, 168)])
@pytest.mark.parametrize("seed", range(3))
def test_any_level_and_any_noise(ends, settings, seed):
    rng = np.random.default_rng(seed)
    hours = np.zeros(3000, HOUR)
    hours["level"] = rng.integers(-(2**15), 2**15, 3000)
    hours["level"][:1000] = 2000 + np.cumsum(rng.integers(-20, 20, 1000))
    hours["level"][1000:1500] = rng.choice([-(2**15), -(2**15) + 1, 2**15 - 1], 500)
    for bit, share in ((_LOST, 0.2), (_DEAF, 0.2), (_NOISE_UP, 0.1), (_NOISE_DOWN, 0.1)):
        hours["what"] |= (bit * (rng.random(3000) < share)).astype(np.uint8)
    hours["what"][2000:] |= (_JUMP * (rng.random(1000) < 0.02)).astype(np.uint8)
    hours["what"][2300:2700] |= _LOST
    hours["alarms"] = rng.random(3000) < 0.05
    hours["count"] = rng.choice([0, 8, 10, 29, _NOISE], 3000)
    hours["noise"] = rng.integers(0, 256, (3000, _NOISE))
    hours["noise"][:, 0] = rng.choice([0x11, 0x91, 0x12, 0x92, 0x13], 3000)
    levels, status = ends(settings, hours)
    assert status.max() < len(c_node.STATUS) and len(set(status.tolist())) > 2
    told = status == c_node.STATUS.index("told")
    assert (levels[told] == hours["level"][told]).all()


def test_the_same_comes_out_as_from_the_library(ends):
    rng = np.random.default_rng(5)
    hours = np.zeros(500, HOUR)
    hours["level"] = 2000 + np.cumsum(rng.integers(-30, 30, 500))
    levels, status = ends((50, 24), hours)
    # Another time of the year is another guess: the program's hours begin with 1970.
    made = dual(model(), hours["level"] / 100, np.datetime64("1970-01-01T01"), 0.5, heartbeat=24)
    assert (levels == np.rint(made.estimates * 100)).all()
    assert [c_node.STATUS[one] for one in status] == made.status.tolist()
