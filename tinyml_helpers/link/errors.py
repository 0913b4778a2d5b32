"""What can go wrong between a computer and a board."""


class LinkError(ValueError):
    """The computer and the board don't understand each other; the message says what to do."""


class PortError(LinkError):
    """The port can't be opened, or broke off."""


class NoAnswer(LinkError):  # noqa: N818 - it names a state, not a failure
    """Nothing that makes sense came back in time."""


class WrongModel(LinkError):  # noqa: N818
    """The board runs another model, or firmware of another version."""


class BoardError(LinkError):
    """The firmware refused; the message is what it said."""


class Incomplete(LinkError):  # noqa: N818
    """A recording broke off.

    Attributes:
        partial: the `Recording` of what came, without a gap.
    """

    def __init__(self, message, partial):
        super().__init__(message)
        self.partial = partial
