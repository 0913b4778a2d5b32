"""An emulated board that listens for keywords, and what each hop of sound costs it."""

from tinyml_helpers.applications.keywords.spotter import check_samples
from tinyml_helpers.firmware.protocol import HEAR_SAMPLES

#: The firmware's function that works on a message's sound, and the one it calls afterwards.
BEGIN, END = "listen_spot", "board_ready"

_SAMPLES_AT_ONCE = 500 * HEAR_SAMPLES  # the machine's log has room for what the chip visits then


class CountingSpotter:
    """A `board_spotter.BoardSpotter` whose hops have their costs.

    Args:
        spotter: the BoardSpotter.
        machine: the emulated chip, a `Machine` with BEGIN and END marked.

    Attributes:
        settings: as of a BoardSpotter.
    """

    def __init__(self, spotter, machine):
        self._spotter, self._machine = spotter, machine
        self._instructions = self._cycles = 0  # for samples of a hop that isn't complete yet

    @property
    def settings(self):
        return self._spotter.settings

    def reset(self, settings=None):
        """Start afresh; as BoardSpotter's."""
        self._spotter.reset(settings)
        self._instructions = self._cycles = 0

    def push(self, samples):
        """Listen on; as BoardSpotter's, and the hops have `instructions` and `cycles`."""
        samples, made = check_samples(samples), []
        for start in range(0, len(samples), _SAMPLES_AT_ONCE):
            made += self._push(samples[start : start + _SAMPLES_AT_ONCE])
        return made

    def _push(self, samples):
        self._machine.clear_counts()
        answers = list(self._spotter.hear(samples))
        begins, ends = (self._visits(function) for function in (BEGIN, END))
        made = []
        for hop, begin, end in zip(answers, begins, ends, strict=True):
            self._instructions += end.instructions - begin.instructions
            self._cycles += end.cycles - begin.cycles
            if hop is not None:
                made.append(hop._replace(instructions=self._instructions, cycles=self._cycles))
                self._instructions = self._cycles = 0
        return made

    def _visits(self, function):
        address = self._machine.address(function)
        return [visit for visit in self._machine.visits if visit.address == address]
