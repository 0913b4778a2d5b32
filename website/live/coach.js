// The coach of exercises in this page: the wrist's frame, model, counter and decision in the C of
// the boards.
//
//     const coach = await Coach.open();
//     coach.reset(EXERCISES.session.settings);        // the bytes of an ex_settings, base64
//     for (const hop of coach.push(samples)) ...      // Int16Array, six numbers a sample
"use strict";

class Coach {
  static async open() {
    return new Coach(await Engine.load(bytesOfBase64(MODELS[EXERCISES.model])));
  }

  constructor(engine) {
    this.engine = engine;
    this.state = engine.take(engine.c.ex_coach_bytes());
    this.settings = engine.take(bytesOfBase64(EXERCISES.session.settings).length);
    this.most = 16 * EXERCISES.hopSamples; // samples at a time
    this.samples = engine.take(2 * EXERCISES.axes * this.most);
    this.hops = engine.take((this.most / EXERCISES.hopSamples + 1) * EXERCISES.hopBytes);
  }

  // Starts afresh.
  reset(settings) {
    const { c, interpreter } = this.engine,
      packed = bytesOfBase64(settings);
    this.engine.at(this.settings, packed.length).set(packed);
    if (c.ex_coach_start(this.state, interpreter, this.settings) !== 0)
      throw new Refusal("The coach doesn't take these settings.");
  }

  // What became of the hops that these samples complete.
  push(samples) {
    const made = [],
      { axes, hopBytes } = EXERCISES,
      { c } = this.engine;
    for (let start = 0; start < samples.length; start += axes * this.most) {
      const part = samples.subarray(start, start + axes * this.most);
      new Int16Array(c.memory.buffer, this.samples, part.length).set(part);
      const many = c.ex_push_all(this.state, this.samples, part.length / axes, this.hops);
      for (let i = 0; i < many; i++) made.push(this.#hop(this.hops + i * hopBytes));
    }
    return made;
  }

  // { number, smoothed, exercise, repetitions, period, bytes }, the last as a board sends them;
  // null where nothing is named, or no period known; seconds.
  #hop(address) {
    const { hop: at, classes, none, rate, hopBytes } = EXERCISES;
    const bytes = this.engine.at(address, hopBytes).slice(),
      view = new DataView(bytes.buffer),
      named = bytes[at.exercise];
    return {
      bytes,
      number: view.getUint32(at.number, true),
      smoothed: bytes.subarray(at.smoothed, at.smoothed + classes.length),
      exercise: named === none ? null : classes[named],
      repetitions: view.getUint16(at.repetitions, true),
      period: view.getUint16(at.period, true) / rate || null,
    };
  }
}
