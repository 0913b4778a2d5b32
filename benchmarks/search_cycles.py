"""How well cycles are predicted from shapes, without a board, and by MACs alone.

    python benchmarks/search_cycles.py [--json] [--models N] [--write]

Networks such as a search might propose are drawn by chance: along a picture, along a series, of
values without an order; and a third as many others, with weights of 1 to 7 bits. Each is quantized,
linked and run on both emulated boards. Two of three are for `search.cycle_model` to be fitted to,
the rest, and the workbook's own trained models, say how far off it is. With --write the constants
fitted so are kept for the search to use, and the trained models aren't among what they were fitted
to.
"""

import json
from pathlib import Path

import command
import numpy as np

from tinyml_helpers import compress, emulator, firmware, model_file
from tinyml_helpers.files import write_whole
from tinyml_helpers.quiet import quiet
from tinyml_helpers.report import bench
from tinyml_helpers.search import cycle_model

with quiet():
    import keras
    from keras import layers

ROOT = Path(__file__).resolve().parents[1]
BOARDS = ("nano33ble", "pico")

_DECODE = "TFLM_DECODE"

#: Values that a network has at once at most, so that all fit both boards.
_MOST_VALUES = 30_000


def main():
    options = command.parser(__doc__)
    options.add_argument("--models", type=int, default=240, metavar="N", help="how many (240)")
    options.add_argument("--write", action="store_true", help="keep the constants")
    command.run(options, measure, as_text)


