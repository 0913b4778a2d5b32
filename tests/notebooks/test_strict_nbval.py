"""The comparison of lessons bites: a tampered output fails, an honest one passes."""

import copy
import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from places import LESSONS, ROOT


def beginning_of_a_lesson():
    """The code cells of the smallest lesson up to the first that shows text."""
    lesson = min(LESSONS, key=lambda path: path.stat().st_size)
    notebook = json.loads(lesson.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(cells, start=1):
        if cell["outputs"]:
            return cells[:number]
    raise AssertionError(f"{lesson.name} shows nothing")


def tampered(cell):
    """The cell with one letter of its last output changed."""
    cell = copy.deepcopy(cell) | {"id": "tampered"}
    output = cell["outputs"][-1]
    text = output["text"] if output["output_type"] == "stream" else output["data"]["text/plain"]
    last = text[-1].rstrip("\n")
    text[-1] = last[:-1] + ("?" if last[-1] != "?" else "!")
    return cell


def cell_of(source, printed, **metadata):
    """A cell whose committed output is `printed`."""
    cell = new_code_cell(source, execution_count=1, metadata=metadata)
    cell.outputs = [new_output("stream", text=printed)]
    return cell


def compare(folder, cells, *options):
    """Run a notebook under nbval with the workbook's settings, in a pytest of its own.

    Args:
        folder: where.
        cells: the notebook's.
        options: more words for pytest.

    Returns:
        What pytest printed, and the numbers of the cells that failed, from 0 on.
    """
    for name in ("pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / name, folder)
    startup = folder / "home" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("surprise = 1\n", encoding="utf-8")
    (folder / "hide_tflm.py").write_text(
        "import sys\nsys.modules['tflite_micro'] = None  # as if it weren't installed\n",
        encoding="utf-8",
    )
    notebook = json.dumps(new_notebook(cells=cells))
    (folder / "lesson.ipynb").write_text(notebook, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "-q", "-rA", *options, "."],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
            "IPYTHONDIR": str(folder / "home"),
        },
        capture_output=True,
        encoding="utf-8",
    )
    said = done.stdout + done.stderr
    outcomes = re.findall(r"^(PASSED|FAILED|ERROR) lesson\.ipynb::Cell (\d+)", said, re.MULTILINE)
    assert len(outcomes) == len(cells), said
    return said, sorted(int(number) for outcome, number in outcomes if outcome != "PASSED")


def test_only_an_honest_cell_passes(tmp_path):
    honest = beginning_of_a_lesson()
    # No profile of the user's may put names into a kernel.
    honest.append(cell_of("print('surprise' in globals())", "False\n"))
    said, failed = compare(tmp_path, [*honest, tampered(honest[-2])])
    assert failed == [len(honest)] and "Cell outputs differ" in said


#: A tagged cell and one that isn't, both with other outputs than here; a tagged one that raises.
TAGGED, UNTAGGED, RAISES = range(3)


def tagged_cells():
    return [
        cell_of("print('skipped')", "ready\n", tags=["tflm"]),
        cell_of("print('skipped')", "ready\n"),
        cell_of("1 / 0", "ready\n", tags=["tflm"]),
    ]


def test_a_cell_tagged_tflm_is_compared_where_tflite_micro_is_installed(tmp_path):
    pytest.importorskip("tflite_micro")
    _said, failed = compare(tmp_path, tagged_cells())
    assert failed == [TAGGED, UNTAGGED, RAISES]


def test_a_cell_tagged_tflm_only_has_to_run_where_tflite_micro_is_missing(tmp_path):
    said, failed = compare(tmp_path, tagged_cells(), "-p", "hide_tflm")
    assert failed == [UNTAGGED, RAISES] and "ZeroDivisionError" in said


@pytest.mark.parametrize("starts", [1, 2])
def test_a_kernel_whose_port_is_taken_starts_again(tmp_path, starts):
    """As when another program takes a port between its choice and the kernel's start."""
    (tmp_path / "take_port.py").write_text(
        f"""
import socket
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalPortCache

taken = socket.create_server(("127.0.0.1", 0))
choose, kernels = LocalPortCache.find_available_port, {starts}

def choose_taken(cache, ip):
    global kernels
    kernels -= 1 / 5  # five ports a kernel
    return taken.getsockname()[1] if kernels > -1e-9 else choose(cache, ip)

LocalPortCache.find_available_port = choose_taken
""",
        encoding="utf-8",
    )
    said, failed = compare(tmp_path, [cell_of("print(1)", "1\n")], "-p", "take_port")
    if starts == 1:
        assert not failed
    else:
        assert failed == [0] and "Address already in use" in said
