"""Makes the model of micro's example, a sine, as a C array beside the example.

    python data/sine/make_sine.py

Nothing is trained: between knots the net is straight, and its weights say where the knots are and
how much the slope changes there. So the same model comes out everywhere.
"""

import numpy as np

from tinyml_helpers import export
from tinyml_helpers.micro import binding
from tinyml_helpers.quiet import quiet

FOLDER = binding.FOLDER / "example"
KNOTS = np.pi * np.arange(8) / 8  # distances from the middle, where the sine crosses zero


def main():
    export.c_array(tflite_bytes(), "sine", FOLDER)


def tflite_bytes():
    """The model: int8 [1, 1], 0 to 2 π, in; int8 [1, 1], its sine, out."""
    with quiet():
        import tensorflow as tf

        converter = tf.lite.TFLiteConverter.from_keras_model(net(tf.keras))
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        angles = np.linspace(0, 2 * np.pi, 256, dtype=np.float32)
        converter.representative_dataset = lambda: ([angle.reshape(1, 1)] for angle in angles)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
        return converter.convert()


def net(keras):
    """The Keras model: how far x lies beyond each knot, on either side, times what that changes."""
    heights = np.sin(np.append(KNOTS, np.pi))
    slopes = np.diff(heights) / KNOTS[1]
    changes = np.diff(slopes, prepend=0)
    x = keras.Input((1,), batch_size=1)
    beyond = keras.layers.Dense(16, activation="relu", name="beyond")
    y = keras.layers.Dense(1, use_bias=False, name="sine")
    model = keras.Model(x, y(beyond(x)))
    sides = np.repeat([-1.0, 1.0], len(KNOTS))
    beyond.set_weights([sides[np.newaxis], -sides * np.pi - np.tile(KNOTS, 2)])
    y.set_weights([(-sides * np.tile(changes, 2))[:, np.newaxis]])
    return model


if __name__ == "__main__":
    main()
