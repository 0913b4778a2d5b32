"""A browser's `navigator.serial` with one port, and an emulated board behind it.

It is as strict as the real one where that matters (a port that is locked can't be closed, one that
is open can't be opened), and its board is as touchy as some are: while DTR is low it hears nothing,
and it loses what fills a USB packet.
"""

_SERIAL = """
([vendor, product]) => {
    const named = (name) => new DOMException(`a made-up ${name}`, name);
    class Port {
        getInfo() { return { usbVendorId: vendor, usbProductId: product }; }
        async open({ baudRate }) {
            if (window.refuse.open) throw named(window.refuse.open);
            if (this.opened) throw named("InvalidStateError");
            [this.opened, this.heard, this.baudRate] = [true, false, baudRate];
            this.newReadable();
            this.writable = new WritableStream({ write: (data) => this.take(data) });
        }
        newReadable() {
            this.readable = new ReadableStream({ start: (end) => { this.end = end; } });
        }
        async setSignals({ dataTerminalReady }) { this.heard = dataTerminalReady; }
        async take(data) {
            if (!this.heard || data.length >= 64) return;
            const [answer, then] = await window.boardTakes([...data]);
            for (let start = 0; start < answer.length; start += 50)
                this.end.enqueue(Uint8Array.from(answer.slice(start, start + 50)));
            if (then === "unplugged") this.unplug();
            if (then === "framing error") {
                this.end.error(named("FramingError"));
                this.newReadable();
            }
        }
        unplug() {
            this.end.error(named("NetworkError"));
            this.readable = null;
            this.opened = false;
        }
        async close() {
            if (!this.opened) throw named("InvalidStateError");
            if (this.readable.locked || this.writable.locked) throw new TypeError("locked");
            [this.opened, this.readable, this.writable] = [false, null, null];
        }
    }
    window.refuse = {};
    window.port = new Port();
    const requestPort = async ({ filters }) => {
        if (window.refuse.choose) throw named(window.refuse.choose);
        if (!filters.some((one) => one.usbVendorId === vendor && one.usbProductId === product))
            throw named("NotFoundError");
        return window.port;
    };
    Object.defineProperty(navigator, "serial", { value: { requestPort }, configurable: true });
}
"""


class FakeSerial:
    """What a page has instead of its browser's serial ports.

    Args:
        page: Playwright's.
        line: the `bad_line.Line` to a board; it may be changed.
        device: the USB id that the board has.

    Attributes:
        then: what happens when the board has answered next: "unplugged", "framing error", or "".
    """

    def __init__(self, page, line, device=(0x2341, 0x805A)):
        self.page, self.then = page, ""
        self.plug_in(line)
        page.expose_function("boardTakes", self._take)
        page.evaluate(_SERIAL, list(device))

    def plug_in(self, line):
        line.timeout = 0
        self.line = line

    def refuse(self, **names):
        """What `requestPort` (choose) or the port's `open` throws from now on, by name."""
        self.page.evaluate("names => { window.refuse = names; }", names)

    def port(self, attribute):
        return self.page.evaluate("attribute => window.port[attribute]", attribute)

    def _take(self, data):
        self.line.write(bytes(data))
        answer = self.line.read(self.line.in_waiting)
        then, self.then = (self.then, "") if answer else ("", self.then)
        return list(answer), then
