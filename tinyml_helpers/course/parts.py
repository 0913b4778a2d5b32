"""What a part of the workbook needs besides what all lessons do, installed when it is first used.

The standard library is all this takes.
"""

import sys

from tinyml_helpers.course import environment, installer
from tinyml_helpers.course.environment import ROOT
from tinyml_helpers.course.explaining import Stop, explain
from tinyml_helpers.course.pip_runner import pip_install_locked
from tinyml_helpers.files import write_whole


def ensure(part, root=ROOT):
    """Have `.venv` ready, and in it what a part of the workbook needs besides.

    The part's lock was made with the versions of `requirements.txt`, so that it only adds.

    Args:
        part: the folder that has the part's `requirements.txt`.
        root: the workbook's folder.

    Raises:
        Stop: as `installer.ensure`; if only the part fails, the lessons still run.
    """
    installer.ensure(root)
    folder, wanted = root / ".venv", (root / part / "requirements.txt").read_text(encoding="utf-8")
    stamp = folder / f"{part}.stamp"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print(f"Adding what {part} needs, once.", flush=True)
    try:
        with installer.only_one_at_a_time(root) as lock:
            pip_install_locked(root, folder, lock, f"{part}/requirements.txt")
            write_whole(stamp, wanted)
    except OSError as error:
        raise Stop(explain(error, root)) from error


def cluster(root=ROOT):
    """Add Ray, which joins computers to a cluster: a text that says how.

    Args:
        root: the workbook's folder.

    Raises:
        Stop: as `ensure`; or Ray has no clusters on this system.
    """
    if sys.platform != "linux":
        raise Stop("Ray joins computers to a cluster on Linux only: start this on a Linux one.")
    ensure("cluster", root)
    ray = environment.python_of(root).with_name("ray")
    return f"""\
Do this on each computer, in a workbook of the same version. Then, on the first one,
make a token, without which nobody gets in, and start:
    {ray} get-auth-token --generate
    RAY_AUTH_MODE=token {ray} start --head --disable-usage-stats --include-dashboard=false
On each of the others put the token into the file ~/.ray/auth_token, and join:
    RAY_AUTH_MODE=token {ray} start --address=ADDRESS:6379
To end a computer's part:
    {ray} stop"""
