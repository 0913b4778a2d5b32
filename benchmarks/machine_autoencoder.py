"""MLPerf Tiny's anomaly detector as a rival, for predictive_maintenance.py: size, time and AUC.

Its shape: 640 inputs, four layers of 128, 8, four of 128, 640 outputs (C. Banbury and others,
"MLPerf Tiny Benchmark", arXiv:2106.07597). There the inputs are 5 frames of 128 mel bands; here
they are 20 looks of 32 bands. It is trained on a machine's own commissioning, as ours is, which no
microcontroller could do.
"""

import numpy as np

from tinyml_helpers import compress, emulator, model_file
from tinyml_helpers.applications.machines.measuring.separation import auc
from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from keras import layers

LOOKS, EPOCHS = 20, 40
_HIDDEN = (128, 128, 128, 128, 8, 128, 128, 128, 128)


def measured(ending, loud_decibels, quick):
    """Figures of the autoencoder on lives that end, with faults at least so loud: a dict."""
    areas, machine = {}, None
    for one in ending:  # machine by machine
        if one.machine != machine:
            machine = one.machine
            model, scale = _fitted(one.commissioning, 1 if quick else EPOCHS)
        before = one.commissioning[-(LOOKS - 1) :]
        seen = _windows(np.concatenate([before, one.bands]), *scale)
        scores = np.mean((model.predict(seen, verbose=0) - seen) ** 2, axis=1)
        loud, healthy = one.decibels >= loud_decibels, one.days < one.onset
        if loud.any() and healthy.any():
            areas.setdefault(one.fault, []).append(auc(scores[healthy], scores[loud]))
    tflite = compress.quantize(model, "int8", seen)
    made = {
        "auc": {fault: round(float(np.mean(some)), 3) for fault, some in areas.items()},
        "bytes": len(tflite),
        "macs": model_file.read(tflite).macs,
        "boards": [],
    }
    for board_id in ("nano33ble", "pico"):
        board = emulator.Board(board_id)
        board.flash(tflite)
        cost = board.invoke(np.zeros((1, seen.shape[1]), np.int8))
        made["boards"].append(
            {
                "board": board_id,
                "cycles": cost.cycles,
                "ms": round(1e3 * cost.cycles / board.figures.clock_hz, 1),
                "flash_bytes": board.footprint.flash_bytes,
                "arena_bytes": board.footprint.arena_bytes,
            }
        )
    return made


def _fitted(bands, epochs):
    """An autoencoder of a machine's commissioning; and the bands' means and deviations."""
    scale = bands.mean(axis=0), bands.std(axis=0) + 1
    seen = _windows(bands, *scale)
    keras.utils.set_random_seed(0)
    x = inputs = keras.Input((seen.shape[1],))
    for width in _HIDDEN:
        x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(width)(x)))
    model = keras.Model(inputs, layers.Dense(seen.shape[1])(x))
    model.compile("adam", "mse", jit_compile=False)
    model.fit(seen, seen, batch_size=32, epochs=epochs, verbose=0)
    return model, scale


def _windows(bands, means, deviations):
    """Each LOOKS looks in a row, as the model takes them: float32 [n, 640]."""
    scaled = ((bands - means) / deviations).astype(np.float32)
    rows = np.arange(len(scaled) - LOOKS + 1)[:, np.newaxis] + np.arange(LOOKS)
    return scaled[rows].reshape(len(rows), -1)
