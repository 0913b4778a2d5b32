// The camera's stage, for camera.js: the camera or a still picture, with what Python shows over it.

// A canvas for a frame, for `draw`.
function frameCanvas(label) {
  return make("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": label });
}

// The stage: its `element`; the `meter` beside it; `video` and `still`, a canvas, to fill; and what
// to do with them.
function cameraStage() {
  const video = make("video", { playsinline: true, "aria-label": "the camera, mirrored" });
  video.muted = true;
  const still = frameCanvas("the picture");
  const oval = make("div", { class: "tiny-cam-oval" }, "The camera is off");
  const boxes = make("div", { class: "tiny-cam-boxes" });
  const caption = make("div", { class: "tiny-cam-caption", role: "status", "aria-live": "polite" });
  const called = make("div", { class: "tiny-call tiny-cam-call", "aria-live": "assertive" });
  const light = make("div", { class: "tiny-cam-flash" });
  const element = make("div", { class: "tiny-stage tiny-cam-stage" }, oval, video, still, boxes, caption, called, light);
  const meter = similarityMeter();

  // Which of the three it shows: "camera", "still" or "" (nothing yet).
  const shows = () => element.dataset.shows;
  const show = (what) => { element.dataset.shows = what; };

  // What Python shows over the picture: boxes, a line of text, a level.
  function drawShown(shown) {
    const mirrored = shows() === "camera";
    boxes.replaceChildren(...(shown.boxes ?? []).map(([left, top, right, bottom, score]) => {
      const from = mirrored ? SIDE - right : left;
      const percent = [from, top, right - left, bottom - top].map((x) => `${(100 * x) / SIDE}%`);
      return make("div", { style: `left:${percent[0]};top:${percent[1]};width:${percent[2]};height:${percent[3]}` },
        score === undefined ? "" : `${Math.round(100 * score)}%`);
    }));
    if (caption.textContent !== (shown.text ?? "")) caption.textContent = shown.text ?? "";
    const under = shown.level != null && shown.threshold != null && shown.level < shown.threshold;
    element.classList.toggle("tiny-cam-under", under);
    meter.show(shown.level ?? null, shown.threshold ?? null);
  }

  // The count before a picture, and the pose asked for.
  const call = (count, pose) => called.replaceChildren(String(count), make("small", {}, pose));
  const isCounting = () => element.classList.contains("tiny-live");
  function counting(begins) {
    element.classList.toggle("tiny-live", begins);
    if (!begins) called.textContent = "";
  }

  const flash = () => light.animate([{ opacity: 0.9 }, { opacity: 0 }], 400);

  return { element, meter: meter.element, video, still, shows, show, drawShown, call, isCounting, counting, flash };
}
