// The RP2040's USB controller, packet by packet: a buffer is taken when the computer asks for it, if
// the program has handed it over and the data toggle fits. In rp2040js buffers are taken at once,
// and toggles don't matter. RP2040 Datasheet, 4.1 USB.
import { watch } from "./faults.js";

const [FULL, PID, STALL, AVAILABLE, LENGTH] = [1 << 15, 1 << 13, 1 << 11, 1 << 10, 0x3ff];
const [CONTROLLER_EN, PULLUP_EN, EP0_INT_1BUF] = [1, 1 << 16, 1 << 29];
const [MUXING, TO_PHY, SOFTCON] = [0x74, 1, 1 << 3];
const VBUS_OVERRIDE = (1 << 3) | (1 << 2);
const [ENABLE, DOUBLE, EACH_BUFFER] = [1 << 31, 1 << 30, 1 << 29];
const BUS_RESET = 1 << 19;
const EP0_BUFFER = 0x100;
const USB_CYCLE = 3; // cycles of the processor that one of clk_usb may take

export class UsbPort {
  constructor(rp2040, faults, clocks) {
    this.rp2040 = rp2040;
    this.faults = faults;
    this.clocks = clocks;
    this.usb = rp2040.usbCtrl;
    this.muxing = 0;
    this.written = {}; // by place of a buffer control: what the program wrote last, at which cycle
    rp2040.usbDPRAM.fill(0xa5); // what is in it at power-on
    watch(this.usb, {
      read: (offset, value) => (offset === MUXING ? this.muxing : value()),
      before: (offset, value) => {
        if (offset === MUXING) this.muxing = value;
      },
    });
    this.usb.DPRAMUpdated = (offset, value) => {
      if (offset >= 0x80 && offset < 0x100) this.handOver(offset, value >>> 0);
    };
  }

  get isConnected() {
    return Boolean(this.usb.mainCtrl & CONTROLLER_EN && this.usb.sieCtrl & PULLUP_EN);
  }

  get address() {
    return this.usb.addrEndp & 0x7f;
  }

  checkConnected() {
    const hz = this.clocks.usbHz;
    if (Math.abs(hz / 48e6 - 1) > 0.0025)
      this.faults.report("clk_usb", `USB runs with clk_usb at ${hz / 1e6} MHz instead of 48`);
    if ((this.muxing & (TO_PHY | SOFTCON)) !== (TO_PHY | SOFTCON))
      this.faults.report("usb muxing", "USB is pulled up and not joined to its pins");
    if ((this.usb.usbPwr & VBUS_OVERRIDE) !== VBUS_OVERRIDE)
      this.faults.report(
        "usb vbus",
        "USB isn't told that there is power: no pin of a Pico tells it",
      );
  }

  // The program writes a buffer control. AVAILABLE must come last, a cycle of clk_usb after the
  // rest: 4.1.2.5.1, Concurrent Access.
  handOver(place, value) {
    const now = this.rp2040.core.cycles;
    const last = this.written[place] ?? { value: 0, cycle: -USB_CYCLE };
    if (value & AVAILABLE && !(last.value & AVAILABLE)) {
      const rest = ~AVAILABLE & 0xffff;
      if ((value & rest) !== (last.value & rest) || now - last.cycle < USB_CYCLE)
        this.faults.report(
          "available",
          `buffer control 0x${place.toString(16)} gets AVAILABLE with the rest of it, not after`,
        );
    }
    this.written[place] = { value, cycle: now };
  }

  word(place) {
    return this.rp2040.usbDPRAMView.getUint32(place, true);
  }

  // The controller gives a buffer back to the program.
  handBack(endpoint, out, value) {
    const place = 0x80 + 8 * endpoint + (out ? 4 : 0);
    this.rp2040.usbDPRAMView.setUint32(place, value, true);
    this.written[place] = { value, cycle: -USB_CYCLE };
    const each = endpoint
      ? this.word(8 * endpoint + (out ? 4 : 0)) & EACH_BUFFER
      : this.usb.sieCtrl & EP0_INT_1BUF;
    if (each) this.usb.indicateBufferReady(endpoint, out);
  }

  // [state of the endpoint's buffer: "silent", "stall", "nak" or "ready"; its control; its place]
  buffer(endpoint, out) {
    const control = endpoint ? this.word(8 * endpoint + (out ? 4 : 0)) : 0;
    const value = this.word(0x80 + 8 * endpoint + (out ? 4 : 0));
    const start = endpoint ? control & 0xffc0 : EP0_BUFFER;
    if (endpoint && !(control & ENABLE)) return ["silent", value, start];
    if (control & DOUBLE) this.faults.report("double", "double buffers aren't modelled here");
    if (value & STALL) {
      const armed = endpoint || this.usb.epStallArm & (out ? 2 : 1);
      if (armed) return ["stall", value, start];
      this.faults.report("stall", "STALL is set for endpoint 0 without EP_STALL_ARM");
    }
    return [value & AVAILABLE ? "ready" : "nak", value, start];
  }

  reset() {
    this.usb.sieStatus |= BUS_RESET;
    this.usb.sieStatusUpdated();
  }

  setup(packet) {
    this.usb.epStallArm = 0;
    this.usb.sendSetupPacket(packet);
  }

  // The computer asks for a packet: {state, toggle, data}.
  takeIn(endpoint) {
    const [state, value, start] = this.buffer(endpoint, false);
    if (state !== "ready") return { state };
    if (!(value & FULL))
      this.faults.report("in not full", "a buffer to send is given without FULL");
    const data = this.rp2040.usbDPRAM.slice(start, start + (value & LENGTH));
    if (data.length > 64) this.faults.report("usb length", "a packet is longer than 64 bytes");
    this.handBack(endpoint, false, value & ~(AVAILABLE | FULL));
    return { state: "ack", toggle: value & PID ? 1 : 0, data };
  }

  // The computer sends a packet: its state.
  giveOut(endpoint, toggle, data) {
    const [state, value, start] = this.buffer(endpoint, true);
    if (state !== "ready") return state;
    if (value & FULL) this.faults.report("out full", "a buffer to receive into is given with FULL");
    if (data.length > (value & LENGTH))
      this.faults.report(
        "usb overflow",
        `${data.length} bytes come for a buffer of ${value & LENGTH}`,
      );
    if (toggle !== (value & PID ? 1 : 0)) {
      this.faults.report(
        "toggle out",
        `endpoint ${endpoint} takes DATA${1 - toggle}, DATA${toggle} comes`,
      );
      return "ack"; // and the packet is dropped, as one that came twice
    }
    this.rp2040.usbDPRAM.set(data, start);
    this.handBack(endpoint, true, (value & ~(AVAILABLE | LENGTH)) | FULL | data.length);
    return "ack";
  }
}
