"""The looker's C without Python before it, as a board has it: models, purposes and stages."""

import numpy as np
import pytest
import spots

from tinyml_helpers.applications.faces import c_looker
from tinyml_helpers.micro.loaded import aligned

SETTINGS = np.array([(128, 0, 20_000)], c_looker.SETTINGS).tobytes()
NOBODY = spots.frame()
SOMEBODY = spots.frame((3, 4))


class Looker:
    """An fd_looker in memory that wasn't empty before."""

    def __init__(self, detector, verifier=None, size=(96, 96)):
        self.models = detector, verifier
        self._memory = aligned(c_looker.load().fd_looker_bytes())
        self._memory[:] = 0xA5
        self.record = self._memory[: c_looker.LOOKER.itemsize].view(c_looker.LOOKER)[0]
        handles = [model and model.handle for model in self.models]
        self.status = self.call("fd_set_up", *handles, 3, *size)

    def call(self, name, *arguments):
        return getattr(c_looker.load(), name)(self._memory.ctypes.data, *arguments)

    def begin(self, frame, purpose=c_looker.LOOK):
        self.frame = np.ascontiguousarray(frame)  # kept until the frame is done
        return self.call("fd_begin", self.frame.ctypes.data, purpose, SETTINGS)

    def stages(self):
        """The stages that a frame goes through."""
        found = []
        while self.record["stage"] != c_looker.DONE:
            found.append(c_looker.STAGES[self.record["stage"]])
            self.call("fd_step")
        return found


@pytest.fixture(scope="module")
def detector():
    return c_looker.loaded(spots.detector())


@pytest.fixture(scope="module")
def verifier():
    return c_looker.loaded(spots.verifier())


@pytest.mark.parametrize(
    ("made_for", "size", "status"),
    [
        ((96, 96), (96, 96), c_looker.OK),
        ((8, 160), (8, 160), c_looker.OK),
        ((160, 8), (160, 8), c_looker.OK),
        ((160, 160), (160, 160), c_looker.OK),
        ((8, 168), (8, 168), c_looker.BAD_MODEL),  # more cells than boxes are looked for in
        ((168, 8), (168, 8), c_looker.BAD_MODEL),
        ((96, 96), (96, 104), c_looker.BAD_MODEL),
        ((96, 96), (104, 96), c_looker.BAD_MODEL),
        ((96, 96), (48, 192), c_looker.BAD_MODEL),  # as many pixels and cells
        ((96, 96), (7, 96), c_looker.BAD_MODEL),
        ((96, 96), (96, 0), c_looker.BAD_MODEL),
    ],
)
def test_a_detector_must_be_one_for_the_frames(made_for, size, status):
    assert Looker(c_looker.loaded(spots.detector(*made_for)), size=size).status == status


def test_a_verifier_must_be_one_unless_it_is_loaded_later(detector, verifier):
    assert Looker(detector, verifier).status == c_looker.OK
    assert Looker(detector, detector).status == c_looker.OK
    other = c_looker.loaded(spots.detector())
    assert Looker(detector, other).status == c_looker.BAD_MODEL
    assert Looker(verifier, verifier, (48, 48)).status == c_looker.BAD_MODEL
    check = c_looker.load().fd_check_verifier
    assert (check(verifier.handle), check(detector.handle)) == (c_looker.OK, c_looker.BAD_MODEL)


def test_without_a_verifier_faces_are_found_and_nobody_is_enrolled(detector):
    looker = Looker(detector)
    assert looker.begin(SOMEBODY) == c_looker.OK
    assert looker.stages() == ["detector", "boxes"]
    assert looker.record["sight"]["faces"] == 1
    assert looker.begin(SOMEBODY, c_looker.ENROL) == c_looker.NO_VERIFIER
    assert looker.stages() == []
    assert looker.record["sight"]["faces"] == 0


def test_a_frame_goes_through_the_stages_it_needs(detector, verifier):
    looker = Looker(detector, verifier)
    assert looker.stages() == []
    all_stages = list(c_looker.STAGES)
    for purpose in (c_looker.LOOK, c_looker.ENROL):
        looker.begin(NOBODY, purpose)
        assert looker.stages() == all_stages[:2]
    looker.begin(spots.frame((2, 2), (8, 8)), c_looker.ENROL)
    assert looker.stages() == all_stages[:2]
    for count in range(5):
        looker.begin(SOMEBODY)
        assert looker.stages() == all_stages[:2]
        assert looker.begin(SOMEBODY, c_looker.ENROL) == c_looker.OK
        assert looker.stages() == all_stages
        assert looker.record["sight"]["enrolled"] == count + 1
    looker.begin(spots.frame((2, 2), (8, 8)))
    assert looker.stages() == all_stages
    before = looker.record.tobytes()
    looker.call("fd_step")  # of a frame that is done
    assert looker.record.tobytes() == before


def test_a_sixth_frame_is_refused_and_takes_away_what_was_seen(detector, verifier):
    looker = Looker(detector, verifier)
    for _ in range(5):
        looker.begin(SOMEBODY, c_looker.ENROL)
        looker.stages()
    face = looker.record["face"].copy()
    assert looker.begin(SOMEBODY, c_looker.ENROL) == c_looker.FULL
    assert looker.stages() == []
    sight = looker.record["sight"]
    assert (sight["enrolled"], sight["faces"]) == (5, 0) and not sight["boxes"]["side"].any()
    assert (looker.record["face"] == face).all() and face.any()


def test_forgetting_leaves_neither_face_nor_sight(detector, verifier):
    looker = Looker(detector, verifier)
    for _ in range(5):
        looker.begin(SOMEBODY, c_looker.ENROL)
        looker.stages()
    looker.begin(SOMEBODY)
    looker.stages()
    assert looker.record["sight"]["compared"] == 1
    looker.call("fd_forget")
    assert not looker.record["face"].any()
    assert not any(looker.record["sight"].tobytes())
    looker.begin(SOMEBODY)
    looker.stages()
    assert (looker.record["sight"]["compared"], looker.record["sight"]["enrolled"]) == (0, 0)


def test_of_faces_of_one_size_the_first_is_compared(detector, verifier):
    """They come best first."""
    one, two = spots.frame((2, 2)), spots.frame((2, 2), (8, 8))
    two[64:72, 64:72] = two[64:72, 64:72][::-1]  # as bright and large, another face
    looker = Looker(detector, verifier)
    for _ in range(5):
        looker.begin(one, c_looker.ENROL)
        looker.stages()
    similarities = []
    for frame in (one, two):
        looker.begin(frame)
        looker.stages()
        similarities.append(int(looker.record["sight"]["similarity"]))
    boxes = looker.record["sight"]["boxes"][:2]
    assert boxes["side"][0] == boxes["side"][1] > 0
    assert similarities[0] == similarities[1] > 32_000
    looker.begin(two[::-1])  # the other one comes first
    looker.stages()
    assert int(looker.record["sight"]["similarity"]) < similarities[0]
