"""A copy joined with a lesson's new version: nothing the student wrote is lost, ids stay unique."""

from hypothesis import given
from hypothesis import strategies as st

from tinyml_helpers.course import merging


def notebook(*cells):
    """A notebook of code cells, each (id, text)."""
    return {
        "cells": [
            {"cell_type": "code", "id": one, "metadata": {}, "source": text, "outputs": []}
            for one, text in cells
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def cells_of(joined):
    return [(cell["id"], cell["source"]) for cell in joined.notebook["cells"]]


def texts(joined):
    return [text for _, text in cells_of(joined)]


BEFORE = notebook(("a", "A"), ("b", "B"), ("c", "C"))


def test_a_copy_nobody_wrote_in_becomes_the_new_lesson():
    after = notebook(("a", "A"), ("d", "D"), ("c", "new C"))
    joined = merging.join(BEFORE, BEFORE, after)
    assert cells_of(joined) == [("a", "A"), ("d", "D"), ("c", "new C")]
    assert not joined.written and joined.beside == 0


def test_what_only_the_student_changed_stays_in_its_place():
    theirs = notebook(("a", "A"), ("b", "mine"), ("c", "C"))
    joined = merging.join(BEFORE, theirs, notebook(("z", "Z"), ("a", "A"), ("b", "B"), ("c", "C2")))
    assert cells_of(joined) == [("z", "Z"), ("a", "A"), ("b", "mine"), ("c", "C2")]
    assert joined.written and joined.beside == 0


def test_where_both_changed_a_cell_the_students_stands_below_and_it_is_said():
    theirs = notebook(("a", "A"), ("b", "mine"), ("x", "added"), ("c", "C"))
    joined = merging.join(BEFORE, theirs, notebook(("a", "A"), ("b", "B2"), ("c", "C")))
    a, new, line, mine, added, c = texts(joined)
    assert (a, new, mine, added, c) == ("A", "B2", "mine", "added", "C")
    assert "Yours" in line and joined.beside == 1 and joined.written


def test_both_changing_a_cell_alike_is_no_conflict():
    both = notebook(("a", "A"), ("b", "same"), ("c", "C"))
    joined = merging.join(BEFORE, both, both)
    assert texts(joined) == ["A", "same", "C"] and joined.beside == 0


def test_a_cell_of_the_students_stays_behind_the_one_it_stood_behind():
    theirs = notebook(("x", "first"), ("a", "A"), ("y", "1"), ("z", "2"), ("b", "B"), ("c", "C"))
    joined = merging.join(BEFORE, theirs, notebook(("c", "C"), ("n", "N"), ("a", "A")))
    assert texts(joined) == ["first", "C", "N", "A", "1", "2"]


def test_a_cell_the_lesson_gave_up_stays_if_the_student_wrote_in_it():
    theirs = notebook(("a", "A"), ("b", "mine"), ("x", "added"), ("c", "C"))
    joined = merging.join(BEFORE, theirs, notebook(("a", "A"), ("c", "C")))
    a, line, mine, added, c = texts(joined)
    assert (a, mine, added, c) == ("A", "mine", "added", "C") and "that was here" in line
    assert joined.beside == 1


def test_a_cell_the_student_took_out_comes_back_only_when_it_has_changed():
    theirs = notebook(("a", "A"))
    joined = merging.join(BEFORE, theirs, notebook(("a", "A"), ("b", "B"), ("c", "C2")))
    assert texts(joined) == ["A", "C2"] and joined.written


def test_what_a_cell_showed_stays_while_its_text_does():
    theirs = notebook(("a", "A"), ("b", "B"), ("c", "C"))
    for cell in theirs["cells"]:
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "shown"}]
    joined = merging.join(BEFORE, theirs, notebook(("a", "A"), ("b", "B2"), ("c", "C")))
    assert [bool(cell["outputs"]) for cell in joined.notebook["cells"]] == [True, False, True]
    assert not joined.written


def test_a_source_may_be_a_list_of_lines():
    theirs = notebook(("a", ["A"]), ("b", ["B"]), ("c", ["C"]))
    assert not merging.join(BEFORE, theirs, notebook(("a", "A"))).written


def test_two_cells_with_one_id_are_both_kept():
    theirs = notebook(("a", "A"), ("b", "B"), ("b", "mine, too"), ("c", "C"))
    joined = merging.join(BEFORE, theirs, BEFORE)
    assert texts(joined) == ["A", "B", "mine, too", "C"]
    assert len({one for one, _ in cells_of(joined)}) == 4


IDS = st.sampled_from("abcdefgh")
NOTEBOOKS = st.lists(st.tuples(IDS, st.sampled_from(["", "1", "2", "3"])), max_size=8)
LESSONS = NOTEBOOKS.map(lambda cells: list(dict(cells).items()))  # a lesson's ids are unique


@given(LESSONS, NOTEBOOKS, LESSONS)
def test_nothing_written_is_ever_lost(before, theirs, after):
    own = [(one, f"mine {text}") if text == "3" else (one, text) for one, text in theirs]
    arguments = [notebook(*cells) for cells in (before, own, after)]
    joined = merging.join(*arguments)
    assert arguments == [notebook(*cells) for cells in (before, own, after)]
    assert sum(t.startswith("mine") for t in texts(joined)) == sum(t == "3" for _, t in theirs)
    ids = [one for one, _ in cells_of(joined)]
    assert len(set(ids)) == len(ids)
    again = merging.join(arguments[2], joined.notebook, arguments[2])
    assert sorted(texts(again)) == sorted(texts(joined))
