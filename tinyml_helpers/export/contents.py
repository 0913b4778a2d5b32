"""What a project for a board is made of, before it is on disk."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Steps:
    """The README's five steps, each Markdown without a heading.

    Attributes:
        need: what one needs on the desk and on the computer.
        build: how to build it.
        flash: how it comes onto the board.
        test: how to see that the board answers as the notebook does.
        trouble: what to do when it doesn't work: what one sees, then what helps.
    """

    need: str
    build: str
    flash: str
    test: str
    trouble: str


@dataclass(frozen=True)
class Contents:
    """A project.

    Attributes:
        title: of its README.
        about: a paragraph: what the program does on which board.
        files: dict of a name, with "/", to str or bytes. README.md is made from the rest.
        steps: `Steps`.
        sizes: dict of what it takes to bytes, as computed: {"flash": 48120, "RAM": 9200}.
        has: dict of the same names to what the board has.
        tour: dict of a file's name to a sentence about it, for whoever reads the project.
        programs: names of files that can be run.
    """

    title: str
    about: str
    files: dict
    steps: Steps
    sizes: dict
    has: dict
    tour: dict
    programs: tuple = ()
