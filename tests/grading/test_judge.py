"""Answers are judged as their lesson judges them, wherever and however a student wrote them."""

import os

import handing_in
import places
import psutil
import pytest
from handing_in import SOLUTION, judged, solution, write

from tinyml_helpers.grading import confinement
from tinyml_helpers.grading import lesson as lessons

TOPIC = "quantization"


@pytest.fixture(scope="module")
def cells():
    """The ids of the lesson's exercises' cells, and of their checks', by number."""
    found = lessons.read(places.lesson(TOPIC)).exercises
    return {number: (one.cell, one.check_cell) for number, one in enumerate(found, 1)}


def results(found):
    return {number: one.result for number, one in found.items()}


@pytest.mark.parametrize("path", places.LESSONS, ids=lambda path: path.stem)
def test_every_lessons_solutions_are_right(path, tmp_path):
    """With no more of the lesson than they need; so what they need is found."""
    topic = path.stem[3:]
    notebook = write(tmp_path / "one.ipynb", topic, handing_in.solutions(topic))
    found = judged(notebook, topic)
    assert {(one.result, one.reason) for one in found.values()} == {("right", "")}


def test_right_wrong_and_not_attempted_are_told_apart(tmp_path):
    answers = {
        1: SOLUTION,
        2: "def channel_scales(kernel):\n    return kernel / 0.0 + nothing_by_that_name",
        3: "safe_products = 74",
        4: "def multiplier_and_shift(factor):\n    return ...",
    }
    found = judged(write(tmp_path / "one.ipynb", TOPIC, answers), TOPIC)
    said = ["right", "wrong", "wrong", "not attempted", "not attempted"]
    assert list(results(found).values()) == said
    assert "at `return kernel / 0.0 + nothing_by_that_name`: it uses a name" in found[2].reason
    assert found[3].reason.endswith("You gave 74.")
    assert found[1].seconds > 0 == found[5].seconds


def test_a_lesson_as_it_is_starts_no_process(tmp_path, monkeypatch):
    monkeypatch.setattr("tinyml_helpers.grading.judge.Sandbox", None)
    found = judged(write(tmp_path / "one.ipynb", TOPIC, {}), TOPIC)
    assert set(results(found).values()) == {"not attempted"}


def test_a_cell_that_stops_is_told_and_does_not_stop_the_others(tmp_path):
    answers = {
        1: "def quantize(real scale):\n    return 1",
        2: "channel_scale = 1 / 0",
        3: "def safe():\n    return 1",
        4: SOLUTION,
        5: "raise SystemExit",
    }
    found = judged(write(tmp_path / "one.ipynb", TOPIC, answers), TOPIC)
    assert list(results(found).values()) == ["wrong", "wrong", "wrong", "right", "wrong"]
    assert found[1].reason == "Python can't read its cell (SyntaxError)."
    assert "`channel_scale = 1 / 0`: it divides by zero" in found[2].reason
    assert found[3].reason == "Nothing is called safe_products."
    assert "calls exit()" in found[5].reason


def test_cells_that_a_student_added_count(tmp_path, cells):
    notebook = handing_in.answered(TOPIC, {2: "channel_scales = helper", 5: "1 / 0"})
    handing_in.add(notebook, solution(TOPIC, 2).replace("channel_scales", "helper"), cells[1][1])
    handing_in.add(notebook, solution(TOPIC, 1), cells[1][0])  # between the stub and its check
    handing_in.add(notebook, solution(TOPIC, 3), cells[3][1])  # below the check, stub untouched
    handing_in.add(notebook, "1 / 0", cells[3][0])
    found = judged(handing_in.save(tmp_path / "one.ipynb", notebook), TOPIC)
    said = ["right", "right", "right", "not attempted", "wrong"]
    assert list(results(found).values()) == said


def test_an_answer_in_the_cell_of_its_check_counts(tmp_path, cells):
    notebook = handing_in.answered(TOPIC, {})
    for cell in notebook["cells"]:
        if cell["id"] == cells[3][1]:
            cell["source"] = f"{solution(TOPIC, 3)}\ncheck.safe_products(safe_products)"
    found = judged(handing_in.save(tmp_path / "one.ipynb", notebook), TOPIC)
    assert found[3].result == "right"


