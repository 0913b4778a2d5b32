// Wave a phone: motion of a phone or of a simulated arm, what the coach names and counts.
"use strict";

const SECONDS_SHOWN = 10;
const HOPS_A_SECOND = 16; // played eight times as fast as it was
const PATIENCE = 3000; // milliseconds for a phone's first sample
const LINES = [
  ["--accent", []],
  ["--bad", [7, 3]],
  ["--good", [2, 3]],
];
const AXES_OF = {
  watch: "x along the forearm, z out of the watch's face",
  phone: "x to the right of the screen, y to its top, z out of it",
};

const at = (id) => document.getElementById(id);
const large = (name) => name[0].toUpperCase() + name.slice(1);

// The last seconds of six signals, as two charts.
class Signals {
  constructor() {
    const x = [-SECONDS_SHOWN, 0],
      across = "s";
    this.charts = [
      new Chart(at("acceleration"), { x, y: [-2.5, 2.5], across, up: "acceleration, g" }),
      new Chart(at("rotation"), { x, y: [-6, 6], across, up: "rotation, rad/s" }),
    ];
    this.clear();
  }

  clear() {
    this.rows = [];
    this.draw();
  }

  add(samples) {
    const { axes, rate, stepsAG, stepsARadian } = EXERCISES;
    for (let i = 0; i < samples.length; i += axes)
      this.rows.push(
        Array.from(samples.subarray(i, i + axes), (v, k) => v / (k < 3 ? stepsAG : stepsARadian)),
      );
    this.rows = this.rows.slice(-SECONDS_SHOWN * rate);
  }

  draw() {
    const last = this.rows.length - 1,
      { rate } = EXERCISES;
    this.charts.forEach((chart, kind) => {
      chart.draw(() =>
        LINES.forEach(([colour, dash], k) => {
          const points = this.rows.map((row, i) => [(i - last) / rate, row[3 * kind + k]]);
          chart.line(points, colour, { width: 1.6, dash });
        }),
      );
      const now = this.rows.at(-1)?.slice(3 * kind, 3 * kind + 3);
      const words = now?.map((value, k) => `${"xyz"[k]} ${value.toFixed(1)}`).join(", ");
      const [what, unit] = [
        ["Acceleration", "g"],
        ["Rotation", "rad/s"],
      ][kind];
      const said = words ? `${words} ${unit}` : "nothing yet";
      chart.canvas.setAttribute("aria-label", `${what}: ${said}`);
    });
  }
}

// Each exercise that was named, with its count; one that begins anew gets a line of its own.
class Tally {
  constructor(list) {
    this.list = list;
    this.clear();
  }

  clear() {
    this.list.replaceChildren();
    this.series = new Map();
  }

  take({ exercise, repetitions }) {
    if (exercise === null || repetitions === 0) return;
    let one = this.series.get(exercise);
    if (!one || repetitions < one.many) {
      one = { line: tag("li") };
      this.series.set(exercise, one);
      this.list.append(one.line);
    }
    one.many = repetitions;
    one.line.textContent = `${large(exercise)}: ${repetitions}`;
  }
}

