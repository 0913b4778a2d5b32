"""Training of the face detector: frames with boxes in, a model in int8 out.

model, history = train(frames, negatives)
tflite = to_int8(model, frames)
scores = patch_scores(tflite, patches)
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.faces.answers import detector_input, grids
from tinyml_helpers.applications.faces.drawn.photo import resized
from tinyml_helpers.applications.faces.training.detector_model import detector
from tinyml_helpers.applications.faces.training.detector_targets import (
    MOST_FACES,
    Frames,
    join,
    loss,
    targets,
    to_frames,
    windows,
)
from tinyml_helpers.compress import quantize
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

__all__ = [
    "MOST_FACES",
    "Frames",
    "Recipe",
    "detector",
    "join",
    "loss",
    "patch_scores",
    "targets",
    "to_frames",
    "to_int8",
    "train",
    "windows",
]

#: Pixels across a patch in the frame, and around its middle, see `patch_scores`.
PATCH_SIDES = (36, 48)


class Recipe(NamedTuple):
    """How to train.

    Attributes:
        epochs: how many.
        frames: frames an epoch, drawn anew from all each time.
        negatives: frames without a face that the model looks at before an epoch,
        hard: and how many of them, those with the highest scores, are added to it.
        learning_rate: the highest, reached in a twentieth of all steps; it falls to 0 along a
            cosine.
        batch_size: frames a step.
        geometry: how much the boxes count beside the scores.
    """

    epochs: int = 20
    frames: int = 6000
    negatives: int = 2000
    hard: int = 600
    learning_rate: float = 4e-3
    batch_size: int = 48
    geometry: float = 3.0


def train(frames, negatives, recipe=Recipe(), model=None, seed=0, report=None):  # noqa: B008
    """Train a detector.

    Args:
        frames: `Frames` to learn from.
        negatives: `Frames` without faces, from which the hardest are chosen before each epoch;
            None for none. (Sung and Poggio, Example-Based Learning for View-Based Human Face
            Detection, MIT AI memo 1521, 1994.)
        recipe: a `Recipe`.
        model: the Keras model to train on; None for a fresh one.
        seed: for initial weights, order and flips. Even so two machines don't train the same
            model: their sums of floats differ in the order.
        report: report(epoch, loss, model) is called after each epoch, if given.

    Returns:
        The model, and the loss of each epoch, a list.

    Raises:
        ValueError: there are no frames.
    """
    if not len(frames.images):
        raise ValueError("there are no frames to train on")
    keras.utils.set_random_seed(seed)
    random = np.random.default_rng(seed)
    height, width = frames.images.shape[1:]
    model = detector(height, width) if model is None else model
    hard = min(recipe.hard, len(negatives.images)) if negatives else 0
    count = min(recipe.frames, len(frames.images))
    total = recipe.epochs * -(-(count + hard) // recipe.batch_size)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, total, warmup_target=recipe.learning_rate, warmup_steps=total // 20
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=1e-3, clipnorm=5.0)
    model.compile(optimizer=optimizer, loss=loss(recipe.geometry))
    losses = []
    for epoch in range(recipe.epochs):
        chosen = frames.take(random.permutation(len(frames.images))[:count])
        if hard:
            added = _hardest(model if epoch else None, negatives, recipe, random)
            chosen = join(chosen, added)
        x, boxes, hidden = changed(chosen, random)
        history = model.fit(
            detector_input(x),
            targets(boxes, hidden, height, width),
            batch_size=recipe.batch_size,
            verbose=0,
        )
        losses += history.history["loss"]
        if report:
            report(epoch, losses[-1], model)
    return model, losses


def _hardest(model, negatives, recipe, random):
    """The frames without faces in which the model is surest to see one; any, without a model."""
    some = negatives.take(random.permutation(len(negatives.images))[: recipe.negatives])
    if model is None:
        return some.take(slice(recipe.hard))
    grid = model.predict(detector_input(some.images), batch_size=128, verbose=0)
    return some.take(np.argsort(-grid[..., 0].max(axis=(1, 2)))[: recipe.hard])


def changed(frames, random):
    """Another version of frames: half of them mirrored, all in other contrast and brightness.

    Args:
        frames: `Frames`.
        random: `numpy.random.Generator`.

    Returns:
        `Frames`.
    """
    images = frames.images.copy()
    mirrored = random.random(len(images)) < 0.5
    images[mirrored] = images[mirrored, :, ::-1]
    width, fields = np.float32(images.shape[2]), []
    for boxes in frames[1:]:
        flipped = boxes[..., [2, 1, 0, 3]] * [-1, 1, -1, 1] + np.float32([width, 0, width, 0])
        fields.append(np.where(mirrored[:, np.newaxis, np.newaxis], flipped, boxes))
    codes = np.arange(256) / 255
    for image in images:
        curve = 0.5 + (codes ** np.exp(random.normal(0, 0.2)) - 0.5) * np.exp(random.normal(0, 0.2))
        curve = curve + random.normal(0, 0.08)
        image[:] = np.round(255 * np.clip(curve, 0, 1)).astype(np.uint8)[image]
    return Frames(images, *fields)


def to_int8(model, frames, count=300):
    """Quantize a detector; its input gets scale 1/128 and zero point 0: a code is grey - 128.

    Args:
        model: a trained Keras model.
        frames: `Frames` it was trained on, for the ranges of its activations.
        count: how many of them to use, evenly chosen.

    Returns:
        The .tflite model, bytes.

    Raises:
        ValueError: there are no frames.
    """
    x = detector_input(frames.images[:: max(1, len(frames.images) // count)])
    # A black and a white pixel among them make the input's range all of int8.
    x[:1, 0, :2, 0] = -1, 127 / 128
    return quantize(model, "int8", x)


def patch_scores(model, patches, sides=PATCH_SIDES):
    """How sure a detector is that a patch is a face.

    Each patch is put in the middle of a 96 × 96 frame, once at each size, on the grey of its own
    edge; its score is the mean of the highest scores of the cells around the middle.

    Args:
        model: a detector for 96 × 96 frames: a Keras model, or the bytes of a .tflite one, which
            the micro-interpreter runs.
        patches: [n, h, w], or a list of arrays [h, w] each: uint8, or float from 0 to 1. One that
            isn't square is squeezed.
        sides: sizes in pixels of the frame.

    Returns:
        float64 [n], 0 to 1.

    Raises:
        ValueError: a patch isn't an image.
    """
    scores = np.zeros(len(patches))
    for side in sides:
        frames = np.array([_on_its_edge(patch, side) for patch in patches])
        scores += grids(model, frames)[:, 4:8, 4:8, 0].max(axis=(1, 2)) / len(sides)
    return scores


def _on_its_edge(patch, side, size=96):
    """A patch in the middle of a frame of its edge's mean grey: uint8 [size, size]."""
    patch = np.asarray(patch)
    if patch.ndim != 2 or 0 in patch.shape:
        raise ValueError(f"a patch is grey, [height, width], not of shape {patch.shape}")
    grey = patch.astype(np.float32) * (1 if patch.dtype == np.uint8 else 255)
    grey = resized(grey, side, side)
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    frame = np.full((size, size), edge.mean(), np.float32)
    start = (size - side) // 2
    frame[start : start + side, start : start + side] = grey
    return np.round(np.clip(frame, 0, 255)).astype(np.uint8)
