"""Builds the site: `python -m website FOLDER`."""

import sys
from pathlib import Path

from tinyml_helpers import toolchain
from website.build import CannotBuild, build

try:
    build(sys.argv[1])
except (CannotBuild, ValueError, toolchain.CompileError) as reason:
    sys.exit(f"course.py: {reason}.")
print(f"The site is in {sys.argv[1]}: open {Path(sys.argv[1], 'index.html')} in a browser.")
