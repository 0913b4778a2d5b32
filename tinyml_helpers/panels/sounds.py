"""Sounds to listen to in a notebook, each with its picture."""

import base64
import html
import io
import wave

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np

from tinyml_helpers.panels import still

_A_ROW = 4
_INT16 = 1 << 15


class Sounds(ipywidgets.GridBox):
    """Players side by side, each below the waveform of what it plays.

    Where widgets can't be shown (a page on the web, a notebook opened but not yet run), a picture
    of the waveforms stands alone.

    Args:
        sounds: a dict of int16 arrays [samples] by title, in the order they are shown.
        rate: samples a second.

    Raises:
        ValueError: there is no sound, or one isn't int16 [samples].

    Attributes:
        sounds, rate: as given.
    """

    def __init__(self, sounds, rate=16_000):
        if not sounds:
            raise ValueError("give one sound at least: listen({'a title': int16 samples})")
        for title, samples in sounds.items():
            if np.ndim(samples) != 1 or np.asarray(samples).dtype != np.int16:
                raise ValueError(f"{title!r} isn't a sound: it should be an int16 array [samples]")
        self.sounds, self.rate = dict(sounds), rate
        columns = min(len(sounds), _A_ROW)
        super().__init__(
            [self._player(title) for title in sounds],
            layout={"grid_template_columns": f"repeat({columns}, 13em)", "grid_gap": "0.6em"},
        )

    def _player(self, title):
        png, words = _picture([(title, self.sounds[title])], self.rate)
        source = f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
        # ipywidgets.Image has no words for a picture.
        picture = ipywidgets.HTML(
            f'<img src="{source}" alt="{html.escape(words)}" style="display: block; width: 100%">'
        )
        audio = ipywidgets.Audio(
            value=wav_bytes(self.sounds[title], self.rate),
            format="wav",
            autoplay=False,
            loop=False,
            layout={"width": "auto", "height": "2.4em"},
        )
        return ipywidgets.VBox([picture, audio])

    def __repr__(self):
        return f"Sounds to listen to: run this cell. {', '.join(self.sounds)}."

    def _repr_mimebundle_(self, **kwargs):
        picture = _picture(list(self.sounds.items()), self.rate)
        data, metadata = still.beside(super()._repr_mimebundle_(**kwargs), *picture)
        return {**data, "text/plain": repr(self)}, metadata


def listen(sounds, rate=16_000):
    """Show `Sounds`: a dict of int16 arrays [samples] by title, at `rate` samples a second."""
    return Sounds(sounds, rate)


def wav_bytes(samples, rate=16_000):
    """A WAV file, bytes, of int16 [samples] at `rate` samples a second."""
    with io.BytesIO() as file:
        with wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(rate)
            out.writeframes(np.asarray(samples, "<i2").tobytes())
        return file.getvalue()


def _picture(titled, rate):
    """The waveforms in rows of four, each as high as its loudest sample; PNG bytes, and words."""
    columns, rows = min(len(titled), _A_ROW), -(-len(titled) // _A_ROW)
    size = (1.9 * columns, 1.05 * rows)
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, (title, samples) in zip(axes.flat, titled, strict=False):
        seconds = np.arange(len(samples)) / rate
        ax.plot(seconds, samples / _INT16, linewidth=0.6)
        loudest = max(np.abs(samples.astype(float)).max() / _INT16, 0.01)
        ax.set_ylim(-loudest, loudest)
        ax.set_title(title, fontsize=9, fontweight="normal")
    png, words = still.drawn(figure)
    return png, f"Waveforms: {words}"
