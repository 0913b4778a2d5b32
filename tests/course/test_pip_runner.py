"""pip as the installer runs it: the real one, with a user's settings about."""

import importlib.util
import os
from pathlib import Path

import pytest

from tinyml_helpers.course import installer, pip_runner

#: Nothing listens there.
NOWHERE = "http://127.0.0.1:9/simple"
BENT = """\
[global]
user = true
target = elsewhere
no-binary = :all:
index-url = http://127.0.0.1:9/simple
extra-index-url =
    http://127.0.0.1:9/one
    http://127.0.0.1:9/two
use-feature = truststore
constraint = elsewhere
timeout = 3
[install]
prefix = elsewhere
dry-run = true
timeout = 5
retries = 0
"""


@pytest.fixture
def real(root, monkeypatch):
    """The workbook folder, its pip the real one, and its lock a package that isn't anywhere."""
    pip = Path(importlib.util.find_spec("pip").origin).parent
    (root.path / "pip").symlink_to(pip, target_is_directory=True)
    root.put("requirements.txt", f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return root


def use(monkeypatch, tmp_path, text):
    (tmp_path / "pip.conf").write_text(text, encoding="utf-8")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))


def test_without_a_network_it_becomes_one_sentence(real, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", NOWHERE)
    monkeypatch.setenv("PIP_RETRIES", "0")
    real.refused("check the network")


@pytest.mark.parametrize("bent", ["PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_DRY_RUN", "file"])
def test_settings_that_would_bend_the_installation_are_dropped(real, monkeypatch, tmp_path, bent):
    if bent == "file":
        use(monkeypatch, tmp_path, BENT)
    else:
        monkeypatch.setenv(bent, "1")
        monkeypatch.setenv("PIP_INDEX_URL", NOWHERE)
        monkeypatch.setenv("PIP_RETRIES", "0")
    real.refused("check the network")
    log = (real.path / ".cache" / "setup.log").read_text(encoding="utf-8")
    assert "no-such-package" in log and "--user" not in log


def test_it_has_a_folder_for_temporary_files_where_there_is_room_and_leaves_none(root):
    root.put(
        "pip.py",
        "import pathlib, sys, tempfile\n"
        "sys.argv[1] == 'config' and sys.exit()\n"
        "place = pathlib.Path(tempfile.mkdtemp(prefix='pip-unpack-'))\n"
        "(place / 'a-1.0-py3-none-any.whl').touch()\n"
        "pathlib.Path('place').write_text(str(place.parent), encoding='utf-8')\n",
    )
    installer.ensure(root.path)
    place = Path((root.path / "place").read_text(encoding="utf-8"))
    assert place == root.path / ".venv.new" / "tmp"
    assert not (root.folder / "tmp").exists()


def test_settings_about_reaching_a_registry_are_kept(real, monkeypatch, tmp_path):
    use(monkeypatch, tmp_path, BENT)
    monkeypatch.setenv("PIP_PROXY", "http://proxy:1")
    monkeypatch.setenv("PIP_RETRIES", "2")
    installer.venv.create(real.folder)
    variables = pip_runner._variables(real.path, real.folder)
    kept = {name: value for name, value in variables.items() if name.startswith("PIP_")}
    kept.pop("PIP_CERT", None)  # this computer's own
    assert kept == {
        "PIP_INDEX_URL": NOWHERE,
        "PIP_EXTRA_INDEX_URL": "\nhttp://127.0.0.1:9/one\nhttp://127.0.0.1:9/two",
        "PIP_TIMEOUT": "5",
        "PIP_PROXY": "http://proxy:1",
        "PIP_RETRIES": "2",
        "PIP_CONFIG_FILE": os.devnull,
    }
