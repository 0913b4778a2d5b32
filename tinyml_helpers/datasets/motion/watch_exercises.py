"""Shoulder exercises with a watch on the wrist: the recordings inside the package seglearn."""

import hashlib
import importlib.metadata
import io
import pickle

import numpy as np

from tinyml_helpers.datasets.motion.series import G, recorded

#: The file's names for the exercises -> what they are. Source: the README of the authors' larger
#: set, dmbee/SPAR-dataset.
EXERCISES = {
    "PEN": "pendulum",
    "ABD": "abduction",
    "FEL": "forward elevation",
    "IR": "internal rotation",
    "ER": "external rotation",
    "TRAP": "trapezius row",
    "ROW": "bent-over row",
}

_PACKAGE, _FILE = "seglearn", "seglearn/data/watch_dataset.npy"
_SHA256 = "eb122f23cdf06ef6bd6c6c5312958ec5cf9d038e2e6d457b8081662c75a42537"
_RATE = 50

#: All that the file's pickle calls: what makes arrays. Another one might call anything.
_CALLED = {
    ("numpy.core.multiarray", "_reconstruct"): np.ndarray(0).__reduce__()[0],
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("_codecs", "encode"): __import__("_codecs").encode,
}


def watch_exercises():
    """The shoulder exercises of seglearn: ten people, seven exercises, either arm.

    Source: D. M. Burns and others, Shoulder physiotherapy exercise recognition: machine learning
    the inertial signals from a smartwatch, Physiological Measurement 39 (2018), 075007. The file is
    read where the package has it; nothing of seglearn is imported. Its accelerations are in g with
    Apple's sign: here they are m/s² and turned round (see `data/watch_exercises.md`).

    Returns:
        A list of 140 Motion at 50 Hz, by person, arm and exercise: some 20 repetitions each.
        `activity` is one of EXERCISES' values, `place` "left" or "right".

    Raises:
        FileNotFoundError: seglearn isn't installed.
        ValueError: the file isn't the one this was written for.
    """
    content = _content()
    names = [EXERCISES[name] for name in content["y_labels"]]
    motions = []
    for signals, exercise, side, subject in zip(
        content["X"], content["y"], content["side"], content["subject"], strict=True
    ):
        place = ("left", "right")[int(side)]
        about = {"person": f"seglearn {subject}", "activity": names[exercise], "place": place}
        source = f"seglearn {subject} {place} {names[exercise]}"
        times = np.arange(len(signals)) / _RATE
        motion = recorded(times, -G * signals[:, :3], signals[:, 3:], **about, source=source)
        motions.append(((subject, side, exercise), motion._replace(rate=float(_RATE))))
    return [motion for _, motion in sorted(motions, key=lambda pair: pair[0])]


def _content():
    try:
        path = importlib.metadata.distribution(_PACKAGE).locate_file(_FILE)
        content = path.read_bytes()
    except (importlib.metadata.PackageNotFoundError, OSError) as error:
        raise FileNotFoundError(
            f"the exercises are in the package {_PACKAGE}, which isn't installed here: "
            "run python course.py lab, which installs it"
        ) from error
    return _read(content)


def _read(content):
    """What the file holds, a dict."""
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise ValueError(
            f"{_FILE} isn't that of {_PACKAGE} 1.2.5: install that version, as requirements.txt "
            "has it"
        )
    return _unpickled(content)


def _unpickled(content):
    """The one object of a .npy file, made by nothing but what makes arrays."""
    stream = io.BytesIO(content)
    np.lib.format.read_magic(stream)
    np.lib.format.read_array_header_1_0(stream)
    return _ArraysOnly(stream).load().item()


class _ArraysOnly(pickle.Unpickler):
    """Refuses whatever makes no array."""

    def find_class(self, module, name):
        if (module, name) not in _CALLED:
            raise pickle.UnpicklingError(f"{module}.{name} makes no array: {_FILE} isn't as it was")
        return _CALLED[module, name]
