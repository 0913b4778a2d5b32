// A field's node and its gateway in this page: both ends of the radio in the C of the boards.
//
//     const node = await FieldNode.open();
//     node.reset({ start, line, dose, quantile, ... });   // of an so_settings, as it counts
//     const hour = node.hour([1834, 215, 0, 3600]);       // an int16 each; see node.h
"use strict";

class FieldNode {
  static async open() {
    return new FieldNode(await Engine.load(bytesOfBase64(MODELS[FIELDS.model])));
  }

  constructor(engine) {
    const { c } = engine;
    this.engine = engine;
    this.node = engine.take(c.so_node_bytes());
    this.gateway = engine.take(c.so_gateway_bytes());
    this.settings = engine.take(FIELDS.settingsBytes);
    this.sample = engine.take(8);
    this.made = engine.take(FIELDS.hourBytes);
    this.answer = engine.take(16);
    this.ahead = engine.take(6);
    this.estimates = engine.take(2 * FIELDS.mostHours);
    this.status = engine.take(FIELDS.mostHours);
  }

  // Starts both ends afresh. Given are an so_settings' numbers by their names, as the C counts.
  reset(settings) {
    const { c, interpreter, view } = this.engine;
    this.engine.at(this.settings, FIELDS.settingsBytes).fill(0);
    for (const [name, [place, bytes]] of Object.entries(FIELDS.settings)) {
      if (bytes === 4) view.setUint32(this.settings + place, settings[name], true);
      else if (bytes === 2) view.setUint16(this.settings + place, settings[name], true);
      else view.setUint8(this.settings + place, settings[name]);
    }
    const send = this.settings + FIELDS.settings.delta[0];
    if (
      c.so_start(this.node, interpreter, this.settings) !== 0 ||
      c.so_gateway_start(this.gateway, interpreter, send) !== 0
    )
      throw new Refusal("The node doesn't take these settings.");
    this.start = settings.start;
    this.hours = 0;
  }

  // Takes an hour's sample; if the node sends, the gateway hears it, and the node its answer.
  // { level, guess, changes, water, alarms, frameBytes, believed, answer, bytes }: hundredths of a
  // percent, null for none; changes [12], tenths of mm, bits; what the gateway believes now; bytes.
  hour(sample) {
    const { c, interpreter } = this.engine;
    new Int16Array(c.memory.buffer, this.sample, 4).set(sample);
    c.so_push_all(this.node, this.sample, 1, this.made);
    const bytes = this.engine.at(this.made, FIELDS.hourBytes).slice(),
      view = new DataView(bytes.buffer),
      at = FIELDS.hour;
    const frameBytes = bytes[at.frame_bytes];
    new Uint16Array(c.memory.buffer, this.ahead, 3).fill(0xffff); // nobody knows the rain to come
    const level = this.estimates + 2 * this.hours;
    const many = c.so_gateway_hour(
      this.gateway,
      interpreter,
      this.start + this.hours,
      frameBytes ? this.made + at.frame : 0,
      frameBytes,
      this.ahead,
      level,
      this.status + this.hours,
      this.answer,
    );
    if (many > 0) c.so_heard(this.node, this.answer, many);
    this.hours++;
    const known = (value) => (value === -32768 ? null : value);
    return {
      bytes,
      frameBytes,
      level: known(view.getInt16(at.level, true)),
      guess: known(view.getInt16(at.guess, true)),
      changes: Array.from({ length: 12 }, (_, i) => view.getInt16(at.changes + 2 * i, true)),
      water: view.getUint16(at.water, true),
      alarms: FIELDS.alarms.filter((_, bit) => (bytes[at.alarms] >> bit) & 1),
      believed: known(this.engine.view.getInt16(level, true)),
      answer: this.engine.at(this.answer, many).slice(),
    };
  }
}
