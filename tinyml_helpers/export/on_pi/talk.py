"""Talks to the program beside this file, over a pipe, in the frames of protocol.py.

with Program() as program:
    answer = program.ask(protocol.PING, b"there?")
"""

import errno
import json
import os
import platform
import select
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import protocol

FOLDER = Path(__file__).resolve().parent


class Trouble(Exception):  # noqa: N818 - it names a state, not a failure
    """What is wrong and what to do, in a sentence for whoever runs this."""


class Program:
    """The program, running until `close` or the end of a `with` block.

    Args:
        path: of the program.

    Raises:
        Trouble: it can't be run here.

    Attributes:
        info: what it says of itself, a `protocol.Info`.
    """

    def __init__(self, path=FOLDER / "program"):
        try:
            self._process = subprocess.Popen(
                [path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
            )
        except OSError as error:
            raise Trouble(_why_not(path, error)) from error
        self._reader, self._number = protocol.Reader(), 0
        try:
            self.info = protocol.Info.unpack(self.ask(protocol.INFO))
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End it: its input ends."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def ask(self, kind, payload=b"", seconds=60):
        """Send a message.

        Args:
            kind: its type.
            payload: bytes.
            seconds: that the answer may take.

        Returns:
            The answer's payload, bytes.

        Raises:
            Trouble: the program refuses, has ended, or doesn't answer in time.
        """
        self._number = (self._number + 1) % 256
        try:
            self._process.stdin.write(protocol.frame(kind, self._number, payload))
        except BrokenPipeError as error:
            raise self._has_ended() from error
        deadline = time.monotonic() + seconds
        while True:
            left = max(0, deadline - time.monotonic())
            if not select.select([self._process.stdout], [], [], left)[0]:
                self._process.kill()
                raise Trouble(f"the program didn't answer within {seconds} seconds: start again")
            data = os.read(self._process.stdout.fileno(), 1 << 16)
            if not data:
                raise self._has_ended()
            for answer, _, content in self._reader.feed(data):
                if answer == protocol.ERROR:
                    raise Trouble(f"the program says: {content.decode('ascii', 'replace')}")
                return content

    def _has_ended(self):
        return Trouble(
            f"the program has ended (code {self._process.wait()}): copy the project again, and "
            "look whether there is memory left (`free -m`)"
        )


def run(main):
    """Call `main()`, and end Python: with a sentence where there is trouble, quietly by Ctrl-C."""
    try:
        check_system()
        main()
    except Trouble as trouble:
        sys.exit(f"{trouble}")
    except KeyboardInterrupt:
        sys.exit(0)
    except BrokenPipeError:  # nobody reads what is printed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def check_system():
    """Raise Trouble on a 32-bit system, for which there are neither LiteRT nor this program."""
    if sys.maxsize < 1 << 32:
        raise Trouble(
            "this system is of 32 bits: write Raspberry Pi OS (64-bit) to the card with Raspberry "
            "Pi Imager, which offers it for this board"
        )


def application():
    """What application.json says of the program's messages; a dict."""
    return json.loads((FOLDER / "application.json").read_text(encoding="utf-8"))


def dtype_of(described):
    """The NumPy dtype that application.json describes by lists."""
    if isinstance(described, str):
        return np.dtype(described)
    fields = ((name, dtype_of(what), *map(tuple, shape)) for name, what, *shape in described)
    return np.dtype(list(fields))


def plain(record, arrays=False):
    """A record as a dict for JSON, with or without its arrays."""
    return {
        name: record[name].tolist()
        for name in record.dtype.names
        if name != "unused" and (arrays or not record.dtype[name].shape)
    }


def tell(event):
    """Print an event as a line of JSON, at once."""
    print(json.dumps(event), flush=True)


def _why_not(path, error):
    if error.errno == errno.ENOEXEC:
        return (
            f"this computer ({platform.machine()}) can't run {path}, which is for 64-bit Arm: on a "
            "Raspberry Pi write Raspberry Pi OS (64-bit) to the card with Raspberry Pi Imager"
        )
    if error.errno == errno.EACCES:
        return f"{path} may not be run: call `chmod +x {path}`"
    return f"{path} can't be run ({error.strerror}): copy the whole project again"
