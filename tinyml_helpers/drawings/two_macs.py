"""Two multiplications in one instruction."""

from tinyml_helpers.drawings.sketch import Sketch

_BYTE = 1.3  # width of a code in a register, in units


def two_macs(weights, inputs, total=0):
    """Draw how SXTB16 and SMLAD multiply two of four codes and add both products to a sum.

    Args:
        weights, inputs: four int8 codes each, the first from the lowest address.
        total: the sum before.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: there aren't four weights and four inputs.
    """
    if len(weights) != 4 or len(inputs) != 4:
        raise ValueError(
            f"a register holds four codes, not {len(weights)} weights and {len(inputs)} inputs"
        )
    products = [weights[i] * inputs[i] for i in (0, 2)]
    after = total + sum(products)
    sketch = Sketch(
        "Two MACs in one instruction",
        f"Of four weights {_listed(weights)} and four inputs {_listed(inputs)}, SXTB16 takes the "
        "first and the third and makes 16-bit numbers of them. SMLAD multiplies both pairs and "
        f"adds to the sum: {total} + {products[0]} + {products[1]} = {after}",
        width=18.6,
        height=6.5,
    )
    pairs = [
        _widened(sketch, y, name, codes)
        for y, name, codes in ((1.2, "weights", weights), (5.2, "inputs", inputs))
    ]
    sketch.note(8.3, 0.6, "SXTB16: two 16-bit numbers", 10, weight="bold")
    sketch.note(14.6, 0.6, "SMLAD: two products, two additions", 10, weight="bold")
    adder = sketch.box(14.6, 3.15, 1.1, 1.1, "+", kind="now", size=14)
    for place, (y, above) in enumerate(((2.45, True), (3.95, False))):
        times = sketch.box(11.6, y, 1.0, 1.0, "×", kind="now", size=14)
        sketch.arrow(pairs[0][place].bottom, (times.x, times.y + 0.25))
        sketch.arrow(pairs[1][place].top, (times.x, times.y + 0.75))
        sketch.arrow(times.right, (adder.x, adder.y + (0.3 if above else 0.8)))
        sketch.note(13.6, 2.85 if above else 4.5, str(products[place]), 10)
    before = sketch.box(14.4, 5.3, 1.5, 0.8, f"{total}")
    sketch.note(16.1, 5.7, "the sum before", 9, horizontal="left")
    sketch.arrow(before.top, adder.bottom)
    result = sketch.box(16.6, 3.3, 1.4, 0.8, f"{after}")
    sketch.arrow(adder.right, result.left)
    sketch.note(17.3, 4.4, "the sum after", 9)
    return sketch.figure


def _listed(codes):
    return ", ".join(str(code) for code in codes)


def _widened(sketch, y, name, codes):
    """Draw a register of four codes, and the pair that SXTB16 makes; returns the pair's boxes."""
    sketch.note(0.2, y - 0.3, f"four {name}: one register, 32 bits", 9, horizontal="left")
    for place, code in enumerate(codes):
        kind = "work" if place in (0, 2) else "data"
        sketch.box(0.2 + place * _BYTE, y, _BYTE, 1, str(code), kind=kind, size=11)
    halves = [
        sketch.box(6.8 + place * 1.5, y, 1.5, 1, str(codes[2 * place]), kind="work", size=11)
        for place in (0, 1)
    ]
    sketch.arrow((0.2 + 4 * _BYTE, y + 0.5), halves[0].left)
    return halves
