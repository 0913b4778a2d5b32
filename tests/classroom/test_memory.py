"""A student's memory: what is counted, and who is ended."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time

import patience
import psutil
import pytest

from classroom import memory

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no hub there")

MB = 10**6
#: A server with two kernels, one of which fills 150 MB.
SERVER = """
import subprocess, sys, time
filling = "kept = bytearray(150_000_000); print('full', flush=True); import time; time.sleep(600)"
small = "print('small', flush=True); import time; time.sleep(600)"
kernels = [subprocess.Popen([sys.executable, "-c", code]) for code in (small, filling)]
time.sleep(600)
"""


@pytest.fixture
def server():
    process = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    assert {process.stdout.readline().strip() for _ in range(2)} == {"full", "small"}
    yield process.pid
    for one in (*psutil.Process(process.pid).children(), process):
        one.kill()
    process.wait()
    process.stdout.close()


def test_what_a_students_processes_take_is_their_own(server):
    taken = memory.taken_by({server: "ada"})["ada"]
    assert next(iter(taken)).pid == server and len(taken) == 3
    assert 150 * MB < sum(taken.values()) < 250 * MB


def test_the_largest_kernel_ends_and_nobody_else(server):
    said = []

    async def look(limit):
        watch = memory.keep_below(limit, lambda: {server: "ada"}, said.append)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(watch, timeout=1)

    asyncio.run(look(limit=1000 * MB))
    assert not said and len(psutil.Process(server).children()) == 2
    asyncio.run(look(limit=100 * MB))
    assert said == [said[0]] and "ada took 0.2 GB of at most 0.1" in said[0]
    alive = [p for p in psutil.Process(server).children() if p.status() != psutil.STATUS_ZOMBIE]
    assert len(alive) == 1 and "small" in " ".join(alive[0].cmdline())


def test_a_server_that_has_ended_takes_nothing():
    assert memory.taken_by({2**22 + 1: "ada"}) == {"ada": {}}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root has other numbers")
def test_who_left_the_tree_is_counted_by_their_number():
    number = 79_999
    leaves = ["sh", "-c", "(sleep 600 &); echo left; sleep 600"]
    with subprocess.Popen(leaves, user=number, stdout=subprocess.PIPE, cwd="/") as server:
        try:
            assert server.stdout.readline() == b"left\n"
            until = time.monotonic() + patience.seconds(30)
            names = []
            while names != ["sh", "sleep", "sleep"] and time.monotonic() < until:
                taken = memory.taken_by({server.pid: "ada"})["ada"]
                with contextlib.suppress(psutil.NoSuchProcess):  # the one that left the other
                    names = sorted(process.name() for process in taken)
            assert names == ["sh", "sleep", "sleep"]  # once the shell has started both
            assert next(iter(taken)).pid == server.pid
        finally:
            subprocess.run(["pkill", "-9", "-U", str(number)], check=True)
