// A strict RP2040 with a program in its flash, counting.
import { RP2040 } from "rp2040js";

import { Clocks } from "./clocks.js";
import { Faults } from "./faults.js";
import { Flash } from "./flash.js";
import { Resets } from "./resets.js";
import { Rom } from "./rom.js";
import { UartLine } from "./uart.js";
import { UsbHost } from "./usb_host.js";
import { UsbPort } from "./usb_port.js";

export const FLASH_BYTES = 2 << 20;
const FLASH = 0x10000000;
const PAD = 0x56; // a pad's register after reset: input on, pulled down, 4 mA (2.19.6.3)
// What programs may touch and rp2040js has nothing of: it says so, and that is no fault.
const NOT_MODELLED = /^(ROSC_BASE|IO_QSPI_BASE|VREG_AND_CHIP_RESET_BASE|SSI|UART0)$/;

export class Chip {
  // flash: what is in it. line: "uart" or "usb", the cable. direct: start the program by vectors
  // at 0x10000000, as if boot2 had been. marks: addresses by name, whose visits are noted. baud: of
  // the computer's end. hurry: see UsbHost.
  constructor({ flash, line, direct = false, marks = {}, baud, hurry }) {
    const rp2040 = (this.rp2040 = new RP2040());
    this.clock = rp2040.clock;
    this.faults = new Faults(() => `0x${(rp2040.core.PC >>> 0).toString(16)}`);
    rp2040.logger = this.logger();
    for (const pin of rp2040.gpio) pin.padValue = PAD;
    this.clocks = new Clocks(rp2040, this.faults);
    const port = new UsbPort(rp2040, this.faults, this.clocks);
    this.line =
      line === "usb"
        ? new UsbHost(rp2040, this.faults, port, hurry)
        : new UartLine(rp2040, this.faults, { baud });
    this.resets = new Resets(rp2040, this.faults, (name) => this.clocks.runs(name));
    this.flash = new Flash(rp2040, this.faults, flash);
    this.rom = new Rom(rp2040, this.faults);
    this.followClock();
    this.instructions = 0;
    this.links = 0; // PUSH with LR and POP with PC, for which rp2040js leaves one register out
    this.visits = [];
    this.names = new Map(Object.entries(marks).map(([name, address]) => [address & ~1, name]));
    this.marked = new Uint8Array(FLASH_BYTES / 2); // by halfword of flash
    for (const address of this.names.keys()) this.marked[(address - FLASH) >>> 1] = 1;
    this.enterHandlersEvenly();
    this.start(flash, direct);
  }

  // rp2040js leaves the lowest bit of a handler's vector in the PC, where code that reads the PC
  // would see it.
  enterHandlersEvenly() {
    const { core } = this.rp2040;
    const enter = core.exceptionEntry.bind(core);
    core.exceptionEntry = (number) => {
      enter(number);
      core.PC &= ~1;
    };
  }

  // The processor runs at clk_sys, which rp2040js has at 125 MHz until somebody sets it.
  followClock() {
    const { rp2040 } = this;
    const update = rp2040.updateClocks.bind(rp2040);
    rp2040.updateClocks = () => {
      update();
      this.cycleNanos = 1e9 / rp2040.clocks.sysFreq;
      this.flash.checkSpeed();
    };
    this.cycleNanos = 1e9 / rp2040.clocks.sysFreq;
  }

  logger() {
    const warn = (name, message) => {
      if (!NOT_MODELLED.test(name))
        this.faults.report(`${name}: ${message}`, `${name}: ${message}`);
    };
    return { debug() {}, info() {}, warn, error: warn };
  }

  start(flash, direct) {
    const { core } = this.rp2040;
    if (direct) {
      this.flash.open();
      core.VTOR = FLASH;
      core.reset();
    } else {
      this.rom.start(flash);
    }
  }

  // Runs until `done()`, asked about every 64 instructions; or until the time is up, a multiple of
  // it at most. Returns whether it was done.
  run(nanos, done) {
    const { clock, faults } = this;
    const end = clock.nanos + nanos;
    while (!done()) {
      if (faults.stopped || clock.nanos >= end) return false;
      for (let left = 64; left > 0 && !faults.stopped; left--) this.step();
    }
    return true;
  }

  // One instruction. WFI ends at once if an interrupt is pending already (Armv6-M Architecture
  // Reference Manual, B1.5.19); rp2040js waits for the next.
  step() {
    const { clock } = this;
    const { core } = this.rp2040;
    if (core.waiting && core.pendingInterrupts & core.enabledInterrupts) core.waiting = false;
    if (core.waiting) return clock.tick(Math.max(clock.nanosToNextAlarm, 1000));
    const pc = core.registers[15];
    if (pc >>> 28 === 0) return this.rom.call(pc);
    if (pc >>> 28 === 1) {
      const place = (pc & 0x1fffff) >>> 1;
      if (this.marked[place]) this.visit(pc);
      if ((this.rp2040.flash16[place] & 0xf700) === 0xb500) this.links += 1;
    }
    this.instructions += 1;
    clock.tick(core.executeInstruction() * this.cycleNanos);
  }

  visit(pc) {
    const { cycles } = this.rp2040.core;
    this.visits.push([this.names.get(pc), this.instructions, cycles, this.links]);
  }

  report() {
    if (!this.rom.isWhole) this.faults.report("write to ROM", "the boot ROM is written to");
    return {
      faults: this.faults.list(),
      visits: this.visits,
      instructions: this.instructions,
      cycles: this.rp2040.core.cycles,
      milliseconds: this.clock.nanos / 1e6,
      clk_sys: this.rp2040.clocks.sysFreq,
      bootsel: this.rom.bootsel,
      stopped: this.faults.stopped,
      usb: this.line.device ?? null,
    };
  }
}
