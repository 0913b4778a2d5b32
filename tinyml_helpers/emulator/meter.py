"""What a stretch of a program cost an emulated board, from one visit of a function to another."""


class Meter:
    """Reads what an emulated chip has noted.

    Args:
        machine: the chip, a `Machine`.
        figures: the `boards.Board` that says its clock and its energy a cycle.
        functions: names of functions; from now on each time the program comes to one is noted.
        flash: whether the machine counts the waits of its flash.
    """

    def __init__(self, machine, figures, functions, flash=False):
        self._machine, self._figures, self._flash = machine, figures, flash
        machine.mark(*functions)

    def clear(self):
        """Forget what was noted so far, and set all counts to 0."""
        self._machine.clear_counts()

    def address(self, function):
        """The address that a visit of a function has."""
        return self._machine.address(function)

    def visits(self, *functions):
        """When the program came to these functions.

        Args:
            functions: names, among those that are noted.

        Returns:
            A list of `machine.Visit`, oldest first.
        """
        addresses = {self.address(function) for function in functions}
        return [visit for visit in self._machine.visits if visit.address in addresses]

    def cost(self, kind, begin, end, **more):
        """What came between two visits.

        Args:
            kind: `Cost`, or a subclass.
            begin, end: Visits.
            more: the subclass's other fields.

        Returns:
            An object of that class.
        """
        cycles = end.cycles - begin.cycles
        if self._flash:
            with_waits = cycles + end.waits - begin.waits
            more["flash_cycles"] = with_waits
            more["flash_milliseconds"] = 1e3 * with_waits / self._figures.clock_hz
        return kind(
            instructions=end.instructions - begin.instructions,
            cycles=cycles,
            milliseconds=1e3 * cycles / self._figures.clock_hz,
            millijoules=1e3 * cycles * self._figures.joules_per_cycle,
            **more,
        )
