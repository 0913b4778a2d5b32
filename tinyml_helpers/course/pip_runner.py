"""Runs pip in an environment: what it is told, what of it is shown, what the user's settings do."""

import json
import os
import re
import subprocess

from tinyml_helpers.course import environment
from tinyml_helpers.course.explaining import Stop, explain_pip

#: pip's settings that say how a registry is reached. Any other, such as `user` or `target`, would
#: bend an installation that must come out alike everywhere.
_KEPT = (
    "index-url",
    "pypi-url",
    "extra-index-url",
    "no-index",
    "find-links",
    "proxy",
    "cert",
    "client-cert",
    "trusted-host",
    "timeout",
    "default-timeout",
    "retries",
    "resume-retries",
    "cache-dir",
    "no-cache-dir",
    "keyring-provider",
)

#: Prints pip's settings, by section and name. `pip config list` would take `user` for an option of
#: its own. Newer pips keep them by file.
_SETTINGS = """
import json
from pip._internal.configuration import Configuration
configuration = Configuration(isolated=False)
configuration.load()
settings = {}
for name, value in configuration.items():
    settings.update(value if isinstance(value, dict) else {name: value})
print(json.dumps(settings))
"""


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
            env=_variables(root, folder),
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


def _variables(root, folder):
    """The variables for pip: of its settings, in files or variables, only those that are kept."""
    variables = environment.child_environment()
    asked = subprocess.run(
        [environment.python_in(folder), "-c", _SETTINGS, "config"],
        cwd=root,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    found = json.loads(asked.stdout) if asked.returncode == 0 and asked.stdout else {}
    settings = {}
    for section in ("global", "install", ":env:"):  # the later wins, as in pip
        for name, value in found.items():
            if name.startswith(f"{section}."):
                settings[name.removeprefix(f"{section}.")] = value
    variables = {name: value for name, value in variables.items() if not name.startswith("PIP_")}
    for name, value in settings.items():
        if name in _KEPT:
            variables["PIP_" + name.upper().replace("-", "_")] = value
    return variables | {"PIP_CONFIG_FILE": os.devnull}


def _show(line):
    """Say what pip is doing where it takes a while: packages from 10 MB on, and the unpacking."""
    fetched = re.match(r"\s+(?:Downloading|Using cached) (\w+)-\S+ \((\d{2,})\.\d MB\)", line)
    if fetched:
        print("  {} ({} MB)".format(*fetched.groups()), flush=True)
    elif line.startswith("Installing collected packages") and "," in line:
        print(f"  unpacking {line.count(',') + 1} packages", flush=True)
    elif "Retrying" in line:
        print("  no answer yet, trying again", flush=True)
