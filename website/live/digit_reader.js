// The reader of digits in this page: strokes become ink, and the model reads it, in C.
//
//     const reader = await DigitReader.open();
//     const ink = reader.ink(strokes);   // [[x0, y0, x1, y1], ...]; Uint8Array [8 * 8], 0 to 16
//     reader.read(ink)                   // ten shares, how sure the model is of each digit
"use strict";

class DigitReader {
  static async open() {
    return new DigitReader(await Engine.load(bytesOfBase64(MODELS[DIGITS.model])));
  }

  constructor(engine) {
    this.engine = engine;
    this.most = 4096; // WEB_DIGIT_MOST
    this.cells = DIGITS.side ** 2;
    this.strokes = engine.take(8 * this.most);
    this.drawn = engine.take(this.cells);
  }

  ink(strokes) {
    const { c } = this.engine;
    const given = Int16Array.from(strokes.slice(0, this.most).flat());
    new Int16Array(c.memory.buffer, this.strokes, given.length).set(given);
    c.web_digit_ink(this.strokes, given.length / 4, this.drawn);
    return this.engine.at(this.drawn, this.cells).slice();
  }

  // The model's codes, -128 to 127: of a softmax with a scale of 1/256.
  scores(ink) {
    const [scores] = this.engine.invoke(Int8Array.from(ink, (count) => DIGITS.codes[count]));
    return scores;
  }

  read(ink) {
    return Array.from(this.scores(ink), (code) => (code + 128) / 256);
  }
}
