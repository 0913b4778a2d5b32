// A motor's life, played: every look is simulated, watched, and drawn.
"use strict";

const WORDS = {
  null: "nothing: it stays healthy",
  inner: "the inner race",
  outer: "the outer race",
  ball: "a ball",
  imbalance: "imbalance",
  misalignment: "misalignment",
  unknown: "something unknown",
  sensor: "the sensor",
};
const LOOKS_A_SECOND = 9;
const TENTH = 1200; // samples

const at = (id) => document.getElementById(id);

class Life {
  constructor(machine, fault) {
    Object.assign(this, { machine, fault });
    this.life = machine.lives[fault];
    this.simulator = new MachineSimulator(machine);
    this.commissioning = machine.before.days.length;
    this.length = this.commissioning + this.life.days.length;
    this.looks = []; // { day, score, alarms, suspect }
    this.first = null;
  }

  // Where a look is: its day, level of the fault (null without one), and load.
  when(place) {
    const { days, loads } = place < this.commissioning ? this.machine.before : this.life;
    const own = place < this.commissioning ? place : place - this.commissioning;
    const decibels = place < this.commissioning ? null : this.life.decibels[own];
    return { day: days[own], load: loads[own], decibels };
  }

  // Simulates a look and lets the watcher see it.
  look(place, watcher) {
    const { day, load, decibels } = this.when(place);
    const fault = decibels === null ? null : this.fault;
    const { samples, shaftHz } = this.simulator.look(fault, decibels ?? 0, load, place);
    const begun = performance.now();
    const [look] = watcher.push(samples, shaftHz);
    const milliseconds = performance.now() - begun;
    this.looks.push({ day, ...look });
    return { look, day, samples, shaftHz, milliseconds };
  }
}

function named(suspect) {
  return WORDS[suspect] ?? suspect;
}

function drawLife(chart, life, told) {
  const { looks } = life,
    threshold = looks.at(-1)?.threshold ?? null,
    x = ({ day }) => day;
  chart.span(-2, 0, "--edge");
  if (told && life.life.onset !== null) {
    chart.span(life.life.onset, 28, "--bad");
    chart.mark(life.life.onset, "--bad", "the fault begins");
  }
  if (threshold !== null) chart.line([[0, threshold], [28, threshold]], "--bad", { dash: [6, 4] });
  chart.line(looks.map((look) => [x(look), look.score]), "--accent");
  const ringing = looks.filter(({ alarms }) => alarms.length);
  chart.dots(ringing.map((look) => [x(look), look.score ?? chart.y[0]]), "--bad", 3.5);
  if (life.first !== null) chart.mark(life.first.day, "--text", "first alarm");
  const words = looks.length
    ? `How unusual the machine is, to day ${looks.at(-1).day.toFixed(1)}: ` +
      `score ${looks.at(-1).score ?? "not known"}, threshold ${threshold ?? "not known"}, ` +
      `${ringing.length} looks with an alarm`
    : "How unusual the machine is, day by day: nothing yet";
  chart.canvas.setAttribute("aria-label", words);
}

