"""The trained models of soil moisture that come with this project, and what is known about them."""

from pathlib import Path

from tinyml_helpers.applications.trained_models import TrainedModels

#: Where they are; `data/field_models/moisture.md` is their card.
FOLDER = Path(__file__).parents[3] / "data" / "field_models"

#: Trained on simulated fields alone; and on these and the days of one real station.
SIMULATED, REAL = "simulated", "real"

_MODELS = TrainedModels(FOLDER, (SIMULATED, REAL))
committed = _MODELS.committed
committed_keras = _MODELS.committed_keras
metrics = _MODELS.metrics
