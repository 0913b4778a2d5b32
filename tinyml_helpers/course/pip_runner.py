"""Runs pip in an environment: what it is told, what of it is shown."""

import re
import subprocess

from tinyml_helpers.course import environment
from tinyml_helpers.course.explaining import Stop, explain_pip


def pip_install(root, folder, lock, *arguments):
    """Run pip install, show a line where it takes a while, keep the rest in a log.

    Args:
        root: the workbook's folder.
        folder: the environment to install into.
        lock: a file that pip holds open; a pip that outlives this program goes on holding it.
        arguments: more words for pip.

    Raises:
        Stop: pip failed.
    """
    log = root / ".cache" / "setup.log"
    command = [environment.python_in(folder), "-m", "pip", "install", "--no-input"]
    command += ["--progress-bar=off", "--disable-pip-version-check", *arguments]
    with (
        log.open("w", encoding="utf-8", errors="replace") as kept,
        subprocess.Popen(
            command,
            cwd=root,
            env=environment.child_environment(),
            stdin=lock,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process,
    ):
        try:
            for line in process.stdout:
                kept.write(line)
                _show(line)
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise Stop(explain_pip(log.read_text(encoding="utf-8"), root, log))


def _show(line):
    """Say what pip is doing where it takes a while: packages from 10 MB on, and the unpacking."""
    fetched = re.match(r"\s+(?:Downloading|Using cached) (\w+)-\S+ \((\d{2,})\.\d MB\)", line)
    if fetched:
        print("  {} ({} MB)".format(*fetched.groups()), flush=True)
    elif line.startswith("Installing collected packages") and "," in line:
        print(f"  unpacking {line.count(',') + 1} packages", flush=True)
    elif "Retrying" in line:
        print("  no answer yet, trying again", flush=True)
