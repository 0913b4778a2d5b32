"""Face unlock by the committed models, and what comes of each step, as the live page has it."""

from tinyml_helpers.applications.faces import trained, unlock
from website import unlock_data


def told(sight):
    """A sight as the page has it, without crop and embedding."""
    similarity = None if sight.similarity is None else int(32768 * sight.similarity)
    faces = [list(face) for face in sight.faces]
    unlocked, enrolled = sight.unlocked, sight.enrolled
    return {"faces": faces, "similarity": similarity, "unlocked": unlocked, "enrolled": enrolled}


def taken(lock, what, frame):
    """What came of a step in Python."""
    if what == "forget":
        return lock.forget()
    try:
        return told(getattr(lock, what)(frame))
    except unlock.NotEnrolled:
        return "refused"


def new_lock():
    """An Unlock as the page has one, with nobody enrolled."""
    models = (trained.committed(name) for name in ("detector", "verifier"))
    return unlock.Unlock(*models, *unlock_data.settings())
