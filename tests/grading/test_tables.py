"""The tables of a class: importable, harmless, and legible."""

import csv
import io
import re
from html.parser import HTMLParser

import pytest

from tinyml_helpers.grading import tables
from tinyml_helpers.grading.tables import Row

ROWS = [
    Row("Ada", "03_quantization", "3.1", "quantize", "right", "", 0.25),
    Row("Ada", "03_quantization", "3.2", "channel_scales", "wrong", "Not <b>that</b>.", 1.0),
    Row("Ada", "10_wearables", "10.10", "late", "look at it", "?"),
    Row("Ada", "10_wearables", "10.2", "early", "not believed", "It, says:\n'right'"),
    Row("=Bob()", "03_quantization", "3.1", "quantize", "missing"),
    Row("=Bob()", "03_quantization", "3.2", "channel_scales", "missing"),
    Row("Eve", "", "", "", "unreadable", "eve.ipynb is no copy of a lesson."),
]


def test_every_exercise_has_a_line():
    lines = list(csv.DictReader(io.StringIO(tables.every_exercise(ROWS))))
    head = ["student", "lesson", "exercise", "name", "result", "reason", "seconds"]
    assert list(lines[0]) == head and len(lines) == len(ROWS)
    assert lines[3]["reason"] == "It, says:\n'right'" and lines[0]["seconds"] == "0.2"


def test_points_have_a_line_a_student_and_a_column_an_exercise():
    head, *lines = csv.reader(io.StringIO(tables.points(ROWS)))
    assert head == [
        *("Student", "ID", "SIS Login ID", "Section"),
        "03_quantization 3.1 quantize",
        "03_quantization 3.2 channel_scales",
        "10_wearables 10.2 early",
        "10_wearables 10.10 late",
        "Final Points",
    ]
    assert ["Ada", "", "Ada", "", "1", "0", "0", "", "1"] in lines
    assert ["'=Bob()", "", "'=Bob()", "", "", "", "", "", "0"] in lines


class _Page(HTMLParser):
    """Collects tags, and what a page would fetch."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.fetched, self.open = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.fetched += [value for name, value in attributes if name in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_needs_nothing_else_and_can_be_read_out():
    page = tables.page(ROWS, ["It took <5> s."])
    parsed = _Page(page)
    assert parsed.open == [] and set(parsed.fetched) == {"#look", "#all"}
    assert ("html", {"lang": "en"}) in parsed.tags and "<script" not in page
    heads = [attributes.get("scope") for tag, attributes in parsed.tags if tag == "th"]
    assert None not in heads
    assert [tag for tag, _ in parsed.tags].count("table") == page.count("<caption>") == 3
    assert "&lt;b&gt;that" in page and "&lt;5&gt;" in page
    assert '<span class="said">not believed</span>' in page  # for who can't see the sign


@pytest.mark.parametrize("name", tables.SIGNS)
def test_a_result_has_a_sign_and_a_colour_with_contrast(name):
    sign, colour = tables.SIGNS[name]
    short = re.fullmatch("#(.)(.)(.)", colour)
    digits = "".join(2 * one for one in short.groups()) if short else colour[1:]
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    brightness = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (brightness + 0.05) >= 4.5 and len(sign) == 1  # WCAG 2.2, 1.4.3


def test_tables_are_written_whole(tmp_path):
    tables.write(tmp_path, ROWS, [])
    names = ["grades.csv", "results.csv", "results.html"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
