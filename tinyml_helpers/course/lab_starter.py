"""Starts JupyterLab as a student's desk wants it: quiet, offline, and with memory for all.

What it prints is the address, and what needs an answer. Settings of the user's own stay in force.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

#: Seconds after which a kernel that no open page shows, and that computes nothing, is ended: each
#: that has loaded TensorFlow takes about a gigabyte.
_UNSEEN = 20 * 60

#: Bytes of a path that a socket can have, its last zero left out: `sun_path` in Linux's
#: <sys/un.h> is 108 bytes, on macOS 104.
_LONGEST_SOCKET = 103

#: What Jupyter puts behind the folder for a kernel's sockets: "/kernel-", a UUID, "-ipc-5".
_SOCKET_NAME = 8 + 36 + 6


def main(words):
    """Run JupyterLab until it is stopped.

    Args:
        words: more of its options.
    """
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance([*options(), *words])


def options():
    """The words that make JupyterLab what the workbook needs, a list."""
    chosen = [
        "--log-level=CRITICAL",  # the address is; tracebacks of the server help no student
        f"--LabApp.app_settings_dir={Path(__file__).with_name('lab_settings')}",
        f"--LabApp.extra_labextensions_path={Path(__file__).with_name('lab_extensions')}",
        f"--MappingKernelManager.cull_idle_timeout={_UNSEEN}",
        "--MappingKernelManager.cull_interval=60",
    ]
    if _make_room_for_sockets():
        chosen.append("--KernelManager.transport=ipc")
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container; Jupyter wants to be told
        chosen.append("--allow-root")
    return chosen


def _make_room_for_sockets():
    """Whether kernels can talk through sockets of the file system, which no network shows.

    Where Jupyter's own folder has too long a name, one in the folder for temporary files is taken.
    """
    from jupyter_core.paths import jupyter_runtime_dir

    if os.name != "posix":
        return False
    if _fits(jupyter_runtime_dir()):
        return True
    folder = tempfile.mkdtemp(prefix="jupyter-")  # nobody else's, whatever the machine
    if not _fits(folder):
        Path(folder).rmdir()
        return False
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["JUPYTER_RUNTIME_DIR"] = folder
    return True


def _fits(folder):
    return len(os.fsencode(folder)) + _SOCKET_NAME <= _LONGEST_SOCKET


if __name__ == "__main__":
    main(sys.argv[1:])
