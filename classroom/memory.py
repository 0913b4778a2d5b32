"""Keeps each student's memory below a limit, on any system, by ending what takes most of it.

A class shares one machine: a loop that fills memory would end everybody's work. Every other second
the memory of each student's kernels is added up; where it is too much, the largest of their
processes ends, which JupyterLab tells them as a kernel that died. Their notebooks stay.
"""

import asyncio
import contextlib
import os
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

    Those are a server's children and theirs; where the student has an account number of their own,
    all processes of that number, also those that have left the tree.

    Args:
        servers: as of `keep_below`.

    Returns:
        A dict: name to a dict of each psutil.Process, the server first, to bytes; what they share
        with others (the same library's code) isn't counted.
    """
    memory, children, owned = {}, {}, {}
    for process in psutil.process_iter(["ppid", "uids", "memory_info"]):
        used, owners = process.info["memory_info"], process.info["uids"]
        if used and owners:  # else it has just ended
            memory[process.pid] = process, used.rss - getattr(used, "shared", 0)
            children.setdefault(process.info["ppid"], []).append(process.pid)
            owned.setdefault(owners.real, []).append(process.pid)
    taken = {name: {} for name in servers.values()}
    for server, name in servers.items():
        queue = [server]
        own = memory[server][0].info["uids"].real if server in memory else os.getuid()
        if own != os.getuid():
            queue += owned[own]
        for number in queue:
            if number in memory and memory[number][0] not in taken[name]:
                process, used = memory[number]
                taken[name][process] = used
                queue += children.get(number, [])
    return taken
