// The watcher of machines in this page: front end, both models and decision in the C of the boards.
//
//     const watcher = await Watcher.open();
//     watcher.reset(MACHINES.machines[0].settings);
//     for (const look of watcher.push(samples, shaftHz)) ...   // Int16Array, as many as there are
"use strict";

class Watcher {
  static async open() {
    return new Watcher(await Engine.load(bytesOfBase64(MODELS[MACHINES.model])));
  }

  constructor(engine) {
    this.engine = engine;
    this.state = engine.take(engine.c.mc_watcher_bytes());
    this.settings = engine.take(MACHINES.settingsBytes);
    this.most = MACHINES.lookSamples; // samples at a time
    this.samples = engine.take(2 * this.most);
    this.looks = engine.take(2 * MACHINES.lookBytes);
  }

  // Starts afresh, with the bytes of an mc_settings, base64.
  reset(settings) {
    const { c, interpreter } = this.engine;
    this.engine.at(this.settings, MACHINES.settingsBytes).set(bytesOfBase64(settings));
    if (c.mc_start(this.state, interpreter, this.settings) !== 0)
      throw new Refusal("The watcher doesn't take this machine's settings.");
  }

  // What became of the looks that these samples complete, with the shaft at so many turns a second.
  push(samples, shaftHz) {
    const { c } = this.engine,
      made = [];
    c.mc_set_speed(this.state, Math.round(1000 * shaftHz));
    for (let start = 0; start < samples.length; start += this.most) {
      const part = samples.subarray(start, start + this.most);
      new Int16Array(c.memory.buffer, this.samples, part.length).set(part);
      const many = c.mc_push_all(this.state, this.samples, part.length, this.looks);
      for (let i = 0; i < many; i++) made.push(this.#look(this.looks + i * MACHINES.lookBytes));
    }
    return made;
  }

  // { number, score, threshold, watching, alarms, suspect, smoothed, bytes }; null where the
  // anomaly model has no score or no threshold yet, and where nobody is suspected.
  #look(address) {
    const bytes = this.engine.at(address, MACHINES.lookBytes).slice(),
      view = new DataView(bytes.buffer),
      at = MACHINES.look;
    const score = (place) => {
      const value = view.getInt16(place, true);
      return value === -32768 ? null : value;
    };
    return {
      bytes,
      number: view.getUint32(at.number, true),
      score: score(at.score),
      threshold: score(at.threshold),
      watching: bytes[at.state] === 1,
      alarms: ["anomaly", "fault", "sensor"].filter((_, bit) => (bytes[at.alarms] >> bit) & 1),
      suspect: MACHINES.suspects[bytes[at.suspect]],
      smoothed: bytes.slice(at.smoothed, at.smoothed + MACHINES.classes.length),
    };
  }
}
