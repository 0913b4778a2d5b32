"""Figures have words, and a notebook's outputs carry them whoever draws the picture when."""

import kernel
import matplotlib.pyplot as plt
import numpy as np
import pytest

from tinyml_helpers import alt_text


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_a_figure_is_its_title_its_axes_and_its_legend(axes):
    axes.plot([1, 2], label="int8")
    axes.plot([2, 3], label="float32")
    axes.set(title="How it\nlearns", xlabel="epoch", ylabel="right (%)")
    axes.legend()
    assert (
        alt_text.of(axes.figure) == "How it learns; right (%) against epoch; legend: int8, float32"
    )


def test_bars_are_named_with_the_values_written_at_them(axes):
    axes.bar_label(axes.bar(["Nano", "Pico"], [5, 5]))
    axes.set(ylabel="ms")
    assert alt_text.of(axes.figure) == "ms for Nano, Pico; 5, 5"


def test_ticks_that_are_numbers_are_no_names(axes):
    axes.loglog([1, 1000], [1, 10])
    axes.set(xlabel="bytes")
    assert alt_text.of(axes.figure) == "bytes"


def test_a_table_of_numbers_is_not_read_out(axes):
    for number in range(13):
        axes.text(0, number, str(number))
    assert alt_text.of(axes.figure) == "A picture"


@pytest.mark.parametrize("place", ["left", "center", "right"])
def test_a_title_is_found_wherever_the_style_puts_it(axes, place):
    axes.set_title("Here", loc=place)
    assert alt_text.of(axes.figure) == "Here"


def test_pictures_side_by_side_are_told_in_their_order():
    figure, axes = plt.subplots(1, 3, sharey=True)
    for one, title in zip(axes, ("open", "locked", "open"), strict=True):
        one.imshow(np.zeros((2, 2)))
        one.set(title=title, xlabel="pixel")
    figure.suptitle("At the door")
    assert alt_text.of(figure) == "At the door; open; pixel; locked; open"
    plt.close(figure)


def test_a_figure_that_has_a_name_goes_by_it():
    figure, axes = plt.subplots(num="Six faces")
    axes.set_title("Not this")
    assert alt_text.of(figure) == "Six faces"
    plt.close(figure)


def test_describing_leaves_the_picture_as_it_was(axes):
    axes.bar(["a", "b"], [1, 2])
    axes.figure.canvas.draw()
    before = np.asarray(axes.figure.canvas.buffer_rgba()).copy()
    alt_text.of(axes.figure)
    axes.figure.canvas.draw()
    assert np.array_equal(before, axes.figure.canvas.buffer_rgba())


def draw(import_first, import_last):
    return f"""
{import_first}
{import_last}
plt.plot([1, 2])
plt.title("A line")
plt.show()"""


@pytest.mark.parametrize("swapped", [False, True])
def test_a_notebooks_output_has_its_pictures_words_whichever_is_imported_first(swapped):
    imports = ["import matplotlib.pyplot as plt", "import tinyml_helpers"]
    with kernel.started() as run:
        shown = run(draw(*(reversed(imports) if swapped else imports)))
        assert shown.metadata["image/png"] == {"alt": "A line"}


def test_a_cells_own_words_go_before():
    with kernel.started() as run:
        shown = run("""
import matplotlib.pyplot as plt, tinyml_helpers
from IPython.display import display
figure, _ = plt.subplots()
display(figure, metadata={"image/png": {"alt": "mine"}})
plt.close()""")
        assert shown.metadata["image/png"] == {"alt": "mine"}
