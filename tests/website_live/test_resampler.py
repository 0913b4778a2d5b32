"""The page's resampler against `datasets.resampled_motion`, which knows the whole recording."""

import live_pages
import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from tinyml_helpers import datasets
from tinyml_helpers.applications.wearables.exercises import coach, trained
from tinyml_helpers.datasets.motion.series import G, recorded
from website import exercise_data

#: Rows of a resampler at 50 a second that is given [[seconds, values], ...].
RESAMPLE = """
async (recordings) => recordings.map((samples) => {
  const resampler = new Resampler(50);
  return samples.flatMap(([seconds, values]) => resampler.push(seconds, values));
})
"""

pytestmark = live_pages.needs_node


def resampled(live, *recordings):
    """What the page makes of (times, values [n, columns]): arrays of rows."""
    asked = [
        [[float(at), row.tolist()] for at, row in zip(times, values, strict=True)]
        for times, values in recordings
    ]
    made = live_pages.ask_node(live, ("resampler.js",), RESAMPLE, asked)
    return [np.array(rows) for rows in made]


def measured(rate, uneven, seed=0):
    """The session as a sensor of such a rate measures it: a Motion, its steps uneven."""
    wrist = exercise_data.session().samples[:3000]
    curve = CubicSpline(np.arange(len(wrist)) / 50, wrist / [*[4096 / G] * 3, *[1024] * 3])
    times = np.arange(0, 59.9, 1 / rate)
    times += np.random.default_rng(seed).uniform(-uneven, uneven, len(times)) / rate
    times -= times[0]
    values = curve(times)
    return recorded(times, values[:, :3], values[:, 3:], person="x", activity="x", place="left")


@pytest.mark.parametrize("rate", [50, 60, 100, 200])
def test_at_a_phone_s_rates_it_is_next_to_python_s(live, rate):
    motion = measured(rate, uneven=0.2)
    (rows,) = resampled(live, (motion.times, np.hstack([motion.acceleration, motion.rotation])))
    python = datasets.resampled_motion(motion, 50)
    best = np.hstack([python.acceleration / G, python.rotation])[: len(rows)]
    rows[:, :3] /= G
    assert len(python.times) - 3 <= len(rows) <= len(python.times)
    inside = slice(50, -50)  # Python's filter reaches over the ends
    off = np.sqrt(np.mean((rows[inside] - best[inside]) ** 2, axis=0))
    assert (off[:3] < 0.01).all() and (off[3:] < 0.02).all(), off


def test_the_coach_says_the_same_of_both(live):
    motion = measured(60, uneven=0.2)
    (rows,) = resampled(live, (motion.times, np.hstack([motion.acceleration, motion.rotation])))
    python = datasets.resampled_motion(motion, 50)
    ours = python._replace(acceleration=rows[:, :3], rotation=rows[:, 3:])
    said = [
        coach.Coach(trained.committed("any_way")).push(coach.samples(one)) for one in (ours, python)
    ]
    same = [a.exercise == b.exercise for a, b in zip(*said, strict=False)]
    done = set(exercise_data.DONE[:2])  # in a minute
    assert np.mean(same) > 0.97 and {hop.exercise for hop in said[0]} >= done
    assert abs(said[0][-1].repetitions - said[1][-1].repetitions) <= 1


def test_a_parabola_comes_out_as_it_is_and_a_straight_line_from_its_first_sample_on(live):
    times = np.cumsum(np.random.default_rng(1).uniform(0.01, 0.04, 100)) + 7
    line = 3 - 2 * (times - times[0])
    bent = 1 + (times - times[0]) ** 2
    (rows,) = resampled(live, (times, np.column_stack([line, bent])))
    grid = np.arange(len(rows)) / 50
    assert abs(len(rows) - (times[-2] - times[0]) * 50) <= 1
    assert np.allclose(rows[:, 0], 3 - 2 * grid, atol=1e-9)
    assert np.allclose(rows[10:, 1], 1 + grid[10:] ** 2, atol=1e-9)


def test_gaps_are_left_out_and_samples_that_come_at_once_counted_once(live):
    times = np.concatenate([np.arange(50), np.arange(100, 150)]) / 60
    whole = np.column_stack([times, times])
    twice = np.repeat(times, 2), np.repeat(whole, 2, axis=0)
    rows, again = resampled(live, (times, whole), twice)
    assert np.array_equal(rows, again) and np.isfinite(rows).all()
    before, after = 49 / 60, 100 / 60
    assert not ((rows[:, 0] > before) & (rows[:, 0] < after)).any()
    assert np.isclose(rows[rows[:, 0] > 1][0, 0], after)
