// What the boot ROM does, of which rp2040js has none: it starts boot2, and has functions to call.
// RP2040 Datasheet, 2.8.1 Processor Controlled Boot Sequence and 2.8.3 Bootrom Contents.

const BOOT2 = 0x20041f00; // where boot2 runs, and the stack begins
const BOOT2_BYTES = 252;
const TABLE = 0x100;
const LOOK_UP = 0x80;
const FUNCTIONS = { UB: 0x90 }; // reset_to_usb_boot
const POLYNOMIAL = 0x04c11db7;

export function crc(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? POLYNOMIAL : 0);
  }
  return value >>> 0;
}

export class Rom {
  constructor(rp2040, faults) {
    this.rp2040 = rp2040;
    this.faults = faults;
    this.bootsel = null; // [activity pin's mask, disabled interfaces], once the program asked
    const view = new DataView(rp2040.bootrom.buffer);
    view.setUint32(0x10, 0x0301754d, true); // "Mu", 1, version 3
    view.setUint16(0x14, TABLE, true);
    view.setUint16(0x18, LOOK_UP | 1, true);
    Object.entries(FUNCTIONS).forEach(([code, address], place) => {
      view.setUint16(TABLE + 4 * place, code.charCodeAt(0) | (code.charCodeAt(1) << 8), true);
      view.setUint16(TABLE + 4 * place + 2, address | 1, true);
    });
    this.content = rp2040.bootrom.slice();
  }

  // Starts boot2 as the ROM does; if its checksum is wrong, the ROM waits on USB.
  start(flash) {
    const boot2 = flash.slice(0, 256);
    const stored = new DataView(boot2.buffer).getUint32(BOOT2_BYTES, true);
    if (crc(boot2.subarray(0, BOOT2_BYTES)) !== stored)
      this.faults.stop("boot2", "boot2's checksum is wrong: the boot ROM waits on USB");
    const { core, sram } = this.rp2040;
    sram.set(boot2, BOOT2 - 0x20000000);
    core.SP = BOOT2;
    core.LR = 0;
    core.PC = BOOT2;
  }

  // Does what the ROM has at `pc`, and returns.
  call(pc) {
    const { core } = this.rp2040;
    const [first, second] = core.registers;
    core.PC = core.LR & ~1;
    if (pc === LOOK_UP) {
      core.registers[0] = this.lookUp(first, second);
    } else if (pc === FUNCTIONS.UB) {
      this.bootsel = [first, second];
      this.faults.stopped = "the program asked for BOOTSEL";
    } else {
      this.faults.stop(
        "lost",
        `the program jumps to 0x${pc.toString(16)}: nothing of its own is there`,
      );
    }
  }

  lookUp(table, code) {
    const view = new DataView(this.rp2040.bootrom.buffer);
    for (let place = table; view.getUint16(place, true); place += 4)
      if (view.getUint16(place, true) === code) return view.getUint16(place + 2, true);
    return 0;
  }

  // Whether nobody wrote to it.
  get isWhole() {
    return this.content.every((word, place) => word === this.rp2040.bootrom[place]);
  }
}
