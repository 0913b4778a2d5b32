"""The image and the settings for a JupyterHub on Kubernetes fit each other, and the workbook."""

import json
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import PurePosixPath

import front_door_copy
import patience
import pytest
import yaml
from places import ROOT

import course
from tinyml_helpers.course import desk, environment, front_door

FOLDER = ROOT / "classroom" / "kubernetes"
VALUES = yaml.safe_load((FOLDER / "values.yaml").read_text(encoding="utf-8"))
README = (FOLDER / "README.md").read_text(encoding="utf-8")
#: Where the image has the workbook.
PLACE = PurePosixPath("/opt/workbook")

#: Of the names and types in the chart's own values.schema.yaml, those that are used here. All are
#: in what was read of 3.x, and in the defaults of 4.1.0; 4.4.0 is the version that is installed.
CHART = {
    "singleuser.image.name": str,
    "singleuser.image.tag": str,
    "singleuser.cmd": list,
    "singleuser.uid": int,
    "singleuser.fsGid": int,
    "singleuser.storage.type": str,
    "singleuser.storage.homeMountPath": str,
    "singleuser.storage.capacity": str,
    "singleuser.startTimeout": int,
    "singleuser.memory.guarantee": str,
    "singleuser.memory.limit": str,
    "singleuser.cpu.guarantee": (int, float),
    "singleuser.cpu.limit": (int, float),
    "singleuser.extraEnv": dict,
    "singleuser.allowPrivilegeEscalation": bool,
    "singleuser.networkPolicy.enabled": bool,
    "singleuser.networkPolicy.egressAllowRules.cloudMetadataServer": bool,
    "singleuser.networkPolicy.egressAllowRules.nonPrivateIPs": bool,
    "singleuser.networkPolicy.egressAllowRules.privateIPs": bool,
    "prePuller.hook.enabled": bool,
    "prePuller.continuous.enabled": bool,
    "scheduling.userScheduler.enabled": bool,
    "scheduling.userScheduler.replicas": int,
    "scheduling.podPriority.enabled": bool,
    "scheduling.podPriority.defaultPriority": int,
    "scheduling.podPriority.imagePullerPriority": int,
    "scheduling.podPriority.userPlaceholderPriority": int,
    "scheduling.userPlaceholder.enabled": bool,
    "scheduling.userPlaceholder.replicas": int,
    "hub.concurrentSpawnLimit": int,
    "hub.allowNamedServers": bool,
    "cull.enabled": bool,
    "cull.timeout": int,
    "cull.every": int,
}
#: JupyterHub's ByteSpecification counts so.
UNITS = {"M": 1024**2, "G": 1024**3}


def flat(values, path=""):
    """A tree of settings as a dict: dotted name -> value; what the chart leaves open is whole."""
    if not isinstance(values, dict) or CHART.get(path) is dict:
        return {path: values}
    parts = [flat(value, f"{path}.{name}".strip(".")) for name, value in values.items()]
    return {name: value for part in parts for name, value in part.items()}


def instructions():
    """The Dockerfile's, a list of (word, what follows)."""
    text = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", "")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


def given(word):
    """What follows a word in the Dockerfile, a list."""
    return [rest for one, rest in instructions() if one == word]


def size(text):
    return float(text[:-1]) * UNITS[text[-1]]


SET = flat(VALUES)


def test_each_setting_is_one_that_the_chart_has():
    assert set(SET) <= set(CHART), "not in the chart's schema, or not looked up"
    assert [name for name, value in SET.items() if not isinstance(value, CHART[name])] == []


def test_the_chart_is_named_with_one_version():
    versions = re.findall(r"--version[= ]([\d.]+)", README)
    assert versions == ["4.4.0"]
    assert f"Zero to JupyterHub, {versions[0]};" in (FOLDER / "values.yaml").read_text()


@pytest.mark.parametrize("of", ["memory", "cpu"])
def test_a_limit_is_not_below_its_guarantee(of):
    told = VALUES["singleuser"][of]
    in_numbers = size if of == "memory" else float
    assert 0 < in_numbers(told["guarantee"]) <= in_numbers(told["limit"])


def test_a_usual_lesson_is_guaranteed_and_the_largest_beside_it_is_within_the_limit():
    usual, largest, server = (
        int(re.search(rf"^\| {row}.* \| (\d+) MB \|", README, re.MULTILINE)[1]) * 10**6
        for row in ("a usual lesson's kernel", "Keyword spotting's kernel", "the server itself")
    )
    memory = VALUES["singleuser"]["memory"]
    assert usual + server <= size(memory["guarantee"])
    assert usual + largest + server <= size(memory["limit"])
    assert f"{memory['guarantee']} (" in README and f"{memory['limit']} is the limit" in README


def test_threads_are_as_many_as_cores_are_allowed():
    threads = VALUES["singleuser"]["extraEnv"]
    assert set(threads.values()) == {str(VALUES["singleuser"]["cpu"]["limit"])}


def test_students_cannot_reach_each_other_nor_the_cluster():
    policy = VALUES["singleuser"]["networkPolicy"]
    assert policy["enabled"] and not any(policy["egressAllowRules"].values())
    assert set(policy) == {"enabled", "egressAllowRules"}  # no rule that lets anybody in


