"""A candidate as files: whole or not at all, and a card that says how it was chosen."""

import re
from pathlib import Path

import pytest
import toy_results
from toy_search import Beside, Toy

from tinyml_helpers import export, search
from tinyml_helpers.search import candidates, card, exporting


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return toy_results.searched(tmp_path_factory.mktemp("study"))


@pytest.fixture
def best(study):
    return study.front()[0]


def of_kind(study, kind):
    known = candidates.kinds(study)
    return next(number for number in known if known[number] == kind)


def test_the_model_its_c_array_a_project_and_a_card_are_written(study, best, tmp_path):
    exported = search.export(study, best.number, tmp_path / "shaking")
    names = ("card.md", "model.tflite", "project", "shaking.c", "shaking.h")
    assert exported == (tmp_path / "shaking", names)
    assert sorted(path.name for path in exported.folder.iterdir()) == sorted(names)
    model = study.model(best.number)
    assert (exported.folder / "model.tflite").read_bytes() == model
    assert export.read_back(exported.folder / "shaking.c") == model
    assert (exported.folder / "project" / "firmware.uf2").is_file()
    said = (exported.folder / "card.md").read_text(encoding="utf-8")
    assert said == card.text(study, best.number, "shaking")
    assert [path.name for path in tmp_path.iterdir()] == ["shaking"]


def test_an_export_is_replaced_by_the_next_and_anything_else_is_left_alone(study, best, tmp_path):
    folder = tmp_path / "shaking"
    search.export(study, best.number, folder)
    other = of_kind(study, "part")
    search.export(study, other, folder, test=0.25)
    assert (folder / "model.tflite").read_bytes() == study.model(other)
    assert "0.2500" in (folder / "card.md").read_text(encoding="utf-8")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ValueError, match="holds files that no export wrote; name a new folder"):
        search.export(study, best.number, folder)
    assert (folder / "model.tflite").read_bytes() == study.model(other)
    with pytest.raises(ValueError, match=r"notes.txt is a file; name a folder"):
        search.export(study, best.number, folder / "notes.txt")


def test_what_fails_leaves_nothing_behind(study, best, tmp_path, monkeypatch):
    def fails(*_):
        raise OSError("no space left")

    monkeypatch.setattr(exporting, "project", fails)
    with pytest.raises(OSError, match="no space left"):
        search.export(study, best.number, tmp_path / "shaking")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="wasn't trained"):
        search.export(study, of_kind(study, "refused"), tmp_path / "shaking")
    assert list(tmp_path.iterdir()) == []


def test_what_cant_be_put_in_place_leaves_the_one_before(study, best, tmp_path, monkeypatch):
    folder, rename = tmp_path / "shaking", Path.rename
    search.export(study, best.number, folder)

    def refuses(path, target):
        if path.suffix == ".unfinished":
            raise OSError("somebody has it open")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuses)
    with pytest.raises(OSError, match="somebody has it open"):
        search.export(study, of_kind(study, "part"), folder)
    assert (folder / "model.tflite").read_bytes() == study.model(best.number)
    assert [path.name for path in tmp_path.iterdir()] == ["shaking"]


def test_the_card_says_what_was_searched_and_that_the_score_is_optimistic(study, best):
    text = card.text(study, best.number, "shaking")
    flat = " ".join(text.split())
    assert text.startswith("# Model card: `shaking`\n")
    assert f"Candidate {best.number} of a search, and on its front" in flat
    assert "with `toy_search.Toy`, to run on Raspberry Pi Pico (pico)" in flat
    assert "out of 30 possible ones" in flat and "12 models trained" in flat
    assert "for longer (1, 3 epochs): 4 of them to the end." in flat
    assert f"| width | 2, 4, 8, 16, 32 | {best.choice['width']} |" in text
    assert "Limits: flash at most 64,000 bytes, MACs at most 1,200." in flat
    assert "Proposed by a guided sampler, for a high score and little flash and time" in flat
    assert f"| flash | {best.cost.flash_bytes:,} bytes |" in text
    assert f"Score: {best.score:.4f} on the data kept for choosing, after 3 epochs." in flat
    assert "chosen by this very score out of 12 models," in flat and "curse" in flat
    assert "It has not been measured on test data." in flat
    lines = [line for line in text.splitlines() if not line.startswith("|")]
    assert max(map(len, lines)) <= 100 and "{" not in text


def test_the_card_counts_proposals_once(study):
    known = candidates.kinds(study)
    assert "again" in known.values()  # else this shows nothing
    said = re.search(r"(\d+) candidates .* (\d+) of them", card.text(study, 0, "one"))
    refused = sum(kind == "refused" for kind in known.values())
    assert (int(said[1]), int(said[2])) == (12 + refused, refused)


@pytest.mark.parametrize(
    ("kind", "said"),
    [("beaten", "It is not on its front"), ("part", "did not train it to the end")],
)
def test_the_card_says_so_of_one_that_isnt_the_best(study, kind, said):
    text = card.text(study, of_kind(study, kind), "one", test=0.123456)
    assert said in text
    assert "On the test data, measured once, after it had been chosen: 0.1235." in text


def test_the_card_of_a_search_by_chance_without_rungs(tmp_path):
    one = search.Study(Toy(), "pico", tmp_path, against=(), guided=False, rungs=(1,), batch=1)
    one.run(1, Beside())
    flat = " ".join(card.text(one, 0, "one").split())
    assert "1 candidate out of 30 possible ones; 0 of them refused" in flat
    assert "1 model trained, for 1 epoch each." in flat
    assert "Limits: none." in flat
    assert "Proposed by chance, for a high score alone; 1 at a time" in flat
    assert "after 1 epoch." in flat and "out of 1 model," in flat
