"""The site, built once, and ways to open it: from its files, and from a server."""

import functools
import http.server
import threading
from urllib.parse import urlsplit

import jupyter_lab
import patience
import pytest
from places import DATA, NOTEBOOKS

from website import build


def _kept():
    """The files that building mustn't touch, as they are."""
    files = [path for folder in (NOTEBOOKS, DATA) for path in sorted(folder.rglob("*"))]
    return [(path, path.stat().st_mtime_ns) for path in files if path.is_file()]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the finished site: some 40 seconds of two idle cores, once."""
    folder, before = tmp_path_factory.mktemp("pages"), _kept()
    build.build(folder / "a place" / "site")
    assert _kept() == before
    return folder / "a place" / "site"


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=jupyter_lab.CHROMIUM, args=jupyter_lab.FLAGS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser, site):
    """A function that opens a page from its file, and says what went wrong in `page.trouble`."""
    contexts = []

    def visit(name, **settings):
        contexts.append(browser.new_context(**settings))
        page = contexts[-1].new_page()
        page.set_default_timeout(patience.seconds(30) * jupyter_lab.SECOND)
        page.trouble = []
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on("requestfailed", lambda request: page.trouble.append(request.url))
        page.on(
            "request",
            lambda request: (
                page.trouble.append(request.url)
                if urlsplit(request.url).scheme not in ("file", "data", "blob")
                else None
            ),
        )
        page.goto((site / name).as_uri())
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def served(site):
    """The address of the site on a server that has it below a path of its own."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=site.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/site/"
        server.shutdown()
