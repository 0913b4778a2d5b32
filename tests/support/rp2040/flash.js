// The flash behind the SSI: nothing can be read before boot2 has set it up. RP2040 Datasheet,
// 2.6.3 Flash and 4.10 SSI; the flash is a W25Q16JV.
import { watch } from "./faults.js";

const CTRLR0 = 0x00;
const SSIENR = 0x08;
const BAUDR = 0x14;
const DR0 = 0x60;
const SPI_CTRLR0 = 0xf4;
const WHILE_OFF_ONLY = [CTRLR0, 0x04, BAUDR, SPI_CTRLR0];
const PLAIN_READ_HZ = 50e6; // the fastest that command 03h may be clocked
const FASTEST_HZ = 133e6;

export class Flash {
  constructor(rp2040, faults, content) {
    this.rp2040 = rp2040;
    this.faults = faults;
    this.real = { flash: rp2040.flash, flashView: rp2040.flashView };
    rp2040.flash.set(content);
    rp2040.flashView.setUint32 = () => faults.report("write to flash", "flash is written like RAM");
    this.registers = {};
    this.sent = []; // bytes that were sent by hand since the SSI was last switched on
    this.watchSsi(rp2040.peripherals[0x18000]);
    this.close();
  }

  // Puts a trap in place of the flash.
  close() {
    const trap = () => {
      this.faults.stop("flash", "flash is read before the SSI is set up for it");
      return 0xffffffff;
    };
    this.rp2040.flashView = { getUint32: trap, getUint16: () => trap() & 0xffff, setUint32: trap };
    this.rp2040.flash = new Proxy(this.real.flash, {
      get: (bytes, key) => (/^\d+$/.test(String(key)) ? trap() & 0xff : bytes[key]),
    });
  }

  open() {
    Object.assign(this.rp2040, this.real);
  }

  watchSsi(ssi) {
    watch(ssi, {
      before: (offset, value) => {
        if (WHILE_OFF_ONLY.includes(offset) && this.registers[SSIENR] & 1)
          this.faults.report("ssi on", "the SSI is set up while it is on, and takes no notice");
        if (offset === DR0) this.sent.push(value & 0xff);
        this.registers[offset] = value;
        if (offset !== SSIENR) return;
        if (value & 1 && this.reads()) this.open();
        else this.close();
        if (value & 1) this.sent = [];
      },
    });
  }

  get hz() {
    return this.rp2040.clocks.sysFreq / this.registers[BAUDR];
  }

  // Whether the SSI, as it is set up, reads the flash: by command 03h on one wire, or in the
  // continuous mode of EBh on four, for which the mode byte A0h must have been sent before.
  reads() {
    const control = this.registers[CTRLR0] ?? 0;
    const spi = this.registers[SPI_CTRLR0] ?? 0;
    const field = (word, low, bits) => (word >>> low) & ((1 << bits) - 1);
    const baud = this.registers[BAUDR] ?? 0;
    const ofRegister = {
      words: field(control, 16, 5) === 31,
      mode: field(control, 8, 2) === 3,
      baud: baud >= 2 && baud % 2 === 0,
      address: true,
    };
    if (!Object.values(ofRegister).every(Boolean)) return false;
    const shape = [field(spi, 8, 2), field(spi, 2, 4), field(spi, 11, 5), field(spi, 0, 2)];
    const [wires, command] = [field(control, 21, 2), spi >>> 24];
    const same = (expected) => shape.every((value, place) => value === expected[place]);
    // Command of 8 bits, address of 24, no waiting, all on one wire.
    if (wires === 0) return command === 0x03 && same([2, 6, 0, 0]);
    // No command, address and mode of 32 bits, 4 clocks of waiting, all on four wires.
    if (wires === 2) return command === 0xa0 && same([0, 8, 4, 2]) && this.sent.includes(0xeb);
    return false;
  }

  // To be called when clk_sys has changed.
  checkSpeed() {
    const plain = (this.registers[SPI_CTRLR0] ?? 0) >>> 24 === 0x03;
    const most = plain ? PLAIN_READ_HZ : FASTEST_HZ;
    if (this.hz > most)
      this.faults.report(
        "flash clock",
        `the flash is clocked at ${this.hz / 1e6} MHz and takes ${most / 1e6} at most`,
      );
  }
}
