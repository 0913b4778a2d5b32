// Blocks are held in reset until the program releases them; rp2040js has them all released.
// RP2040 Datasheet, 2.14 Subsystem Resets.

const RESET = 0x0;
const RESET_DONE = 0x8;

// Bit of each block, its address, and what clock it needs besides clk_sys to come out of reset.
const BLOCKS = {
  adc: [0, 0x4004c, "adc"],
  busctrl: [1, 0x40030],
  dma: [2, 0x50000],
  i2c0: [3, 0x40044],
  i2c1: [4, 0x40048],
  io_bank0: [5, 0x40014],
  io_qspi: [6, 0x40018],
  pads_bank0: [8, 0x4001c],
  pads_qspi: [9, 0x40020],
  pio0: [10, 0x50200],
  pio1: [11, 0x50300],
  pll_sys: [12, 0x40028],
  pll_usb: [13, 0x4002c],
  pwm: [14, 0x40050],
  rtc: [15, 0x4005c, "rtc"],
  spi0: [16, 0x4003c, "peri"],
  spi1: [17, 0x40040, "peri"],
  syscfg: [18, 0x40004],
  sysinfo: [19, 0x40000],
  tbman: [20, 0x4006c],
  timer: [21, 0x40054],
  uart0: [22, 0x40034, "peri"],
  uart1: [23, 0x40038, "peri"],
  usbctrl: [24, 0x50110, "usb"],
};
const CLOCKED = Object.entries(BLOCKS)
  .filter(([, [, , needs]]) => needs)
  .map(([name, [bit, , needs]]) => [name, bit, needs]);
const ALL = 0x01ffffff;
const RELEASED_BY_ROM = (1 << 6) | (1 << 9); // what the flash is behind
const NANOS = 200; // that a block takes to come out of reset
const LONG_NANOS = 20e6; // that a program may have to wait until one gets its clock

export class Resets {
  constructor(rp2040, faults, clockRuns) {
    this.clock = rp2040.clock;
    this.faults = faults;
    this.clockRuns = clockRuns;
    this.held = ALL & ~RELEASED_BY_ROM;
    this.releasedAt = new Array(25).fill(-NANOS); // nanoseconds, by bit
    this.onReset = {}; // by block: what to do when it is put into reset
    rp2040.peripherals[0x4000c].readUint32 = (offset) =>
      offset === RESET ? this.held : offset === RESET_DONE ? this.done() : 0;
    rp2040.peripherals[0x4000c].writeUint32 = (offset, value) => {
      if (offset === RESET) this.hold(value & ALL);
    };
    for (const [name, [, address]] of Object.entries(BLOCKS)) {
      const block = rp2040.peripherals[address];
      const readUint32 = block.readUint32.bind(block);
      const writeUint32Atomic = block.writeUint32Atomic.bind(block);
      const check = () => {
        if (!this.isAwake(name))
          faults.report(`${name} in reset`, `${name} is touched while it is in reset`);
      };
      // Let through all the same, so that what else is wrong shows too.
      block.readUint32 = (offset) => (check(), readUint32(offset));
      block.writeUint32Atomic = (offset, value, kind) => (
        check(),
        writeUint32Atomic(offset, value, kind)
      );
    }
  }

  hold(blocks) {
    for (const [name, [bit]] of Object.entries(BLOCKS)) {
      if (this.held & ~blocks & (1 << bit)) this.releasedAt[bit] = this.clock.nanos;
      if (~this.held & blocks & (1 << bit)) this.onReset[name]?.();
    }
    this.held = blocks;
  }

  isAwake(name) {
    const [bit, , needs] = BLOCKS[name];
    const waited = this.clock.nanos >= this.releasedAt[bit] + NANOS;
    return !(this.held & (1 << bit)) && waited && (!needs || this.clockRuns(needs));
  }

  done() {
    for (const [name, bit, needs] of CLOCKED) {
      const waited =
        !(this.held & (1 << bit)) && this.clock.nanos > this.releasedAt[bit] + LONG_NANOS;
      if (waited && !this.clockRuns(needs))
        this.faults.stop(`${name} without clock`, `${name} can't leave reset without clk_${needs}`);
    }
    return Object.entries(BLOCKS).reduce(
      (bits, [name, [bit]]) => (this.isAwake(name) ? bits | (1 << bit) : bits),
      0x80, // JTAG, which nothing here waits for
    );
  }
}
