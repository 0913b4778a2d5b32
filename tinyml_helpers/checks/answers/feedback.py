"""What a check has to say, and how it is said."""

import html
from dataclasses import dataclass


class Wrong(Exception):  # noqa: N818 - it is a verdict on an answer, not a failure of the program
    """The answer is off; the message is one sentence for the student that doesn't give it away."""


class Stopped(Wrong):
    """The answer's code didn't come to its end; the message is a sentence that says how."""


class Unfit(Wrong):
    """The answer isn't of the kind that is asked for; the message says what was given."""


class Blank(Exception):  # noqa: N818 - as `Wrong`
    """A stub returned `...`."""


@dataclass(frozen=True)
class Feedback:
    """What a check has to say; a notebook shows it as a coloured box, a terminal as one line.

    Attributes:
        exercise: the exercise's number as the lesson shows it, such as "2.1".
        state: "blank", "wrong" or "right".
        text: some sentences for the student; the first tells the state in words.
    """

    exercise: str
    state: str
    text: str

    def __repr__(self):
        sign = {"blank": "○", "wrong": "✗", "right": "✓"}[self.state]
        return f"{sign} Exercise {self.exercise}: {self.text}"

    def _repr_html_(self):
        """A box: a live region, which a screen reader reads out when it appears.

        Its text has the page's own colour, which can be read in a light theme and in a dark one.
        """
        colour = {"blank": "#7a7a7a", "wrong": "#b34700", "right": "#007a5a"}[self.state]
        style = f"border-left: 5px solid {colour}; padding: 0.4em 0.8em"
        return f'<div role="status" style="{style}">{html.escape(repr(self))}</div>'


def sentence(text):
    """The text with a full stop, unless it ends with a mark already."""
    return text if text.endswith((".", "?", "!")) else text + "."
