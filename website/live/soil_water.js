// Water in a simulated field's soil, hour by hour, as tinyml_helpers/datasets/fields/simulated has
// it, where every line's source stands: two layers that fill, drain, dry and feed roots.
//
//     const water = new SoilWater(field);            // of FIELDS.fields, from sowing on
//     const { stress } = water.step(wet, et0, day);  // mm, mm, days since sowing
//     water.moisture                                 // among the roots, percent by volume
"use strict";

const UPPER_MM = 100;

const within = (value, low, high) => Math.min(Math.max(value, low), high);

// Straight between [x, y] marks, level before and behind them.
function between(x, marks) {
  if (x <= marks[0][0]) return marks[0][1];
  for (let i = 1; i < marks.length; i++) {
    const [[a, low], [b, high]] = [marks[i - 1], marks[i]];
    if (x < b) return low + ((x - a) * (high - low)) / (b - a);
  }
  return marks.at(-1)[1];
}

class SoilWater {
  constructor({ soil, crop, roots, upper, lower }) {
    Object.assign(this, { soil, crop, upper, lower });
    this.roots = 1000 * roots; // mm
    this.lowerMm = this.roots - UPPER_MM;
    const layers = (content) => [content * UPPER_MM, content * this.lowerMm];
    this.capacity = layers(soil.field_capacity);
    this.wilting = layers(soil.wilting_point);
    this.most = layers(soil.saturation);
    this.airDry = (soil.wilting_point * UPPER_MM) / 2;
    const daily = Math.min(0.0866 * (24 * soil.conductivity) ** 0.35, 0.95);
    this.drains = 1 - (1 - daily) ** (1 / 24);
  }

  get moisture() {
    return (100 * (this.upper + this.lower)) / this.roots;
  }

  // An hour with so many mm of rain and irrigation: what it did, mm, and Ks, 1 without stress to 0.
  step(wet, et0, day) {
    this.#grow(day);
    this.#infiltrate(wet);
    this.#drain();
    this.#evaporate(et0);
    const stress = this.#transpire(et0);
    this.#suck();
    return { stress };
  }

  #grow(day) {
    const { stages, coefficients } = this.crop,
      [first, middle, last] = coefficients;
    const [starts, stands, ripens, ends] = stages.map((_, i) =>
      stages.slice(0, i + 1).reduce((sum, days) => sum + days, 0),
    );
    this.growing = day >= 0 && day < ends;
    const marks = [[0, first], [starts, first], [stands, middle], [ripens, middle], [ends, last]];
    this.kcb = this.growing ? between(day, marks) : 0;
    const grown = this.growing ? between(day, [[0, 0], [stands, 1]]) : 0;
    this.reached = 150 + grown * (this.roots - 150);
    this.share = (this.reached - UPPER_MM) / this.lowerMm;
  }

  #infiltrate(wet) {
    const intoUpper = Math.min(wet, this.most[0] - this.upper);
    const left = wet - intoUpper;
    this.upper += intoUpper;
    this.lower += Math.min(left, this.soil.conductivity, this.most[1] - this.lower);
  }

  #drain() {
    const sinks = this.drains * Math.max(this.upper - this.capacity[0], 0),
      down = Math.min(sinks, this.most[1] - this.lower);
    const out = this.drains * Math.max(this.lower - this.capacity[1], 0);
    this.upper -= down;
    this.lower += down - out;
  }

  #evaporate(et0) {
    const most = this.capacity[0] - this.airDry,
      readily = Math.min(this.soil.readily_evaporable, 0.9 * most),
      depleted = this.capacity[0] - this.upper;
    const kr = within((most - depleted) / (most - readily), 0, 1);
    this.upper -= Math.min(kr * (1.2 - this.kcb) * et0, this.upper - this.airDry);
  }

  #reach() {
    return [
      Math.max(this.upper - this.wilting[0], 0),
      this.share * Math.max(this.lower - this.wilting[1], 0),
    ];
  }

  #transpire(et0) {
    const total = (this.soil.field_capacity - this.soil.wilting_point) * this.reached;
    const [upper, lower] = this.#reach(),
      found = upper + lower;
    const depleted = Math.max(total - Math.min(found, total), 0);
    const stress = within((total - depleted) / ((1 - this.crop.depletion) * total), 0, 1);
    const lost = Math.min(stress * this.kcb * et0, found),
      ofUpper = (lost * upper) / Math.max(found, 1e-12);
    this.upper -= ofUpper;
    this.lower -= lost - ofUpper;
    return this.growing ? stress : 1;
  }

  #suck() {
    const scale = this.lowerMm / UPPER_MM,
      span = this.capacity[0] - this.airDry;
    const upper = within((this.upper - this.airDry) / span, 0, 1),
      lower = within((this.lower / scale - this.airDry) / span, 0, 1);
    const up = 0.1 * ((upper + lower) / 2) ** 3 * (lower - upper);
    this.upper += up;
    this.lower -= up;
  }
}
