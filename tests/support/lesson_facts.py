"""What a lesson asks of its reader: its text, its terms, its time."""

import io
import json
import re
import tokenize

#: A newcomer reads 62 words of new matter a minute, and runs, reads and thinks over a code cell in
#: a minute and 20 seconds: fitted to the estimates for six lessons by readers who knew none, within
#: a sixth.
WORDS_A_MINUTE = 62
MINUTES_A_CELL = 4 / 3


def cells(path):
    """A lesson's cells, their source and outputs as strings.

    Returns:
        A list of (kind, source, outputs): kind is "markdown" or "code", outputs a list of str.
    """
    found = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        said = [_said(output) for output in cell.get("outputs", [])]
        found.append((cell["cell_type"], "".join(cell["source"]), said))
    return found


def _said(output):
    return "".join(output.get("text", output.get("data", {}).get("text/plain", "")))


def prose(path):
    """What the reader is told: all text, then the comments and strings of the code, in order."""
    return [source if kind == "markdown" else _told(source) for kind, source, _ in cells(path)]


def _told(code):
    """A piece of Python's comments, and those of its strings that are more than a name."""
    words = []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        spoken = token.type == tokenize.STRING and " " in token.string
        if token.type == tokenize.COMMENT or spoken:
            words.append(token.string)
    return "\n".join(words)


def words(path):
    """How many words the text has."""
    return sum(len(source.split()) for kind, source, _ in cells(path) if kind == "markdown")


def code_cells(path):
    """How many cells have code."""
    return sum(kind == "code" for kind, _, _ in cells(path))


def likely_minutes(path):
    """The minutes that a newcomer needs, estimated from words and code cells."""
    return words(path) / WORDS_A_MINUTE + MINUTES_A_CELL * code_cells(path)


def stated_minutes(path):
    """The minutes that the opening states, all sittings together; None where it states none."""
    line = re.search(r"^\*\*Time\*\*: (.*)$", cells(path)[0][1], re.MULTILINE)
    sittings = line and re.search(r"(?:(two|three) sittings of )?(?:about )?(\d+) minutes", line[1])
    if not sittings:
        return None
    return int(sittings[2]) * {None: 1, "two": 2, "three": 3}[sittings[1]]


def answers_with_true(path):
    """Outputs that answer with True or False."""
    return [
        said
        for _, _, outputs in cells(path)
        for said in outputs
        if re.search(r"\b(True|False)\W*$", said, re.MULTILINE)
    ]
