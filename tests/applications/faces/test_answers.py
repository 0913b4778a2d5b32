"""Both kinds of model, asked alike: int8 as on a board, and floats in the range they learned."""

import numpy as np
import spots

from tinyml_helpers.applications.faces import answers
from tinyml_helpers.applications.faces.detector import Detector
from tinyml_helpers.applications.faces.verifier import Verifier


class Echo:
    """Stands for a Keras model: answers what it is given."""

    def predict(self, x, batch_size, verbose):
        return x


def test_int8_answers_are_the_boards():
    frames = spots.mixed_frames(8)
    codes = Detector(spots.detector()).grids(frames)
    grids = answers.grids(spots.detector(), frames)
    assert grids.dtype == np.float32
    np.testing.assert_array_equal(256 * grids - 128, codes)
    faces = np.random.default_rng(0).integers(-128, 128, (3, 48, 48), np.int8)
    expected = Verifier(spots.verifier()).embeddings(faces)
    np.testing.assert_array_equal(answers.embeddings(spots.verifier(), faces), expected)


def test_a_float_model_gets_numbers_around_0():
    frames = np.array([[[0, 128, 192]]], np.uint8)
    np.testing.assert_array_equal(answers.grids(Echo(), frames)[0, 0, :, 0], [-1, 0, 0.5])
    crops = np.array([[[-128, 0, 32]]], np.int8)
    np.testing.assert_array_equal(answers.embeddings(Echo(), crops)[0, 0, :, 0], [-2, 0, 0.5])
