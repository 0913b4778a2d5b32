import keras
import pytest
from exercise_runner import NOTEBOOKS, Exercise, prove

from tinyml_helpers import boards
from tinyml_helpers.checks import on_the_chip as check

SOLUTIONS = NOTEBOOKS / "solutions" / "on_the_chip"
POOL = (SOLUTIONS / "3_max_pool.py").read_text(encoding="utf-8")
SMALLER = (SOLUTIONS / "4_smaller.py").read_text(encoding="utf-8")
SPEED = (SOLUTIONS / "2_speed_needed.py").read_text(encoding="utf-8")
CYCLES = (SOLUTIONS / "5_cycles_allowed.py").read_text(encoding="utf-8")


def changed(text, *pairs):
    """A solution with something wrong: the first `old` of each (old, new) replaced."""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def summed(while_taken):
    """An owner() that adds up the pieces that are taken."""
    return (
        "def owner(plan):\n"
        "    operators = range(max(piece.last for piece in plan))\n"
        "    return max(operators, key=lambda now: sum(\n"
        f"        piece.bytes for piece in plan if {while_taken}))"
    )


EXERCISES = [
    Exercise(
        "on_the_chip/1_owner",
        check.owner,
        wrong={
            summed("piece.first <= now <= piece.last"): "only once",
            summed("piece.first <= now < piece.last"): "last operator",
            "owner = lambda plan: max(plan[1:], key=lambda piece: piece.bytes).first": "largest",
            "owner = lambda plan: plan[-1].last": "0 to 3",
            "owner = lambda plan: 0.5": "whole number",
            "owner = lambda plan: 3": "another",
        },
    ),
    Exercise(
        "on_the_chip/2_speed_needed",
        check.speed_needed,
        wrong={
            "speed_needed = lambda part, in_all: in_all": "stay as slow",
            "speed_needed = lambda part, in_all: 1 / (1 - part + part / in_all)": "way round",
            "speed_needed = lambda part, in_all: (1 / in_all - 1 + part) / part": "upside down",
            "speed_needed = lambda part, in_all: 1 / in_all - 1 + part": "may still take",
            "speed_needed = lambda part, in_all: 1 + (in_all - 1) / part": "only a quarter",
            "speed_needed = lambda part, in_all: in_all / part": "not in the speed",
            "speed_needed = lambda part, in_all: 100": "should be 1/in_all",
            changed(SPEED, (" if left > 0 else 0", "")): "the answer is 0",
            "speed_needed = 2": "should be a function",
        },
    ),
    Exercise(
        "on_the_chip/3_max_pool",
        check.max_pool,
        wrong={
            "max_pool = len": "C in a text",
            changed(POOL, ("int8_t code = in[", "int8_t code = i[")): "your_code.c:12",
            changed(POOL, ("void max_pool", "void pool")): "max_pool",
            changed(POOL, ("c];", "c + 100000000];")): "no memory",
            changed(POOL, ("x += 2", "x += 0")): "still busy",
            changed(POOL, ("x + 1 < width", "x < width + 1")): "room",
            changed(POOL, ("x += 2", "x += 1")): "room",
            changed(
                POOL,
                ("int8_t", "uint8_t"),
                ("int8_t larg", "uint8_t larg"),
                ("-128", "0"),
                ("int8_t code", "uint8_t code"),
            ): "200",
            changed(POOL, ("largest = -128", "largest = 0")): "start from",
            changed(POOL, ("width + x + dx) * channels + c", "width + x + dx) + c")): "one channel",
            changed(POOL, ("(y + dy) * width", "(y + dy) * (width / 2 * 2)")): "even sizes",
            changed(POOL, ("dx < 2", "dx < 1")): "2 × 2",
        },
    ),
    Exercise(
        "on_the_chip/4_smaller",
        check.smaller,
        wrong={
            changed(SMALLER, ("3, strides=2, padding", "3, padding")): "too many",
            changed(SMALLER, ("D(32", "D(44"), ("D(3, strides=2", "D(3")): "20,000",
            changed(SMALLER, ("Conv2D(64", "Conv2D(32"), ("Conv2D(64", "Conv2D(32")): "6 × 6 × 64",
            changed(SMALLER, ("96, 96, 1", "48, 48, 1")): "[96, 96, 1]",
            "smaller = lambda: 96": "Keras model",
        },
        names={"keras": keras},
    ),
    Exercise(
        "on_the_chip/5_cycles_allowed",
        check.cycles_allowed,
        wrong={
            changed(CYCLES, ("- nano_facts.sleep_amperes", "")): "asleep",
            changed(CYCLES, (" / per_second", "")): "share",
            changed(CYCLES, (" / per_second", " * per_second")): "fewer",
            changed(CYCLES, ("24 * days", "days")): "hours",
            changed(
                CYCLES, ("coin_ah", "1000 * coin_ah"), ("min(max(awake, 0), 1)", "awake")
            ): "Ah",
            changed(CYCLES, ("max(awake, 0)", "awake")): "ten years",
            changed(CYCLES, ("min(max(awake, 0), 1)", "max(awake, 0)")): "clock",
            "cycles_allowed = lambda days, per_second: 1000": "which share",
        },
        names={"nano_facts": boards.get("nano33ble"), "coin_ah": 0.225},
    ),
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_blank_right_and_wrong_are_told_apart(exercise):
    prove(exercise)
