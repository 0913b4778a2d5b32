"""Streams: a sensor's samples go in, features, a model and a decision follow, events come out.

What every such application shares, on this computer and on boards: the messages and the ring of
samples (c/stream_program.h), the window of features a model sees (c/stream_window.h), its client
(`client`), whether the two agree (`parity`), whether a chip keeps up (`realtime`) and what a
battery gives (`energy`). It knows firmware, links and boards, and nothing of what samples mean:
that is the application's own.
"""

from tinyml_helpers.applications.stream.application import FOLDER, StreamApplication
from tinyml_helpers.applications.stream.client import Client, CountingClient, Protocol

__all__ = ["FOLDER", "Client", "CountingClient", "Protocol", "StreamApplication"]
