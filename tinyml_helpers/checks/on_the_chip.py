"""Checks for the lesson On the chip."""

import dataclasses
import functools
import math

import numpy as np

from tinyml_helpers import boards, compress, firmware, micro, toolchain
from tinyml_helpers.checks import Wrong, exercise
from tinyml_helpers.checks.answers.hints import near, refuse
from tinyml_helpers.checks.answers.kinds import ANYTHING, NUMBER, TEXT, WHOLE, function
from tinyml_helpers.checks.answers.words import in_words
from tinyml_helpers.emulator.faults import Fault
from tinyml_helpers.emulator.snippet import run_c
from tinyml_helpers.micro import ArenaPiece
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import tflm

with quiet():
    import keras

#: Two arenas of four operators, as (what, index, offset, bytes, first, last), and who owns each.
_PLANS = (
    (
        (
            ("records", -1, 0, 100, 0, 4),
            ("tensor", 0, 100, 900, 0, 0),
            ("tensor", 1, 1000, 200, 0, 1),
            ("tensor", 2, 100, 500, 1, 2),
            ("tensor", 3, 600, 500, 2, 3),
            ("scratch", 2, 1100, 300, 2, 2),
            ("tensor", 4, 100, 100, 3, 4),
        ),
        2,
    ),
    (
        (
            ("records", -1, 0, 100, 0, 4),
            ("tensor", 0, 100, 600, 0, 2),
            ("tensor", 1, 100, 600, 1, 2),  # in place of tensor 0
            ("tensor", 2, 1000, 150, 2, 3),
            ("tensor", 3, 100, 900, 3, 4),
        ),
        3,
    ),
)


@exercise(
    1,
    function(WHOLE),
    why="To make the arena smaller, shrink what this operator reads, writes or keeps as scratch. "
    "Anything else saves flash or time, and not a byte of these",
)
def owner(answer):
    """The operator during which most bytes of the arena are taken."""
    for rows, right in _PLANS:
        plan = tuple(ArenaPiece(*row) for row in rows)
        operator = answer(plan)
        if operator == right:
            continue
        largest = max((one for one in plan if one.what != "records"), key=lambda one: one.bytes)
        if operator == _fullest(plan, lambda one, now: one.first <= now <= one.last):
            raise Wrong(
                "in one of the plans a tensor overwrites another in place: bytes that both "
                "name are taken only once"
            )
        if operator == _fullest(plan, lambda one, now: one.first <= now < one.last):
            raise Wrong("a piece is still taken while its last operator runs")
        if operator == largest.first:
            raise Wrong("there the largest piece begins; what counts is all taken at one time")
        if not 0 <= operator < 4:
            raise Wrong(f"there are operators 0 to 3 in this plan, and you say {operator}")
        raise Wrong(
            f"while operator {operator} runs, {_taken(plan, operator):,} bytes are taken; while "
            "another runs, more"
        )


def _fullest(plan, is_taken):
    """The operator with the largest sum of pieces."""
    sums = [sum(one.bytes for one in plan if is_taken(one, now)) for now in range(4)]
    return sums.index(max(sums))


def _taken(plan, operator):
    """How many bytes are taken while an operator runs."""
    arena = np.zeros(max(one.offset + one.bytes for one in plan), bool)
    for one in plan:
        if one.first <= operator <= one.last:
            arena[one.offset : one.offset + one.bytes] = True
    return int(arena.sum())


@exercise(
    2,
    function(NUMBER),
    why="Before anybody writes a kernel you know whether it can keep the promise. Near the limit "
    "each hundredth costs more speed than the one before",
)
def speed_needed(answer):
    """How many times as fast an operator must become, so that the whole becomes `in_all` times."""
    for part, in_all in ((0.5, 1.6), (0.36, 1.5), (1 / 3, 1.2), (1, 3)):
        result, left = answer(part, in_all), 1 / in_all - (1 - part)
        if not near(result, part / left):
            refuse(
                f"for a share of {part:.2g} and {in_all:g} times in all you give {result:.3g}",
                result,
                {
                    "the other operators stay as slow as they were": in_all,
                    "that says what the whole gains, the way round": 1 / (1 - part + part / in_all),
                    "upside down: that is the share of its time that it keeps": left / part,
                    "that much of the whole time it may still take; how much took it before?": left,
                    "twice saves half, four times only a quarter more": 1 + (in_all - 1) / part,
                    "its share counts in the time, not in the speed": in_all / part,
                },
                "the whole takes 1 − p + p/k of the time, and that should be 1/in_all",
            )
    if answer(0.2, 1.3) != 0:
        raise Wrong("without a fifth of the time a whole isn't 1.3 times as fast: the answer is 0")


