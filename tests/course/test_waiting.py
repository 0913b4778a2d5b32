"""The line that moves while something takes its time: on a terminal, and where there is none."""

import io
import threading

import patience
import pytest

from tinyml_helpers.course import waiting


class Terminal(io.StringIO):
    """A terminal of thirty columns."""

    def isatty(self):
        return True


def stand_in(monkeypatch, terminal):
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setattr("sys.stdout", terminal)
    return terminal


def shown_times(times):
    """Show lines until as many have been asked for; they count themselves."""
    said, enough = [], threading.Event()

    def say():
        said.append(f"line {len(said)}" + " and so on" * (len(said) % 2 * 3))
        if len(said) == times:
            enough.set()
        return said[-1]

    with waiting.shown(say):
        assert enough.wait(patience.seconds(60)), patience.over(60)


def test_on_a_terminal_one_line_is_written_over_and_never_wraps(monkeypatch):
    terminal = stand_in(monkeypatch, Terminal())
    shown_times(3)
    before, *lines = terminal.getvalue().split("\r")
    assert before == "" and len(lines) >= 3
    assert lines[-1].endswith("\n") and "\n" not in "".join(lines[:-1])
    assert {len(line.rstrip("\n")) for line in lines} == {29}
    assert lines[0].startswith("  0:00  line 0") and "line 1 and so on" in lines[1]


def test_elsewhere_there_is_a_line_at_once_and_one_each_pause(capsys, monkeypatch):
    monkeypatch.setattr(waiting._Lines, "pause", 0.01)
    shown_times(3)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 3 and "\r" not in "".join(lines)
    assert lines[0] == "  0:00  line 0"


def test_a_line_comes_at_least_every_second_on_a_terminal_and_every_ten_elsewhere():
    assert waiting._OneLine.pause <= 1 and waiting._Lines.pause <= 10


def test_what_fails_or_is_interrupted_begins_on_a_line_of_its_own(monkeypatch):
    terminal = stand_in(monkeypatch, Terminal())
    with pytest.raises(KeyboardInterrupt), waiting.shown(lambda: "going on"):
        raise KeyboardInterrupt
    assert terminal.getvalue().endswith("\n")
    assert not any("go_on" in thread.name for thread in threading.enumerate())


def test_a_reader_that_is_gone_stops_nothing(monkeypatch):
    class Closed(Terminal):
        def write(self, text):
            raise BrokenPipeError

    stand_in(monkeypatch, Closed())
    with waiting.shown(lambda: "going on"):
        done = True
    assert done


def test_an_estimate_counts_down_while_nothing_new_is_known():
    assert waiting.time_left(0.5, 60, 20) == ", about 40 s left"
    assert waiting.time_left(0.5, 60, 200) == ", about 10 s left"


@pytest.mark.parametrize(
    "part, seconds, said",
    [
        (0.5, 40, ", about 40 s left"),
        (0.25, 60, ", about 3 min left"),
        (0.99, 60, ", about 10 s left"),
        (0.5, 2, ""),
        (0.0001, 29, ""),
        (0, 60, ""),
        (1, 60, ""),
        (1.2, 60, ""),
    ],
)
def test_an_estimate_is_in_words_and_only_where_it_is_none_of_a_guess(part, seconds, said):
    assert waiting.time_left(part, seconds) == said
