"""Runs pip in an environment: what it is told, what of it is shown, what the user's settings do."""

import contextlib
import json
import os
import shutil
import subprocess

from tinyml_helpers.course import bundle_use, environment, waiting
from tinyml_helpers.course.explaining import Stop, explain_pip
from tinyml_helpers.course.pip_progress import Progress

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


def pip_install(root, folder, lock, *arguments, megabytes=None):
    """Run pip install, show how far it is, keep what it says in a log.

    Args:
        root: the workbook's folder.
        folder: the environment to install into.
        lock: a file that pip holds open; a pip that outlives this program goes on holding it.
        arguments: more words for pip.
        megabytes: how many there are to fetch, about; None where that isn't known.

    Raises:
        Stop: pip failed.
    """
    log = root / ".cache" / "setup.log"
    with (
        temporary_in(folder) as temporary,
        _shown(Progress(root, folder, temporary, megabytes), arguments) as progress,
        log.open("w", encoding="utf-8", errors="replace") as kept,
        started(root, folder, temporary, lock, "install", *arguments) as process,
    ):
        try:
            for line in process.stdout:
                kept.write(line)
                progress.hear(line)
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        said = log.read_text(encoding="utf-8")
        raise Stop(bundle_use.explain(said, root, folder, log) or explain_pip(said, root, log))


def pip_install_locked(root, folder, lock, name, *arguments, megabytes=None):
    """Run pip install for what a hashed lock names, for nothing else, and without building any.

    Args:
        root, folder, lock, arguments, megabytes: as for `pip_install`.
        name: the lock's path, from the workbook's folder.

    Raises:
        Stop: pip failed.
    """
    # Byte code of all takes much room: what is used gets it, when it is used first.
    locked = ("--no-compile", "--require-hashes", "--only-binary=:all:", "-r", name)
    pip_install(root, folder, lock, *arguments, *locked, megabytes=megabytes)


def started(root, folder, temporary, lock, *words):
    """Start pip in an environment, with those of the user's settings that are kept.

    Args:
        root: the folder that relative paths are from.
        folder: the environment whose pip it is.
        temporary: for pip's temporary files.
        lock: what pip holds open as its standard input.
        words: pip's command, and words for it.

    Returns:
        The Popen; what pip says is in its `stdout`, as text.
    """
    command = [environment.python_in(folder), "-m", "pip", *words, "--no-input"]
    return subprocess.Popen(
        [*command, "--progress-bar=off", "--disable-pip-version-check"],
        cwd=root,
        env=_variables(root, folder) | {"TMPDIR": str(temporary)},
        stdin=lock,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )


@contextlib.contextmanager
def temporary_in(folder):
    """A folder for temporary files: on the disk with room, and gone with what is half made."""
    temporary = folder / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextlib.contextmanager
def _shown(progress, arguments):
    """Show the progress of what pip was told to do, and yield it."""
    locked = "-r" in arguments
    with waiting.shown(progress.say if locked else lambda: "adding the workbook's own package"):
        yield progress


def settings_of(root, folder):
    """pip's settings, in files or variables, that say how a registry is reached.

    Where all packages came along, only where they are: no registry is asked.

    Args:
        root: the workbook's folder.
        folder: an environment with a pip.

    Returns:
        A dict of str, by pip's own long names, such as "index-url".
    """
    wheels = bundle_use.find(root, folder)
    if wheels:  # as an address, which may stand in a list with spaces between
        return {"no-index": "true", "find-links": wheels.as_uri()}
    asked = environment.finished([environment.python_in(folder), "-c", _SETTINGS, "config"], root)
    found = json.loads(asked.stdout) if asked.returncode == 0 and asked.stdout else {}
    settings = {}
    for section in ("global", "install", ":env:"):  # the later wins, as in pip
        for name, value in found.items():
            if name.startswith(f"{section}."):
                settings[name.removeprefix(f"{section}.")] = value
    return {name: value for name, value in settings.items() if name in _KEPT}


def _variables(root, folder):
    """The variables for pip: of its settings only those that are kept."""
    variables = environment.child_environment()
    variables = {name: value for name, value in variables.items() if not name.startswith("PIP_")}
    for name, value in settings_of(root, folder).items():
        variables["PIP_" + name.upper().replace("-", "_")] = value
    return variables | {"PIP_CONFIG_FILE": os.devnull}