def test_the_lessons_own_cells_are_the_lessons(tmp_path):
    """Whoever changes the values that a check compares with changes nothing."""
    topic = "why_tinyml"
    notebook = handing_in.answered(topic, {1: "break_even_macs = 1"})
    for cell in notebook["cells"]:
        if "sound_bytes = 16_000 * 2" in "".join(cell["source"]):
            cell["source"] = "sound_bytes = ble_byte = mac = 1"
    found = judged(handing_in.save(tmp_path / "one.ipynb", notebook), topic)
    assert found[1].result == "wrong" and found[1].reason.endswith("You gave 1.")


def test_a_copy_without_ids_and_of_another_number_is_known_by_its_titles(tmp_path):
    notebook = handing_in.answered(TOPIC, {3: "safe_products = 66311"})
    for cell in notebook["cells"]:
        del cell["id"]
        cell["source"] = "".join(cell["source"]).replace("# Exercise 3.", "# Exercise 5.")
    found = judged(handing_in.save(tmp_path / "one.ipynb", notebook), TOPIC)
    assert results(found) == {n: "right" if n == 3 else "not attempted" for n in range(1, 6)}


def test_ipythons_own_lines_run(tmp_path, cells):
    notebook = handing_in.answered(TOPIC, {3: "%time safe_products = 66311\n!exit 3"})
    handing_in.add(notebook, "%%time\nscale_of = 1", cells[1][0])
    found = judged(handing_in.save(tmp_path / "one.ipynb", notebook), TOPIC)
    assert found[3].result == "right"


def test_functions_and_tuples_of_a_check_reach_the_answer(tmp_path):
    """A check's callback is asked from the sandbox, and what it raises comes back as it was."""
    waits = (
        "def begins_at(is_open):\n    ms = 0\n    while not is_open(ms):\n        ms += 9\n"
        "    return ms"
    )
    found = judged(write(tmp_path / "1.ipynb", "on_your_desk", {5: waits}), "on_your_desk")
    assert found[5].result == "wrong" and "your program begins after" in found[5].reason
    never = waits.replace("+= 9", "+= 10_000_000")
    found = judged(write(tmp_path / "2.ipynb", "on_your_desk", {5: never}), "on_your_desk")
    assert "an hour later your program still waits" in found[5].reason


def test_what_an_answer_does_to_its_arguments_is_seen(tmp_path):
    spoils = "def quantize(real, scale, zero_point):\n    real[0] = 1\n    return real"
    found = judged(write(tmp_path / "one.ipynb", TOPIC, {1: spoils}), TOPIC)
    assert "changes what it is given" in found[1].reason


def test_a_network_with_a_layer_that_is_unknown_here_is_for_a_person(tmp_path):
    topic = "on_the_chip"
    network = (
        "def smaller():\n    return keras.Sequential([keras.Input((96, 96, 1)), "
        "keras.layers.Lambda(lambda x: x)])"
    )
    found = judged(write(tmp_path / "one.ipynb", topic, {4: network}), topic)
    assert found[4].result == "look at it" and "a layer that grading doesn't" in found[4].reason


def test_without_confinement_pythons_sockets_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(confinement, "_allowed", lambda: False)
    source = (
        "import socket\ntry:\n    socket.create_connection(('192.0.2.1', 80), 1)\n"
        "except PermissionError:\n    safe_products = 66311"
    )
    found = judged(write(tmp_path / "one.ipynb", TOPIC, {3: source}), TOPIC)
    assert found[3].result == "right", found[3]


@pytest.mark.skipif(os.name != "posix", reason="only there does a program leave one like this")
def test_without_confinement_what_a_cell_leaves_running_ends_too(tmp_path, monkeypatch):
    """It sleeps, in a session of its own, and holds the line to the grader open."""
    monkeypatch.setattr(confinement, "_allowed", lambda: False)
    told = tmp_path / "told"
    source = (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        f"        open({str(told)!r}, 'w').write(str(os.getpid()))\n        time.sleep(600)\n"
        f"    os._exit(0)\nos.wait()\nwhile not (os.path.exists({str(told)!r}) and "
        f"open({str(told)!r}).read()):\n    time.sleep(0.01)\nsafe_products = 66311"
    )
    found = judged(write(tmp_path / "one.ipynb", TOPIC, {3: source}), TOPIC)
    assert found[3].result == "right"
    pid = int(told.read_text())
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
