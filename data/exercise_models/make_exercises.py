"""Makes the trained models of exercises, and measures them on the one person left out of both.

    python data/exercise_models/make_exercises.py

Takes some minutes. Training differs a little between machines, and so do the models.
`benchmarks/wearables.py` leaves each person out in turn, which says more than one person can.
"""

import json

from tinyml_helpers.applications.wearables.exercises import c_coach, training
from tinyml_helpers.applications.wearables.exercises.measuring import strangers
from tinyml_helpers.applications.wearables.exercises.trained import (
    ANY_WAY,
    FOLDER,
    STRAIGHT,
    STRANGER,
)
from tinyml_helpers.datasets import watch_exercises
from tinyml_helpers.files import write_whole

RECIPES = {
    STRAIGHT: training.DEFAULT._replace(turned=0.0, mirrored=0.0),
    ANY_WAY: training.DEFAULT,
}


def main():
    motions = watch_exercises()
    known = [motion for motion in motions if motion.person != STRANGER]
    some = training.with_pauses(known)
    own = [
        training.Series.of(motion, c_coach.CLASSES)
        for motion in motions
        if motion.person == STRANGER
    ]
    figures = {}
    for name, recipe in RECIPES.items():
        model, _ = training.train(some, len(c_coach.CLASSES), recipe)
        tflite = training.to_int8(model, some, recipe)
        write_whole(FOLDER / f"{name}.tflite", tflite)
        model.save(FOLDER / f"{name}.keras")
        figures[name] = {
            kind: measured(training.predictor(one), own)
            for kind, one in (("float", model), ("int8", tflite))
        }
    write_whole(FOLDER / "metrics.json", json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


def measured(predict, own):
    """Macro-F1 on the stranger, a dict."""
    one = strangers.judge(predict, own)
    return {way: round(getattr(one, way), 3) for way in ("straight", "turned", "mirrored", "voted")}


if __name__ == "__main__":
    main()
