"""The trained models of exercises that come with this project, and what is known about them."""

from pathlib import Path

from tinyml_helpers.applications.trained_models import TrainedModels

#: Where they are; `data/exercise_models/exercises.md` is their card.
FOLDER = Path(__file__).parents[4] / "data" / "exercise_models"

#: Trained on watches as they were worn; and on watches turned round and on the other arm besides.
STRAIGHT, ANY_WAY = "straight", "any_way"

#: Neither has seen this person: `datasets.watch_exercises()` has his or her recordings.
STRANGER = "seglearn 10"

_MODELS = TrainedModels(FOLDER, (STRAIGHT, ANY_WAY))
committed = _MODELS.committed
committed_keras = _MODELS.committed_keras
metrics = _MODELS.metrics