def measure(chosen):
    """All figures, a dict that JSON can hold."""
    count = 12 if chosen.quick else chosen.models
    runs = [run for run in map(emulated, map(drawn_model, range(count))) if run]
    fitted, others = parted(runs)
    constants = {board: constants_of(fitted, board) for board in BOARDS}
    with_tables = [run for run in map(emulated, coded_models(count, max(6, count // 3))) if run]
    fitted_tables, other_tables = parted(with_tables)
    for board, known in constants.items():
        known[_DECODE] = constants_of(fitted_tables, board)[_DECODE]
    if chosen.write:
        write_whole(cycle_model.FILE, json.dumps(constants, indent=1) + "\n")
    known = {path.name: run for path in trained_models() if (run := emulated(path.read_bytes()))}
    return {
        "fitted to": len(fitted),
        "held out": {board: errors(others, constants, fitted, board) for board in BOARDS},
        "held out, few bits": {
            board: errors(other_tables, constants, fitted, board) for board in BOARDS
        },
        "trained models": {
            board: errors(known.values(), constants, fitted, board) for board in BOARDS
        },
        "each trained model": {
            name: {board: round(error(run, constants, board), 3) for board in BOARDS}
            for name, run in known.items()
            if predictable(run, constants)
        },
    }


def parted(runs):
    """(to fit to, to try it on): two of three, and the others."""
    return [run for place, run in enumerate(runs) if place % 3 != 2], runs[2::3]


def trained_models():
    """The workbook's trained models: a list of Paths."""
    return sorted((ROOT / "data").glob("*/*.tflite"))


def emulated(tflite_bytes):
    """(the `ModelFile`, cycles of each operator by board); None if it doesn't fit one."""
    model, cycles = model_file.read(tflite_bytes), {}
    for board_id in BOARDS:
        board = emulator.Board(board_id)
        try:
            board.flash(tflite_bytes)
        except firmware.DoesNotFit:
            return None
        run = board.invoke(*bench.inputs_of(model, seed=0))
        cycles[board_id] = [operator.cycles for operator in run.ops]
    return model, cycles


def constants_of(runs, board):
    """Fitted constants: a dict of each operator's name to a list."""
    rows = {}
    for model, cycles in runs:
        for operator, taken in zip(model.operators, cycles[board], strict=True):
            row = cycle_model.counts(model, operator), taken
            rows.setdefault(operator.name, []).append(row)
    return {name: cycle_model.fit(some) for name, some in sorted(rows.items())}


def predictable(run, constants):
    """Whether all its operators are among the fitted."""
    return all(name in constants[BOARDS[0]] for name in run[0].operator_names)


def error(run, constants, board):
    """How far the predicted cycles of a model are off: a part of the emulated, signed."""
    model, cycles = run
    found = sum(
        np.dot(constants[board][operator.name], cycle_model.counts(model, operator))
        for operator in model.operators
    )
    return found / sum(cycles[board]) - 1


def errors(runs, constants, fitted, board):
    """Errors of the prediction, and of so many cycles a MAC: median, 90th percentile, largest."""
    runs = [run for run in runs if predictable(run, constants)]
    a_mac = np.median([sum(cycles[board]) / model.macs for model, cycles in fitted if model.macs])
    by_macs = [abs(a_mac * model.macs / sum(cycles[board]) - 1) for model, cycles in runs]
    ours = [abs(error(run, constants, board)) for run in runs]
    return {
        "models": len(runs),
        "by shapes": _spread(ours),
        "by MACs": _spread(by_macs),
        "cycles a MAC": round(float(a_mac), 2),
    }


def _spread(values):
    """Median, 90th percentile and largest; nothing of nothing."""
    if not values:
        return []
    return [round(float(v), 4) for v in (*np.quantile(values, [0.5, 0.9]), max(values))]


def coded_models(first, count):
    """Networks by chance with weights of 1 to 7 bits: bytes of a .tflite file each.

    Args:
        first: the first one's seed.
        count: how many; some are too small for tables, and left out.
    """
    for seed in range(first, first + count):
        bits = (2, 4, 2, 4, 3, 4, 1, 2, 5, 6, 7)[seed % 11]
        try:
            yield compress.lut_compress(drawn_model(seed, 2**bits), bits)
        except ValueError:
            continue


def drawn_model(seed, clusters=None):
    """A network by chance, in int8, a channel of so many values: bytes of a .tflite file."""
    random = np.random.default_rng(seed)
    keras.utils.set_random_seed(seed)
    keras.backend.clear_session()
    kinds = (_picture, _picture, _series, _picture, _series, _values)
    inputs, x = kinds[seed % len(kinds)](random)
    model = keras.Model(inputs, x)
    if clusters:
        model = compress.cluster_weights(model, clusters, per_channel=True)
    examples = random.normal(size=(16, *model.input_shape[1:])).astype(np.float32)
    return compress.quantize(model, "int8", examples)


def _some(random, *values):
    return values[random.integers(len(values))]


def _between(random, least, most):
    return int(random.integers(least, most + 1))


def _picture(random):
    """Convolutions, depthwise ones and pools over a picture or a spectrogram."""
    size = _between(random, 8, 64), _between(random, 6, 64), _some(random, 1, 1, 3)
    inputs = keras.Input(size)
    kernel = _some(random, 3, 3, 5, 7, 10), _some(random, 3, 3, 5, 8)
    stride = _some(random, 1, 2, 2), _some(random, 1, 2, 2, 4)
    x = _convolved(random, inputs, _between(random, 4, 40), kernel, stride)
    for _ in range(_between(random, 1, 4)):
        kind, small = random.random(), min(x.shape[1:3]) < 3
        stride = 1 if small else _some(random, 1, 1, 2)
        if kind < 0.55:
            x = _separable(random, x, stride)
        elif kind < 0.85:
            kernel = _some(random, 1, 3, 3, 5)
            x = _convolved(random, x, _between(random, 4, 48), kernel, stride)
        elif not small:
            x = _some(random, layers.MaxPooling2D, layers.AveragePooling2D)(2)(x)
        while np.prod(x.shape[1:]) > _MOST_VALUES:
            x = layers.MaxPooling2D(2)(x)
    return inputs, _summed_up(random, x)


def _series(random):
    """Convolutions and pools along time."""
    inputs = keras.Input((_between(random, 16, 256), _between(random, 1, 12)))
    x = inputs
    for _ in range(_between(random, 1, 4)):
        kernel, stride = _some(random, 3, 5, 5, 7, 9), _some(random, 1, 2, 2)
        x = layers.Conv1D(_between(random, 4, 64), kernel, stride, padding="same", use_bias=False)(
            x
        )
        x = _normed(random, x)
        if random.random() < 0.25 and x.shape[1] > 4:
            x = layers.MaxPooling1D(2)(x)
    return inputs, _summed_up(random, x)


def _values(random):
    """Fully-connected layers."""
    inputs = keras.Input((_between(random, 4, 400),))
    x = inputs
    for _ in range(_between(random, 1, 3)):
        x = layers.Dense(_between(random, 4, 128), activation="relu")(x)
    return inputs, _scored(random, x)


def _convolved(random, x, filters, kernel, stride):
    """A convolution, with an edge of zeros where the picture is too small to do without."""
    sizes = (kernel, kernel) if isinstance(kernel, int) else kernel
    roomy = all(has > takes for has, takes in zip(x.shape[1:3], sizes, strict=True))
    padding = _some(random, "same", "valid") if roomy else "same"
    layer = layers.Conv2D(filters, kernel, stride, padding=padding, use_bias=False)
    return _normed(random, layer(x))


def _separable(random, x, stride):
    """Depthwise, then pointwise; now and then with what came in added."""
    kernel = _some(random, 3, 3, 5, 7), _some(random, 1, 3, 3, 5)
    depth = _some(random, 1, 1, 1, 1, 2, 3) if x.shape[-1] < 33 else 1
    depthwise = layers.DepthwiseConv2D(
        kernel, stride, padding="same", depth_multiplier=depth, use_bias=False
    )
    y = _normed(random, depthwise(x))
    same = stride == 1 and random.random() < 0.4
    filters = x.shape[-1] if same else _between(random, 4, 96)
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
    return layers.ReLU()(layers.Add()([y, x]) if same else y)


def _normed(random, x):
    x = layers.BatchNormalization()(x)
    return layers.ReLU(max_value=6.0 if random.random() < 0.2 else None)(x)


def _summed_up(random, x):
    """What follows the convolutions: means, or the largest, or all values in a row."""
    flat = len(x.shape) == 3
    mean = layers.GlobalAveragePooling1D() if flat else layers.GlobalAveragePooling2D()
    largest = layers.GlobalMaxPooling1D() if flat else layers.GlobalMaxPooling2D()
    kind = random.random()
    if kind < 0.5:
        x = mean(x)
    elif kind < 0.75:
        x = layers.Concatenate()([mean(x), largest(x)])
    elif np.prod(x.shape[1:]) < 4000:
        x = layers.Flatten()(x)
    else:
        x = largest(x)
    if random.random() < 0.3:
        x = layers.Dense(_between(random, 4, 64), activation="relu")(x)
    return _scored(random, x)


def _scored(random, x):
    activation = _some(random, "softmax", "softmax", "sigmoid", "tanh", "linear")
    return layers.Dense(_between(random, 2, 20), activation=activation)(x)


def as_text(figures):
    """The figures as lines of text."""
    lines = [f"Fitted to {figures['fitted to']} networks. How far cycles are off, of 100:"]
    form = "{:9}  {:18}{:>5}  {:>22}  {:>22}".format
    lines.append(form("board", "models", "", "by shapes", "by MACs"))
    lines.append(form("", "", "", "median, 9 of 10, most", "median, 9 of 10, most"))
    for kind in ("held out", "held out, few bits", "trained models"):
        for board, found in figures[kind].items():
            parts = [
                ", ".join(f"{100 * value:.1f}" for value in found[how])
                for how in ("by shapes", "by MACs")
            ]
            lines.append(form(board, kind, found["models"], *parts))
    lines.append("Each trained model, nano33ble and pico:")
    for name, found in figures["each trained model"].items():
        lines.append("  {:32}{:+7.1%}{:+7.1%}".format(name, *(found[board] for board in BOARDS)))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