#: What lies behind the output, so that a kernel that writes there is noticed.
_GUARD = np.full(256, 77, np.int8)


@exercise(
    3,
    dataclasses.replace(TEXT, wanted='C in a text: max_pool = """ ... """'),
    why="You wrote an operator of an inference engine, and it gives the engine's own bytes. All "
    "the other kernels are this and a sum in the middle",
)
def max_pool(answer):
    """A kernel in C: max pooling, 2 × 2 with stride 2, of int8 [height, width, channels]."""
    random = np.random.default_rng(4)
    low_high_shape_hint = (
        (0, 128, (4, 6, 1), "does the window hold 2 × 2 codes, and move on by 2?"),
        (-128, 0, (4, 6, 1), "positive codes work, negative ones don't"),
        (-128, 128, (4, 6, 1), "codes of one sign work, of both don't"),
        (-128, 128, (4, 6, 3), "one channel works; how far apart are its neighbours among three?"),
        (-128, 128, (5, 7, 3), "even sizes work; a last row or column without a partner drops out"),
    )
    for low, high, shape, hint in low_high_shape_hint:
        codes = random.integers(low, high, shape, np.int8)
        _compare(_pooled(answer, codes), codes, hint)
    if not np.array_equal(_pooled(answer, codes), _reference(codes.tobytes())):
        raise Wrong("it differs from the interpreter's own kernel")


def _compare(got, codes, hint):
    """Raise Wrong unless `got` is what NumPy makes of `codes`."""
    height, width, channels = got.shape
    cells = codes[: 2 * height, : 2 * width].reshape(height, 2, width, 2, channels)
    right = cells.max(axis=(1, 3))
    if np.array_equal(got, right):
        return
    if np.array_equal(got, cells.view(np.uint8).max(axis=(1, 3)).view(np.int8)):
        hint = "of which type is a code? As a uint8_t, -56 is 200, and larger than 100"
    elif np.array_equal(got, np.maximum(right, 0)):
        hint = "all four codes may be negative: what does the largest so far start from?"
    y, x, c = np.argwhere(got != right)[0].tolist()
    under = ", ".join(map(str, cells[y, :, x, :, c].ravel().tolist()))
    raise Wrong(
        f"of a picture {list(codes.shape)}, out[{y}][{x}][{c}] lies under the codes {under} and "
        f"becomes {got[y, x, c]}. Hint: {hint}"
    )


