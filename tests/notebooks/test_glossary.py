"""Each term of the glossary is taught by the lesson that it names, and used by none before."""

import functools
import re

import lesson_facts
import pytest
from places import LESSONS, NOTEBOOKS

#: (topic, term): why a lesson may use a term before the one that teaches it.
ALLOWED = {
    ("smaller_models", "quantile"): "np.quantile is NumPy's name, and the text says what it finds",
}


def entries():
    """(topic, term) for each line of the glossary."""
    topic = None
    for line in (NOTEBOOKS / "glossary.md").read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"## \[.*\]\((\d\d_\w+)\.ipynb\)$", line):
            topic = heading[1][3:]
        elif term := re.match(r"- \*\*(.+?)\*\*: .{15,}\.$", line):
            yield topic, term[1]
        else:
            assert not line.startswith(("-", "##")), f"the glossary's line isn't one: {line}"


ENTRIES = list(entries())


def pattern(term):
    """A term in any case, in the plural, and with spaces where it has hyphens or none of either."""
    words = [re.escape(word) for word in re.split(r"[ -]", term)]
    return re.compile(rf"(?<![\w-]){'[ -]'.join(words)}(s|es)?(?![\w-])", re.IGNORECASE)


@functools.cache
def told(path):
    """A lesson's text up to what it recommends to read, and its code's comments and strings."""
    return "\n".join(lesson_facts.prose(path)).partition("## Where to read more")[0]


def test_the_glossary_follows_the_lessons():
    topics = [path.stem[3:] for path in LESSONS]
    assert list(dict.fromkeys(topic for topic, _ in ENTRIES)) == topics
    assert len({term.lower() for _, term in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize(("topic", "term"), ENTRIES, ids=[term for _, term in ENTRIES])
def test_a_term_is_taught_where_the_glossary_says_and_used_nowhere_before(topic, term):
    topics = [path.stem[3:] for path in LESSONS]
    where = topics.index(topic)
    bold = re.findall(r"\*\*([^*]+)\*\*", told(LESSONS[where]))
    assert any(pattern(term).search(words) for words in bold), f"{topic} has no **{term}**"
    early = [
        f"{before}: …{told(path)[max(0, found.start() - 60) : found.end() + 40]}…"
        for before, path in zip(topics[:where], LESSONS, strict=False)
        if (before, term) not in ALLOWED
        for found in pattern(term).finditer(told(path))
    ]
    assert not early, f"{term} is used before {topic} teaches it: {early[:3]}"


def test_each_exception_has_a_reason_and_is_needed():
    for (topic, term), reason in ALLOWED.items():
        (path,) = (path for path in LESSONS if path.stem[3:] == topic)
        assert len(reason) > 20 and pattern(term).search(told(path)), (topic, term)
