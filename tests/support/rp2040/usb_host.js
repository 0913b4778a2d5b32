// A computer's end of USB: takes a CDC device into use as Linux does, then carries bytes. Written
// as generators that yield how many nanoseconds go by. Universal Serial Bus Specification 2.0,
// chapters 8 and 9; USB CDC 1.2 with its subclass for PSTN devices.
import { checkDevice, checkText, endpointsOf } from "./usb_descriptors.js";

export const [MICRO, MILLI] = [1e3, 1e6];
const PACKET = 64;
const READ_AT_ONCE = 2 * PACKET; // what Linux's cdc_acm asks for; a short packet ends it earlier
const ADDRESS = 17;
export const [GET_DESCRIPTOR, SET_ADDRESS, SET_CONFIGURATION] = [6, 5, 9];
export const [SET_LINE_CODING, GET_LINE_CODING, SET_CONTROL_LINE_STATE] = [0x20, 0x21, 0x22];
export const [DEVICE, CONFIGURATION, STRING, QUALIFIER] = [1, 2, 3, 6];

export class UsbHost {
  // hurry: wait a tenth as long as a computer does before it asks.
  constructor(rp2040, faults, port, hurry) {
    Object.assign(this, { faults, port, clock: rp2040.clock });
    this.wait = (hurry ? 0.1 : 1) * MILLI;
    this.toChip = [];
    this.received = [];
    this.jobs = []; // [generator, what takes its result]
    this.device = {};
    this.isReady = false;
    this.life = this.live();
    this.alarm = rp2040.clock.createAlarm(() => this.go());
    this.alarm.schedule(0);
  }

  get isQuiet() {
    return !this.toChip.length && !this.part.length && !this.jobs.length;
  }

  go() {
    const { value, done } = this.life.next();
    if (!done) this.alarm.schedule(value);
  }

  send(bytes) {
    for (const byte of bytes) this.toChip.push(byte);
  }

  *live() {
    while (!this.port.isConnected) yield MILLI;
    this.port.checkConnected();
    yield 100 * this.wait;
    try {
      yield* this.enumerate();
      for (;;) yield* this.carry();
    } catch (error) {
      if (!(error instanceof Silence)) throw error;
      this.faults.stop("usb silent", error.message);
    }
  }

  *enumerate() {
    this.isReady = false;
    yield* this.reset();
    const first = yield* this.get(DEVICE, 0, PACKET, 8);
    if (first?.length !== 8 && first?.length !== 18)
      throw new Silence("no device descriptor comes");
    yield* this.reset();
    yield* this.control(0x00, SET_ADDRESS, ADDRESS, 0);
    this.address = ADDRESS;
    yield 2 * MILLI;
    const device = yield* this.get(DEVICE, 0, 18);
    yield* this.get(QUALIFIER, 0, 10); // a device without high speed may refuse
    const head = yield* this.get(CONFIGURATION, 0, 9);
    const configuration = yield* this.get(CONFIGURATION, 0, head[2] | (head[3] << 8));
    checkDevice(device, head, configuration, this.faults);
    this.device = { vendor: device[8] | (device[9] << 8), product: device[10] | (device[11] << 8) };
    this.device.texts = yield* this.texts([...device.slice(14, 17)]);
    Object.assign(this, endpointsOf(configuration));
    yield* this.configure(configuration[5]);
    yield* this.lineCoding(115200);
    yield* this.dtr(true);
    this.isReady = true;
  }

  *configure(number) {
    yield* this.control(0x00, SET_CONFIGURATION, number, 0);
    this.inToggle = this.outToggle = 0;
    this.part = [];
  }

  *reset() {
    this.port.reset();
    this.address = 0;
    this.part = [];
    yield 20 * this.wait;
  }

  *get(type, index, length) {
    return yield* this.control(
      0x80,
      GET_DESCRIPTOR,
      (type << 8) | index,
      type === STRING ? 0x409 : 0,
      length,
    );
  }

  *texts(indexes) {
    const languages = yield* this.control(0x80, GET_DESCRIPTOR, STRING << 8, 0, 255);
    if (indexes.some(Boolean) && languages?.[1] !== STRING)
      this.faults.report("usb languages", "there are texts, and no list of their languages");
    const texts = [];
    for (const index of indexes)
      texts.push(index ? checkText(yield* this.get(STRING, index, 255), this.faults) : null);
    return texts;
  }

