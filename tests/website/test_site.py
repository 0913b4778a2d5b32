"""The site, built once: its links, pictures and texts, and how it does in a browser."""

import importlib
import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import axe
import jupyter_lab
import patience
import pytest
import web_page
from places import LESSONS, NOTEBOOKS, ROOT

from website import api, c_headers

_ROOMS = [name for name in api.folders(ROOT) if name.count("/") == 1]


@pytest.fixture(scope="module")
def paths(site):
    found = sorted(site.rglob("*.html"))
    assert len(found) > 150
    return found


def committed(lesson):
    """The outputs of a lesson, in order."""
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    return [output for cell in cells for output in cell.get("outputs", [])]


def page_of(site, lesson):
    return web_page.read(site / "notebooks" / f"{lesson.stem}.html")


def test_every_link_leads_somewhere(site, paths):
    broken, followed = [], 0
    for path in paths:
        for link in web_page.read(path).links:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https", "mailto"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if parts.scheme or parts.netloc or not target.is_relative_to(site):
                broken.append(f"{path.relative_to(site)}: {link} leaves the site")
            elif not target.is_file():
                broken.append(f"{path.relative_to(site)}: {link} isn't there")
            elif anchor and target.suffix == ".html" and anchor not in web_page.read(target).ids:
                broken.append(f"{path.relative_to(site)}: {link} has no such place")
            followed += 1
    assert not broken, "\n".join(broken)
    assert followed > 10_000


def test_what_pages_load_is_their_own(site, paths):
    wrong = []
    for path in paths:
        for address in web_page.read(path).loads:
            parts = urlsplit(address)
            if parts.scheme != "data" and (
                parts.scheme or parts.netloc or not (path.parent / unquote(parts.path)).is_file()
            ):
                wrong.append(f"{path.relative_to(site)}: {address}")
    for path in site.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        for address in re.findall(r"""(?:url\(|@import)\s*["']?([^"')\s]+)""", text):
            own = address.startswith(("data:", "#")) or (
                "//" not in address and (path.parent / urlsplit(address).path).is_file()
            )
            wrong += [] if own else [f"{path.relative_to(site)}: {address}"]
    assert not wrong, "\n".join(wrong)


