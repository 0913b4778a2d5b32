"""The drawing of a search says who trains for how long."""

import pytest

from tinyml_helpers import alt_text, drawings


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_each_rung_trains_fewer_for_longer():
    figure = drawings.search_loop(9, (3, 9, 27), 3)
    boxes = [text for text in texts(figure) if text.startswith("train")]
    assert boxes == ["train\n9 models,\n3 epochs", "train\n3 models,\n9 epochs",
                     "train\n1 model,\n27 epochs"]  # fmt: skip
    words = "9 of them for 3 epochs, then 3 of them for 9 epochs, then 1 of them for 27 epochs"
    assert words in alt_text.of(figure)


def test_at_least_one_goes_on():
    assert "train\n1 model,\n5 epochs" in texts(drawings.search_loop(2, (1, 5), 3))


def test_without_a_rung_there_is_no_search():
    with pytest.raises(ValueError, match="needs a rung"):
        drawings.search_loop(9, (), 3)
