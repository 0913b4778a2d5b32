"""The changes that the mutation benchmark plants: code, and never comments, strings or #ifs."""

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


def test_every_file_has_changes_and_tests(mutate_c):
    for path in (places.ROOT / mutate_c.C).rglob("*.c"):
        assert mutate_c.sites(path.read_text(encoding="utf-8"))
        assert all((places.ROOT / test).exists() for test in mutate_c.tests_of(path))
