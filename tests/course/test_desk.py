"""The student's own copies: unspoiled, theirs, never written over."""

import json
import re
import shutil

import pytest
from front_door_copy import copy_front_door, run
from places import LESSONS

from tinyml_helpers.course import desk, front_door
from tinyml_helpers.course.explaining import Stop


@pytest.fixture
def root(tmp_path):
    """A workbook with two real lessons."""
    root = copy_front_door(tmp_path)
    for path in (root / "notebooks").iterdir():
        path.unlink()
    for lesson in LESSONS[:2]:
        shutil.copy(lesson, root / "notebooks")
    return root


@pytest.fixture
def lesson(root):
    """The first lesson, when the desk is laid out."""
    desk.lay_out(root)
    return next(iter(sorted((root / "notebooks").glob("*.ipynb"))))


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def text(cell):
    return "".join(cell["source"])


def change(path, find, instead):
    """Change the first cell that contains a text, as its reader would in an editor."""
    notebook = read(path)
    cell = next(cell for cell in notebook["cells"] if find in text(cell))
    cell["source"] = text(cell).replace(find, instead)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return cell["id"]


def others(lesson):
    """What is beside the copies: their older versions."""
    return [p for p in desk.of(lesson).parent.glob("*.ipynb") if "-20" in p.name]


def everything(folder, without="my_work"):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and without not in p.parts}


def test_a_copy_spoils_nothing_and_says_whose_it_is(root):
    assert desk.lay_out(root) == []
    for lesson in sorted((root / "notebooks").glob("*.ipynb")):
        copy, committed = read(desk.of(lesson)), read(lesson)
        first, *cells = copy["cells"]
        assert "yours" in text(first) and f"reset {lesson.name[:2]}" in text(first)
        assert [cell["id"] for cell in cells] == [cell["id"] for cell in committed["cells"]]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        assert code and all(c["outputs"] == [] and c["execution_count"] is None for c in code)
        assert any(cell["outputs"] for cell in committed["cells"] if "outputs" in cell)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_what_a_copy_names_is_there(tmp_path, lesson):
    root = copy_front_door(tmp_path)
    shutil.copytree(lesson.parent, root / "notebooks", dirs_exist_ok=True)
    for other in ("00_first", "01_second"):
        (root / "notebooks" / f"{other}.ipynb").unlink()
    desk.lay_out(root)
    copies = desk.of(root / "notebooks" / lesson.name).parent
    prose = "\n".join(text(cell) for cell in read(copies / lesson.name)["cells"])
    named = re.findall(r"%load (\S+?\.py)", prose)
    named += [to for to in re.findall(r"\]\(([^)\s]+)\)", prose) if not re.match(r"\w+:|#", to)]
    assert named and [name for name in named if not (copies / name).exists()] == []


def test_a_copy_that_is_there_is_never_written_over(root, lesson):
    change(desk.of(lesson), "photographs = ...", "photographs = 75")
    before = everything(root, without="nothing")
    assert desk.lay_out(root) == []
    assert everything(root, without="nothing") == before


def test_a_lesson_that_changed_is_named_and_update_brings_it(root, lesson):
    change(desk.of(lesson), "photographs = ...", "photographs = 75")
    place = change(lesson, "Start here", "Start here, anew")
    elsewhere = everything(root)
    assert desk.lay_out(root) == [lesson]
    said = desk.update(lesson)
    cells = {cell["id"]: text(cell) for cell in read(desk.of(lesson))["cells"]}
    assert "anew" in cells[place] and any("photographs = 75" in cell for cell in cells.values())
    assert "What you wrote is still in it" in said and "below the new" not in said
    (kept,) = others(lesson)
    assert kept.name in said and "anew" not in kept.read_text(encoding="utf-8")
    assert desk.lay_out(root) == [] and desk.update(lesson) is None
    assert everything(root) == elsewhere  # nothing outside my_work was touched


def test_a_cell_that_both_changed_is_said_plainly(root, lesson):
    change(desk.of(lesson), "photographs = ...", "photographs = 75")
    change(lesson, "photographs = ...", "pictures = ...")
    said = desk.update(lesson)
    together = "\n".join(text(cell) for cell in read(desk.of(lesson))["cells"])
    assert together.index("pictures = ...") < together.index("photographs = 75")
    assert "In one cell both you and the lesson changed something" in said


