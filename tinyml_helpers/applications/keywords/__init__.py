"""Keyword spotting: a model that waits for a few words, and what it takes to have it listen.

    board.flash(keywords.Application(tflite_bytes))
    hops = board.client.run(samples)  # int16, 16 kHz

A stream of sound: what is here is the model, its training, its C and what runs that C on this
computer. It knows streams, and no other application.
"""

from tinyml_helpers.applications.keywords.application import Application
from tinyml_helpers.applications.keywords.gated import Application as GatedApplication

__all__ = ["Application", "GatedApplication"]