async function open() {
  const [machine, fault, says, events] = ["machine", "fault", "says", "events"].map(at);
  let watcher, life;
  const tell = (text, rings = false) => {
    says.classList.toggle("rings", rings);
    if (says.textContent !== text) says.textContent = text;
  };
  try {
    watcher = await Watcher.open();
  } catch (error) {
    return tell(error.message, true);
  }
  MACHINES.machines.forEach(({ shaft_hz }, i) =>
    machine.append(
      tag("option", { value: i }, `${"ABC"[i]}: ${shaft_hz.toFixed(1)} turns a second`),
    ),
  );
  fault.append(tag("option", { value: "surprise" }, "a surprise"));
  for (const one of Object.keys(MACHINES.machines[0].lives))
    fault.append(tag("option", { value: one }, WORDS[one]));

  const score = { x: [-2, 28], y: [-20, 110], across: "day", up: "score, 1/8 octave" };
  const chart = new Chart(at("chart"), score);
  const wave = new Chart(at("wave"), { x: [0, TENTH], y: [-1, 1] });
  const parts = MACHINES.classes.map((name) => (name === "normal" ? name : WORDS[name]));
  const bars = new Bars(at("bars"), parts, "What the fault model suspects");
  const happened = (text) => events.append(tag("li", {}, text));

  function prepare() {
    player.stop();
    const faults = Object.keys(MACHINES.machines[0].lives);
    const chosen =
      fault.value === "surprise" ? faults[Math.floor(Math.random() * faults.length)] : fault.value;
    life = new Life(MACHINES.machines[machine.value], chosen);
    events.replaceChildren();
    bars.nothing();
    chart.draw((here) => drawLife(here, life, false));
    wave.draw(() => {});
    tell("Choose, and press Play.");
  }

  function step(place) {
    const { look, day, samples, shaftHz, milliseconds } = life.look(place, watcher);
    const { alarms, suspect } = look;
    if (place === life.commissioning) happened("Day 0: it knows what is usual, and watches.");
    if (alarms.length && life.first === null) {
      life.first = { day, suspect };
      happened(`Day ${day.toFixed(1)}: the first alarm. It suspects ${named(suspect)}.`);
    } else if (alarms.length && suspect !== life.suspect)
      happened(`Day ${day.toFixed(1)}: it suspects ${named(suspect)}.`);
    life.suspect = suspect ?? life.suspect;
    if (!look.watching) tell("Days -2 to 0: the watcher learns what is usual at this machine.");
    else if (!alarms.length) tell("The watcher watches. No alarm.");
    else tell(`Alarm: it suspects ${named(suspect)}.`, true);
    at("took").textContent =
      `This browser took ${milliseconds.toFixed(1)} ms for the last look, front end and models.`;
    if (player.hurried && place % 8 && place < life.length - 1) return;
    chart.draw((here) => drawLife(here, life, false));
    drawWave(samples);
    at("wave_says").textContent =
      `A tenth of a second on day ${day.toFixed(1)}, at ${shaftHz.toFixed(1)} turns a second.`;
    const best = look.smoothed.indexOf(Math.max(...look.smoothed));
    bars.show(Array.from(look.smoothed, (share) => share / 255), best);
  }

  function drawWave(samples) {
    const part = samples.subarray(0, TENTH),
      most = part.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    // As loud as the loudest so far, so that one sees it grow.
    life.most = Math.max(life.most ?? 1, 1.1 * most);
    const points = Array.from(part, (value, i) => [i, value / life.most]);
    wave.draw((here) => here.line(points, "--accent", { width: 1 }));
    const g = (most / MACHINES.countsPerG).toFixed(2);
    wave.canvas.setAttribute("aria-label", `A tenth of a second of vibration, up to ${g} g`);
  }

  const player = new Player({ play: at("play"), skip: at("skip") }, step, LOOKS_A_SECOND);
  player.onstart = () => {
    prepare();
    watcher.reset(life.machine.settings);
    player.start(life.length);
  };
  player.onend = () => {
    chart.draw((here) => drawLife(here, life, true));
    const { onset } = life.life,
      { first } = life;
    const early = life.looks.filter(
      ({ day, alarms }) => alarms.length && (onset === null || day < onset),
    ).length;
    let verdict;
    if (onset === null)
      verdict = "Four weeks, and nothing was wrong with it.";
    else {
      verdict = `It was ${named(life.fault)}, from day ${onset.toFixed(1)} on. `;
      verdict += first
        ? `The watcher rang on day ${first.day.toFixed(1)}, ${(28 - first.day).toFixed(1)} days ` +
          `before it failed, and suspects ${named(life.suspect)} now.`
        : "The watcher never rang.";
    }
    if (early) verdict += ` ${early} looks rang though nothing was wrong yet.`;
    tell(verdict);
    happened(verdict);
  };
  for (const choice of [machine, fault]) choice.addEventListener("change", prepare);
  prepare();
  at("play").disabled = at("skip").disabled = false;
}

open();