def test_a_copy_nobody_wrote_in_leaves_nothing_behind(root, lesson):
    change(lesson, "Start here", "Start here, anew")
    assert "kept as" not in desk.update(lesson) and others(lesson) == []


@pytest.mark.parametrize("damage", ["copy", "original"])
def test_what_cannot_be_joined_is_kept_whole(root, lesson, damage):
    if damage == "copy":
        desk.of(lesson).write_text("{ half a notebook", encoding="utf-8")
    else:
        shutil.rmtree(desk.of(lesson).parent / ".originals")
    before = desk.of(lesson).read_bytes()
    change(lesson, "Start here", "Start here, anew")
    said = desk.update(lesson)
    (kept,) = others(lesson)
    assert kept.read_bytes() == before and f"kept whole, as {kept.name}" in said
    assert "anew" in desk.of(lesson).read_text(encoding="utf-8")


def test_a_reset_gives_a_clean_copy_and_keeps_each_old_one(root, lesson):
    clean = desk.of(lesson).read_bytes()
    assert desk.reset(lesson) is None
    for number in (1, 2, 3):
        change(desk.of(lesson), "photographs = ...", f"photographs = {number}")
        assert f"photographs = {number}" in desk.reset(lesson).read_text(encoding="utf-8")
        assert desk.of(lesson).read_bytes() == clean
    assert len(others(lesson)) == 3


def test_a_new_lesson_gets_a_copy(root, lesson):
    shutil.copy(LESSONS[2], root / "notebooks")
    new = root / "notebooks" / LESSONS[2].name
    assert "is new" in desk.update(new) and desk.of(new).exists()


@pytest.fixture
def moved_up(root, lesson):
    """The first lesson, written in, and then given another number by a newer workbook."""
    change(desk.of(lesson), "photographs = ...", "photographs = 75")
    return renumber(lesson, 7)


def renumber(lesson, number):
    new = lesson.with_name(f"{number:02}{lesson.name[2:]}")
    said = lesson.read_text(encoding="utf-8").replace("# Exercise ", f"# Exercise {number}.")
    new.write_text(re.sub(r"(# Exercise \d\.)\d\.", r"\1", said), encoding="utf-8")
    lesson.unlink()
    return new


def copies(root):
    """The names of all copies and of what they were made of, dates left out."""
    names = [p.relative_to(root / desk.PLACE) for p in (root / desk.PLACE).rglob("*.ipynb")]
    return sorted(re.sub(r"-20[-\d]+", "-DATE", name.as_posix()) for name in names)


def test_a_copy_follows_its_lesson_to_another_number(root, lesson, moved_up):
    other = LESSONS[1].name
    (said,) = desk.follow(root)
    assert said.startswith(f"{lesson.stem} has become {moved_up.stem}, and your copy with it")
    both = [other, moved_up.name]
    assert copies(root) == sorted([*both, *(f".originals/{name}" for name in both)])
    text_of_it = desk.of(moved_up).read_text(encoding="utf-8")
    assert "photographs = 75" in text_of_it and "reset 07`" in text_of_it
    assert desk.follow(root) == [] and desk.lay_out(root) == []


def test_an_answer_stays_in_its_place_when_its_number_changes(root, lesson, moved_up):
    change(moved_up, "Start here", "Start here, anew")
    desk.follow(root)
    said = desk.update(moved_up)
    assert "What you wrote is still in it" in said and "both you and the lesson" not in said
    answers = [text(cell) for cell in read(desk.of(moved_up))["cells"] if "= 75" in text(cell)]
    assert answers == ["# Exercise 7.1\nphotographs = 75"]


def test_a_clean_copy_under_the_new_number_gives_way_to_what_was_written(root, lesson, moved_up):
    desk.lay_out(root)
    assert desk.of(moved_up).exists()
    desk.follow(root)
    assert "photographs = 75" in desk.of(moved_up).read_text(encoding="utf-8")
    assert not desk.of(lesson).exists() and others(moved_up) == []


def test_of_two_copies_that_were_written_in_both_are_kept(root, lesson, moved_up):
    desk.lay_out(root)
    change(desk.of(moved_up), "photographs = ...", "photographs = 28")
    here, there = desk.of(moved_up).read_bytes(), desk.of(lesson).read_bytes()
    (said,) = desk.follow(root)
    (kept,) = others(moved_up)
    assert kept.name in said and "of which you have a copy already" in said
    assert (desk.of(moved_up).read_bytes(), kept.read_bytes()) == (here, there)
    assert not desk.of(lesson).exists() and desk.follow(root) == []


