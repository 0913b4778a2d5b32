"""What a picture shows, in words: for who listens to a page instead of looking at it.

A figure's words are its own: a name, or titles, axes, names of ticks and in legends. In a notebook
each figure that a cell shows gets them as metadata of the output, and `course/lab_extensions` puts
them into the page.
"""

import sys

#: What is said of a figure that says nothing of itself.
NO_WORDS = "A picture"

#: More names than this, such as a table's numbers, are no help to a listener.
_MOST_NAMES = 12


def of(figure):
    """The words of a matplotlib figure, which are never none.

    A figure that was made under a name, as by `plt.figure("a name")`, goes by that.
    """
    if figure.get_label():
        return figure.get_label()
    words, sides = [figure.get_suptitle()], []
    for axes in figure.axes:
        words += [axes.get_title(place) for place in ("left", "center", "right")]
        if axes.axison and (measured := _measured(axes)) not in sides:  # those that share axes
            sides.append(measured)
            words.append(measured)
        words.append(_listed(axes.texts))
        if legend := axes.get_legend():
            words.append(_listed(legend.texts, "legend: "))
    words.append(_against(figure.get_supylabel(), figure.get_supxlabel()))
    words = [" ".join(word.split()) for word in words]
    return "; ".join(filter(None, words)) or NO_WORDS


def metadata(words):
    """An output's metadata in which its PNG has these words."""
    return {"image/png": {"alt": words}}


def describe_figures():
    """Give each figure that this notebook shows its words; outside a notebook, nothing happens.

    Metadata that a cell itself gives to `display` goes before.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        # Not the formatter of PNGs: matplotlib replaces that one when its time comes.
        formatter = shell.display_formatter.mimebundle_formatter
        formatter.for_type_by_name(
            "matplotlib.figure", "Figure", lambda figure: ({}, metadata(of(figure)))
        )


def _measured(axes):
    """What the axes measure, and for what where their ticks have names."""
    sides = _against(axes.get_ylabel(), axes.get_xlabel())
    ticks = [tick for axis in (axes.yaxis, axes.xaxis) for tick in axis.get_ticklabels()]
    return sides + _listed(filter(_is_name, ticks), " for " if sides else "")


def _is_name(tick):
    """Whether a tick's label is more than a number: a power of ten is mathtext, between dollars."""
    text = tick.get_text()
    return "$" not in text and any(map(str.isalpha, text))


def _against(up, across):
    return " against ".join(filter(None, (up, across)))


def _listed(texts, before=""):
    names = [text.get_text().strip() for text in texts]
    names = [name for name in names if name]
    return f"{before}{', '.join(names)}" if 0 < len(names) <= _MOST_NAMES else ""
