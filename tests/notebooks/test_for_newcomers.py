"""A newcomer can finish each lesson: honest times, numbers as answers, its questions answered."""

import re

import lesson_facts
import pytest
from places import LESSONS, NOTEBOOKS

#: Above this many minutes there is a place to rest.
ONE_SITTING = 120


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem[3:])
def lesson(request):
    return request.param


def test_the_time_it_states_is_a_newcomers(lesson):
    stated, likely = lesson_facts.stated_minutes(lesson), lesson_facts.likely_minutes(lesson)
    assert stated, "the opening's **Time** line says no 'N minutes' or 'two sittings of N minutes'"
    assert 0.7 * likely <= stated <= 1.4 * likely, f"{likely:.0f} minutes are likely"


def test_a_long_one_has_a_place_to_rest(lesson):
    texts = [source for kind, source, _ in lesson_facts.cells(lesson) if kind == "markdown"]
    places = sum("*A place to rest.*" in text for text in texts)
    stated = lesson_facts.stated_minutes(lesson)
    assert places >= (stated - 1) // ONE_SITTING, f"{stated} minutes, {places} places to rest"


def test_where_a_number_is_asked_for_the_answer_is_no_boolean(lesson):
    assert lesson_facts.answers_with_true(lesson) == []


def test_its_closing_questions_are_answered_from_the_lesson_alone(lesson):
    topic = lesson.stem[3:]
    path = NOTEBOOKS / "solutions" / topic / "answers.md"
    text = path.read_text(encoding="utf-8")
    answers = re.split(r"^\d\. ", text, flags=re.MULTILINE)
    headings = {
        line.lstrip("# ").strip()
        for kind, source, _ in lesson_facts.cells(lesson)
        if kind == "markdown"
        for line in source.splitlines()
        if line.startswith("#")
    }
    assert answers[0].startswith("# Answers: ") and len(answers) == 4
    assert f"solutions/{topic}/answers.md" in lesson_facts.cells(lesson)[-1][1]
    for number, answer in enumerate(answers[1:], start=1):
        assert len(answer.split()) >= 25, f"answer {number} is short"
        where = re.findall(r"\(See (.*?) in the lesson\.\)\s*$", answer, re.DOTALL)
        assert where, f"answer {number} doesn't say where the lesson teaches it"
        named = re.findall(r"\*(.+?)\*", where[0])
        assert named and set(named) <= headings, f"answer {number}: the lesson has no {named}"
