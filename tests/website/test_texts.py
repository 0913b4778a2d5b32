"""How the workbook's texts become Sphinx's: links, docstrings, lessons, names of the API."""

import inspect

import pytest
from places import ROOT

from website import api, c_headers, docstrings, lessons, links

PAGES = {
    "README.md": "index.md",
    "data/digits.md": "data/digits.md",
    "data/README.md": "data/index.md",
    "c/include/micro.h": "c/micro.h.md",
}


@pytest.mark.parametrize(
    ("path", "text", "becomes"),
    [
        ("README.md", "[d](data/digits.md)", "[d](data/digits.md)"),
        ("README.md", "[d](data/README.md#a-b)", "[d](data/index.md#a-b)"),
        ("data/digits.md", "[r](../README.md)", "[r](../index.md)"),
        ("data/README.md", "[9:](digits.md)", "[9:](digits.md)"),
        ("README.md", "[`micro.h`](c/include/micro.h)", "[`micro.h`](c/micro.h.md)"),
        ("data/README.md", "in [speech/](speech), [x](#here)", "in speech/, [x](#here)"),
        (
            "README.md",
            "<https://a.org> [b](https://b.org/c)",
            "<https://a.org> [b](https://b.org/c)",
        ),
        ("README.md", "`[a](b)` ![c](data/no.png)", "`[a](b)` ![c](data/no.png)"),
        ("README.md", "```\n[a](b)\n```\n[c](data)", "```\n[a](b)\n```\nc"),
    ],
)
def test_a_link_leads_to_the_page_that_a_file_has(path, text, becomes):
    assert links.for_site(text, path, PAGES, ROOT) == becomes


def test_a_link_to_what_is_not_there_is_refused_by_name():
    with pytest.raises(ValueError, match=r"README\.md links to gone\.md, which isn't there"):
        links.for_site("[x](gone.md)", "README.md", PAGES, ROOT)


def restructured(text):
    lines = inspect.cleandoc(text).splitlines()
    docstrings.to_restructured_text(lines)
    return "\n".join(lines)


def test_words_in_a_docstring_are_words_and_backquotes_are_code():
    assert restructured("a*b, |c| and d_ of `e*_`s.") == r"a\*b, \|c\| and d\_ of \ ``e*_``\ s."
    assert restructured("`one\ntwo`") == "\\ ``one\ntwo``\\ "


def test_an_indented_block_in_a_docstring_is_code():
    text = """Says.

        x = a*b

            y = `c`

    More.

    Args:
        a: first,
            and more of it.
        b, c_d: the others.
    """
    assert restructured(text).splitlines() == [
        "Says.",
        "",
        "::",
        "",
        "    x = a*b",
        "",
        "        y = `c`",
        "",
        "More.",
        "",
        "Args:",
        "    a: first,",
        "        and more of it.",
        "    b,c_d: the others.",
    ]


@pytest.mark.parametrize(
    ("below", "is_code"),
    [
        ("x = count(a)\nprint(x)", True),
        ("with a as b:\n    b.c()", True),
        ("Plain words, as ever.", False),
        ("Word", False),
    ],
)
def test_a_program_that_is_all_of_a_docstring_is_code(below, is_code):
    assert ("::" in restructured(f"Says.\n\n{below}")) == is_code


def lesson(*outputs):
    code = {"cell_type": "code", "source": ["x"], "outputs": list(outputs)}
    return {"cells": [{"cell_type": "markdown", "source": ["# Title\n", "\n", "Text."]}, code]}


def output(words, **data):
    return {"data": data, "metadata": {"image/png": {"alt": words}}}


def test_a_lesson_says_below_its_title_how_to_do_it():
    made = lesson()
    lessons.for_site(made, lambda text: text.replace("README", "index"))
    title, said, *_ = made["cells"][0]["source"].split("\n\n")
    assert title == "# Title" and "(../index.md#install-and-start)" in said
    assert made["cells"][0]["source"].endswith("Text.")


def test_a_script_finds_its_place_and_its_picture_stands_in():
    made = lesson(
        output(
            'a "b" & c',
            **{"application/javascript": ["f('</script>');"], "image/png": "QUJD\n"},
        )
    )
    lessons.for_site(made, str)
    html = made["cells"][1]["outputs"][0]["data"]["text/html"]
    assert html.count("</script>") == 1 and "f('<\\/script>');" in html
    assert '<noscript><img alt="a &quot;b&quot; &amp; c" src="data:image/png;base64,QUJD">' in html


def test_pictures_are_known_by_the_digest_that_myst_nb_names_them_by():
    of_abc = "b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78"
    assert lessons.pictures(lesson(output("three letters", **{"image/png": "QUJD"}))) == {
        of_abc: "three letters"
    }


def test_the_api_names_a_thing_as_lessons_do_and_once():
    page = api.pages(ROOT)["api/compress.rst"]
    assert ".. autofunction:: tinyml_helpers.compress::quantize\n" in page
    assert "compress.quantize::quantize" not in page
    assert ".. automodule:: tinyml_helpers.compress.quantize\n   :no-index:" in page


def test_the_api_leaves_out_what_runs_elsewhere():
    text = "\n".join(api.pages(ROOT).values())
    assert "on_pi" not in text and "pico_build" not in text and "tinyml_helpers.micro" in text


def test_no_two_headers_share_a_page():
    names = [path.rpartition("/")[2] for path in c_headers.paths(ROOT)]
    assert len(names) == len(set(names)) > 40
