"""Starts each student's server: in a folder of their own, under an account number of their own.

Where the hub runs as root, each student gets a number that no account of the system has, so that
nobody reads what isn't theirs, and nothing of a student's runs as root. Where it doesn't, all run
under the one account that started the hub: their folders are apart, but not closed.
"""

import asyncio
import contextlib
import os
import pwd
import subprocess
from pathlib import Path
from typing import ClassVar

from jupyterhub.spawner import LocalProcessSpawner
from jupyterhub.utils import can_connect
from traitlets import Unicode

from classroom import memory
from tinyml_helpers.course import environment

#: The first number of a student: above systemd's, below those of containers.
_FIRST = 70_000

#: Servers that start at once: more would only take the processors from each other.
_AT_ONCE = 2 * (os.cpu_count() or 1)


class OwnFolder(LocalProcessSpawner):
    """A student's server as a process of this machine.

    Traits:
        students: the folder of all students' folders.
        compiled: the folder of what was compiled for all.
        logs: the folder for what their servers say.
    """

    students = Unicode(config=True)
    compiled = Unicode(config=True)
    logs = Unicode(config=True)

    #: The process id of each student's server to their name, and the task that watches them all.
    _servers: ClassVar = {}
    _watching: ClassVar = None
    _turns: ClassVar = asyncio.Semaphore(_AT_ONCE)

    @property
    def folder(self):
        """The student's folder, a Path."""
        return Path(self.students, self.user.name)

    async def start(self):
        """Make the student's folder where there is none, and start the server in it.

        A whole class comes at once: it takes turns, and whoever waits sees the hub's page for it.
        """
        async with self._turns:
            return await self._start()

    async def _start(self):
        if self.mem_limit and OwnFolder._watching is None:
            watch = memory.keep_below(self.mem_limit, lambda: self._servers, self.log.warning)
            OwnFolder._watching = asyncio.create_task(watch)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.popen_kwargs = {"cwd": self.folder, "umask": 0o077, "stdin": subprocess.DEVNULL}
        if os.geteuid() == 0:
            number = self.folder.lstat().st_uid or self._free_number()
            os.chown(self.folder, number, number, follow_symlinks=False)
            self.popen_kwargs |= {"user": number, "group": number, "extra_groups": []}
        with Path(self.logs, f"{self.user.name}.log").open("ab") as log:
            self.popen_kwargs |= {"stdout": log, "stderr": log}
            address, port = await super().start()
        self._servers[self.pid] = self.user.name
        while not can_connect(address, port) and await self.poll() is None:
            await asyncio.sleep(0.2)
        return address, port

    def clear_state(self):
        """Forget the server, which has ended."""
        self._servers.pop(self.pid, None)
        super().clear_state()

    def make_preexec_fn(self, name):
        """None: the process gets its number by `popen_kwargs`."""

    def user_env(self, env):
        """The variables of a student's server."""
        home = str(self.folder)
        programs = str(environment.python_of().parent)
        return env | environment.SETTINGS | {
            "HOME": home, "USER": self.user.name, "LOGNAME": self.user.name,
            "SHELL": "/bin/bash", "PATH": f"{programs}:{os.environ.get('PATH', os.defpath)}",
            "TINYML_DESK": home, "TINYML_COMPILED": self.compiled,
            "TINYML_CACHE": f"{home}/.cache/tinyml-workbook/compiled",
        }  # fmt: skip

    def _free_number(self):
        """A number that no student and no account of the system has."""
        taken = {folder.lstat().st_uid for folder in Path(self.students).iterdir()}
        number = max([_FIRST - 1, *taken]) + 1
        with contextlib.suppress(KeyError):
            while pwd.getpwuid(number):
                number += 1
        return number
