"""pip as the installer runs it: the real one, with a user's settings about."""

import importlib.util
import os
from pathlib import Path

import pytest

#: Nothing listens there.
NOWHERE = "http://127.0.0.1:9/simple"


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


def test_without_a_network_it_becomes_one_sentence(real, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", NOWHERE)
    monkeypatch.setenv("PIP_RETRIES", "0")
    real.refused("check the network")
