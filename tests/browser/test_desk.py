"""A student's own copy, in a real browser: unspoiled, saved as it was, and leading on."""

import json

import jupyter_lab
import patience
from places import LESSONS

pytestmark = jupyter_lab.needs_chromium

FIRST, SECOND = (f"my_work/lessons/{lesson.stem}" for lesson in LESSONS[:2])


def kernels(address):
    url = f"http://127.0.0.1:{address.rsplit(':')[-1]}/api/kernels"
    with jupyter_lab.ask(url) as answer:
        return json.load(answer)


def shown(page, text):
    """The first piece of prose with a text."""
    return page.locator(".jp-RenderedMarkdown", has_text=text).first


def alarming(log):
    """Lines of what the lab's terminal shows that frighten a student."""
    said = log.read_text(encoding="utf-8", errors="replace")
    alarms = ("WARNING", "[W ", "[E ", "Traceback", "not trusted", "eavesdropping")
    return [line for line in said.splitlines() if any(word in line for word in alarms)]


def test_a_lesson_that_was_only_opened_is_unspoiled_and_unchanged(lab_server):
    path = lab_server[1] / f"{FIRST}.ipynb"
    before = path.read_bytes()
    with jupyter_lab.opened(*lab_server, FIRST) as page:
        shown(page, "This copy is yours").wait_for()
        page.wait_for_timeout(patience.seconds(2) * 1000)  # the kernel says what language it is
        assert page.locator(".jp-OutputArea-output").count() == 0
        assert page.locator(".lm-mod-dirty, .jp-mod-dirty").count() == 0
    assert path.read_bytes() == before
    assert alarming(lab_server[1] / "log.txt") == []


def test_a_solution_loads_and_the_next_lesson_is_a_click_away(lab_server):
    with jupyter_lab.opened(*lab_server, FIRST) as page:
        magic = shown(page, "%load").locator("code", has_text="%load").first.inner_text()
        jupyter_lab.cell(page, "# Exercise 0.1").locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(magic)
        page.keyboard.press("Control+Enter")
        jupyter_lab.cell(page, "photographs = 256 * 1024").wait_for()
        page.get_by_role("link", name=LESSONS[1].stem, exact=True).click()
        page.locator(".lm-TabBar-tab.lm-mod-current").get_by_text(LESSONS[1].name).wait_for()
        shown(page, "reset 01").wait_for()


def test_a_closed_lessons_kernel_ends(lab_server):
    address = lab_server[0]
    with jupyter_lab.opened(*lab_server, SECOND) as page:
        (running,) = kernels(address)
        page.locator(".lm-TabBar-tab.lm-mod-current .lm-TabBar-tabCloseIcon").first.click()
        for _ in range(round(patience.seconds(60))):
            page.wait_for_timeout(1000)
            if not kernels(address):
                return
        raise AssertionError(f"kernel {running['id']} goes on")
