"""What the C says when it refuses a model: each sentence has a name, and stands in one header."""

import re

from tinyml_helpers.micro import binding

HEADER = binding.FOLDER / "src" / "tm_refusals.h"
SENTENCES = re.findall(
    r'^#define (TM_WHY_\w+) (?:TM_SAY\()?"(.+?)"\)?$', HEADER.read_text("utf-8"), re.M
)
CODE = {
    path.name: path.read_text("utf-8")
    for path in sorted((binding.FOLDER / "src").rglob("*.[ch]"))
    if path != HEADER
}


def test_each_sentence_has_one_name():
    assert len(SENTENCES) > 40
    assert len({name for name, _ in SENTENCES}) == len(SENTENCES)
    assert len({sentence for _, sentence in SENTENCES}) == len(SENTENCES)


def test_each_name_is_used():
    used = set(re.findall(r"\bTM_WHY_\w+", "".join(CODE.values())))
    assert used == {name for name, _ in SENTENCES}


def test_no_sentence_stands_in_the_code():
    written = re.compile(r'(?:refuse|malformed)\([^;"]*"|what = "')
    assert [name for name, text in CODE.items() if written.search(text)] == []