def _pooled(source, codes):
    """What a kernel makes of `codes` on the emulated Nano; Wrong if it doesn't get there."""
    height, width, channels = codes.shape
    size = (height // 2) * (width // 2) * channels
    out = np.concatenate([np.zeros(size, np.int8), _GUARD])
    try:
        run_c(source, "max_pool", codes, out, height, width, channels, budget=5_000_000)
    except toolchain.CompileError as error:
        raise Wrong(f"the compiler refuses it: {error}") from None
    except Fault as fault:
        raise Wrong(f"the emulated chip stopped: {fault}") from None
    if not np.array_equal(out[size:], _GUARD):
        raise Wrong(
            f"of a picture {list(codes.shape)} it writes more than the {size} codes that `out` "
            "has room for"
        )
    return out[:size].reshape(height // 2, width // 2, channels)


@functools.cache
def _reference(codes):
    """What TFLM, or where it is missing our interpreter, makes of int8 [5, 7, 3]."""
    model = keras.Sequential([keras.Input((5, 7, 3)), keras.layers.MaxPooling2D()])
    examples = np.linspace(-1, 1, 2 * 105, dtype=np.float32).reshape(2, 5, 7, 3)
    file = compress.quantize(model, "int8", representative=examples)
    interpreter = (tflm if tflm.available() else micro).Interpreter(file)
    return interpreter.invoke(np.frombuffer(codes, np.int8).reshape(1, 5, 7, 3))[0]


_SPARE = 20_000  # bytes


@exercise(
    4,
    function(ANYTHING),
    why="You found the tensors that fill the arena and shrank those. Before anybody trains for "
    "days, this minute tells whether it can ever run",
)
def smaller(answer):
    """A Keras network for 96 × 96 pictures that leaves a Pico 20,000 bytes."""
    model = answer()
    if not isinstance(model, keras.Model):
        raise Wrong(f"smaller should give a Keras model; yours gives {in_words(model)}")
    _look_at_shapes(model)
    examples = np.random.default_rng(0).random((2, 96, 96, 1), dtype=np.float32)
    try:
        file = compress.quantize(model, "int8", representative=examples)
        image = firmware.build(file, "pico")
    except firmware.DoesNotFit as error:
        raise Wrong(f"{error}. {_largest_layer(file)}") from None
    except ValueError as error:  # a sentence on what the network is or lacks
        raise Wrong(f"{error}") from None
    pico = boards.get("pico")
    spare = {
        "RAM": pico.ram_bytes - image.ram_bytes,
        "flash": pico.flash_bytes - image.flash_bytes,
    }
    for memory, left in spare.items():
        if left < _SPARE:
            raise Wrong(
                f"it leaves {left:,} bytes of {memory}, and {_SPARE:,} are asked for. "
                f"{_largest_layer(file)}"
            )


def _look_at_shapes(model):
    """Raise Wrong unless a network's input, output and last maps are of the right shape."""
    try:
        shapes = model.input_shape, model.output_shape
        made = [tensor.shape for one in model.layers for tensor in keras.tree.flatten(one.output)]
    except (AttributeError, ValueError):
        raise Wrong("the network has no shapes yet: begin with keras.Input((96, 96, 1))") from None
    if shapes != ((None, 96, 96, 1), (None, 2)):
        raise Wrong("pictures [96, 96, 1] go in and two probabilities come out, as before")
    maps = [shape[1:] for shape in made if len(shape) == 4]
    if not maps:
        raise Wrong("no layer of it gives maps, and 6 × 6 × 64 is the least for the last ones")
    height, width, channels = maps[-1]
    if channels < 64 or min(height, width) < 6:
        raise Wrong(
            f"the last maps are {height} × {width} × {channels}, and 6 × 6 × 64 is the least"
        )


def _largest_layer(tflite_bytes):
    """A sentence on which operator owns a model's arena."""
    interpreter = micro.Interpreter(tflite_bytes)
    plan = interpreter.arena_plan()
    taken, index = max((_taken(plan, op.index), op.index) for op in interpreter.model.operators)
    name = interpreter.model.operators[index].name
    return f"Operator {index} ({name}) owns the arena, with {taken:,} bytes"


@exercise(
    5,
    function(NUMBER),
    why="A battery becomes a budget of cycles: the number to hold against an emulated inference "
    "before any hardware is bought",
)
def cycles_allowed(answer):
    """Cycles an inference may take so that a coin cell lasts, on the Nano's chip."""
    nano = boards.get("nano33ble")
    hertz, active, asleep = nano.active_hz, nano.active_amperes, nano.sleep_amperes
    for days, rate in ((365, 10), (365, 0.1), (30, 1)):
        average = 0.225 / (24 * days)  # A, of a coin's Ah
        cycles = (average - asleep) / (active - asleep) * hertz  # in a second
        result = answer(days, rate)
        if math.isclose(result, cycles / rate, rel_tol=0.01):
            continue
        ways = (
            (average / active * hertz / rate, "asleep it takes a little as well"),
            (cycles, "those are the cycles of a second, and its inferences share them"),
            (cycles * rate, "more inferences leave each of them fewer cycles, not more"),
            (1000 * average / active * hertz / rate, "the currents are in A, the capacity in Ah"),
            (24 * average / active * hertz / rate, "how many hours has a day?"),
            (hertz / rate, "awake all the time it is empty much sooner"),
        )
        hints = [hint for value, hint in ways if math.isclose(result, value, rel_tol=0.02)]
        hint = hints[0] if hints else "which share of the time may it be awake, and asleep?"
        raise Wrong(
            f"for {days} days and {rate:g} inferences a second you give {result:,.0f} cycles. "
            f"Hint: {hint}"
        )
    ten_years = answer(3650, 1)
    if ten_years != 0:
        raise Wrong(
            f"for ten years you give {ten_years:,.0f}; but even always asleep it lasts "
            "less, so no cycle is left: the answer is 0"
        )
    if answer(1, 1) > 1.01 * hertz:
        raise Wrong("for a single day you allow more cycles a second than the chip's clock has")
