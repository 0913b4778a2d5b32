"""The commands of `course.py`: each sets up if need be, then starts one program of `.venv`.

Only the standard library: this runs before anything is installed.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from tinyml_helpers.course import bundle as offline
from tinyml_helpers.course import bundle_targets, desk, environment, installer, lessons, parts
from tinyml_helpers.course.environment import DESK, ROOT
from tinyml_helpers.course.installer import Stop


def main(arguments, description):
    """Run one command.

    Args:
        arguments: the command line's words, the program's name left out.
        description: the text that `--help` shows.

    Returns:
        The exit code.
    """
    for stream in (sys.stdout, sys.stderr):  # a folder's name may not fit the console's letters
        stream.reconfigure(errors="replace")
    try:
        options = _parse(arguments, description)
        return options.command(options) or 0
    except Stop as reason:
        print(f"course.py: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ncourse.py: Stopped; nothing half-made is kept: start again.", file=sys.stderr)
        return 130


def _parse(arguments, description):
    """The command line as an object whose `command` is the function to call."""
    parser = argparse.ArgumentParser(
        prog="course.py",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=lambda options: parser.print_help())
    commands = parser.add_subparsers(metavar="COMMAND")

    def add(command):
        added = commands.add_parser(command.__name__, description=command.__doc__)
        added.set_defaults(command=command)
        return added

    start = add(lab)
    start.add_argument("--no-browser", action="store_true", help="only print the address")
    start.add_argument("--port", type=_port_number, metavar="N", help="use this port, no other")
    add(test)
    add(run).add_argument("lesson", metavar="NN", help="the lesson's number or name")
    add(reset).add_argument("lesson", metavar="NN", help="the lesson's number or name")
    add(update)
    add(refresh).add_argument("lessons", metavar="NN", nargs="*", help="which ones (default: all)")
    grade = add(collect)
    grade.add_argument("folder", metavar="FOLDER", help="with the notebooks that were handed in")
    grade.add_argument("--lesson", metavar="NN", nargs="+", default=[], help="what is expected")
    grade.add_argument("--to", metavar="FOLDER", help="for the tables (default: FOLDER/graded)")
    grade.add_argument("--jobs", type=_count, default=2, metavar="N", help="notebooks at once (2)")
    grade.add_argument("--unconfined", action="store_true", help="also where it is dangerous")
    grade.add_argument("--seconds", type=_count, metavar="S", help="for a notebook (600)")
    grade.add_argument("--memory", type=_count, metavar="MB", help="for a notebook (4000)")
    grade.add_argument("--disk", type=_count, metavar="MB", help="for a notebook (1000)")
    export = add(assignment)
    export.add_argument("lesson", metavar="NN", help="the lesson's number or name")
    export.add_argument("--to", metavar="FOLDER", required=True, help="nbgrader's course folder")
    add(data).add_argument("name", metavar="NAME", nargs="?", help="the data set to fetch")
    add(site).add_argument(
        "--to", metavar="FOLDER", default=ROOT / "site", help="where they go (default: site)"
    )
    room = add(hub)
    room.add_argument("--students", type=_count, default=30, metavar="N", help="how many (30)")
    room.add_argument("--password-file", metavar="FILE", help="names and passwords; made if absent")
    room.add_argument("--folder", metavar="FOLDER", default=ROOT / "class", help="(default: class)")
    room.add_argument("--address", default="0.0.0.0", help="where it listens (all networks)")
    room.add_argument("--port", type=_port_number, default=8000, metavar="N", help="(8000)")
    room.add_argument("--memory", type=_count, metavar="MB", help="for a student (shared out)")
    room.add_argument("--https", action="store_true", help="with a certificate of its own")
    room.add_argument("--certificate", metavar="FILE", help="with this one, in PEM")
    room.add_argument("--key", metavar="FILE", help="the certificate's key, in PEM")
    room.add_argument("--prepare", action="store_true", help="compile all lessons' C, and end")
    box = add(bundle)
    systems = "windows,macos,linux"
    box.add_argument("--for", dest="systems", metavar="SYSTEMS", default=systems, help=systems)
    box.add_argument("--python", default="3.12", metavar="VERSIONS", help="such as 3.11,3.12")
    box.add_argument("--to", metavar="FOLDER", default=ROOT.with_name("tinyml-box"))
    add(cluster)
    add(doctor)
    if arguments[:1] == ["test"]:  # pytest has options of its own, which argparse mustn't touch
        options = parser.parse_args(["test"])
        options.pytest_arguments = arguments[1:]
        return options
    return parser.parse_args(arguments)


def lab(options):
    """Open your own copies of the lessons in JupyterLab."""
    first = desk.of(lessons.named([])[0]).relative_to(DESK).as_posix()
    words = [
        f"--ServerApp.root_dir={DESK}",
        f"--LabApp.default_url=/lab/tree/{first}",
    ]
    if options.port:
        _refuse_port(options.port)
        words += [f"--ServerApp.port={options.port}", "--ServerApp.port_retries=0"]
    if options.no_browser:
        words.append("--no-browser")
    python = _prepared()
    _follow()
    changed = desk.lay_out(DESK)
    if changed:
        names = ", ".join(lesson.stem for lesson in changed)
        print(f"Newer than your copies: {names}. `python course.py update` brings the changes.")
    print("Starting JupyterLab; Ctrl-C here, twice, stops it.")
    return _become(python, "tinyml_helpers.course.lab_starter", *words)


def test(options):
    """Run every lesson and every test; what follows is given to pytest."""
    words = _from_here(options.pytest_arguments)
    # Two workers for everything; to start them for a selection costs more than it saves.
    selected = any(not word.startswith("-") for word in words)
    workers = [] if selected else ["-n", "2"]
    return _become(_prepared(), "pytest", "--nbval", *workers, *words)


def run(options):
    """Run your copy of a lesson without a browser; its executed copy goes to `runs`."""
    _follow()
    paths = desk.meant(options.lesson)
    return _become(_prepared(), "tinyml_helpers.course.lesson_runner", "run", *paths)


def reset(options):
    """Give you a clean copy of a lesson; the one you have is kept beside it."""
    _follow()
    for lesson in lessons.named([options.lesson]):
        kept = desk.reset(lesson)
        place = desk.of(lesson).relative_to(DESK).as_posix()
        print(f"{place} is clean." + (f" The old one is kept as {kept.name}." if kept else ""))


def update(options):
    """Bring lessons that have changed to your copies, which keep what you wrote."""
    known = lessons.named([])
    said = desk.follow(DESK) + [line for lesson in known if (line := desk.update(lesson))]
    print("\n".join(said) or "Your copies are up to date.")


def refresh(options):
    """Run lessons and keep their new outputs."""
    paths = lessons.named(options.lessons)
    return _become(_prepared(), "tinyml_helpers.course.lesson_runner", "refresh", *paths)


def collect(options):
    """Grade notebooks that were handed in, each in a process of its own; see the README."""
    words = [Path(options.folder).absolute(), "--known", *lessons.named([])]
    if options.lesson:
        words += ["--lesson", *lessons.named(options.lesson)]
    if options.to:
        words += ["--to", Path(options.to).absolute()]
    if options.unconfined:
        words.append("--unconfined")
    for name in ("jobs", "seconds", "memory", "disk"):
        if getattr(options, name):
            words += [f"--{name}", getattr(options, name)]
    return _become(_prepared(), "tinyml_helpers.grading.collecting", *words)


def assignment(options):
    """Write a lesson as an assignment for nbgrader."""
    (lesson,) = lessons.named([options.lesson])
    words = [lesson, "--to", Path(options.to).absolute()]
    return _become(_prepared(), "tinyml_helpers.grading.assignment", *words)


def data(options):
    """List the data sets, or fetch one."""
    names = [] if options.name is None else [options.name]
    return _become(_prepared(), "tinyml_helpers.datasets", *names)


def site(options):
    """Build pages of the whole workbook, to read in a browser or put on a server."""
    return _become(_prepared(), "website", Path(options.to).absolute())


def hub(options):
    """Start JupyterHub for a class on this machine; see the guide in `classroom`."""
    chosen = {name: value for name, value in vars(options).items() if name != "command"}
    for name in ("folder", "password_file", "certificate", "key"):
        if chosen[name]:
            chosen[name] = str(Path(chosen[name]).absolute())
    if bool(options.certificate) != bool(options.key):
        raise Stop("A certificate goes with its key: give both --certificate and --key.")
    parts.ensure("classroom")
    return _become(environment.python_of(), "classroom.hub", json.dumps(chosen))


def cluster(options):
    """Add Ray, for a search on several computers, and say how they become a cluster."""
    print(parts.cluster())


def bundle(options):
    """Make a box: the workbook and its packages, to install it where there is no network."""
    offline.make(ROOT, options.to, bundle_targets.parse(options.systems, options.python))


def doctor(options):
    """Say what is wrong on this computer, and what to do; installs nothing."""
    # One that only has to be mended has its packages, and what is said of them is true.
    python = environment.python_of() if environment.runs(ROOT / ".venv") else sys.executable
    return _become(python, "tinyml_helpers.course.doctor")


def _follow():
    """Give the copies their lessons' numbers, and say so."""
    for said in desk.follow(DESK):
        print(said)


