// Pieces of the camera's panel that know nothing of Python, for camera.js.

// What is asked before the camera is switched on.
function consentText(place) {
  const here = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  const python = here ? "this computer's Python" : `the Python that runs this notebook, on ${location.hostname}`;
  const answers = {
    "What is taken": "Grey pictures of 96 × 96 pixels, from the middle of the camera's view. No sound.",
    "Where they go": `From this browser to ${python}, and nowhere else.`,
    "What is kept": `The newest one and those you take, in memory, until the kernel stops. Files only if you press “Keep as files”, in ${place}.`,
    "How to end it": "“Switch off” stops the camera at once. “Delete my pictures” deletes memory and files, at any time.",
  };
  const list = Object.entries(answers).flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]);
  return make("div", { class: "tiny-cam-consent" },
    make("b", {}, "May this notebook use your camera?"), make("dl", {}, ...list));
}

// A frame on a canvas of its size; null clears it.
function draw(canvas, frame) {
  const context = canvas.getContext("2d");
  if (frame === null) return context.clearRect(0, 0, SIDE, SIDE);
  const image = context.createImageData(SIDE, SIDE);
  frame.forEach((grey, i) => image.data.set([grey, grey, grey, 255], 4 * i));
  context.putImageData(image, 0, 0);
}

// A meter from 0 to 1: `element`, and `show(level, threshold)`; hidden where the level is null.
function similarityMeter() {
  const bar = make("div", { class: "tiny-bar" });
  const mark = make("div", { class: "tiny-cam-mark" });
  const track = make("div", { class: "tiny-track", role: "meter", "aria-label": "similarity",
    "aria-valuemin": "0", "aria-valuemax": "1" }, bar, mark);
  const number = make("span", { class: "tiny-zone" });
  const element = make("div", { class: "tiny-level" }, make("span", {}, "Similarity"), track, number);
  const percent = (x) => `${100 * Math.min(Math.max(x, 0), 1)}%`;
  const show = (level, threshold) => {
    element.hidden = level === null;
    if (level === null) return;
    bar.style.width = percent(level);
    bar.className = `tiny-bar ${threshold !== null && level < threshold ? "tiny-too-loud" : "tiny-good"}`;
    mark.hidden = threshold === null;
    mark.style.left = percent(threshold ?? 0);
    track.setAttribute("aria-valuenow", level.toFixed(2));
    number.textContent = level.toFixed(2);
  };
  return { element, show };
}

function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function deletedText({ pictures, files }) {
  return pictures + files
    ? `Deleted: ${counted(pictures, "picture")} in memory, ${counted(files, "file")}.`
    : "There was nothing to delete: no picture in memory, and no file.";
}
