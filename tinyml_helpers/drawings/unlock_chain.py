"""How a face unlocks: from a frame to a verdict, and where the template comes from."""

from tinyml_helpers.drawings.sketch import Sketch

#: A step -> (its kind of box, the note below it).
_STEPS = {
    "frame": ("data", "96 × 96,\ngrey"),
    "detector": ("work", "where is\na face?"),
    "crop": ("data", "48 × 48,\nlight taken out"),
    "verifier": ("work", "whose\nis it?"),
    "embedding": ("data", "64\nnumbers"),
    "cosine": ("work", ""),
}


def unlock_chain(threshold):
    """Draw the steps from a frame to "open" or "locked", and enrolment.

    Args:
        threshold: the similarity from which it opens, -1 to 1.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: no cosine reaches such a threshold.
    """
    if not -1 <= threshold <= 1:
        raise ValueError(f"a cosine is from -1 to 1, and {threshold} isn't: give a threshold there")
    words = (
        "The chain of a face unlock: frame, detector, crop, verifier, embedding; the cosine of the "
        f"embedding with the template opens from {threshold} on, and stays locked below. "
        "The template is kept from enrolment: five embeddings of the owner, each made equally "
        "long, added"
    )
    sketch = Sketch("From a frame to a verdict", words, width=15.6, height=5.3)
    before = None
    for number, (step, (kind, under)) in enumerate(_STEPS.items()):
        box = sketch.box(0.1 + 2.25 * number, 0.9, 1.75, 0.9, step, kind, size=10)
        sketch.note(box.bottom[0], 2.0, under, 9, vertical="top")
        if before:
            sketch.arrow(before.right, box.left)
        before = box
    _draw_verdict(sketch, before, threshold)
    _draw_template(sketch, before)
    return sketch.figure


def _draw_verdict(sketch, cosine, threshold):
    for y, said, kind in (
        (0.1, f"open\n≥ {threshold:g}", "now"),
        (1.5, f"locked\n< {threshold:g}", "data"),
    ):
        box = sketch.box(13.95, y, 1.55, 1.05, said, kind, 10)
        sketch.arrow(cosine.right, box.left)


def _draw_template(sketch, cosine):
    pictures = sketch.box(3.1, 3.6, 2.6, 1.1, "5 embeddings\nof the owner", size=10)
    kept = sketch.box(cosine.x - 0.25, 3.6, 2.25, 1.1, "template", "store", 10)
    sketch.note(pictures.left[0] - 0.25, pictures.left[1], "once, at\nenrolment:", 9, "right")
    sketch.arrow(pictures.right, kept.left, "made equally long, then added")
    sketch.arrow(kept.top, cosine.bottom)
    sketch.note(kept.top[0] + 0.2, 2.75, "how alike?\n-1 to 1", 9, "left")
    sketch.note(kept.bottom[0], 5.0, "128 bytes", 9)
