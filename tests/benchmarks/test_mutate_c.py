"""The changes that the mutation benchmark plants: code, and never comments, strings or #ifs."""

import shutil

import places
import pytest

TEXT = """\
#if A > 3
// a <= b
#endif
static int f(int n)
{
    const char *what = "n < 2";
    n += 7;
    if (n <= 8 && what->x >> 1 == n)
        return n;
    stop(n);
}
"""


@pytest.fixture
def mutate_c(monkeypatch):
    monkeypatch.syspath_prepend(str(places.ROOT / "benchmarks"))
    import mutate_c

    return mutate_c


def test_each_change_is_small_and_of_code(mutate_c):
    found = [(TEXT[start:end].strip(), new.strip()) for start, end, new in mutate_c.sites(TEXT)]
    assert sorted(found) == sorted(
        [
            ("n += 7;", ";"),
            ("stop(n);", ";"),
            ("+=", "-="),
            ("7", "7+1"),
            ("7", "7-1"),
            ("8", "8+1"),
            ("8", "8-1"),
            ("<=", "<"),
            ("&&", "||"),
            (">>", "<<"),
            ("1", "1+1"),
            ("1", "1-1"),
            ("==", "!="),
        ]
    )


def test_in_assembly_instructions_are_left_out_and_numbers_changed(mutate_c):
    text = '#define SHIFT     \\\n    "lsls r0, r0, #14\\n"  \\\n    "9:\\n" // "#2\\n"\n'
    found = [(text[start:end], new) for start, end, new in mutate_c.sites(text)]
    assert found == [
        (r'"lsls r0, r0, #14\n"', '""'),
        ("14", "(14+1)"),
        ("14", "(14-1)"),
        (r'"9:\n"', '""'),
    ]


def test_every_file_of_ours_is_in_a_group_with_tests(mutate_c):
    found = mutate_c.files()
    assert set(found.values()) == set(mutate_c.GROUPS)
    for folder in ("micro/c/src", "signals", "applications", "firmware"):
        for path in (places.ROOT / mutate_c.PACKAGE / folder).rglob("*.[ch]"):
            assert path.relative_to(places.ROOT) in found or path.name in mutate_c.MADE
    for path in (path for path in found if path.suffix == ".c" and path.name != "tm_computer.c"):
        assert mutate_c.sites((places.ROOT / path).read_text(encoding="utf-8"))
    for group in mutate_c.GROUPS:
        assert all((places.ROOT / test).exists() for test in mutate_c.tests_of(group))


def test_a_change_makes_another_program_and_a_comment_none(mutate_c, tmp_path):
    """Of a header as of what includes it; C that doesn't compile is no program."""
    copy, scratch = tmp_path / "copy", tmp_path / "scratch"
    shutil.copytree(
        places.ROOT / mutate_c.PACKAGE,
        copy / mutate_c.PACKAGE,
        ignore=lambda folder, names: [name for name in names if name.endswith((".py", "pyc"))],
    )
    scratch.mkdir()
    programs, path = mutate_c.Programs(scratch), mutate_c.PACKAGE / mutate_c.KERNELS / "rows_m0.h"

    def changed(old, new):
        text = (places.ROOT / path).read_text(encoding="utf-8")
        assert old in text
        (copy / path).write_text(text.replace(old, new, 1), encoding="utf-8")
        return programs.changed(path, copy)

    assert changed("// rows_m0.h", "// another name") is None
    assert changed("tm_multiply_rows(tm_rows", "tm_multiply_rows(nothing") is None
    assert changed("adds r5, #1", "adds r5, #2") is not None
