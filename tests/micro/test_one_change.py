"""Whether models that differ from sound ones in one thing are run or refused, and why."""

import one_change
import pytest

DECIDED = one_change.TABLE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", one_change.NAMES)
def test_what_is_run_and_what_is_refused_is_as_it_was_decided(name):
    (decided,) = (line for line in DECIDED if line.startswith(f"{name}: "))
    assert one_change.line(name) == decided


def test_of_every_model_some_changes_are_run_and_some_refused():
    assert len(DECIDED) == len(one_change.NAMES)
    assert all(line.endswith(" runs") and line.count(",") > 4 for line in DECIDED)
