"""What came of a class: a table of every exercise, one of points, and a page to look at."""

import csv
import html
import io
from dataclasses import astuple, dataclass, fields, replace

from tinyml_helpers.files import write_whole

#: What may come of an exercise -> its sign on the page, and its colour, dark enough on white.
SIGNS = {
    "right": ("✓", "#00663f"),
    "wrong": ("✗", "#9a3412"),
    "not attempted": ("○", "#555"),
    "stopped": ("■", "#8a1c1c"),
    "not believed": ("!", "#8a1c1c"),
    "look at it": ("?", "#5b3a8e"),
    "missing": ("–", "#555"),
    "unreadable": ("⊘", "#8a1c1c"),
}

#: Results that somebody should look at, and those that have no points before somebody has.
_ODD = ("stopped", "not believed", "look at it", "unreadable")
_SILENT = ("right", "not attempted")  # but for what is odd, nothing is said of them
_NO_POINTS = ("look at it", "missing", "unreadable")

#: What says whose line of points it is: a name, and the same as the name to log in.
_STUDENT = ["Student", "ID", "SIS Login ID", "Section"]

_STYLE = """
:root { color-scheme: light; font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a }
body { max-width: 75rem; margin: 2rem auto; padding: 0 1rem; background: #fff }
.wide { overflow-x: auto }
table { border-collapse: collapse; margin: 1rem 0 2rem }
caption { text-align: left; font-weight: 600; padding: 0.3rem 0 }
th, td { border: 1px solid #c8c8c8; padding: 0.25rem 0.6rem; text-align: left; vertical-align: top }
thead th { background: #f0f0f0 }
td.sign { text-align: center; font-weight: 700; white-space: nowrap }
td.number { text-align: right }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
a:focus, .wide:focus { outline: 3px solid #0b57d0 }
"""


@dataclass(frozen=True)
class Row:
    """What came of one exercise of one student's.

    Attributes:
        student: the name.
        lesson: such as "03_quantization".
        exercise: such as "3.1"; empty where a notebook is a copy of no lesson.
        name: the answer's name.
        result: a key of `SIGNS`.
        reason: sentences; empty where there is nothing to say.
        seconds: what judging it took.
    """

    student: str
    lesson: str
    exercise: str
    name: str
    result: str
    reason: str = ""
    seconds: float = 0.0


def write(folder, rows, said):
    """Write `results.csv`, `grades.csv` and `results.html`, each whole or not at all.

    Args:
        folder: where they go.
        rows: a list of `Row`.
        said: sentences about how this was done, for the page.

    Raises:
        OSError: one can't be written.
    """
    write_whole(folder / "results.csv", every_exercise(rows))
    write_whole(folder / "grades.csv", points(rows))
    write_whole(folder / "results.html", page(rows, said))


def every_exercise(rows):
    """A line an exercise and student, as CSV."""
    lines = [[field.name for field in fields(Row)]]
    lines += [[*astuple(row)[:-1], f"{row.seconds:.1f}"] for row in rows]
    return _csv(lines)


def points(rows):
    """A line a student, a column an exercise, as CSV: 1 for a right answer, 0 for another.

    What somebody has to look at first is empty, and so is what wasn't handed in. The first four
    columns and the last have the names that Canvas' gradebook reads, or passes over
    (lib/gradebook_importer.rb); Moodle asks which column is which.
    """
    columns = _columns(rows)
    of = {(row.student, row.lesson, row.exercise): row.result for row in rows}
    lines = [[*_STUDENT, *(" ".join(column) for column in columns), "Final Points"]]
    for student in _students(rows):
        results = [of.get((student, *column[:2])) for column in columns]
        given = ["" if one in (None, *_NO_POINTS) else int(one == "right") for one in results]
        lines.append([student, "", student, "", *given, sum(one for one in given if one)])
    return _csv(lines)


