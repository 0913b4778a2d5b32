"""What both ends guess between messages, and what they make of it once they are told."""

import numpy as np
import pytest
from radio_ends import START, Node, model, run

from tinyml_helpers.applications.fields import c_node
from tinyml_helpers.applications.fields.gateway import Gateway
from tinyml_helpers.applications.fields.offline import forecasts, inputs
from tinyml_helpers.applications.fields.radio import Link

_WEEK = c_node.WEEK


def told_once(level=2000):
    """A node whose gateway was told a level in hour 0."""
    node, gateway = Node(0.5, 168), Gateway(model(), START, heartbeat=168)
    assert node.heard(gateway.hour(node.hour(0, level)[0])) is not None
    return node


def history(node, hours):
    """The newest levels of an so_sender, whose ring comes first."""
    ring, newest = node.state[: 2 * (_WEEK + 1)].view("<i2"), node.state[338:340].view("<u2")[0]
    return ring[(newest - np.arange(hours)[::-1]) % (_WEEK + 1)].astype(int)


def test_guesses_lie_on_straight_lines_between_the_models_medians():
    levels = (3000 - 5 * np.arange(150)).tolist()
    node = run([*levels, levels[-1] - 80], Link(), Link(), heartbeat=168).node
    known = history(node, _WEEK + 1)
    guesses = [node.hour(number, None)[1] for number in range(151, 318)]
    seen = inputs(known / 100, START + 150 - np.timedelta64(_WEEK, "h"))[-1:]
    medians = 100 * forecasts(model(), seen)[0, :, 1]
    expected = known[-1] + np.interp(range(1, 168), [0, *c_node.LEAD_HOURS], [0, *medians])
    assert np.abs(expected - guesses).max() < 1 and np.ptp(expected) > 5


@pytest.mark.parametrize(("off", "share"), [(79, 1), (-79, 1), (80, 0), (-600, 0)])
def test_a_small_error_corrects_the_hours_before_it_and_a_jump_does_not(off, share):
    node, same = told_once(), told_once()
    *guesses, guess = [same.hour(number, None)[1] for number in range(1, 11)]
    for number in range(1, 10):
        node.hour(number, None)
    frame, _ = node.hour(10, guess + off)
    assert len(frame) == c_node.LEVEL_BYTES
    corrected = guesses + share * off * np.arange(1, 10) / 10
    found = history(node, 11)
    assert found[0] == 2000 and found[-1] == guess + off
    assert np.abs(found[1:-1] - corrected).max() < 1


def test_after_a_sync_both_ends_keep_straight_lines_between_its_levels():
    levels = np.cumsum(np.random.default_rng(0).integers(-9, 9, 400)) + 2000

    class OnceDeaf:
        now = -1

        def carry(self, message):
            self.now += 1
            return None if self.now == 398 else message

    made = run(levels.tolist(), Link(), OnceDeaf(), delta=0.05, heartbeat=1)
    assert made.acknowledged[-2:] == [397, 399] and not made.apart
    lags = np.array([0, 1, 3, 6, 12, 24, 48, 72, 168])
    expected = np.interp(np.arange(_WEEK + 1), lags, levels[399 - lags])[::-1]
    assert np.abs(history(made.node, _WEEK + 1) - expected).max() < 1
