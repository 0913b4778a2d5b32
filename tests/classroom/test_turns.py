"""A whole class that comes at once: its servers take turns to start, and none is turned away."""

import asyncio
import importlib.util
from types import SimpleNamespace

import pytest

if importlib.util.find_spec("jupyterhub") is None:
    pytest.skip("needs what `course.py hub` installs", allow_module_level=True)

from classroom.spawner import OwnFolder


def test_servers_take_turns_to_start_and_a_turn_ends_however_a_start_does():
    at_once, most = 0, 0

    async def starts(number):
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.01)
        at_once -= 1
        if number % 3 == 0:
            raise RuntimeError(f"{number} didn't start")
        return "127.0.0.1", number

    async def come():
        turns = asyncio.Semaphore(4)
        students = [
            SimpleNamespace(_turns=turns, _start=lambda number=number: starts(number))
            for number in range(30)
        ]
        return await asyncio.gather(*map(OwnFolder.start, students), return_exceptions=True)

    answers = asyncio.run(come())
    assert most == 4
    assert [isinstance(one, RuntimeError) for one in answers] == [n % 3 == 0 for n in range(30)]
    assert [one[1] for one in answers if isinstance(one, tuple)] == [n for n in range(30) if n % 3]
