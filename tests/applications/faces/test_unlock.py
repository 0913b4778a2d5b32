"""Telling faces apart on this computer, and the way from a frame to a verdict."""

import math
import subprocess

import fuzz
import numpy as np
import places
import pytest
import spots

from tinyml_helpers import micro, model_file
from tinyml_helpers.applications.faces import c_looker, trained
from tinyml_helpers.applications.faces.crop import crop
from tinyml_helpers.applications.faces.detector import Detector
from tinyml_helpers.applications.faces.unlock import NotEnrolled, Unlock
from tinyml_helpers.applications.faces.verifier import Verifier, WrongModel, similarity, template
from tinyml_helpers.runtimes import tflm


def crops_of(count, seed=0):
    """Crops of nothing but noise: int8 [count, 48, 48]."""
    return np.random.default_rng(seed).integers(-128, 128, (count, 48, 48)).astype(np.int8)


def embeddings_of(count, seed=0, most=255):
    """Random embeddings: int16 [count, 64]."""
    return np.random.default_rng(seed).integers(-most, most + 1, (count, 64)).astype(np.int16)


def cosine(a, b):
    return a @ b / np.sqrt((a @ a) * (b @ b))


# The verifier.


def test_embeddings_are_what_the_model_gives_without_its_zero_point():
    verifier = Verifier(spots.verifier())
    interpreter = micro.Interpreter(spots.verifier())
    crops = crops_of(7)
    expected = np.concatenate(
        [interpreter.invoke(one[np.newaxis, ..., np.newaxis]) for one in crops]
    )
    (zero_point,) = interpreter.model.outputs[0].zero_point
    assert verifier.zero_point == zero_point != 0
    made = verifier.embeddings(crops)
    np.testing.assert_array_equal(made, expected.astype(np.int16) - zero_point)
    np.testing.assert_array_equal(verifier.embed(crops[4]), made[4])
    assert verifier.embeddings(crops[:0]).shape == (0, 64)


@pytest.mark.parametrize("model", [spots.verifier, lambda: trained.committed("verifier")])
def test_embeddings_are_those_of_tflm(needs_tflm, model):
    verifier, reference = Verifier(model()), tflm.Interpreter(model())
    crops = crops_of(6)
    for one, vector in zip(crops, verifier.embeddings(crops), strict=True):
        codes = reference.invoke(one[np.newaxis, ..., np.newaxis])[0]
        np.testing.assert_array_equal(vector, codes.astype(np.int16) - verifier.zero_point)


@pytest.mark.parametrize("most", [255, 40, 3])
def test_a_template_is_the_sum_of_directions(most):
    for count in range(1, 6):
        vectors = embeddings_of(count, seed=count, most=most)
        made = np.frombuffer(template(vectors), "<i2")
        directions = vectors / np.linalg.norm(vectors.astype(float), axis=1, keepdims=True)
        assert np.abs(made - 4096 * directions.sum(axis=0)).max() < count * (1 + 2 / most)


@pytest.mark.parametrize("most", [255, 40, 3])
def test_similarity_is_the_cosine(most):
    vectors = embeddings_of(300, seed=most, most=most)
    vectors[::3] += vectors[0] // 2  # of these some are similar
    vectors = np.clip(vectors, -255, 255)
    ours = template(vectors[:5])
    sums = np.frombuffer(ours, "<i2").astype(float)
    made = similarity(ours, vectors)
    expected = [cosine(sums, vector.astype(float)) for vector in vectors]
    assert np.abs(made - expected).max() < 4 / 32768
    assert similarity(ours, vectors[7]) == made[7]
    assert made.max() > 0.5 > made.min()


