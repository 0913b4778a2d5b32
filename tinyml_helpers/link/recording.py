"""Record a board's own sensor: samples for a data set, in the lessons' formats.

    recording = link.record("motion", 10)
    recording.save(files.my_work("motion.csv"))

The program on the board must be a live one; its application pauses meanwhile. The messages are
those of firmware/c/live.h.
"""

import contextlib
import io
import struct
import time
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tinyml_helpers import files
from tinyml_helpers.boards.motion_sensors import COUNTS_PER_G, COUNTS_PER_RADIAN, G
from tinyml_helpers.boards.usb import PROGRAM
from tinyml_helpers.datasets.machines.recording import FULL_SCALE_G
from tinyml_helpers.datasets.motion.series import recorded
from tinyml_helpers.link.connection import Link
from tinyml_helpers.link.errors import BoardError, Incomplete, LinkError, NoAnswer, PortError
from tinyml_helpers.link.finding import find

RECORD, RECORDED = 22, 23
LIVE_VALUES = 510  # the most of one answer

_SENSOR, _NUMBER = struct.Struct("<II"), struct.Struct("<I")

#: The message that ends a recording, which changes nothing if there is none, and how many bytes
#: tell of a sensor.
STOP_RECORDING, SENSOR_BYTES = (RECORD, b"\0"), range(_SENSOR.size + 1, 64)

_ENDINGS = {"sound": ".wav", "motion": ".csv", "vibration": ".csv"}
_COLUMNS = ("acceleration", "m/s2"), ("rotation", "rad/s")
_PAUSE = 0.005  # seconds until a board is asked again that had little to give
_SILENCE = 5.0  # seconds without a sample after which a sensor is broken


@dataclass(frozen=True, eq=False)
class Recording:
    """Samples of a board's sensor, without a gap.

    Attributes:
        samples: int16 [n, channels]. Of sound, one channel; of motion, x y z of acceleration in
            1/4096 g, then x y z of rotation in 1/1024 rad/s; of vibration, one channel of
            acceleration in 1/2048 g: as sensor.h says.
        rate_hz: samples a second.
        sensor: "sound", "motion" or "vibration".
        board: the board's name.
        lost: values that the board lost after these, 0 unless the recording is incomplete.
    """

    samples: np.ndarray
    rate_hz: int
    sensor: str
    board: str
    lost: int = 0

    @property
    def seconds(self):
        return len(self.samples) / self.rate_hz

    def __repr__(self):
        return f"Recording: {self.seconds:.1f} s of {self.sensor} at {self.rate_hz:,} Hz"

    def motion(self, **about):
        """A recording of motion in SI units.

        Args:
            about: person, activity, place and source, as a Motion has them: by default "me", None,
                "left", and the board.

        Returns:
            A `datasets.Motion`: acceleration in m/s², rotation in rad/s.

        Raises:
            ValueError: it is one of sound, or of fewer than two samples.
        """
        if self.sensor != "motion":
            raise ValueError(f"this is a recording of {self.sensor}: only motion has SI units")
        about = {"person": "me", "place": "left", "source": self.board} | about
        acceleration = self.samples[:, :3] * (G / COUNTS_PER_G)
        rotation = self.samples[:, 3:] / COUNTS_PER_RADIAN
        return recorded(
            np.arange(len(self.samples)) / self.rate_hz, acceleration, rotation, **about
        )

    def save(self, path):
        """Write it to a file, whole or not at all.

        Sound becomes a WAV file (`datasets.recordings`), motion a CSV file in
        SI units (`datasets.motion_csv`), vibration one in g (`datasets.vibration_csv`).

        Args:
            path: ends with .wav or .csv.

        Returns:
            The Path.

        Raises:
            ValueError: it has another ending, there is such a file already, or there is nothing to
                save.
            OSError: it can't be written.
        """
        path, ending = Path(path), _ENDINGS[self.sensor]
        if path.suffix.lower() != ending:
            raise ValueError(f"{path} is to hold {self.sensor}: give it the ending {ending}")
        if not len(self.samples):
            raise ValueError("this recording has no samples: record again")
        if path.exists():
            raise ValueError(f"{path} is there already: choose another name, or delete it first")
        files.write_whole(path, self._wav() if ending == ".wav" else self._csv())
        return path

    def _wav(self):
        with io.BytesIO() as file:
            with wave.open(file, "wb") as wav:
                wav.setnchannels(self.samples.shape[1])
                wav.setsampwidth(2)
                wav.setframerate(self.rate_hz)
                wav.writeframes(self.samples.astype("<i2").tobytes())
            return file.getvalue()

    def _csv(self):
        if self.sensor == "vibration":
            axes, scale = ["acceleration z (g)"], FULL_SCALE_G / 2**15
        else:
            axes = [f"{name} {axis} ({unit})" for name, unit in _COLUMNS for axis in "xyz"]
            scale = np.repeat([G / COUNTS_PER_G, 1 / COUNTS_PER_RADIAN], 3)
        rows = (
            ",".join([f"{number / self.rate_hz:.9g}", *(f"{value:.6f}" for value in row)])
            for number, row in enumerate(self.samples * scale)
        )
        return "\n".join([",".join(["time (s)", *axes]), *rows, ""])