@pytest.mark.parametrize("damage", ["copy", "original"])
def test_a_copy_that_cannot_be_read_follows_whole(root, lesson, moved_up, damage):
    if damage == "copy":
        desk.of(lesson).write_text("{ half a notebook", encoding="utf-8")
    else:
        (desk.of(lesson).parent / ".originals" / lesson.name).unlink()
    written = "half a notebook" if damage == "copy" else "photographs = 75"
    desk.lay_out(root)
    desk.follow(root)
    assert written in desk.of(moved_up).read_text(encoding="utf-8")
    change(moved_up, "Start here", "Start here, anew")
    desk.update(moved_up)
    (kept,) = others(moved_up)
    assert written in kept.read_text(encoding="utf-8")


def test_a_copy_of_another_topic_or_of_the_students_own_name_stays_where_it_is(root, lesson):
    for name in ("05_start.ipynb", f"{lesson.stem}-Copy1.ipynb", f"5{lesson.name[2:]}"):
        shutil.copy(desk.of(lesson), desk.of(lesson).with_name(name))
    before = everything(root, without="nothing")
    assert desk.follow(root) == []
    assert everything(root, without="nothing") == before


@pytest.fixture
def here(root, monkeypatch):
    """The workbook's folder is the copy, for what this Python runs."""
    for module in (desk.environment, desk.lessons, front_door):
        monkeypatch.setattr(module, "DESK", root)
    monkeypatch.setattr(desk.lessons.all_lessons, "__defaults__", (root,))
    monkeypatch.chdir(root)


@pytest.mark.parametrize("command", ["lab", "run"])
def test_before_the_lab_or_a_run_a_copy_follows(
    root, lesson, moved_up, here, command, monkeypatch, capsys
):
    started = []
    monkeypatch.setattr(front_door, "_prepared", lambda: "python")
    monkeypatch.setattr(front_door, "_become", lambda *words: started.append(words))
    assert front_door.main([command, *(["start_here"] if command == "run" else [])], "") == 0
    assert f"{lesson.stem} has become {moved_up.stem}" in capsys.readouterr().out
    assert "photographs = 75" in desk.of(moved_up).read_text(encoding="utf-8")
    assert command == "lab" or desk.of(moved_up) in started[0]


def test_update_and_reset_rename_first_and_say_so(root, lesson, moved_up):
    code, out, _err = run(root, "update")
    assert code == 0 and f"{lesson.stem} has become {moved_up.stem}" in out and "is new" not in out
    renumber(moved_up, 0)
    code, out, _err = run(root, "reset", lesson.stem)
    assert code == 0 and f"{moved_up.stem} has become {lesson.stem}" in out
    (kept,) = others(lesson)
    assert "photographs = 75" in kept.read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_named(root):
    (root / "my_work").write_text("a file", encoding="utf-8")
    with pytest.raises(Stop, match="my_work"):
        desk.lay_out(root)


def test_the_commands_say_what_they_did(root, lesson):
    number = lesson.name[:2]
    code, out, _err = run(root, "update")
    assert (code, out) == (0, "Your copies are up to date.\n")
    change(desk.of(lesson), "photographs = ...", "photographs = 75")
    code, out, _err = run(root, "reset", number)
    assert code == 0 and out.startswith(f"my_work/lessons/{lesson.name} is clean. The old one")
    change(lesson, "Start here", "Start here, anew")
    code, out, _err = run(root, "update")
    assert (code, out) == (0, f"{lesson.stem} has changed, and your copy with it.\n")


def test_course_py_alone_shows_its_help(root):
    code, out, err = run(root)
    assert (code, err) == (0, "") and "course.py lab" in out and "course.py update" in out


def test_a_word_means_the_copy_where_there_is_one(root, lesson, here):
    name = lesson.name
    assert desk.meant(name[:2]) == desk.meant(lesson.stem) == [desk.of(lesson)]
    assert desk.meant(f"my_work/lessons/{name}") == [desk.of(lesson)]
    assert desk.meant(f"notebooks/{name}") == [lesson]
    desk.of(lesson).unlink()
    assert desk.meant(name[:2]) == [lesson]
    with pytest.raises(Stop, match="There is no lesson"):
        desk.meant("")
