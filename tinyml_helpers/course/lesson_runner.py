"""Runs a lesson without a browser, and keeps its outputs in a form that a diff can be read of."""

import argparse
import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tinyml_helpers.course import environment
from tinyml_helpers.files import write_whole

#: Seconds a cell may take before it counts as hanging. The longest trains a small model: a minute
#: on two cores, many on an old or busy computer.
CELL_TIMEOUT = 1800

#: Seconds a kernel may take to start, and to hand over what a finished cell has shown.
_KERNEL_STARTS, _OUTPUT_COMES = 300, 60

#: What a check's sign says of an exercise; the signs are those of `checks.Feedback`.
_STANDS = {"✓": "right", "✗": "not right yet", "○": "not attempted"}

_KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class LessonError(RuntimeError):
    """A lesson can't be run; the message names the lesson, the cell and the error."""


def run(path, folder=environment.DESK / "runs"):
    """Execute a notebook headless with a progress bar and keep the executed copy.

    Args:
        path: the notebook; it isn't changed.
        folder: where the copy goes, under the same name.

    Returns:
        The Path of the executed copy.

    Raises:
        LessonError: a cell raised, took longer than `CELL_TIMEOUT`, or ended its kernel; no copy
            is written.
    """
    notebook = _executed(_read(path), path)
    copy = Path(folder) / Path(path).name
    _write(copy, notebook)
    return copy


def refresh(path):
    """Execute a notebook in place and normalise it.

    Raises:
        LessonError: as `run`, or the lesson needs tflite-micro and it isn't installed here; the
            notebook is left as it was.
    """
    notebook = _read(path)
    needs_tflm = any("tflm" in cell["metadata"].get("tags", []) for cell in notebook["cells"])
    if needs_tflm and importlib.util.find_spec("tflite_micro") is None:
        raise LessonError(
            f"{Path(path).name} has cells that need tflite-micro, which this computer has no "
            "package for: refresh it on Linux x86-64"
        )
    _write(path, _executed(notebook, path))


def exercises(notebook):
    """A line on how a lesson's exercises stand, from what its checks said when it ran.

    Args:
        notebook: an executed nbformat notebook.

    Returns:
        Such as "Exercises: 2 right, 1 not right yet (0.3)."; "No exercises." where it has none.
    """
    said = {}  # an exercise may be checked more than once: the last time counts
    for cell in _code_cells(notebook):
        for output in cell["outputs"]:
            text = output.get("data", {}).get("text/plain", "")
            found = re.match(r"([○✗✓]) Exercise (\S+):", text)
            if found:
                said[found[2]] = found[1]
    parts = []
    for sign, name in _STANDS.items():
        numbers = [number for number, one in said.items() if one == sign]
        if numbers:
            which = "" if sign == "✓" else f" ({', '.join(numbers)})"
            parts.append(f"{len(numbers)} {name}{which}")
    return f"Exercises: {', '.join(parts)}." if parts else "No exercises."


def normalise(notebook):
    """Leave in an executed notebook only what says something about the lesson; changes it.

    Execution counts become 1..n; times, widget state and the Python version go; a widget with a
    picture or text beside it keeps only that, because no reader of the file has its kernel.

    Args:
        notebook: an nbformat notebook, or the dict of one.
    """
    notebook["metadata"] = {"kernelspec": dict(_KERNELSPEC), "language_info": {"name": "python"}}
    _repair_ids(notebook)
    for cell in notebook["cells"]:
        for key in ("execution", "ExecuteTime", "collapsed", "scrolled"):
            cell["metadata"].pop(key, None)
    for count, cell in enumerate(_code_cells(notebook), start=1):
        cell["execution_count"] = count
        cell["outputs"] = _merge_streams(cell["outputs"])
        for output in cell["outputs"]:
            if output["output_type"] == "execute_result":
                output["execution_count"] = count
            shown = output.get("data", {})
            if "image/png" in shown or "text/plain" in shown:
                shown.pop(_WIDGET_VIEW, None)