  *lineCoding(baud) {
    const coding = [baud & 255, (baud >> 8) & 255, baud >> 16, 0, 0, 0, 8];
    yield* this.control(0x21, SET_LINE_CODING, 0, this.control_interface, coding);
    const back = yield* this.control(0xa1, GET_LINE_CODING, 0, this.control_interface, 7);
    if (String(back) !== String(coding))
      this.faults.report("line coding", `the line coding ${coding} comes back as ${back}`);
  }

  *dtr(on) {
    yield* this.control(0x21, SET_CONTROL_LINE_STATE, on ? 3 : 0, this.control_interface);
  }

  // One control transfer. `more`: how many bytes to get, or those to give. Returns what came (null:
  // the device refused).
  *control(type, request, value, index, more = 0) {
    const gets = Boolean(type & 0x80);
    const length = gets ? more : (more.length ?? 0);
    const low = (word) => [word & 255, word >> 8];
    const name = `request ${request} of type 0x${type.toString(16)}`;
    this.answering(name);
    this.port.setup(Uint8Array.from([type, request, ...low(value), ...low(index), ...low(length)]));
    yield 50 * MICRO;
    if (gets) return yield* this.controlIn(name, length);
    if (length && (yield* this.out(name, 1, more)) === "stall") return null;
    const status = yield* this.in(name, 1);
    if (status.data?.length) this.faults.report("usb status", `${name} ends with bytes`);
    return status.state === "stall" ? null : [];
  }

  *controlIn(name, length) {
    const data = [];
    for (let toggle = 1; ; toggle ^= 1) {
      const packet = yield* this.in(name, toggle);
      if (packet.state === "stall") return null;
      data.push(...packet.data);
      if (packet.data.length < PACKET || data.length >= length) break;
    }
    if (data.length > length)
      this.faults.report("usb too much", `${name} gives more than asked for`);
    yield* this.out(name, 1, []);
    return data.slice(0, length);
  }

  *in(name, toggle) {
    const packet = yield* this.patiently(name, () => this.port.takeIn(0));
    if (packet.state === "ack" && packet.toggle !== toggle)
      this.faults.report(
        "toggle in",
        `${name} answers with DATA${packet.toggle} instead of ${toggle}`,
      );
    return packet;
  }

  *out(name, toggle, data) {
    const give = () => ({ state: this.port.giveOut(0, toggle, Uint8Array.from(data)) });
    return (yield* this.patiently(name, give)).state;
  }

  // Asks again while the device says "not yet"; the standard gives it 50 ms, with data more.
  *patiently(name, ask) {
    const end = this.clock.nanos + 50 * MILLI;
    let result;
    do {
      this.answering(name);
      result = ask();
      yield 30 * MICRO;
    } while (result.state === "nak" && this.clock.nanos < end);
    if (result.state === "nak") throw new Silence(`no answer to ${name} within 50 ms`);
    return result;
  }

  answering(name) {
    if (this.port.address !== this.address)
      throw new Silence(
        `${name} goes to address ${this.address}, the device has ${this.port.address}`,
      );
  }

  // A few packets of the device in use.
  *carry() {
    const job = this.jobs[0];
    if (job) {
      const result = yield* job[0].call(this);
      this.jobs.shift();
      job[1](result);
    }
    yield 50 * MICRO;
    this.answering("data");
    this.give();
    const packet = this.port.takeIn(this.in_endpoint);
    if (packet.state === "ack") this.take(packet);
    else if (this.part.length && this.clock.nanos > this.partAt + 20 * MILLI) {
      this.faults.report(
        "no short packet",
        "the last packet is full and no empty one follows: the computer waits",
      );
      this.partAt = Infinity;
    }
  }

  give() {
    if (!this.toChip.length) return;
    const data = this.toChip.slice(0, PACKET);
    if (this.port.giveOut(this.out_endpoint, this.outToggle, Uint8Array.from(data)) === "ack") {
      this.toChip.splice(0, data.length);
      this.outToggle ^= 1;
    }
  }

  take({ toggle, data }) {
    if (toggle !== this.inToggle)
      return this.faults.report(
        "toggle data",
        `data comes as DATA${toggle}, DATA${1 - toggle}'s turn: dropped`,
      );
    this.inToggle ^= 1;
    this.empty = data.length ? 0 : (this.empty ?? 0) + 1;
    if (this.empty > 3) this.faults.report("empty packets", "empty packets come one after another");
    this.part.push(...data);
    this.partAt = this.clock.nanos;
    if (data.length < PACKET || this.part.length >= READ_AT_ONCE)
      this.received.push(...this.part.splice(0));
  }
}

class Silence extends Error {}
