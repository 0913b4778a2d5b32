// The keyword spotter in this page: front end, model and decision in the C of the boards.
//
//     const spotter = await Spotter.open();
//     for (const hop of spotter.push(samples))        // Int16Array, 16 kHz, as many as there are
//       if (hop.detected !== null) ...                // a class
//
// KEYWORDS (keywords_data.js) has its settings, and where in the bytes of a kw_hop things are.
"use strict";

class Spotter {
  static async open() {
    return new Spotter(await Engine.load(bytesOfBase64(MODELS[KEYWORDS.model])));
  }

  constructor(engine) {
    this.engine = engine;
    const packed = bytesOfBase64(KEYWORDS.settings);
    this.state = engine.take(engine.c.kw_listener_bytes());
    this.settings = engine.take(packed.length);
    engine.at(this.settings, packed.length).set(packed);
    this.most = 16 * KEYWORDS.hopSamples; // samples at a time
    this.samples = engine.take(2 * this.most);
    this.hops = engine.take((this.most / KEYWORDS.hopSamples + 1) * KEYWORDS.hopBytes);
    this.reset();
  }

  reset() {
    this.engine.reset();
    const status = this.engine.c.kw_listen(this.state, this.engine.interpreter, this.settings);
    if (status !== 0) throw new Refusal("This model can't be listened to with these settings.");
  }

  // What became of the hops that these samples complete: { number, seconds, features, scores,
  // smoothed, detected, bytes }, the last as a board sends them; null where the model didn't run.
  push(samples) {
    const made = [];
    for (let start = 0; start < samples.length; start += this.most) {
      const part = samples.subarray(start, start + this.most);
      new Int16Array(this.engine.c.memory.buffer, this.samples, part.length).set(part);
      const many = this.engine.c.kw_push_all(this.state, this.samples, part.length, this.hops);
      for (let i = 0; i < many; i++) made.push(this.#hop(this.hops + i * KEYWORDS.hopBytes));
    }
    return made;
  }

  #hop(address) {
    const bytes = this.engine.at(address, KEYWORDS.hopBytes).slice();
    const { hop: at, hopSamples, windowSamples, names } = KEYWORDS;
    const number = new DataView(bytes.buffer).getUint32(at.number, true);
    const ran = bytes[at.classes] > 0;
    const detected = new Int8Array(bytes.buffer)[at.detected];
    return {
      number,
      bytes,
      seconds: (windowSamples + hopSamples * number) / 16000,
      features: new Int8Array(bytes.buffer, at.features, at.scores - at.features),
      scores: ran ? new Int8Array(bytes.buffer, at.scores, names.length) : null,
      smoothed: ran ? bytes.subarray(at.smoothed, at.smoothed + names.length) : null,
      detected: detected < 0 ? null : detected,
    };
  }
}
