"""Makes the trained model of digits, and measures it on writers it hasn't seen.

    python data/digit_models/make_digits.py

Takes a minute. Training differs a little between machines, and so does the model.
"""

import json
from pathlib import Path

import numpy as np
from scipy.ndimage import affine_transform

from tinyml_helpers import compress, datasets, model_file
from tinyml_helpers.files import write_whole
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import litert

FOLDER = Path(__file__).parent
EPOCHS, SEED = 40, 1
#: How far a digit is changed, at most: stretched down and across, slanted along rows and columns,
#: and moved down and across, in pixels.
STRETCH, SLANT, MOVE = (0.07, 0.2), (0.08, 0.25), (0.4, 0.7)


def main():
    digits = datasets.digits()
    model = train(digits.x_train, digits.y_train)
    tflite = compress.quantize(model, "int8", representative=digits.x_train[:200])
    write_whole(FOLDER / "digits.tflite", tflite)
    model.save(FOLDER / "digits.keras")
    predicted = model.predict(digits.x_test, verbose=0).argmax(axis=1)
    figures = {
        "float": round(float(np.mean(predicted == digits.y_test)), 3),
        "int8": round(float(litert.accuracy(tflite, digits.x_test, digits.y_test)), 3),
        "macs": model_file.read(tflite).macs,
        "bytes": len(tflite),
    }
    write_whole(FOLDER / "metrics.json", json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


def train(x, y):
    """The trained Keras model: every epoch sees each image as it is, and changed anew."""
    with quiet():
        import keras
    keras.utils.set_random_seed(SEED)
    rng = np.random.default_rng(SEED)
    model = network(keras)
    model.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
    for _ in range(EPOCHS):
        seen = np.concatenate([x, np.array([changed(image, rng) for image in x])])
        model.fit(seen, np.tile(y, 2), batch_size=32, verbose=0)
    return model


def network(keras):
    """Float32 [1, 8, 8, 1], the share of each cell that is ink, in; a softmax over ten out."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.3),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )


def changed(image, rng):
    """An image [8, 8, 1] as another hand might have written it."""
    (down, across), (rows, columns) = rng.uniform(-1, 1, (2, 2))
    ways = np.array(
        [[1 + STRETCH[0] * down, SLANT[0] * rows], [SLANT[1] * columns, 1 + STRETCH[1] * across]]
    )
    middle = np.full(2, 3.5)
    offset = middle - ways @ middle + rng.uniform(-1, 1, 2) * MOVE
    return affine_transform(image[..., 0], ways, offset, order=1).clip(0, 1)[..., np.newaxis]


if __name__ == "__main__":
    main()
