// A field's season, played: soil and probe are simulated, the node and its gateway are the boards'.
"use strict";

const DAYS_A_SECOND = 6;
const STRESS = 0.95; // of Ks, a day's average
const SETTINGS = { delta: 50, heartbeat: 24, hour: 6, lead: 1 }; // 0.5%; water by a day ahead
const ALARMS = {
  silent: "the probe is silent",
  battery: "the battery is low",
  stuck: "the probe sticks",
  spikes: "the probe's readings jump",
  "dry contact": "the probe has lost the soil",
  drift: "the probe drifts",
};

const at = (id) => document.getElementById(id);

// The probe among the roots: noise, steps, and from some hour on a fault.
class Probe {
  constructor(field, fault, onset) {
    Object.assign(this, { fault, onset });
    this.random = new Random(field.number, 5);
    this.hours = 0;
    this.last = null;
  }

  // Hundredths of a percent, null for no reading.
  read(moisture) {
    const age = this.fault === "none" ? -1 : this.hours - this.onset;
    this.hours++;
    let value = moisture + this.random.normal(0, FIELDS.noise);
    if (age >= 0 && this.fault === "silent") return null;
    if (age > 0 && this.fault === "stuck") return this.last;
    if (age > 0 && this.fault === "drift") value += (0.2 * age) / 24;
    const steps = Math.max(0, Math.round(value / FIELDS.step));
    this.last = Math.round(100 * FIELDS.step * steps);
    return this.last;
  }
}

// A season of one field, a day at a time.
class Season {
  constructor(field, { quantile, share, dose, fault }) {
    const column = (name) => new Int16Array(bytesOfBase64(field[name]).buffer);
    Object.assign(this, { field, dose });
    this.rain = column("rain");
    this.temperature = column("temperature");
    this.et0 = column("et0");
    this.length = this.rain.length / 24; // days
    this.soil = new SoilWater(field);
    this.probe = new Probe(field, fault, this.rain.length / 2);
    const { wilting_point: dry, field_capacity: full } = field.soil;
    this.line = 100 * (dry + share * (full - dry));
    this.settings = {
      ...SETTINGS,
      start: field.start,
      line: quantile === "never" ? 0 : Math.round(100 * this.line),
      dose,
      quantile: quantile === "never" ? 1 : Number(quantile),
      unused: 0,
    };
    this.days = []; // { moisture, believed, rain, water, stress, alarms }
    this.messages = this.bytes = 0;
    this.given = 0; // tenths of mm, by the node in the hour before
  }

  day(node) {
    const day = this.days.length,
      made = { rain: 0, water: 0, stress: 0, hour: null };
    for (let hour = 24 * day; hour < 24 * day + 24; hour++) {
      const wet = (this.rain[hour] + this.given) / 10;
      made.stress += this.soil.step(wet, this.et0[hour] / 1000, day).stress / 24;
      made.rain += this.rain[hour] / 10;
      made.water += this.given / 10;
      const reading = this.probe.read(this.soil.moisture) ?? -32768;
      const millivolts = Math.round(1000 * FIELDS.volts - (200 * hour) / 8760);
      made.hour = node.hour([reading, this.temperature[hour], this.rain[hour], millivolts]);
      this.given = made.hour.water;
      this.messages += made.hour.frameBytes > 0;
      this.bytes += made.hour.frameBytes;
    }
    made.moisture = this.soil.moisture;
    made.believed = made.hour.believed === null ? null : made.hour.believed / 100;
    this.days.push(made);
    return made;
  }

  get stressed() {
    return this.days.filter(({ stress }) => stress < STRESS).length;
  }

  get water() {
    return this.days.reduce((sum, { water }) => sum + water, 0);
  }

  // The same season by a timer, or without water: { water, stressed }.
  without(everyDays) {
    const soil = new SoilWater(this.field);
    let [water, stressed] = [0, 0];
    for (let day = 0; day < this.length; day++) {
      let stress = 0;
      for (let hour = 24 * day; hour < 24 * day + 24; hour++) {
        const dose = everyDays && day % everyDays === 0 && hour % 24 === 6 ? this.dose / 10 : 0;
        water += dose;
        stress += soil.step(this.rain[hour] / 10 + dose, this.et0[hour] / 1000, day).stress / 24;
      }
      stressed += stress < STRESS;
    }
    return { water, stressed };
  }
}

