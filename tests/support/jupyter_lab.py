"""A lesson in a real JupyterLab and a real browser, for tests.

    def test_a_student(lab_server):
        with jupyter_lab.opened(*lab_server, "00_start_here") as page:
            jupyter_lab.run(page, "# Exercise 0.1", "check.photographs(")
            jupyter_lab.cell(page, "check.photographs(").screenshot(path="seen.png")

One lab serves all tests of a worker (the fixture `lab_server`). Its settings and files lie in a
folder of its own, so it touches none of the user's.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import patience
import places
import pytest

from tinyml_helpers.course import desk

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
ERRORS = ".jp-OutputArea [data-mime-type*='error'], .jp-OutputArea [data-mime-type*='stderr']"

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="needs the browser chromium (on Debian: apt-get install chromium)"
)


def opened_lesson(address, folder, topic, **options):
    """As `opened`, the lesson on a topic."""
    return opened(address, folder, places.lesson(topic).stem, **options)


@contextlib.contextmanager
def opened(address, folder, name, flags=(), width=1200):
    """Open a notebook of a JupyterLab that runs.

    Args:
        address, folder: the lab's, as `server` gives them; at the end `last_seen.png` is there.
        name: the notebook's, without `.ipynb`; in `notebooks` if it names no folder.
        flags: more of Chromium's.
        width: of its window, CSS pixels.

    Returns:
        A context manager that gives Playwright's page once the notebook's kernel waits for work.
    """
    from playwright.sync_api import sync_playwright

    path = name if "/" in name else f"notebooks/{name}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        page = browser.new_page(viewport={"width": width, "height": 1000})
        page.set_default_timeout(patience.seconds(120) * SECOND)
        try:
            # Without "reset" it would open what the test before had open, too.
            page.goto(f"{address}/lab/tree/{path}.ipynb?token={TOKEN}&reset")
            page.wait_for_selector(".jp-CodeCell")
            page.get_by_text("| Idle").wait_for()  # before that, "Run All" does nothing
            yield page
        finally:
            page.screenshot(path=folder / "last_seen.png")
            browser.close()
            _end_kernels(address)


def _end_kernels(address):
    """What a test ran must not be in the next one's memory, nor in its way."""
    kernels = f"http://127.0.0.1:{address.rsplit(':')[-1]}/api/kernels"
    for kernel in json.load(ask(kernels)):
        ask(f"{kernels}/{kernel['id']}", method="DELETE").close()


def ask(url, **options):
    """Ask the lab's server; returns its answer, open."""
    headers = {"Authorization": f"token {TOKEN}"}
    request = urllib.request.Request(url, headers=headers, **options)
    return urllib.request.urlopen(request, timeout=patience.seconds(60))


def write_notebook(folder, name, *cells):
    """Put a notebook of code cells among the lab's; `folder` is the one that `server` got."""
    kernel = {"name": "python3", "display_name": "Python 3"}  # else the lab asks for one
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbformat.write(notebook, folder / "notebooks" / f"{name}.ipynb")


@contextlib.contextmanager
def server(home):
    """A JupyterLab on a copy of the notebooks, with settings of its own.

    Args:
        home: an empty folder.

    Returns:
        A context manager that gives its address, and the folder.
    """
    shutil.copytree(places.ROOT / "notebooks", home / "notebooks")
    desk.lay_out(home)
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
    env["PYTHONPATH"] = str(places.ROOT)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tinyml_helpers.course.lab_starter", "--no-browser"]
    options = [f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}"]
    options += [f"--ServerApp.root_dir={home}", "--ServerApp.port_retries=0"]
    options += ["--ServerApp.allow_remote_access=True"]  # also under another name than localhost
    with (home / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [*command, *options], cwd=home, env=env, stdout=log, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api?token={TOKEN}", process, home / "log.txt")
        yield address, home
    finally:
        process.terminate()
        process.wait(timeout=patience.seconds(60))


def _wait_for(address, process, log):
    end = time.monotonic() + patience.seconds(120)
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=patience.seconds(5)).close()
            return
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.25)
    raise AssertionError(f"JupyterLab didn't answer: {patience.over(120)}\n{log.read_text()}")


def run(page, *texts):
    """Run the cells that contain these texts, and wait until all have, without error or warning.

    nbval runs a lesson whole; in a browser it is enough to run what a test touches, and what that
    needs.
    """
    _clear(page)
    cells = [cell(page, text) for text in texts]
    for one in cells:
        one.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
    _wait_for_cells(page, cells)


def _clear(page):
    """Clear all outputs. A committed cell's prompt has a number already; one that runs, a star."""
    page.get_by_role("menuitem", name="Edit", exact=True).click()
    page.locator("li.lm-Menu-item[data-command='editmenu:clear-all']").click()


def _wait_for_cells(page, cells):
    page.wait_for_function(
        "([errors, prompts]) => document.querySelector(errors) || "
        "prompts.every(prompt => /[0-9]/.test(prompt.innerText))",
        arg=[ERRORS, [one.locator(".jp-InputArea-prompt").element_handle() for one in cells]],
        timeout=patience.seconds(600) * SECOND,
    )
    assert page.locator(ERRORS).all_inner_texts() == []


def run_all(page):
    """Run a lesson whole, and wait until it has, without error or warning."""
    _clear(page)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("li.lm-Menu-item[data-command='runmenu:run-all']").click()
    _wait_for_cells(page, page.locator(".jp-CodeCell").all())


def cell(page, text):
    """The code cell that contains the given text."""
    return page.locator(".jp-CodeCell").filter(has_text=text).first


def feedback(page, text):
    """What the code cell that contains the given text printed."""
    return cell(page, text).locator(".jp-OutputArea-output")


def type_and_run(page, stub, code):
    """Replace the code of the cell with the text `stub`, run it, and the cell that checks it."""
    cell(page, stub).locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")


def move_slider(page):
    """Move the first slider of the page by its keys, and wait until its picture changes."""
    panel = page.locator(".jp-OutputArea .tiny-explorer").first
    slider = panel.get_by_role("slider").first
    slider.wait_for()
    picture = panel.get_by_role("img").element_handle()
    before = picture.get_attribute("src")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("([picture, before]) => picture.src !== before", arg=[picture, before])
