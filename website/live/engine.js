// The workbook's C in this page: the micro-interpreter, compiled to WebAssembly.
//
//     const engine = await Engine.load(bytes);        // of a .tflite file; throws a Refusal
//     const [scores] = engine.invoke(codes);          // a typed array for each input and output
//
// ENGINE_WASM (engine_wasm.js) is the compiled module, TABLES (tables.js) what Python knows of the
// format and of the boards: both made by website/wasm.py, so that pages work from a file, too.
"use strict";

// A model, or a file, that can't be run: its message is a sentence for the reader.
class Refusal extends Error {}

const ARRAYS = {
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
  int64: BigInt64Array,
  bool: Uint8Array,
  int16: Int16Array,
  int8: Int8Array,
};
const TM_OK = 0,
  TM_MALFORMED = -1,
  TM_ARENA_TOO_SMALL = -3; // of micro.h
const MOST_BYTES = 2 ** 30; // of memory that this page asks for

function bytesOfBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

class Engine {
  static #module = null;

  // The C, in memory of its own: { exports, view, take(bytes) }.
  static async #instance() {
    try {
      Engine.#module ??= WebAssembly.compile(bytesOfBase64(ENGINE_WASM));
      return await WebAssembly.instantiate(await Engine.#module, {});
    } catch {
      throw new Refusal(
        "This browser can't run the C of this page: use Firefox 89, Chrome or Edge 91, " +
          "Safari 16.4, or a newer one.",
      );
    }
  }

  static async load(bytes) {
    const engine = new Engine((await Engine.#instance()).exports);
    engine.#load(bytes);
    return engine;
  }

  constructor(c) {
    this.c = c;
    this.free = c.__heap_base.value;
    this.interpreter = c.web_interpreter();
  }

  // Memory of so many bytes, for as long as the engine lives; its address.
  take(bytes) {
    const start = (this.free + 15) & ~15,
      end = start + bytes;
    const missing = end - this.c.memory.buffer.byteLength;
    try {
      if (end > MOST_BYTES) throw new RangeError();
      if (missing > 0) this.c.memory.grow(Math.ceil(missing / 65536));
    } catch {
      throw new Refusal(`This model needs ${count(end)} bytes of memory, more than this page has.`);
    }
    this.free = end;
    return start;
  }

  at(address, bytes) {
    return new Uint8Array(this.c.memory.buffer, address, bytes);
  }

  get view() {
    return new DataView(this.c.memory.buffer); // made anew: the old one ends when memory grows
  }

  #load(bytes) {
    const model = this.take(bytes.length);
    this.at(model, bytes.length).set(bytes);
    this.modelBytes = bytes.length;
    const arena = this.take(0);
    Object.assign(this, { model, arena });
    let status,
      size = 0;
    for (;;) {
      status = this.c.web_load(model, bytes.length, arena, size);
      if (status !== TM_ARENA_TOO_SMALL) break;
      size = this.view.getUint32(this.interpreter + 28, true);
      this.free = arena;
      this.take(size);
    }
    if (status !== TM_OK) throw new Refusal(this.#why(status));
    this.arenaBytes = this.view.getUint32(this.interpreter + 28, true);
    this.#describe();
  }

  // The sentence for what is wrong: tm_problem, the interpreter's first fields.
  #why(status) {
    const problem = this.interpreter,
      view = this.view;
    const text = this.at(view.getUint32(problem, true), 200);
    const what = new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
    const [place, code, tensor] = [4, 8, 12].map((field) => view.getInt32(problem + field, true));
    const name = TABLES.operators[code] ?? `number ${code}`;
    if (place >= 0)
      return `The micro-interpreter doesn't run this model: operator ${place} (${name}) ${what}.`;
    if (tensor >= 0)
      return `The micro-interpreter doesn't run this model: tensor ${tensor} ${what}.`;
    if (status === TM_MALFORMED) return `This is no sound .tflite file: it ${what}.`;
    return `The micro-interpreter doesn't run this model: it ${what}.`;
  }

  #describe() {
    const view = this.view,
      c = this.c;
    const [tensors, operators, inputs, outputs] = [20, 22, 24, 26].map((field) =>
      view.getUint16(this.interpreter + field, true),
    );
    const numbers = (address, many) => [...new Int32Array(c.memory.buffer, address, many)];
    this.tensors = Array.from({ length: tensors }, (_, index) => {
      const record = c.web_tensor(index);
      const [type, place, bytes, rank, dims] = [0, 4, 8, 12, 16].map((f) =>
        view.getUint32(record + f, true),
      );
      return {
        index,
        bytes,
        shape: numbers(dims, rank),
        dtype: TABLES.types[type] ?? `type ${type}`,
        constant: place === 1,
        variable: place === 3,
        scale: view.getFloat32(record + 20, true),
        zeroPoint: view.getInt32(record + 24, true),
      };
    });
    this.operators = Array.from({ length: operators }, (_, index) => {
      const record = c.web_operator(index);
      const [many, made, ins, outs] = [12, 16, 20, 24].map((f) => view.getUint32(record + f, true));
      return {
        index,
        macs: view.getFloat64(record, true),
        name: TABLES.operators[view.getInt32(record + 8, true)],
        inputs: numbers(ins, many),
        outputs: numbers(outs, made),
      };
    });
    this.inputs = Array.from({ length: inputs }, (_, i) => this.tensors[c.web_tensor_of_input(i)]);
    this.outputs = Array.from(
      { length: outputs },
      (_, i) => this.tensors[c.web_tensor_of_output(i)],
    );
  }

