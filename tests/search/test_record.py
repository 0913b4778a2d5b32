"""What a search knows: always whole, and read back as it was."""

import json

import pytest

from tinyml_helpers.search.cost import Cost
from tinyml_helpers.search.record import Record, Rung, Trial

COST = Cost(60_000, 9_000, 4_000, 1_000_000, 3_200_000, 50.0, 0.2)
TRIALS = (
    Trial(0, {"width": 8, "kind": "relu", "wide": True}, COST, rungs=(Rung(3, 0.5, 1.5),)),
    Trial(1, {"width": 16, "kind": "tanh", "wide": False}, None, "it can't run", done=True),
)


def test_what_was_kept_is_read_back(tmp_path):
    record = Record(tmp_path / "search.json", {"seed": 0, "rungs": (3, 9)})
    for trial in TRIALS:
        record.keep(trial)
    longer = TRIALS[0]._replace(rungs=(*TRIALS[0].rungs, Rung(9, 0.6, 4.0)), done=True)
    record.keep(longer)
    again = Record(tmp_path / "search.json", {"seed": 0, "rungs": (3, 9)})
    assert again.trials == record.trials == [longer, TRIALS[1]]
    assert (longer.score, longer.epochs, longer.seconds) == (0.6, 9, 5.5)
    assert (TRIALS[1].score, TRIALS[1].epochs, TRIALS[1].seconds) == (None, 0, 0)
    assert longer.costs(("macs", "flash_bytes")) == [1_000_000, 60_000]


def test_other_settings_are_named(tmp_path):
    Record(tmp_path / "search.json", {"seed": 0, "batch": 3}).keep(TRIALS[1]._replace(number=0))
    with pytest.raises(ValueError, match="another batch and seed: choose another folder"):
        Record(tmp_path / "search.json", {"seed": 1, "batch": 4})


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", json.dumps({"settings": {}, "trials": [{"number": 0}]})]
)
def test_what_is_no_record_is_refused_and_left_alone(tmp_path, text):
    path = tmp_path / "search.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="no record of a search"):
        Record(path, {})
    assert path.read_text(encoding="utf-8") == text
