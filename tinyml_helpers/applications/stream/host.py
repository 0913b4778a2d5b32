"""A stream on this computer: the application's C, the same that runs on the boards."""

import numpy as np

from tinyml_helpers.micro.loaded import aligned

_LONGEST_PUSH = 1 << 30  # samples at a time; C counts them in 32 bits


class HostStream:
    """A stream on this computer; what `Client` is for one on a board.

    Args:
        loaded: the model, a `micro.loaded.Loaded` with the application's C as its code.
        state_bytes, start, push_all: functions of that C, as `c_library` says.
        settings: with `pack`, which gives their bytes.

    Raises:
        ValueError: a setting is out of its range.

    Attributes:
        settings: those it was last started with.
        event, hop_of, check_samples: a subclass sets them, as in its `Protocol`; a function that
            isn't a method of a class already is a `staticmethod`.
        hop_samples: a subclass sets it: samples of each channel from one hop to the next; the
            first hop takes as many or more.
    """

    event = hop_of = check_samples = hop_samples = None

    def __init__(self, loaded, state_bytes, start, push_all, settings):
        self._model, self._start, self._push_all = loaded, start, push_all
        self._state = aligned(state_bytes())
        self.reset(settings)

    def reset(self, settings=None):
        """Start afresh.

        Args:
            settings: new ones; those it has if None.

        Raises:
            ValueError: a setting is out of its range.
        """
        settings = settings or self.settings
        packed = settings.pack()
        self._start(self._state.ctypes.data, self._model.handle, packed)
        self.settings = settings

    def push(self, samples):
        """Take more samples.

        Args:
            samples: int16 [n], or [n, channels]; any number of them.

        Returns:
            A list of what became of the hops that these samples completed.

        Raises:
            ValueError: the samples are something else.
        """
        samples, made = self.check_samples(samples), []
        for start in range(0, len(samples), _LONGEST_PUSH):
            part = samples[start : start + _LONGEST_PUSH]
            # Samples that waited may complete one hop more than these would alone.
            records = np.zeros(len(part) // self.hop_samples + 1, self.event)
            count = self._push_all(
                self._state.ctypes.data, part.ctypes.data, len(part), records.ctypes.data
            )
            made += map(self.hop_of, records[:count])
        return made
