// A board's serial port in the browser (Web Serial), for browser_board.js. It carries bytes.

const PACKET = 60; // bytes that are written at once: some boards lose what fills a USB packet of 64

const UNPLUGGED =
  "The board is gone: was its cable pulled, or its reset button pressed? Plug it in, then connect it again.";

// Why this page can reach no board at all, in a sentence; "" if it can.
function noSerial() {
  const byPage = document.permissionsPolicy ?? document.featurePolicy;
  if (!window.isSecureContext)
    return `Browsers lend boards only to secure pages, and ${location.origin} isn't one: ${THROUGH_LOCALHOST}.`;
  if (!navigator.serial)
    return "This browser can't reach boards (it lacks Web Serial): open this page in Chrome or Edge, on a computer.";
  if (byPage && !byPage.allowsFeature("serial"))
    return "This page is shown inside another one that doesn't lend it serial ports: open the notebook in a browser window of its own.";
  return "";
}

// Why no port was chosen, in a sentence.
function notChosen(error) {
  if (error.name === "NotFoundError")
    return "No board was chosen. If the list was empty: plug the board in, with a cable that carries data and not " +
      "only power; a Pico that shows up as a drive waits for a UF2 file.";
  if (error.name === "SecurityError")
    return "The browser may not ask for a board here: allow serial ports in its settings for this page, then try again.";
  return `The browser can't offer boards (${error.name}: ${error.message}).`;
}

// Why a port that was chosen doesn't open, in a sentence.
function notOpened(error) {
  if (error.name === "InvalidStateError")
    return "Another panel of this page has the board: disconnect it there, then try again.";
  if (error.name === "NetworkError")
    return "The board is there but can't be opened: close what else uses it (a serial monitor, the Arduino IDE's too, " +
      "another tab). On Linux, join the group of its port: sudo usermod -aG dialout $USER, then log in again.";
  return `The board can't be opened (${error.name}: ${error.message}).`;
}

// An open port. `onlost` is called with a sentence if it ends by itself.
class BoardPort {
  // Have the student choose a port, and open it. `wish`: the USB ids to offer, and the baud rate.
  static async choose({ filters, baudRate }) {
    if (noSerial()) throw new Trouble(noSerial());
    let port;
    try {
      port = await navigator.serial.requestPort({ filters });
    } catch (error) {
      throw new Trouble(notChosen(error));
    }
    try {
      await port.open({ baudRate });
    } catch (error) {
      throw new Trouble(notOpened(error));
    }
    return new BoardPort(port);
  }

  constructor(port) {
    this.port = port;
    this.onlost = this.wake = () => {};
    this.heard = [];
    this.writer = port.writable.getWriter();
    // A board may send nothing while DTR is low: to it, nobody is there.
    this.written = port.setSignals({ dataTerminalReady: true }).catch(() => {});
    this.listen();
  }

  get ids() {
    const { usbVendorId, usbProductId } = this.port.getInfo();
    return { vendor: usbVendorId, product: usbProductId };
  }

  // Collect what comes. An error on the line ends a stream, and the port has a new one; a port that
  // is gone has none.
  async listen() {
    while (!this.closed && this.port.readable) {
      this.reader = this.port.readable.getReader();
      try {
        for (let part; !(part = await this.reader.read()).done; ) {
          this.heard.push(...part.value);
          this.wake();
        }
      } catch {
        // A damaged frame: Python asks again.
      } finally {
        this.reader.releaseLock();
      }
    }
    if (!this.closed) this.end(UNPLUGGED);
  }

  // Send bytes, behind those that are on their way. If that fails, `listen` has noticed it, too.
  write(bytes) {
    for (let start = 0; start < bytes.length; start += PACKET) {
      const part = bytes.subarray(start, start + PACKET);
      this.written = this.written.then(() => this.writer.write(part)).catch(() => {});
    }
  }

  // What has come since the last time; if nothing has, wait for it so many milliseconds.
  async read(milliseconds) {
    if (!this.heard.length) {
      await new Promise((resolve) => {
        this.wake = resolve;
        setTimeout(resolve, milliseconds);
      });
    }
    return Uint8Array.from(this.heard.splice(0));
  }

  end(sentence) {
    this.close();
    this.onlost(sentence);
  }

  // Let go of the port, so that another program can have the board.
  async close() {
    if (this.closed) return;
    this.closed = true;
    this.wake();
    await this.writer.abort().catch(() => {});
    this.writer.releaseLock();
    await this.reader?.cancel().catch(() => {});
    await this.port.close().catch(() => {});
  }
}