def record(sensor, seconds, port=None, wait=10.0):
    """Record what a board's own sensor measures, from now on.

    Args:
        sensor: "sound", "motion" or "vibration"; what the live program on the board takes.
        seconds: how long.
        port: what `link.open` takes, or an open `Link`, which stays open; None for the one board
            that is plugged in.
        wait: as for `link.open`.

    Returns:
        A `Recording`.

    Raises:
        Incomplete: the cable was pulled, samples were lost, or none came any more; what came until
            then is in the error's `recording`.
        BoardError: the program isn't live, or its sensor doesn't answer.
        PortError, NoAnswer: there is no board, or none that answers.
        ValueError: there is no such sensor, the board has another one, there are several boards, or
            seconds aren't more than 0.
    """
    if sensor not in _ENDINGS:
        raise ValueError(f"no sensor {sensor!r}: choose one of {', '.join(_ENDINGS)}")
    if not 0 < seconds < float("inf"):
        raise ValueError(f"seconds are {seconds}: give more than 0")
    if isinstance(port, Link):
        return _record(port, sensor, seconds)
    with Link(_only_board() if port is None else port, wait=wait) as opened:
        return _record(opened, sensor, seconds)


def _only_board():
    boards = [board for board in find() if board.role == PROGRAM]
    if not boards:
        raise PortError(
            "no board is plugged in whose program runs: plug one in, with a cable that carries "
            "data, or name its port"
        )
    if len(boards) > 1:
        several = "; ".join(map(str, boards))
        raise ValueError(f"several boards are plugged in ({several}): say which, port=...")
    return boards[0]


def _record(link, wanted, seconds):
    try:
        name = link.info().board
        rate, channels, sensor = _start(link)
        if sensor != wanted:
            raise ValueError(f"the program on {link.name} measures {sensor}, not {wanted}")
        return _fetch_all(link, name, sensor, rate, channels, seconds)
    finally:
        with contextlib.suppress(LinkError):
            link.ask(*STOP_RECORDING, SENSOR_BYTES)


def _start(link):
    try:
        answer = link.ask(RECORD, b"\1", SENSOR_BYTES)
    except BoardError as error:
        if "doesn't know that message" not in str(error):
            raise
        raise BoardError(
            f"{error}: only a live program records, which export.project makes with live=True"
        ) from None
    rate, channels = _SENSOR.unpack_from(answer)
    return rate, channels, answer[_SENSOR.size :].decode("ascii", "replace")


def _fetch_all(link, name, sensor, rate, channels, seconds):
    count, pieces, lost, why = round(seconds * rate) * channels, [], 0, None
    came, number, heard = 0, 0, time.monotonic()
    lengths = range(_NUMBER.size, _NUMBER.size + 2 * LIVE_VALUES + 1, 2 * channels)
    while came < count and why is None:
        try:
            answer = link.ask(RECORDED, _NUMBER.pack(number), lengths)
        except LinkError as error:
            why = error
            break
        number += 1
        piece = np.frombuffer(answer, "<i2", offset=_NUMBER.size)
        (lost,) = _NUMBER.unpack_from(answer)
        pieces.append(piece)
        came += len(piece)
        now = time.monotonic()
        if len(piece):
            heard = now
        if came < count and lost:
            why = "samples were lost: this computer fetched them too late; close what keeps it busy"
        elif came < count and now - heard > _SILENCE:
            why = NoAnswer(f"the sensor gives no samples any more: switch {link.name} off and on")
        elif len(piece) < LIVE_VALUES // 2 and came < count:
            time.sleep(_PAUSE)
    samples = np.concatenate([np.zeros(0, "<i2"), *pieces])[:count].astype(np.int16)
    recording = Recording(samples.reshape(-1, channels), rate, sensor, name, lost)
    if why is None:
        return recording
    raise Incomplete(
        f"{recording.seconds:.1f} of {seconds:g} seconds came, and are in this error's "
        f"`recording`: {why}",
        recording,
    ) from (why if isinstance(why, LinkError) else None)
