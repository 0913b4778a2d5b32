"""Keeps each student's memory below a limit, on any system, by ending what takes most of it.

A class shares one machine: a loop that fills memory would end everybody's work. Every other second
the memory of each student's kernels is added up; where it is too much, the largest of their
processes ends, which JupyterLab tells them as a kernel that died. Their notebooks stay.
"""

import asyncio
import contextlib
import signal

import psutil

#: Seconds between two looks.
_EVERY = 2


async def keep_below(limit, servers, say):
    """Watch for ever.

    Args:
        limit: bytes a student's processes may take together.
        servers: called for a dict, the process id of each student's server to their name.
        say: called with a sentence when a process is ended.
    """
    while True:
        for name, taken in taken_by(servers()).items():
            if sum(taken.values()) <= limit or len(taken) < 2:
                continue
            largest = max(list(taken)[1:], key=taken.get)  # the first is their server
            with contextlib.suppress(psutil.NoSuchProcess):
                largest.send_signal(signal.SIGKILL)
                say(
                    f"{name} took {sum(taken.values()) / 1e9:.1f} GB of at most {limit / 1e9:.1f}: "
                    "the largest kernel was ended"
                )
        await asyncio.sleep(_EVERY)


def taken_by(servers):
    """What memory of their own each student's processes take.

    Args:
        servers: as of `keep_below`.

    Returns:
        A dict: name to a dict of each psutil.Process, the server first, to bytes; what they share
        with others (the same library's code) isn't counted.
    """
    children, taken = {}, {name: {} for name in servers.values()}
    memory = {}
    for process in psutil.process_iter(["ppid", "memory_info"]):
        used = process.info["memory_info"]
        if used:  # else it has just ended
            memory[process.pid] = process, used.rss - getattr(used, "shared", 0)
            children.setdefault(process.info["ppid"], []).append(process.pid)
    for server, name in servers.items():
        queue = [server]
        while queue:
            number = queue.pop()
            if number in memory:
                process, own = memory[number]
                taken[name][process] = own
            queue += children.get(number, [])
    return taken
