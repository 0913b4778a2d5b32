"""What the emulated chip counts. The costs are worked out beside the assembly in programs.c."""

import pytest
from bare_chip import RAM


def test_counts_of_a_loop_on_the_m4(nano):
    nano.call("counted", 10, RAM)
    assert nano.instructions == 1 + 10 * 6 + 1
    assert nano.cycles == 4 + 10 * (5 + 2 + 1 + 1 + 1 + 3) - 2 + 6


def test_counts_of_multiplications_and_divisions_on_the_m4(nano):
    assert nano.call("multiply_accumulate", 10) == 3 * sum(range(1, 11))
    assert nano.instructions == 2 + 10 * 7 + 2
    assert nano.cycles == 2 + 10 * (1 + 7 + 1 + 1 + 1 + 1 + 3) - 2 + 4


def test_counts_of_a_loop_on_the_m0plus(pico):
    pico.call("counted", 10, RAM)
    assert pico.instructions == 1 + 10 * 9 + 1
    assert pico.cycles == 4 + 10 * (1 + 3 + 2 + 2 + 1 + 3 + 2 + 1 + 2) - 1 + 6


def test_counts_of_a_long_straight_stretch(machine, request):
    assert machine.call("straight", 42) == 3042
    return_cycles = 3 if "nano" in request.node.name else 2
    assert (machine.instructions, machine.cycles) == (3001, 3000 + return_cycles)


def test_the_same_call_counts_the_same_again(machine):
    counts = []
    for _ in range(3):
        machine.clear_counts()
        machine.call("mixed", 200)
        counts.append((machine.instructions, machine.cycles))
    assert len(set(counts)) == 1


def test_the_profile_adds_up(machine):
    machine.call("staged")
    profile = machine.function_profile()
    assert sum(share.instructions for share in profile) == machine.instructions
    assert sum(share.cycles for share in profile) == machine.cycles
    assert {"staged", "mark", "checksum"} <= {share.function for share in profile}
    assert [share.cycles for share in profile] == sorted((s.cycles for s in profile), reverse=True)


def test_the_profile_has_a_branch_that_leaves_a_function(nano):
    """One that isn't always taken: what it costs is counted after the call."""
    for _ in range(3):
        assert nano.call("leaves_early", 0) == 0
    assert (nano.instructions, nano.cycles) == (3 * 3, 3 * 5)
    (share,) = nano.function_profile()
    assert (share.function, share.instructions, share.cycles) == ("leaves_early", 9, 15)


def test_cleared_counts_are_cleared(machine):
    machine.mark("mark")
    machine.call("staged")
    machine.clear_counts()
    assert (machine.instructions, machine.cycles) == (0, 0)
    assert machine.visits == [] and machine.function_profile() == []


def test_marks_log_each_visit(machine):
    machine.call("staged")  # marks may be added after the first visit too
    machine.clear_counts()
    machine.mark("mark", "checksum")
    machine.call("staged")
    first, between, last = machine.visits
    mark = machine.address("mark")
    assert (first.address, between.address, last.address) == (
        mark,
        machine.address("checksum"),
        mark,
    )
    assert (first.r0, last.r0) == (7, 8)
    assert machine.read(between.r0, 4) == b"abc\0"
    assert 0 < first.instructions < between.instructions < last.instructions < machine.instructions
    assert 0 < first.cycles < between.cycles < last.cycles < machine.cycles


def test_too_many_visits_are_an_error(machine):
    machine.mark("recurse")
    for _ in range(1000):
        machine.call("recurse", 79)
    with pytest.raises(RuntimeError, match="80,000 visits"):
        _ = machine.visits


def test_a_full_table_is_an_error(machine):
    machine._counter.state.used = 49152
    with pytest.raises(RuntimeError, match="more blocks"):
        machine.call("recurse", 1)


def test_the_stack_is_measured(machine):
    assert machine.stack_high_water == 0
    depths = []
    for depth in (1, 10, 20):
        machine.call("recurse", depth)
        depths.append(machine.stack_high_water)
    frame = (depths[2] - depths[1]) // 10
    assert frame >= 32 and depths[1] - depths[0] == 9 * frame
