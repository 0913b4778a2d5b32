"""Runs uv, which installs the same packages faster than pip, where it is at hand.

Not on Windows: the programs that uv makes of scripts there can't be pointed at another place, and
an environment is made beside the one that it replaces.
"""

import contextlib
import os
import shutil
import subprocess
import sys

from tinyml_helpers.course import environment, waiting
from tinyml_helpers.course.pip_runner import settings_of

#: The variables that tell uv what pip's settings say, and what stands between two values in them.
_VARIABLES = {
    "index-url": (" ", "UV_DEFAULT_INDEX"),
    "pypi-url": (" ", "UV_DEFAULT_INDEX"),
    "extra-index-url": (" ", "UV_INDEX"),
    "find-links": (",", "UV_FIND_LINKS"),
    "trusted-host": (" ", "UV_INSECURE_HOST"),
    "proxy": (" ", "HTTP_PROXY", "HTTPS_PROXY"),
    "cert": (" ", "SSL_CERT_FILE"),
    "client-cert": (" ", "SSL_CLIENT_CERT"),
    "default-timeout": (" ", "UV_HTTP_TIMEOUT"),
    "timeout": (" ", "UV_HTTP_TIMEOUT"),
    "retries": (" ", "UV_HTTP_RETRIES"),
}

#: uv's own settings that bend nothing.
_KEPT = ("UV_CACHE_DIR", "UV_LINK_MODE", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS")


def find():
    """The path of a uv that understands what it will be told, or None."""
    uv = shutil.which("uv") if os.name == "posix" else None
    if uv is None:
        return None
    try:
        asked = subprocess.run(
            [uv, "pip", "install", "--help"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError:
        return None
    options = ("--default-index", "--require-hashes", "--index-strategy", "--no-config")
    return uv if all(option in asked.stdout for option in options) else None


def uv_install(uv, root, folder, lock):
    """Install what the lock says, checked by its hashes, from where pip would fetch it.

    uv shows how far it is.

    Args:
        uv: its path.
        root: the workbook's folder.
        folder: the environment to install into; its pip is asked for the user's settings.
        lock: a file that uv holds open; a uv that outlives this program goes on holding it.

    Returns:
        Whether it went well. If not, there may be some of the packages, and half of one.
    """
    settings = settings_of(root, folder)
    command = [uv, "pip", "install", f"--python={environment.python_in(folder)}", "--no-config"]
    # As pip does: from any of the indexes that has it.
    command += ["--index-strategy=unsafe-best-match"]
    for switch, option in (("no-index", "--no-index"), ("no-cache-dir", "--no-cache")):
        if settings.get(switch, "").lower() in ("1", "true", "yes", "on"):
            command.append(option)
    command += ["--require-hashes", "--only-binary=:all:", "-r", "requirements.txt"]
    drawn = sys.stderr.isatty()  # then uv draws bars, and elsewhere it says little
    with (
        contextlib.nullcontext() if drawn else waiting.shown(lambda: "uv fetches and unpacks"),
        subprocess.Popen(command, cwd=root, env=_variables(settings), stdin=lock) as process,
    ):
        try:
            return process.wait() == 0
        except BaseException:
            process.terminate()
            raise


def _variables(settings):
    """The variables for uv: pip's settings, and of its own those that are kept."""
    variables = {
        name: value
        for name, value in environment.child_environment().items()
        if name in _KEPT or not name.startswith("UV_")
    }
    for setting, (between, *names) in _VARIABLES.items():
        if setting in settings:
            value = between.join(settings[setting].split())
            variables.update(dict.fromkeys(names, value))
    return variables
