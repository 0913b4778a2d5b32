"""The picture that stands for a widget: as small as it may be, and closed."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from tinyml_helpers.panels import still


def figure():
    figure, axes = plt.subplots()
    axes.set_title("A picture with words")
    return figure


@pytest.mark.parametrize(("face", "kept"), [("white", "RGB"), ((1, 1, 1, 0.5), "RGBA")])
def test_only_an_alpha_channel_that_says_nothing_is_left_out(face, kept):
    one = figure()
    one.set_facecolor(face)
    whole = io.BytesIO()
    one.savefig(whole, format="png")
    png, words = still.drawn(one)
    before, after = Image.open(whole), Image.open(io.BytesIO(png))
    assert (before.mode, after.mode) == ("RGBA", kept)
    assert np.array_equal(before.convert(kept), after)
    assert len(png) <= len(whole.getvalue()) and words == "A picture with words"


def test_the_figure_is_closed():
    before = plt.get_fignums()
    still.drawn(figure())
    assert plt.get_fignums() == before


@pytest.mark.parametrize("bundle", [{"text/plain": "it"}, ({"text/plain": "it"}, {"mine": 1})])
def test_a_bundle_gets_a_picture_and_its_words(bundle):
    data, metadata = still.beside(bundle, b"png", "words")
    assert data == {"text/plain": "it", "image/png": "cG5n"}
    assert metadata["image/png"] == {"alt": "words"}
    assert metadata.get("mine") == (1 if isinstance(bundle, tuple) else None)
