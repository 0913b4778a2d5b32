"""Training of the network that names a movement: recordings in, a model in int8 out.

    some = [Series.of(motion) for motion in watch_exercises()]
    model, history = train(some, classes)
    tflite = to_int8(model, some)

A window is drawn anew from its recording each time it is seen: it begins anywhere, is quicker or
slower, and the watch sits a little otherwise. That is what makes ten people enough to name what an
eleventh does.
"""

from typing import NamedTuple

import numpy as np
from scipy.spatial.transform import Rotation

from tinyml_helpers import micro
from tinyml_helpers.applications.wearables.exercises import c_coach, sessions
from tinyml_helpers.applications.wearables.exercises.model import WINDOW, wrist_cnn
from tinyml_helpers.compress import quantize
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

#: Acceleration in m/s² and rotation in rad/s, divided by these, are the model's input.
_UNITS = np.float32([9.80665] * 3 + [2.0] * 3)

#: Steps of samples in the wrist's units to 1 of the model's input.
_STEPS = np.array([c_coach.STEPS_A_G] * 3 + [2 * c_coach.STEPS_A_RADIAN] * 3)

#: Standing in for a label: nobody says what is done here, so no window has it in it.
UNKNOWN = -1

#: The three ways to turn a watch round on its wrist by half a turn, and not at all.
TURNS = np.float32([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])

#: What the other arm makes of a movement: accelerations seen in a mirror, and rotations.
MIRROR = np.float32([-1, 1, 1, 1, -1, -1])

#: Of AdamW.
_WEIGHT_DECAY = 1e-2

#: How many windows the ranges of activations are found with.
_REPRESENTATIVE = 1500


class Series(NamedTuple):
    """A recording as the model is trained on it.

    Attributes:
        person: str.
        values: float32 [n, 6] at 50 Hz, the model's input: acceleration in g, rotation in 2 rad/s.
        classes: int64 [n], the number of the class at each sample, or UNKNOWN.
    """

    person: str
    values: np.ndarray
    classes: np.ndarray

    @classmethod
    def of(cls, motion, names):
        """A `datasets` Motion at 50 Hz; one of a right wrist is mirrored to the left.

        Args:
            motion: the Motion, with an activity or labels, and with rotations.
            names: the names of the classes; any other label is UNKNOWN.

        Raises:
            ValueError: its rate is another, or it has no rotations.
        """
        if abs(motion.rate - 50) > 0.5 or motion.rotation is None:
            raise ValueError(
                f"{motion!r}: give one with rotations at 50 Hz, datasets.resampled_motion makes it"
            )
        values = np.concatenate([motion.acceleration, motion.rotation], axis=1, dtype=np.float32)
        values = np.nan_to_num(values) / _UNITS
        labels = motion.labels
        if labels is None:
            labels = np.full(len(values), motion.activity)
        numbers = {name: number for number, name in enumerate(names)}
        classes = np.array([numbers.get(label, UNKNOWN) for label in labels], np.int64)
        return cls(motion.person, values * MIRROR if motion.place == "right" else values, classes)


def with_pauses(motions, seed=0):
    """Recordings of exercises with simulated pauses between them: what "none of these" is like.

    Args:
        motions: a list of `datasets` Motion at 50 Hz, of one person or more.
        seed: of the order of the exercises, and of the pauses.

    Returns:
        A list of `Series`, one for each person and arm: all that is done with it, pauses between.
        Classes are places in c_coach.CLASSES.

    Raises:
        ValueError: as `sessions.session`.
    """
    rng, made, whose = np.random.default_rng(seed), [], {}
    for motion in motions:
        whose.setdefault((motion.person, motion.place), []).append(motion)
    for (person, arm), some in whose.items():
        order = rng.permutation(len(some))
        one = sessions.session([some[number] for number in order], int(rng.integers(1 << 31)))
        values = (one.samples / _STEPS).astype(np.float32)
        values = values * MIRROR if arm == "right" else values
        made.append(Series(person, values, one.truth.astype(np.int64)))
    return made


class Recipe(NamedTuple):
    """How to train.

    Attributes:
        epochs: each has about a window for every second of the recordings.
        learning_rate: at the start; it falls to 0 along a cosine.
        batch_size: windows a step.
        quicker: time is stretched or shortened by up to this factor.
        tilt: the watch is turned about any axis by up to so many degrees.
        turned: share of windows with the watch half a turn round, in one of three ways.
        mirrored: share of windows from the other arm.
        apart: rotations are moved against accelerations by up to so many samples: the two sensors
            of a recording aren't always in step.
    """

    epochs: int = 60
    learning_rate: float = 4e-3
    batch_size: int = 64
    quicker: float = 1.35
    tilt: float = 20.0
    turned: float = 0.4
    mirrored: float = 0.2
    apart: int = 15


#: Less than a minute on a core.
DEFAULT = Recipe()


def train(some, classes, recipe=DEFAULT, seed=0, callbacks=()):
    """Train a network.

    Args:
        some: a list of `Series`.
        classes: how many classes there are.
        recipe: a `Recipe`.
        seed: for initial weights and windows. Even so two machines don't train the same model:
            their sums of floats differ in the order.
        callbacks: Keras callbacks; each epoch is a `fit` of its own to them.

    Returns:
        The model, and its history: {"loss": [...], "accuracy": [...]}, one value an epoch.

    Raises:
        ValueError: no recording has a whole window around a class.
    """
    keras.utils.set_random_seed(seed)
    rng, draw, model = np.random.default_rng(seed), Windows(some), wrist_cnn(classes)
    steps = recipe.epochs * -(-draw.count // recipe.batch_size)
    rate = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps)
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=_WEIGHT_DECAY),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    history = {"loss": [], "accuracy": []}
    for _ in range(recipe.epochs):
        x, y = draw(recipe, rng)
        new = model.fit(
            x, y, batch_size=recipe.batch_size, verbose=0, callbacks=list(callbacks)
        ).history
        for name, values in history.items():
            values += new[name]
    return model, history


