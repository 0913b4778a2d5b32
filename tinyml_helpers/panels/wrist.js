// Movements that play: a forearm above six curves, for each. It asks Python nothing: `content` is
// all it shows, and so it plays on a page on the web, too.

const KINDS = ["Acceleration", "Rotation"], UNITS = ["g", "rad/s"], AXES = ["x", "y", "z"];
const SIGNALS = 6, QUATERNION = 4; // numbers a sample
const TRAIL = 1.2; // seconds
const SPEEDS = { "¼": 0.25, "½": 0.5, "1": 1, "2": 2 };
const CAPTION =
  "The watch tells which way the forearm points, not where it is: here its elbow stays in one " +
  "place. Its heading starts at 0 and drifts. x runs along the forearm, y across it, z out of the " +
  "watch's screen.";

function showWrist(element, content) {
  const { step, seconds, style } = content;
  const movements = content.motions.map((motion) => movementOf(motion, content, jump));
  let time = 0, playing = false, speed = 1, before = 0, frame = 0;

  const toggle = () => (playing ? pause() : start());
  const play = make("button", { class: "tiny-main tiny-play", type: "button", onclick: toggle }, "Play");
  const slider = make("input", {
    type: "range", min: 0, max: seconds, step, value: 0, "aria-label": "Time", oninput: () => jump(Number(slider.value)),
  });
  const clock = make("span", { class: "tiny-clock" });
  const speeds = Object.keys(SPEEDS).map((name) => make("option", { value: name, selected: name === "1" }, `${name} ×`));
  const faster = make("select", {
    "aria-label": "Speed", "data-lm-suppress-shortcuts": "true", onchange: () => (speed = SPEEDS[faster.value]),
  }, ...speeds);
  const panel = make("div", { class: "tiny tiny-wrist", role: "group", "aria-label": "Movements to watch" },
    make("div", { class: "tiny-movements" }, ...movements.map(({ box }) => box)),
    make("div", { class: "tiny-row" }, play, slider, clock, faster),
    make("div", { class: "tiny-caption" }, CAPTION));

  function show(at) {
    time = Math.min(Math.max(at, 0), seconds);
    slider.value = time;
    slider.setAttribute("aria-valuetext", `${time.toFixed(1)} seconds`);
    clock.textContent = `${time.toFixed(1)} s`;
    for (const movement of movements) movement.show(time);
  }

  function jump(at) {
    pause();
    show(at);
  }

  function start() {
    if (time >= seconds) show(0);
    playing = true;
    play.textContent = "Pause";
    before = performance.now();
    frame = requestAnimationFrame(next);
  }

  function pause() {
    playing = false;
    play.textContent = "Play";
    cancelAnimationFrame(frame);
  }

  function next(now) {
    if (!panel.isConnected || time >= seconds) return pause();
    show(time + (speed * Math.max(0, now - before)) / 1000);
    before = now;
    frame = requestAnimationFrame(next);
  }

  element.append(make("style", {}, style), panel);
  const again = () => show(time);
  again();
  new ResizeObserver(again).observe(panel);
  // While JupyterLab changes its theme it hides all: what shall be drawn waits for the next frame.
  new MutationObserver((_, themes) => (panel.isConnected ? requestAnimationFrame(again) : themes.disconnect()))
    .observe(document.body, { attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"] });
  // It plays once by itself when it is first seen, unless the reader asked for stillness.
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  new IntersectionObserver((entries, views) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    views.disconnect();
    if (time === 0) start();
  }, { threshold: 0.5 }).observe(panel);
}

// One movement: its box on the page, and how to show a moment of it. `jump` is told where a reader
// points at in its curves.
function movementOf({ name, hand, signals, orientation }, { step, seconds, limits }, jump) {
  const curves = unpacked(Int8Array, signals, SIGNALS), quaternions = unpacked(Int16Array, orientation, QUATERNION);
  const last = curves.length - 1;
  // Between two samples: a straight line.
  const between = (rows, time) => {
    const place = Math.min(time / step, last), sample = Math.min(Math.floor(place), last - 1);
    return rows[sample].map((from, i) => from + (place - sample) * (rows[sample + 1][i] - from));
  };
  const quaternionAt = (time) => {
    const found = between(quaternions, time), length = Math.hypot(...found);
    return found.map((value) => value / length);
  };
  const pointing = (time) => turner(quaternionAt(time))([hand, 0, 0]);

  const words = `${name}: a forearm with a watch, turning as the watch did`;
  const canvas = make("canvas", { class: "tiny-arm", role: "img", "aria-label": words });
  const charts = KINDS.map((kind, i) => {
    const rows = curves.map((row) => row.slice(3 * i, 3 * i + 3));
    return chartOf(kind, UNITS[i], limits[i], seconds / step, rows, (share) => jump(share * seconds));
  });
  const box = make("div", { class: "tiny-movement" }, make("div", { class: "tiny-title" }, name), canvas,
    ...charts.map((chart) => chart.box), timesUpTo(seconds));

  function show(time) {
    const now = Math.min(time, last * step), present = between(curves, now);
    charts.forEach((chart, i) => chart.show(now / seconds, present.slice(3 * i, 3 * i + 3)));
    const [wide, high] = [canvas.clientWidth, canvas.clientHeight].map((size) => Math.round(size * devicePixelRatio));
    if (!wide || !high) return; // not on the page yet
    if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
    const trail = [];
    for (let then = Math.max(0, now - TRAIL); then < now; then += 0.03) trail.push(pointing(then));
    drawArm(canvas, quaternionAt(now), hand, [...trail, pointing(now)], coloursOf(canvas));
  }
  return { box, show };
}

// Rows of numbers from -1 to 1, from integers in base64.
function unpacked(type, text, columns) {
  const integers = new type(Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0)).buffer);
  const most = 2 ** (8 * type.BYTES_PER_ELEMENT - 1) - 1;
  const numbers = Array.from(integers, (value) => value / most);
  return Array.from({ length: numbers.length / columns }, (_, row) => numbers.slice(columns * row, columns * (row + 1)));
}

