"""Training of face unlock: portraits in, an int8 model in whose eyes one person is alike, out.

model, history = train(faces)
tflite = to_int8(model, crop.crops(faces.images, faces.boxes))
trials.error_rate(trials.enrolled(embeddings(tflite, crop.crops(images, boxes)), who))
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.faces.answers import CODES_PER_ONE, verifier_input
from tinyml_helpers.applications.faces.crop import crop
from tinyml_helpers.applications.faces.drawn import photo
from tinyml_helpers.applications.faces.training.people import FIRST_COMPOSITE
from tinyml_helpers.applications.faces.training.verifier_model import SIDE, embedder
from tinyml_helpers.compress import quantize
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

#: A version of all pictures is used so often: making one takes as long as learning from it.
VERSION_EPOCHS = 4


class Recipe(NamedTuple):
    """How to train.

    Attributes:
        epochs: how often every picture is seen, in another version after `VERSION_EPOCHS` of them.
        learning_rate: the highest, reached in a tenth of all steps; it falls to 0 along a cosine.
        batch_size: pictures a step.
        margin: by how much the cosine to a person's centre must beat all others' to count as equal.
        scale: what cosines are multiplied with before the softmax.
        smallest, largest: a face's side in pixels, before it is cropped.
        shift: standard deviation of a box's error in place, in its sides; cut off at twice that.
        size: of its error in size, as a share; cut off likewise.
        blur, noise: of the camera, as in `photo.taken`.
        lit: the share of pictures that get darker along some direction.
        erased: the share that loses a rectangle (Zhong et al., Random Erasing, arXiv:1708.04896).
    """

    epochs: int = 12
    learning_rate: float = 3e-3
    batch_size: int = 64
    margin: float = 0.2
    scale: float = 20.0
    smallest: float = 24.0
    largest: float = 64.0
    shift: float = 0.05
    size: float = 0.08
    blur: float = 0.4
    noise: float = 0.5
    lit: float = 0.3
    erased: float = 0.15


def version(faces, recipe, random):
    """Every face once more, as another camera might have taken it, and cropped.

    Args:
        faces: Faces.
        recipe: a `Recipe`.
        random: a numpy Generator.

    Returns:
        int8 [n, 48, 48], in the order of `faces`.
    """
    made = np.empty((len(faces.who), SIDE, SIDE), np.int8)
    for number, (image, box) in enumerate(zip(faces.images, faces.boxes, strict=True)):
        image, box = _changed(image.astype(np.float32) / 255, box, recipe, random)
        made[number] = crop(photo.codes(image), box)
    return made


def _changed(image, box, recipe, random):
    """Another version of a picture 0 to 1 with its box, both perhaps smaller."""
    side = box[2] - box[0]
    if random.random() < recipe.lit:
        image = _lit(image, random.normal(0, 0.5 / side, 2))
    if random.random() < recipe.erased:
        image = _erased(image, box, random)
    factor = np.exp(random.uniform(np.log(recipe.smallest), np.log(recipe.largest))) / side
    if factor < 1:
        height, width = image.shape
        image = photo.resized(image, round(height * factor), round(width * factor))
        box = box * (np.array(image.shape)[[1, 0, 1, 0]] / (width, height, width, height))
    image = photo.taken(image, random, noise=recipe.noise, blur=recipe.blur)
    return image, _missed(box, recipe, random)


def _lit(image, slope):
    """The picture brighter along a direction: `slope` is (down, right), in e-folds a pixel."""
    height, width = image.shape
    down, right = slope
    y, x = np.arange(height)[:, np.newaxis] - height / 2, np.arange(width) - width / 2
    ramp = down * y + right * x
    return np.clip(image * np.exp(ramp), 0, 1).astype(np.float32)


def _erased(image, box, random):
    """The picture with a rectangle of one grey somewhere on the face."""
    side = box[2] - box[0]
    size = np.round(random.uniform(0.1, 0.45, 2) * side).astype(int)
    y, x = np.round(box[[1, 0]] + random.uniform(0, 1, 2) * side - size / 2).astype(int)
    image = image.copy()
    image[max(y, 0) : y + size[0], max(x, 0) : x + size[1]] = random.uniform(0, 1)
    return image


def _missed(box, recipe, random):
    """The box as a detector finds it: a bit beside, a bit too large or small."""
    side = box[2] - box[0]
    *shift, more = np.clip(random.normal(0, 1, 3), -2, 2)
    middle = (box[:2] + box[2:]) / 2 + side * recipe.shift * np.array(shift)
    half = side * np.exp(recipe.size * more) / 2
    return np.concatenate([middle - half, middle + half])


def train(faces, recipe=None, model=None, seed=0, report=None):
    """Train an embedding on pictures of people: to tell every one of them from all others.

    A last layer, left out afterwards, holds a centre for each person; what is learned is that the
    cosine between a picture's embedding and its person's centre beats those to all others by a
    margin (Wang et al., CosFace, arXiv:1801.09414). From one epoch to the next left and right are
    swapped: still the same person.

    Args:
        faces: Faces.
        recipe: a `Recipe`; None for its defaults.
        model: the Keras model to train on; None for a fresh `embedder()`.
        seed: for initial weights, order and augmentation. Even so two machines don't train the
            same model: their sums of floats differ in the order.
        report: called after every epoch with its number and its loss.

    Returns:
        The model, and its history: {"loss": [...], "accuracy": [...]}, one value an epoch.

    Raises:
        ValueError: there are fewer than two people.
    """
    recipe = recipe or Recipe()
    people, labels = np.unique(faces.who, return_inverse=True)
    if len(people) < 2:
        raise ValueError("there must be at least two people to tell apart")
    keras.utils.set_random_seed(seed)
    random = np.random.default_rng(seed)
    model = model or embedder()
    student = keras.Model(model.inputs, Cosines(len(people), name="people")(model.output))
    alike = _of_one_kind(people)
    _compile(student, recipe, alike, steps=-(-len(labels) // recipe.batch_size))
    history, codes = {"loss": [], "accuracy": []}, None
    for epoch in range(recipe.epochs):
        new = epoch % VERSION_EPOCHS == 0
        codes = version(faces, recipe, random) if new else codes[:, :, ::-1]
        x = verifier_input(codes)
        seen = student.fit(x, labels, batch_size=recipe.batch_size, verbose=0).history
        for name, values in history.items():
            values += seen[name]
        if report:
            report(epoch, seen["loss"][0])
    return model, history


class Cosines(keras.layers.Layer):
    """The cosines of an embedding to so many centres, which are learned: float [n, centres]."""

    def __init__(self, centres, **more):
        super().__init__(**more)
        self.centres = centres

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.centres), initializer="glorot_normal")

    def call(self, x):
        return keras.ops.normalize(x, axis=-1) @ keras.ops.normalize(self.kernel, axis=0)


def _of_one_kind(people):
    """Who is compared with whom: drawn people with drawn ones, composed with composed.

    A drawn face looks so unlike a photograph that telling one from the other would be learned
    first, and put all drawn people near each other. float32 [people, people], 0 or 1.
    """
    composed = people >= FIRST_COMPOSITE
    return (composed[:, np.newaxis] == composed).astype(np.float32)


def _compile(student, recipe, alike, steps):
    """Prepare a model of cosines for `fit`, with `steps` batches an epoch."""

    def loss(labels, cosines):
        labels = keras.ops.cast(keras.ops.reshape(labels, (-1,)), "int32")
        own = keras.ops.one_hot(labels, cosines.shape[-1])
        scores = recipe.scale * (cosines - recipe.margin * own)
        scores = scores - 1e3 * (1 - keras.ops.take(alike, labels, axis=0))
        return keras.losses.categorical_crossentropy(own, scores, from_logits=True)

    total = recipe.epochs * steps
    rise = max(1, total // 10)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, total - rise, warmup_target=recipe.learning_rate, warmup_steps=rise
    )
    student.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=1e-3),
        loss=loss,
        metrics=["accuracy"],
    )


def to_int8(model, codes):
    """Quantize a model; its input gets scale 1/64 and zero point 0, the crop's own codes.

    Args:
        model: a trained Keras model.
        codes: some hundred crops it was trained on, int8 [n, 48, 48], for the ranges of its
            activations.

    Returns:
        The .tflite model, bytes.

    Raises:
        ValueError: there are no crops.
    """
    if not len(codes):
        raise ValueError("there are no crops to find the ranges of activations with")
    x = verifier_input(codes)
    # One darkest and one brightest code among them make the input's range all of int8.
    x[:1, 0, :2, 0] = np.array([-128, 127]) / CODES_PER_ONE
    return quantize(model, "int8", x)
