"""Two small real data sets that ship inside packages this workbook needs anyway.

Their datasheets, `data/digits.md` and `data/lfw_patches.md`, say where they come from, what is
odd about them, and why they are split as they are.
"""

from typing import NamedTuple

import numpy as np

#: The first row of the digits' test part. The rows come form by form, each form filled by one
#: person, and the twelfth of the fourteen forms begins here.
_DIGITS_TEST_START = 1415

#: How many of the 100 photographs behind the LFW patches are kept for the test part.
_LFW_TEST_PHOTOGRAPHS = 25


class Split(NamedTuple):
    """A data set cut into a part to train on and a part to test on.

    Attributes:
        x_train: images to train on, float32 [n, height, width, 1], 0 (no ink, black) to 1.
        y_train: their classes, int64 [n], an index into `names`.
        x_test: images to test on, float32 [m, height, width, 1].
        y_test: their classes, int64 [m].
        names: the classes' names, a tuple of str.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    names: tuple[str, ...]

    def __repr__(self):
        size = "×".join(map(str, self.x_train.shape[1:]))
        return (
            f"Split: {len(self.x_train):,} images to train on and {len(self.x_test):,} to test on, "
            f"{size} {self.x_train.dtype}, {len(self.names)} classes ({', '.join(self.names)})"
        )


def digits():
    """The 1,797 handwritten digits of scikit-learn, split by writer.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, 1998, doi 10.24432/C50P49; this is its test part.

    Returns:
        A Split of 1,415 and 382 images of 8×8×1. A pixel is the share of its 4×4 cell that is
        ink: a multiple of 1/16. The classes are "0" to "9". The test images are the last three
        forms, by people who filled none of the others (as far as the file tells).
    """
    from sklearn.datasets import load_digits

    loaded = load_digits()
    x = (loaded.images / 16).astype(np.float32)[..., np.newaxis]
    y = loaded.target.astype(np.int64)
    cut = _DIGITS_TEST_START
    return Split(x[:cut], y[:cut], x[cut:], y[cut:], tuple("0123456789"))


def lfw_patches():
    """The 100 faces and 100 backgrounds that scikit-image cut from Labeled Faces in the Wild.

    Source: G. B. Huang, M. Ramesh, T. Berg and E. Learned-Miller, Labeled Faces in the Wild,
    University of Massachusetts, Amherst, report 07-49, 2007; `skimage.data.lfw_subset`.

    Returns:
        A Split of 150 and 50 patches of 25×25×1, half of each part faces. The classes are "not a
        face" and "face". A photograph's face and its background stay together, face first, so
        any even number of neighbours is balanced. Who is shown isn't recorded: the same person
        may be in both parts.
    """
    from skimage.data import lfw_subset

    faces, backgrounds = np.split(lfw_subset(), 2)  # [100, 25, 25] float64 each
    x = np.stack([faces, backgrounds], axis=1).reshape(-1, 25, 25, 1).astype(np.float32)
    y = np.tile(np.array([1, 0], dtype=np.int64), len(faces))
    cut = len(x) - 2 * _LFW_TEST_PHOTOGRAPHS
    return Split(x[:cut], y[:cut], x[cut:], y[cut:], ("not a face", "face"))
