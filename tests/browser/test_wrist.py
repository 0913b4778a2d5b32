"""Movements of a wrist in a real browser: in a lab, on a page on the web, where no script runs."""

import axe
import jupyter_lab
import nbformat
import patience
import pytest
from nbconvert.exporters import HTMLExporter

from tinyml_helpers import datasets
from tinyml_helpers.panels.wrist import wrist

pytestmark = jupyter_lab.needs_chromium

CODE = """
from tinyml_helpers import datasets
from tinyml_helpers.panels.wrist import wrist
by_source = {motion.source: motion for motion in datasets.watch_exercises()}
wrist(by_source["seglearn 1 left abduction"], by_source["seglearn 1 right forward elevation"])
"""
STILL = {"reduced_motion": "reduce"}

#: Pixels of a forearm, as text.
DRAWN = "() => document.querySelector('.tiny-arm').toDataURL()"


@pytest.fixture(scope="module")
def kept():
    """A notebook with the panel in its output, as it is kept."""
    by_source = {motion.source: motion for motion in datasets.watch_exercises()}
    names = ("seglearn 1 left abduction", "seglearn 1 right forward elevation")
    data, metadata = wrist(*(by_source[name] for name in names))._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
    kernel = {"name": "python3", "display_name": "Python 3"}
    cell = nbformat.v4.new_code_cell("# A movement", outputs=[output])
    return nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})


@pytest.fixture
def on_the_web(kept, tmp_path):
    """A function that opens the exported page without a network: (page, what went wrong)."""
    from playwright.sync_api import sync_playwright

    file = tmp_path / "page.html"
    file.write_text(HTMLExporter().from_notebook_node(kept)[0], encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=jupyter_lab.CHROMIUM, args=jupyter_lab.FLAGS
        )

        def opened(**media):
            page = browser.new_page(viewport={"width": 1200, "height": 1000}, **media)
            page.set_default_timeout(patience.seconds(60) * jupyter_lab.SECOND)
            wrong = []
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.route("http*://**", lambda route: route.abort())
            page.goto(file.as_uri())
            page.locator(".tiny-wrist").wait_for()
            return page, wrong

        yield opened
        browser.close()


def clock(page):
    return float(page.locator(".tiny-clock").inner_text().removesuffix(" s"))


def cursors(page):
    return page.locator(".tiny-cursor").evaluate_all("all => all.map(one => one.style.left)")


def test_in_a_lab_it_plays_and_keys_move_it_and_not_the_notebook(lab_server):
    jupyter_lab.write_notebook(lab_server[1], "wrist", CODE)
    with jupyter_lab.opened(*lab_server, "wrist") as page:
        page.emulate_media(**STILL)
        jupyter_lab.run(page, "by_source")
        page.locator(".tiny-wrist").wait_for()
        assert page.locator(".tiny-arm").count() == 2 and clock(page) == 0
        before = page.evaluate(DRAWN)

        slider = page.get_by_role("slider", name="Time")
        slider.focus()
        for _ in range(25):
            page.keyboard.press("ArrowRight")
        assert clock(page) == 1 and slider.get_attribute("aria-valuetext") == "1.0 seconds"
        assert page.evaluate(DRAWN) != before
        assert len(set(cursors(page))) == 1 and cursors(page)[0].startswith("6.6")

        page.get_by_role("button", name="Play").focus()
        page.keyboard.type("dd")  # in a notebook: delete the cell
        page.keyboard.press("Space")
        page.wait_for_function("() => document.querySelector('.tiny-clock').textContent > '1.2'")
        page.keyboard.press("Space")
        paused = clock(page)
        page.wait_for_timeout(300)
        assert 1 < clock(page) == paused
        assert page.locator(".jp-CodeCell").count() == 1


@axe.needs_axe
def test_nothing_serious_is_found_in_either_theme_and_the_forearm_follows_the_theme(lab_server):
    jupyter_lab.write_notebook(lab_server[1], "wrist", CODE)
    with jupyter_lab.opened(*lab_server, "wrist") as page:
        page.emulate_media(**STILL)
        jupyter_lab.run(page, "by_source")
        page.locator(".tiny-wrist").wait_for()
        light = page.evaluate(DRAWN)
        axe.choose_theme(page, "Dark")
        page.wait_for_function(f"light => ({DRAWN})() !== light", arg=light)
        assert axe.found_in_either_theme(page) == {"Dark": [], "Light": []}


def test_a_lab_that_does_not_trust_a_notebook_shows_its_picture(lab_server, kept):
    nbformat.write(kept, lab_server[1] / "notebooks" / "kept.ipynb")
    with jupyter_lab.opened(*lab_server, "kept") as page:
        picture = page.locator(".jp-OutputArea-output img")
        picture.wait_for()
        assert picture.get_attribute("alt").startswith("abduction and forward elevation: a forearm")
        assert page.locator(".tiny-wrist").count() == 0


def test_on_a_page_it_plays_by_itself_once_and_a_pointer_moves_it(on_the_web):
    page, wrong = on_the_web()
    page.wait_for_function("() => document.querySelector('.tiny-clock').textContent > '0.5'")
    box = page.locator(".tiny-plot").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    assert clock(page) == pytest.approx(7.5, abs=0.1)
    page.wait_for_timeout(300)
    assert clock(page) == pytest.approx(7.5, abs=0.1)

    page.get_by_role("combobox", name="Speed").select_option("2")
    page.get_by_role("slider", name="Time").evaluate(
        "slider => { slider.value = 14.8; slider.dispatchEvent(new Event('input')); }"
    )
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Play").wait_for()  # it said "Pause" until the end
    page.wait_for_function("() => document.querySelector('.tiny-clock').textContent === '15.0 s'")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        "() => parseFloat(document.querySelector('.tiny-clock').textContent) < 9"
    )
    assert wrong == []


def test_for_those_who_asked_for_stillness_nothing_moves_by_itself(on_the_web):
    page, wrong = on_the_web(**STILL)
    page.wait_for_timeout(500)
    assert clock(page) == 0 and page.get_by_role("button", name="Play").is_visible()
    assert wrong == []


def test_curves_and_forearms_say_what_they_are(on_the_web):
    page, _ = on_the_web(**STILL)
    names = page.get_by_role("img").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert names[0] == "abduction: a forearm with a watch, turning as the watch did"
    assert names[1].startswith("Acceleration in g against time: x from −")
    assert names[2].startswith("Rotation in rad/s against time: x from −") and len(names) == 6


def test_in_a_narrow_window_the_movements_are_one_below_the_other(on_the_web):
    page, _ = on_the_web(**STILL)
    page.set_viewport_size({"width": 420, "height": 1000})
    first, second = (page.locator(".tiny-movement").nth(i).bounding_box() for i in (0, 1))
    assert second["y"] > first["y"] + first["height"] - 1 and second["x"] == first["x"]
    assert page.locator(".tiny-wrist").evaluate("e => e.scrollWidth <= e.clientWidth")
