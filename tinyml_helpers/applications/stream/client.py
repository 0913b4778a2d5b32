"""What talks to a stream on a board: samples out, and what became of each hop of them back."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tinyml_helpers.applications.stream.live import LiveEvents
from tinyml_helpers.link import BoardError
from tinyml_helpers.link.recording import SENSOR_BYTES, STOP_RECORDING

_NUMBER, _TICKS = struct.Struct("<I"), struct.Struct("<I")

#: Messages between two readings of an emulated board's log, which has room for what it visits then.
_MESSAGES_AT_ONCE = 500


@dataclass(frozen=True)
class Protocol:
    """What a stream's messages hold; the same as its C says.

    Attributes:
        start_message, samples_message: their types.
        message_samples: the most samples of each channel that one message brings.
        event: the NumPy dtype of what a completed hop gives, as the board sends it.
        hop_of: a function of (record of that dtype, board_seconds=...) that makes of it what
            `Client.push` lists: a NamedTuple with the fields `board_seconds`, `instructions` and
            `cycles`, None unless given.
        settings: a function that makes the default settings; settings have `pack`, which gives the
            bytes of a start and raises ValueError if a setting is out of its range.
        check_samples: a function that gives samples as contiguous int16 [n] or [n, channels], or
            raises ValueError.
    """

    start_message: int
    samples_message: int
    message_samples: int
    event: np.dtype
    hop_of: Callable
    settings: Callable
    check_samples: Callable


class Client:
    """A stream on a board, over a link.

    Args:
        protocol: a `Protocol`.
        link: a `link.Link` to a board with the stream's program.

    Attributes:
        protocol: as given.
        settings: those it was last started with; the default ones before.
    """

    def __init__(self, protocol, link):
        self.protocol, self._link = protocol, link
        self._events = LiveEvents(protocol, link)
        self.settings = protocol.settings()
        self._next, self._seconds, self._fresh = None, 0.0, True

    def reset(self, settings=None):
        """Start afresh.

        Args:
            settings: new ones; those it has if None.

        Raises:
            ValueError: a setting is out of its range.
            link.BoardError: the board runs another program, or its model isn't for this one.
            link.NoAnswer, link.PortError: see there.
        """
        settings = settings or self.settings
        self._next, self._fresh = None, False
        self._link.ask(self.protocol.start_message, settings.pack(), (0,))
        self._next, self._seconds, self.settings = 0, 0.0, settings

    def run(self, samples, settings=None):
        """Start afresh, and take these samples.

        Over a serial line at 115,200 baud a sample takes 0.17 ms, and the answers come on top: a
        second of 16 kHz takes more than 2.8 s.

        Args:
            samples: as for `push`.
            settings: as for `reset`.

        Returns, Raises:
            As `push` and `reset`.
        """
        self.reset(settings)
        return self.push(samples)

    def push(self, samples):
        """Take more samples; the first ones start the stream.

        Args:
            samples: int16 [n], or [n, channels]; any number of them.

        Returns:
            A list of what became of the hops that these samples completed.

        Raises:
            ValueError: the samples are something else; or there was an error before, and no `reset`
                after it.
            link.BoardError: the board isn't started any more; most likely it was reset.
            link.NoAnswer: nothing sound came back, asked three times.
            link.PortError: see there.
        """
        return [hop for hop in self.messages(samples) if hop is not None]

    def listen(self, seconds):
        """The hops of a live program, which takes its samples from the board's own sensor.

        It runs by itself since the board has power; `reset` has it start afresh with other
        settings. The board keeps the last 64 hops: the first to come may be older than the call.

        Args:
            seconds: how long.

        Yields:
            Hops as `push` lists them, as they come, each one once.

        Raises:
            ValueError: seconds aren't more than 0.
            link.BoardError: the program isn't live, or its sensor doesn't answer.
            link.NoAnswer, link.PortError: see there.
        """
        return self._events.listen(seconds)

    @property
    def missed(self):
        """Hops that the board overwrote between two calls of `listen`, or while one was slow."""
        return self._events.missed

    @property
    def lost(self):
        """Values of the sensor that the board lost since it has power: at each gap it started
        afresh, and hops' numbers start at 0 again. (One that watches a machine keeps what it
        learned, and counts on.)"""
        return self._events.lost

    def is_live(self):
        """Whether the program takes its samples from the board's own sensor; raises as `listen`."""
        try:
            self._link.ask(*STOP_RECORDING, SENSOR_BYTES)
        except BoardError as error:
            if "doesn't know that message" in str(error):
                return False
            raise
        return True

    def messages(self, samples):
        """As `push`, message by message.

        Yields:
            For each message to the board the hop it completed, or None.
        """
        samples = self.protocol.check_samples(samples)
        if self._fresh:
            self.reset()
        size = self.protocol.message_samples
        for start in range(0, len(samples), size):
            yield self._send(samples[start : start + size])

    def _send(self, samples):
        if self._next is None:
            raise ValueError(
                "the board may have missed some of its samples: call reset, and start again"
            )
        # Unless the answer comes, nobody knows whether the board took these.
        number, self._next = self._next, None
        event = self.protocol.event
        answer = self._link.ask(
            self.protocol.samples_message,
            _NUMBER.pack(number) + samples.astype("<i2").tobytes(),
            (_TICKS.size, _TICKS.size + event.itemsize),
            works=True,
        )
        self._next = (number + 1) % (1 << 32)
        self._seconds += _TICKS.unpack_from(answer)[0] / self._link.tick_hz
        if len(answer) == _TICKS.size:
            return None
        took, self._seconds = self._seconds, 0.0
        record = np.frombuffer(answer, event, 1, _TICKS.size)[0]
        return self.protocol.hop_of(record, board_seconds=took)


class CountingClient:
    """A `Client` of an emulated board: its hops have what they cost.

    Args:
        client: the Client.
        meter: an `emulator.Meter` that notes visits of stream_program.h's `stream_work`.

    Attributes:
        settings: as the client's.
        slowest: cycles of the message that took longest since the last reset.
    """

    def __init__(self, client, meter):
        self._client, self._meter = client, meter
        self._instructions = self._cycles = 0  # for samples of a hop that isn't complete yet
        self.slowest = 0

    @property
    def settings(self):
        return self._client.settings

    def reset(self, settings=None):
        """Start afresh; as the client's."""
        self._client.reset(settings)
        self._instructions = self._cycles = self.slowest = 0

    def run(self, samples, settings=None):
        """Start afresh, and take these samples; as the client's, with costs as `push`."""
        self.reset(settings)
        return self.push(samples)

    def push(self, samples):
        """Take more samples; as the client's, and the hops have `instructions` and `cycles`."""
        samples, made = self._client.protocol.check_samples(samples), []
        at_once = _MESSAGES_AT_ONCE * self._client.protocol.message_samples
        for start in range(0, len(samples), at_once):
            made += self._push(samples[start : start + at_once])
        return made

    def _push(self, samples):
        self._meter.clear()
        hops = list(self._client.messages(samples))
        begins, ends = self._meter.visits("stream_work"), self._meter.visits("board_ready")
        made = []
        for hop, begin, end in zip(hops, begins, ends, strict=True):
            self._instructions += end.instructions - begin.instructions
            self._cycles += end.cycles - begin.cycles
            self.slowest = max(self.slowest, end.cycles - begin.cycles)
            if hop is not None:
                made.append(hop._replace(instructions=self._instructions, cycles=self._cycles))
                self._instructions = self._cycles = 0
        return made
