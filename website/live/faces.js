// Face detection, live: the camera's frames, a picture or a drawn scene, and the faces found in it.
"use strict";

const FRAMES_PER_SECOND = 12; // looked at, at most

async function open() {
  const { make, sentences, counted, draw, cameraStage, noCamera, frameOfFile, Webcam } =
    cameraParts;
  const stage = cameraStage();
  const says = make("div", { class: "tiny-says", role: "status", "aria-live": "polite" });
  const took = make("span", { class: "tiny-cost" });
  const say = sentences(says);
  let webcam = null,
    opening = false,
    detector;

  const on = make(
    "button",
    { type: "button", class: "tiny-main", onclick: () => safely(switchOn) },
    "Switch the camera on",
  );
  const off = make(
    "button",
    { type: "button", hidden: true, onclick: () => switchOff() },
    "Switch off",
  );
  const file = make("input", {
    type: "file",
    accept: "image/*",
    "aria-label": "Choose a picture",
    onchange: () => safely(choose),
  });
  const scenes = FACES.scenes.map((scene, i) => {
    const frame = bytesOfBase64(scene);
    const small = make("canvas", { width: FACES.side, height: FACES.side });
    draw(small, frame);
    return make(
      "button",
      {
        type: "button",
        "aria-label": `Drawn scene ${i + 1}`,
        onclick: () => safely(() => see(frame)),
      },
      small,
    );
  });
  const side = make(
    "div",
    { class: "tiny-cam-side" },
    make(
      "p",
      {},
      "The camera's frames go to the C in this page, and nowhere else: 96 by 96 grey pixels, " +
        "and none is kept. “Switch off” stops the camera at once.",
    ),
    make(
      "div",
      { class: "tiny-row" },
      on,
      off,
      make("label", { class: "tiny-upload" }, file, make("span", {}, "Choose a picture…")),
    ),
    make(
      "div",
      {},
      make("p", { id: "drawn" }, "Or a drawn scene, that the detector never learned from:"),
      make(
        "div",
        { class: "tiny-row scenes", role: "group", "aria-labelledby": "drawn" },
        ...scenes,
      ),
    ),
  );
  document
    .getElementById("panel")
    .append(
      make(
        "div",
        { class: "tiny tiny-cam" },
        make("div", { class: "tiny-cam-top" }, stage.element, side),
        make("div", { class: "tiny-row" }, says, took),
      ),
    );

  async function safely(action) {
    try {
      await action();
    } catch (error) {
      switchOff();
      say(error.message, true);
    }
  }

  // Look at a frame, and show the boxes over what is on the stage.
  function look(frame) {
    const begun = performance.now();
    const faces = detector.look(frame);
    const milliseconds = performance.now() - begun;
    const text = faces.length ? counted(faces.length, "face") : "no face";
    stage.drawShown({ boxes: faces, text });
    took.textContent = `${milliseconds.toFixed(1)} ms in this browser, detector and boxes`;
  }

  // A still picture instead of the camera.
  function see(frame) {
    switchOff();
    draw(stage.still, frame);
    stage.show("still");
    look(frame);
  }

  async function choose() {
    const [chosen] = file.files;
    file.value = "";
    if (chosen) see(await frameOfFile(chosen));
  }

  async function switchOn() {
    if (opening) return;
    opening = true;
    say("The browser may ask whether this page may use the camera: allow it.");
    try {
      webcam = await Webcam.open(stage.video);
    } finally {
      opening = false;
    }
    webcam.onend = (trouble) => {
      switchOff();
      say(trouble.message, true);
    };
    stage.show("camera");
    [on.hidden, off.hidden] = [true, false];
    off.focus();
    say("The camera is on.");
    pump(webcam);
  }

  function switchOff() {
    if (!webcam) return say("");
    webcam.close();
    webcam = null;
    stage.drawShown({});
    stage.show("");
    [on.hidden, off.hidden] = [false, true];
    took.textContent = "";
    say("The camera is off.");
  }

  async function pump(source) {
    while (source === webcam) {
      const begun = performance.now();
      look(source.frame());
      const rest = 1000 / FRAMES_PER_SECOND - (performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, Math.max(rest, 0)));
    }
  }

  stage.show("");
  stage.drawShown({});
  for (const one of [on, file, ...scenes]) one.disabled = true;
  try {
    detector = await FaceDetector.open();
  } catch (error) {
    return say(error.message, true);
  }
  // Browsers compile once more what has run for a while: the first times would be longer.
  for (const scene of FACES.scenes) detector.look(bytesOfBase64(scene));
  for (const one of [file, ...scenes]) one.disabled = false;
  on.disabled = noCamera() !== "";
  if (on.disabled) say(noCamera(), true);
}

open();
