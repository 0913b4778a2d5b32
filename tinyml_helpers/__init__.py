"""Everything between a Keras model and a running chip, in small modules one can read.

Each folder is a room: a topic, and the one place for it. Which room knows which stands in
pyproject.toml.

Importing this package before TensorFlow keeps TensorFlow's log quiet and its arithmetic the same
from run to run: oneDNN may reorder floating-point sums, and the order changes the result. In a
notebook it gives figures their words, for who listens to a page (`alt_text`).
"""

import os

from tinyml_helpers import alt_text

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

alt_text.describe_figures()
