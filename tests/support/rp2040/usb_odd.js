// What a computer may do besides, by name: each runs with a UsbHost as `this`, in turn with the bytes
// it carries, and returns what came of it.
import {
  CONFIGURATION,
  DEVICE,
  GET_DESCRIPTOR,
  MICRO,
  MILLI,
  SET_CONFIGURATION,
  SET_LINE_CODING,
  STRING,
} from "./usb_host.js";

const CLEAR_FEATURE = 1;

export const ODD = {
  *device() {
    return [yield* this.get(DEVICE, 0, 18), yield* this.get(DEVICE, 0, 18)];
  },

  // Asks for less than there is, and for more.
  *lengths() {
    const found = [];
    for (const length of [1, 9, 64, 255])
      found.push(
        (yield* this.get(CONFIGURATION, 0, length)).length,
        (yield* this.get(STRING, 2, length)).length,
      );
    return found;
  },

  *unknown() {
    return [
      yield* this.control(0x80, GET_DESCRIPTOR, 0x7700, 0, 64),
      yield* this.control(0xc0, 0x51, 0, 0, 16),
      yield* this.control(0x40, 0x52, 0, 0),
      yield* this.get(DEVICE, 0, 18),
    ];
  },

  // Gives up transfers half way, as when a program is closed.
  *abandoned() {
    for (const packet of [
      [0x80, GET_DESCRIPTOR, 0, CONFIGURATION, 0, 0, 255, 0],
      [0x21, SET_LINE_CODING, 0, 0, 0, 0, 7, 0],
      [0x80, GET_DESCRIPTOR, 0, DEVICE, 0, 0, 18, 0],
    ]) {
      this.port.setup(Uint8Array.from(packet));
      yield 60 * MICRO;
    }
    this.port.takeIn(0);
    return [yield* this.get(DEVICE, 0, 18)];
  },

  *status() {
    return [yield* this.control(0x80, 0, 0, 0, 2), yield* this.control(0x80, 8, 0, 0, 1)];
  },

  // Has both data endpoints begin with DATA0 again, as drivers do that start anew.
  *halt() {
    const found = [];
    for (const endpoint of [0x80 | this.in_endpoint, this.out_endpoint])
      found.push(yield* this.control(0x02, CLEAR_FEATURE, 0, endpoint));
    this.inToggle = this.outToggle = 0;
    return found;
  },

  *unconfigured() {
    yield* this.control(0x00, SET_CONFIGURATION, 0, 0);
    const [number] = yield* this.control(0x80, 8, 0, 0, 1);
    yield* this.configure(1);
    return number;
  },

  // An empty packet, which says nothing.
  *empty() {
    while (this.port.giveOut(this.out_endpoint, this.outToggle, new Uint8Array(0)) !== "ack")
      yield 50 * MICRO;
    this.outToggle ^= 1;
    return [];
  },

  *reset() {
    yield* this.enumerate();
    return this.device;
  },

  // Sends, but takes nothing for more than a second, as a program that hangs.
  *deaf() {
    const end = this.clock.nanos + 1050 * MILLI;
    while (this.clock.nanos < end) {
      this.give();
      yield MILLI;
    }
    return [];
  },

  *touch() {
    yield* this.lineCoding(1200);
    yield* this.dtr(false);
    return [];
  },
};
