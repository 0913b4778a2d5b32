"""A student opens lesson 00 in a real browser: runs it, moves a slider, errs, and gets it right."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TOKEN = "student"
SECOND = 1000  # Playwright counts in milliseconds

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs the browser chromium (on Debian: apt-get install chromium)"
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab on a copy of the notebooks, with settings of its own; gives its address."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    # Cells off screen would otherwise not be drawn, and a browser test couldn't see them finish.
    settings = home / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text(json.dumps({"windowingMode": "none"}))
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    env = os.environ | {name: str(home / folder) for name, folder in folders.items()}
    env["PYTHONPATH"] = str(ROOT)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    options = [f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}"]
    options += [f"--ServerApp.root_dir={home}", "--ServerApp.port_retries=0"]
    with (home / "log.txt").open("wb") as log:
        server = subprocess.Popen(
            [*command, *options], cwd=home, env=env, stdout=log, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api?token={TOKEN}", server, home / "log.txt")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(address, server, log):
    for _ in range(240):
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.25)
    raise AssertionError("JupyterLab didn't answer: " + log.read_text())


@pytest.fixture
def page(lab, tmp_path):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        page.set_default_timeout(60 * SECOND)
        yield page
        page.screenshot(path=tmp_path / "last_seen.png")
        browser.close()


def cell(page, text):
    """The code cell that contains the given text."""
    return page.locator(".jp-CodeCell").filter(has_text=text).first


def type_and_run(page, stub, code):
    """Replace the stub's code, run it, and run the cell that checks it."""
    editor = stub.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")


def test_a_student_works_through_lesson_00(lab, page):
    page.goto(f"{lab}/lab/tree/notebooks/00_start_here.ipynb?token={TOKEN}")
    page.wait_for_selector(".jp-CodeCell")
    page.get_by_text("| Idle").wait_for()  # before its kernel is there, "Run All" does nothing
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("li.lm-Menu-item[data-command='runmenu:run-all']").click()

    # The committed notebook shows a picture here; a slider means that the cell has run.
    # Off screen it counts as hidden, so it is enough that it is there.
    handle = page.locator(".jp-OutputArea .widget-slider .noUi-handle").first
    handle.wait_for(state="attached", timeout=150 * SECOND)
    handle.scroll_into_view_if_needed()
    last = cell(page, "check.drawing(").locator(".jp-OutputArea-output")
    last.get_by_text("not attempted yet").wait_for(state="attached")
    # A cell that waits or runs has a star. The last ones emulate a board, which is compiled first.
    page.wait_for_function(
        "![...document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')]"
        ".some(prompt => prompt.innerText.includes('*'))",
        timeout=150 * SECOND,
    )
    emulated = cell(page, "emulator.Board(").locator(".jp-OutputArea-output")
    emulated.get_by_text("estimated from emulated instructions").wait_for(state="attached")
    prompts = page.locator(".jp-CodeCell .jp-InputArea-prompt").all_inner_texts()
    assert all(prompt.strip("[]: \n").isdigit() for prompt in prompts), prompts
    assert page.locator(".jp-OutputArea [data-mime-type*='stderr']").count() == 0

    picture = page.locator(".jp-OutputArea img.widget-image").first
    before = picture.get_attribute("src")
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "before => document.querySelector('img.widget-image').src !== before", arg=before
    )

    stub = cell(page, "# Exercise 0.1")
    feedback = cell(page, "check.photographs(").locator(".jp-OutputArea-output")
    type_and_run(page, stub, "# Exercise 0.1\nphotographs = 256 * 1000 // (96 * 96)")
    feedback.get_by_text("not right yet").wait_for()
    type_and_run(page, stub, "# Exercise 0.1\nphotographs = 256 * 1024 // (96 * 96)")
    feedback.get_by_text("Exercise 0.1: right").wait_for()
