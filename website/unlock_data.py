"""What the live page about face unlock must know: settings, where things lie, people to try it on.

The people are of the drawn faces' test part: neither model has learned from them.
"""

import numpy as np

from tinyml_helpers.applications.faces import c_looker, trained, unlock, verifier
from tinyml_helpers.applications.faces.measuring import conditions
from tinyml_helpers.datasets.pictures import drawn_faces
from website import page_data

#: Who is drawn on the page, by place among the people of the test part; the last two are taken for
#: each other.
PEOPLE = (24, 27, 34, 41)


def settings():
    """The committed models' thresholds: of the verifier's similarity, and the detector's score."""
    known = trained.metrics()
    return known["verifier"]["threshold"], known["detector"]["threshold"]


def face_unlock():
    """How the page unlocks, and people to enrol and to look at: what becomes `UNLOCK`."""
    side, _ = c_looker.check_detector(trained.committed("detector"))
    threshold, face_threshold = settings()
    return {
        "detector": "detector",
        "verifier": "verifier",
        "side": side,
        "zeroPoint": c_looker.check_verifier(trained.committed("verifier")),
        "threshold": threshold,
        "settings": page_data.base64_of(unlock.pack_settings(threshold, face_threshold)),
        "stages": c_looker.STAGES,
        "looker": _places(c_looker.LOOKER),
        "sight": _places(c_looker.SIGHT),
        "boxBytes": c_looker.BOX.itemsize,
        "cropSide": c_looker.CROP_SIDE,
        "embedding": c_looker.EMBEDDING,
        "enrolments": c_looker.ENROLMENTS,
        "templateBytes": verifier.TEMPLATE_BYTES,
        "people": [[*map(_encoded, pictures)] for pictures in people()],
    }


def people():
    """Pictures of each of `PEOPLE`, those to enrol with first.

    To enrol with there are the first five in which nothing hides the face and it isn't turned far:
    one enrols willingly. All others follow, as they are.

    Returns:
        A list of uint8 [10, 96, 96].
    """
    everybody = drawn_faces.drawn_faces()[1]
    numbers = np.unique(everybody.who)
    return [_pictures(everybody.take(everybody.who == numbers[place])) for place in PEOPLE]


def _pictures(portraits):
    usual = np.flatnonzero(conditions.are_usual(portraits))[: c_looker.ENROLMENTS]
    others = np.setdiff1d(np.arange(len(portraits.images)), usual)
    return _enlarged(portraits.images[[*usual, *others]])


def _enlarged(images):
    """Pictures of 64 by 64 as a detector's frames, uint8 [n, 96, 96].

    Each pixel is the mean of what it covers, in whole numbers: the same on every machine.
    """
    thirds = images.astype(np.uint16).repeat(3, axis=1).repeat(3, axis=2)
    count, height, width = (thirds.shape[0], thirds.shape[1] // 2, thirds.shape[2] // 2)
    sums = thirds.reshape(count, height, 2, width, 2).sum(axis=(2, 4))
    return ((sums + 2) // 4).astype(np.uint8)


def _places(dtype):
    return {name: place for name, (_, place) in dtype.fields.items()}


def _encoded(frame):
    return page_data.base64_of(frame.tobytes())
