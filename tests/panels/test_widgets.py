import base64

import matplotlib.pyplot as plt
import pytest

from tinyml_helpers.panels import widgets


def draw(height):
    if height > 8:
        raise ValueError("too high")
    figure, axes = plt.subplots()
    axes.bar([0], [height])
    return figure


def test_moving_a_slider_draws_another_picture():
    slider = widgets.slider("height (m)", 3, 0, 10)
    explorer = widgets.explore(draw, height=slider)
    first = explorer.png
    slider.value = 7
    assert first.startswith(b"\x89PNG") and explorer.png.startswith(b"\x89PNG")
    assert explorer.png != first
    slider.value = 3
    assert explorer.png == first


def test_figures_are_closed_so_that_they_show_once():
    before = plt.get_fignums()
    widgets.explore(draw, height=widgets.slider("height (m)", 3, 0, 10))
    assert plt.get_fignums() == before


def test_an_error_while_moving_is_shown_and_leaves_the_picture():
    slider = widgets.slider("height (m)", 3, 0, 10)
    explorer = widgets.explore(draw, height=slider)
    picture = explorer.png
    slider.value = 9
    assert explorer.png == picture
    assert "ValueError: too high" in explorer.children[-1].value
    slider.value = 4
    assert explorer.children[-1].value == ""


def test_the_notebook_keeps_a_picture_for_those_who_cannot_run_it():
    explorer = widgets.explore(draw, height=widgets.slider("height (m)", 3, 0, 10))
    bundle = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert base64.b64decode(bundle["image/png"]) == explorer.png
    assert bundle["text/plain"] == "A picture to explore: run this cell, then move height."


def test_explore_without_a_control_says_so():
    with pytest.raises(ValueError, match="at least one control"):
        widgets.explore(draw)


@pytest.mark.parametrize(("step", "kind"), [(1, int), (0.5, float)])
def test_slider_gives_whole_numbers_or_decimals(step, kind):
    assert isinstance(widgets.slider("x", 2, 0, 4, step).value, kind)


def test_log_slider_reaches_both_ends():
    control = widgets.log_slider("period (s)", 10, 0.1, 1000)
    control.value = 0.1
    assert control.value == pytest.approx(0.1)
    control.value = 1000
    assert control.value == pytest.approx(1000)
