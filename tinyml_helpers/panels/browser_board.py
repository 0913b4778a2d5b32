"""A board on the student's computer where Jupyter runs on another one: a hub, or Binder.

    board = BrowserBoard(tflite_bytes)
    board                     # as a cell's last line: the panel; press "Connect a board"
    board.give(codes)         # in a cell; the board works when the cell has finished
    board.results[-1].output  # in a later one

The browser opens the port (Web Serial) and carries bytes. What they mean, what to ask again and
what to say when it fails is `link`'s, which runs here in a thread of its own: a cell can't wait for
the browser, but a thread can. Only a sensor's samples, thirty messages a second, the browser asks
for by itself: over a network Python would be too slow.
"""

import collections
import threading

import traitlets

from tinyml_helpers import link, model_file
from tinyml_helpers.boards import BOARDS
from tinyml_helpers.boards.usb import BOOT_LOADER, USB_DEVICES, usb_device
from tinyml_helpers.firmware import application_of
from tinyml_helpers.panels.browser_port import BrowserLink, BrowserPort
from tinyml_helpers.panels.panel import Panel, browser_code, styles


class BrowserBoard(Panel):
    """A panel that connects a board to the notebook through the browser.

    What is given to it waits until a board is connected that runs the right program, and is done in
    the order given. If something fails on the way, what isn't done is given up, and the panel says
    so: what was given later doesn't take its place.

    Args:
        program: as for `link.Link`: bytes of a model, a `firmware.Application`, or None.
        timeout: seconds that an inference may take.

    Raises:
        model_file.ModelFileError: the model isn't sound.

    Attributes:
        results: what came of what was given, in its order: a `link.Run` of each inference, a
            `link.Recording` of each record.
        error: the exception that ended the last connection, for what it holds; None if none did.
    """

    _esm = browser_code("serial_port.js", "questions.js", "browser_board.js")
    _css = styles("panel.css", "browser_board.css")
    wish = traitlets.Dict().tag(sync=True)  # which ports the browser offers, and how it opens them
    shown = traitlets.Dict().tag(sync=True)
    counts = traitlets.Dict({"waiting": 0, "done": 0}).tag(sync=True)

    def __init__(self, program=None, timeout=30.0):
        self._program, self._timeout, self._model = program, timeout, None
        if program is not None:
            self._model = model_file.read(application_of(program).model)
        self.results, self.error = [], None
        self._work = collections.deque()
        self._changed = threading.Condition()
        self._port = self._thread = None
        self._pressed = False
        ids = [
            {"usbVendorId": device.vendor, "usbProductId": device.product} for device in USB_DEVICES
        ]
        super().__init__(wish={"baudRate": link.BAUDRATE, "filters": ids})

    def give(self, *inputs):
        """Have the board run one inference; its `link.Run` comes to `results`.

        Args:
            inputs: an array of codes for each of the model's inputs, in its shape and dtype. Bytes
                if the program isn't known.

        Raises:
            ValueError: the inputs don't fit the model.
        """
        if self._model:
            inputs = [values.copy() for values in self._model.check_inputs(inputs)]
        self.do(lambda board: board.invoke(*inputs))

    def record(self, sensor, seconds):
        """Have the board's own sensor recorded, from when "Record" is pressed in the panel.

        The board runs a live program.

        Args:
            sensor, seconds: as for `link.record`.
        """
        self.do(lambda board: self._record(board, sensor, seconds))

    def do(self, work):
        """Have something else done with the board; what comes of it comes to `results`.

        Args:
            work: a function that gets the open `link.Link`, whose `client` is the application's.
                It runs in another thread, after the cell.
        """
        with self._changed:
            self._work.append(work)
            self._changed.notify_all()
        self._count()

    def answer(self, message, buffers):
        """Answer the panel in the browser; see `panel.Panel`."""
        kind, session = message["kind"], message["session"]
        if kind == "connected":
            self._connect(session, usb_device(message["vendor"], message["product"]))
        elif self._port and session == self._port.session:
            if kind == "heard":
                self._port.hear(buffers[0])
            elif kind == "answer":
                self._port.answer(buffers[0])
            elif kind == "pressed":
                with self._changed:
                    self._pressed = True
                    self._changed.notify_all()
            else:
                self._port.lose(message["sentence"])
        return {}, []

    def _connect(self, session, device):
        """Start to talk to a board that the browser has just connected.

        Raises:
            ValueError: its program doesn't run.
        """
        if device.role == BOOT_LOADER:
            raise ValueError(
                f"That is the boot loader of a board ({device.name}), whose program doesn't run: "
                "upload one, or press the reset button once, then connect it again."
            )
        if self._port:
            self._port.lose("Another board was connected.")  # its page may be gone without a word
        self._port = BrowserPort(session, self.send, self._changed)
        self._show(self._port, "The board is asked what it is.", facts=[["Port", device.name]])
        arguments = self._port, self._thread
        self._thread = threading.Thread(target=self._serve, args=arguments, daemon=True)
        self._thread.start()

    def _serve(self, port, before):
        """Talk to a board until it is lost, or something fails; when the thread before has ended.

        An exception would be lost here.
        """
        if before:
            before.join()
        try:
            with BrowserLink(port) as board:
                facts = self.shown["facts"] + _facts(board.info())
            self._show(port, "The board answers.", facts=facts)
            with BrowserLink(port, self._program, self._timeout) as board:
                known = "" if self._program is None else ", and runs this notebook's model"
                self._show(port, f"The board is connected{known}.")
                while self._next(port):
                    self._do_next(port, board)
            self._show(port, port.lost)
        except Exception as error:
            self.error = error
            said = f"{error}." if isinstance(error, ValueError) else repr(error)
            said = port.lost or f"{said[:1].upper()}{said[1:]}"
            self._show(port, " ".join([said, *getattr(error, "__notes__", [])]), trouble=True)
        port.close()

    def _next(self, port):
        """Wait for something to do; whether there is, and a board for it."""
        with self._changed:
            self._changed.wait_for(lambda: self._work or port.lost)
        return not port.lost

    def _do_next(self, port, board):
        self._show(port, "The board is at work.")
        try:
            self.results.append(self._work[0](board))
            self._work.popleft()
        except Exception as error:
            error.add_note(f"What isn't done ({len(self._work)}) is given up: give it again.")
            self._work.clear()
            raise
        finally:
            self._count()
        if not self._work:
            self._show(port, "The board has done everything: the next cell finds the results.")

    def _record(self, board, sensor, seconds):
        port, self._pressed = self._port, False
        self._show(port, f"Press Record for {seconds:g} seconds of {sensor}.", record=True)
        with self._changed:
            self._changed.wait_for(lambda: self._pressed or port.lost)
        self._show(port, f"The board records {seconds:g} seconds of {sensor}.")
        return link.record(sensor, seconds, board)

    def _show(self, port, text, trouble=False, **more):
        if port is self._port:
            shown = {"session": port.session, "text": text, "trouble": trouble, "record": False}
            self.shown = {**self.shown, **shown, **more}

    def _count(self):
        self.counts = {"waiting": len(self._work), "done": len(self.results)}

    def __repr__(self):
        return "A board in the browser: run this cell, then press Connect a board."


def _facts(info):
    """What a board says of itself, as the panel lists it."""
    names = {board.id: board.name for board in BOARDS.values()}
    return [
        ["Board", names.get(info.board, info.board)],
        ["Clock", f"{info.clock_hz / 1e6:g} MHz"],
        ["Model", f"{info.model_bytes:,} bytes, CRC {info.model_crc:08x}"],
    ]