def test_places_kept_free_give_way_and_pulling_an_image_does_not():
    priorities = VALUES["scheduling"]["podPriority"]
    order = ("userPlaceholderPriority", "imagePullerPriority", "defaultPriority")
    assert [priorities[name] for name in order] == sorted({priorities[name] for name in order})


def test_the_hub_starts_the_version_that_the_dockerfile_makes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (labels,) = given("LABEL")
    version = re.search(r'image\.version="([^"]+)"', labels)[1]
    image = VALUES["singleuser"]["image"]
    assert version == image["tag"] == project["version"]
    named = f"{image['name']}:{image['tag']}"
    assert named in (FOLDER / "Dockerfile").read_text(encoding="utf-8") and named in README


def test_the_images_python_is_one_that_course_py_takes():
    (base,) = given("FROM")
    version = re.fullmatch(r"python:(\d+)\.(\d+)-slim-\w+", base)
    assert course.OLDEST <= tuple(map(int, version.groups())) <= course.NEWEST


def test_the_student_is_nobody_special_and_writes_into_one_folder():
    (user,) = given("USER")
    home = re.search(r"HOME=(\S+)", "\n".join(given("ENV")))[1]
    storage = VALUES["singleuser"]["storage"]
    assert int(user) == VALUES["singleuser"]["uid"] == VALUES["singleuser"]["fsGid"] > 0
    assert home == storage["homeMountPath"] == str(PLACE / desk.PLACE.parts[0])
    made = [rest for rest in given("RUN") if "useradd" in rest]
    assert f"--uid {user} " in made[0] and f"--home-dir {home} " in made[0]
    assert instructions()[-1][0] == "CMD"  # and nothing is done as another user after that


def test_the_hub_starts_what_the_image_starts():
    (command,) = given("CMD")
    assert json.loads(command) == VALUES["singleuser"]["cmd"]
    program = PurePosixPath(VALUES["singleuser"]["cmd"][1])
    assert (ROOT / program.relative_to(PLACE)).is_file()
    assert given("WORKDIR") == [str(PLACE)]


def test_the_image_is_made_by_commands_of_course_py_and_by_hashes():
    steps = [step.strip() for rest in given("RUN") for step in rest.split("&&")]
    words = [shlex.split(step)[2:] for step in steps if step.startswith("python course.py")]
    assert [front_door._parse(one, "").command.__name__ for one in words] == ["data", "run"]
    (pip,) = [step for step in steps if "pip install" in step]
    assert "--require-hashes" in pip and "--only-binary=:all:" in pip
    assert re.findall(r"-r (\S+)", pip) == ["classroom/requirements.txt"]


def test_what_is_left_out_of_the_image_is_nothing_that_students_need():
    lines = (FOLDER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    left_out = {line for line in lines if line and not line.startswith("#")}
    assert not any(line.startswith("!") for line in left_out)
    needed = {"notebooks", "tinyml_helpers", "data", "classroom", "course.py", "requirements.txt"}
    assert needed.isdisjoint(left_out) and {".git", ".venv*", "my_work"} <= left_out


def in_a_copy(folder, *words):
    """Run start.py in a copy of the workbook; returns the finished process."""
    root = front_door_copy.copy_front_door(folder)
    front_door_copy.make_ready(root)
    (root / "classroom" / "kubernetes").mkdir(parents=True)
    shutil.copy(FOLDER / "start.py", root / "classroom" / "kubernetes")
    return root, [environment.python_of(root), "classroom/kubernetes/start.py", *words]


SHOW = (
    "import json, os, sys; print(json.dumps([sys.argv[1:], os.environ['TF_ENABLE_ONEDNN_OPTS']]))"
)
posix = pytest.mark.skipif(os.name != "posix", reason="containers are Linux")


@posix
@pytest.mark.parametrize("writable", [True, False])
def test_a_server_starts_with_copies_and_the_labs_settings_or_without_room(tmp_path, writable):
    root, command = in_a_copy(tmp_path, "python3", "-c", SHOW, "--port=1")
    if not writable:
        (root / "my_work").write_text("no folder")
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, timeout=patience.seconds(60)
    )
    assert done.returncode == 0, done.stderr
    options, one_dnn = json.loads(done.stdout)
    assert options[0] == "--port=1" and one_dnn == "0"
    assert f"--ServerApp.root_dir={root}" in options
    for app in ("ServerApp", "LabApp"):
        assert f"--{app}.default_url=/lab/tree/my_work/lessons/00_first.ipynb" in options
    assert any("app_settings_dir" in word for word in options)
    assert not any("log-level" in word for word in options)
    assert (root / "my_work" / "lessons" / "00_first.ipynb").exists() == writable
    assert ("can't be written" in done.stderr) != writable


def test_the_images_jupyterhub_is_locked_by_hash():
    lock = (ROOT / "classroom" / "requirements.txt").read_text(encoding="utf-8")
    assert re.search(r"^jupyterhub==[\d.]+ \\\n    --hash=sha256:", lock, re.MULTILINE)
    shared = dict(re.findall(r"^([\w.-]+)==([^ ;]+)", lock, re.MULTILINE))
    ours = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    other = dict(re.findall(r"^([\w.-]+)==([^ ;]+)", ours, re.MULTILINE))
    assert [name for name in shared if other.get(name, shared[name]) != shared[name]] == []
