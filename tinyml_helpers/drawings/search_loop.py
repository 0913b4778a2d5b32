"""A search for a model: what happens to a batch of candidates, from proposals to what is kept."""

from tinyml_helpers.drawings.sketch import Sketch

_HIGH, _TOP = 1.5, 0.3


def search_loop(batch, rungs, kept):
    """Draw how a batch is proposed, costed, trained rung by rung, and remembered.

    Args:
        batch: how many are proposed.
        rungs: epochs of each training, a tuple of at least one.
        kept: one of so many goes on to the next rung; at least one does.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: there is no rung.
    """
    if not rungs:
        raise ValueError("a search needs a rung at least: give epochs, such as (3, 9, 27)")
    steps, left = [], batch
    for epochs in rungs:
        steps.append((left, epochs))
        left = max(1, left // kept)
    said = ", then ".join(f"{count} of them for {epochs} epochs" for count, epochs in steps)
    sketch = Sketch(
        "A search: what costs little comes first",
        f"{batch} models are proposed; each is costed, and who breaks a limit is refused and "
        f"replaced. The others are trained: {said}. All scores and costs are kept, and the next "
        "proposals follow from them",
        width=5.8 + 2.55 * len(steps),
        height=4.2,
    )
    propose = sketch.box(0.2, _TOP, 2.1, _HIGH, f"propose\n{batch} models", "work")
    cost = sketch.box(3.2, _TOP, 2.1, _HIGH, "cost each:\nflash, RAM,\nms, mJ", "work", 9)
    sketch.arrow(propose.right, cost.left)
    sketch.arrow((cost.x + 0.5, cost.y + _HIGH), (propose.x + 1.6, propose.y + _HIGH), bend=-0.35)
    sketch.note(2.75, _TOP + _HIGH + 0.62, "breaks a limit: another", 8.5)
    before = cost
    for number, (count, epochs) in enumerate(steps):
        x = 6.15 + 2.55 * number
        models = "1 model" if count == 1 else f"{count} models"
        box = sketch.box(x, _TOP, 1.75, _HIGH, f"train\n{models},\n{epochs} epochs", "now", 9)
        sketch.arrow(before.right, box.left)
        before = box
    record = sketch.box(0.2, 3.1, before.right[0] - 0.2, 0.9, "the record", "store")
    for x in (before.bottom[0], 6.15 + 1.75 / 2):
        sketch.arrow((x, before.bottom[1]), (x, record.y))
    sketch.note(before.bottom[0] - 0.15, 2.45, "scores, costs", 9, horizontal="right")
    sketch.arrow((0.75, record.y), (0.75, propose.bottom[1]))
    return sketch.figure
