"""The signal chain and the ring buffer draw what they are told, and say it in words."""

import pytest

from tinyml_helpers import alt_text, drawings


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


CHAIN = [
    ("microphone", "320 samples", 50, 640, "data"),
    ("front end", "40 codes", 50, 40),
    ("ring of\n49 frames", "a picture", 5, 1960, "store"),
    ("model", "12 scores", 5, 12, "now"),
    ("average", "12 averages", 5, 12),
    ("detector", "an event", None, 1),
]


def test_a_chain_shows_bytes_a_second_where_there_is_a_rate():
    shown = texts(drawings.signal_chain(CHAIN))
    assert "32,000 B/s" in shown and "9,800 B/s" in shown
    assert "1 B, now and then" in shown
    assert sum(text.endswith("B/s") for text in shown) == len(CHAIN) - 1


def test_a_chain_says_in_words_what_each_stage_hands_on():
    words = alt_text.of(drawings.signal_chain(CHAIN, title="A chain"))
    assert words.startswith("A chain: microphone (hands on 320 samples, 640 bytes 50 a second")
    assert "then ring of 49 frames (hands on a picture" in words
    assert words.endswith("detector (hands on an event, 1 byte now and then)")


def test_a_chain_of_more_stages_than_a_row_goes_on_below():
    one, two = (drawings.signal_chain(CHAIN[:count]).get_figheight() for count in (5, 6))
    assert two > one


def test_items_of_a_ring_lie_at_their_number_modulo_its_places():
    figure = drawings.ring_buffer(4, {"full": (6, 4)})
    assert [text for text in texts(figure) if text.isdigit()] == ["8", "9", "6", "7"]


def test_a_full_ring_has_no_place_to_write_and_an_empty_one_none_to_read():
    assert "written next" not in texts(drawings.ring_buffer(4, {"full": (6, 4)}))
    assert "read next" not in texts(drawings.ring_buffer(4, {"empty": (6, 0)}))


def test_a_ring_says_in_words_what_waits_and_where_the_next_goes():
    words = alt_text.of(drawings.ring_buffer(4, {"a": (6, 0), "b": (6, 1), "c": (6, 3)}, "Ring"))
    assert words.startswith("Ring of 4 places at 3 moments. a: no hop waits, the next goes to")
    assert "b: hop 6 waits, the next goes to place 3" in words
    assert words.endswith("c: hops 6 to 8 wait, the next goes to place 1")


@pytest.mark.parametrize(
    "draw, said",
    [
        (lambda: drawings.signal_chain([]), "give one at least"),
        (lambda: drawings.ring_buffer(4, {}), "give one moment at least"),
        (lambda: drawings.ring_buffer(4, {"too many": (0, 5)}), "5 can't wait in 4 places"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, said):
    with pytest.raises(ValueError, match=said):
        draw()
