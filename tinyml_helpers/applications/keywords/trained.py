"""The trained keyword spotters that come with this project, and what is known about them.

metrics()[name][tested on]["int8" or "float"]["12 classes" or "ten words"] is a share, 0 to 1, of
clips. metrics()[name][tested on]["streams"]["1" or "5"] says what is missed of keywords in streams
at so many false accepts an hour: a dict with "missed" and its 95 % "interval" over people.
"""

from pathlib import Path

from tinyml_helpers.applications.trained_models import TrainedModels

#: Where they are.
FOLDER = Path(__file__).parents[3] / "data" / "keywords"

#: Their names. "synthetic" was trained on the bundled speech, "real" on recordings of people, both
#: on clips; from them on two were trained on streams; two keep state. `data/keywords` has their
#: cards.
MODELS = (
    "synthetic",
    "real",
    "synthetic_streams",
    "real_streams",
    "synthetic_stateful",
    "real_stateful",
)

#: In Keras, `training.committed_keras` reads them: it brings the layers that they are made of.
FILES = TrainedModels(FOLDER, MODELS, prefix="keyword_")
committed, metrics = FILES.committed, FILES.metrics


def speakers(name):
    """The people a trained model was trained on: a frozenset of str, empty of synthetic voices."""
    path = FILES.path(name.split("_")[0], "_speakers.txt")
    return frozenset(path.read_text(encoding="utf-8").split() if path.exists() else ())