def _merge_streams(outputs):
    """Join stream outputs of one name that follow one another: the split is chance."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output["output_type"] == "stream" and output["name"] == last.get("name"):
            last["text"] += output["text"]
        else:
            merged.append(output)
    return merged


def _repair_ids(notebook):
    """Give each cell that has no valid id of its own one that follows from its source."""
    taken = set()
    for cell in notebook["cells"]:
        cell_id, tries = cell.get("id", ""), 0
        while not _VALID_ID.fullmatch(cell_id) or cell_id in taken:
            source = "".join(cell["source"]) + "\n" * tries
            cell_id, tries = hashlib.sha256(source.encode()).hexdigest()[:8], tries + 1
        taken.add(cell_id)
        cell["id"] = cell_id
    notebook["nbformat"], notebook["nbformat_minor"] = 4, max(5, notebook["nbformat_minor"])


def _read(path):
    """The notebook in a file, its ids repaired before nbformat invents random ones."""
    import nbformat

    try:
        notebook = json.loads(Path(path).read_text(encoding="utf-8"))
        _repair_ids(notebook)
        notebook = nbformat.v4.rwbase.rejoin_lines(nbformat.from_dict(notebook))
        nbformat.validate(notebook)
    except (OSError, ValueError, KeyError, TypeError, nbformat.ValidationError) as error:
        raise LessonError(f"{Path(path).name} can't be read as a notebook: {error}") from error
    return notebook


def _write(path, notebook):
    import nbformat

    write_whole(path, nbformat.writes(notebook) + "\n")


def _executed(notebook, path):
    """Run all cells with this Python as the kernel, from the notebook's folder, and normalise."""
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager
    from tqdm import tqdm

    path = Path(path)
    started = []
    # The kernel nbval uses too: a spec named python3 may belong to another Python.
    kernel = AsyncKernelManager(
        kernel_name=CURRENT_ENV_KERNEL_NAME, kernel_spec_manager=NbvalKernelspecManager()
    )
    with (
        tempfile.TemporaryDirectory() as profile,  # no profile of the user's may add names
        tqdm(total=len(_code_cells(notebook)), desc=path.stem, unit="cell") as bar,
    ):
        client = NotebookClient(
            notebook,
            km=kernel,
            timeout=CELL_TIMEOUT,
            startup_timeout=_KERNEL_STARTS,
            iopub_timeout=_OUTPUT_COMES,
            record_timing=False,
            store_widget_state=False,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(path.parent)}},
            on_cell_start=lambda cell, **_: started.append(cell["cell_type"]),
            on_cell_executed=lambda **_: bar.update(),
        )
        try:
            # The client leaves a kernel that it was given running, maybe in an endless loop.
            client.execute(
                env={**os.environ, "IPYTHONDIR": profile},
                stderr=subprocess.DEVNULL,
                cleanup_kc=True,
            )
        except CellExecutionError as error:
            reason = f"{error.ename}: {error.evalue}"
        except CellTimeoutError:
            reason = f"it took longer than {CELL_TIMEOUT} seconds"
        except DeadKernelError:
            reason = "its kernel died"
        except RuntimeError as error:
            client.km = kernel  # the client has let go of it, and misses it when Python ends
            reason = f"its kernel doesn't start ({error}); try again"
        else:
            normalise(notebook)
            return notebook
    where = f", code cell {started.count('code')}" if started else ""
    raise LessonError(f"{path.name}{where}: {reason}")


def _code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def main(arguments=None):
    """The command behind `course.py run` and `course.py refresh`; returns the exit code."""
    parser = argparse.ArgumentParser(prog="tinyml_helpers.course.lesson_runner")
    parser.add_argument("action", choices=["run", "refresh"])
    parser.add_argument("paths", nargs="+")
    options = parser.parse_args(arguments)
    try:
        for path in options.paths:
            if options.action == "refresh":
                refresh(path)
            else:
                done = run(path)
                print(f"The executed copy of {os.path.relpath(path)} is {os.path.relpath(done)}.")
                print(exercises(_read(done)))
    except LessonError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the lesson's file is as it was.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
