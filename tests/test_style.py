"""The workbook's style keeps what its comment promises."""

import matplotlib.pyplot as plt
import pytest


@pytest.fixture
def lines():
    """A line of each kind that the style has."""
    with plt.style.context("tinyml_helpers.workbook"):
        figure, axes = plt.subplots()
        yield [axes.plot([0, 1])[0] for _ in plt.rcParams["axes.prop_cycle"]]
        plt.close(figure)


def test_lines_differ_in_colour_and_in_dash_and_the_first_is_solid(lines):
    assert len(lines) == 7 and lines[0].get_linestyle() == "-"
    assert len({line.get_color() for line in lines}) == 7
    drawn = {str(line._dash_pattern) for line in lines}  # whatever their names
    assert len(drawn) == 7


def test_a_legend_shows_each_dash_once_at_least(lines):
    handle = plt.rcParams["legend.handlelength"] * plt.rcParams["font.size"]
    assert all(sum(line._dash_pattern[1] or ()) <= handle for line in lines)
