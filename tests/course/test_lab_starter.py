"""How JupyterLab is started: what it is told exists, and sockets fit their names."""

import json
import os
import sys
from pathlib import Path

import pytest

from tinyml_helpers.course import lab_starter

posix = pytest.mark.skipif(os.name != "posix", reason="sockets of the file system are POSIX's")


def test_each_setting_is_one_that_jupyterlab_has():
    settings = Path(lab_starter.__file__).with_name("lab_settings") / "overrides.json"
    schemas = Path(sys.prefix, "share", "jupyter", "lab", "schemas")
    for plugin, values in json.loads(settings.read_text(encoding="utf-8")).items():
        package, _, name = plugin.partition(":")
        schema = json.loads((schemas / package / f"{name}.json").read_text(encoding="utf-8"))
        assert set(values) <= set(schema["properties"])


def test_each_option_is_one_that_jupyterlab_has():
    from jupyter_client.manager import KernelManager
    from jupyter_server.services.kernels.kernelmanager import MappingKernelManager
    from jupyterlab.labapp import LabApp

    kinds = {kind.__name__: kind for kind in (KernelManager, LabApp, MappingKernelManager)}
    named = [word.removeprefix("--").partition("=")[0] for word in lab_starter.options()]
    for name in named:
        kind, dot, trait = name.partition(".")
        assert not dot or trait in kinds[kind].class_traits(config=True)
    assert sum("." in name for name in named) >= 3


@posix
@pytest.mark.parametrize("length, own", [(20, False), (53, False), (54, True), (200, True)])
def test_a_long_name_of_jupyters_folder_leaves_kernels_their_sockets(monkeypatch, length, own):
    folder = "/" + "x" * (length - 1)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", folder)
    assert "--KernelManager.transport=ipc" in lab_starter.options()
    chosen = os.environ["JUPYTER_RUNTIME_DIR"]
    assert (chosen != folder) == own
    assert len(chosen) + len("/kernel-01234567-89ab-cdef-0123-456789abcdef-ipc-5") <= 103
    if own:
        assert Path(chosen).stat().st_mode & 0o077 == 0  # nobody else's
        Path(chosen).rmdir()


@posix
def test_without_room_for_a_socket_kernels_get_ports(monkeypatch, tmp_path):
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(long))
    monkeypatch.setattr("tempfile.tempdir", str(long))
    assert "--KernelManager.transport=ipc" not in lab_starter.options()
    assert list(long.iterdir()) == []


def test_the_extension_lies_where_jupyterlab_looks_for_it():
    (option,) = [word for word in lab_starter.options() if "extra_labextensions_path" in word]
    (package,) = Path(option.partition("=")[2]).glob("*/package.json")
    described = json.loads(package.read_text(encoding="utf-8"))
    code = package.with_name(described["jupyterlab"]["_build"]["load"]).read_text(encoding="utf-8")
    assert described["name"] == package.parent.name
    assert f'window._JUPYTERLAB["{described["name"]}"]' in code
    # Jupyter has browsers keep what lies in a folder "static" for ever.
    assert list(package.parent.rglob("static")) == []
