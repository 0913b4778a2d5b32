"""Text files that are there whole or not at all.

Any room may use this, `course` too, which runs before anything is installed: it takes the standard
library only.
"""

import os
from pathlib import Path


def write_whole(path, text):
    """Write a text file so that there is never half of it under its name.

    Args:
        path: the file; its folder is made if need be.
        text: its content, str, written as UTF-8 with \\n at the end of lines.

    Raises:
        OSError: it can't be written; a file that was there before is as it was.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
