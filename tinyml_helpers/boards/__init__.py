"""Facts about boards and their parts, each figure with the document it is from.

This room knows nothing of models, programs or emulators.
"""

from tinyml_helpers.boards.comparison import table
from tinyml_helpers.boards.figures import BOARDS, Board, Figure, get

__all__ = ["BOARDS", "Board", "Figure", "get", "table"]
