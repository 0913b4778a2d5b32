"""Data in: small real sets that ship with the tools, and official archives fetched on demand.

    >>> digits()
    Split: 1,415 images to train on and 382 to test on, 8×8×1 float32, 10 classes (0, 1, ...)

`python -m tinyml_helpers.datasets` lists what there is, and with a name after it fetches that.
"""

from tinyml_helpers.datasets.bundled import Split, digits, lfw_patches
from tinyml_helpers.datasets.catalogue import Dataset, catalogue, fetch, table
from tinyml_helpers.datasets.download import DownloadError, OfflineError
from tinyml_helpers.datasets.unpack import ArchiveError

__all__ = [
    "ArchiveError",
    "Dataset",
    "DownloadError",
    "OfflineError",
    "Split",
    "catalogue",
    "digits",
    "fetch",
    "lfw_patches",
    "table",
]
