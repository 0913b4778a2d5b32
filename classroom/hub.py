"""`python course.py hub`: JupyterHub on this machine, with a folder for each student."""

import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

import psutil

from classroom import certificate, names, proxy
from tinyml_helpers.course import environment, lessons
from tinyml_helpers.course.environment import ROOT
from tinyml_helpers.course.explaining import Stop

#: Bytes that stay for the system, the hub and its proxy when the rest is shared out.
_FOR_THE_HUB = 1.5e9
#: Bytes a student needs for one lesson, and the most of what is shared out that one may have.
_LEAST, _MOST = 1.2e9, 4e9

#: Listens on all networks.
_ALL = "0.0.0.0"

_VARIABLE = "TINYML_CLASS"


class Chosen(NamedTuple):
    """What the hub is started with, for `jupyterhub_config.py`.

    Attributes:
        folder: of the class, with `students`, `compiled` and the hub's own `state`.
        passwords: the file of names and passwords.
        address, port: where it listens.
        shown_at: an address that students can type.
        proxy: the words that start the proxy.
        proxy_port, hub_port: where the proxy is told what to do, and where it finds the hub.
        memory: bytes a student may take.
        certificate, key: files for https, or "".
    """

    folder: str
    passwords: str
    address: str
    shown_at: str
    port: int
    proxy: list
    proxy_port: int
    hub_port: int
    memory: int
    certificate: str = ""
    key: str = ""

    @property
    def state(self):
        return f"{self.folder}/state"

    def url(self, host=""):
        """Where it is, for a host's name or address; without one where it listens."""
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://{host or self.address}:{self.port}"

    @classmethod
    def from_environment(cls):
        """What the program that started this one chose."""
        return cls(**json.loads(os.environ[_VARIABLE]))

    def as_variable(self):
        return {_VARIABLE: json.dumps(self._asdict())}


def main(options):
    """Start the hub, and wait for its end.

    Args:
        options: a dict of what `course.py hub --help` shows, by the options' names.

    Returns:
        The exit code.

    Raises:
        Stop: with one sentence on what is wrong.
    """
    if os.name != "posix":
        raise Stop("JupyterHub doesn't run on Windows: use Linux, macOS or WSL.")
    folder = Path(options["folder"])
    _refuse_closed(folder)
    for name, mode in (("", 0o755), ("students", 0o711), ("compiled", 0o755), ("state", 0o700)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name).chmod(mode)
    passwords = Path(options["password_file"] or folder / "passwords.csv")
    if not passwords.exists():
        names.make(passwords, options["students"])
        print(f"New names and passwords, to hand out: {passwords}", flush=True)
    students = len(set(names.read(passwords)) - {names.TEACHER})
    if options["prepare"]:
        return _compile_all(folder / "compiled")
    shown_at = _shown_at(options["address"])
    pair = options["certificate"], options["key"]
    if options["https"]:
        pair = certificate.own(folder / "state", shown_at)
    chosen = Chosen(
        folder=str(folder),
        passwords=str(passwords),
        address=options["address"],
        shown_at=shown_at,
        port=_free(options["address"], options["port"]),
        proxy=proxy.words(),
        proxy_port=_free("127.0.0.1", 0),
        hub_port=_free("127.0.0.1", 0),
        memory=(options["memory"] or 0) * 10**6 or shared_out(students),
        certificate=pair[0] or "",
        key=pair[1] or "",
    )
    _say_what_to_know(chosen, students)
    return _run(chosen)


def shared_out(students):
    """Bytes a student may take: the memory of this machine, shared out.

    Twice as much as there is for each, since not all compute at once, within what is sensible.
    """
    each = 2 * (psutil.virtual_memory().total - _FOR_THE_HUB) / max(students, 1)
    return int(min(max(each, _LEAST), _MOST))


