// Face unlock in this page: both models, the cutting out and the verdict, in the C of the boards.
//
//     const unlocker = await Unlocker.open();
//     for (const frame of five) unlocker.enrol(frame);    // Uint8Array [side, side]
//     unlocker.look(frame).unlocked                       // true, false, or null: nobody enrolled
//     unlocker.forget();
//
// As on a board the two models share an interpreter and an arena: once there are boxes the verifier
// is loaded where the detector was, and for the next frame the detector again. UNLOCK
// (unlock_data.js) has the settings, and where in the bytes of an fd_looker things are.
"use strict";

const FD_LOOK = 0,
  FD_ENROL = 1,
  FD_FULL = -3; // of looker.h
const [FD_CROP, FD_VERIFY] = ["crop", "verifier"].map((name) => UNLOCK.stages.indexOf(name));
const FD_DONE = UNLOCK.stages.length;

class Unlocker {
  static async open() {
    return new Unlocker(await Engine.load(bytesOfBase64(MODELS[UNLOCK.detector])));
  }

  constructor(engine) {
    this.engine = engine;
    const { c, interpreter, model, modelBytes } = engine;
    this.detector = { address: model, bytes: modelBytes };
    this.verifier = this.#keep(bytesOfBase64(MODELS[UNLOCK.verifier]));
    this.settings = this.#keep(bytesOfBase64(UNLOCK.settings)).address;
    this.frame = engine.take(UNLOCK.side ** 2);
    this.looker = engine.take(c.fd_looker_bytes());
    const { looker } = this;
    const { zeroPoint, side } = UNLOCK;
    const problem = c.fd_set_up(looker, interpreter, interpreter, zeroPoint, side, side);
    this.#load(this.verifier);
    if (problem !== 0 || c.fd_check_verifier(interpreter) !== 0)
      throw new Refusal("This page's models don't fit together: get the whole page again.");
    this.#load(this.detector);
  }

  // Takes a frame of the person who may unlock; five make the template. Throws a Refusal, with
  // nothing enrolled, if the frame doesn't show just one face, or if five are enrolled.
  enrol(frame) {
    const sight = this.#see(frame, FD_ENROL);
    const { faces } = sight;
    if (faces.length === 0)
      throw new Refusal("There is no face in the picture: come closer, and into the light.");
    if (faces.length > 1)
      throw new Refusal(`There are ${faces.length} faces in the picture: one person enrols alone.`);
    return sight;
  }

  // What is in a frame, as Python's `unlock.Sight` has it; similarities are int16, 32768 to 1. Of
  // the face that the verifier was given also what it was given, `crop`, int8 [48, 48], and what it
  // made of it, `embedding`, int16 [64]; else null.
  look(frame) {
    return this.#see(frame, FD_LOOK);
  }

  // Wipes the template, and what the models have left in the arena.
  forget() {
    this.engine.c.fd_forget(this.looker);
    this.engine.at(this.engine.arena, this.engine.arenaBytes).fill(0);
    this.#load(this.detector);
  }

  // What is kept of the enrolled person: int16 [64]; null as long as there aren't five frames.
  get template() {
    if (this.#sight().enrolled < UNLOCK.enrolments) return null;
    return this.#numbers(Int16Array, this.looker + UNLOCK.looker.face, UNLOCK.templateBytes);
  }

  get enrolled() {
    return this.#sight().enrolled;
  }

  // The frame stays in the C's memory for no longer than it is looked at.
  #see(frame, purpose) {
    const { engine } = this;
    engine.at(this.frame, frame.length).set(frame);
    try {
      const made = this.#stages(purpose);
      return { ...this.#sight(), ...made };
    } finally {
      engine.at(this.frame, frame.length).fill(0);
    }
  }

  #stages(purpose) {
    const { c, interpreter } = this.engine,
      { looker } = this;
    const made = { crop: null, embedding: null };
    if (c.fd_begin(looker, this.frame, purpose, this.settings) === FD_FULL)
      throw new Refusal("Five pictures are enrolled already: press “Forget”, and start again.");
    for (let stage; (stage = this.#stage()) !== FD_DONE;) {
      if (stage === FD_CROP) this.#load(this.verifier);
      c.fd_step(looker);
      if (stage === FD_CROP)
        made.crop = this.#numbers(Int8Array, c.tm_input_data(interpreter, 0), UNLOCK.cropSide ** 2);
      if (stage === FD_VERIFY) made.embedding = this.#embedding();
    }
    if (made.crop) this.#load(this.detector);
    return made;
  }

  #embedding() {
    const { c, interpreter } = this.engine;
    const codes = this.#numbers(Int8Array, c.tm_output_data(interpreter, 0), UNLOCK.embedding);
    return Int16Array.from(codes, (code) => code - UNLOCK.zeroPoint);
  }

  #stage() {
    return this.engine.view.getUint32(this.looker + UNLOCK.looker.stage, true);
  }

  #sight() {
    const { view } = this.engine,
      at = this.looker + UNLOCK.looker.sight;
    const byte = (name) => view.getUint8(at + UNLOCK.sight[name]);
    const enrolled = byte("enrolled");
    return {
      faces: facesAt(view, at + UNLOCK.sight.boxes, byte("faces"), UNLOCK.boxBytes),
      similarity: byte("compared") ? view.getInt16(at + UNLOCK.sight.similarity, true) : null,
      unlocked: enrolled === UNLOCK.enrolments ? byte("unlocked") === 1 : null,
      enrolled,
    };
  }

  // A model in the arena, instead of the other.
  #load({ address, bytes }) {
    const { c, arena, arenaBytes } = this.engine;
    if (c.web_load(address, bytes, arena, arenaBytes) !== TM_OK)
      throw new Refusal("The verifier doesn't fit into the detector's arena.");
  }

  // Bytes in memory of their own.
  #keep(bytes) {
    const address = this.engine.take(bytes.length);
    this.engine.at(address, bytes.length).set(bytes);
    return { address, bytes: bytes.length };
  }

  // A copy of numbers: a typed array.
  #numbers(type, address, bytes) {
    return new type(this.engine.at(address, bytes).slice().buffer);
  }
}
