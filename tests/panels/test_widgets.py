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
    assert "ValueError: too high" in explorer.complaint
    slider.value = 4
    assert explorer.complaint == ""


def test_the_notebook_keeps_a_picture_for_those_who_cannot_run_it():
    explorer = widgets.explore(draw, height=widgets.slider("height (m)", 3, 0, 10))
    bundle, _ = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert base64.b64decode(bundle["image/png"]) == explorer.png
    assert bundle["text/plain"] == "A picture to explore: run this cell, then move height."


def test_what_the_browser_moves_is_drawn_once():
    sliders = [widgets.slider("height (m)", 3, 0, 8), widgets.slider("y", 1, 0, 4, 0.5)]
    calls = []

    def draw_two(height, y):
        calls.append((height, y))
        return draw(height)

    explorer = widgets.explore(draw_two, height=sliders[0], y=sliders[1])
    explorer.moved = [7.0, 2.5]
    assert calls == [(3, 1), (7, 2.5)] and explorer.drawn == 1
    assert explorer.values == {"height": 7, "y": 2.5} and isinstance(sliders[0].value, int)
    explorer.moved = [99.0, -3.0]  # beyond the ends
    assert explorer.values == {"height": 8, "y": 0}
    sliders[1].value = 4
    assert explorer.moved == [8, 4] and explorer.drawn == 3


def test_a_picture_has_its_titles_and_axes_as_words():
    def titled(height):
        figure = draw(height)
        figure.axes[0].set(title=f"A bar of {height} m", xlabel="place", ylabel="height (m)")
        return figure

    slider = widgets.slider("height (m)", 3, 0, 10)
    explorer = widgets.explore(titled, height=slider)
    assert explorer.alt == "A bar of 3 m; height (m) against place"
    assert explorer._repr_mimebundle_()[1]["image/png"] == {"alt": explorer.alt}
    slider.value = 4
    assert explorer.alt.startswith("A bar of 4 m")
    assert widgets.explore(draw, height=slider).alt == "A picture"


@pytest.mark.parametrize("ends", [(3, 3), (4, 1)])
def test_a_slider_whose_ends_are_not_apart_is_refused(ends):
    with pytest.raises(ValueError, match=r"the slider 'x' needs ends apart"):
        widgets.slider("x", 3, *ends)


def test_a_logarithmic_slider_cannot_reach_zero():
    with pytest.raises(ValueError, match="isn't above zero"):
        widgets.log_slider("x", 1, 0, 10)


def test_explore_without_a_slider_says_so():
    with pytest.raises(ValueError, match="at least one slider"):
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
