"""What axe-core finds in a page; of JupyterLab's, what the lab itself draws isn't looked at."""

import importlib.util
from pathlib import Path

import pytest

_FOUND = importlib.util.find_spec("axe_playwright_python")

needs_axe = pytest.mark.skipif(_FOUND is None, reason="needs the package axe-playwright-python")

#: What a lesson shows in the lab.
_LESSON = {"include": [[".jp-OutputArea-output"], [".jp-RenderedMarkdown"]]}

#: Runs axe on a part of a page.
_FIND = """
async (part) => {
    const { violations } = await axe.run(part, { resultTypes: ['violations'] });
    return violations
        .filter(({ impact }) => ['serious', 'critical'].includes(impact))
        .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}
"""


def found_in_either_theme(page):
    """What is serious in outputs and texts, a list by theme; the light one is chosen at the end."""
    found = {}
    for theme in ("Dark", "Light"):
        choose_theme(page, theme)
        found[theme] = found_in(page, _LESSON)
    return found


def assert_nothing_serious(page):
    """Fail if something is in either theme; where axe isn't installed, nothing is looked at."""
    if _FOUND:
        assert found_in_either_theme(page) == {"Dark": [], "Light": []}


def found_in(page, part):
    """What is serious in a part of a page, a list; the part is what axe calls its context."""
    page.evaluate(Path(_FOUND.origin).with_name("axe.min.js").read_text(encoding="utf-8"))
    return page.evaluate(_FIND, part)


def choose_theme(page, name):
    page.get_by_role("menuitem", name="Settings", exact=True).first.click()
    page.locator("li.lm-Menu-item[data-type='submenu']", has_text="Theme").first.hover()
    themes = page.locator("li.lm-Menu-item[data-command='apputils:change-theme']")
    themes.get_by_text(f"JupyterLab {name}", exact=True).click()
    page.locator(f"body[data-jp-theme-name='JupyterLab {name}']").wait_for(state="attached")
