"""A hub with two students: apart, each with their own copies, and nothing that isn't theirs."""

import asyncio
import importlib.util
import os
import sys

import patience
import pytest

if importlib.util.find_spec("jupyterhub") is None:
    pytest.skip("needs what `course.py hub` installs", allow_module_level=True)
if sys.platform != "linux":
    pytest.skip("was only tried on Linux", allow_module_level=True)

import class_hub
from hub_visitor import Visitor

LESSON = "my_work/lessons/00_start_here.ipynb"
#: Bytes a student may take in these tests: what a kernel without a lesson takes, and some.
MEMORY = 600


@pytest.fixture(scope="module")
def hub():
    with class_hub.hub(f"--memory={MEMORY}", seconds=patience.seconds(300)) as found:
        yield found


@pytest.fixture(scope="module")
def loop():
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def two(hub, loop):
    """Two students who have logged in, with a kernel each."""

    async def come(name):
        address, _, passwords = hub
        visitor = Visitor(address, name)
        assert await visitor.log_in(passwords[name])
        page = await visitor.start_server(asyncio.sleep)
        return visitor, page, await visitor.kernel(LESSON)

    async def both():
        return await asyncio.gather(come("student01"), come("student02"))

    return loop.run(both())


def ran(loop, kernel, source):
    printed, error = loop.run(kernel.run(source))
    assert error is None, error
    return printed.strip()


@pytest.mark.parametrize("name", ["student01", "nobody", "../student01", ""])
def test_a_wrong_password_or_name_opens_nothing(hub, loop, name):
    assert not loop.run(Visitor(hub[0], name).log_in("wrong password"))


def test_each_begins_with_their_own_copies(two, loop):
    for visitor, page, kernel in two:
        assert visitor.name in page
        lessons = loop.run(visitor.api("contents/my_work/lessons"))["content"]
        assert len([one for one in lessons if one["name"].endswith(".ipynb")]) >= 12
        first = loop.run(visitor.api(f"contents/{LESSON}"))["content"]
        assert "**This copy is yours**" in first["cells"][0]["source"]
        home = ran(loop, kernel, "import pathlib; print(pathlib.Path.home())")
        assert home.endswith(f"/students/{visitor.name}")
        assert ran(loop, kernel, "import os; print(os.getcwd())") == f"{home}/my_work/lessons"


def test_pictures_and_solutions_of_the_workbook_are_there(two, loop):
    visitor = two[0][0]
    picture = loop.run(visitor.api("contents/notebooks/images/start_here.png"))
    assert picture["mimetype"] == "image/png" and len(picture["content"]) > 10_000
    assert loop.run(visitor.api("contents/notebooks/solutions"))["content"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a hub that keeps students apart")
def test_nobody_reads_or_writes_what_isnt_theirs(hub, two, loop):
    folder = hub[1]
    kernels = [kernel for _, _, kernel in two]
    numbers = {ran(loop, kernel, "import os; print(os.getuid())") for kernel in kernels}
    assert len(numbers) == 2 and "0" not in numbers
    closed = [
        f"open({str(folder / 'passwords.csv')!r})",
        f"__import__('os').listdir({str(folder / 'students' / 'student02')!r})",
        f"__import__('os').listdir({str(folder / 'state')!r})",
        "open(__import__('tinyml_helpers').__file__, 'a')",
        "open('../../notebooks/00_start_here.ipynb', 'a')",
        "__import__('os').setuid(0)",
    ]
    for source in closed:
        _, error = loop.run(kernels[0].run(source))
        assert error is not None and "PermissionError" in error, source


def test_a_students_page_is_closed_to_another(two, loop):
    (first, _, _), (second, _, _) = two
    answer = loop.run(first.fetch(f"/user/{second.name}/api/contents", follow=False))
    assert answer.code in (302, 403, 404)


def test_a_clean_copy_on_the_hub_keeps_the_old_one(two, loop):
    visitor, _, kernel = two[0]
    path = f"contents/{LESSON}"
    notebook = loop.run(visitor.api(path))["content"]
    notebook["cells"][1]["source"] = "My own words."
    loop.run(visitor.api(path, "PUT", {"type": "notebook", "content": notebook}))
    command = "import subprocess, sys; print(subprocess.run([sys.executable, 'course.py', 'reset', "
    command += "'00'], cwd='../..', capture_output=True, text=True))"
    assert "returncode=0" in (said := ran(loop, kernel, command)), said
    copies = loop.run(visitor.api("contents/my_work/lessons"))["content"]
    kept = [one["path"] for one in copies if one["name"].startswith("00_start_here-")]
    (kept,) = kept
    assert "My own words." in str(loop.run(visitor.api(f"contents/{kept}"))["content"])
    assert "My own words." not in str(loop.run(visitor.api(path))["content"])


def test_who_fills_the_memory_loses_a_kernel_and_no_file(two, loop):
    (visitor, _, kernel), (_, _, other) = two
    waits = (
        f"import time; kept = bytearray({3 * MEMORY}_000_000); time.sleep({patience.seconds(60)})"
    )
    with pytest.raises(RuntimeError, match="kernel has died"):
        loop.run(kernel.run(waits))
    assert ran(loop, other, "print(6 * 7)") == "42"
    assert loop.run(visitor.api(f"contents/{LESSON}"))["type"] == "notebook"
