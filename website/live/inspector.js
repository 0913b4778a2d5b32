// The model inspector: a file, or one of the workbook's models, and what is to say about it.
"use strict";

const by = (id) => document.getElementById(id);
let asked = 0; // an answer that comes after a later question isn't shown

function say(text, trouble = false) {
  by("says").textContent = text;
  by("says").classList.toggle("trouble", trouble);
}

async function inspect(name, bytes) {
  const mine = ++asked;
  say(`Reading ${name} …`);
  try {
    const engine = await Engine.load(await bytes);
    if (mine !== asked) return;
    show(name, engine);
    say(`${name}: ${engine.operators.length} operators.`);
  } catch (error) {
    if (mine !== asked) return;
    by("found").hidden = true;
    const known = error instanceof Refusal;
    say(
      known
        ? `${name}: ${error.message}`
        : `${name} can't be read (${error.message}): choose it again.`,
      true,
    );
  }
}

function show(name, engine) {
  by("name").textContent = name;
  by("facts").replaceChildren(
    ...facts(engine).map(([term, value]) =>
      tag(
        "div",
        { class: value.includes("×") ? "wide" : "" },
        tag("dt", {}, term),
        tag("dd", {}, value),
      ),
    ),
  );
  by("fits").replaceChildren(...fitRows(engine));
  by("arena").replaceChildren(drawArena(engine));
  by("pieces").replaceChildren(...pieceRows(engine));
  by("operators").replaceChildren(...operatorRows(engine));
  by("found").hidden = false;
}

function described({ dtype, shape, scale, zeroPoint }) {
  const codes = scale ? `, scale ${Number(scale.toPrecision(4))}, zero point ${zeroPoint}` : "";
  return `${dtype} ${shape.join("×") || "scalar"}${codes}`;
}

function facts(engine) {
  const macs = engine.operators.reduce((sum, one) => sum + one.macs, 0);
  const list = (tensors) => tensors.map(described).join("; ") || "none";
  return [
    ["file", `${count(engine.modelBytes)} bytes`],
    ["weights", `${count(engine.weightBytes)} bytes`],
    ["arena", `${count(engine.arenaBytes)} bytes`],
    ["work", `${count(macs)} MACs`],
    ["takes", list(engine.inputs)],
    ["gives", list(engine.outputs)],
  ];
}

// A table's head and body. Columns whose names end with # hold numbers.
function rows(names, lines) {
  const numeric = names.map((name) => name.endsWith("#"));
  const cells = (line, kind) =>
    line.map((value, i) => tag(kind, { class: numeric[i] ? "number" : "" }, value));
  const head = names.map((name, i) =>
    tag("th", { scope: "col", class: numeric[i] ? "number" : "" }, name.replace("#", "")),
  );
  return [
    tag("thead", {}, tag("tr", {}, ...head)),
    tag(
      "tbody",
      {},
      ...lines.map(({ look, line }) => tag("tr", { class: look ?? "" }, ...cells(line, "td"))),
    ),
  ];
}

function operatorRows(engine) {
  const shape = (places) =>
    places.map((place) => engine.tensors[place].shape.join("×") || "scalar").join(", ");
  return rows(
    ["no.", "operator", "input", "output", "MACs#", "weights, bytes#"],
    engine.operators.map(({ index, name, macs, inputs, outputs }) => {
      const read = inputs.filter((place) => place >= 0);
      const weights = read.filter((place) => engine.tensors[place].constant);
      const data = read.filter((place) => !engine.tensors[place].constant);
      const bytes = weights.reduce((sum, place) => sum + engine.tensors[place].bytes, 0);
      return {
        line: [String(index), name, shape(data), shape(outputs), count(macs), count(bytes)],
      };
    }),
  );
}

function pieceRows(engine) {
  return rows(
    ["piece", "from byte#", "bytes#", "operators"],
    engine.arenaPlan().map((piece) => ({
      line: [
        pieceName(engine, piece),
        count(piece.offset),
        count(piece.bytes),
        piece.last >= engine.operators.length
          ? `${piece.first} to the end`
          : `${piece.first} to ${piece.last}`,
      ],
    })),
  );
}

function fitRows(engine) {
  const share = (used, has) => {
    if (has === null) return "a memory card";
    const full = tag(
      "span",
      { class: used > has ? "full over" : "full", "aria-hidden": "true" },
      tag("i", { style: `width: ${Math.min(100, (100 * used) / has)}%` }),
    );
    return tag("span", {}, `${count(used)} of ${count(has)}`, full);
  };
  return rows(
    ["board", "fits", "flash, bytes", "RAM, bytes"],
    fits(engine).map((one) => ({
      look: one.fits ? "fits" : "too-large",
      line: [
        one.board.name,
        tag(
          "span",
          { class: "verdict" },
          one.fits ? "yes" : `no: ${count(one.over)} bytes of ${one.limit} too many`,
        ),
        share(one.flash, one.board.flash),
        share(one.ram, one.board.ram),
      ],
    })),
  );
}

// One of the workbook's models lies in a script of its own, loaded when it is asked for.
function example(name) {
  return new Promise((resolve, reject) => {
    if (globalThis.MODELS?.[name]) return resolve(bytesOfBase64(MODELS[name]));
    document.head.append(
      tag("script", {
        src: `model_${name}.js`,
        onload: () => resolve(bytesOfBase64(MODELS[name])),
        onerror: () => reject(new Error("its script is missing")),
      }),
    );
  });
}

const buttons = EXAMPLES.map(({ name, file, words, bytes }) => {
  const pressed = () => {
    buttons.forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
    inspect(file, example(name));
  };
  const button = tag(
    "button",
    {
      type: "button",
      "aria-pressed": "false",
      title: `${file}, ${count(bytes)} bytes`,
      onclick: pressed,
    },
    words,
  );
  return button;
});
by("examples").append(...buttons);

function take(file) {
  if (!file) return;
  buttons.forEach((one) => one.setAttribute("aria-pressed", "false"));
  inspect(
    file.name,
    file.arrayBuffer().then((buffer) => new Uint8Array(buffer)),
  );
}

by("file").addEventListener("change", ({ target }) => {
  take(target.files[0]);
  target.value = ""; // so that the same file can be chosen again
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault(); // or the browser would leave the page to show the file
    by("drop").classList.toggle("over", kind === "dragover");
    if (kind === "drop") take(event.dataTransfer.files[0]);
  });
}
