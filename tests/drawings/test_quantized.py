"""Drawings of the lesson Quantization: the numbers on them are those that were given."""

import pytest

from tinyml_helpers import alt_text, drawings


def written(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_a_ruler_shows_its_ends_and_the_code_of_zero():
    shown = written(drawings.ruler(-1, 1, beyond=None))
    assert {"-1", "0", "1", "−128", "127"} <= set(shown) and "saturates" not in shown
    assert "their codes -128, 0 and 127" in alt_text.of(drawings.ruler(-1, 1, beyond=None))


def test_a_ruler_that_begins_at_zero_gives_it_the_lowest_code():
    assert written(drawings.ruler(0, 6, beyond=None)).count("−128") == 2


def test_what_lies_beyond_the_ruler_gets_its_last_code():
    figure = drawings.ruler(-1, 1, beyond=3)
    assert {"3", "saturates"} <= set(written(figure))
    assert "3 lies beyond the ruler and gets the code 127" in alt_text.of(figure)


@pytest.mark.parametrize(
    "arguments, said", [((1, 2), "no zero"), ((-1, 0), "no zero"), ((-1, 2, 1.5), "above 2")]
)
def test_a_ruler_that_cannot_be_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        drawings.ruler(*arguments)


def test_a_layer_shows_its_numbers_and_none_that_was_not_given():
    shown = written(drawings.int8_layer(-128, 1_566_803_128, -7, 19))
    assert {"−128", "1,566,803,128\nof 2³¹", "7 bits\nto the right", "19"} <= set(shown)
    assert not any(
        any(c.isdigit() for c in text)
        for text in written(drawings.int8_layer())
        if "int" not in text
    )
