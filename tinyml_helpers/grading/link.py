"""The grader's end of the line to a program in the sandbox.

A student's function appears here as a function: calling it asks the program, whose answer comes
back as plain values. So a check runs here, as it is, on whatever the student's code answers.
"""

import contextlib
import inspect
import io
import json
import pickle
import queue
import secrets
import struct
import threading
import time

from tinyml_helpers import checks
from tinyml_helpers.checks.answers.feedback import Blank, Stopped, Wrong
from tinyml_helpers.grading import networks
from tinyml_helpers.grading.plain import Nonsense, named, unpacked
from tinyml_helpers.grading.sandbox import Ended

#: Bytes of a message: arrays have a million numbers at most, as text.
_MOST_BYTES = 40_000_000

#: Seconds from one look at the sandbox to the next.
_LOOK = 0.05

_SILENT = "it didn't answer any more"
_NOT_BELIEVED = "what it sent to the grader is no answer"


class Link:
    """Asks a program in the sandbox.

    Args:
        sandbox: a `sandbox.Sandbox` whose process is `answering`.
        until: the time, by `time.monotonic`, at which a notebook's time is up.

    Attributes:
        ended: None while the program can be asked; else a sentence on why it can't.
        forged: whether what came was none of a program's answers.
        silent: whether it can't because it was asked and is still at it.
        unknown: a sentence on an answer that can't be judged here, else None.
    """

    def __init__(self, sandbox, until):
        self._sandbox, self._until = sandbox, until
        self._messages = queue.Queue()
        self.ended = self.unknown = None
        self.forged, self._question = False, ""
        threading.Thread(target=self._read, args=(sandbox.process.stdout,), daemon=True).start()
        self._expect("ready")

    @property
    def silent(self):
        return self.ended == _SILENT

    def run(self, unit):
        """Run a `needed.Unit`.

        Returns:
            None if it ran, else a sentence on why not.

        Raises:
            Ended: the program is gone.
        """
        if unit.values is not None:
            what, *said = self._ask(None, "know", unit.values)
        elif unit.own:
            what, *said = self._ask(self._sandbox.limits.cell_seconds, "cell", unit.source)
        else:
            what, *said = self._ask(None, "lesson", unit.source)
        if what == "failed":
            return _sentence(*said)
        if what != "ran":
            self._refuse()
        return None

    def get(self, name):
        """What a name stands for: a plain value, or a function that asks the program.

        Returns:
            A list of that, empty where the name stands for nothing.

        Raises:
            Ended: the program is gone.
        """
        what, *told = self._ask(self._sandbox.limits.cell_seconds, "get", name)
        if what == "nothing":
            return []
        return [self._function(name, *told) if what == "function" else self._value(what, *told)]

    def _function(self, name, parameters):
        def asking(*arguments):
            return self._call(name, arguments)

        asking.__name__ = name
        try:
            if parameters is not None:
                asking.__signature__ = inspect.Signature([_parameter(*one) for one in parameters])
        except (TypeError, ValueError):
            self._refuse()
        return asking

    def _call(self, name, arguments):
        """Ask for what a student's function gives; raises Stopped, or what a callback raised."""
        callbacks, raised = [], None
        what, *told = self._ask(None, "call", name, arguments, callbacks=callbacks)
        while what == "callback":
            try:
                number, values = told
                function, given = callbacks[number], unpacked(values)
            except (Nonsense, TypeError, ValueError, IndexError):
                self._refuse()
            try:
                reply = "value", function(*given)
            except Exception as error:
                raised, reply = error, ("raised",)
            except BaseException:  # the check's time is up, and the program still waits
                self.ended = _SILENT
                raise
            what, *told = self._ask(None, *reply)
        if what == "callback raised" and isinstance(raised, Wrong | Blank):
            raise raised
        if what == "callback raised" and raised is not None:
            raise Stopped(f"a function that {name} is given stopped ({type(raised).__name__})")
        if what == "failed":
            raise Stopped(_sentence(*told))
        if what == "changed":
            raise Wrong(f"{name} changes what it is given: work on a copy")
        return self._value(what, *told)

    def _value(self, what, *told):
        try:
            if what == "value":
                return unpacked(*told)
            if what == "network" and told == (None,):
                self.unknown = "its network has a layer that grading doesn't know"
                raise Stopped(self.unknown)
            if what == "network":
                return networks.built(*told)
        except networks.TooLarge as large:
            self.unknown = f"its network is {large}"
            raise Stopped(self.unknown) from None
        except (Nonsense, TypeError):
            pass
        self._refuse()

    def _ask(self, seconds, *message, callbacks=()):
        """Send a message, and wait for the answer."""
        if self.ended:
            raise Ended(self.ended)
        self._question = secrets.token_hex(8)
        data = _pickled((self._question, *message), callbacks)
        self.ended = _SILENT  # also where the waiting is interrupted
        with contextlib.suppress(OSError):  # it is gone, as `_next` finds
            self._sandbox.process.stdin.write(struct.pack(">Q", len(data)) + data)
            self._sandbox.process.stdin.flush()
        answer = self._next(seconds)
        self.ended = None
        return answer

    def _expect(self, word):
        if self._next(None) != [word]:
            self._refuse()

    def _next(self, seconds):
        """The next message; raises Ended when none can come."""
        started = time.monotonic()
        try:
            while True:
                with contextlib.suppress(queue.Empty):
                    return self._taken(self._messages.get(timeout=_LOOK))
                now = time.monotonic()
                if now > self._until:
                    self._sandbox.end(f"stopped after {self._sandbox.limits.seconds:.0f} s in all")
                elif seconds and now - started > seconds:
                    self._sandbox.end(f"stopped after {seconds:.0f} s: it didn't end")
                self._sandbox.look()
        except Ended as reason:
            self.ended = str(reason)
            raise

    def _taken(self, message):
        if message is None:
            self.ended = self._sandbox.has_ended()
            raise Ended(self.ended)
        try:
            answer = json.loads(message)
        except (ValueError, RecursionError):
            self._refuse()
        if not (isinstance(answer, list) and len(answer) > 1 and isinstance(answer[1], str)):
            self._refuse()
        if answer[0] != self._question:  # nobody has asked for it
            self._refuse()
        return answer[1:]

    def _refuse(self):
        """What came is none of the program's answers: a student's code has written there."""
        self.forged, self.ended = True, _NOT_BELIEVED
        self._sandbox.end(_NOT_BELIEVED)
        raise Ended(_NOT_BELIEVED)

    def _read(self, pipe):
        """Read messages in a thread; None is the last."""
        with contextlib.suppress(OSError), pipe:
            while len(head := pipe.read(8)) == 8:
                size = struct.unpack(">Q", head)[0]
                if size > _MOST_BYTES:
                    self._messages.put(b"")  # which is none
                    break
                self._messages.put(pipe.read(size))
        self._messages.put(None)


class _Pickler(pickle.Pickler):
    """Sends functions of a check as numbers, by which they can be asked for, and its own kinds of
    tuples as such, for the other side has no checks.
    """

    def __init__(self, file, callbacks):
        super().__init__(file)
        self._callbacks = callbacks

    def persistent_id(self, value):
        if value is named or not inspect.isfunction(value):
            return None
        self._callbacks.append(value)
        return len(self._callbacks) - 1

    def reducer_override(self, value):
        kind = type(value)
        if hasattr(kind, "_fields") and kind.__module__.startswith(checks.__name__):
            return named, (kind.__name__.strip("_"), kind._fields, tuple(value))
        return NotImplemented


def _pickled(message, callbacks):
    file = io.BytesIO()
    _Pickler(file, callbacks).dump(message)
    return file.getvalue()


def _parameter(name, kind, has_default):
    default = None if has_default else inspect.Parameter.empty
    return inspect.Parameter(name, inspect._ParameterKind(kind), default=default)


def _sentence(*said):
    """What a program says of an error, as one short line."""
    return " ".join(f"{said[0] if said else ''}".split())[:300]
