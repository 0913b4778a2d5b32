"""The results of a search in a real browser: somebody chooses a candidate, flashes and keeps it."""

import axe
import jupyter_lab
import places
import pytest
import toy_results

from tinyml_helpers import search

pytestmark = jupyter_lab.needs_chromium

SHOW = """
import sys

sys.path.insert(0, {support!r})
import toy_results

from tinyml_helpers import search

study = toy_results.study({folder!r})
cost = study.trials[0].cost._replace(milliseconds=100.0)  # the others' are near one another
panel = search.results(study, search.Reference("committed", 0.5, cost), "accuracy")
panel
"""
CHOSEN = "print('chosen:', panel.chosen)"


@pytest.fixture(scope="module")
def study(lab_server):
    """A search that ran; the notebook "results" shows it."""
    folder = lab_server[1] / "study"
    show = SHOW.format(support=str(places.ROOT / "tests" / "support"), folder=str(folder))
    jupyter_lab.write_notebook(lab_server[1], "results", show, CHOSEN)
    return toy_results.searched(folder)


@pytest.fixture(scope="module")
def page(lab_server, study):
    """The notebook, opened once, in a narrow window: each test has a new panel of its own."""
    with jupyter_lab.opened(*lab_server, "results", width=430) as opened:
        yield opened


@pytest.fixture(params=[1280])
def panel(page, request):
    """A panel in a window of so many pixels."""
    page.set_viewport_size({"width": request.param, "height": 900})
    jupyter_lab.run(page, "import toy_results")
    shown = page.locator(".tiny-search")
    shown.get_by_text("Will it fit?").wait_for()  # the last that it shows
    return shown


def option(panel, trial):
    return panel.get_by_role("option", name=f"Candidate {trial.number}:")


def row(panel, name):
    """A row's cells in the table of costs."""
    return panel.get_by_role("row", name=name).first.get_by_role("cell").all_inner_texts()


@pytest.mark.parametrize("panel", [430], indirect=True)
def test_in_a_narrow_window_all_is_there_and_wide_times_are_drawn_by_powers_of_ten(panel):
    assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
    picture, title = (
        panel.locator(".tiny-front-picture").bounding_box(),
        panel.get_by_role("heading").bounding_box(),
    )
    assert title["y"] > picture["y"] + picture["height"]
    panel.get_by_role("combobox").select_option("time (ms)")
    labels = panel.locator(".tiny-label").all_text_contents()
    assert {"1", "10", "100", "committed", "time (ms) →"} <= set(labels)


@axe.needs_axe
def test_somebody_chooses_a_candidate_flashes_it_and_keeps_it(lab_server, study, page, panel):
    trained = [trial for trial in study.trials if trial.score is not None]
    cheapest = min(trained, key=lambda trial: trial.cost.flash_bytes)
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    best = study.front()[0]
    panel.get_by_text(f"accuracy {best.score:.3f}, trained 3 of 3 epochs").wait_for()
    options = panel.get_by_role("listbox").get_by_role("option")
    assert options.count() == len(trained)
    assert panel.locator("[role=option][aria-selected=true]").count() == 1

    option(panel, cheapest).click()
    panel.get_by_role("heading", name=f"Candidate {cheapest.number}").wait_for()
    assert row(panel, "flash (bytes)") == [f"{cheapest.cost.flash_bytes:,}", "64,000"]
    assert row(panel, "width") == [str(cheapest.choice["width"])]
    words = f"An arena of {cheapest.cost.arena_bytes:,} bytes"
    panel.get_by_role("img", name=words).wait_for()

    panel.get_by_role("button", name="Flash it").click()
    panel.get_by_text(f"Candidate {cheapest.number} ran on an emulated").wait_for()
    measured = search.Costs("pico").measured(study.model(cheapest.number))
    assert row(panel, "cycles")[1] == f"{measured.cycles:,}"
    panel.get_by_role("button", name="Export").click()
    panel.get_by_text("Written into my_work/").wait_for()
    exported = lab_server[1] / "my_work" / f"pico_candidate_{cheapest.number}"
    assert (exported / "model.tflite").read_bytes() == study.model(cheapest.number)

    run = jupyter_lab.cell(page, CHOSEN)
    run.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    run.get_by_text(f"chosen: {cheapest.number}").wait_for()
    assert axe.found_in_either_theme(page) == {"Dark": [], "Light": []}
    assert wrong == []


def test_keys_move_along_the_candidates_and_never_reach_the_notebook(study, page, panel):
    trained = [trial for trial in study.trials if trial.score is not None]
    by_time = sorted(trained, key=lambda trial: (trial.cost.milliseconds, trial.score))
    by_score = sorted(trained, key=lambda trial: trial.score)
    focused = "() => document.activeElement.ariaLabel"
    panel.get_by_role("combobox", name="accuracy against").select_option("time (ms)")
    panel.locator("[role=option][tabindex='0']").focus()
    for key, where in (
        ("Home", by_time[0]),
        ("ArrowLeft", by_time[0]),
        ("ArrowRight", by_time[1]),
        ("End", by_time[-1]),
        ("ArrowUp", by_score[by_score.index(by_time[-1]) + 1]),
        ("ArrowDown", by_time[-1]),
    ):
        page.keyboard.press(key)
        assert page.evaluate(focused).startswith(f"Candidate {where.number}:")
    page.keyboard.type("dd")  # in a notebook: delete the cell
    page.keyboard.press("Enter")
    panel.get_by_role("heading", name=f"Candidate {by_time[-1].number}").wait_for()
    assert page.evaluate(focused).startswith(f"Candidate {by_time[-1].number}:")
    assert page.locator(".jp-CodeCell").count() == 2
