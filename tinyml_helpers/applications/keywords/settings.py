"""How a spotter listens, and what of that its model decides."""

from typing import NamedTuple

import numpy as np

from tinyml_helpers import signals
from tinyml_helpers.applications import stream
from tinyml_helpers.applications.keywords import c_spotter, wake

#: Hops that the average of a model's scores spans if it keeps state: as many as lie between the
#: first and the last of the three that a window's spans.
AVERAGED = 20


class Settings(NamedTuple):
    """How a spotter listens.

    Attributes:
        hops_per_inference: the model runs once every so many hops of 20 ms; at least 1. Every
            tenth, 5 times a second, leaves even a Pico time to spare (see `realtime`). A model
            that keeps state has to run each time that as many frames are new as it takes.
        average: how many of the last scores are averaged, 1 to 16.
        threshold: average score, 0 to 255, from which a keyword is reported; 256 would be
            certainty.
        refractory_hops: hops from a report to the next one at least. The model goes on seeing a
            word until its window has passed all of it: a second, and part of the word.
        gate: a `wake.Settings`: while its gate is closed neither front end nor model runs, and
            hops come `lookback` hops later (see c/gated.h). None for no gate; on a board one needs
            a program that has it, `GatedApplication`.
    """

    hops_per_inference: int = 10
    average: int = 3
    threshold: int = 180
    refractory_hops: int = 75
    gate: wake.Settings | None = None

    def pack(self):
        """The bytes of a kw_settings; with a gate, of a kw_gated_settings.

        Raises:
            ValueError: a number is out of its range.
        """
        stream.check_whole_numbers(
            self,
            hops_per_inference=(1, 65535),
            average=(1, c_spotter.MAX_AVERAGE),
            threshold=(0, 255),
            refractory_hops=(0, 65535),
        )
        packed = np.array([self[:4]], c_spotter.SETTINGS).tobytes()
        return packed if self.gate is None else packed + self.gate.pack()


def usual(tflite_bytes, settings=None):
    """The settings a model is listened to with unless others are given.

    Args:
        tflite_bytes: the model.
        settings: a `Settings` for all that doesn't depend on the model; the default ones if None.

    Returns:
        The same; for a model that keeps state and takes n frames with `hops_per_inference` n, and
        an average over 0.4 s.

    Raises:
        As `c_spotter.check_model`.
    """
    settings, frames = settings or Settings(), c_spotter.frames(tflite_bytes)
    if frames == signals.FRAMES:
        return settings
    average = min(max(1, AVERAGED // frames), c_spotter.MAX_AVERAGE)
    return settings._replace(hops_per_inference=frames, average=average)


def first_hop(tflite_bytes):
    """The number of the hop at which a model runs for the first time; raises as `usual`."""
    return c_spotter.frames(tflite_bytes) - 1


def check(tflite_bytes, settings):
    """Check that a model can be listened to with these settings.

    Args:
        tflite_bytes: the model.
        settings: a `Settings`.

    Raises:
        ValueError: a setting is out of its range, or the model keeps state and is to run at other
            hops than it has to.
    """
    settings.pack()
    frames = c_spotter.frames(tflite_bytes)
    if frames < signals.FRAMES and settings.hops_per_inference != frames:
        raise ValueError(
            f"this model keeps state and takes {frames} new frames each time: give settings with "
            f"hops_per_inference={frames}, not {settings.hops_per_inference}; "
            "spotter.usual(model) has some"
        )
