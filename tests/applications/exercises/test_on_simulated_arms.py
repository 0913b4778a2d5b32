"""What the committed model makes of arms that are simulated: what its card says of them."""

from collections import Counter

import pytest

from tinyml_helpers.applications.wearables.exercises import coach, sessions, trained
from tinyml_helpers.datasets import simulated_arms

PEOPLE, REPETITIONS = 10, 20


def coached(name, person):
    """What is named from two seconds on until the series ends, and how many are counted."""
    motion = simulated_arms.exercise(name, person, REPETITIONS)
    session = sessions.session([motion], seed=person)
    hops = coach.Coach(trained.committed("any_way")).push(session.samples)
    (series,) = session.series
    inside = [hop for hop in hops if series.start + 100 <= 25 * (hop.number + 1) <= series.end]
    counts = [hop.repetitions for hop in hops if hop.exercise == name]
    return Counter(hop.exercise for hop in inside), max(counts, default=0)


def everybody(name):
    named, counts = zip(*(coached(name, person) for person in range(PEOPLE)), strict=True)
    total = sum(named, Counter())
    return {one: many / total.total() for one, many in total.items()}, counts


@pytest.mark.parametrize(
    "name", ["pendulum", "internal rotation", "trapezius row", "bent-over row"]
)
def test_four_exercises_are_named_all_the_way_and_counted(name):
    shares, counts = everybody(name)
    assert shares == {name: 1}
    assert min(counts) >= 19 and max(counts) <= 21


def test_raising_the_arm_is_named_now_and_then_and_outward_rotation_never():
    sideways, front = everybody("abduction")[0], everybody("forward elevation")[0]
    assert sideways["abduction"] == pytest.approx(0.85, abs=0.02)
    assert front["forward elevation"] == pytest.approx(0.38, abs=0.02)
    assert set(front) == {"forward elevation", "abduction", None}
    assert everybody("external rotation")[0] == {"internal rotation": 1}
