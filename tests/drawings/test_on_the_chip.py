"""What the lesson On the chip draws says the numbers it was given, and refuses what can't be."""

import pytest

from tinyml_helpers import alt_text, drawings

FLASH = drawings.Memory("Flash", 0, 1 << 20, (("code", 20_000, "the program"),))
RAM = drawings.Memory(
    "RAM", 0x20000000, 1 << 18, (("stack", 2048, "of functions"), ("arena", 4100, "tensors"))
)


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_a_memory_map_says_each_part_and_both_ends():
    figure = drawings.memory_map("A board", [FLASH, RAM])
    assert alt_text.of(figure) == (
        "The memory map of A board; Flash of 1,048,576 bytes from 0x00000000, from the bottom: "
        "code 20,000, the rest free; RAM of 262,144 bytes from 0x20000000, from the bottom: "
        "stack 2,048, arena 4,100, the rest free"
    )
    shown = texts(figure)
    assert {"0x00100000", "0x20000000", "0x20040000", "4,100 bytes\ntensors"} <= set(shown)
    assert shown.count("free") == 2


def test_a_full_memory_has_nothing_free():
    full = drawings.Memory("RAM", 0, 100, (("all", 100, "of it"),))
    assert "free" not in texts(drawings.memory_map("A board", [full]))


def test_parts_of_a_memory_map_stand_on_one_another_from_the_bottom():
    boxes = drawings.memory_map("A board", [RAM]).axes[0].patches[2:]
    stack, arena = (box.get_bbox() for box in boxes)
    assert arena.y1 == pytest.approx(stack.y0) and stack.y1 == pytest.approx(7)
    assert arena.height == pytest.approx(4100 / 2048 * stack.height)


@pytest.mark.parametrize(
    "parts, said", [((), "has no parts"), ((("arena", 101, "tensors"),), "and it has 100")]
)
def test_a_memory_that_cannot_be_drawn_is_refused(parts, said):
    with pytest.raises(ValueError, match=said):
        drawings.memory_map("A board", [drawings.Memory("RAM", 0, 100, parts)])


def test_two_macs_are_those_of_the_first_and_third_codes():
    figure = drawings.two_macs([3, -20, -5, 41], [10, 7, 2, -9], 100)
    assert alt_text.of(figure).endswith("100 + 30 + -10 = 120")
    assert {"30", "-10", "100", "120"} <= set(texts(figure))


def test_two_macs_need_four_codes_of_each():
    with pytest.raises(ValueError, match="not 3 weights and 4 inputs"):
        drawings.two_macs([1, 2, 3], [1, 2, 3, 4])
