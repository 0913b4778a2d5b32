"""Builds the site beside its place and puts it there whole, or not at all."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from website import sources, wasm

ROOT = Path(__file__).parents[1]
_OWN = Path(__file__).parent

#: Sphinx leaves these at the top of each site, and only of a site.
_MARKS = ("searchindex.js", "objects.inv")


class CannotBuild(Exception):  # noqa: N818 - what the reader is told, in one sentence
    """There is no site, or it has no place; the message says why and what to do."""


def build(place):
    """Build the site.

    Args:
        place: the folder it goes to; a site that is there is replaced.

    Raises:
        CannotBuild: the place has other things in it, or Sphinx found fault with a page.
        ValueError: a text links to a file that isn't there.
        toolchain.CompileError: there is no C compiler, or it doesn't work.
    """
    place = Path(place).absolute()
    if place.exists() and not _may_be_replaced(place):
        raise CannotBuild(f"{place} holds other things: give `--to` a new or empty folder")
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".site-", dir=place.parent) as temporary:
        texts, made = Path(temporary, "texts"), Path(temporary, "made")
        texts.mkdir()
        sources.lay_out(ROOT, texts)
        run_sphinx(texts, made)
        _clear(made)
        wasm.build(made / "live", home="../index.html")
        if place.exists():
            place.rename(Path(temporary, "old"))
        made.rename(place)


def _may_be_replaced(place):
    empty = place.is_dir() and not any(place.iterdir())
    return empty or all((place / mark).is_file() for mark in _MARKS)


def _clear(made):
    """Take away what the theme leaves and no page needs: a template, and maps of its scripts."""
    for path in [*made.rglob("*.map"), made / "_static" / "webpack-macros.html"]:
        path.unlink()
    (made / "_sources").rmdir()


def run_sphinx(texts, made):
    """Make pages in a process of its own, in which every warning is an error, and all are told.

    Args:
        texts: the folder of sources.
        made: the folder for pages.

    Raises:
        CannotBuild: Sphinx found fault with a page.
    """
    words = ["-b", "html", "-q", "-W", "--keep-going", "-j", "2", "-c", _OWN]
    words += ["-d", made.with_name("read"), texts, made]
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": "-1"}
    command = [sys.executable, "-m", "sphinx", *map(str, words)]
    if subprocess.run(command, env=variables, check=False).returncode:
        raise CannotBuild("Sphinx found fault with the lines above: mend them, then build again")