async function open() {
  const signals = new Signals(),
    tally = new Tally(at("events")),
    bars = new Bars(at("bars"), EXERCISES.classes, "How sure it is");
  let coach,
    phone = null,
    named;
  const took = { milliseconds: 0, hops: 0 };

  function tell(text, trouble = false) {
    at("says").classList.toggle("trouble", trouble);
    if (at("says").textContent !== text) at("says").textContent = text;
  }

  function begin(settings, axes) {
    coach.reset(settings);
    signals.clear();
    tally.clear();
    bars.nothing();
    named = undefined;
    at("count").textContent = "0";
    at("name").textContent = "no exercise yet";
    at("truth").textContent = "";
    at("axes").textContent = axes;
  }

  // Draws the signals once a frame, however many samples come in it.
  let waiting = false;
  function later() {
    if (!waiting) requestAnimationFrame(() => ((waiting = false), signals.draw()));
    waiting = true;
  }

  // Lets the coach see samples, and shows what it says.
  function see(samples, drawn = true) {
    const begun = performance.now();
    const hops = coach.push(samples);
    took.milliseconds += performance.now() - begun;
    took.hops += hops.length;
    signals.add(samples);
    for (const hop of hops) show(hop, drawn);
    if (!drawn) return;
    later();
    const each = took.milliseconds / Math.max(took.hops, 1);
    at("took").textContent = `This browser takes ${each.toFixed(2)} ms for half a second.`;
  }

  function show(hop, drawn) {
    const { exercise, repetitions, smoothed } = hop;
    tally.take(hop);
    if (!drawn) return;
    bars.show(
      Array.from(smoothed, (share) => share / 255),
      exercise === null ? EXERCISES.none : EXERCISES.classes.indexOf(exercise),
    );
    at("count").textContent = repetitions;
    at("name").textContent = exercise ? large(exercise) : "no exercise";
    at("name").parentElement.classList.toggle("named", exercise !== null);
    if (exercise !== named) tell(exercise ? `It names ${exercise}.` : "It names no exercise.");
    named = exercise;
  }

  const { buffer } = bytesOfBase64(EXERCISES.session.samples),
    session = new Int16Array(buffer),
    hopValues = EXERCISES.axes * EXERCISES.hopSamples,
    length = Math.floor(session.length / hopValues);

  function step(place) {
    const drawn = !player.hurried || place % 32 === 0 || place === length - 1;
    see(session.subarray(place * hopValues, (place + 1) * hopValues), drawn);
    const here = (place + 1) * EXERCISES.hopSamples;
    const done = EXERCISES.session.series.find(({ start, end }) => start < here && here <= end);
    at("truth").textContent = `Really: ${done?.exercise ?? "a pause"}`;
  }

  const player = new Player({ play: at("play"), skip: at("skip") }, step, HOPS_A_SECOND);
  player.onstart = () => {
    switchOff();
    begin(EXERCISES.session.settings, AXES_OF.watch);
    player.start(length);
  };
  player.onend = () => {
    const { series, repetitions } = EXERCISES.session,
      done = series.map(({ exercise }) => exercise).join(", ");
    tell(`The session is over. Of each ${repetitions} were done: ${done}.`);
  };

  async function switchOn() {
    at("on").disabled = true;
    try {
      await PhoneMotion.allowed();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return tell(error.message, true);
    } finally {
      at("on").disabled = false;
    }
    player.stop();
    begin(EXERCISES.phone[at("arm").value], AXES_OF.phone);
    const here = (phone = new PhoneMotion((samples) => {
      see(samples);
      at("truth").textContent = `${Math.round(phone.rate)} samples a second`;
    }));
    phone.start();
    [at("on").hidden, at("off").hidden] = [true, false];
    at("off").focus();
    tell("The sensors are on: begin, or press Stop.");
    await new Promise((resolve) => setTimeout(resolve, PATIENCE));
    if (phone === here && !here.times.length)
      tell(
        "No motion sensor answers yet: play the simulated arm, or open this page on a phone.",
        true,
      );
  }

  function switchOff() {
    if (!phone) return;
    const focused = document.activeElement === at("off");
    phone.stop();
    phone = null;
    [at("on").hidden, at("off").hidden] = [false, true];
    if (focused) at("on").focus();
    tell("The sensors are off.");
  }

  try {
    coach = await Coach.open();
  } catch (error) {
    return tell(error.message, true);
  }
  at("on").addEventListener("click", switchOn);
  at("off").addEventListener("click", switchOff);
  at("arm").addEventListener("change", () => {
    if (phone) begin(EXERCISES.phone[at("arm").value], AXES_OF.phone);
  });
  for (const id of ["play", "skip", "on"]) at(id).disabled = false;
}

open();
