// UART0 as a cable on GPIO0 and GPIO1 sees it: bytes take their time, get lost, and arrive only if
// clock, pins and speed are right. RP2040 Datasheet, 4.2 UART and 2.19 GPIO.
import { watch } from "./faults.js";

const [DR, FR, LCR_H, CR] = [0x00, 0x18, 0x2c, 0x30];
const [BUSY, SEND_FULL, SEND_EMPTY] = [1 << 3, 1 << 5, 1 << 7];
const QUEUE = 32;
const WORST_BAUD = 0.02; // how far a receiver follows, as a share

export class UartLine {
  // `baud` is the computer's.
  constructor(rp2040, faults, { baud = 115200 } = {}) {
    this.rp2040 = rp2040;
    this.faults = faults;
    this.uart = rp2040.uart[0];
    this.baud = baud;
    this.byteNanos = 10e9 / baud;
    this.divider = 0; // in sixty-fourths, as it was when LCR_H was written last
    this.toChip = [];
    this.fromChip = []; // still in the chip's queue
    this.received = []; // by the computer
    this.arrival = rp2040.clock.createAlarm(() => this.arrive());
    this.departure = rp2040.clock.createAlarm(() => this.depart());
    this.arriving = this.departing = false;
    watch(this.uart, {
      read: (offset, value) => (offset === FR ? (value() & ~SEND_EMPTY) | this.flags() : value()),
      before: (offset, value) => {
        if (offset === DR) this.queue(value & 0xff);
      },
      after: (offset) => {
        if (offset === LCR_H) this.divider = 64 * this.uart.intDivisor + this.uart.fracDivisor;
        if (offset === CR) this.start();
      },
    });
  }

  get isReady() {
    return this.uart.enabled;
  }

  // Whether nothing is on its way.
  get isQuiet() {
    return !this.toChip.length && !this.fromChip.length && !this.departing;
  }

  // Bytes from the computer; they wait until the UART is on.
  send(bytes) {
    for (const byte of bytes) this.toChip.push(byte);
    this.start();
  }

  flags() {
    const full = this.fromChip.length >= QUEUE ? SEND_FULL : 0;
    return full | (this.departing ? BUSY : SEND_EMPTY);
  }

  start() {
    if (this.arriving || !this.toChip.length || !this.uart.enabled) return;
    this.arriving = true;
    this.arrival.schedule(this.byteNanos);
  }

  arrive() {
    this.arriving = false;
    this.check(1, "receives");
    if (this.uart.rxFIFO.full)
      this.faults.report("overrun", "a byte comes while UART0's queue is full, and is lost");
    this.uart.feedByte(this.toChip.shift());
    this.start();
  }

  queue(byte) {
    this.check(0, "sends");
    if (this.fromChip.length >= QUEUE)
      return this.faults.report(
        "send full",
        "a byte is sent while UART0's queue is full, and is lost",
      );
    this.fromChip.push(byte);
    if (!this.departing) this.leave();
  }

  leave() {
    this.departing = true;
    this.departure.schedule(this.byteNanos);
  }

  depart() {
    this.departing = false;
    this.received.push(this.fromChip.shift());
    if (this.fromChip.length) this.leave();
  }

  // Whether a byte that UART0 "sends" or "receives" by way of the pin can be right.
  check(pin, does) {
    const { rp2040, uart, faults } = this;
    const clock = rp2040.clocks.periFreq;
    if (!clock) faults.report("no clk_peri", `UART0 ${does} without clk_peri`);
    const baud = (4 * (clock || rp2040.clocks.sysFreq)) / this.divider;
    if (!(Math.abs(baud / this.baud - 1) <= WORST_BAUD))
      faults.report("baud", `UART0 ${does} at ${Math.round(baud)} baud instead of ${this.baud}`);
    const gpio = rp2040.gpio[pin];
    if (gpio.functionSelect !== 2)
      faults.report(`gpio${pin}`, `UART0 ${does}, and GPIO${pin}'s function isn't UART`);
    if (pin === 1 && !gpio.inputEnable) faults.report("input", "GPIO1's pad takes no input");
    if (pin === 0 && gpio.outputDisable) faults.report("output", "GPIO0's pad gives no output");
    const on = pin === 0 ? uart.txEnabled : uart.rxEnabled;
    if (!uart.enabled || !on) faults.report("uart off", `UART0 ${does} while that is off`);
    if ((uart.lineCtrlRegister & 0x6e) !== 0x60)
      faults.report("frame", "UART0 isn't set to eight bits, one stop bit, no parity");
    if (!uart.fifosEnabled) faults.report("no queue", "UART0's queues are off: it holds one byte");
  }
}
