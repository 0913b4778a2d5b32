// The results of a search: a picture to choose from, and all about the candidate that was chosen.
// What Python knows without work is in `shown`; it is asked for the rest.

function render({ model, el }) {
  const content = model.get("shown");
  const byNumber = new Map(content.points.map((point) => [point.number, point]));
  const counted = new Map(); // numbers to what the emulated board counted
  let axis = content.axes[0], busy = false, pictures = "";

  const readout = make("div", { class: "tiny-readout", "aria-hidden": "true" });
  const picture = frontPicture(content, choose, near);
  const choices = content.axes.map(({ label }, place) => make("option", { value: place }, label));
  const axes = make("select", { "data-lm-suppress-shortcuts": "true", onchange: turn }, ...choices);
  const title = make("div", { class: "tiny-title", role: "heading", "aria-level": "3" });
  const score = make("div");
  const costs = make("div"), choice = make("div");
  const flash = make("button", { type: "button", class: "tiny-main", onclick: () => press(flashIt) }, "Flash it");
  const keep = make("button", { type: "button", onclick: () => press(exportIt) }, "Export");
  const says = make("div", { class: "tiny-says", role: "status" });
  const say = sentences(says);
  const arena = make("img", { alt: "" }), arenaBox = make("div", { class: "tiny-arena", hidden: true }, arena);
  const fits = make("div", { class: "tiny-fits" });

  el.append(make("div", { class: "tiny tiny-search", role: "group", "aria-label": "The results of a search" },
    make("div", { class: "tiny-places" },
      make("div", { class: "tiny-all" },
        make("label", { class: "tiny-row" }, `${content.score} against`, axes), picture.element, readout, legend(content)),
      make("div", { class: "tiny-one" },
        title, score, costs, make("div", { class: "tiny-row" }, flash, keep), says, choice),
      arenaBox, fits)));

  const number = () => model.get("chosen");

  function turn() {
    axis = content.axes[axes.value];
    picture.show(axis, number());
    near(null);
  }

  function near(point) {
    readout.textContent = point ? picture.sentence(point) : "Choose a candidate: click it, or go there with the arrow keys and press Enter.";
  }

  function choose(next) {
    if (next === number()) return;
    model.set("chosen", next);
    model.save_changes();
  }

  // All that is known without Python, then what it knows of the newest choice.
  function tell() {
    const point = byNumber.get(number());
    picture.show(axis, number());
    title.replaceChildren(`Candidate ${point.number}`, make("span", { class: `tiny-badge tiny-${point.kind}` }, point.place));
    score.textContent = `${content.score} ${point.said}, ${point.trained}`;
    choice.replaceChildren(table("Its choices", [], point.choice));
    fill();
    say("");
    look();
  }

  function fill() {
    const point = byNumber.get(number()), more = counted.get(number());
    const limited = content.costs.some(({ limit }) => limit);
    const heads = ["", "predicted", ...(more ? ["emulated"] : []), ...(limited ? ["at most"] : [])];
    const rows = content.costs.map(({ name, limit }, i) => [name, point.cells[i], ...(more ? [more[i]] : []), ...(limited ? [limit] : [])]);
    costs.replaceChildren(table(`An inference on ${content.board}, and the program`, heads, rows));
  }

  let looking = false;
  async function look() {
    if (looking) return; // it will see by itself that another one was chosen
    looking = true;
    try {
      for (let asked = null; asked !== number();) {
        asked = number();
        arenaBox.classList.add("tiny-waits");
        fits.classList.add("tiny-waits");
        const [answer, [png]] = await askWhenIdle(model, { kind: "arena", number: asked }, say);
        showArena(answer.words, png);
        if (asked !== number()) continue;
        const [{ rows }] = await ask(model, { kind: "boards", number: asked }, [], PATIENCE_IDLE);
        fits.replaceChildren(table("Will it fit?", ["", "fits", "fullest", "ms"], rows));
        fits.classList.remove("tiny-waits");
      }
    } catch (error) {
      say(error.message, true);
    }
    looking = false;
  }

  function showArena(words, png) {
    URL.revokeObjectURL(pictures);
    pictures = URL.createObjectURL(new Blob([png], { type: "image/png" }));
    [arena.src, arena.alt] = [pictures, words];
    arenaBox.hidden = false;
    arenaBox.classList.remove("tiny-waits");
  }

  async function press(action) {
    if (busy) return; // a disabled button would lose the focus
    busy = true;
    try {
      await action(number());
    } catch (error) {
      say(error.message, true);
    }
    busy = false;
  }

  async function flashIt(of) {
    say(`Candidate ${of} goes onto an emulated ${content.board}.`);
    const [answer] = await ask(model, { kind: "flash", number: of }, [], PATIENCE_IDLE);
    counted.set(of, answer.costs);
    if (of === number()) fill();
    say(`Candidate ${of} ran on an emulated ${content.board}: its figures are beside the predicted ones.`);
  }

  async function exportIt(of) {
    say(`Candidate ${of} is written.`);
    const [answer] = await ask(model, { kind: "export", number: of }, [], PATIENCE_IDLE);
    say(answer.says);
  }

  model.on("change:chosen", tell);
  near(null);
  tell();
  return () => {
    model.off("change:chosen", tell);
    picture.stop();
    URL.revokeObjectURL(pictures);
  };
}

// What the marks are, and how many there are of each.
function legend({ points, refused, refusals, reference, limits, axes }) {
  const count = (kind) => points.filter((point) => point.kind === kind).length;
  const entry = (mark, words) => make("li", {}, make("i", { class: `tiny-mark tiny-mark-${mark}` }), words);
  const entries = [
    ["front", `on the front: ${count("front")}`],
    ["beaten", `beaten: ${count("beaten")}`],
    ["part", `not trained to the end: ${count("part")}`],
    ["rug", `refused before training: ${refusals}`],
  ].filter(([, words]) => !words.endsWith(": 0"));
  if (reference) entries.push(["reference", reference.name]);
  entries.push(["limit", `limits: ${limits}`]);
  return make("ul", { class: "tiny-legend" }, ...entries.map(([mark, words]) => entry(mark, words)));
}

// A table: the first cell of a row is its head.
function table(caption, heads, rows) {
  const head = heads.length ? [make("thead", {}, make("tr", {}, ...heads.map((name) => (name ? make("th", { scope: "col" }, name) : make("td")))))] : [];
  const body = rows.map(([name, ...cells]) => make("tr", {}, make("th", { scope: "row" }, name), ...cells.map((cell) => make("td", {}, cell))));
  return make("table", { class: "tiny-table" }, make("caption", {}, caption), ...head, make("tbody", {}, ...body));
}

export default { render };
