// The vibration of a simulated machine, as tinyml_helpers/datasets/machines/simulated has it, where
// every line's source stands: the same physics with other random numbers.
//
//     const simulator = new MachineSimulator(MACHINES.machines[0]);
//     const { samples, shaftHz } = simulator.look("inner", 3.5, 0.4, 17);   // Int16Array, Hz
"use strict";

const TURN = 2 * Math.PI;
const SHAFT_LINES = { imbalance: { 1: 1 }, misalignment: { 1: 0.4, 2: 1, 3: 0.3 } };
const BEARING_FAULTS = ["inner", "outer", "ball"];

function rootMeanSquare(x) {
  return Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length);
}

class MachineSimulator {
  constructor(machine) {
    this.machine = machine;
    this.count = MACHINES.lookSamples;
    this.rate = MACHINES.rate;
    this.fourier = new Fourier(this.count);
    const half = this.count / 2 + 1;
    this.re = new Float64Array(half);
    this.im = new Float64Array(half);
    this.colour = new Float64Array(half);
    for (let k = 0; k < half; k++) {
      const hz = (k * this.rate) / this.count;
      for (const [frequency, damping, gain] of machine.modes) {
        // Acceleration for a force: s² / (s² + 2ζω s + ω²).
        const [x, y] = [frequency ** 2 - hz ** 2, 2 * damping * frequency * hz];
        const size = (4 * damping * gain * hz ** 2) / (x * x + y * y);
        this.re[k] += size * x;
        this.im[k] -= size * y;
      }
      this.colour[k] = (Math.max(hz, 30) / 2000) ** machine.slope;
    }
  }

  // A look at the machine, with a fault of MACHINES.faults at a level in decibels, or null, and a
  // load of 0 to 1; `seed` says which moment of its life.
  look(fault, decibels, load, seed) {
    const { machine, count } = this,
      random = new Random(machine.number, 1, seed);
    const fast = machine.shaft_hz * (1 - 0.02 * load) * (1 + random.uniform(-0.005, 0.005));
    const turns = this.#turns(fast, random);
    const x = this.#noise(random),
      swelling = this.#swelling(turns, load, random),
      heard = this.#heard(turns, random);
    for (let i = 0; i < count; i++) x[i] = x[i] * swelling[i] + heard[i];
    const some = random.poisson((machine.knocks_hz * count) / this.rate);
    if (some > 0) {
      const force = new Float64Array(count);
      for (let i = 0; i < some; i++)
        force[Math.floor(random.uniform(0, count))] = 20 * random.exponential();
      this.#add(x, this.#through(force), 1);
    }
    const level = 10 ** (decibels / 20);
    if (BEARING_FAULTS.includes(fault)) {
      const ringing = this.#through(this.#knocks(fault, turns, random));
      this.#add(x, ringing, level / (rootMeanSquare(ringing) || 1));
    } else if (fault !== null) {
      const lines = Object.entries(SHAFT_LINES[fault]);
      const size = Math.sqrt(lines.reduce((sum, [, one]) => sum + one * one, 0) / 2);
      for (const [order, amplitude] of lines)
        this.#line(x, (level * amplitude) / size, turns, order, random.uniform());
    }
    const samples = Int16Array.from(x, (value) => {
      const g = machine.g * value + random.normal(0, MACHINES.sensorNoise);
      return Math.max(-32768, Math.min(32767, Math.round(g * MACHINES.countsPerG)));
    });
    const seconds = (count - 1) / this.rate;
    return { samples, shaftHz: (turns[count - 1] - turns[0]) / seconds };
  }