function counted(number, thing) {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

function drawMoisture(chart, season) {
  const { days } = season,
    last = days.length - 1;
  const points = (name) => days.map((day, i) => [i, day[name]]);
  chart.line([[0, season.line], [season.length, season.line]], "--bad", { dash: [6, 4] });
  if (last >= 0) {
    const { hour, believed } = days[last];
    const level = believed ?? days[last].moisture;
    const fan = FIELDS.leads.map((lead, i) => [
      last + lead / 24,
      ...[0, 2].map((one) => level + hour.changes[3 * i + one] / 100),
    ]);
    chart.band([[last, level, level], ...fan], "--accent");
    const middle = FIELDS.leads.map((lead, i) => [
      last + lead / 24,
      level + hour.changes[3 * i + 1] / 100,
    ]);
    chart.line([[last, level], ...middle], "--accent", { width: 1.5, dash: [2, 3] });
  }
  chart.line(points("believed"), "--accent", { width: 1.5 });
  chart.line(points("moisture"), "--text", { width: 1.5 });
  chart.dots(
    days.flatMap(({ hour }, i) => (hour.alarms.length ? [[i, chart.y[0]]] : [])),
    "--bad",
  );
  const words = days.length
    ? `Moisture among the roots on day ${days.length}: ` +
      `${days[last].moisture.toFixed(1)}% by volume, ` +
      `the gateway believes ${days[last].believed?.toFixed(1) ?? "nothing"}`
    : "Moisture among the roots, day by day: nothing yet";
  chart.canvas.setAttribute("aria-label", words);
}

function drawSky(chart, season) {
  const width = Math.max(1.5, (chart.wide - 50) / season.length - 1);
  chart.columns(season.days.map(({ rain }, i) => [i, rain]), "--tensor", width);
  chart.columns(season.days.map(({ water }, i) => [i, water]), "--good", width);
  const rain = season.days.reduce((sum, day) => sum + day.rain, 0);
  chart.canvas.setAttribute(
    "aria-label",
    `Rain and water given up to day ${season.days.length}: ` +
      `${rain.toFixed(0)} and ${season.water.toFixed(0)} mm`,
  );
}

async function open() {
  const choices = ["field", "quantile", "line", "dose", "fault"].map(at),
    [field, quantile, line, dose, fault] = choices;
  const says = at("says"),
    events = at("events");
  let node, season, chart, sky, before;
  const tell = (text, rings = false) => {
    says.classList.toggle("rings", rings);
    if (says.textContent !== text) says.textContent = text;
  };
  try {
    node = await FieldNode.open();
  } catch (error) {
    return tell(error.message, true);
  }
  FIELDS.fields.forEach(({ crop, soil }, i) =>
    field.append(tag("option", { value: i }, `${crop.name} on ${soil.texture}`)),
  );
  const happened = (text) => events.append(tag("li", {}, text));

  function prepare() {
    player.stop();
    season = new Season(FIELDS.fields[field.value], {
      quantile: quantile.value,
      share: line.value / 100,
      dose: Number(dose.value),
      fault: fault.value,
    });
    at("line_says").textContent = `${line.value}%`;
    before = [];
    events.replaceChildren();
    draw();
    tell("Choose, and press Play.");
  }

  // Axes fit the field, so that they are made anew.
  function draw() {
    const { wilting_point: dry, field_capacity: full } = season.field.soil;
    chart.x = sky.x = [0, season.length];
    chart.y = [Math.floor(80 * dry), Math.ceil(115 * full)];
    chart.draw((here) => drawMoisture(here, season));
    sky.draw((here) => drawSky(here, season));
  }

  function step(place) {
    const begun = performance.now();
    const { hour, water } = season.day(node);
    const milliseconds = performance.now() - begun;
    const news = hour.alarms.filter((alarm) => !before.includes(alarm));
    if (news.length)
      happened(`Day ${place + 1}: the node rings: ${news.map((one) => ALARMS[one]).join(", ")}.`);
    before = hour.alarms;
    if (hour.alarms.length)
      tell(`Alarm: ${hour.alarms.map((one) => ALARMS[one]).join(", ")}.`, true);
    else tell(water ? `It waters: ${water} mm.` : "It watches.");
    at("took").textContent =
      `This browser took ${milliseconds.toFixed(1)} ms for the last day: soil, node and gateway.`;
    if (player.hurried && place % 10 && place < season.length - 1) return;
    draw();
  }

  const axes = { x: [0, 100], y: [0, 40], across: "day since sowing" };
  chart = new Chart(at("chart"), { ...axes, up: "moisture among the roots, % by volume" });
  sky = new Chart(at("sky"), { ...axes, up: "mm a day" });
  const player = new Player({ play: at("play"), skip: at("skip") }, step, DAYS_A_SECOND);
  player.onstart = () => {
    prepare();
    node.reset(season.settings);
    player.start(season.length);
  };
  player.onend = () => {
    const share = Math.round((100 * season.messages) / (24 * season.length));
    const [nothing, timer] = [season.without(0), season.without(5)];
    const verdict =
      `The node gave ${season.water.toFixed(0)} mm; the crop had ` +
      `${counted(season.stressed, "day")} of stress. Without water it would have had ` +
      `${nothing.stressed}; with a timer, every five days, ${timer.stressed}, and ` +
      `${timer.water.toFixed(0)} mm.`;
    tell(verdict);
    happened(verdict);
    happened(
      `It sent ${counted(season.messages, "message")}, in ${share}% of all hours, ` +
        `${counted(season.bytes, "byte")}.`,
    );
  };
  for (const choice of choices)
    choice.addEventListener("input", prepare);
  prepare();
  at("play").disabled = at("skip").disabled = false;
}

open();
