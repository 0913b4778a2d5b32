"""A box from its making to a started workbook, by the real pip, where there is no network."""

import os
import shutil
import subprocess
import sys
import zipfile

import patience
import pytest
import tiny_wheels
from front_door_copy import copy_front_door, make_ready, path_with_uv

from tinyml_helpers.course import bundle_targets

HERE = bundle_targets.here()
#: A tag that only this Python on this system takes.
SYSTEM_TAGS = {
    "linux": "manylinux_2_17_x86_64",
    "linux-arm64": "manylinux_2_17_aarch64",
    "macos": "macosx_11_0_arm64",
    "windows": "win_amd64",
}
#: What the installer tries out.
MODULES = ("keras", "matplotlib/__init__", "matplotlib/pyplot", "ipykernel/__init__")
MODULES += ("ipykernel/kernelapp", "jupyterlab/__init__", "jupyterlab/labapp")


def without_network():
    """What a command begins with so that it has no network; skips where that can't be had."""
    words = ["unshare", "--map-root-user", "--net"]
    if (
        not shutil.which(words[0])
        or subprocess.run([*words, "true"], capture_output=True).returncode
    ):
        pytest.skip("here nobody may make a namespace without a network")
    return words


@pytest.fixture
def start(tmp_path):
    """Runs course.py in a folder without a network; returns its code and what it says."""
    shut = without_network()

    def run(root, *words, **variables):
        plain = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        plain |= {"PIP_CONFIG_FILE": os.devnull, "HOME": str(tmp_path)}
        done = subprocess.run(
            [*shut, sys.executable, "course.py", *words],
            cwd=root,
            env=plain | variables | {"PATH": path_with_uv(root)},
            capture_output=True,
            encoding="utf-8",
            timeout=patience.seconds(300),
        )
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.fixture
def workbook(tmp_path):
    """A workbook whose command `data` prints what its packages are for."""
    root = copy_front_door(tmp_path)
    (root / "tinyml_helpers" / "datasets.py").write_text(
        "import tensorflow, keras\nprint('for', tensorflow.tag)\n", encoding="utf-8"
    )
    shutil.copy(root / "course.py", root / "tinyml_helpers" / "course" / "a copy.py")
    (root / "tinyml_helpers" / "applications").mkdir()
    (root / "tinyml_helpers" / "applications" / "programs.py").write_text(
        "import pathlib, sys\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "folder.mkdir()\n"
        "(folder / 'main-1.o').write_text('for a board')\n",
        encoding="utf-8",
    )
    (root / "tinyml_helpers" / "toolchain.py").write_text(
        "import pathlib\n\ndef cache_folder():\n    return pathlib.Path.home() / 'cache'\n",
        encoding="utf-8",
    )
    return root


@pytest.mark.skipif(HERE is None, reason="no packages for this system exist")
def test_it_is_made_moved_installed_and_started(tmp_path, start, workbook):
    index = tmp_path / "an index"
    python = "cp" + HERE.python.replace(".", "")
    tag = f"{python}-{python}-{SYSTEM_TAGS[HERE.system]}"
    wheels = [tiny_wheels.make(index, "tensorflow", f"{python}-{python}-win_arm64")]
    wheels += [tiny_wheels.make(index, "tensorflow", tag)]
    modules = {f"{name}.py": "" for name in MODULES}
    wheels += [tiny_wheels.make(index, "keras", modules=modules)]
    modules = {"setuptools/__init__.py": "", "setuptools/build_meta.py": tiny_wheels.BACKEND}
    wheels += [tiny_wheels.make(index, "setuptools", version="999", modules=modules)]
    (workbook / "requirements.txt").write_text(tiny_wheels.lock(wheels), encoding="utf-8")
    make_ready(workbook)
    variables = {}
    tiny_wheels.only_from(index, variables)

    words = ["bundle", "--for", HERE.system, "--python", HERE.python, "--to", tmp_path / "box"]
    code, said, wrong = start(workbook, *words, **variables)
    assert (code, wrong) == (0, "") and "README.txt in it says how" in said
    shutil.rmtree(index)
    shutil.rmtree(workbook)

    moved = tmp_path / "a stüdent's"
    with zipfile.ZipFile(tmp_path / "box" / f"tinyml-workbook-{HERE.system}.zip") as archive:
        archive.extractall(moved)
    root = moved / "tinyml-workbook"
    assert (root / "tinyml_helpers" / "course" / "a copy.py").is_file()
    wheel = root / "wheels" / wheels[1].name
    wheel.rename(moved / wheel.name)
    code, _said, wrong = start(root, "data")
    assert code == 1 and f"{wheel.name} is missing" in wrong and wrong.count("\n") == 1
    (moved / wheel.name).rename(wheel)

    code, said, wrong = start(root, "data")
    assert (code, wrong) == (0, "") and "Set up." in said and said.endswith(f"for {tag}\n")
    assert (tmp_path / "cache" / "main-1.o").read_text(encoding="utf-8") == "for a board"
    shutil.rmtree(root / "wheels")
    shutil.rmtree(root / "compiled")
    assert start(root, "data") == (0, f"for {tag}\n", "")
