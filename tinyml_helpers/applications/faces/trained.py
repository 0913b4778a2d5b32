"""The trained models of faces that come with this project, and what is known about them.

metrics()["detector"]["threshold"] is the score from which a box is a face, and
metrics()["verifier"]["threshold"] the similarity from which two are one person.
"""

from pathlib import Path

from tinyml_helpers.applications.trained_models import TrainedModels

#: Where they are.
FOLDER = Path(__file__).parents[3] / "data" / "face_models"

#: Their names: `detector.md` and `verifier.md` in their folder say more.
MODELS = ("detector", "verifier")

_MODELS = TrainedModels(FOLDER, MODELS)
committed, committed_keras, metrics = _MODELS.committed, _MODELS.committed_keras, _MODELS.metrics
