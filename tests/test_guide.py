"""The teacher's guide: its links lead somewhere, and its plans keep to the lessons' own times."""

import re

import pytest
from places import ROOT

from tinyml_helpers.course import lessons

GUIDE = ROOT / "classroom" / "guide.md"
TEXT = GUIDE.read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
MINUTES = dict(re.findall(r"^\| \[(\d\d) [^|]*\| (\d+) min \|", README, re.MULTILINE))


def section(title):
    return TEXT.partition(f"### {title}\n")[2].partition("\n##")[0]


def test_links_lead_to_files():
    links = re.findall(r"\]\(([^)#]+)", TEXT)
    assert len(links) > 20
    assert [link for link in links if not (GUIDE.parent / link).exists()] == []


@pytest.mark.parametrize("plan", ["A half day", "Two days"])
def test_a_lesson_that_is_planned_whole_gets_its_minutes(plan):
    rows = re.findall(r"^\|(?: \d \|)? (\d+) \| \[(\d\d) ", section(plan), re.MULTILINE)
    assert len(rows) >= 2
    assert [(number, minutes) for minutes, number in rows] == [
        (number, MINUTES[number]) for _, number in rows
    ]


def test_no_day_is_longer_than_a_day():
    rows = re.findall(r"^\| (\d) \| (\d+) \|", section("Two days"), re.MULTILINE)
    for day in "12":
        assert 240 <= sum(int(minutes) for one, minutes in rows if one == day) <= 360
    rows = re.findall(r"^\| (\d+) \|", section("A half day"), re.MULTILINE)
    assert 180 <= sum(map(int, rows)) <= 240


def test_a_term_and_the_help_have_every_lesson():
    numbers = [lesson.stem[:2] for lesson in lessons.named([])]
    for number in numbers:
        assert f"[{number}]" in section("A term")
        assert re.search(rf"^\*\*{number} ", TEXT, re.MULTILINE)
