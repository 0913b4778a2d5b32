"""Makes the trained verifier, and measures how well it tells people apart.

    python data/face_models/make_verifier.py

Takes about half an hour on one core. Training differs a little between machines, and so does the
model.
"""

import json

import numpy as np

from tinyml_helpers import datasets
from tinyml_helpers.applications.faces import answers
from tinyml_helpers.applications.faces.crop import crops
from tinyml_helpers.applications.faces.measuring import scoring, trials
from tinyml_helpers.applications.faces.measuring.conditions import usual
from tinyml_helpers.applications.faces.trained import FOLDER
from tinyml_helpers.applications.faces.training import people
from tinyml_helpers.applications.faces.training import verifier_training as training
from tinyml_helpers.files import write_whole

#: How many strangers the threshold lets in.
FALSE_ACCEPTS = 0.001

#: First from scratch, then with new centres.
RECIPES = (training.Recipe(epochs=40), training.Recipe(epochs=20, learning_rate=2e-3))


def main():
    photographs = datasets.lfw_patches()
    faces = people.join(
        people.drawn(range(1160), each=10),
        people.from_patches(patches_of(photographs.x_train, photographs.y_train), 400, 8),
    )
    model = None
    for seed, recipe in enumerate(RECIPES):
        model, _ = training.train(faces, recipe, model, seed, report=print)
    tflite = training.to_int8(model, crops(faces.images[::20], faces.boxes[::20]))
    write_whole(FOLDER / "verifier.tflite", tflite)
    model.save(FOLDER / "verifier.keras")
    note(measured(model, tflite))


def measured(model, tflite):
    """The section "verifier" of metrics.json."""
    others, test = datasets.drawn_faces()
    photographs = datasets.lfw_patches()
    patches = people.from_patches(patches_of(photographs.x_test, photographs.y_test), None, each=15)
    # Chosen on people who are neither trained nor tested on.
    chosen = round(threshold(tflite, usual(others)), 4)
    tested = {
        "drawn people, within the range": usual(test),
        "200 more drawn people, within the range": usual(others),
        "drawn people, all pictures": test,
        "real patches, changed by computer": patches,
    }
    return {
        "threshold": chosen,
        "false accepts it was chosen for": FALSE_ACCEPTS,
        "tested": {name: errors(model, tflite, faces, chosen) for name, faces in tested.items()},
    }


def threshold(tflite, faces):
    """The lowest similarity that lets so few strangers in."""
    made = tried(tflite, faces)
    return scoring.threshold_at(scoring.false_accepts(made.genuine, made.impostor), FALSE_ACCEPTS)


def tried(model, faces):
    """Templates of five pictures against the others: `trials.Trials`."""
    return trials.enrolled(answers.embeddings(model, crops(faces.images, faces.boxes)), faces.who)


def errors(model, tflite, faces, threshold):
    """Error rates in float and int8, and how many trials they are of."""
    exact, rounded = tried(model, faces), tried(tflite, faces)
    rates = scoring.false_accepts(rounded.genuine, rounded.impostor)
    accepts, rejects = scoring.rates_at(rates, threshold)
    return {
        "people": len(np.unique(faces.who)),
        "pictures": len(faces.who),
        "genuine": len(rounded.genuine),
        "impostor": len(rounded.impostor),
        "float": {"equal error rate": round(trials.error_rate(exact), 4)},
        "int8": {
            "equal error rate": round(trials.error_rate(rounded), 4),
            "95": [round(edge, 4) for edge in trials.error_interval(rounded)],
            "false accepts": round(accepts, 4),
            "false rejects": round(rejects, 4),
        },
    }


def patches_of(x, y):
    """The faces among LFW's patches: float32 [n, 25, 25]."""
    return x[y == 1][..., 0]


def note(section):
    """Write the section into metrics.json, whose other sections stay."""
    path = FOLDER / "metrics.json"
    figures = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    text = json.dumps(figures | {"verifier": section}, indent=1)
    write_whole(path, text + "\n")
    print(text)


if __name__ == "__main__":
    main()
