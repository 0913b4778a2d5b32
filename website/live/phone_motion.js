// A phone's own sensors: samples as the coach takes them, 50 a second, from DeviceMotionEvents.
//
//     await PhoneMotion.allowed();                    // in a handler of a click: iPhones ask then
//     const phone = new PhoneMotion((samples) => ...);   // Int16Array, six numbers a sample
//     phone.start();                                  // phone.rate: events a second; phone.stop()
//
// Axes: x to the right of the screen, y to its top, z out of it. Source: W3C, Device Orientation
// and Motion. Rotations alpha, beta, gamma are about x, y, z, in degrees a second.
"use strict";

const LOOKED_AT = 0.4; // seconds until it is known which sign accelerations have

class PhoneMotion {
  static async allowed() {
    if (!("DeviceMotionEvent" in globalThis) || !isSecureContext)
      throw new Refusal(
        "This browser tells pages nothing of motion, or only those that come by HTTPS. " +
          "Play the simulated arm instead.",
      );
    const asking = [DeviceMotionEvent, globalThis.DeviceOrientationEvent]
      .filter((kind) => kind?.requestPermission)
      .map((kind) => kind.requestPermission());
    let answers;
    try {
      answers = await Promise.all(asking);
    } catch {
      answers = ["denied"];
    }
    if (answers.includes("denied"))
      throw new Refusal(
        "The page was not allowed to use the motion sensors: close it, open it again, and " +
          "allow it.",
      );
  }

  constructor(take) {
    this.take = take;
    this.resampler = new Resampler(EXERCISES.rate);
    this.waiting = []; // until the sign is known
    this.times = [];
    this.up = null;
    this.agrees = 0;
    this.sign = 0;
    this.heard = (event) => this.#hear(event);
    this.turned = (event) => this.#turn(event);
  }

  start() {
    addEventListener("deviceorientation", this.turned);
    addEventListener("devicemotion", this.heard);
  }

  stop() {
    removeEventListener("deviceorientation", this.turned);
    removeEventListener("devicemotion", this.heard);
  }

  // Events a second, of the last ones; null before there are some.
  get rate() {
    const { times } = this;
    return times.length < 2 ? null : (times.length - 1) / (times.at(-1) - times[0]);
  }

  // Where up is in the phone's axes, by its orientation.
  #turn({ beta, gamma }) {
    if (beta === null || gamma === null) return;
    const [b, c] = [beta, gamma].map((angle) => (angle * Math.PI) / 180);
    this.up = [-Math.cos(b) * Math.sin(c), Math.sin(b), Math.cos(b) * Math.cos(c)];
  }

  #hear({ accelerationIncludingGravity: a, rotationRate: r, timeStamp }) {
    const values = [a?.x, a?.y, a?.z, r?.alpha, r?.beta, r?.gamma];
    if (!values.every(Number.isFinite)) return; // a computer without sensors
    const seconds = timeStamp / 1000;
    this.times = [...this.times.slice(-50), seconds];
    if (this.sign) return this.#give(seconds, values);
    // iPhones give accelerations the other sign: -9.8 along what points up. Orientation tells.
    this.waiting.push([seconds, values]);
    this.up?.forEach((share, i) => (this.agrees += share * values[i]));
    if (seconds - this.waiting[0][0] < LOOKED_AT) return;
    this.sign = this.agrees < 0 ? -1 : 1;
    for (const sample of this.waiting.splice(0)) this.#give(...sample);
  }

  #give(seconds, values) {
    const { stepsAG, stepsARadian, g } = EXERCISES;
    const counts = values.map((value, i) =>
      i < 3 ? (this.sign * value * stepsAG) / g : (value * stepsARadian * Math.PI) / 180,
    );
    const rows = this.resampler.push(seconds, counts);
    const whole = (value) => Math.min(Math.max(Math.round(value), -32768), 32767);
    if (rows.length) this.take(Int16Array.from(rows.flat(), whole));
  }
}