def page(rows, said):
    """All of it as one page of HTML that needs nothing else, and works for who can't see it."""
    odd = [row for row in rows if row.result in _ODD or (row.reason and row.result in _SILENT)]
    counts = {sign: sum(row.result == sign for row in rows) for sign in SIGNS}
    counted = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Graded exercises</title><style>{_STYLE}</style></head><body>",
        "<h1>Graded exercises</h1>",
        f"<p>{len(_students(rows))} students: {counted}.</p>",
        *(f"<p>{html.escape(one)}</p>" for one in said),
        '<p><a href="#look">To look at</a> · <a href="#all">Every exercise</a></p>',
        _overview(rows),
        f'<h2 id="look">To look at</h2>{_list(_joined(odd), "To look at")}' if odd else "",
        f'<h2 id="all">Every exercise</h2>{_list(rows, "Every exercise")}',
        "</body></html>\n",
    ]
    return "\n".join(filter(None, parts))


def _overview(rows):
    of = {(row.student, row.lesson, row.exercise): row for row in rows}
    columns = _columns(rows)
    lessons = [one[0] for one in columns]
    above = "".join(
        f'<th scope="colgroup" colspan="{lessons.count(one)}">{html.escape(one)}</th>'
        for one in dict.fromkeys(lessons)
    )
    heads = "".join(
        f'<th scope="col">{html.escape(number)}<span class="said"> {html.escape(name)}</span></th>'
        for _, number, name in columns
    )
    lines = []
    for student in _students(rows):
        own = [of.get((student, *column[:2])) for column in columns]
        right = sum(row.result == "right" for row in own if row)
        signs = "".join(_sign(row) for row in own)
        head = f'<th scope="row">{html.escape(student)}</th>'
        lines.append(f'<tr>{head}{signs}<td class="number">{right}</td></tr>')
    there = {row.result for row in rows}
    legend = " · ".join(f"{sign} {name}" for name, (sign, _) in SIGNS.items() if name in there)
    return (
        '<h2>At a glance</h2><div class="wide" tabindex="0" role="region" '
        'aria-label="At a glance"><table><caption>Students and exercises</caption>'
        f'<thead><tr><th scope="col" rowspan="2">student</th>{above}'
        f'<th scope="col" rowspan="2">right</th></tr><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div><p>{legend}</p>"
    )


def _sign(row):
    if row is None:
        return "<td></td>"
    sign, colour = SIGNS[row.result]
    return (
        f'<td class="sign" style="color: {colour}"><span aria-hidden="true">{sign}</span>'
        f'<span class="said">{row.result}</span></td>'
    )


def _list(rows, caption):
    names = ("student", "lesson", "exercise", "result", "reason", "seconds")
    heads = "".join(f'<th scope="col">{name}</th>' for name in names)
    lines = []
    for row in rows:
        sign, colour = SIGNS[row.result]
        cells = [row.lesson, f"{row.exercise} {row.name}".strip()]
        lines.append(
            f'<tr><th scope="row">{html.escape(row.student)}</th>'
            + "".join(f"<td>{html.escape(one)}</td>" for one in cells)
            + f'<td style="color: {colour}"><b>{sign} {row.result}</b></td>'
            + f'<td>{html.escape(row.reason)}</td><td class="number">{row.seconds:.1f}</td></tr>'
        )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{caption}"><table>'
        f"<caption>{caption}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _joined(rows):
    """The rows, those of a notebook of which the same is said in one."""
    same = {}
    for row in rows:
        key = row.student, row.lesson, row.result, row.reason
        same.setdefault(key, []).append(row)
    return [some[0] if len(some) == 1 else _one_of(some) for some in same.values()]


def _one_of(rows):
    numbers = ", ".join(row.exercise for row in rows)
    return replace(rows[0], exercise=numbers, name="", seconds=sum(row.seconds for row in rows))


def _columns(rows):
    """(lesson, exercise, name) of every exercise, in the lessons' order."""
    found = {(row.lesson, row.exercise, row.name) for row in rows if row.exercise}
    return sorted(found, key=lambda one: (one[0], [int(part) for part in one[1].split(".")]))


def _students(rows):
    return sorted({row.student for row in rows})


def _csv(lines):
    """Lines as CSV. A text that a spreadsheet would take for a formula gets an apostrophe."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    for line in lines:
        writer.writerow([f"'{one}" if _is_formula(one) else one for one in line])
    return file.getvalue()


def _is_formula(value):
    return isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
