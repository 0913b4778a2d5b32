"""The whole road, from data to a chip."""

from tinyml_helpers.drawings.sketch import Sketch

#: A step -> what comes out of it.
STEPS = {
    "data": "examples\nwith answers",
    "train": "a Keras model\nof float32",
    "quantize": "a .tflite file\nof int8",
    "export": "a C array",
    "run": "answers of\nthe chip",
    "compare": "trust, or\na search",
}


def road(here=None):
    """Draw the steps from data to a chip, and what each leaves.

    Args:
        here: the step to point at, one of `STEPS`; None for none.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: there is no such step.
    """
    if here is not None and here not in STEPS:
        raise ValueError(f"the road has no step {here!r}: choose one of {', '.join(STEPS)}")
    words = "The road: " + ", then ".join(
        f"{step} (leaves {' '.join(left.split())})" for step, left in STEPS.items()
    )
    if here:
        words += f". We are at: {here}"
    sketch = Sketch("From data to a chip", words, width=15, height=2.7)
    before = None
    for number, (step, left) in enumerate(STEPS.items()):
        x = 0.1 + number * 2.5
        box = sketch.box(x, 0.6, 1.9, 0.9, step, kind="now" if step == here else "work", size=11)
        sketch.note(x + 0.95, 1.75, left, 9, vertical="top")
        if before:
            sketch.arrow(before.right, box.left)
        before = box
    laptop, chip = (0.1, 9.5), (10.1, 14.5)
    for (start, end), place in (
        (laptop, "on your computer"),
        (chip, "on the chip, and against it"),
    ):
        sketch.note((start + end) / 2, 0.25, place, 9)
    return sketch.figure
