"""The program in the sandbox: runs what a student wrote, and answers the grader's questions.

It has no check and no solution, and decides nothing. What comes in is the grader's, pickled; what
goes out is plain (see `plain`), since a student's code may write there, too; each reply names its
question. Its answers are all it could forge, and a right answer to each question is what an
exercise asks for.
"""

import contextlib
import copy
import inspect
import io
import json
import os
import pickle
import struct
import sys
import types
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from tinyml_helpers import checks
from tinyml_helpers.checks.answers.asking import same
from tinyml_helpers.checks.answers.words import error_in_words, is_function
from tinyml_helpers.grading import networks
from tinyml_helpers.grading.plain import packed

if os.name == "posix":
    import resource

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class _CallbackRaised(Exception):  # noqa: N818 - the grader knows which error it is
    """A function that a check passed has raised an error."""


class _Unpickler(pickle.Unpickler):
    """Reads what the grader sent; a function of a check's becomes one that asks the grader."""

    def __init__(self, data, ask):
        super().__init__(io.BytesIO(data))
        self._ask = ask

    def persistent_load(self, number):
        return lambda *arguments: self._ask(number, arguments)


class Answering:
    """The student's program, as the grader sees it.

    Args:
        given, told: binary files: the grader's messages, and ours.
        topics: of the lessons, whose checks do nothing here.
    """

    def __init__(self, given, told, topics):
        self._given, self._told, self._question = given, told, ""
        for topic in topics:
            name = f"{checks.__name__}.{topic}"
            sys.modules[name] = _NoChecks(name)
            setattr(checks, topic, sys.modules[name])
        settings = Config()
        settings.HistoryManager.enabled = False
        settings.InteractiveShell.colors = "nocolor"
        self._shell = InteractiveShell.instance(config=settings)
        self._shell.ask_exit = sys.exit

    def serve(self):
        """Answer until the grader has no more questions."""
        self._tell("ready")
        while (message := self._receive()) is not None:
            what, *given = message
            self._tell(*getattr(self, f"_{what}")(*given))

    def _know(self, values):
        """Take values of the lesson's that the grader has made."""
        self._shell.user_ns.update(values)
        return ("ran",)

    def _lesson(self, source):
        """Run a lesson's statement."""
        try:
            exec(compile(source, "<lesson>", "exec"), self._shell.user_ns)
        except BaseException as error:
            return "failed", f"{type(error).__name__}: {error}"[:300]
        return ("ran",)

    def _cell(self, source):
        """Run a student's cell."""
        ran = self._shell.run_cell(source, store_history=False)
        if ran.error_before_exec is not None:
            return "failed", f"Python can't read its cell ({type(ran.error_before_exec).__name__})"
        error = ran.error_in_exec
        if error is None or isinstance(error, KeyboardInterrupt):
            return ("ran",)
        return "failed", error_in_words(error, inspect.getfile(InteractiveShell), "run_code")

    def _get(self, name):
        """Tell what a name stands for: a function's signature, or a value."""
        if name not in self._shell.user_ns:
            return ("nothing",)
        value = self._shell.user_ns[name]
        if not is_function(value):
            return self._value(value)
        try:
            parameters = inspect.signature(value).parameters.values()
        except (TypeError, ValueError):  # some functions written in C don't tell
            return "function", None
        empty = inspect.Parameter.empty
        return "function", [
            [one.name, int(one.kind), one.default is not empty] for one in parameters
        ]

    def _call(self, name, arguments):
        """Call a student's function; tell what it gives, or how it failed."""
        before = copy.deepcopy(arguments)
        try:
            result = self._called(self._shell.user_ns[name], arguments)
        except _CallbackRaised:
            return ("callback raised",)
        except BaseException as error:
            return "failed", error_in_words(error, __file__, "_called")
        return self._value(result) if same(before, arguments) else ("changed",)

    def _called(self, function, arguments):
        return function(*arguments)

    def _value(self, value):
        if networks.is_network(value):
            return "network", networks.in_words(value)
        return "value", packed(value)

    def _ask_back(self, number, arguments):
        """Call a function that is the check's."""
        self._tell("callback", number, packed(arguments))
        what, *value = self._receive()
        if what == "raised":
            raise _CallbackRaised
        return value[0]

    def _receive(self):
        head = self._given.read(8)
        if len(head) < 8:
            return None
        data = self._given.read(struct.unpack(">Q", head)[0])
        self._question, *message = _Unpickler(data, self._ask_back).load()
        return message

    def _tell(self, *message):
        data = json.dumps([self._question, *message]).encode()
        self._told.write(struct.pack(">Q", len(data)) + data)
        self._told.flush()


class _NoChecks(types.ModuleType):
    """Stands where a lesson's checks are: a student's cell may call one, which does nothing."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None


def _no_network(event, given):
    """Refuse Python's sockets, where the system itself can't cut the network."""
    if event in ("socket.connect", "socket.bind", "socket.sendto"):
        address = given[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        address = given
    else:
        return
    if isinstance(address, tuple) and address and address[0] not in _LOOPBACK:
        raise PermissionError("there is no network while answers are graded")


def _limit(cpu_seconds, file_mb):
    """What the system itself can hold this process to; no way leads back."""
    if os.name != "posix":
        return
    limits = {"RLIMIT_CPU": cpu_seconds, "RLIMIT_FSIZE": file_mb * 1_000_000, "RLIMIT_CORE": 0}
    for name, most in limits.items():
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    with contextlib.suppress(OSError):  # where memory runs out, this process is the first to go
        Path("/proc/self/oom_score_adj").write_text("1000")


def main(cpu_seconds, file_mb, *topics):
    """Serve the grader on what are standard input and output now, and nobody's afterwards."""
    files = [os.fdopen(os.dup(number), mode) for number, mode in ((0, "rb"), (1, "wb"))]
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    _limit(int(cpu_seconds), int(file_mb))
    if not os.environ.pop("TINYML_CONFINED", ""):
        sys.addaudithook(_no_network)
    Answering(*files, topics).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