def test_every_picture_has_words(site, paths):
    silent = [
        f"{path.relative_to(site)}: {address[:80]}"
        for path in paths
        for address, words in web_page.read(path).pictures
        if not words
    ]
    assert not silent, "\n".join(silent)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_all_its_pictures_with_their_words(site, lesson):
    wanted = [
        output["metadata"]["image/png"]["alt"]
        for output in committed(lesson)
        if "image/png" in output.get("data", {})
    ]
    assert [words for _, words in page_of(site, lesson).pictures] == wanted and wanted


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_all_that_its_cells_printed(site, lesson):
    text, missing, compared = page_of(site, lesson).text, [], 0
    for output in committed(lesson):
        data = output.get("data", {})
        if "image/png" in data:
            continue
        said = output.get("text") or data.get("text/html") or data["text/plain"]
        said = "".join(said)
        if "text/html" in data:
            said = re.sub("<[^>]+>", "", said)
        if web_page.plain(said) not in text:
            missing.append(said)
        compared += 1
    assert not missing, "\n".join(missing)
    assert compared > 10


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_all_its_headings_and_code(site, lesson):
    text = page_of(site, lesson).text
    for cell in json.loads(lesson.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            assert web_page.plain(source) in text
        for heading in re.findall(r"^#+ ([^`*$\n]+)$", source, re.MULTILINE):
            assert cell["cell_type"] == "code" or web_page.plain(heading) in text


def test_solutions_are_told_only_to_who_asks(site, paths):
    """No page shows an exercise's solution; answers are linked from their lesson alone."""
    texts = {path: web_page.read(path).text for path in paths}
    solutions = sorted((NOTEBOOKS / "solutions").rglob("*.py"))
    assert len(solutions) > 40
    for solution in solutions:
        told = web_page.plain(solution.read_text(encoding="utf-8"))
        assert [path for path, text in texts.items() if told in text] == [], solution.name
    leading = {lesson.stem[3:]: set() for lesson in LESSONS}
    for path in paths:
        for link in web_page.read(path).links:
            *_, topic, name = ("", "", *link.partition("#")[0].split("/"))
            if name == "answers.html" and path.name != "answers.html":
                leading[topic].add(path.stem)
    assert leading == {lesson.stem[3:]: {lesson.stem} for lesson in LESSONS}


@pytest.mark.parametrize("folder", _ROOMS, ids=lambda folder: folder.rpartition("/")[2])
def test_what_a_room_exports_is_explained(site, folder):
    name = folder.replace("/", ".")
    page = web_page.read(site / api.source(folder).replace(".rst", ".html"))
    assert name in page.text
    module = importlib.import_module(name)
    for exported in getattr(module, "__all__", []):
        if callable(getattr(module, exported)):
            assert f"{name}.{exported}" in page.ids, f"{exported} isn't explained"


def test_every_header_is_shown_whole_and_highlighted(site):
    for path in c_headers.paths(ROOT):
        place = site / "c" / f"{Path(path).name}.html"
        text = (ROOT / path).read_text(encoding="utf-8")
        assert web_page.plain(text) in web_page.read(place).text
        assert 'class="highlight-c' in place.read_text(encoding="utf-8")


def test_formulas_are_there_without_a_script(site):
    (lesson,) = (path for path in LESSONS if path.stem.endswith("_quantization"))
    page = site / "notebooks" / f"{lesson.stem}.html"
    text = page.read_text(encoding="utf-8")
    assert text.count("<math") >= 4 and "MathJax" not in text and "$$" not in text


_LESSON, _CARD = f"notebooks/{LESSONS[0].stem}.html", "data/keywords/real_streams.html"


@jupyter_lab.needs_chromium
@pytest.mark.parametrize("name", ["index.html", _LESSON, "api/compress.html", _CARD])
def test_a_page_opens_from_its_file_and_fits_a_phone(opened, name):
    page = opened(name, viewport={"width": 390, "height": 844})
    assert page.evaluate("[...document.images].every((one) => one.complete && one.naturalWidth)")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    assert page.trouble == []


@jupyter_lab.needs_chromium
def test_a_page_finds_all_it_loads_below_a_path_of_a_server(browser, served):
    page, answers = browser.new_page(), []
    page.set_default_timeout(patience.seconds(30) * jupyter_lab.SECOND)
    page.on("response", lambda response: answers.append((response.url, response.status)))
    page.goto(served + _LESSON)
    page.goto(served + "search.html?q=softmax")
    page.locator("#search-results li a", has_text="Glossary").first.wait_for()
    own = [(url, status) for url, status in answers if not url.endswith("/favicon.ico")]
    assert len(own) > 10
    assert [one for one in own if not one[0].startswith(served) or one[1] >= 400] == []


@jupyter_lab.needs_chromium
def test_search_finds_a_word_of_the_glossary_from_a_file(opened):
    page = opened(_LESSON)
    page.keyboard.press("Control+k")
    page.keyboard.type("pointwise")
    page.keyboard.press("Enter")
    page.locator("#search-results li a", has_text="Glossary").first.click()
    page.wait_for_url("**/glossary.html*")
    assert "pointwise convolution" in page.locator("article").inner_text()


@jupyter_lab.needs_chromium
@axe.needs_axe
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index.html", _LESSON, "api/compress.html", _CARD])
def test_nothing_serious_is_found(opened, name, theme):
    page = opened(name, color_scheme=theme, viewport={"width": 800, "height": 900})
    assert page.locator(f"html[data-theme={theme}]").count() == 1
    assert axe.found_in(page, "html") == []


@jupyter_lab.needs_chromium
def test_a_panel_without_a_kernel_plays_and_its_picture_stands_in_without_a_script(opened):
    (lesson,) = (path for path in LESSONS if path.stem.endswith("_wearables"))
    page = opened(f"notebooks/{lesson.stem}.html")
    page.locator(".tiny-wrist").first.wait_for()
    assert page.trouble == []
    still = opened(f"notebooks/{lesson.stem}.html", java_script_enabled=False)
    assert still.locator("noscript img").first.is_visible()


@jupyter_lab.needs_chromium
def test_the_navigation_leads_to_what_lives_in_the_page(opened):
    page = opened(_LESSON)
    page.get_by_role("link", name="Live in the page").first.click()
    page.wait_for_url("**/site/live/index.html")
