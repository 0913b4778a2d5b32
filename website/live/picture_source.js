// What the pages about faces look at: a camera's frames, a picture from a file, or a drawn one.
//
//     const source = new PictureSource(stage, say, (frame) => ...);    // is given each frame
//     panel.append(...source.controls);
//     source.ready();             // from now on there may be frames
//     source.see(frame);          // a still picture: Uint8Array [96, 96]
//     source.frame()              // what is looked at, of a camera its newest; null for nothing
//
// A stage is a cameraStage, and `say` shows a sentence, of trouble if its second argument is true.
"use strict";

const FRAMES_PER_SECOND = 12; // looked at, at most

class PictureSource {
  #webcam = null;
  #still = null;
  #opening = false;

  constructor(stage, say, look) {
    Object.assign(this, { stage, say, look });
    this.onclear = () => {}; // nothing is looked at any more
    this.onchange = () => {}; // before something else is looked at
    const { make } = cameraParts;
    this.on = make(
      "button",
      { type: "button", class: "tiny-main", onclick: () => this.safely(() => this.#switchOn()) },
      "Switch the camera on",
    );
    this.off = make(
      "button",
      { type: "button", hidden: true, onclick: () => this.clear() },
      "Switch off",
    );
    this.file = make("input", {
      type: "file",
      accept: "image/*",
      "aria-label": "Choose a picture",
      onchange: () => this.safely(() => this.#choose()),
    });
    const upload = make(
      "label",
      { class: "tiny-upload" },
      this.file,
      make("span", {}, "Choose a picture…"),
    );
    this.controls = [this.on, this.off, upload];
    this.on.disabled = this.file.disabled = true;
    stage.show("");
    stage.drawShown({});
  }

  ready() {
    const { noCamera } = cameraParts;
    this.file.disabled = false;
    this.on.disabled = noCamera() !== "";
    if (this.on.disabled) this.say(noCamera(), true);
  }

  // Does something; what goes wrong is said, and switches the camera off.
  async safely(action) {
    try {
      await action();
    } catch (error) {
      if (this.live) this.clear();
      this.say(error.message, true);
    }
  }

  get live() {
    return this.#webcam !== null;
  }

  frame() {
    return this.#webcam ? this.#webcam.frame() : this.#still;
  }

  // A still picture instead of the camera.
  see(frame) {
    this.safely(() => {
      this.hold(frame);
      this.look(frame);
    });
  }

  // As `see`, without looking at it.
  hold(frame) {
    this.clear();
    this.#still = frame;
    cameraParts.draw(this.stage.still, frame);
    this.stage.show("still");
  }

  // Look at nothing.
  clear() {
    const closed = this.live;
    this.#webcam?.close();
    this.#webcam = this.#still = null;
    cameraParts.draw(this.stage.still, null);
    this.stage.drawShown({});
    this.stage.show("");
    [this.on.hidden, this.off.hidden] = [false, true];
    this.onclear();
    this.say(closed ? "The camera is off." : "");
  }

  async #choose() {
    const [chosen] = this.file.files;
    this.file.value = "";
    if (!chosen) return;
    const frame = await cameraParts.frameOfFile(chosen);
    this.onchange();
    this.hold(frame);
    this.look(frame);
  }

  async #switchOn() {
    if (this.#opening) return;
    this.#opening = true;
    this.say("The browser may ask whether this page may use the camera: allow it.");
    let webcam;
    try {
      webcam = await cameraParts.Webcam.open(this.stage.video);
    } finally {
      this.#opening = false;
    }
    this.onchange();
    this.clear();
    this.#webcam = webcam;
    webcam.onend = (trouble) => {
      this.clear();
      this.say(trouble.message, true);
    };
    this.stage.show("camera");
    [this.on.hidden, this.off.hidden] = [true, false];
    this.off.focus();
    this.say("The camera is on.");
    this.safely(() => this.#pump(webcam));
  }

  async #pump(webcam) {
    while (webcam === this.#webcam) {
      const begun = performance.now();
      this.look(webcam.frame());
      const rest = 1000 / FRAMES_PER_SECOND - (performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, Math.max(rest, 0)));
    }
  }
}

// A small picture of a frame.
function thumbnail(frame) {
  const { make, draw } = cameraParts;
  const side = Math.sqrt(frame.length);
  const small = make("canvas", { width: side, height: side });
  draw(small, frame);
  return small;
}