def _run(chosen):
    """Start JupyterHub, say where it is when it answers, and wait for its end."""
    configuration = Path(__file__).with_name("jupyterhub_config.py")
    words = [sys.executable, "-m", "jupyterhub", "-f", configuration]
    variables = environment.child_environment() | chosen.as_variable() | {"PYTHONPATH": str(ROOT)}
    hub = subprocess.Popen(words, cwd=chosen.state, env=variables)
    try:
        _wait_until_up(hub, chosen)
        print(f"The hub is up at {chosen.url(chosen.shown_at)}; Ctrl-C here stops it.", flush=True)
        return hub.wait()
    except KeyboardInterrupt:  # the hub was told too, and stops the students' servers
        with contextlib.suppress(KeyboardInterrupt):
            hub.wait(timeout=60)
        print("\nThe hub has stopped; what students saved is kept.", flush=True)
        return 0
    finally:
        if hub.poll() is None:
            hub.terminate()
            hub.wait()


def _wait_until_up(hub, chosen):
    """Wait until the hub answers; raise Stop if it ends before."""
    unchecked = ssl._create_unverified_context()
    here = "127.0.0.1" if chosen.address == _ALL else chosen.address
    while hub.poll() is None:
        with contextlib.suppress(OSError, urllib.error.URLError):
            for url in (f"http://127.0.0.1:{chosen.hub_port}", chosen.url(here)):
                urllib.request.urlopen(f"{url}/hub/health", context=unchecked, timeout=5).close()
            return
        time.sleep(0.3)
    raise Stop("JupyterHub has stopped; what it said stands above.")


def _say_what_to_know(chosen, students):
    """Print what the teacher should know before the first student comes."""
    print(f"{students} students, {chosen.memory / 1e9:.1f} GB of memory at most for each.")
    if os.geteuid() != 0:
        print(
            "All run under your account: folders are apart, but students can read each other's "
            "and yours. Started by root (sudo), each has a number of their own."
        )
    if not chosen.certificate:
        print(
            "Without a certificate passwords cross the network readably, and browsers give no "
            "page a microphone or camera: `--https` makes one, which they will ask about."
        )
    if not any(Path(chosen.folder, "compiled").iterdir()):
        print(
            "Nothing is compiled yet, so that each student's computer time goes to that first: "
            "`python course.py hub --prepare` does it once for all."
        )


def _compile_all(compiled):
    """Run all lessons once, so that what they compile is there for everybody."""
    variables = environment.child_environment() | {"TINYML_CACHE": str(compiled)}
    for lesson in lessons.all_lessons(ROOT):
        words = [sys.executable, "-m", "tinyml_helpers.course.lesson_runner", "run", lesson]
        done = subprocess.run(words, cwd=ROOT, env=variables)
        if done.returncode:
            return done.returncode
    for path in (compiled, *compiled.rglob("*")):  # for all to read, whatever the umask is
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
    print("Prepared: what lessons compile is there for everybody.")
    return 0


def _refuse_closed(folder):
    """Raise Stop where students, who have other accounts, couldn't read the workbook."""
    if os.geteuid() != 0:
        return
    python = environment.python_of()
    for needed in (ROOT, python, python.resolve(), folder):
        for place in (needed, *needed.parents):
            if place.exists() and not place.stat().st_mode & 0o001:
                raise Stop(
                    f"Students can't get to {needed}, since {place} is closed to others: move the "
                    "workbook to a folder open to all, such as /srv/tinyml, or open it with chmod."
                )


def _shown_at(address):
    """An address of this machine that students can type."""
    if address != _ALL:
        return address
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:  # sends nothing: asks which address of ours the way there begins with
            probe.connect(("192.0.2.1", 9))  # RFC 5737: for documentation, nobody's
            return probe.getsockname()[0]
        except OSError:  # no network at all
            return "127.0.0.1"


def _free(address, port):
    """A port that is free; raise Stop if the one asked for isn't."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise Stop(
                f"Port {port} of {address} can't be had ({error.strerror}): choose others with "
                "--address and --port."
            ) from error
        return probe.getsockname()[1]


if __name__ == "__main__":
    try:
        sys.exit(main(json.loads(sys.argv[1])))
    except Stop as reason:
        sys.exit(f"course.py: {reason}")
