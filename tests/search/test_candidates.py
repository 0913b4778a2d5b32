"""What became of a search's candidates, and where they are drawn."""

import pytest
from toy_results import EACH, cost, made_up, trial

from tinyml_helpers import search
from tinyml_helpers.search import candidates


def test_each_candidate_is_of_the_kind_that_became_of_it():
    kinds = candidates.kinds(made_up(*EACH))
    assert [kinds[number] for number in range(7)] == list(candidates.KINDS)
    assert [kinds[7], kinds[8]] == ["front", "front"]  # less flash; less time
    assert kinds[9] == "refused"


def test_the_front_comes_first_then_who_was_trained_longest_then_by_score():
    few = trial(10, {"width": 7}, cost(21_000, 2.0), 0.49)
    order = [one.number for one in candidates.trained(made_up(*EACH, few))]
    assert order == [0, 7, 8, 1, 10, 2]


def test_without_a_score_there_are_no_results():
    with pytest.raises(ValueError, match="nothing has been trained yet: run the search first"):
        candidates.trained(made_up(EACH[3], EACH[5], EACH[6]))


def test_stairs_go_up_from_the_cheapest_and_leave_out_who_is_no_better():
    steps = [
        trial(number, {"width": number}, cost(flash, 1.0), 0, score)
        for number, (flash, score) in enumerate(
            [(30_000, 0.8), (10_000, 0.5), (20_000, 0.5), (40_000, 0.9), (30_000, 0.7), (35_000, 0)]
        )
    ]
    assert candidates.stairs(steps, "flash_bytes") == (1, 0, 3)
    assert candidates.stairs([], "flash_bytes") == ()


def test_an_axis_has_room_for_all_with_a_score_and_for_the_reference():
    study = made_up(*EACH)
    axis = candidates.axis(study, "flash_bytes")
    assert (axis.cost, axis.label) == ("flash_bytes", "flash (bytes)")
    assert 17_000 < axis.low < 20_000 and 50_000 < axis.high < 53_000
    assert not axis.log and axis.limit is None and axis.stairs == (7, 0)
    assert candidates.axis(study, "milliseconds").stairs == (8, 0)
    large = search.Reference("committed", 0.9, cost(100_000, 9.0))
    assert candidates.axis(study, "flash_bytes", large).high > 100_000
    tiny = search.Reference("committed", 0.9, cost(40_000, 0.1))
    axis = candidates.axis(study, "milliseconds", tiny)
    assert axis.log and 0 < axis.low < 0.1 and axis.high > 9.5


def test_a_limit_is_drawn_if_it_is_near():
    for limit, drawn in ((60_000, 60_000), (75_000, 75_000), (75_001, None)):
        axis = candidates.axis(
            made_up(*EACH, limits=search.Limits(flash_bytes=limit)), "flash_bytes"
        )
        assert axis.limit == drawn and axis.high > (drawn or 50_000)


def test_candidates_of_one_cost_have_an_axis_around_them():
    axis = candidates.axis(made_up(EACH[0]), "macs")
    assert axis.low < 1_000_000 < axis.high


@pytest.mark.parametrize(
    ("value", "text"),
    [(26_100, "26,100"), (0.27, "0.270"), (5.3219, "5.32"), (99.96, "100"), (1234.5, "1,234")],
)
def test_a_cost_as_text(value, text):
    assert candidates.number(value) == text


def test_costs_and_limits_in_words():
    assert candidates.label("macs") == "MACs"
    assert candidates.with_unit("flash_bytes", 26_100) == "26,100 bytes"
    assert candidates.with_unit("macs", 5) == "5"
    limits = search.Limits(flash_bytes=64_000, cycles=1_000, milliseconds=0.4)
    said = "flash at most 64,000 bytes, cycles at most 1,000, time at most 0.4 ms"
    assert candidates.limits(made_up(limits=limits)) == said
    assert candidates.limits(made_up()) == "none"
    assert set(candidates.WORDS) == set(search.Cost._fields)


def test_what_was_chosen_is_said_in_words():
    assert [candidates.chosen(value) for value in (True, False, 0, 1.5, "mean")] == [
        "yes", "no", "0", "1.5", "mean",
    ]  # fmt: skip
