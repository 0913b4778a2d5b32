"""The still picture that stands for a widget where it can't be shown.

That is on a page on the web, and in a notebook that was opened but not yet run.
"""

import base64
import io

import matplotlib.pyplot as plt
from PIL import Image

from tinyml_helpers import alt_text


def drawn(figure, colours=None, **options):
    """A figure as PNG bytes, and its words. It is closed: a cell would show it once more.

    Args:
        figure: matplotlib's.
        colours: how many different ones are kept: 32 are enough for curves, and make it a fifth of
            the size. None for all.
        options: of its `savefig`.
    """
    file = io.BytesIO()
    figure.savefig(file, format="png", **options)
    plt.close(figure)
    return (_few(file, colours) if colours else _opaque(file)), alt_text.of(figure)


def _few(file, colours):
    """A PNG's bytes with at most so many colours, without its alpha channel."""
    picture = Image.open(file).convert("RGB").quantize(colours, dither=Image.Dither.NONE)
    file = io.BytesIO()
    picture.save(file, "png", optimize=True)
    return file.getvalue()


def _opaque(file):
    """A PNG's bytes without its alpha channel, where that says nothing: an eighth less to keep."""
    picture = Image.open(file)
    if picture.getextrema()[-1] == (255, 255):
        file = io.BytesIO()
        picture.convert("RGB").save(file, "png")
    return file.getvalue()


def beside(bundle, png, words):
    """A widget's bundle for Jupyter with a picture and its words beside the widget.

    Args:
        bundle: what ipywidgets' or anywidget's `_repr_mimebundle_` gave, with or without metadata.
        png: bytes.
        words: what the picture shows.

    Returns:
        (data, metadata), two dicts.
    """
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    picture = base64.b64encode(png).decode("ascii")
    return {**data, "image/png": picture}, {**metadata, **alt_text.metadata(words)}
