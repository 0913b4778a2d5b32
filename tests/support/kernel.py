"""A notebook's kernel, without a notebook.

with kernel.started() as run:
    assert run("1 + 1").text == "2"
"""

import contextlib
import os
import threading
import time
from dataclasses import dataclass, field

import patience
import places
from jupyter_client.manager import start_new_kernel


@dataclass
class Shown:
    """What a cell showed: printed text, its last line's value as text and HTML, an error's name,
    and the metadata of what it displayed last.
    """

    printed: str = ""
    text: str = ""
    html: str = ""
    error: str = ""
    metadata: dict = field(default_factory=dict)


@contextlib.contextmanager
def started():
    """Start a kernel; gives a function that runs a cell.

    The function takes code and, to interrupt the kernel as a student would, the path of a file:
    that is when the code has made it. It returns what was `Shown`.
    """
    env = os.environ | {"PYTHONPATH": str(places.ROOT)}
    manager, client = start_new_kernel(
        kernel_name="python3", env=env, startup_timeout=patience.seconds(120)
    )

    def run(code, interrupt_at=None):
        shown = Shown()

        def take(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                shown.printed += content["text"]
            elif message["msg_type"] == "execute_result":
                shown.text = content["data"]["text/plain"]
                shown.html = content["data"].get("text/html", "")
            elif message["msg_type"] == "display_data":
                shown.metadata = content["metadata"]
            elif message["msg_type"] == "error":
                shown.error = content["ename"]

        if interrupt_at:
            threading.Thread(target=_interrupt, args=(manager, interrupt_at), daemon=True).start()
        client.execute_interactive(code, output_hook=take, timeout=patience.seconds(120))
        return shown

    try:
        yield run
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _interrupt(manager, path):
    while not path.exists():
        time.sleep(0.05)
    manager.interrupt_kernel()
