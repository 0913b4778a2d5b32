"""What the panel of a search's results shows, answers and does."""

import base64
import json

import matplotlib.pyplot as plt
import numpy as np
import pytest
import toy_results
from panel_browser import Browser
from toy_results import EACH, cost, made_up

from tinyml_helpers import export, search
from tinyml_helpers.search import candidates, front_panel, front_still


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return toy_results.searched(tmp_path_factory.mktemp("study"))


@pytest.fixture
def reference(study):
    return search.Reference("committed", 0.8, study.trials[0].cost)


def test_the_browser_gets_every_candidate_with_a_score(study, reference):
    shown = json.loads(json.dumps(front_panel.shown(study, reference, "accuracy")))
    known = candidates.kinds(study)
    by_number = {point["number"]: point for point in shown["points"]}
    assert set(by_number) == {trial.number for trial in study.trials if trial.score is not None}
    for trial in study.front():
        point = by_number[trial.number]
        assert (point["kind"], point["place"]) == ("front", "on the front")
        assert point["score"] == trial.score and point["cost"] == trial.cost._asdict()
        assert point["choice"] == [[name, str(value)] for name, value in trial.choice.items()]
        assert point["said"] == f"{trial.score:.3f}" and point["trained"] == "trained 3 of 3 epochs"
        assert point["cells"][0] == f"{trial.cost.flash_bytes:,}"
    refused = [t for t in study.trials if known[t.number] == "refused"]
    assert shown["refusals"] == len(refused) > 0
    assert shown["refused"] == [t.cost._asdict() for t in refused]
    assert [axis["cost"] for axis in shown["axes"]] == ["flash_bytes", "milliseconds"]
    assert shown["costs"][0] == {"name": "flash (bytes)", "limit": "64,000"}
    assert shown["costs"][1] == {"name": "RAM (bytes)", "limit": ""}
    assert shown["reference"] == {
        "name": "committed", "score": 0.8, "cost": reference.cost._asdict(),
    }  # fmt: skip
    assert (shown["score"], shown["board"]) == ("accuracy", "Raspberry Pi Pico")
    assert front_panel.shown(study)["reference"] is None


def test_one_that_can_run_nowhere_is_counted_and_not_drawn():
    study = made_up(*EACH)
    study.board_id = "pico"
    shown = front_panel.shown(study)
    assert shown["refusals"] == 2 and len(shown["refused"]) == 1


def test_the_best_is_chosen_at_first_and_any_other_with_a_score_may_be(study):
    panel = search.results(study)
    assert panel.chosen == study.front()[0].number
    panel.chosen = study.front()[-1].number
    refused = next(trial for trial in study.trials if trial.score is None)
    with pytest.raises(ValueError, match=f"candidate {refused.number} has no score"):
        panel.chosen = refused.number
    assert panel.chosen == study.front()[-1].number


def test_the_browser_is_shown_the_arena_and_the_boards(study):
    browser = Browser(search.results(study))
    number = study.front()[0].number
    answer, (png,) = browser.ask("arena", number=number)
    assert png.startswith(b"\x89PNG")
    assert answer["words"].startswith(f"An arena of {study.trials[number].cost.arena_bytes} bytes")
    answer, _ = browser.ask("boards", number=number)
    rows = {name: rest for name, *rest in answer["rows"]}
    assert rows["pico"][0] == "yes" and rows["pico"][1].startswith("flash 0.")
    assert rows["pi4"] == ["yes", "RAM < 0.1 %", "-"]
    assert float(rows["nano33ble"][2]) > 0


def test_what_is_flashed_was_counted_on_the_emulated_board(study):
    panel = search.results(study)
    number = study.front()[0].number
    answer, _ = Browser(panel).ask("flash", number=number)
    measured = search.Costs("pico").measured(study.model(number))
    assert front_panel.flashed(study, number) == measured == panel.measured[number]
    assert answer["costs"] == [candidates.number(value) for value in measured]
    assert measured.cycles == pytest.approx(study.trials[number].cost.cycles, rel=0.2)