def test_similarity_is_rounded_down_also_below_0():
    vectors = embeddings_of(200, seed=1)
    ours = template(vectors[:2])
    sums = np.frombuffer(ours, "<i2").astype(int).tolist()
    expected = []
    for vector in vectors.tolist():
        squares = sum(a * a for a in sums) * sum(b * b for b in vector)
        scaled = 32768 * sum(a * b for a, b in zip(sums, vector, strict=True))
        expected.append(scaled // math.isqrt(squares))  # // rounds down
    assert (32768 * similarity(ours, vectors)).tolist() == expected
    assert sum(one < 0 for one in expected) > 50


def test_the_same_direction_is_1_and_the_opposite_is_minus_1():
    for most in (255, 1):
        (vector,) = embeddings_of(1, seed=3, most=most)
        ours = template([vector, vector, vector])
        assert similarity(ours, vector) > 1 - 4 / 32768
        assert similarity(ours, -vector) < -1 + 4 / 32768
    extreme = np.full(64, 255, np.int16)
    assert similarity(template([extreme] * 5), extreme) == 32767 / 32768
    assert similarity(template([extreme] * 5), -extreme) == -1


def test_length_does_not_matter():
    (vector,) = embeddings_of(1, most=60)
    (other,) = embeddings_of(1, seed=9)
    twice = template([vector, other]), template([4 * vector, other])
    parts = [np.frombuffer(one, "<i2").astype(int) for one in twice]
    assert np.abs(parts[0] - parts[1]).max() <= 1
    assert abs(similarity(twice[0], vector) - similarity(twice[0], 4 * vector)) <= 1 / 32768


def test_nothing_is_similar_to_nothing():
    zero, (vector,) = np.zeros(64, np.int16), embeddings_of(1)
    assert similarity(template([zero]), vector) == 0
    assert similarity(template([vector]), zero) == 0
    assert template([vector, zero]) == template([vector])


@pytest.mark.parametrize(
    "crop", [np.zeros((48, 48)), np.zeros((48, 48), np.uint8), np.zeros((40, 48), np.int8)]
)
def test_what_is_no_crop_is_refused(crop):
    with pytest.raises(ValueError, match=r"looks at int8 \[48, 48\], as `crop` gives it, not at"):
        Verifier(spots.verifier()).embed(crop)


@pytest.mark.parametrize(
    "vector", [np.zeros(64), np.zeros(63, np.int16), np.full(64, 256, np.int16), [[1.5]]]
)
def test_what_is_no_embedding_is_refused(vector):
    with pytest.raises(ValueError, match=r"an embedding is int16 \[64\], from -255 to 255, as a"):
        similarity(bytes(128), vector)


def test_templates_of_another_size_are_refused():
    with pytest.raises(ValueError, match="a template has 128 bytes, not 127"):
        similarity(bytes(127), np.zeros(64, np.int16))
    for count in (0, 6):
        with pytest.raises(ValueError, match=f"made of 1 to 5 embeddings, not {count}"):
            template(embeddings_of(count))


def test_a_model_that_is_no_verifier_is_refused(int8_model):
    with pytest.raises(WrongModel, match=r"takes int8 \[1, 48, 48, 1\] with scale 1/64 and zero"):
        Verifier(int8_model)
    with pytest.raises(
        WrongModel, match=r"this model takes int8 \[1, 96, 96, 1\] with scale 0.007"
    ):
        Unlock(spots.detector(), spots.detector())
    with pytest.raises(model_file.ModelFileError):
        Verifier(b"no model")


def test_a_verifier_with_another_embedding_is_refused(monkeypatch):
    monkeypatch.setattr(c_looker, "EMBEDDING", 32)
    with pytest.raises(WrongModel, match=r"gives int8 \[1, 32\] with one scale; this model gives"):
        Verifier(spots.verifier())


# From a frame to a verdict.


@pytest.fixture
def unlock():
    return Unlock(spots.detector(), spots.verifier(), threshold=0.97)


def enrolled(unlock):
    """The five frames of a spot that an Unlock was given."""
    frames = [spots.frame((4, 4 + seed % 2), seed=seed) for seed in range(5)]
    for frame in frames:
        unlock.enrol(frame)
    return frames


def test_it_is_its_parts_put_together(unlock):
    detector, verifier = Detector(spots.detector()), Verifier(spots.verifier())

    def embed(frame):
        largest = max(detector.look(frame), key=lambda face: face.right - face.left)
        return verifier.embed(crop(frame, largest))

    ours = template([embed(frame) for frame in enrolled(unlock)])
    assert unlock.template == ours
    seen = [unlock.look(frame) for frame in spots.mixed_frames(40)]
    for sight, frame in zip(seen, spots.mixed_frames(40), strict=True):
        assert sight.faces == detector.look(frame)
        expected = similarity(ours, embed(frame)) if sight.faces else None
        assert sight.similarity == expected
        assert sight.unlocked is (expected is not None and expected >= 0.97)
        assert sight.enrolled == 5
    assert {sight.unlocked for sight in seen} == {True, False}
    assert {len(sight.faces) for sight in seen} >= {0, 1, 2, 4}


def test_nothing_is_compared_before_five_frames_are_enrolled(unlock):
    frame = spots.frame((3, 3))
    for count in range(5):
        sight = unlock.look(frame)
        assert (sight.similarity, sight.unlocked, sight.enrolled) == (None, None, count)
        assert unlock.template is None and unlock.enrolled == count
        sight = unlock.enrol(frame)
        assert (sight.similarity, sight.enrolled, len(sight.faces)) == (None, count + 1, 1)
    assert unlock.look(frame).unlocked is True
    assert len(unlock.template) == 128


def test_only_one_face_is_enrolled(unlock):
    unlock.enrol(spots.frame((3, 3)))
    with pytest.raises(NotEnrolled, match="there is no face in the frame: come closer"):
        unlock.enrol(spots.frame())
    with pytest.raises(NotEnrolled, match="there are 2 faces in the frame: to enrol, one person"):
        unlock.enrol(spots.frame((3, 3), (8, 8)))
    assert unlock.enrolled == 1


def test_a_sixth_frame_is_not_enrolled(unlock):
    frames = enrolled(unlock)
    before = unlock.template
    with pytest.raises(NotEnrolled, match="5 frames are enrolled already: call forget, and start"):
        unlock.enrol(frames[0])
    assert unlock.template == before
    assert unlock.look(frames[0]).enrolled == 5


def test_forgetting_wipes_the_template(unlock):
    frames = enrolled(unlock)
    place = unlock._memory
    kept = np.frombuffer(unlock.template, np.uint8)
    assert kept.tobytes() in place.tobytes()
    unlock.forget()
    assert unlock.template is None and unlock.enrolled == 0
    assert kept[:16].tobytes() not in place.tobytes()
    assert unlock.look(frames[0]).unlocked is None
    assert enrolled(unlock) is not None


def test_thresholds_may_change(unlock):
    frames = enrolled(unlock)
    sight = unlock.look(frames[0])
    unlock.threshold = sight.similarity
    assert unlock.look(frames[0]).unlocked is True
    unlock.threshold = sight.similarity + 1 / 32768
    assert unlock.look(frames[0]).unlocked is False
    unlock.face_threshold = 1
    assert unlock.look(frames[0])[:3] == ([], None, False)
    for name in ("threshold", "face_threshold"):
        before = getattr(unlock, name)
        setattr(unlock, name, 1.5)
        with pytest.raises(ValueError, match=r"is from 0 to 1, not 1\.5"):
            unlock.look(frames[0])
        setattr(unlock, name, before)


def test_frames_of_another_size():
    wide = Unlock(spots.detector(120, 160), spots.verifier(), threshold=0.9)
    assert wide.frame_size == (120, 160)
    for seed in range(5):
        wide.enrol(spots.frame((10, 15), seed=seed, size=(120, 160)))
    assert wide.look(spots.frame((10, 15), seed=6, size=(120, 160))).unlocked
    with pytest.raises(ValueError, match=r"looks at frames of uint8 \[120, 160\], grey, not at"):
        wide.look(spots.frame())


def test_sanitizers_find_nothing(tmp_path):
    if fuzz.clang() is None:
        pytest.skip("there is no clang with sanitizers")
    program = tmp_path / "faces"
    source = places.C / "faces_filter.c"
    flags = ["-std=c99", "-O1", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    flags += ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    files = [c_looker.FOLDER / f"{name}.c" for name in ("boxes", "crop", "verify", "root")]
    command = [fuzz.clang(), *flags, f"-I{c_looker.FOLDER}", *files, source, "-o", program]
    subprocess.run(command, check=True)
    rng = np.random.default_rng(0)
    rounds = []
    for count in range(300):
        grid = rng.choice([-128, 127, *rng.integers(-128, 128, 3)], 12 * 12 * 4).astype(np.int8)
        if count % 5 == 0:
            grid[::4] = -128  # no face: then the box is as far out as one can be
        pixels = rng.choice([0, 255, rng.integers(256)], 96 * 96).astype(np.uint8)
        vector = rng.choice([-255, 0, 255], 64).astype("<i2")
        rounds.append(grid.tobytes() + pixels.tobytes() + vector.tobytes())
    done = subprocess.run([program], input=b"".join(rounds), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    assert len(done.stdout) == 300 * (16 * 8 + 48 * 48 + 2)
