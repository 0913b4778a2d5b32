"""What the workbook adds to JupyterLab: words for pictures, and room in a narrow window."""

import jupyter_lab

pytestmark = jupyter_lab.needs_chromium

#: The words of each picture in outputs, null where it has none.
WORDS = """() => [...document.querySelectorAll('.jp-OutputArea-output img')]
    .map((picture) => picture.getAttribute('alt'))"""

#: A cell that shows another picture each time it runs.
AGAIN = """import matplotlib.pyplot as plt, tinyml_helpers
number = globals().get("number", 0) + 1
plt.plot([1, 2])
plt.title(f"Picture {number}")
plt.show()"""


def test_all_pictures_of_a_lesson_have_words_as_it_was_kept_and_after_run_all(lab_server):
    with jupyter_lab.opened_lesson(*lab_server, "start_here") as page:
        assert page.locator("#jp-left-stack").is_visible()
        kept = page.evaluate(WORDS)
        assert len(kept) >= 5 and all(kept)
        jupyter_lab.run_all(page)
        ran = page.evaluate(WORDS)
        assert len(ran) >= 5 and all(ran)


def test_a_picture_that_is_drawn_again_has_its_new_words(lab_server):
    jupyter_lab.write_notebook(lab_server[1], "again", AGAIN)
    with jupyter_lab.opened(*lab_server, "again") as page:
        for number in (1, 2):
            jupyter_lab.run(page, "Picture")
            assert page.evaluate(WORDS) == [f"Picture {number}"]


def test_in_a_narrow_window_the_left_panel_is_closed_until_it_is_opened(lab_server):
    with jupyter_lab.opened_lesson(*lab_server, "start_here", width=1024) as page:
        files = page.locator("#jp-left-stack")
        assert not files.is_visible()
        page.locator(".jp-SideBar.jp-mod-left [title^='File Browser']").click()
        files.wait_for()
        page.reload()
        page.get_by_text("| Idle").wait_for()
        assert not files.is_visible()


def test_in_a_wide_window_the_left_panel_stays_open(lab_server):
    with jupyter_lab.opened_lesson(*lab_server, "start_here", width=1600) as page:
        assert page.locator("#jp-left-stack").is_visible()
