// The detector of faces in this page: the model, and its boxes, in the C of the boards.
//
//     const detector = await FaceDetector.open();
//     detector.look(frame)        // Uint8Array [side, side]; the faces, the best first
"use strict";

class FaceDetector {
  static async open() {
    return new FaceDetector(await Engine.load(bytesOfBase64(MODELS[FACES.model])));
  }

  constructor(engine) {
    this.engine = engine;
    this.cells = FACES.side / FACES.stride;
    this.frame = engine.take(FACES.side ** 2);
    this.grid = engine.take(engine.outputs[0].bytes);
    this.boxes = engine.take(FACES.most * FACES.boxBytes);
    this.found = engine.take(4);
  }

  // [[left, top, right, bottom, score]]: pixels, and 0 to 255/256.
  look(frame) {
    const { c, interpreter } = this.engine;
    this.engine.at(this.frame, frame.length).set(frame);
    c.fd_detect_all(interpreter, this.frame, 1, this.grid);
    c.fd_boxes_all(this.grid, 1, this.cells, this.cells, FACES.threshold, this.boxes, this.found);
    const view = this.engine.view;
    return facesAt(view, this.boxes, view.getUint32(this.found, true), FACES.boxBytes);
  }
}

// Faces from as many fd_box at an address: left, top, side (1/16 pixel), score.
function facesAt(view, address, many, boxBytes) {
  return Array.from({ length: many }, (_, i) => {
    const at = address + i * boxBytes;
    const [left, top, side] = [0, 2, 4].map((field) => view.getInt16(at + field, true) / 16);
    return [left, top, left + side, top + side, view.getUint8(at + 6) / 256];
  });
}
