// Who lies where in a model's arena, and when: a picture, and the same as rows of a table.
"use strict";

const ARENA = { left: 64, top: 14, height: 330, column: 46, least: 820, foot: 74 };
const WRITABLE = 15; // pixels of a piece's height, to write into it
const LETTER = 6.6; // pixels of a letter's width, about

// What a piece is, in words.
function pieceName(engine, piece) {
  if (piece.what === "records") return "records";
  if (piece.what === "scratch") return `scratch of ${piece.index}`;
  if (engine.inputs.some(({ index }) => index === piece.index)) return "input";
  const maker = engine.operators.find(({ outputs }) => outputs.includes(piece.index));
  return maker ? `output of ${maker.index}` : "state";
}

// From when to when to draw a piece, in operators; halfway where another overwrites it.
function lifetime(piece, plan, end) {
  let from = piece.first,
    to = Math.min(piece.last + 1, end);
  for (const other of plan) {
    if (other.what !== "tensor" || piece.what !== "tensor" || other.offset !== piece.offset)
      continue;
    if (piece.first < other.first && other.first <= piece.last)
      to = Math.min(to, other.first + 0.5);
    if (other.first < piece.first && piece.first <= other.last) from = piece.first + 0.5;
  }
  return [from, to];
}

// The picture, an SVG element.
function drawArena(engine) {
  const plan = engine.arenaPlan(),
    steps = Math.max(engine.operators.length, 1),
    total = engine.arenaBytes;
  const column = Math.max(ARENA.column, ARENA.least / steps);
  const width = ARENA.left + steps * column + 52,
    bottom = ARENA.top + ARENA.height;
  const x = (step) => ARENA.left + step * column;
  const y = (offset) => bottom - (offset / total) * ARENA.height;
  const label =
    `The arena of ${count(total)} bytes during ${steps} operators, in ${plan.length} pieces: ` +
    "the table below has the same.";
  const svg = tag(
    "svg",
    { class: "arena", width, height: bottom + ARENA.foot, role: "img", "aria-label": label },
    tag(
      "defs",
      {},
      tag(
        "pattern",
        {
          id: "hatched",
          width: 6,
          height: 6,
          patternUnits: "userSpaceOnUse",
          patternTransform: "rotate(45)",
        },
        tag("rect", { width: 6, height: 6, style: "fill: var(--page); stroke: none" }),
        tag("line", { y2: 6, style: "stroke: var(--scratch); stroke-width: 2.5" }),
      ),
    ),
  );
  for (let i = 0; i <= 4; i++) {
    const offset = Math.round((total * i) / 4);
    svg.append(
      tag(
        "text",
        { class: "axis", x: ARENA.left - 8, y: y(offset) + 4, "text-anchor": "end" },
        count(offset),
      ),
    );
  }
  for (const piece of plan) {
    const [from, to] = lifetime(piece, plan, steps);
    const box = {
      x: x(from),
      y: y(piece.offset + piece.bytes),
      width: x(to) - x(from),
      height: (piece.bytes / total) * ARENA.height,
    };
    const words = `${pieceName(engine, piece)}: ${count(piece.bytes)}`;
    const group = tag(
      "g",
      { class: `piece of-${piece.what}` },
      tag("title", {}, `${words} bytes from byte ${count(piece.offset)} on`),
      tag("rect", { class: piece.what, ...box }),
    );
    const fitting = [words, count(piece.bytes)].find((text) => text.length * LETTER < box.width);
    if (box.height > WRITABLE && fitting)
      group.append(tag("text", { x: box.x + box.width / 2, y: box.y + box.height / 2 }, fitting));
    svg.append(group);
  }
  svg.append(tag("line", { class: "top", x1: x(0), x2: x(steps), y1: y(total), y2: y(total) }));
  for (const { index, name } of engine.operators) {
    const foot = tag(
      "text",
      {
        class: "axis",
        transform: `translate(${x(index + 0.5) - 3} ${bottom + 12}) rotate(35)`,
        style: "font-size: 10px",
      },
      `${index} ${shortName(name)}`,
    );
    svg.append(foot);
  }
  return svg;
}

function shortName(name) {
  const short = {
    DEPTHWISE_CONV_2D: "DEPTHWISE",
    FULLY_CONNECTED: "DENSE",
    UNIDIRECTIONAL_SEQUENCE_LSTM: "LSTM",
  };
  return (short[name] ?? name).replaceAll("_", " ").slice(0, 13).toLowerCase();
}
