"""A class on one machine, simulated: seconds to a first result, memory a student, what fails.

    python benchmarks/hub.py [--json] [--students N] [--prepare]

Starts a hub by `course.py hub` and so many students, who come within a minute, as a class does that
was told the address. Each logs in, opens the lab and lesson 00, runs all its cells, puts the
solutions into its exercises, saves, and does the same with lesson 02, with the first lesson's
kernel still there. With --prepare the hub's compiler cache is filled first, as on the day before.

Students are programs that talk to the hub as browsers do; nothing is drawn. They run on the same
machine, and are part of its load. What each saved is read back.
"""

import asyncio
import random
import re
import statistics
import sys
import time
from pathlib import Path
from typing import NamedTuple

import command
import psutil
from tornado.httpclient import HTTPError

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from class_hub import hub  # noqa: E402
from hub_visitor import Visitor  # noqa: E402

#: Seconds within which all students come.
_COME_WITHIN = 60
LESSONS = ("00_start_here", "02_network_by_hand")


class Done(NamedTuple):
    """What one student got.

    Attributes:
        lab: seconds from the login to the lab's page.
        first: seconds from there to the first cell's result.
        lessons: seconds for all cells of each lesson, solutions included.
        right: exercises that their checks call right, and how many there are.
        error: what failed, or "".
    """

    lab: float
    first: float
    lessons: list
    right: list
    error: str


def main():
    options = command.parser(__doc__)
    options.add_argument("--students", type=int, default=30, metavar="N", help="how many (30)")
    options.add_argument("--prepare", action="store_true", help="fill the compiler cache first")
    command.run(options, measure, as_text)


def measure(chosen):
    """All figures, a dict that JSON can hold."""
    students = min(chosen.students, 2) if chosen.quick else chosen.students
    lessons = LESSONS[:1] if chosen.quick else LESSONS
    with hub(students=students, prepare=chosen.prepare, seconds=3600) as (address, _, passwords):
        del passwords["teacher"]
        done, memory = asyncio.run(_class(address, passwords, lessons))
    fine = [one for one in done if not one.error]
    return {
        "students": students,
        "prepared": chosen.prepare,
        "processors": psutil.cpu_count(),
        "memory of the machine": psutil.virtual_memory().total,
        "finished": len(fine),
        "errors": [one.error for one in done if one.error],
        "exercises right": [sum(one.right[0] for one in fine), sum(one.right[1] for one in fine)],
        "seconds to the lab": _spread([one.lab for one in fine]),
        "seconds to the first result": _spread([one.first for one in fine]),
        "seconds for a lesson": {
            name: _spread([one.lessons[place] for one in fine])
            for place, name in enumerate(lessons)
        },
        "bytes of all, most": memory.pop("all", 0),
        "bytes a student, most": max(memory.values(), default=0),
    }


async def _class(address, passwords, lessons):
    """Have all students come; what each got, and what memory was taken at most."""
    random.seed(0)
    most = {}
    watching = asyncio.create_task(_watch(most))
    done = await asyncio.gather(
        *(
            _student(Visitor(address, name), word, lessons, random.uniform(0, _COME_WITHIN))
            for name, word in passwords.items()
        )
    )
    watching.cancel()
    return done, most


async def _student(visitor, password, lessons, wait):
    await asyncio.sleep(wait)
    lab = first = 0.0
    seconds, right = [], [0, 0]
    try:
        begun = time.monotonic()
        if not await visitor.log_in(password):
            raise RuntimeError("not let in")
        await visitor.start_server(asyncio.sleep)
        lab = time.monotonic() - begun
        for name in lessons:
            begun = time.monotonic()
            path = f"my_work/lessons/{name}.ipynb"
            notebook = (await visitor.api(f"contents/{path}"))["content"]
            kernel = await visitor.kernel(path)
            for cell in [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]:
                cell["source"] = _solved(name[3:], cell["source"])
                printed, error = await kernel.run(cell["source"])
                if error:
                    raise RuntimeError(f"{name}: {error}")
                first = first or time.monotonic() - begun
                signs = re.findall("^[✓✗○]", printed, re.MULTILINE)
                right = [right[0] + signs.count("✓"), right[1] + len(signs)]
            await visitor.api(f"contents/{path}", "PUT", {"type": "notebook", "content": notebook})
            kept = (await visitor.api(f"contents/{path}"))["content"]
            if [c["source"] for c in kept["cells"]] != [c["source"] for c in notebook["cells"]]:
                raise RuntimeError(f"{name}: what was saved isn't what is there")
            seconds.append(time.monotonic() - begun)
        return Done(lab, first, seconds, right, "")
    except (RuntimeError, OSError, HTTPError) as error:
        return Done(lab, first, seconds, right, f"{visitor.name}: {error}")


async def _watch(most):
    """Note the most memory that any student's processes, and all together, took."""
    while True:
        taken = {}
        for process in psutil.process_iter(["environ", "memory_info"]):
            name = (process.info["environ"] or {}).get("JUPYTERHUB_USER")
            memory = process.info["memory_info"]
            if name and memory:
                taken[name] = taken.get(name, 0) + memory.rss - memory.shared
        taken["all"] = sum(taken.values())
        for name, value in taken.items():
            most[name] = max(value, most.get(name, 0))
        await asyncio.sleep(2)


def _solved(topic, source):
    """A cell as it is, or an exercise's solution where the cell is its stub."""
    found = re.match(r"# Exercise \d+\.(\d+)", source)
    if not found:
        return source
    (solution,) = (ROOT / "notebooks" / "solutions" / topic).glob(f"{found[1]}_*.py")
    return solution.read_text(encoding="utf-8")


def _spread(values):
    """Median and worst, or None."""
    return [round(statistics.median(values), 1), round(max(values), 1)] if values else None


def as_text(figures):
    """The figures as lines of text."""
    lines = [
        f"{figures['students']} students on {figures['processors']} processors and "
        f"{figures['memory of the machine'] / 1e9:.0f} GB, who come within {_COME_WITHIN} s; "
        + ("prepared" if figures["prepared"] else "nothing prepared"),
        f"finished: {figures['finished']}; exercises right: {{}} of {{}}".format(
            *figures["exercises right"]
        ),
    ]
    timed = {name: figures[name] for name in ("seconds to the lab", "seconds to the first result")}
    timed |= {f"seconds for {name}": s for name, s in figures["seconds for a lesson"].items()}
    lines += [f"{name}: median {s[0]}, worst {s[1]}" for name, s in timed.items() if s]
    lines.append(
        f"memory: a student at most {figures['bytes a student, most'] / 1e6:.0f} MB, all together "
        f"{figures['bytes of all, most'] / 1e9:.1f} GB"
    )
    return "\n".join(lines + [f"failed: {error}" for error in figures["errors"]])


if __name__ == "__main__":
    main()
