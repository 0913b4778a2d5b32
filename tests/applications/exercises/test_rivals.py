"""Rivals of the network: the same decisions from scikit-learn, NumPy, C and both boards."""

import subprocess

import fuzz
import numpy as np
import places
import pytest

from tinyml_helpers.applications.wearables.exercises import c_coach, training
from tinyml_helpers.applications.wearables.exercises.measuring import strangers
from tinyml_helpers.applications.wearables.exercises.rivals import (
    c_rivals,
    compared,
    features,
    linear,
    on_board,
    trees,
)
from tinyml_helpers.datasets import watch_exercises

PEOPLE = ("seglearn 3", "seglearn 4", "seglearn 8")
RIVALS = {"linear": linear, "trees": trees}


@pytest.fixture(scope="module")
def some():
    """Three people's recordings."""
    motions = [motion for motion in watch_exercises() if motion.person in PEOPLE]
    return [training.Series.of(motion, c_coach.CLASSES) for motion in motions]


@pytest.fixture(scope="module")
def known(some):
    """Windows of two people."""
    return compared.cut([one for one in some if one.person != PEOPLE[2]])


@pytest.fixture(scope="module")
def strange(some):
    """Windows of the third."""
    return compared.cut([one for one in some if one.person == PEOPLE[2]])


@pytest.fixture(scope="module", params=RIVALS)
def fitted(request, known):
    """A rival that knows two people, and what scikit-learn fitted."""
    return RIVALS[request.param].fitted(known.features, known.classes)


@pytest.fixture(scope="module")
def rival(fitted):
    return fitted[0]


@pytest.fixture(scope="module")
def wild():
    """Features of any size: int16 [2000, 48]."""
    low, high = np.iinfo(np.int16).min, np.iinfo(np.int16).max
    seen = np.random.default_rng(0).integers(low, high + 1, (2000, 48)).astype(np.int16)
    seen[0], seen[1] = low, high
    return seen


def test_a_stranger_is_named_better_than_by_chance(rival, strange):
    assert strangers.macro_f1(strange.classes, rival.classes(strange.features)) > 0.5


def test_c_decides_as_numpy(rival, strange, wild):
    for seen in (strange.features, wild):
        np.testing.assert_array_equal(rival.classes_by_c(seen), rival.classes(seen))


def test_integers_decide_as_scikit_learn_but_for_one_window_in_a_hundred(fitted, strange):
    rival, whole = fitted
    seen = strange.features
    assert np.mean(rival.by(whole, seen) == rival.classes(seen)) >= 0.99


@pytest.mark.parametrize("board", compared.BOARDS)
def test_a_board_decides_as_this_computer(rival, strange, board):
    windows = strange.windows[::40]
    spent = on_board.cost(rival, windows, board)
    np.testing.assert_array_equal(spent.classes, rival.classes(features.of(windows)))
    assert 0 < spent.cycles <= spent.most_cycles < 200_000
    assert spent.table_bytes < spent.flash_bytes < spent.table_bytes + 2048
    assert 256 + 2 * 48 < spent.stack_bytes < 1024


