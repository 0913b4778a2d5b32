"""What the tests of real faces share."""

import numpy as np
import pytest
from scipy.io import savemat


@pytest.fixture(scope="module")
def olivetti_folder(tmp_path_factory):
    """A folder with an olivettifaces.mat of noise, with the fields the real one has."""
    folder = tmp_path_factory.mktemp("olivetti")
    random = np.random.default_rng(0)
    faces = random.integers(0, 256, (4096, 400)).astype(np.uint8)
    faces[0], faces[1] = 0, 255
    fields = {"faces": faces, "p": np.full((1, 40), 0.25), "u": np.zeros((4096, 40))}
    savemat(folder / "olivettifaces.mat", fields)
    return folder
