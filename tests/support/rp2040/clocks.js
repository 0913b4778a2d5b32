// Oscillator, PLLs, clocks and the watchdog's tick take time and have limits; in rp2040js they
// settle at once. RP2040 Datasheet, 2.15 Clocks, 2.16 XOSC, 2.18 PLL, 4.7.2 Tick Generation.
import { watch } from "./faults.js";

const XOSC_HZ = 12e6;
const PLL_LOCK_NANOS = 50_000;
const SHORTEST_START_NANOS = 1e6; // that the Pico's crystal takes to swing steadily
const LARGEST_SYS_HZ = 133e6;
const [PD, POSTDIVPD, VCOPD] = [1 << 0, 1 << 3, 1 << 5];
const ENABLE = 1 << 11;

export class Clocks {
  constructor(rp2040, faults) {
    this.rp2040 = rp2040;
    this.faults = faults;
    this.stableAt = Infinity;
    this.startNanos = (0xc4 * 256e9) / XOSC_HZ;
    this.lockedAt = { pll_sys: Infinity, pll_usb: Infinity };
    this.tick = 0;
    this.plls = { pll_sys: rp2040.pllSys, pll_usb: rp2040.pllUsb };
    this.watchOscillator(rp2040.peripherals[0x40024]);
    for (const [name, pll] of Object.entries(this.plls)) this.watchPll(name, pll);
    this.watchClocks(rp2040.clocks);
    this.watchTick(rp2040.peripherals[0x40058]);
    this.watchTimer(rp2040.peripherals[0x40054]);
  }

  get now() {
    return this.rp2040.clock.nanos;
  }

  // Whether clk_"name" runs, of those that rp2040js starts with; what they run from is checked as
  // they are switched.
  runs(name) {
    const { clocks } = this.rp2040;
    return Boolean(clocks[`${name}Ctrl`] & ENABLE);
  }

  get usbHz() {
    const { clocks, pllUsb } = this.rp2040;
    const from = (clocks.usbCtrl >>> 5) & 7;
    return this.runs("usb") && from === 0 ? pllUsb.frequency / (clocks.usbDiv / 256) : 0;
  }

  needOscillator(who) {
    if (this.now < this.stableAt)
      this.faults.report("crystal", `${who} runs from the crystal, which isn't stable yet`);
  }

  needPll(name, who) {
    const { pwr } = this.plls[name];
    if (this.now < this.lockedAt[name] || pwr & (PD | VCOPD))
      this.faults.report("pll lock", `${who} runs from ${name}, which isn't locked yet`);
    else if (pwr & POSTDIVPD)
      this.faults.report("pll divider", `${who} runs from ${name}, whose divider has no power`);
  }

  watchOscillator(xosc) {
    watch(xosc, {
      read: (offset, value) => {
        if (offset !== 0x04) return value();
        return this.now >= this.stableAt ? value() : value() & 0x7fffffff;
      },
      before: (offset, value) => {
        if (offset === 0x0c) this.startNanos = ((value & 0x3fff) * 256e9) / XOSC_HZ;
        if (offset !== 0x00) return;
        const on = value >>> 12 === 0xfab;
        if ((value & 0xfff) !== 0xaa0)
          this.faults.report("crystal range", "the crystal's range isn't 1 to 15 MHz");
        if (on && this.startNanos < SHORTEST_START_NANOS)
          this.faults.report("crystal start", "the crystal gets less than 1 ms to start");
        if (!on) this.stableAt = Infinity;
        else if (this.stableAt === Infinity) this.stableAt = this.now + this.startNanos;
      },
    });
  }

