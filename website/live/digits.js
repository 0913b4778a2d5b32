// Draw a digit: strokes on the pad, or a written one, and what the model reads while they grow.
"use strict";

const pad = document.getElementById("pad"),
  pen = pad.getContext("2d");
const STEP = 16; // of the pad's 640 pixels: what an arrow key moves the pen
const LEAST = 4; // pixels between two points of a stroke

let strokes = [], // each a list of points [x, y]
  keys = { x: 320, y: 160, down: false, shown: false };

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// Ink as grey cells; more ink is darker in the light, brighter in the dark.
function drawInk(canvas, ink) {
  const context = canvas.getContext("2d"),
    cell = canvas.width / DIGITS.side;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = colour("--text");
  ink.forEach((count, place) => {
    context.globalAlpha = count / 16;
    const [row, column] = [Math.floor(place / DIGITS.side), place % DIGITS.side];
    context.fillRect(column * cell, row * cell, cell, cell);
  });
  context.globalAlpha = 1;
}

function drawStrokes() {
  pen.clearRect(0, 0, pad.width, pad.height);
  pen.lineCap = pen.lineJoin = "round";
  pen.lineWidth = 34;
  pen.strokeStyle = colour("--text");
  for (const points of strokes) {
    pen.beginPath();
    pen.moveTo(...points[0]);
    for (const point of points) pen.lineTo(...point);
    pen.stroke();
  }
  if (!keys.shown) return;
  pen.lineWidth = 4;
  pen.strokeStyle = colour("--accent");
  pen.beginPath();
  pen.arc(keys.x, keys.y, keys.down ? 12 : 24, 0, 2 * Math.PI);
  pen.stroke();
}

// The straight parts of all strokes, as the C takes them; of a dot one without length.
function parts() {
  return strokes.flatMap((points) =>
    points.length === 1
      ? [[...points[0], ...points[0]]]
      : points.slice(1).map((point, i) => [...points[i], ...point]),
  );
}

class Answer {
  constructor() {
    this.says = document.getElementById("answer");
    this.seen = document.getElementById("seen");
    this.took = document.getElementById("took");
    const names = Array.from({ length: 10 }, (_, digit) => `${digit}`);
    const words = "How sure the model is of each digit";
    this.bars = new Bars(document.getElementById("bars"), names, words);
    this.nothing();
  }

  nothing() {
    this.says.textContent = "Draw a digit from 0 to 9.";
    this.bars.nothing();
    this.ink(new Uint8Array(DIGITS.side ** 2));
  }

  of(ink, shares, milliseconds) {
    const best = shares.indexOf(Math.max(...shares));
    const sure = Math.round(100 * shares[best]);
    this.says.replaceChildren("I read a ", tag("strong", {}, `${best}`), `, ${sure}% sure.`);
    this.bars.show(shares, best);
    this.ink(ink);
    this.took.textContent = `This browser took ${milliseconds.toFixed(2)} ms for ink and model.`;
  }

  ink(ink) {
    drawInk(this.seen, ink);
    const cells = ink.filter((count) => count > 0).length;
    this.seen.setAttribute(
      "aria-label",
      `What the model sees: 8 by 8 cells, ${cells ? `${cells} of them with ink` : "without ink"}`,
    );
  }
}

async function open() {
  const answer = new Answer();
  const undo = document.getElementById("undo"),
    clear = document.getElementById("clear");
  let reader, shown;
  try {
    reader = await DigitReader.open();
  } catch (error) {
    answer.says.textContent = error.message;
    answer.says.classList.add("trouble");
    return;
  }

  function read(make) {
    const begun = performance.now();
    const ink = make(),
      shares = reader.read(ink);
    shown = ink;
    answer.of(ink, shares, performance.now() - begun);
  }

  function changed() {
    drawStrokes();
    undo.disabled = clear.disabled = !strokes.length;
    if (strokes.length) read(() => reader.ink(parts()));
    else {
      shown = undefined;
      answer.nothing();
    }
  }

  function forget() {
    strokes = [];
    keys.down = false;
    changed();
  }

  const place = ({ clientX, clientY }) => {
    const box = pad.getBoundingClientRect();
    const within = (share) => Math.round(Math.min(Math.max(share, 0), 1) * pad.width);
    return [within((clientX - box.left) / box.width), within((clientY - box.top) / box.height)];
  };
  const goOn = (point) => {
    const points = strokes.at(-1),
      [x, y] = points.at(-1);
    if (Math.hypot(point[0] - x, point[1] - y) >= LEAST) points.push(point);
  };
  let drawing = null;
  pad.addEventListener("pointerdown", (event) => {
    if (drawing !== null || event.button !== 0) return;
    drawing = event.pointerId;
    pad.setPointerCapture(drawing);
    keys = { ...keys, down: false, shown: false };
    strokes.push([place(event)]);
    changed();
  });
  pad.addEventListener("pointermove", (event) => {
    if (event.pointerId !== drawing) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const one of all.length ? all : [event]) goOn(place(one));
    changed();
  });
  for (const end of ["pointerup", "pointercancel"])
    pad.addEventListener(end, (event) => {
      if (event.pointerId === drawing) drawing = null;
    });

  pad.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key === " ") keys.down = !keys.down;
    else if (!(event.key in move)) return;
    event.preventDefault();
    keys.shown = true;
    if (event.key === " ") {
      if (keys.down) strokes.push([[keys.x, keys.y]]);
    } else {
      const within = (value) => Math.min(Math.max(value, 0), pad.width);
      keys.x = within(keys.x + STEP * move[event.key][0]);
      keys.y = within(keys.y + STEP * move[event.key][1]);
      if (keys.down) goOn([keys.x, keys.y]);
    }
    changed();
  });
  undo.addEventListener("click", () => {
    strokes.pop();
    keys.down = false;
    changed();
  });
  clear.addEventListener("click", forget);

  const tests = DIGITS.tests.map((test, digit) => {
    const small = tag("canvas", { width: 64, height: 64 }),
      ink = bytesOfBase64(test);
    const button = tag(
      "button",
      {
        type: "button",
        "aria-label": `A written ${digit}`,
        onclick: () => {
          forget();
          read(() => ink);
        },
      },
      small,
    );
    document.getElementById("tests").append(button);
    return { small, ink };
  });
  const drawTests = () => tests.forEach(({ small, ink }) => drawInk(small, ink));

  // Colours change with the theme: canvases don't by themselves.
  new MutationObserver(() => {
    drawStrokes();
    drawTests();
    answer.ink(shown ?? new Uint8Array(DIGITS.side ** 2));
  }).observe(document.documentElement, { attributeFilter: ["data-jp-theme-light"] });
  drawStrokes();
  drawTests();
  for (const { ink } of tests) reader.read(ink); // browsers compile once more what ran for a while
  pad.dataset.ready = "yes";
}

open();