def test_the_button_exports_into_the_students_folder(study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    number = study.front()[0].number
    name = f"pico_candidate_{number}"
    answer, _ = Browser(search.results(study)).ask("export", number=number)
    assert answer["says"].startswith(f"Written into my_work/{name}: card.md, model.tflite, ")
    assert export.read_back(tmp_path / "my_work" / name / f"{name}.c") == study.model(number)
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    said = search.results(study, folder=elsewhere).export(number)
    assert said.startswith(f"Written into {(elsewhere / name).as_posix()}: ")
    assert (elsewhere / name / "card.md").is_file()


def test_what_goes_wrong_is_said(study, tmp_path):
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    browser = Browser(search.results(study, folder=tmp_path / "taken"))
    answer, _ = browser.ask("export", number=study.front()[0].number)
    assert set(answer) == {"error"}


def test_the_notebook_keeps_a_picture_whose_words_are_the_front(study, reference):
    before = plt.get_fignums()
    panel = search.results(study, reference, "accuracy")
    data, metadata = panel._repr_mimebundle_()
    assert plt.get_fignums() == before
    assert "application/vnd.jupyter.widget-view+json" in data
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == (
        "The results of a search: run this cell, then choose a candidate."
    )
    words = metadata["image/png"]["alt"]
    assert words.startswith("Candidates of a search: accuracy against flash (bytes) and against")
    for trial in study.front():
        assert f"candidate {trial.number}, accuracy {trial.score:.3f}" in words
    assert "Beside them: committed, accuracy 0.800" in words


def test_without_a_score_there_is_nothing_to_show():
    with pytest.raises(ValueError, match="nothing has been trained yet"):
        search.results(made_up())


@pytest.fixture
def drawn():
    """A function that draws the still picture: its axes, the table's last."""
    figures = []

    def draw(*arguments):
        figures.append(front_still.figure(*arguments))
        return figures[-1].axes

    yield draw
    for figure in figures:
        plt.close(figure)


def test_the_picture_draws_stairs_limits_refusals_and_the_reference(drawn):
    limits = search.Limits(flash_bytes=60_000)
    study = made_up(*EACH, limits=limits)
    flash, time, *_ = drawn(study, search.Reference("committed", 0.6, cost(30_000, 0.1)))
    steps = next(line for line in flash.lines if line.get_drawstyle() == "steps-post")
    assert steps.get_xydata()[:2].tolist() == [[25_000, 0.8], [40_000, 0.9]]
    by_name = {line.get_label(): line for line in flash.lines}
    assert by_name["refused"].get_xdata() == [90_000]
    assert list(by_name["limit"].get_xdata()) == [60_000, 60_000]
    assert by_name["committed"].get_xydata().tolist() == [[30_000, 0.6]]
    assert (flash.get_xscale(), time.get_xscale()) == ("linear", "log")
    assert (flash.get_xlabel(), flash.get_ylabel()) == ("flash (bytes)", "score")
    points = {one.get_label(): len(one.get_offsets()) for one in flash.collections}
    assert points == {"not trained to the end": 1, "beaten": 1, "on the front": 3}


def test_the_table_below_has_the_front(drawn):
    axes = drawn(made_up(*EACH), None, "accuracy")
    (table,) = [one for ax in axes for one in ax.tables]
    cells = np.empty((4, 4), object)
    for place, cell in table.get_celld().items():
        cells[place] = cell.get_text().get_text()
    assert cells.tolist() == [
        ["candidate", "accuracy", "flash (bytes)", "time (ms)"],
        ["0", "0.900", "40,000", "8.00"],
        ["7", "0.800", "25,000", "9.00"],
        ["8", "0.700", "45,000", "4.00"],
    ]


def test_a_search_with_a_front_to_come_has_a_picture(drawn):
    axes = drawn(made_up(EACH[2]))
    assert not any(ax.tables for ax in axes)
    assert front_still.words(made_up(EACH[2])).endswith("On the front: nothing yet")


def test_where_only_the_score_counts_flash_and_time_are_shown():
    study = made_up(*EACH)
    study.task, study.board_id, study.against = toy_results.Toy(), "pico", ()
    shown = front_panel.shown(study)
    assert [axis["cost"] for axis in shown["axes"]] == ["flash_bytes", "milliseconds"]
    assert [point["number"] for point in shown["points"] if point["kind"] == "front"] == [0]
    assert "flash (bytes) and against time (ms)" in front_still.words(study, None, "score")
