"""Keyword spotting on this computer: the spotter's C, the same that runs on the boards.

    spotter = Spotter(tflite_bytes)
    for hop in spotter.push(samples):  # int16, 16 kHz, as many as there are
        if hop.detected is not None:
            print(hop.seconds, CLASSES[hop.detected])

For hours of sound, `scores` runs the model alone, on all of this computer's cores, and `detect`
judges the scores again and again, with one setting after another.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from tinyml_helpers import signals
from tinyml_helpers.applications import stream
from tinyml_helpers.applications.keywords import c_spotter
from tinyml_helpers.applications.keywords.c_spotter import WrongModel
from tinyml_helpers.applications.keywords.settings import Settings, check, first_hop, usual

__all__ = [
    "Detection",
    "Hop",
    "Settings",
    "Spotter",
    "WrongModel",
    "check",
    "detect",
    "first_hop",
    "scores",
    "seconds",
    "usual",
]


class Hop(NamedTuple):
    """What became of 20 ms of sound.

    Attributes:
        number: 0 is complete after 512 samples, each other one 320 later.
        seconds: when it was complete, from the start of the sound.
        features: int8 [40], of the front end. None if the gate was closed.
        scores: int8 [classes], of the model: -128 is 0, and a step 1/256. None if it didn't run.
        smoothed: uint8 [classes], the averages of the last scores, 0 to 255; or None.
        detected: the class that is reported, an int, or None.
        closed: whether there is none of all this since the gate was closed, or since it opened for
            the first time and the front end's window wasn't full.
        board_seconds: what a board took for it: measured; on an emulated one, estimated. None on
            this computer.
        instructions, cycles: what an emulated board took: counted, and estimated. None elsewhere.
    """

    number: int
    seconds: float
    features: np.ndarray | None
    scores: np.ndarray | None
    smoothed: np.ndarray | None
    detected: int | None
    closed: bool = False
    board_seconds: float | None = None
    instructions: int | None = None
    cycles: int | None = None

    @classmethod
    def of(cls, record, **more):
        """From a kw_hop.

        Args:
            record: of the dtype `c_spotter.HOP`.
            more: the other fields.
        """
        classes, closed = record["classes"], bool(record["closed"])
        return cls(
            number=int(record["number"]),
            seconds=seconds(record["number"]),
            features=None if closed else record["features"].copy(),
            scores=record["scores"][:classes].copy() if classes else None,
            smoothed=record["smoothed"][:classes].copy() if classes else None,
            detected=None if record["detected"] == c_spotter.NONE else int(record["detected"]),
            closed=closed,
            **more,
        )


class Detection(NamedTuple):
    """A keyword that was reported.

    Attributes:
        number: of the hop.
        seconds: when the hop was complete, from the start of the sound.
        detected: the class.
        score: its average score, 0 to 255.
    """

    number: int
    seconds: float
    detected: int
    score: int


def seconds(number):
    """When hop `number` is complete, from the start of the sound; an int or an array of them."""
    samples = signals.WINDOW + signals.HOP * np.asarray(number, np.int64)
    return (samples / signals.SAMPLE_RATE).tolist()


def check_samples(samples):
    """Samples as a contiguous int16 array [n]; ValueError if they are something else."""
    return stream.int16_samples(samples, "sound is int16 [samples], 16 kHz")


class Spotter(stream.HostStream):
    """A spotter on this computer: a `stream.HostStream` of sound, 16 kHz; it lists `Hop`.

    Args:
        tflite_bytes: the model: int8 [1, 49, 40, 1] with scale 1/32 in, softmax out; or fewer
            frames in, if it keeps those before in its state.
        settings: a `Settings`; `usual(tflite_bytes)` if None.

    Raises:
        model_file.ModelFileError, WrongModel, micro.CannotRun: the model won't do.
        ValueError: as `check`.

    Attributes:
        settings: as given.
        classes: how many the model has.
    """

    event, hop_of, hop_samples = c_spotter.HOP, Hop.of, signals.HOP
    check_samples = staticmethod(check_samples)

    def __init__(self, tflite_bytes, settings=None):
        self.classes = c_spotter.check_model(tflite_bytes)
        code, loaded = c_spotter.load(), c_spotter.loaded(tflite_bytes)
        calls = code.kw_listener_bytes, c_spotter.listen, code.kw_push_all
        self._tflite = tflite_bytes
        super().__init__(loaded, *calls, settings or usual(tflite_bytes))

    def reset(self, settings=None):
        """As `stream.HostStream.reset`; ValueError as `check`."""
        check(self._tflite, settings or self.settings)
        super().reset(settings)


def scores(tflite_bytes, audio, hops_per_inference=None):
    """The scores a spotter would compute, without the spotter: for hours of sound.

    Args:
        tflite_bytes: the model, as for `Spotter`.
        audio: int16 [n], 16 kHz; or an iterable of such arrays, one piece after the other.
        hops_per_inference: as in `Settings`; that of `usual(tflite_bytes)` if None.

    Returns:
        int8 [k, classes]. Scores i are those of hop `first_hop(tflite_bytes)` + i *
        hops_per_inference.

    Raises:
        As `Spotter`; ValueError also if the audio isn't int16 in one dimension.
    """
    every = hops_per_inference
    if every is None:
        every = usual(tflite_bytes).hops_per_inference
    check(tflite_bytes, Settings(every))
    classes, frames = c_spotter.check_model(tflite_bytes), c_spotter.frames(tflite_bytes)
    features = _features([audio] if isinstance(audio, np.ndarray) else audio)
    count = max(0, (len(features) - frames) // every + 1)
    made = np.zeros((count, classes), np.int8)
    if count == 0:
        return made

    def run(places):
        model = c_spotter.loaded(tflite_bytes)
        start = features[places[0] * every :]
        c_spotter.load().kw_score_all(
            model.handle, start.ctypes.data, len(places), every, made[places[0] :].ctypes.data
        )

    c_spotter.load()
    # C runs without Python's lock, so that threads are enough. State has to pass through one.
    most = 1 if frames < signals.FRAMES else os.cpu_count() or 1
    shares = np.array_split(np.arange(count), min(count, most))
    with ThreadPoolExecutor(len(shares)) as threads:
        list(threads.map(run, shares))
    return made


def _features(pieces):
    """The features of pieces of sound, one after the other: int8 [hops, 40]."""
    front_end = signals.LogMel()
    made = [front_end.push(check_samples(piece)) for piece in pieces]
    return np.concatenate([np.zeros((0, signals.BINS), np.int8), *made])


def detect(scores, settings=None, first=signals.FRAMES - 1, through=None):
    """What a spotter reports that computed these scores: the detector alone.

    Args:
        scores: int8 [k, classes], as from `scores` with the same hops_per_inference.
        settings: a `Settings`; the default ones if None. A gate isn't the detector's business.
        first: the hop that scores 0 are of, `first_hop(tflite_bytes)`; of a model that keeps
            nothing if not given.
        through: which hops of the sound a gate let through, bool [hops] of `wake.awake`, if the
            scores are of what was kept; numbers, seconds and the refractory time are those of the
            whole sound then.

    Returns:
        A list of `Detection`, in the order of time.

    Raises:
        ValueError: a setting is out of its range, the scores have another dtype or shape, or are
            of more hops than were let through.
    """
    settings = settings or Settings()
    scores = np.ascontiguousarray(scores)
    if scores.dtype != np.int8 or scores.ndim != 2:
        raise ValueError(
            f"scores are int8 [k, classes], not {scores.dtype} {list(scores.shape)}: give them as "
            "the model does, not as real numbers"
        )
    numbers = first + settings.hops_per_inference * np.arange(len(scores), dtype=np.uint32)
    if through is not None:
        # A frame is complete within the hop of sound after the one that it begins with.
        kept = np.flatnonzero(through).astype(np.uint32)
        if len(numbers) and numbers[-1] + 1 >= len(kept):
            raise ValueError(
                f"{len(numbers)} scores can't be of the {len(kept)} hops that this gate let "
                "through: give the one that the sound was kept by"
            )
        numbers = kept[numbers + 1] - np.uint32(1)
    smoothed = np.zeros(scores.shape, np.uint8)
    detected = np.zeros(len(scores), np.int8)
    status = c_spotter.load().kw_detect_all(
        settings.pack(),
        scores.shape[1],
        scores.ctypes.data,
        numbers.ctypes.data,
        len(scores),
        smoothed.ctypes.data,
        detected.ctypes.data,
    )
    if status < 0:
        raise ValueError(
            f"a keyword spotter has {c_spotter.FIRST_KEYWORD + 1} to {c_spotter.MAX_CLASSES} "
            f"classes, not {scores.shape[1]}"
        )
    places = np.flatnonzero(detected != c_spotter.NONE)
    labels, numbers = detected[places], numbers[places]
    columns = numbers, np.array(seconds(numbers)), labels, smoothed[places, labels]
    return [Detection(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]
