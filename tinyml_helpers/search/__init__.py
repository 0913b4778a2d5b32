"""The best model that fits: candidates proposed, costed before training, trained, compared.

    study = search.Study(task, "nano33ble", folder, search.Limits(flash_bytes=64_000))
    with search.Here(2) as workers:
        study.run(27, workers)
    search.results(study)

This room knows boards and their costs, and no application: what is searched for is a `Task`.
"""

from tinyml_helpers.search.candidates import Reference
from tinyml_helpers.search.compression import BITS, CHOICES, Compressible
from tinyml_helpers.search.cost import Cost, Costs, Limits, unlike
from tinyml_helpers.search.exporting import export
from tinyml_helpers.search.front_panel import results
from tinyml_helpers.search.on_ray import OnRay
from tinyml_helpers.search.record import Rung, Trial
from tinyml_helpers.search.results_table import table
from tinyml_helpers.search.space import Space
from tinyml_helpers.search.study import Study, UsedUp
from tinyml_helpers.search.task import Task
from tinyml_helpers.search.workers import Died, Here

__all__ = [
    "BITS",
    "CHOICES",
    "Compressible",
    "Cost",
    "Costs",
    "Died",
    "Here",
    "Limits",
    "OnRay",
    "Reference",
    "Rung",
    "Space",
    "Study",
    "Task",
    "Trial",
    "UsedUp",
    "export",
    "results",
    "table",
    "unlike",
]
