"""Scores of detectors and verifiers, against scikit-learn, SciPy and counting by hand."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import binomtest
from sklearn import metrics

from tinyml_helpers.applications.faces.measuring import matching, scoring


def cases():
    random = np.random.default_rng(3)
    for size in (2, 7, 300):
        labels = np.append(random.integers(0, 2, size), [0, 1])
        yield labels, random.normal(size=size + 2) + labels
        yield labels, random.integers(0, 4, size + 2) + labels  # many ties
        yield labels, np.zeros(size + 2)


@pytest.mark.parametrize(("labels", "scores"), list(cases()))
def test_roc_and_auc_are_scikit_learns(labels, scores):
    curve = scoring.roc(labels, scores)
    for mine, theirs in zip(
        curve, metrics.roc_curve(labels, scores, drop_intermediate=False), strict=True
    ):
        np.testing.assert_allclose(mine, theirs)
    assert scoring.auc(labels, scores) == pytest.approx(metrics.roc_auc_score(labels, scores))
    assert scoring.auc(labels, -scores) == pytest.approx(1 - scoring.auc(labels, scores))


def test_a_roc_needs_both_kinds_and_a_number_each():
    with pytest.raises(ValueError, match="one kind is missing"):
        scoring.auc([1, 1], [0.1, 0.2])
    with pytest.raises(ValueError, match="one label and one finite score"):
        scoring.auc([0, 1, 1], [0.1, 0.2])
    with pytest.raises(ValueError, match="one label and one finite score"):
        scoring.auc([0, 1], [0.1, np.nan])


def test_the_interval_of_an_auc_is_as_wide_as_other_samples_are_apart():
    random, labels = np.random.default_rng(0), np.repeat([0, 1], [80, 50])
    areas = [scoring.auc(labels, random.normal(size=130) + 1.5 * labels) for _ in range(600)]
    widths = []
    for _ in range(20):
        low, high = scoring.auc_interval(labels, random.normal(size=130) + 1.5 * labels)
        widths.append(high - low)
    assert np.mean(widths) == pytest.approx(2 * 1.96 * np.std(areas), rel=0.1)
    low, high = scoring.auc_interval(np.repeat([0, 1], 25), np.arange(50))
    assert 0.85 < low < 0.95 and high == 1
    low, high = scoring.auc_interval(np.repeat([1, 0], 25), np.arange(50))
    assert low == pytest.approx(0, abs=1e-9) and 0.05 < high < 0.15


def test_overlaps():
    boxes = [(0, 0, 10, 10), (5, 5, 5, 5), (20, 0, 30, 10)]
    others = [(0, 0, 10, 10), (5, 0, 15, 10), (2, 2, 4, 4), (30, 0, 40, 10)]
    expected = [[1, 1 / 3, 0.04, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    np.testing.assert_allclose(matching.overlaps(boxes, others), expected)
    assert matching.overlaps([], others).shape == (0, 4)
    assert matching.overlaps(boxes, np.zeros((0, 4))).shape == (3, 0)


def test_overlaps_count_pixels():
    random = np.random.default_rng(0)
    corners = np.sort(random.integers(0, 20, (12, 2, 2)), axis=1)
    boxes = corners.reshape(12, 4)
    masks = np.zeros((12, 20, 20), bool)
    for mask, (left, top, right, bottom) in zip(masks, boxes, strict=True):
        mask[top:bottom, left:right] = True
    both = (masks[:, None] & masks[None]).sum((2, 3))
    either = (masks[:, None] | masks[None]).sum((2, 3))
    np.testing.assert_allclose(matching.overlaps(boxes, boxes), both / np.maximum(either, 1))


@pytest.mark.parametrize(
    ("boxes", "says"),
    [([(3, 0, 2, 5)], "larger"), ([1, 2, 3, 4], r"\[k, 4\]"), ([(0, 0, np.nan, 1)], "finite")],
)
def test_what_is_no_box_is_refused(boxes, says):
    with pytest.raises(ValueError, match=says):
        matching.overlaps(boxes, [])


def square(x, y, side):
    return (x, y, x + side, y + side)


def test_the_best_score_chooses_first_and_one_box_a_face():
    true = [square(0, 0, 20), square(40, 0, 20), square(0, 60, 8)]
    found = [
        square(2, 0, 20),  # the first face, but a better one has it
        square(0, 0, 20),
        square(46, 0, 20),  # the second, IoU 14/26
        square(0, 60, 9),  # the small one
        square(52, 0, 20),  # IoU 8/32
    ]
    verdict = matching.matched(found, [0.5, 0.9, 0.3, 0.2, 0.8], true)
    assert verdict.tolist() == [matching.WRONG, 0, 1, matching.IGNORED, matching.WRONG]
    assert matching.matched(found, [0.9, 0.5, 0.3, 0.2, 0.8], true, smallest=0)[3] == 2
    counts = matching.recall_precision([(found, [5, 9, 3, 2, 8])], [true])
    assert counts == (2, 2, 0, 1, 1) and counts.faces == 2
    assert counts.recall == 1 and counts.precision == 0.5
    counts = matching.recall_precision([(found, [5, 9, 3, 2, 8])], [true], threshold=5)
    assert counts == (1, 2, 1, 0, 1)
    assert "recall 1/2, precision 1/3, 1 faces too small" in str(counts)


def test_a_box_takes_the_face_it_overlaps_most():
    true = [square(0, 0, 20), square(6, 0, 20)]
    assert matching.matched([square(5, 0, 20), square(1, 0, 20)], [2, 1], true).tolist() == [1, 0]


def test_a_face_of_just_the_smallest_side_counts():
    boxes = np.array([square(1 / 3, 0.1, 14), square(0, 0, 13.9)], np.float32) * np.float32(0.6)
    assert matching.too_small(boxes, 0.6 * 14).tolist() == [False, True]


def test_a_hidden_face_is_neither_missed_nor_wrong():
    true, hidden = [square(0, 0, 20)], [square(50, 0, 20)]
    found = [square(51, 0, 20), square(50, 1, 20), square(0, 0, 20), square(3, 70, 20)]
    verdict = matching.matched(found, [4, 3, 2, 1], true, hidden=hidden)
    assert verdict.tolist() == [matching.IGNORED, matching.IGNORED, 0, matching.WRONG]
    counts = matching.recall_precision([(found, [4, 3, 2, 1])] * 2, [true] * 2, hidden=[hidden, []])
    assert counts == (2, 4, 0, 2, 0)
    curve = matching.recall_precision_curve([(found, [4, 3, 2, 1])], [true], hidden=[hidden])
    assert curve.thresholds.tolist() == [2, 1] and curve.precision.tolist() == [1, 0.5]


def test_each_picture_may_have_its_own_smallest_side():
    pictures = [[square(0, 0, 20)]] * 3
    counts = matching.recall_precision([([], [])] * 3, pictures, smallest=[14, 20, 21])
    assert counts == (0, 0, 2, 0, 1)


def test_nothing_found_and_no_faces():
    nothing = matching.Found(np.zeros((0, 4)), np.zeros(0))
    counts = matching.recall_precision([nothing], [[square(0, 0, 20)]])
    assert counts.recall == 0 and np.isnan(counts.precision)
    counts = matching.recall_precision([([square(0, 0, 20)], [1])], [[]])
    assert np.isnan(counts.recall) and counts.precision == 0
    curve = matching.recall_precision_curve([nothing], [[square(0, 0, 20)]])
    assert matching.average_precision(curve) == 0
    with pytest.raises(ValueError, match="no recall"):
        matching.recall_precision_curve([nothing], [[]])
    with pytest.raises(ValueError, match="1 pictures with boxes but 2"):
        matching.recall_precision([nothing], [[], []])
    with pytest.raises(ValueError, match="1 boxes have 1 scores"):
        matching.matched([square(0, 0, 20)], [1, 2], [])


@pytest.fixture(scope="module")
def pictures():
    """Found and true boxes of 40 pictures, some right, scores with ties."""
    random = np.random.default_rng(8)
    found, true = [], []
    for _ in range(40):
        faces = [square(*random.uniform(0, 70, 2), random.uniform(10, 26)) for _ in range(3)]
        faces = faces[: random.integers(0, 4)]
        boxes = [tuple(np.add(face, random.normal(0, 1.5))) for face in faces for _ in range(2)]
        boxes += [square(*random.uniform(0, 70, 2), 20)]
        found.append(matching.Found(np.array(boxes), random.integers(0, 20, len(boxes))))
        true.append(np.array(faces).reshape(-1, 4))
    return found, true


def test_the_curve_is_the_counts_at_each_threshold(pictures):
    found, true = pictures
    curve = matching.recall_precision_curve(found, true)
    assert (np.diff(curve.thresholds) < 0).all()
    for threshold, recall, precision in zip(*curve, strict=True):
        above = [
            (boxes[scores >= threshold], scores[scores >= threshold]) for boxes, scores in found
        ]
        alone = matching.recall_precision(above, true)
        assert alone == matching.recall_precision(found, true, threshold=threshold)
        assert (alone.recall, alone.precision) == pytest.approx((recall, precision))


def test_average_precision_by_its_definition(pictures):
    curve = matching.recall_precision_curve(*pictures)
    at = np.linspace(0, 1, 100_001)[1:]
    best = [max(curve.precision[curve.recall >= recall - 1e-12], default=0) for recall in at[::200]]
    assert matching.average_precision(curve) == pytest.approx(np.mean(best), abs=0.005)


def test_average_precision_by_hand():
    curve = matching.Curve(np.arange(3), np.array([0.25, 0.25, 0.5]), np.array([1, 0.5, 2 / 3]))
    assert matching.average_precision(curve) == pytest.approx(0.25 + 0.25 * 2 / 3)


@pytest.mark.parametrize("ties", [False, True])
def test_rates_and_where_they_are_equal(ties):
    random = np.random.default_rng(5)
    genuine, impostor = random.normal(2, 1, 90), random.normal(0, 1, 700)
    if ties:
        genuine, impostor = genuine.round(), impostor.round()
    rates = scoring.false_accepts(genuine, impostor)
    assert (rates.accepts[0], rates.rejects[0]) == (1, 0)
    assert (rates.accepts[-1], rates.rejects[-1]) == (0, 1)
    for threshold, accepts, rejects in zip(*rates, strict=True):
        assert accepts == pytest.approx((impostor >= threshold).mean())
        assert rejects == pytest.approx((genuine < threshold).mean())
        assert scoring.rates_at(rates, threshold) == (accepts, rejects)
    between = rates.thresholds[:2].mean()
    assert scoring.rates_at(rates, between)[0] == pytest.approx((impostor >= between).mean())
    labels = np.repeat([1, 0], [90, 700])
    false, true, _ = metrics.roc_curve(labels, np.concatenate([genuine, impostor]))
    expected = brentq(lambda rate: 1 - rate - np.interp(rate, false, true), 0, 1)
    assert scoring.equal_error_rate(rates) == pytest.approx(expected)
    threshold = scoring.threshold_at(rates, 0.01)
    assert (impostor >= threshold).mean() <= 0.01
    lower = rates.thresholds[rates.thresholds < threshold][-1]
    assert (impostor >= lower).mean() > 0.01


def test_rates_of_the_separable_the_hopeless_and_the_wrong():
    assert scoring.equal_error_rate(scoring.false_accepts([3, 4], [1, 2])) == 0
    assert scoring.equal_error_rate(scoring.false_accepts([1, 2], [3, 4])) == 1
    assert scoring.equal_error_rate(scoring.false_accepts([1], [1])) == 0.5
    rates = scoring.false_accepts([1, 2], [3, 4])
    assert scoring.threshold_at(rates, 0) == np.inf and scoring.threshold_at(rates, 1) == 1
    with pytest.raises(ValueError, match="share"):
        scoring.threshold_at(rates, 2)
    for pair in (([], [1]), ([1], []), ([np.nan], [1])):
        with pytest.raises(ValueError, match="finite similarities of both kinds"):
            scoring.false_accepts(*pair)


@pytest.mark.parametrize(("hits", "of"), [(0, 5), (5, 5), (97, 100), (1, 3), (30, 1000)])
def test_the_interval_is_wilsons(hits, of):
    expected = binomtest(hits, of).proportion_ci(method="wilson")
    assert scoring.interval(hits, of) == pytest.approx((expected.low, expected.high))
    expected = binomtest(hits, of).proportion_ci(0.8, method="wilson")
    assert scoring.interval(hits, of, 0.8) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize(("hits", "of"), [(1, 0), (3, 2), (-1, 2)])
def test_a_share_of_nothing_is_refused(hits, of):
    with pytest.raises(ValueError, match="is no share"):
        scoring.interval(hits, of)
