"""Exercises told and counted on this computer: the coach's C, the same that runs on the boards.

    coach = Coach(tflite_bytes, Settings.of(arm=motion.place))
    for hop in coach.push(samples(motion)):  # int16 [n, 6], as many as there are
        print(hop.number, hop.exercise, hop.repetitions)

What a model is trained on are windows of `inputs`. `offline` has the other parts alone.
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications import stream
from tinyml_helpers.applications.wearables.exercises import c_coach
from tinyml_helpers.applications.wearables.exercises.c_coach import WrongModel
from tinyml_helpers.boards.motion_sensors import DEGREE
from tinyml_helpers.datasets.motion.series import G

__all__ = [
    "Coach",
    "Hop",
    "Settings",
    "WrongModel",
    "check_samples",
    "inputs",
    "motions",
    "samples",
]

ARMS = ("left", "right")

#: Scales of samples that are in the wrist's units already.
_ONE = 1 << c_coach.SCALE_BITS


class Settings(NamedTuple):
    """Where the samples come from, and when an exercise is named.

    Attributes:
        acceleration_scale: what a count of the sensor stands for, in 1/4096 g × 2^16; 1 to 2^24.
        rotation_scale: the same of rotation, in 1/1024 rad/s × 2^16.
        axes: the sensor's axes that are the frame's x, y, z: 1, 2, 3, or negative: turned round.
        arm: "left" or "right": that on which it is worn.
        average: inferences whose scores are averaged, 1 to 16.
        threshold: the average, 0 to 255, that names an exercise.
    """

    acceleration_scale: int = _ONE
    rotation_scale: int = _ONE
    axes: tuple = (1, 2, 3)
    arm: str = "left"
    average: int = 3
    threshold: int = 128

    @classmethod
    def of(cls, sensor=None, arm="left", **more):
        """For a sensor on an arm.

        It is worn like a watch: in its board's common frame (`boards.motion_sensors`) z points away
        from the back of the wrist, and x to the hand on the left arm, to the elbow on the right
        one. Its samples come at 50 a second, whatever it can give.

        Args:
            sensor: a `boards.motion_sensors.MotionSensor`, whose raw counts the samples are; None
                for the wrist's units, as `samples` gives them.
            arm: "left" or "right", such as a Motion's `place`.
            more: other settings by their names.
        """
        if sensor is not None:
            more = {
                "acceleration_scale": round(_ONE * c_coach.STEPS_A_G / sensor.counts_per_g),
                "rotation_scale": round(
                    _ONE * c_coach.STEPS_A_RADIAN * DEGREE / sensor.counts_per_dps
                ),
                "axes": tuple(_axis(name) for name in sensor.axes),
            } | more
        return cls(arm=arm, **more)

    def pack(self):
        """The bytes of an ex_settings.

        Raises:
            ValueError: a number is out of its range, axes aren't x, y and z once each, or there is
                no such arm.
        """
        stream.check_whole_numbers(self, average=(1, c_coach.MAX_AVERAGE), threshold=(0, 255))
        packed = np.zeros(1, c_coach.SETTINGS)
        packed["sensor"] = np.frombuffer(self.pack_sensor(), c_coach.SENSOR)
        packed["average"], packed["threshold"] = self.average, self.threshold
        return packed.tobytes()

    def pack_sensor(self):
        """The bytes of an ex_sensor; raises as `pack`."""
        scales = (1, c_coach.MOST_SCALE)
        stream.check_whole_numbers(self, acceleration_scale=scales, rotation_scale=scales)
        if sorted(map(abs, self.axes)) != [1, 2, 3]:
            raise ValueError(
                f"axes are {self.axes}: give 1, 2 and 3 once each, negative where turned round"
            )
        if self.arm not in ARMS:
            raise ValueError(f"an arm is left or right, not {self.arm!r}: say arm=...")
        row = (self.acceleration_scale, self.rotation_scale, self.axes, ARMS.index(self.arm))
        return np.array([row], c_coach.SENSOR).tobytes()


def _axis(name):
    """The number of an axis: -2 of "-y"."""
    return int(name[0] + str(1 + "xyz".index(name[1])))


class Hop(NamedTuple):
    """What became of half a second.

    Attributes:
        number: 0 is complete after 25 samples, each other one as many later.
        scores: int8 [8], of the model, for c_coach.CLASSES: -128 is 0, and a step 1/256. All are
            -128 in the first three hops: the model sees two seconds.
        smoothed: uint8 [8], the averages of the last inferences, 0 to 255.
        gravity: float64 [3], in g, in the left wrist's frame.
        exercise: one of c_coach.CLASSES, named now; None if it is none of these, or unsure.
        repetitions: of the exercise that was named last, so far, those done before it was named
            included. After more than 4 s of rest they begin at 0 again, after 8 s of another
            exercise too; a shorter one is taken for a wrong name (c/series.h).
        period: seconds that the last repetition took; None if that isn't known.
        board_seconds: what a board took for it: measured; on an emulated one, estimated. None on
            this computer.
        instructions, cycles: what an emulated board took: counted, and estimated. None elsewhere.
    """

    number: int
    scores: np.ndarray
    smoothed: np.ndarray
    gravity: np.ndarray
    exercise: str | None
    repetitions: int
    period: float | None
    board_seconds: float | None = None
    instructions: int | None = None
    cycles: int | None = None

    @classmethod
    def of(cls, record, **more):
        """From an ex_hop.

        Args:
            record: of the dtype `c_coach.HOP`.
            more: the other fields.
        """
        named, period = int(record["exercise"]), int(record["period"])
        return cls(
            number=int(record["number"]),
            scores=record["scores"].copy(),
            smoothed=record["smoothed"].copy(),
            gravity=record["gravity"] / c_coach.STEPS_A_G,
            exercise=None if named == c_coach.NONE else c_coach.CLASSES[named],
            repetitions=int(record["repetitions"]),
            period=period / c_coach.RATE if period else None,
            **more,
        )


def check_samples(samples):
    """Samples as a contiguous int16 array [n, 6]; ValueError if they are something else."""
    hint = "; for a Motion see exercises.coach.samples"
    wanted = f"motion is int16 [samples, {c_coach.AXES}]"
    return stream.int16_samples(samples, wanted, hint, channels=(c_coach.AXES,))


def samples(motion):
    """A Motion in the wrist's units, as a stream takes it.

    Args:
        motion: a `datasets.Motion` at 50 Hz, with rotation.

    Returns:
        int16 [n, 6]: acceleration along x, y, z in 1/4096 g, rotation about them in 1/1024 rad/s,
        cut to 8 g and 32 rad/s.

    Raises:
        ValueError: it has another rate, no rotation, or gaps.
    """
    if not abs(motion.rate - c_coach.RATE) < 0.01 * c_coach.RATE:
        raise ValueError(
            f"the coach takes 50 samples a second, and {motion.source or 'this'} has "
            f"{motion.rate:.4g}: resample it, datasets.resampled_motion(motion, 50)"
        )
    if motion.rotation is None:
        raise ValueError(f"{motion.source or 'this'} has no rotation: the coach needs a gyroscope")
    values = np.hstack(
        [
            motion.acceleration * (c_coach.STEPS_A_G / G),
            motion.rotation * c_coach.STEPS_A_RADIAN,
        ]
    )
    if not np.isfinite(values).all():
        raise ValueError(f"{motion.source or 'this'} has gaps: cut it there, and take a part")
    return np.clip(np.rint(values), -(2**15), 2**15 - 1).astype(np.int16)


def inputs(samples, settings):
    """What the model is shown, sample by sample; any 100 in a row are an input of its.

    Args:
        samples: int16 [n, 6], the sensor's counts.
        settings: a `Settings`: its sensor counts.

    Returns:
        int8 [n, 6], × 1/32: acceleration in g, half the rotation in rad/s, of a left wrist.

    Raises:
        ValueError: a setting is out of its range, or samples are something else.
    """
    samples = check_samples(samples)
    made = np.empty(samples.shape, np.int8)
    c_coach.load().ex_input_all(
        settings.pack_sensor(), samples.ctypes.data, len(samples), made.ctypes.data
    )
    return made


def motions(samples, settings):
    """What the wrist does, and where gravity points.

    Args:
        samples, settings: as for `inputs`.

    Returns:
        A record array [n] of the dtype `c_coach.MOTION`: int16 [3] each of acceleration (1/4096 g),
        rotation (1/1024 rad/s) and gravity (1/4096 g), of a left wrist.

    Raises:
        As `inputs`.
    """
    samples = check_samples(samples)
    made = np.empty(len(samples), c_coach.MOTION)
    c_coach.load().ex_motion_all(
        settings.pack_sensor(), samples.ctypes.data, len(samples), made.ctypes.data
    )
    return made


class Coach(stream.HostStream):
    """A coach on this computer: a `stream.HostStream` of motion; it lists `Hop`.

    Args:
        tflite_bytes: the model: int8 [1, 100, 6] with scale 1/32 in, softmax over eight out.
        settings: a `Settings`; the default ones if None.

    Raises:
        model_file.ModelFileError, WrongModel, micro.CannotRun: the model won't do.
        ValueError: a setting is out of its range.

    Attributes:
        settings: as given.
    """

    event, hop_of, hop_samples = c_coach.HOP, Hop.of, c_coach.HOP_SAMPLES
    check_samples = staticmethod(check_samples)

    def __init__(self, tflite_bytes, settings=None):
        code, loaded = c_coach.load(), c_coach.loaded(tflite_bytes)
        calls = code.ex_coach_bytes, code.ex_coach_start, code.ex_push_all
        super().__init__(loaded, *calls, settings or Settings())