def _from_here(words):
    """pytest's words, with paths of the folder one stands in as absolute ones.

    What isn't there, such as `tests/compress` from elsewhere, is the workbook's own.
    """
    after = ("-k", "-m", "-n", "-p", "-o", "-r", "-W")  # what follows these is never a path
    resolved = []
    for before, word in zip(["", *words], words, strict=False):
        if not word:
            raise Stop("An empty word names no test: leave it away, or name a file.")
        option, equals, value = word.rpartition("=") if word.startswith("--") else ("", "", word)
        path, colons, test = value.partition("::")
        if path and not path.startswith("-") and before not in after and Path(path).exists():
            word = f"{option}{equals}{Path(path).absolute()}{colons}{test}"
        resolved.append(word)
    return resolved


def _port_number(text):
    """A TCP port from the command line."""
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text!r}")
    return int(text)


def _count(text):
    """A whole number above 0 from the command line."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a number from 1, not {text!r}")
    return int(text)


def _refuse_port(port):
    """Raise Stop when another program listens on the port, or this one mustn't."""
    with socket.socket() as probe:
        if os.name == "posix":  # here it only frees a port just closed; on Windows it shares one
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            why = "isn't allowed" if isinstance(error, PermissionError) else "is taken"
            raise Stop(
                f"Port {port} {why}: choose another with `--port`, or leave `--port` away and a "
                "free one is found."
            ) from error


def _prepared():
    """The Python of `.venv`, which is made first where it isn't ready."""
    installer.ensure()
    return environment.python_of()


def _become(python, module, *words):
    """Run a module in this program's place, from the workbook's folder; its exit code is ours."""
    command = [str(python), "-m", module, *map(str, words)]
    sys.stdout.flush()
    os.chdir(ROOT)
    if os.name == "posix":
        os.execve(command[0], command, environment.child_environment())
    process = subprocess.Popen(command, env=environment.child_environment())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the program was told too, and decides when to end
            pass
