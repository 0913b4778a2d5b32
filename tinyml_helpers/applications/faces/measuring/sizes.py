"""What a larger frame buys, and what it costs: recall against frames a second.

    for row in by_size(committed_keras("detector"), test_scenes, train_scenes):
        print(row["size"], row["recall_of_all"], row["boards"]["pico"]["frames_a_second"])

The same weights at each size: nothing in the detector knows how large a frame is. A larger one
shows more of a small face, has more places to be wrong at, and takes more time and memory.
"""

from tinyml_helpers import emulator, firmware, micro, model_file
from tinyml_helpers.applications.faces.application import Application
from tinyml_helpers.applications.faces.c_looker import LARGEST_FRAME, SMALLEST_FRAME, is_side
from tinyml_helpers.applications.faces.measuring import matching
from tinyml_helpers.applications.faces.measuring.evaluation import THRESHOLD, detection, finder
from tinyml_helpers.applications.faces.training.detector_training import to_int8
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

SIZES = (64, 96, 128, 160)
BOARDS = ("nano33ble", "pico")


def at_size(model, size):
    """A detector with the same weights for frames of another size.

    Args:
        model: a Keras model.
        size: the frames' side in pixels, a multiple of 8 from 32 to 160.

    Returns:
        A new Keras model.

    Raises:
        ValueError: a frame can't have this size.
    """
    if not is_side(size):
        raise ValueError(
            f"a frame's side is a multiple of 8 from {SMALLEST_FRAME} to {LARGEST_FRAME} pixels, "
            f"not {size}"
        )
    with quiet():
        twin = keras.models.clone_model(model, keras.Input((size, size, 1)))
        twin.set_weights(model.get_weights())
    return twin


def by_size(model, scenes, others, sizes=SIZES, boards=BOARDS, threshold=THRESHOLD):
    """Recall, precision and speed of one detector in int8, at several sizes of the frame.

    Args:
        model: a Keras model.
        scenes: `datasets.pictures.drawn_faces.Scenes` to test on, as large as the largest size at
            least.
        others: Scenes it was trained on, for the ranges of its activations.
        sizes: sides of frames in pixels, as `at_size`.
        boards: ids of emulated boards.
        threshold: score from which a box counts.

    Returns:
        A generator of dicts, one a size: "size"; "macs" of a frame; "arena_bytes";
        "recall_of_all", of all faces that have 14 pixels in the largest frame; "recall",
        "precision" and the like of those that have them in this one, as `evaluation.detection`;
        "boards", by their ids `speed`, or {"says": why it doesn't run there}.
    """
    for size in sizes:
        tflite = to_int8(at_size(model, size), others.at(size))
        there = scenes.at(size)
        found = finder(tflite)(there.images)
        hidden = {"hidden": there.hidden}
        least = matching.SMALLEST * size / max(sizes)
        all_of_them = detection(found, there.boxes, threshold, least, **hidden)
        yield {
            "size": size,
            "macs": model_file.read(tflite).macs,
            "arena_bytes": micro.Interpreter(tflite).arena_used_bytes,
            "recall_of_all": all_of_them["recall"],
            "recall_of_all_95": all_of_them["recall_95"],
            **detection(found, there.boxes, threshold, **hidden),
            "boards": {one: speed(tflite, one, there.images[0]) for one in boards},
        }


def speed(tflite, board_id, frame):
    """What looking at a frame takes of an emulated board, without a verifier.

    Args:
        tflite: a detector, bytes.
        board_id: the board.
        frame: uint8 [h, w], of its size.

    Returns:
        A dict: "cycles", "milliseconds", "frames_a_second" and "millijoules", estimated;
        "ram_bytes", with the frame. If the program doesn't fit: "says", a sentence.
    """
    board = emulator.Board(board_id)
    try:
        board.flash(Application(tflite))
    except firmware.DoesNotFit as error:
        return {"says": str(error)}
    return cost(board, board.client.look(frame).cycles) | {"ram_bytes": board.footprint.ram_bytes}


def cost(board, cycles):
    """Cycles of an emulated board in other units: see `speed`; all estimated."""
    seconds = cycles / board.figures.clock_hz
    return {
        "cycles": round(cycles),
        "milliseconds": round(1e3 * seconds, 2),
        "frames_a_second": round(1 / seconds, 2),
        "millijoules": round(1e3 * cycles * board.figures.joules_per_cycle, 3),
    }
