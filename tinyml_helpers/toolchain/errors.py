"""What goes wrong when C is compiled."""


class CompileError(ValueError):
    """C wasn't compiled; the message is the compiler's first error, or what is in its way."""
