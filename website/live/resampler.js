// Signals at an even rate, from samples that come when they come: a cubic curve through each and
// its neighbours is read off one sample later.
//
//     const resampler = new Resampler(50);
//     for (const row of resampler.push(seconds, values)) ...     // rows of as many values
//
// datasets.resampled_motion does the same to a whole recording, better: its spline knows all
// samples, it low-passes, and evens out times that come in bursts. Here what a sensor measures
// above half the rate isn't taken away: of a wrist there is next to nothing. Gaps aren't filled: a
// sample more than LONGEST_GAP after the last begins anew, and what no sensor measures, another
// sample within SHORTEST_STEP, is left out.
"use strict";

const LONGEST_GAP = 0.25, // seconds, as there
  SHORTEST_STEP = 0.002;

class Resampler {
  constructor(rate) {
    this.rate = rate;
    this.#begin();
  }

  #begin() {
    this.known = []; // the last three samples: [seconds, values]
    this.next = 0; // the number of the next row since the first sample
    this.start = null;
  }

  push(seconds, values) {
    const last = this.known.at(-1);
    if (last && seconds - last[0] < SHORTEST_STEP) return [];
    if (last && seconds - last[0] > LONGEST_GAP) this.#begin();
    this.start ??= seconds;
    this.known.push([seconds, values]);
    if (this.known.length < 3) return [];
    const rows = this.#between(...this.known.slice(-4));
    if (this.known.length > 3) this.known.shift();
    return rows;
  }

  // Rows between the last but two and the last but one of these samples: three at the beginning.
  #between(...samples) {
    const [before, from, to, after] = samples.length === 4 ? samples : [null, ...samples],
      rows = [];
    for (;;) {
      const at = this.start + this.next / this.rate;
      if (at >= to[0]) return rows;
      rows.push(from[1].map((_, i) => cubic(before, from, to, after, i, at)));
      this.next++;
    }
  }
}

// How steep the parabola through three samples is in the middle one.
function slope([t0, a], [t1, b], [t2, c], i) {
  const left = (b[i] - a[i]) / (t1 - t0),
    right = (c[i] - b[i]) / (t2 - t1);
  return (left * (t2 - t1) + right * (t1 - t0)) / (t2 - t0);
}

// Hermite's cubic between two samples. Without one before, it begins as steep as the straight line.
function cubic(before, from, to, after, i, at) {
  const step = to[0] - from[0],
    share = (at - from[0]) / step,
    straight = (to[1][i] - from[1][i]) / step;
  const first = step * (before ? slope(before, from, to, i) : straight),
    last = step * slope(from, to, after, i),
    [a, b] = [from[1][i], to[1][i]];
  const bend = first + last - 2 * (b - a);
  return a + share * (first + share * (b - a - first - bend + share * bend));
}