class Windows:
    """Draws windows from recordings, of each class equally many.

    A window is of the class that is at its middle; the others in it don't matter.

    Args:
        some: a list of `Series`.

    Raises:
        ValueError: no recording has a whole window around a class.

    Attributes:
        count: how many it draws at a time, about one for each second, or each recording.
    """

    def __init__(self, some):
        ends = np.cumsum([len(one.classes) for one in some])
        middles, half = [], WINDOW // 2
        for one, end in zip(some, ends, strict=True):
            first = end - len(one.classes)
            known = one.classes[half : len(one.classes) - half + 1] != UNKNOWN
            inside = np.flatnonzero(known) + half
            ranges = np.full((len(inside), 2), (first, end))
            middles.append(np.column_stack([first + inside, ranges]))
        found = np.concatenate(middles) if middles else np.zeros((0, 3), np.int64)
        if not len(found):
            raise ValueError("no recording has two seconds around a class: give longer ones")
        self._values = np.concatenate([one.values for one in some])
        classes = np.concatenate([one.classes for one in some])[found[:, 0]]
        self._classes = np.unique(classes)
        self._of = [found[classes == one] for one in self._classes]
        seconds = len(found) // (WINDOW // 2)
        self._each = max(1, max(seconds, len(some)) // len(self._classes))
        self.count = self._each * len(self._classes)

    def __call__(self, recipe, rng):
        """Windows as a `Recipe` wants them changed.

        Returns:
            float32 [count, 100, 6], whole codes / 32, and int64 [count], their classes.
        """
        drawn = [of[rng.integers(len(of), size=self._each)] for of in self._of]
        middle, first, end = np.concatenate(drawn).T[..., None]
        classes = np.repeat(self._classes, self._each)
        speed = recipe.quicker ** rng.uniform(-1, 1, (self.count, 1))
        speed = np.minimum(speed, (end - first - 1) / (WINDOW - 1))
        at = middle + speed * (np.arange(WINDOW) - WINDOW // 2)
        # One that would reach beyond its recording is moved into it.
        at -= np.minimum(at[:, :1] - first, 0) + np.maximum(at[:, -1:] - (end - 1), 0)
        x = self._between(at)
        if recipe.apart:
            moved = at + rng.integers(-recipe.apart, recipe.apart + 1, (self.count, 1))
            x[..., 3:] = self._between(np.clip(moved, first, end - 1))[..., 3:]
        x[..., 3:] *= speed[..., None].astype(np.float32)
        return coded(worn_otherwise(x, recipe, rng)), classes

    def _between(self, at):
        below = np.minimum(at.astype(np.int64), len(self._values) - 2)
        part = (at - below).astype(np.float32)[..., None]
        return self._values[below] * (1 - part) + self._values[below + 1] * part


def worn_otherwise(x, recipe, rng):
    """Windows as they were, had the watch been worn another way: float32 [n, 100, 6]."""
    count = len(x)
    x = np.where(rng.random((count, 1, 1)) < recipe.mirrored, x * MIRROR, x)
    turn = np.where(rng.random(count) < recipe.turned, rng.integers(1, len(TURNS), count), 0)
    by = rotations(count, recipe.tilt, rng) * TURNS[turn][:, None, :]
    return np.concatenate([x[..., :3] @ by.mT, x[..., 3:] @ by.mT], axis=2)


def rotations(count, degrees, rng):
    """Rotations about random axes by up to so many degrees: float32 [count, 3, 3]."""
    axes = rng.normal(size=(count, 3))
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    angles = np.deg2rad(rng.uniform(-degrees, degrees, (count, 1)))
    return Rotation.from_rotvec(angles * axes).as_matrix().astype(np.float32)


def coded(values):
    """Values as the int8 codes have them, in real numbers: float32 of the same shape."""
    codes = np.clip(np.rint(values / c_coach.INPUT_SCALE), -128, 127)
    return (codes * c_coach.INPUT_SCALE).astype(np.float32)


def predictor(model):
    """What a model says of windows, as a function.

    Args:
        model: a Keras model, or the bytes of a .tflite one, which the micro-interpreter runs.

    Returns:
        A function of float32 [n, 100, 6] to scores, float32 [n, classes].
    """
    if isinstance(model, bytes):
        return lambda x: micro.predict(model, x)
    return lambda x: model.predict(x, batch_size=1024, verbose=0)


def to_int8(model, some, recipe=DEFAULT, seed=0):
    """A model as the board takes it; its input gets scale 1/32 and zero point 0.

    Args:
        model: of `train`.
        some: the list of `Series` it was trained on, for the ranges of its activations.
        recipe: how windows of them are changed.
        seed: which windows.

    Returns:
        Bytes of the .tflite.
    """
    rng = np.random.default_rng(seed)
    x, _ = Windows(some)(recipe, rng)
    x = x[rng.permutation(len(x))[:_REPRESENTATIVE]]
    # The least code and the largest among them make the input's range all of int8.
    x[0, :2, 0] = np.float32([-128, 127]) * c_coach.INPUT_SCALE
    return quantize(model, "int8", x)
