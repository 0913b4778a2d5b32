// Face detection, live: the camera's frames, a picture or a drawn scene, and the faces found in it.
"use strict";

async function open() {
  const { make, sentences, counted, cameraStage } = cameraParts;
  const stage = cameraStage();
  const says = make("div", { class: "tiny-says", role: "status", "aria-live": "polite" });
  const took = make("span", { class: "tiny-cost" });
  const say = sentences(says);
  const source = new PictureSource(stage, say, look);
  let detector;

  const scenes = FACES.scenes.map((scene, i) => {
    const frame = bytesOfBase64(scene);
    return make(
      "button",
      {
        type: "button",
        disabled: true,
        "aria-label": `Drawn scene ${i + 1}`,
        onclick: () => source.see(frame),
      },
      thumbnail(frame),
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
    make("div", { class: "tiny-row" }, ...source.controls),
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

  // Look at a frame, and show the boxes over what is on the stage.
  function look(frame) {
    const begun = performance.now();
    const faces = detector.look(frame);
    const milliseconds = performance.now() - begun;
    const text = faces.length ? counted(faces.length, "face") : "no face";
    stage.drawShown({ boxes: faces, text });
    took.textContent = `${milliseconds.toFixed(1)} ms in this browser, detector and boxes`;
  }

  source.onclear = () => (took.textContent = "");
  try {
    detector = await FaceDetector.open();
  } catch (error) {
    return say(error.message, true);
  }
  // Browsers compile once more what has run for a while: the first times would be longer.
  for (const scene of FACES.scenes) detector.look(bytesOfBase64(scene));
  for (const one of scenes) one.disabled = false;
  source.ready();
}

open();
