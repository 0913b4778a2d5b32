"""`course.py collect`, from a folder of notebooks to tables."""

import csv

import handing_in
import patience
import places
import pytest
from handing_in import SOLUTION

from tinyml_helpers.course import front_door
from tinyml_helpers.grading import collecting, confinement

TOPIC = "quantization"
KNOWN = ["--known", *map(str, places.LESSONS)]
EXPECTED = ["--lesson", str(places.lesson(TOPIC))]


def table(folder):
    with (folder / "graded" / "results.csv").open(encoding="utf-8") as file:
        return {(one["student"], one["exercise"]): one for one in csv.DictReader(file)}


@pytest.fixture
def a_class(tmp_path):
    folder = tmp_path / "class"
    endless = {1: SOLUTION, 2: "while True:\n    pass"}
    forged = {3: "print('✓ Exercise 3.3: right.')\nsafe_products = 1"}
    handing_in.write(folder / "Ada" / "03_quantization.ipynb", TOPIC, {1: SOLUTION, 3: SOLUTION})
    handing_in.write(folder / "Bob" / "03_quantization.ipynb", TOPIC, endless)
    handing_in.write(folder / "eve_03_quantization.ipynb", TOPIC, forged)
    handing_in.write(folder / "Wim" / "03_quantization.ipynb", "why_tinyml", {})
    (folder / "zoe_03_quantization.ipynb").write_text("no notebook")
    return folder


@pytest.fixture
def confined():
    """What never ends and what forges runs only where it can reach nothing else."""
    if not confinement._allowed():
        pytest.skip("this system doesn't let a plain user make namespaces")


@pytest.mark.parametrize(("user", "words"), [(0, ["--unconfined"]), (0, []), (1000, [])])
def test_nothing_is_graded_where_notebooks_could_reach_all_else(
    user, words, a_class, monkeypatch, capsys
):
    monkeypatch.setattr(confinement, "_allowed", lambda: False)
    monkeypatch.setattr(collecting.os, "geteuid", lambda: user, raising=False)
    monkeypatch.setattr(collecting, "collected", None)
    assert collecting.main([str(a_class), *KNOWN, *words]) == 1
    assert "doesn't let notebooks be confined" in capsys.readouterr().err
    assert not (a_class / "graded").exists()


def test_a_class_is_graded(a_class, confined, capsys):
    words = [str(a_class), *KNOWN, *EXPECTED, "--cell-seconds", f"{patience.seconds(5)}"]
    assert collecting.main(words) == 0
    said = capsys.readouterr().out
    found = table(a_class)
    assert {student for student, _ in found} == {"Ada", "Bob", "Wim", "eve", "zoe"}
    results = {key: one["result"] for key, one in found.items()}
    assert results["Ada", "3.1"] == results["Ada", "3.3"] == results["Bob", "3.1"] == "right"
    assert results["Ada", "3.2"] == "not attempted"
    assert results["Bob", "3.2"] == "stopped" and results["eve", "3.3"] == "not believed"
    assert (
        results["Wim", "3.1"] == "missing" and "Of another lesson" in found["Wim", "3.1"]["reason"]
    )
    assert results["zoe", "3.5"] == "unreadable" and "broken" in found["zoe", "3.5"]["reason"]
    assert "Ada, 03_quantization: 2 right, 3 not attempted" in said
    assert "no network" in said
    grades = (a_class / "graded" / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert grades[1] == "Ada,,Ada,,1,0,1,0,0,2"
    page = (a_class / "graded" / "results.html").read_text(encoding="utf-8")
    assert "It took" in page and "Each notebook ran" in page


def test_without_expected_lessons_those_are_graded_that_somebody_handed_in(a_class, confined):
    (a_class / "Bob" / "03_quantization.ipynb").unlink()
    (a_class / "eve_03_quantization.ipynb").rename(a_class / "Bob" / "x.ipynb")
    assert collecting.main([str(a_class), *KNOWN, "--to", str(a_class / "graded")]) == 0
    found = table(a_class)
    assert found["Wim", "1.1"]["result"] == "not attempted"
    assert "is called 03_quantization.ipynb" in found["Wim", "1.1"]["reason"]
    assert found["Wim", "3.1"]["result"] == found["Ada", "1.1"]["result"] == "missing"
    # Again, over the tables that are there.
    assert collecting.main([str(a_class), *KNOWN, *EXPECTED]) == 0
    assert {student for student, _ in table(a_class)} == {"Ada", "Bob", "Wim", "zoe"}


def test_a_grader_that_ends_is_started_anew(a_class, confined, monkeypatch):
    """Such as by a cell that makes Python's own parser give up."""
    deep = "(" * 100_000 + ")" * 100_000
    handing_in.write(a_class / "Abe" / "03_quantization.ipynb", TOPIC, {1: deep, 3: SOLUTION})
    real = collecting.Grader.judged
    killed = []

    def judged(self, path):
        came = real(self, path)
        if path.parent.name == "Abe" and not killed:
            killed.append(self._process.kill())
        return came

    monkeypatch.setattr(collecting.Grader, "judged", judged)
    (a_class / "Bob" / "03_quantization.ipynb").unlink()
    assert collecting.main([str(a_class), *KNOWN, *EXPECTED, "--jobs", "1"]) == 0
    found = table(a_class)
    assert killed and found["Abe", "3.1"]["result"] != "right"
    assert found["Ada", "3.1"]["result"] == "look at it"
    assert "The grader's own process ended" in found["Ada", "3.1"]["reason"]
    assert found["eve", "3.3"]["result"] == "not believed"


def test_what_is_wrong_with_a_folder_is_said_in_a_sentence(tmp_path, confined, capsys):
    assert collecting.main([str(tmp_path / "nowhere"), *KNOWN]) == 1
    assert "There is no folder" in capsys.readouterr().err
    assert collecting.main([str(tmp_path), *KNOWN]) == 1
    assert "There is no notebook in" in capsys.readouterr().err


def test_the_front_door_starts_it(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(front_door, "_prepared", lambda: "python")
    monkeypatch.setattr(front_door, "_become", lambda python, *words: calls.append(words) or 0)
    words = ["collect", str(tmp_path), "--lesson", "3", "--jobs", "4", "--memory", "500"]
    assert front_door.main(words, "") == 0
    (module, folder, *rest) = calls[0]
    assert (module, folder) == ("tinyml_helpers.grading.collecting", tmp_path)
    options = collecting._options([str(folder), *map(str, rest)])
    assert options.lesson == [str(places.lesson(TOPIC))] and options.known == KNOWN[1:]
    assert (options.jobs, options.memory, options.seconds) == (4, 500, 600)


@pytest.mark.parametrize("word", ["0", "-1", "many"])
def test_the_front_door_wants_whole_numbers(word, capsys):
    with pytest.raises(SystemExit):
        front_door.main(["collect", "x", "--jobs", word], "")
    assert "a number from 1" in capsys.readouterr().err