  // Bytes of all constants that are read; one that several tensors share counts once.
  get weightBytes() {
    const view = this.view,
      shared = new Map();
    for (const { index, constant, bytes } of this.tensors)
      if (constant) shared.set(view.getUint32(this.c.web_place_of_tensor(index) + 4, true), bytes);
    return [...shared.values()].reduce((sum, one) => sum + one, 0);
  }

  // Run the model once: a typed array for each input, one for each output back.
  invoke(...inputs) {
    if (inputs.length !== this.inputs.length)
      throw new Refusal(`The model takes ${this.inputs.length} inputs, not ${inputs.length}.`);
    inputs.forEach((values, i) => {
      const { bytes, dtype, shape } = this.inputs[i];
      if (!(values instanceof ARRAYS[dtype]) || values.byteLength !== bytes)
        throw new Refusal(
          `Input ${i} is ${dtype} [${shape.join(", ")}], ${bytes} bytes: give an array of that.`,
        );
    });
    inputs.forEach((values, i) => {
      const codes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      this.at(this.c.tm_input_data(this.interpreter, i), codes.length).set(codes);
    });
    this.c.tm_invoke(this.interpreter);
    return this.outputs.map(({ bytes, dtype }, i) => {
      const address = this.c.tm_output_data(this.interpreter, i);
      return new ARRAYS[dtype](this.at(address, bytes).slice().buffer);
    });
  }

  // Forget what the model keeps from one inference to the next.
  reset() {
    this.c.tm_reset(this.interpreter);
  }

  // What lies where in the arena, and when: { what, index, offset, bytes, first, last } by offset,
  // as `micro.Interpreter.arena_plan` lists it.
  arenaPlan() {
    const place = (record) => {
      const view = this.view;
      const [offset, bytes] = [4, 8].map((field) => view.getUint32(record + field, true));
      const [first, last] = [12, 14].map((field) => view.getUint16(record + field, true));
      return { inArena: view.getUint8(record) !== 0, offset, bytes, first, last };
    };
    const uses = this.#lastUses(),
      found = [];
    for (const { index } of this.tensors) {
      const { inArena, last, ...lies } = place(this.c.web_place_of_tensor(index));
      // The interpreter adds to a tensor's time that of those computed in its place.
      if (inArena && lies.bytes)
        found.push({ what: "tensor", index, ...lies, last: Math.min(last, uses[index]) });
    }
    for (const { index } of this.operators) {
      const { inArena, ...lies } = place(this.c.web_place_of_scratch(index));
      if (lies.bytes) found.push({ what: "scratch", index, ...lies });
    }
    const bytes = Math.min(this.arenaBytes, ...found.map((piece) => piece.offset));
    found.push({
      what: "records",
      index: -1,
      offset: 0,
      bytes,
      first: 0,
      last: this.operators.length,
    });
    return found.sort((a, b) => a.offset - b.offset || a.first - b.first);
  }

  // For each tensor the last operator that uses it; their number for what outlives all.
  #lastUses() {
    const end = this.operators.length;
    const last = this.tensors.map(() => end); // state, that the next inference needs
    for (const tensor of this.inputs) last[tensor.index] = 0;
    for (const { index, outputs } of this.operators) for (const one of outputs) last[one] = index;
    const made = last.map((use) => use < end);
    for (const { index, inputs } of this.operators)
      for (const one of inputs) if (made[one]) last[one] = index;
    for (const tensor of this.outputs) last[tensor.index] = end;
    return last;
  }
}

function count(number) {
  return number.toLocaleString("en");
}
