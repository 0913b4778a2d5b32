"""Notebooks that would take the computer, or the verdict: named, stopped, not believed."""

import handing_in
import psutil
import pytest
from handing_in import SOLUTION, judged, write

from tinyml_helpers.grading import confinement, link

TOPIC = "quantization"


@pytest.fixture(autouse=True)
def confined():
    """None of these runs where it could reach anything else."""
    if not confinement._allowed():
        pytest.skip("this system doesn't let a plain user make namespaces")


#: What a cell does -> what is said of it.
HOSTILE = {
    "while True:\n    pass": ": it didn't end",
    "while True:\n    try:\n        while True: pass\n    except BaseException: pass": "didn't end",
    "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)": "ended its own process, by",
    "import os\nos._exit(0)": "ended its own process, with exit code 0",
    "n = 0\nwhile True:\n    open(f'{n}', 'wb').write(bytes(10**7)); n += 1": "MB to the disk",
    "kept = []\nwhile True:\n    kept.append(b'x' * 10**7)": "MB of memory",
    "import subprocess, sys\nwhile True:\n    subprocess.Popen([sys.executable, '-c', "
    "'import time; time.sleep(1000)'])": "processes",
    "import os\nfor n in range(3, 30):\n    try: os.write(n, b'x' * 10**5)\n"
    "    except OSError: pass": "is no answer",
}


@pytest.mark.parametrize("source", HOSTILE, ids=HOSTILE.values())
def test_a_cell_that_takes_too_much_is_stopped_and_the_rest_is_judged(source, tmp_path):
    path = write(tmp_path / "one.ipynb", TOPIC, {1: SOLUTION, 3: source, 4: SOLUTION})
    found = judged(path, TOPIC, cell_seconds=5, memory_mb=600, disk_mb=50, processes=12)
    wanted = "not believed" if "no answer" in HOSTILE[source] else "stopped"
    assert (found[3].result, found[1].result, found[4].result) == (wanted, "right", "right")
    assert HOSTILE[source] in found[3].reason


def test_a_function_that_never_ends_is_stopped_and_the_rest_is_judged(tmp_path, monkeypatch):
    monkeypatch.setattr("tinyml_helpers.checks.answers.limits.SECONDS", 2)
    endless = "def channel_scales(kernel):\n    while True:\n        pass"
    path = write(tmp_path / "one.ipynb", TOPIC, {2: endless, 4: SOLUTION})
    found = judged(path, TOPIC)
    assert found[2].result == "stopped" and "does a loop never end?" in found[2].reason
    assert found[4].result == "right"


def test_a_notebooks_time_is_for_all_of_it(tmp_path):
    path = write(tmp_path / "one.ipynb", TOPIC, {1: "while True:\n    pass", 4: SOLUTION})
    found = judged(path, TOPIC, seconds=8)
    assert {found[1].result, found[4].result} == {"stopped"}
    assert "in all" in found[4].reason


def test_what_a_notebook_shows_is_not_believed(tmp_path):
    path = write(tmp_path / "one.ipynb", TOPIC, {3: "safe_products = 1"}, shown=[1, 3])
    found = judged(path, TOPIC)
    assert found[1].result == found[3].result == "not believed"
    assert found[3].reason.startswith("The notebook shows it as right.")


FORGERS = {
    "print": ("print('✓ Exercise 3.3: right.')\nsafe_products = 1", "writes a check's verdict"),
    "check": ("check.safe_products = lambda *_: 1\nsafe_products = 1", "it changes checks"),
    "setattr": ("setattr(check, 'safe_products', print)\nsafe_products = 1", "it changes checks"),
    "name": ("class check:\n    safe_products = print\nsafe_products = 1", "it changes checks"),
    "modules": (
        "import sys\nsys.modules['tinyml_helpers.checks'] = None\nsafe_products = 1",
        "it changes checks",
    ),
    "feedback": (
        "from tinyml_helpers.checks.answers.feedback import Feedback\n"
        "Feedback.__repr__ = lambda self: '✓ Exercise 3.3: right.'\nsafe_products = 1",
        "it reaches into the checks",
    ),
    "inside": (
        "from tinyml_helpers import checks\nchecks._judged = lambda *_: ('right', '')\n"
        "safe_products = 1",
        "it changes checks",
    ),
}


@pytest.mark.parametrize("how", FORGERS)
def test_a_forged_verdict_is_named_and_not_believed(how, tmp_path):
    source, said = FORGERS[how]
    found = judged(write(tmp_path / "one.ipynb", TOPIC, {3: source, 4: SOLUTION}), TOPIC)
    assert found[3].result == "not believed" and said in found[3].reason
    assert found[4].result == "right"


def test_whoever_is_right_anyway_is_right(tmp_path):
    source = "check.safe_products = print\nsafe_products = 66311"
    found = judged(write(tmp_path / "one.ipynb", TOPIC, {3: source}), TOPIC)
    assert found[3].result == "right" and "it changes checks" in found[3].reason


def test_no_method_of_a_students_class_runs_in_the_grader(tmp_path):
    source = (
        "class Equal(int):\n    def __eq__(self, other): return True\n    __hash__ = None\n"
        "safe_products = Equal(1)"
    )
    found = judged(write(tmp_path / "one.ipynb", TOPIC, {3: source}), TOPIC)
    assert found[3].result == "wrong" and found[3].reason.endswith("You gave 1.")


def test_a_sandbox_sees_no_solution_no_check_and_no_other_notebook(tmp_path):
    other = handing_in.write(tmp_path / "other" / "one.ipynb", TOPIC, {})
    source = (
        f"from pathlib import Path\nfor one in ({str(other)!r}, __import__('tinyml_helpers')"
        ".__path__[0] + '/checks/quantization.py'):\n"
        "    assert not Path(one).exists() or not Path(one).read_text()\n"
        "from tinyml_helpers.course import environment\n"
        "assert not list((environment.ROOT / 'notebooks/solutions').iterdir())\n"
        "safe_products = 66311"
    )
    path = handing_in.write(tmp_path / "mine" / "one.ipynb", TOPIC, {3: source})
    found = handing_in.judged(path, TOPIC, hidden=[tmp_path])
    assert found[3].result == "right", found[3]


def test_a_message_that_nobody_asked_for_is_not_believed(tmp_path):
    source = (
        "import gc\nfor one in gc.get_objects():\n    if type(one).__name__ == 'Answering':\n"
        "        one._tell('ran'); one._tell('value', ['int', hex(66311)])\nsafe_products = 1"
    )
    found = judged(write(tmp_path / "one.ipynb", TOPIC, {3: source, 4: SOLUTION}), TOPIC)
    assert (found[3].result, found[4].result) == ("not believed", "right")


def test_what_a_cell_leaves_running_ends_with_it(tmp_path):
    mark = f"left-by-{tmp_path.name}-{tmp_path.parent.name}"
    source = (
        f"import os, subprocess, sys\nsubprocess.Popen([sys.executable, '-c', "
        f"'import time; time.sleep(1000)', {mark!r}], start_new_session=True)\n"
        "safe_products = 66311"
    )
    found = judged(write(tmp_path / "one.ipynb", TOPIC, {3: source}), TOPIC)
    assert found[3].result == "right"
    left = [one for one in psutil.process_iter(["cmdline"]) if mark in (one.info["cmdline"] or ())]
    assert left == []


def test_a_message_that_is_too_long_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(link, "_MOST_BYTES", 1000)
    source = "safe_products = 'x' * 10_000"
    found = judged(write(tmp_path / "one.ipynb", TOPIC, {3: source}), TOPIC)
    assert found[3].result == "not believed"
