// The picture of a search: candidates as points, the front as stairs, limits as lines. Python puts
// this file before front_panel.js.

const MARGIN = { left: 54, right: 14, top: 20, bottom: 44 }, RUG = 9; // pixels
const REACH = 28; // how near a finger must come, pixels
const SIZES = { front: 6.5, beaten: 5, part: 3.5 };
const BEHIND = ["part", "beaten", "front"]; // the last is drawn over the others
const SPACE = "http://www.w3.org/2000/svg";

// As `make`, of SVG's elements.
function shape(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// Candidates to choose from, in an element. `show(axis, chosen)` draws them against one of
// `content.axes`; `choose` is called with a number, `near` with a point or null.
function frontPicture(content, choose, near) {
  const { points, refused, reference, score } = content;
  const svg = shape("svg", { class: "tiny-front-picture", onclick: click, onpointermove: hover, onpointerleave: () => near(null) });
  const element = make("div", { class: "tiny-front-frame" }, svg);
  const across = (axis) => [...points].sort((a, b) => a.cost[axis.cost] - b.cost[axis.cost] || a.score - b.score);
  let axis = content.axes[0], chosen = null, current = null, placed = [];
  const scores = [...points, ...(reference ? [reference] : [])].map((one) => one.score);
  const [worst, best] = [Math.min(...scores), Math.max(...scores)];
  const room = 0.08 * (best - worst) || 0.1;

  function show(nextAxis, nextChosen) {
    if (nextChosen !== chosen) current = nextChosen;
    [axis, chosen] = [nextAxis, nextChosen];
    draw();
  }

  function draw() {
    const width = element.clientWidth, height = Math.round(Math.min(Math.max(0.66 * width, 250), 390));
    if (!width) return; // not on the page yet
    const focused = svg.contains(document.activeElement);
    const x = scale(axis.low, axis.high, MARGIN.left, width - MARGIN.right, axis.log);
    const y = scale(worst - room, best + room, height - MARGIN.bottom, MARGIN.top, false);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", height);
    placed = points.map((point) => ({ point, x: x.at(point.cost[axis.cost]), y: y.at(point.score) }));
    svg.replaceChildren(
      shape("g", { "aria-hidden": "true" }, ...grid(x, y, width, height), ...rug(x, height), ...limit(x, width, height), ...stairs(x), ...drops(height)),
      shape("g", { role: "listbox", "aria-label": `Candidates: ${score} against ${axis.label}` }, ...options()),
      shape("g", { "aria-hidden": "true", class: "tiny-other" }, ...other(x, y)),
    );
    if (focused) optionOf(current).focus({ preventScroll: true });
  }

  function grid(x, y, width, height) {
    const [bottom, right] = [height - MARGIN.bottom, width - MARGIN.right];
    const lines = y.ticks(Math.floor(height / 40)).flatMap((tick) => [
      shape("line", { class: "tiny-grid", x1: MARGIN.left, x2: right, y1: y.at(tick), y2: y.at(tick) }),
      label(MARGIN.left - 6, y.at(tick) + 4, "end", text(tick)),
    ]);
    const columns = x.ticks(Math.floor(width / 65)).flatMap((tick) => [
      shape("line", { class: "tiny-grid", x1: x.at(tick), x2: x.at(tick), y1: MARGIN.top, y2: bottom }),
      label(x.at(tick), bottom + 16, "middle", text(tick)),
    ]);
    const axes = shape("path", { class: "tiny-axis", d: `M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}` });
    return [...lines, ...columns, axes, label(0, 11, "start", `↑ ${score}`), label(right, height - 5, "end", `${axis.label} →`)];
  }

  function rug(x, height) {
    const bottom = height - MARGIN.bottom;
    return refused.filter((cost) => cost[axis.cost] <= axis.high && cost[axis.cost] >= axis.low)
      .map((cost) => shape("line", { class: "tiny-rug", x1: x.at(cost[axis.cost]), x2: x.at(cost[axis.cost]), y1: bottom, y2: bottom - RUG }));
  }

  function limit(x, width, height) {
    if (axis.limit === null) return [];
    const at = x.at(axis.limit), bottom = height - MARGIN.bottom, isLast = at > width - 50;
    return [
      shape("rect", { class: "tiny-beyond", x: at, y: MARGIN.top, width: x.at(axis.high) - at, height: bottom - MARGIN.top }),
      shape("line", { class: "tiny-limit", x1: at, x2: at, y1: MARGIN.top, y2: bottom }),
      label(isLast ? width - 1 : at, MARGIN.top - 9, isLast ? "end" : "middle", `limit ${text(axis.limit)}`),
    ];
  }

  function stairs(x) {
    const steps = axis.stairs.map((number) => placed.find(({ point }) => point.number === number));
    if (!steps.length) return [];
    const path = steps.map((step, i) => (i ? `H${step.x}V${step.y}` : `M${step.x} ${step.y}`)).join("");
    return [shape("path", { class: "tiny-stairs", d: `${path}H${x.at(axis.high)}` })];
  }

  // From the chosen candidate to both axes.
  function drops(height) {
    const { x, y } = placed.find(({ point }) => point.number === chosen);
    return [shape("path", { class: "tiny-drops", d: `M${MARGIN.left} ${y}H${x}V${height - MARGIN.bottom}` })];
  }

  function other(x, y) {
    if (!reference) return [];
    const [atX, atY] = [x.at(reference.cost[axis.cost]), y.at(reference.score)];
    const before = atX > 0.6 * element.clientWidth;
    return [
      shape("path", { class: "tiny-reference", d: `M${atX} ${atY - 8}l8 8l-8 8l-8 -8Z` }),
      label(atX + (before ? -12 : 12), atY + 4, before ? "end" : "start", reference.name),
    ];
  }

  function options() {
    const order = across(axis);
    const drawn = [...order].sort((a, b) => BEHIND.indexOf(a.kind) - BEHIND.indexOf(b.kind));
    return drawn.map((point) => {
      const { x, y } = placed.find((one) => one.point === point);
      const option = shape("g", {
        role: "option", class: `tiny-point tiny-${point.kind}`, "data-number": point.number, "aria-label": sentence(point),
        "aria-selected": point.number === chosen, "aria-posinset": order.indexOf(point) + 1, "aria-setsize": order.length,
        tabindex: point.number === current ? 0 : -1, "data-lm-suppress-shortcuts": "true", onkeydown: key, onfocus: () => arrive(point),
      }, shape("circle", { class: "tiny-ring", cx: x, cy: y, r: SIZES[point.kind] + 5 }), shape("circle", { cx: x, cy: y, r: SIZES[point.kind] }));
      if (point.number === chosen) option.append(label(x, y - SIZES[point.kind] - 8, "middle", `${point.number}`, "tiny-number"));
      return option;
    });
  }

  function sentence(point) {
    const at = content.costs.findIndex(({ name }) => name === axis.label);
    return `Candidate ${point.number}: ${score} ${point.said}, ${axis.label} ${point.cells[at]}; ${point.place}`;
  }

  function arrive(point) {
    current = point.number;
    near(point);
  }

  const optionOf = (number) => svg.querySelector(`[data-number="${number}"]`);

  // Left and right along the axis, up and down along the scores; the ends with Home and End.
  function key(event) {
    const order = across(axis), byScore = [...points].sort((a, b) => a.score - b.score);
    const moves = { ArrowLeft: [order, -1], ArrowRight: [order, 1], ArrowDown: [byScore, -1], ArrowUp: [byScore, 1], Home: [order, -Infinity], End: [order, Infinity] };
    if (event.key in moves) {
      const [list, by] = moves[event.key], here = list.findIndex(({ number }) => number === current);
      current = list[Math.min(Math.max(here + by, 0), list.length - 1)].number;
      draw();
      optionOf(current).focus();
    } else if (["Enter", " "].includes(event.key)) choose(current);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function nearest(event) {
    const box = svg.getBoundingClientRect();
    const away = ({ x, y }) => Math.hypot(event.clientX - box.left - x, event.clientY - box.top - y);
    const within = placed.filter((one) => away(one) < REACH);
    // Of points in one place the front's.
    within.sort((a, b) => away(a) - away(b) || BEHIND.indexOf(b.point.kind) - BEHIND.indexOf(a.point.kind));
    return within[0]?.point ?? null;
  }

  function hover(event) {
    const point = nearest(event);
    svg.classList.toggle("tiny-over", point !== null);
    for (const option of svg.querySelectorAll(".tiny-point")) option.classList.toggle("tiny-near", Number(option.dataset.number) === point?.number);
    near(point);
  }

  function click(event) {
    const point = nearest(event);
    if (!point) return;
    current = point.number;
    choose(current);
    optionOf(current).focus({ preventScroll: true });
  }

  const watch = new ResizeObserver(() => chosen !== null && draw());
  watch.observe(element);
  return { element, show, sentence, stop: () => watch.disconnect() };
}

const label = (x, y, anchor, words, kind = "") => shape("text", { x, y, "text-anchor": anchor, class: `tiny-label ${kind}` }, words);

const text = (value) => value.toLocaleString("en", { maximumSignificantDigits: 6 });

// Where a value is, and which values get a line: `at`, `ticks`.
function scale(low, high, from, to, log) {
  const along = log ? Math.log10 : Number;
  const share = (value) => (along(value) - along(low)) / (along(high) - along(low));
  return {
    at: (value) => Number((from + (to - from) * share(value)).toFixed(1)),
    ticks: (count) => (log ? decades(low, high) : round(low, high, Math.max(count, 2))),
  };
}

function round(low, high, count) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((times) => times * power >= rough * 0.999);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function decades(low, high) {
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const times of [1, 2, 5]) found.push(Number((times * 10 ** power).toPrecision(12)));
  }
  return found.filter((tick) => tick >= low && tick <= high);
}
