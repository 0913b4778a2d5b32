"""Time, prints and exits of a student's code, on the main thread and on another."""

import signal
import threading
import time

import pytest

from tinyml_helpers.checks.answers import limits
from tinyml_helpers.checks.answers.limits import Limits, OutOfTime, within


def on_another_thread(function):
    """What the function returns or raises there."""
    results = []

    def collect():
        try:
            results.append(function())
        except BaseException as error:
            results.append(error)

    thread = threading.Thread(target=collect)
    thread.start()
    thread.join()
    return results[0]


def loop():
    while True:
        pass


def test_a_loop_without_end_ends():
    with pytest.raises(OutOfTime):
        within(0.2, loop)


def test_a_loop_without_end_ends_on_another_thread_where_no_signal_comes():
    assert isinstance(on_another_thread(lambda: within(0.2, loop)), OutOfTime)


def test_what_ends_in_time_gives_its_result_and_no_alarm_rings_after_it():
    for _ in range(200):
        assert within(60, lambda: 5) == 5
    assert on_another_thread(lambda: [within(60, lambda: 5) for _ in range(200)]) == [5] * 200


@pytest.mark.parametrize("somewhere", [lambda function: function(), on_another_thread])
def test_an_alarm_in_the_last_moment_rings_inside_or_not_at_all(somewhere):
    """Answers that take about as long as they may: in time or out of time, and nothing after."""

    def attempts():
        ends = []
        for _ in range(100):
            try:
                ends.append(within(0.002, lambda: time.sleep(0.002)))
            except OutOfTime:
                ends.append(OutOfTime)
            for _ in range(100):  # here it would come through
                time.sleep(0)
        return ends

    ends = somewhere(attempts)
    assert len(ends) == 100 and set(ends) <= {None, OutOfTime}


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no such alarm")
def test_an_alarm_that_was_set_before_is_set_after():
    def mine(*_):
        raise AssertionError("it isn't to ring")

    handler = signal.signal(signal.SIGALRM, mine)
    signal.setitimer(signal.ITIMER_REAL, 10_000)
    try:
        within(60, lambda: 5)
        assert signal.getsignal(signal.SIGALRM) is mine
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 10_000
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)


def test_all_calls_of_a_check_share_its_time(monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 0.5)
    shared = Limits()
    with pytest.raises(OutOfTime):
        for _ in range(10_000):
            shared.call(time.sleep, 0.1)


def test_a_slow_computer_gives_more_time(monkeypatch):
    monkeypatch.setattr(limits, "_USUAL_SECONDS", 1e-9)
    assert Limits().seconds > 1_000 * limits.SECONDS


def test_prints_go_on_after_a_call():
    import sys

    before = sys.stdout, sys.stderr
    shared = Limits()
    shared.call(print, "kept")
    assert shared.printed.kept == "kept\n" and shared.printed.note() == ""
    assert (sys.stdout, sys.stderr) == before


def test_one_line_without_end_is_cut():
    shared = Limits()
    shared.call(print, "x" * 10**7)
    assert len(shared.printed.kept) == limits.MOST_CHARACTERS
    assert "10,000,001 characters" in shared.printed.note()