// Three curves with their names and present values, and a cursor. `rows` are from -1 to 1.
function chartOf(kind, unit, limit, steps, rows, point) {
  const written = (value, digits) => (limit * value).toFixed(digits).replace(/^-(?=[0.]+$)/, "").replace("-", "−");
  const svg = vector("svg", { viewBox: `0 -1 ${steps} 2`, preserveAspectRatio: "none", role: "img" });
  const ranges = AXES.map((name, axis) => {
    const values = rows.map((row) => row[axis]);
    const line = values.map((value, x) => `${x} ${(-value).toFixed(3)}`).join("L");
    svg.append(vector("path", { class: `tiny-${name}`, d: `M${line}` }));
    return `${name} from ${written(Math.min(...values), 1)} to ${written(Math.max(...values), 1)}`;
  });
  svg.setAttribute("aria-label", `${kind} in ${unit} against time: ${ranges.join(", ")}`);
  const cursor = make("div", { class: "tiny-cursor" });
  const pointed = (event) => {
    const { left, width } = plot.getBoundingClientRect();
    if (event.buttons & 1) point((event.clientX - left) / width);
  };
  const plot = make("div", { class: "tiny-plot", onpointerdown: pointed, onpointermove: pointed }, svg, cursor);
  const numbers = AXES.map(() => make("b"));
  const keys = AXES.map((name, axis) => make("span", { class: `tiny-key tiny-key-${name}` }, name, numbers[axis]));
  const scale = [1, 0, -1].map((end) => make("span", {}, written(end, 0)));
  const box = make("div", { class: "tiny-chart" },
    make("div", { class: "tiny-curves" }, make("span", {}, `${kind} (${unit})`), make("span", { class: "tiny-keys" }, ...keys)),
    make("div", { class: "tiny-graph" }, make("div", { class: "tiny-scale", "aria-hidden": "true" }, ...scale), plot));
  const show = (share, present) => {
    cursor.style.left = `${100 * share}%`;
    numbers.forEach((number, axis) => (number.textContent = written(present[axis], 1)));
  };
  return { box, show };
}

function vector(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// Whole seconds below the curves, some five of them.
function timesUpTo(seconds) {
  const apart = [0.5, 1, 2, 3].find((each) => seconds / each < 5.5);
  const marks = Array.from({ length: Math.floor(seconds / apart + 0.1) + 1 }, (_, i) =>
    make("span", { style: `left: ${(100 * i * apart) / seconds}%` }, i ? `${i * apart}` : "0 s"));
  return make("div", { class: "tiny-times", "aria-hidden": "true" }, ...marks);
}

// What the page's theme makes of the forearm.
function coloursOf(element) {
  const style = getComputedStyle(element), colours = {};
  for (const name of [...AXES, "accent", "floor", "shadow"]) colours[name] = style.getPropertyValue(`--${name}`);
  for (const name of ["skin", "strap", "case", "screen"])
    colours[name] = style.getPropertyValue(`--${name}`).split(" ").map(Number);
  return colours;
}
