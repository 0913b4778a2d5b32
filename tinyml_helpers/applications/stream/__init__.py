"""Streams: a sensor's samples go in, features, a model and a decision follow, events come out.

What every such application shares, on this computer and on boards: the messages and the ring of
samples (c/stream_program.h), the window of features a model sees (c/stream_window.h), what its
model must be (`model_spec`) and what a caller gives (`arguments`), its C on this computer
(`c_library` loads it, `host` runs it), its client on a board (`client`), whether the two agree
(`parity`), whether a chip keeps up (`realtime`) and what a battery gives (`energy`). It knows the
micro-interpreter, firmware, links and boards, and nothing of what samples mean: that is the
application's own.
"""

from tinyml_helpers.applications.stream.application import FOLDER, StreamApplication
from tinyml_helpers.applications.stream.arguments import check_whole_numbers, int16_samples
from tinyml_helpers.applications.stream.client import Client, CountingClient, Protocol
from tinyml_helpers.applications.stream.host import HostStream
from tinyml_helpers.applications.stream.model_spec import ModelSpec, TensorSpec, keeps_state

__all__ = [
    "FOLDER",
    "Client",
    "CountingClient",
    "HostStream",
    "ModelSpec",
    "Protocol",
    "StreamApplication",
    "TensorSpec",
    "check_whole_numbers",
    "int16_samples",
    "keeps_state",
]
