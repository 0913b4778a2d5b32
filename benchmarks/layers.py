"""Layers of many kinds, one at a time, on both chips: which take more cycles than they should.

    python benchmarks/layers.py [--kind TEXT] [--json]

Each is a model of one layer with batch normalization and ReLU, in int8, once with channels that are
all alive, once as training leaves them (`shapes.Trained`). Prints cycles a MAC, estimated, of the
layer's operator alone, on the Nano and on the Pico. A layer whose second figure is larger than its
first has a path that trained weights fall from.
"""

import argparse
import json
import sys

import shapes

from tinyml_helpers import compress, emulator, model_file
from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from keras import layers

BOARDS = ("nano33ble", "pico")


def depthwise(size, strides=1, padding="same", **other):
    """A depthwise layer."""
    return lambda: layers.DepthwiseConv2D(size, strides, padding, **other)


def conv(filters, size, strides=1, padding="same", **other):
    """A convolution."""
    return lambda: layers.Conv2D(filters, size, strides, padding, **other)


def dense(units):
    """A fully connected layer."""
    return lambda: layers.Dense(units)


#: Name to the input's shape and what makes the layer.
KINDS = {
    "depthwise 3x3, 24x24x32": ((24, 24, 32), depthwise(3)),
    "depthwise 3x3, 12x12x64": ((12, 12, 64), depthwise(3)),
    "depthwise 3x3, 6x6x128": ((6, 6, 128), depthwise(3)),
    "depthwise 3x3, 3x3x256": ((3, 3, 256), depthwise(3)),
    "depthwise 3x3, 25x5x64": ((25, 5, 64), depthwise(3)),
    "depthwise 3x3, 12x12x15": ((12, 12, 15), depthwise(3)),
    "depthwise 3x3 by 2, 48x48x16": ((48, 48, 16), depthwise(3, 2)),
    "depthwise 3x3 by 2, 24x24x32": ((24, 24, 32), depthwise(3, 2)),
    "depthwise 3x3 by 2, 12x12x64": ((12, 12, 64), depthwise(3, 2)),
    "depthwise 3x3 by 2, 6x6x128": ((6, 6, 128), depthwise(3, 2)),
    "depthwise 3x3 by 2, 96x96x1 to 8": ((96, 96, 1), depthwise(3, 2, depth_multiplier=8)),
    "depthwise 3x3 dilated, 12x12x32": ((12, 12, 32), depthwise(3, dilation_rate=2)),
    "depthwise 5x5, 12x12x32": ((12, 12, 32), depthwise(5)),
    "depthwise 10x8, 20x16x8": ((20, 16, 8), depthwise((10, 8))),
    "depthwise 10x8 by 2, 49x10x1 to 8": ((49, 10, 1), depthwise((10, 8), 2, depth_multiplier=8)),
    "depthwise 3x1, 30x1x40": ((30, 1, 40), depthwise((3, 1), padding="valid")),
    "depthwise 5x1, 28x1x128": ((28, 1, 128), depthwise((5, 1), padding="valid")),
    "depthwise 10x1, 24x1x128": ((24, 1, 128), depthwise((10, 1), padding="valid")),
    "depthwise 1x5, 1x28x64": ((1, 28, 64), depthwise((1, 5), padding="same")),
    "conv 3x3, 32x32x1 to 16": ((32, 32, 1), conv(16, 3)),
    "conv 3x3, 32x32x3 to 16": ((32, 32, 3), conv(16, 3)),
    "conv 3x3 by 2, 96x96x3 to 8": ((96, 96, 3), conv(8, 3, 2)),
    "conv 3x3 by 2, 48x48x1 to 8": ((48, 48, 1), conv(8, 3, 2)),
    "conv 10x4 by 2, 49x10x1 to 64": ((49, 10, 1), conv(64, (10, 4), 2)),
    "conv 1x1, 48x48x8 to 16": ((48, 48, 8), conv(16, 1)),
    "conv 1x1, 25x5x64 to 64": ((25, 5, 64), conv(64, 1)),
    "conv 1x1, 12x12x15 to 17": ((12, 12, 15), conv(17, 1)),
    "conv 1x1, 3x3x256 to 256": ((3, 3, 256), conv(256, 1)),
    "conv 1x1, 1x1x256 to 2": ((1, 1, 256), conv(2, 1)),
    "conv 1x1 by 2, 16x16x32 to 64": ((16, 16, 32), conv(64, 1, 2)),
    "conv 3x3, 16x16x16 to 16": ((16, 16, 16), conv(16, 3)),
    "conv 3x3, 12x12x15 to 17": ((12, 12, 15), conv(17, 3)),
    "conv 3x3 no bias, 12x12x16 to 16": ((12, 12, 16), conv(16, 3, use_bias=False)),
    "conv 5x1, 60x1x16 to 32": ((60, 1, 16), conv(32, (5, 1))),
    "dense 640 to 128": ((640,), dense(128)),
    "dense 128 to 128": ((128,), dense(128)),
    "dense 128 to 8": ((128,), dense(8)),
    "dense 8 to 128": ((8,), dense(128)),
    "dense 64 to 12": ((64,), dense(12)),
    "dense 63 to 11": ((63,), dense(11)),
}


def tflite(kind, dead=shapes.DEAD_SHARE):
    """The bytes of a layer's int8 model.

    Args:
        kind: one of `KINDS`.
        dead: the share of its channels that training left dead.
    """
    shape, make = KINDS[kind]

    def build():
        values = keras.Input(shape)
        return keras.Model(values, shapes.normalized(values, make(), "relu", dead=dead))

    model, x = shapes.settled(build)
    return compress.quantize(model, "int8", representative=x)


def cycles_per_mac(tflite_bytes, board):
    """Estimated cycles a MAC of the operator that has most of them."""
    chip = emulator.Board(board)
    chip.flash(tflite_bytes)
    codes = shapes.codes_for(model_file.read(tflite_bytes))
    heaviest = max(chip.invoke(*codes).ops, key=lambda op: op.macs)
    return heaviest.cycles / heaviest.macs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", default="", help="only layers whose name has this in it")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    rows = {}
    if not options.json:
        print(f"{'':38}{'Nano':>8}{'trained':>9}{'Pico':>8}{'trained':>9}")
    for kind in KINDS:
        if options.kind not in kind:
            continue
        models = tflite(kind, dead=0), tflite(kind)
        rows[kind] = [cycles_per_mac(model, board) for board in BOARDS for model in models]
        if not options.json:
            print(f"{kind:38}" + "{:8.2f}{:9.2f}{:8.2f}{:9.2f}".format(*rows[kind]), flush=True)
    if options.json:
        print(json.dumps(rows, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
