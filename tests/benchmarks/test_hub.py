"""The benchmark of a hub: what its students type, and what it says of them."""

import json
import re

import benchmark_runner
import pytest
from places import NOTEBOOKS

pytest.importorskip("jupyterhub", reason="needs what `course.py hub` installs")


@pytest.fixture(scope="module")
def benchmark():
    return benchmark_runner.load("hub")


def test_students_answer_every_exercise(benchmark):
    for name in benchmark.LESSONS:
        cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        stubs = [source for source in sources if re.match(r"# Exercise \d", source)]
        assert len(stubs) >= 4
        for source in sources:
            solved = benchmark._solved(name[3:], source)
            assert (solved != source) == (source in stubs)
            compile(re.sub("(?m)^%.*$", "", solved), name, "exec")


def test_its_text_has_the_figures_and_what_failed(benchmark):
    figures = {
        "students": 30,
        "prepared": False,
        "processors": 2,
        "memory of the machine": 24e9,
        "finished": 29,
        "errors": ["student07: not let in"],
        "exercises right": [289, 290],
        "seconds to the lab": [12.5, 40.0],
        "seconds to the first result": None,
        "seconds for a lesson": {"00_start_here": [100.0, 200.0]},
        "bytes a student, most": 900e6,
        "bytes of all, most": 20e9,
    }
    text = benchmark.as_text(figures)
    assert "30 students on 2 processors and 24 GB" in text and "289 of 290" in text
    assert "00_start_here: median 100.0, worst 200.0" in text and "first result" not in text
    assert "900 MB" in text and "20.0 GB" in text and text.endswith("failed: student07: not let in")
