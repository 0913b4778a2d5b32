"""Speak, and watch a keyword spotter make up its mind: the microphone, live.

    listener = Listener(spotter)          # or Listener(board.client, board=board.figures)
    listener                              # as a cell's last line: the panel
    listener.play(audio)                  # the same with sound of yours instead of the microphone

The spectrogram is of the features that the model gets, the scores are the averages that are held
against the threshold: what is shown is what decided.
"""

from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import traitlets

from tinyml_helpers.datasets.sounds.speech import CLASSES
from tinyml_helpers.panels import still
from tinyml_helpers.panels.panel import Panel, browser_code
from tinyml_helpers.signals import BINS

#: Sound goes to the spotter in pieces of 100 ms, from the microphone as from `play`.
CHUNK = 1_600
_RATE, _HOP_SECONDS = 16_000, 0.02


class Heard(NamedTuple):
    """A keyword that was detected.

    Attributes:
        word: which.
        seconds: when, from the start of the sound.
        score: the average score, 0 to 255; 256 would be certainty.
    """

    word: str
    seconds: float
    score: int

    def __str__(self):
        return f"{self.word} at {self.seconds:.2f} s ({100 * self.score / 256:.0f}%)"


class Listener(Panel):
    """A panel that shows what a keyword spotter hears.

    Where it can't be shown, a picture stands for what was played.

    Args:
        spotter: what listens: a `keywords.spotter.Spotter`, or what `Board.spotter` of an emulated
            board or `Link.spotter` of a real one gives; their load is shown.
        names: the classes' names, in the model's order.
        board: the `boards.Board` that listens, to show its name and, where cycles are counted,
            the energy they take.
    """

    _esm = browser_code("microphone.js", "scope.js", "listener.js")
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    threshold = traitlets.Int().tag(sync=True)
    board = traitlets.Unicode().tag(sync=True)
    played = traitlets.Int().tag(sync=True)

    def __init__(self, spotter, names=CLASSES, board=None):
        self._spotter, self._board = spotter, board
        self._played = np.zeros(0, np.int16), []
        super().__init__(
            names=list(names),
            threshold=spotter.settings.threshold,
            board=board.name if board else "the board",
        )

    def play(self, audio):
        """Let the spotter hear sound from a fresh start, as if it came from the microphone.

        Args:
            audio: int16 [n], 16 kHz.

        Returns:
            This listener, so that a cell's last line shows what came of it.

        Raises:
            ValueError: the audio isn't int16 [n].
        """
        audio = np.asarray(audio)
        if audio.dtype != np.int16 or audio.ndim != 1:
            raise ValueError(
                f"sound is int16 [samples], 16 kHz, not {audio.dtype} {list(audio.shape)}"
            )
        self._spotter.reset()
        hops = []
        for start in range(0, len(audio), CHUNK):
            hops += self._spotter.push(audio[start : start + CHUNK])
        self._played = audio, hops
        self.played += 1
        return self

    @property
    def hops(self):
        """The hops of what was played, a list."""
        return self._played[1]

    @property
    def detections(self):
        """The keywords detected in what was played, a list of `Heard`."""
        return [self._heard(hop) for hop in self.hops if hop.detected is not None]

    def _still(self):
        """What was played: spectrogram, scores and detections; PNG bytes, and words."""
        with plt.style.context("tinyml_helpers.workbook"):
            figure = _picture(self.hops, self.names, self.threshold, self.detections)
            return still.drawn(figure, colours=64, dpi=90)  # noise makes large files

    def answer(self, message, buffers):
        """Answer the panel in the browser; see `panel.Panel`."""
        if message["kind"] == "start":
            self._spotter.reset()
            self.threshold = self._spotter.settings.threshold
            return {}, []
        if message["kind"] == "played":
            audio, hops = self._played
            told, arrays = self._told(hops)
            return told, [*arrays, audio]
        return self._told(self._spotter.push(np.frombuffer(buffers[0], "<i2")))

    def _told(self, hops):
        """What the browser draws of hops: a dict, and arrays.

        The arrays: features int8 [hops, 40]; whether the model ran, uint8 [hops]; the averaged
        scores, uint8 [hops, classes].
        """
        classes = len(self.names)
        blank = np.zeros(classes, np.uint8)
        features = _features(hops)
        ran = np.array([hop.smoothed is not None for hop in hops], np.uint8)
        scores = np.array([blank if hop.smoothed is None else hop.smoothed for hop in hops])
        told = {
            "hops": len(hops),
            "end": hops[-1].seconds if hops else 0,
            "heard": [self._heard(hop)._asdict() for hop in hops if hop.detected is not None],
        }
        if hops and hops[0].board_seconds is not None:
            busy = sum(hop.board_seconds for hop in hops)
            told["load"] = busy / (_HOP_SECONDS * len(hops))
        if hops and hops[0].cycles is not None and self._board and self._board.joules_per_cycle:
            cycles = sum(hop.cycles for hop in hops)
            told["millijoules"] = 1e3 * cycles * self._board.joules_per_cycle
        return told, [features, ran, scores.astype(np.uint8)]

    def _heard(self, hop):
        """A hop that detected something, as `Heard`."""
        return Heard(self.names[hop.detected], hop.seconds, int(hop.smoothed[hop.detected]))

    def __repr__(self):
        if not self.hops:
            return "A listener: run this cell, then press Listen and speak."
        heard = ", ".join(map(str, self.detections)) or "no keyword"
        return f"A listener that heard {heard}. Run this cell, then press Listen and speak."

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        return still.beside(bundle, *self._still()) if self.hops else bundle


def _features(hops):
    """What is drawn of the features of hops, int8 [hops, 40]: black where a gate was closed."""
    closed = np.full(BINS, -128, np.int8)
    features = [closed if hop.features is None else hop.features for hop in hops]
    return np.array(features, np.int8).reshape(-1, BINS)


def _picture(hops, names, threshold, detections):
    """The figure of `Listener._still`."""
    figure, (above, below) = plt.subplots(2, sharex=True, height_ratios=[3, 2], figsize=(7.2, 4.4))
    begin, end = hops[0].seconds - _HOP_SECONDS, hops[-1].seconds
    features = _features(hops).T
    above.imshow(
        features, cmap="magma", vmin=-128, vmax=127, origin="lower", aspect="auto",
        extent=(begin, end, 0, len(features)),
    )  # fmt: skip
    above.grid(False)
    above.set(title="What the spotter hears", ylabel="mel band")
    ran = [hop for hop in hops if hop.smoothed is not None]
    seconds = [hop.seconds for hop in ran]
    scores = np.array([hop.smoothed for hop in ran]).reshape(len(ran), len(names)) / 256
    colours = {}
    for name, column in zip(names, scores.T, strict=True):
        if any(heard.word == name for heard in detections):
            colours[name] = below.plot(seconds, column)[0].get_color()
        else:
            below.plot(seconds, column, "-", color="0.75", linewidth=1, zorder=1)
    below.axhline(threshold / 256, color="black", linestyle="--", linewidth=1)
    below.set(xlabel="seconds", ylabel="average score", ylim=(0, 1), xlim=(begin, end))
    for heard in detections:
        below.axvline(heard.seconds, color="0.4", linewidth=1)
        above.annotate(
            heard.word, (heard.seconds, 0.96), xycoords=("data", "axes fraction"), ha="center",
            va="top", fontweight="bold",
            bbox={"facecolor": "white", "edgecolor": colours[heard.word], "linewidth": 2},
        )  # fmt: skip
    return figure
