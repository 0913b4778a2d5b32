"""Makes the face detector, and measures how good it is.

    python data/face_models/make_detector.py

Takes about an hour on one core. Training differs a little between machines, and so does the model.
"""

import json

import numpy as np

from tinyml_helpers import micro, model_file
from tinyml_helpers.applications.faces.drawn import scenes
from tinyml_helpers.applications.faces.drawn.cast import cast
from tinyml_helpers.applications.faces.measuring import evaluation, matching, scoring
from tinyml_helpers.applications.faces.trained import FOLDER
from tinyml_helpers.applications.faces.training import detector_training
from tinyml_helpers.applications.faces.training.detector_model import detector
from tinyml_helpers.applications.faces.training.detector_targets import join, to_frames, windows
from tinyml_helpers.applications.faces.training.patches import ingredients
from tinyml_helpers.applications.faces.training.scenes import (
    close_ups,
    photograph_frames,
    training_frames,
)
from tinyml_helpers.datasets import lfw_patches
from tinyml_helpers.datasets.pictures import drawn_faces
from tinyml_helpers.files import write_whole

#: Sides of the frames, and of the windows cut from them, in pixels.
SIZE, WINDOW = 96, 64

#: On windows, then on frames; and on windows for the model that has seen no real face.
LONG = detector_training.Recipe(epochs=40, frames=8000, negatives=2400, hard=800, batch_size=64)
SHORT = detector_training.Recipe(epochs=10, frames=5500, negatives=2700, hard=900)
BRIEF = LONG._replace(epochs=12)


def main():
    frames, negatives = training_set(np.random.default_rng(0), real=True)
    model = trained_on(frames, negatives, LONG, SHORT)
    tflite = detector_training.to_int8(model, frames)
    write_whole(FOLDER / "detector.tflite", tflite)
    model.save(FOLDER / "detector.keras")
    note(measured(model, tflite))

    frames, negatives = training_set(np.random.default_rng(0), real=False)
    note(measured_without_real_faces(trained_on(frames, negatives, BRIEF, None)))


def trained_on(frames, negatives, first, second):
    """A model trained on windows of frames, which is cheap, and then on whole ones (or not)."""
    random = np.random.default_rng(1)
    some = [
        join(*(windows(part, WINDOW, random) for _ in range(2))) for part in (frames, negatives)
    ]
    model, _ = detector_training.train(*some, first)
    model = same_weights(model)
    if second:
        model, _ = detector_training.train(frames, negatives, second, model)
    return same_weights(model)


def same_weights(model):
    """The same for frames of SIZE, without what training keeps besides."""
    other = detector(SIZE, SIZE)
    other.set_weights(model.get_weights())
    return other


def note(figures):
    """Add figures of the detector to metrics.json, where those of the verifier are as well."""
    path = FOLDER / "metrics.json"
    all_figures = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    all_figures["detector"] = all_figures.get("detector", {}) | figures
    text = json.dumps(all_figures, indent=1) + "\n"
    write_whole(path, text)
    print(text)


def training_set(random, real):
    """Frames to learn from, and frames without faces: with real faces among them, or none."""
    pool, heads = ingredients(random, backgrounds=1200, mixed=2500), cast(0, range(1000), 1)
    if not real:
        pool = pool._replace(faces=pool.faces[:0], mixed=pool.mixed[:0])
    drawn = scenes(1, 8000, SIZE, heads)
    bundled = drawn_faces.drawn_scenes()[0].at(SIZE)
    frames = join(
        training_frames(random, pool, heads, 7000, SIZE),
        to_frames(
            np.stack([one.image for one in drawn]),
            [one.boxes for one in drawn],
            [one.hidden for one in drawn],
        ),
        to_frames(bundled.images, bundled.boxes, bundled.hidden),
    )
    negatives = join(
        training_frames(random, pool, heads, 5000, SIZE, faces=0),
        photograph_frames(random, 2500, SIZE),
        close_ups(random, pool, heads, 1400, SIZE),
    )
    return frames, negatives


def measured(model, tflite):
    """What the detector takes and how right it is, in float and in int8."""
    test, real = drawn_faces.drawn_scenes()[1].at(SIZE), drawn_faces.real_scenes()
    threshold = best_threshold(tflite)
    figures = {
        "threshold": threshold,
        "bytes": len(tflite),
        "parameters": model.count_params(),
        "MACs": model_file.read(tflite).macs,
        "arena bytes": micro.Interpreter(tflite).arena_used_bytes,
    }
    for name, one in (("float", model), ("int8", tflite)):
        find = evaluation.finder(one)
        figures[name] = {
            "LFW patches held out": on_patches(one),
            "drawn scenes held out": evaluation.detection(
                find(test.images), test.boxes, threshold, hidden=test.hidden
            ),
            "real photographs": evaluation.in_photographs(
                find, real.images, real.boxes, SIZE, threshold
            ),
        }
    return figures


def measured_without_real_faces(model):
    """Figures of a model that was trained on drawn faces only."""
    return {"trained on drawn faces only": {"float": {"LFW patches held out": on_patches(model)}}}


def best_threshold(model):
    """The score at which recall and precision have the highest harmonic mean.

    Measured on scenes with people who are neither trained nor tested on.
    """
    drawn = scenes(2, 500, SIZE, cast(0, range(2000, 2300), 1))
    found = evaluation.finder(model)(np.stack([one.image for one in drawn]))
    curve = matching.recall_precision_curve(
        found, [one.boxes for one in drawn], hidden=[one.hidden for one in drawn]
    )
    mean = 2 * curve.recall * curve.precision / np.maximum(curve.recall + curve.precision, 1e-9)
    return float(curve.thresholds[mean.argmax()])


def on_patches(model):
    """A detector's area under the ROC on the 50 LFW patches held out."""
    lfw = lfw_patches()
    scores = detector_training.patch_scores(model, lfw.x_test[..., 0])
    return {
        "faces": int(lfw.y_test.sum()),
        "others": int((lfw.y_test == 0).sum()),
        "AUC": round(scoring.auc(lfw.y_test, scores), 4),
    }


if __name__ == "__main__":
    main()