def test_nothing_overflows_or_strays(rival, strange, tmp_path):
    """The C under AddressSanitizer and UBSan: movement, noise, the ends of the scale."""
    if fuzz.clang() is None:
        pytest.skip("there is no clang with sanitizers")
    noise = np.random.default_rng(0).integers(-128, 128, (300, 100, 6)).astype(np.int8)
    noise[0], noise[1], noise[2, ::2], noise[2, 1::2] = -128, 127, -128, 127
    windows = np.concatenate([strange.windows[::5], noise])
    (tmp_path / "tables.c").write_text(rival.c_source(), encoding="utf-8")
    flags = ["-std=c99", "-O1", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    flags += ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    flags += [f"-I{folder}" for folder in c_rivals.include()]
    files = [*c_rivals.sources(), places.C / "rival_filter.c", tmp_path / "tables.c"]
    subprocess.run([fuzz.clang(), *flags, *files, "-o", tmp_path / "rival"], check=True)
    done = subprocess.run([tmp_path / "rival"], input=windows.tobytes(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    found = np.frombuffer(done.stdout, np.int16).reshape(-1, 49)
    seen = features.of(windows)
    np.testing.assert_array_equal(found[:, :-1], seen)
    np.testing.assert_array_equal(found[:, -1], rival.classes(seen))


def test_each_feature_is_standardised_by_the_windows_it_was_fitted_on(known):
    rival, _ = linear.fitted(known.features, known.classes)
    np.testing.assert_array_equal(rival.means, np.rint(known.features.mean(axis=0)))
    codes = rival.standard(known.features).astype(float)
    np.testing.assert_allclose(codes.std(axis=0), linear.DEVIATION, rtol=0.1)


def test_a_feature_that_is_always_the_same_does_no_harm(known):
    seen = known.features.copy()
    seen[:, 5] = 7
    rival, _ = linear.fitted(seen, known.classes)
    assert not rival.standard(seen)[:, 5].any()
    assert np.mean(rival.classes(seen) == known.classes) > 0.8
    np.testing.assert_array_equal(rival.classes_by_c(seen), rival.classes(seen))


def test_an_outlier_saturates(known):
    rival, _ = linear.fitted(known.features, known.classes)
    far = np.int16([[32767] * 48, [-32768] * 48])
    assert set(rival.standard(far)[0]) == {127} and set(rival.standard(far)[1]) == {-128}


def test_trees_are_as_large_as_is_said(known):
    rival, _ = trees.fitted(known.features, known.classes)
    leaves = rival.features == trees.LEAF
    sizes = [part.sum() for part in np.split(leaves, rival.roots[1:])]
    assert len(sizes) == 24 and max(sizes) <= 64
    assert len(leaves) == 2 * leaves.sum() - len(sizes)
    assert len(np.unique(rival.votes, axis=0)) == len(rival.votes)
    np.testing.assert_allclose(rival.votes.sum(axis=1), 15, atol=2)


def test_every_leaf_that_a_window_comes_to_is_scikit_learns(known, strange):
    rival, whole = trees.fitted(known.features, known.classes)
    shares = whole.predict_proba(strange.features)
    votes = np.zeros_like(shares)
    for row, seen in zip(votes, strange.features, strict=True):
        for node in rival.roots:
            while rival.features[node] != trees.LEAF:
                left = seen[rival.features[node]] <= rival.thresholds[node]
                node = node + 1 if left else rival.rights[node]
            row += rival.votes[rival.thresholds[node]] / (15 * len(rival.roots))
    np.testing.assert_allclose(votes, shares, atol=0.5 / 15)


def test_two_fits_with_one_seed_are_the_same(known):
    one, other = (trees.fitted(known.features, known.classes)[0] for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_table_in_c_has_short_lines():
    text = c_rivals.table("weights", np.arange(-100, 100, dtype=np.int8).reshape(20, 10))
    assert text.startswith("static const int8_t weights[] = {\n    -100, -99,")
    assert max(map(len, text.splitlines())) <= 100
    values = text[text.index("{") + 1 : text.index("}")].replace("\n", " ").split(",")
    assert [int(value) for value in values if value.strip()] == list(range(-100, 100))


@pytest.mark.parametrize("fit", [linear.fitted, trees.fitted], ids=RIVALS)
def test_examples_that_teach_nothing_are_refused(known, fit):
    seen, classes = known.features, known.classes
    with pytest.raises(ValueError, match=r"of the examples are \[0, 2, .* number them from 0"):
        fit(seen[classes != 1], classes[classes != 1])
    with pytest.raises(ValueError, match=r"classes of the examples are \[0, 1\]"):
        fit(seen[classes < 2], classes[classes < 2])
    with pytest.raises(ValueError, match="give each window its own"):
        fit(seen, classes[:-1])
    with pytest.raises(ValueError, match=r"features are float64 .*: give int16 \[n, 48\]"):
        fit(seen / 16, classes)


def test_more_classes_than_the_c_has_room_for_are_refused(known):
    with pytest.raises(ValueError, match="room for 16 classes"):
        trees.fitted(known.features, np.arange(len(known.classes)) % 17)


def test_features_of_another_kind_are_refused(rival):
    for decide in (rival.classes, rival.classes_by_c):
        with pytest.raises(ValueError, match=r"features are int16 \[3, 47\]"):
            decide(np.zeros((3, 47), np.int16))


def test_a_board_there_is_no_firmware_for_is_refused(rival, strange):
    with pytest.raises(ValueError, match="no firmware for 'pi4'"):
        on_board.cost(rival, strange.windows[:1], "pi4")
    with pytest.raises(ValueError, match="there is no window"):
        on_board.cost(rival, strange.windows[:0], "pico")


@pytest.fixture(scope="module")
def rows(some):
    rows = compared.figures(some, boards=["pico"])["rivals"]
    return {(one["rival"], one["trained"]): one for one in rows}


def test_each_person_is_a_stranger_once(rows):
    assert set(rows) == {(rival, how) for rival in compared.RIVALS for how in compared.TRAINED}
    for one in rows.values():
        assert tuple(one["by_person"]) == PEOPLE
        straight = {person: found["straight"] for person, found in one["by_person"].items()}
        assert one["straight"] == pytest.approx(np.mean(list(straight.values())))
        assert one["worst"] == straight[one["worst_person"]] == min(straight.values())
        assert one["agrees"] >= 0.99


def test_random_windows_flatter(rows):
    for rival in compared.RIVALS:
        assert rows[rival, "cut"]["random_windows"] > rows[rival, "cut"]["straight"] + 0.05


def test_a_turned_watch_is_better_known_by_who_saw_one(rows):
    for rival in compared.RIVALS:
        assert rows[rival, "drawn"]["turned"] > rows[rival, "cut"]["turned"] + 0.1


def test_there_are_costs_of_each_board(rows):
    for one in rows.values():
        (spent,) = one["boards"]
        assert spent["board"] == "pico" and spent["milliseconds"] > 0
        assert spent["milliseconds"] == pytest.approx(spent["cycles"] / 133e3, rel=1e-3)


def test_one_person_alone_is_no_stranger(some):
    with pytest.raises(ValueError, match="recordings of 1 people: give two at least"):
        compared.figures([one for one in some if one.person == PEOPLE[0]])


def test_windows_are_the_codes_of_the_networks_input(some):
    x, classes, _ = strangers.windows(some)
    examples = compared.cut(some)
    assert examples.windows.dtype == np.int8
    np.testing.assert_array_equal(examples.windows * np.float32(c_coach.INPUT_SCALE), x)
    np.testing.assert_array_equal(examples.classes, classes)


def test_windows_are_drawn_as_the_networks_are(some):
    x, classes = training.Windows(some)(training.DEFAULT, np.random.default_rng(5))
    examples = compared.drawn(some, seed=5)
    np.testing.assert_array_equal(examples.windows[: len(x)] * np.float32(c_coach.INPUT_SCALE), x)
    np.testing.assert_array_equal(examples.classes[: len(x)], classes)
    assert len(examples.windows) == 6 * len(x)
