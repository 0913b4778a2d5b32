"""A heart monitored on this computer: the monitor's C, the same that runs on the boards.

monitor = Monitor(tflite_bytes, Settings.of(ecg))
for beat in monitor.push(ecg.samples[:, 0]):  # int16, as many as there are
    if beat.kind != "N":
        print(beat.place / ecg.rate, beat.kind)

places = detected(ecg.samples[:, 0], ecg.rate, counts_per_mv=200)  # without a model
seen = inputs(ecg.samples[:, 0], ecg.rate, counts_per_mv=200)      # what to train one on
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications import stream
from tinyml_helpers.applications.wearables.hearts import c_monitor
from tinyml_helpers.applications.wearables.hearts.c_monitor import WrongModel
from tinyml_helpers.micro.loaded import aligned

__all__ = [
    "EARLY",
    "Beat",
    "Inputs",
    "Monitor",
    "Settings",
    "WrongModel",
    "check_samples",
    "detected",
    "inputs",
]


#: Percent of the usual interval, below which a beat is early by the rule, unless told otherwise.
EARLY = 85


class Settings(NamedTuple):
    """What comes in, and when a beat is early. The defaults are of MIT-BIH's converter.

    Attributes:
        rate: samples a second, 200 to 1,000.
        counts_per_mv: of the converter, 50 to 4,000.
        early: a beat is early by the rule if its interval is below so many percent of the usual
            one, 50 to 99.
        threshold: 0 to 255, of the scores of "S" and "V" together: from it on a beat is early by
            the network.
    """

    rate: int = 360
    counts_per_mv: int = 200
    early: int = EARLY
    threshold: int = 128

    @classmethod
    def of(cls, ecg, lead=0, **more):
        """For an electrocardiogram: its rate, and what a lead's counts are.

        Args:
            ecg: with `rate` and `gains`, as `datasets.mitbih` and `datasets.simulated_hearts` give
                it.
            lead: which of its leads will be given.
            more: other settings by their names.
        """
        counts = round(float(ecg.gains[lead]))
        return cls(**({"rate": ecg.rate, "counts_per_mv": counts} | more))

    def pack(self):
        """The bytes of an hb_settings.

        Raises:
            ValueError: a number is out of its range.
        """
        stream.check_whole_numbers(
            self,
            rate=c_monitor.RATES,
            counts_per_mv=c_monitor.COUNTS_PER_MV,
            early=c_monitor.EARLY,
            threshold=(0, 255),
        )
        return np.array([tuple(self)], c_monitor.SETTINGS).tobytes()


class Beat(NamedTuple):
    """A heart's beat.

    Attributes:
        number: of the beat, from 0.
        place: sample of its R peak since the start.
        rr: ms since the beat before; None if there is none. 65535 is as long or longer.
        usual: ms, the heart's usual interval before this beat; None if it isn't known yet.
        input: int8 [104], what the model was shown: 48 points of the beat, 48 of the heart's usual
            one, 8 of its rhythm, × 1/32; see c/beats.c.
        scores: int8 [3], for c_monitor.CLASSES: -128 is 0, and a step 1/256.
        rule: whether it is early by its interval alone.
        kind: by the network, one of c_monitor.CLASSES.
        board_seconds: what a board took for it, and for all samples since the beat before:
            measured; on an emulated one, estimated. None on this computer.
        instructions, cycles: what an emulated board took: counted, and estimated. None elsewhere.
    """

    number: int
    place: int
    rr: int | None
    usual: int | None
    input: np.ndarray
    scores: np.ndarray
    rule: bool
    kind: str
    board_seconds: float | None = None
    instructions: int | None = None
    cycles: int | None = None

    @classmethod
    def of(cls, record, **more):
        """From an hb_beat.

        Args:
            record: of the dtype `c_monitor.BEAT`.
            more: the other fields.
        """
        return cls(
            number=int(record["number"]),
            place=int(record["place"]),
            rr=int(record["rr"]) or None,
            usual=int(record["usual"]) or None,
            input=record["input"].copy(),
            scores=record["scores"].copy(),
            rule=bool(record["rule"]),
            kind=c_monitor.CLASSES[record["kind"]],
            **more,
        )


class Inputs(NamedTuple):
    """What a model would be shown of the beats of a recording.

    Attributes:
        places: int64 [beats], samples of their R peaks.
        rr, usual: int64 [beats], ms; 0 where it isn't known.
        input: int8 [beats, 104].
        rule: bool [beats], early by the interval alone.
    """

    places: np.ndarray
    rr: np.ndarray
    usual: np.ndarray
    input: np.ndarray
    rule: np.ndarray


def check_samples(samples):
    """Samples as a contiguous int16 array [n]; ValueError if they are something else."""
    hint = "; give one lead, such as ecg.samples[:, 0]"
    return stream.int16_samples(samples, "an ECG is int16 [samples]", hint)


class Monitor(stream.HostStream):
    """A monitor on this computer: a `stream.HostStream` of an ECG's lead; it lists `Beat`.

    Each `reset` begins with a heart that nothing is known of: its first beats are told together,
    after the four seconds in which the detector learns how high beats are. From then on one is told
    some 0.4 s after its R peak, or later where it had to be searched for.

    Args:
        tflite_bytes: the model: int8 [1, 104] with scale 1/32 in, softmax out.
        settings: a `Settings`; the default ones if None.

    Raises:
        model_file.ModelFileError, WrongModel, micro.CannotRun: the model won't do.
        ValueError: a setting is out of its range.

    Attributes:
        settings: as given.
    """

    event, hop_of = c_monitor.BEAT, Beat.of
    check_samples = staticmethod(check_samples)
    hop_samples = c_monitor.APART

    def __init__(self, tflite_bytes, settings=None):
        code, loaded = c_monitor.load(), c_monitor.loaded(tflite_bytes)
        calls = code.hb_monitor_bytes, code.hb_start, code.hb_push_all
        super().__init__(loaded, *calls, settings or Settings())


def detected(samples, rate, counts_per_mv):
    """Where a heart beats: the monitor's detector alone, on all samples at once.

    Args:
        samples: int16 [n], one lead.
        rate: samples a second, 200 to 1,000.
        counts_per_mv: 50 to 4,000.

    Returns:
        int64 [beats], samples of their R peaks, rising. Beats at the very end are found, too, as
        if the last sample went on for a second.

    Raises:
        ValueError: the samples are something else, or a number is out of its range.
    """
    samples = check_samples(samples)
    Settings(rate, counts_per_mv).pack()
    code, count = c_monitor.load(), len(samples)
    state = aligned(code.hb_qrs_bytes())
    code.hb_qrs_start(state.ctypes.data, rate, counts_per_mv)
    samples = np.concatenate([samples, np.repeat(samples[-1:], rate)])
    places = np.empty(len(samples) // c_monitor.APART + 1, np.uint32)
    made = code.hb_detect_all(
        state.ctypes.data, samples.ctypes.data, len(samples), places.ctypes.data, len(places)
    )
    return places[:made][places[:made] < count].astype(np.int64)


def inputs(samples, rate, counts_per_mv, early=EARLY):
    """What a model would be shown: the monitor without one, on all samples at once.

    The usual beat here is averaged over beats that the rule doesn't call early; a monitor's is over
    those that its model doesn't.

    Args:
        samples: int16 [n], one lead.
        rate, counts_per_mv, early: as of `Settings`.

    Returns:
        `Inputs`, of beats that end within the samples.

    Raises:
        ValueError: the samples are something else, or a number is out of its range.
    """
    samples, code = check_samples(samples), c_monitor.load()
    state = aligned(code.hb_monitor_bytes())
    code.hb_start(state.ctypes.data, None, Settings(rate, counts_per_mv, early).pack())
    found = np.zeros(len(samples) // c_monitor.APART + 1, c_monitor.BEAT)
    found = found[
        : code.hb_push_all(state.ctypes.data, samples.ctypes.data, len(samples), found.ctypes.data)
    ]
    return Inputs(
        places=found["place"].astype(np.int64),
        rr=found["rr"].astype(np.int64),
        usual=found["usual"].astype(np.int64),
        input=np.ascontiguousarray(found["input"]),
        rule=found["rule"].astype(bool),
    )
