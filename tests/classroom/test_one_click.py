"""Binder, a dev container and Colab start with what is there: files, commands, a fit Python."""

import json
import os
import re
import shlex
import shutil
import stat
import subprocess

import front_door_copy
import patience
import pytest
from jupyter_server.serverapp import ServerApp
from places import ROOT

import course
from tinyml_helpers.course import environment, front_door

BINDER = ROOT / ".binder"
CONTAINER = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
SERVER = json.loads(
    (ROOT / ".devcontainer" / "jupyter_server_config.json").read_text(encoding="utf-8")
)
GUIDE = (ROOT / "classroom" / "guide.md").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
#: Names of https://containers.dev/implementors/json_reference/ that are used here.
REFERENCE = {
    "name",
    "image",
    "hostRequirements",
    "onCreateCommand",
    "postCreateCommand",
    "postAttachCommand",
    "containerEnv",
    "forwardPorts",
    "portsAttributes",
    "customizations",
}
COMMANDS = ("onCreateCommand", "postCreateCommand", "postAttachCommand")
posix = pytest.mark.skipif(os.name != "posix", reason="containers are Linux")


def asked(command):
    """The options that course.py reads in a command line; it exits where they aren't its own."""
    return front_door._parse(shlex.split(command.partition("course.py ")[2]), "")


def taken(version):
    return course.OLDEST <= tuple(map(int, version)) <= course.NEWEST


def test_binders_python_is_one_that_course_py_takes():
    text = (BINDER / "runtime.txt").read_text(encoding="utf-8")
    assert taken(re.fullmatch(r"python-(\d+)\.(\d+)\n", text).groups())


@posix
@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_binders_scripts_are_scripts_that_may_run(name):
    path = BINDER / name
    assert path.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    assert path.stat().st_mode & stat.S_IXUSR
    subprocess.run(["sh", "-n", path], check=True)


def test_binder_sets_up_by_commands_of_course_py():
    lines = (BINDER / "postBuild").read_text(encoding="utf-8").splitlines()
    commands = [asked(line) for line in lines if "course.py" in line]
    assert [one.command.__name__ for one in commands] == ["data", "run"]


SHOW = "import json, sys; print(json.dumps([sys.prefix, sys.argv[1:]]))"


@posix
def test_binders_server_is_the_workbooks_with_binders_words_and_its_own(tmp_path):
    root = front_door_copy.copy_front_door(tmp_path)
    front_door_copy.make_ready(root)
    for name in (".binder/start", "classroom/kubernetes/start.py"):
        (root / name).parent.mkdir(parents=True)
        shutil.copy(ROOT / name, root / name)
    done = subprocess.run(
        [root / ".binder" / "start", "python3", "-c", SHOW, "--port=1", "--ServerApp.token=x"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=patience.seconds(60),
    )
    assert done.returncode == 0, done.stderr
    prefix, words = json.loads(done.stdout)
    assert prefix == str(root / ".venv") == str(environment.python_of(root).parents[1])
    assert words[:2] == ["--port=1", "--ServerApp.token=x"]
    assert f"--ServerApp.root_dir={root}" in words
    assert (root / "my_work" / "lessons" / "00_first.ipynb").exists()


def test_the_dev_container_has_known_settings_and_a_python_that_course_py_takes():
    assert set(CONTAINER) == REFERENCE
    assert taken(re.search(r"/python:(\d+)\.(\d+)-", CONTAINER["image"]).groups())
    storage = CONTAINER["hostRequirements"]["storage"]
    assert int(storage.removesuffix("gb")) > 3.3 * 2


def test_the_dev_container_runs_course_py_and_shows_the_labs_port():
    commands = [asked(CONTAINER[name]) for name in COMMANDS]
    assert [one.command.__name__ for one in commands] == ["data", "run", "lab"]
    lab = commands[-1]
    assert lab.no_browser and CONTAINER["forwardPorts"] == [lab.port]
    assert set(CONTAINER["portsAttributes"]) == {str(lab.port)}


def test_the_dev_containers_settings_are_where_jupyter_looks_and_are_its_own():
    folder = CONTAINER["containerEnv"]["JUPYTER_CONFIG_PATH"]
    assert folder == "${containerWorkspaceFolder}/.devcontainer"
    assert set(SERVER) == {"ServerApp"}
    assert set(SERVER["ServerApp"]) <= set(ServerApp.class_traits(config=True))


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [
        ("https://fluffy-robot-v6p4-8888.app.github.dev", True),
        ("https://fluffy-robot-v6p4-8888.app.github.dev.example.org", False),
        ("https://fluffy-robot-v6p4-9999.app.github.dev", False),
        ("https://example.org/x-8888.app.github.dev", False),
        ("http://fluffy-robot-v6p4-8888.app.github.dev", False),
    ],
)
def test_the_lab_in_a_codespace_answers_to_its_own_address_only(origin, let_in):
    """As Jupyter Server asks: `re.match` of `allow_origin_pat`."""
    assert bool(re.match(SERVER["ServerApp"]["allow_origin_pat"], origin)) == let_in


def test_colabs_cell_installs_what_the_lock_has_and_names_no_address():
    (cell,) = re.findall(r"```text\n(%cd /content\n.*?)```", GUIDE, re.DOTALL)
    names = re.search(r"-c \.\./requirements\.txt (.*)", cell)[1].split()
    pinned = set(re.findall(r"^([\w.-]+)==", LOCK, re.MULTILINE))
    assert len(names) > 5 and set(names) <= pinned
    assert "git clone --depth 1 ADDRESS workbook" in cell and "://" not in cell
    assert "`ADDRESS`" in GUIDE  # and the guide says what to put there