  #add(x, more, factor) {
    for (let i = 0; i < x.length; i++) x[i] += factor * more[i];
  }

  // A wave of some times a turn; `phases` are turns, or seconds with an order in Hz.
  #line(x, amplitude, phases, order, phase) {
    for (let i = 0; i < x.length; i++)
      x[i] += amplitude * Math.sin(TURN * (order * phases[i] + phase));
  }

  // Turns of the shaft at each moment: its speed wanders by up to 0.2% in 1.4 seconds.
  #turns(fast, random) {
    const depth = random.uniform(0, 0.002),
      phase = random.uniform(0, TURN),
      start = random.uniform(),
      wander = TURN * 0.7;
    return Float64Array.from({ length: this.count }, (_, i) => {
      const time = i / this.rate;
      return fast * (time + (depth * Math.sin(wander * time + phase)) / wander) + start;
    });
  }

  // What a force becomes on its way through the resonances.
  #through(force) {
    const { re, im } = this.fourier.forward(force);
    for (let k = 0; k < re.length; k++)
      [re[k], im[k]] = [
        re[k] * this.re[k] - im[k] * this.im[k],
        re[k] * this.im[k] + im[k] * this.re[k],
      ];
    return this.fourier.inverse(re, im);
  }

  // Coloured noise of mean square 1, part of it through the resonances.
  #noise(random) {
    const half = this.count / 2 + 1,
      [re, im] = [new Float64Array(half), new Float64Array(half)];
    for (let k = 1; k < half - 1; k++) {
      const [a, b] = [random.normal(), random.normal()];
      const x = this.colour[k] + this.machine.through_modes * this.re[k],
        y = this.machine.through_modes * this.im[k];
      re[k] = a * x - b * y;
      im[k] = a * y + b * x;
    }
    const noise = this.fourier.inverse(re, im),
      size = rootMeanSquare(noise);
    return noise.map((value) => value / size);
  }

  // How loud the noise is at each moment, about 1.
  #swelling(turns, load, random) {
    const { machine } = this,
      level = new Float64Array(this.count),
      times = this.#times();
    for (const [order, depth] of machine.order_waves)
      this.#line(level, depth * random.uniform(0.5, 1.5), turns, order, random.uniform());
    for (const [frequency, depth] of machine.mains_waves)
      this.#line(level, depth * (0.5 + load), times, frequency, random.uniform());
    this.#add(level, this.#slowNoise(machine.swell_hz, random), machine.swell);
    const loud = 10 ** (0.1 * (load - 0.5));
    return level.map((value) => loud * Math.exp(Math.max(-3, Math.min(1.5, value))));
  }

  #times() {
    return Float64Array.from({ length: this.count }, (_, i) => i / this.rate);
  }

  // Noise of mean square 1 below a frequency: every 64th sample, and lines between them.
  #slowNoise(cutoffHz, random) {
    const step = 64,
      decay = Math.exp((-TURN * cutoffHz * step) / this.rate),
      knots = [];
    let value = 0;
    for (let i = -50; i < this.count / step + 10; i++) {
      value = decay * value + random.normal();
      if (i >= 0) knots.push(value);
    }
    const slow = Float64Array.from({ length: this.count }, (_, i) => {
      const [whole, part] = [Math.floor(i / step), (i % step) / step];
      return knots[whole] * (1 - part) + knots[whole + 1] * part;
    });
    const mean = slow.reduce((sum, one) => sum + one, 0) / slow.length;
    const size = rootMeanSquare(slow.map((one) => one - mean));
    return slow.map((one) => one / size);
  }

  // Lines of the shaft, tones, and a gear.
  #heard(turns, random) {
    const { machine } = this,
      heard = new Float64Array(this.count),
      times = this.#times();
    for (const [order, amplitude] of machine.lines)
      this.#line(heard, amplitude, turns, order, random.uniform());
    for (const [frequency, amplitude] of machine.tones)
      this.#line(heard, amplitude * random.uniform(0.3, 1.7), times, frequency, random.uniform());
    const [teeth, amplitude, depth] = machine.gear;
    if (teeth > 0 && teeth * machine.shaft_hz < this.rate / 2)
      for (let i = 0; i < this.count; i++)
        heard[i] +=
          amplitude *
          (1 + depth * Math.cos(TURN * turns[i])) *
          Math.sin(TURN * teeth * turns[i]);
    return heard;
  }

  // The knocks of a bearing's fault: the force at each sample.
  #knocks(fault, turns, random) {
    const { machine, count } = this;
    const own = new Random(machine.number, 2, BEARING_FAULTS.indexOf(fault));
    const { inner, outer, ball, cage } = machine.orders,
      slow = cage * (1 - machine.cage_slip),
      balls = inner + outer;
    const order = { outer: balls * slow, inner: balls * (1 - slow) }[fault] ??
      ball * (1 - machine.cage_slip);
    const knocks = Math.floor((turns[count - 1] - turns[0]) * order) + 2,
      stray = machine.slip * 10 ** own.uniform(-0.3, 0.3),
      spread = own.uniform(0.05, 0.6);
    let place = turns[0] - random.uniform() / order;
    let made = Array.from({ length: knocks }, () => {
      place += (1 + random.normal(0, stray)) / order;
      return { place, size: Math.exp(random.normal(0, spread)) };
    });
    made = this.#uneven(fault, made, slow, order, own, random);
    const force = new Float64Array(count);
    for (let i = 0, at = 0; i < knocks; i++) {
      const { place, size } = made[i];
      while (at < count - 2 && turns[at + 1] <= place) at++;
      const part = (place - turns[at]) / (turns[at + 1] - turns[at]);
      if (part < 0 || part >= 1) continue; // before the look, or behind it
      force[at] += size * (1 - part);
      force[at + 1] += size * part;
    }
    return own.uniform() < 0.35 ? this.#rough(force, count / knocks, own, random) : force;
  }

  // How the sizes of knocks differ: an inner race's fault turns with the shaft, in and out of the
  // load; an outer race's stays in it, unless imbalance moves that; a ball's turns with the cage,
  // hits both races, and may spin out of their way.
  #uneven(fault, knocks, cage, order, own, random) {
    const wave = (times) => {
      const phase = own.uniform() + random.uniform();
      return ({ place }) => Math.cos(TURN * (times * place + phase));
    };
    const loaded = (load) =>
      knocks.map((knock) => ({ ...knock, size: knock.size * Math.max(0, load(knock)) }));
    if (fault === "outer") {
      if (own.uniform() >= 0.6) return knocks;
      const [depth, twice] = [own.uniform(), own.uniform(0, 0.6)],
        [one, two] = [wave(1), wave(2)];
      return loaded((knock) => 1 + depth * (one(knock) + twice * two(knock)));
    }
    const depth = own.uniform(0.2, 1),
      around = wave(fault === "ball" ? cage : 1);
    knocks = loaded((knock) => 1 - depth + depth * around(knock));
    if (fault === "inner") return knocks;
    const softer = 1 - own.uniform();
    knocks.forEach((knock, i) => (knock.size *= i % 2 ? 1 : softer));
    if (own.uniform() < 0.5) {
      const knots = Array.from({ length: 12 }, () => random.uniform(-0.5, 1)),
        [first, last] = [knocks[0].place, knocks.at(-1).place];
      knocks = loaded(({ place }) => {
        const at = (11 * (place - first)) / (last - first),
          whole = Math.min(10, Math.floor(at));
        return knots[whole] + (at - whole) * (knots[whole + 1] - knots[whole]);
      });
    }
    if (own.uniform() < 0.4) {
      const stray = own.uniform(0.03, 0.4) / order;
      const moved = knocks.map(({ place }) => place + random.normal(0, stray));
      moved.sort((a, b) => a - b);
      knocks = knocks.map((knock, i) => ({ ...knock, place: moved[i] }));
    }
    return knocks;
  }

  // A spalled patch instead of a place: each knock lasts, and is noise.
  #rough(force, between, own, random) {
    const length = Math.max(3, Math.floor(own.uniform(0.05, 0.4) * between)),
      spread = new Float64Array(this.count);
    const window = Float64Array.from(
      { length },
      (_, i) => 0.5 - 0.5 * Math.cos((TURN * (i + 1)) / (length + 1)),
    );
    force.forEach((knock, at) => {
      if (knock > 0)
        for (let i = 0; i < length && at + i < this.count; i++) spread[at + i] += knock * window[i];
    });
    return spread.map((value) => value * random.normal());
  }
}