  watchPll(name, pll) {
    watch(pll, {
      read: (offset, value) =>
        offset === 0x00 && this.now < this.lockedAt[name] ? value() & 0x7fffffff : value(),
      before: (offset, value) => {
        if (this.feedsSystem(name) && (offset !== 0x04 || value & (PD | VCOPD | POSTDIVPD)))
          this.faults.report("pll in use", `${name} is changed while clk_sys runs from it`);
      },
      after: () => {
        if (pll.pwr & (PD | VCOPD)) this.lockedAt[name] = Infinity;
        else if (this.lockedAt[name] === Infinity) {
          this.needOscillator(name);
          this.checkPll(name, pll);
          this.lockedAt[name] = this.now + PLL_LOCK_NANOS;
        }
      },
    });
  }

  checkPll(name, pll) {
    const reference = XOSC_HZ / pll.refdiv;
    const vco = reference * pll.fbdiv;
    const good =
      reference >= 5e6 && pll.fbdiv >= 16 && pll.fbdiv <= 320 && vco >= 750e6 && vco <= 1600e6;
    if (!good)
      this.faults.report(
        "pll range",
        `${name}'s oscillator is set to ${vco / 1e6} MHz: 750 to 1,600`,
      );
  }

  feedsSystem(name) {
    const { sysCtrl } = this.rp2040.clocks;
    return (sysCtrl & 1) === 1 && ((sysCtrl >>> 5) & 7) === (name === "pll_sys" ? 0 : 1);
  }

  watchClocks(clocks) {
    const aux = (ctrl) => (ctrl >>> 5) & 7;
    watch(clocks, {
      before: (offset, value) => {
        if (
          offset === 0x3c &&
          clocks.sysCtrl & 1 &&
          value & 1 &&
          aux(clocks.sysCtrl) !== aux(value)
        )
          this.faults.report(
            "glitch",
            "clk_sys changes its auxiliary source while it runs from it",
          );
      },
      after: (offset) => this.checkClock(offset, clocks, aux),
    });
  }

  checkClock(offset, clocks, aux) {
    if (offset === 0x30 && (clocks.refCtrl & 3) === 2) this.needOscillator("clk_ref");
    if (offset === 0x3c && clocks.sysCtrl & 1) this.needSource("clk_sys", aux(clocks.sysCtrl), 0);
    if ((offset === 0x3c || offset === 0x40) && clocks.sysFreq > LARGEST_SYS_HZ)
      this.faults.report("clk_sys", `clk_sys is ${clocks.sysFreq / 1e6} MHz: at most 133`);
    // clk_peri's list has clk_sys first, so all else stands one further down; clk_usb's has
    // pll_usb first.
    const sources = { 0x48: ["peri", -1], 0x54: ["usb", 1] };
    if (offset in sources) {
      const [name, shift] = sources[offset];
      const ctrl = clocks[`${name}Ctrl`];
      if (ctrl & ENABLE) this.needSource(`clk_${name}`, aux(ctrl), shift);
    }
  }

  // In clk_sys's list: 0 pll_sys, 1 pll_usb, 2 the ring oscillator, 3 the crystal.
  needSource(who, number, shift) {
    if (who === "clk_usb" && number === 1) return this.needPll("pll_sys", who);
    const source = number + shift;
    if (source === 0) this.needPll("pll_sys", who);
    if (source === 1) this.needPll("pll_usb", who);
    if (source === 3) this.needOscillator(who);
  }

  watchTick(watchdog) {
    watchdog.tickEnable = false;
    watch(watchdog, {
      before: (offset, value) => {
        if (offset === 0x2c) this.tick = value & (1 << 9) ? value & 0x1ff : 0;
      },
    });
  }

  watchTimer(timer) {
    watch(timer, {
      read: (offset, value) => {
        const hz = this.tick ? this.rp2040.clocks.refFreq / this.tick : 0;
        if (!hz)
          this.faults.report("no tick", "the timer is read while the watchdog gives it no tick");
        else if (Math.abs(hz / 1e6 - 1) > 0.01)
          this.faults.report(
            "tick",
            `the timer counts at ${(hz / 1e6).toFixed(3)} MHz instead of 1`,
          );
        return value();
      },
    });
  }
}
