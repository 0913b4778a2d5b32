"""The live pages: legible, by keyboard, from a file and under any address, asking nobody."""

import contextlib
import functools
import http.server
import re
import threading

import axe
import jupyter_lab
import live_pages
import models
import places
import pytest

from tinyml_helpers import micro, model_file
from website import wasm

PAGES = tuple(wasm.NAVIGATION)
KEYWORD = places.DATA / "keywords" / "keyword_real.tflite"

#: Drops bytes as a file where one drops files.
DROP = """([name, bytes]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
  const options = { dataTransfer, bubbles: true, cancelable: true };
  document.getElementById("drop").dispatchEvent(new DragEvent("drop", options));
}"""


@contextlib.contextmanager
def served(folder):
    """An address below which, some folders down, the pages are."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Handler, directory=folder.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/{folder.name}"
        finally:
            server.shutdown()


def choose(page, name, data):
    """Hand a file to the inspector; what it says."""
    page.locator("#file").set_input_files({"name": name, "mimeType": "", "buffer": data})
    says = page.locator("#says")
    says.get_by_text(re.compile(rf"{re.escape(name)}: ")).wait_for()
    return says.inner_text()


def unlock(page):
    """Enrol somebody drawn in the page about face unlock, and look at them and at another."""
    page.get_by_role("button", name="Enrol person A").click()
    page.get_by_role("heading", name="Person A, enrolled").wait_for()
    for verdict, place in (("unlocked", 0), ("locked", 5)):
        page.locator(".look").nth(place).click()
        page.locator(".look").nth(place).get_by_text(verdict, exact=True).wait_for()


def test_all_that_pages_name_is_there(live):
    for name in PAGES:
        text = (live / name).read_text(encoding="utf-8")
        named = re.findall(r'(?:href|src)="([^"]+)"', text)
        files = {path for path in named if not path.startswith(("data:", "#", "https:"))}
        assert len(files) > 3 and all((live / path).is_file() for path in files), name
        assert set(PAGES) <= files


def test_pages_lead_home_if_they_are_told_where_it_is(live, tmp_path):
    folder = live_pages.build(tmp_path / "live", "--home", "../index.html")
    for name in PAGES:
        link = '<a href="../index.html">TinyML workbook</a>'
        assert link in (folder / name).read_text(encoding="utf-8")
        assert link not in (live / name).read_text(encoding="utf-8")


@jupyter_lab.needs_chromium
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [390, 1200])
def test_nothing_sticks_out_on_a_phone_or_a_desk(live, name, width):
    with live_pages.opened(live, name, width=width) as page:
        if name == "inspector.html":
            page.get_by_role("button", name="Where are faces?").click()
            page.locator("#found").wait_for()
        if name == "unlock.html":
            unlock(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@jupyter_lab.needs_chromium
@axe.needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(live, name, scheme):
    with contextlib.ExitStack() as stack:
        address = stack.enter_context(served(live))  # of files it couldn't read the style sheets
        options = {"address": address, "color_scheme": scheme}
        page = stack.enter_context(live_pages.opened(live, name, **options))
        if name == "inspector.html":
            page.get_by_role("button", name="Heartbeats").click()
            page.locator("#found").wait_for()
        if name == "unlock.html":
            unlock(page)
        assert axe.found_in(page, "html") == []


@jupyter_lab.needs_chromium
def test_the_site_s_own_theme_goes_before_the_system_s(live):
    dark = "() => document.documentElement.getAttribute('data-jp-theme-light') === 'false'"
    with served(live) as address:
        options = {"address": address, "color_scheme": "light"}
        with live_pages.opened(live, "index.html", **options) as page:
            assert not page.evaluate(dark)
            page.evaluate("localStorage.setItem('mode', 'dark')")
            page.reload()
            assert page.evaluate(dark)


@jupyter_lab.needs_chromium
def test_under_an_address_the_pages_work_as_from_a_file(live):
    with served(live) as address, live_pages.opened(live, "index.html", address=address) as page:
        page.get_by_role("link", name="Model inspector").first.click()
        page.get_by_role("button", name="A bearing's fault").click()
        page.get_by_role("heading", name="faults.tflite").wait_for()
        page.get_by_role("link", name="Keywords").click()
        page.locator("#example:enabled").click()
        page.get_by_text("Heard: yes").wait_for()


@jupyter_lab.needs_chromium
def test_what_the_inspector_shows_of_a_model(live):
    model = model_file.read(KEYWORD.read_bytes())
    plan = micro.Interpreter(KEYWORD.read_bytes()).arena_plan()
    with live_pages.opened(live, "inspector.html") as page:
        said = choose(page, "mine.tflite", KEYWORD.read_bytes())
        assert said == f"mine.tflite: {len(model.operators)} operators."
        rows = page.locator("#operators tbody tr").all_inner_texts()
        assert [row.split("\t")[1] for row in rows] == [one.name for one in model.operators]
        macs = [int(row.split("\t")[4].replace(",", "")) for row in rows]
        assert macs == [one.macs for one in model.operators]
        facts = page.locator("#facts").inner_text()
        assert f"{model.macs:,} MACs" in facts and f"{model.weight_bytes:,} bytes" in facts
        assert "int8 1×49×40×1, scale 0.03125, zero point 0" in facts
        assert page.locator(".arena .piece").count() == len(plan)
        page.get_by_text("The same as a table").click()
        assert page.locator("#pieces tbody tr").count() == len(plan)
        assert page.locator("#fits tbody tr.fits").count() == 6
        boxes = page.evaluate(
            "() => [...document.querySelectorAll('.arena rect.tensor')].map(r => r.getBBox().y)"
        )
        assert min(boxes) >= 0 and len(set(boxes)) > 3


@jupyter_lab.needs_chromium
def test_a_model_that_fits_no_chip_is_said_to_be_too_large(live):
    large = models.large([1, 1 << 20])
    with live_pages.opened(live, "inspector.html") as page:
        choose(page, "large.tflite", large)
        rows = page.locator("#fits tbody tr").all_inner_texts()
        verdicts = [row.split("\t")[1] for row in rows]
        assert all(re.fullmatch(r"no: [\d,]+ bytes of RAM too many", one) for one in verdicts[:3])
        assert verdicts[3:] == ["yes"] * 3


@jupyter_lab.needs_chromium
def test_what_is_no_model_is_refused_and_nothing_old_stays(live):
    fields = {"shape": [1, 4], "type": 9, "scale": [1.0], "zero_point": [0]}
    unknown = models.pack(models.hand_made(models.OPERATOR["COS"], [fields, fields], [0], [1]))
    whole = KEYWORD.read_bytes()
    wrong = {
        "cat.png": (b"\x89PNG\r\n\x1a\n" + bytes(99), "no sound .tflite file"),
        "empty.tflite": (b"", "no sound .tflite file"),
        "cut.tflite": (whole[:5000], "no sound .tflite file"),
        "cosine.tflite": (unknown, "operator 0 (COS) isn't among the kernels"),
    }
    with live_pages.opened(live, "inspector.html") as page:
        for name, (data, why) in wrong.items():
            choose(page, "whole.tflite", whole)
            assert page.locator("#found").is_visible()
            said = choose(page, name, data)
            assert why in said and said.endswith(".") and said.count(". ") == 0
            assert not page.locator("#found").is_visible()
        page.evaluate(DROP, ["dropped.tflite", list(whole)])
        page.get_by_role("heading", name="dropped.tflite").wait_for()


@jupyter_lab.needs_chromium
def test_the_inspector_by_keyboard_alone(live):
    with live_pages.opened(live, "inspector.html") as page:
        reached = []
        for _ in range(14):
            page.keyboard.press("Tab")
            reached.append(
                page.evaluate("document.activeElement.id || document.activeElement.text")
            )
        assert reached[0] == "To the content" and "file" in reached
        page.keyboard.press("Enter")
        page.locator("#found").wait_for()
        assert page.locator("button[aria-pressed=true]").count() == 1
