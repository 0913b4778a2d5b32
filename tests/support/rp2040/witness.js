// Runs a program on the strict RP2040, as told over standard input: a JSON object a line, an answer
// a line. A new chip:
//
//   {"uf2": path | "image": path, "line": "uart" | "usb", "direct": bool, "hurry": bool,
//    "marks": {name: address}}
//
// and what to do with it:
//
//   {"send": hex}                      bytes from the computer; answers {}
//   {"receive": ms}                    runs until bytes come, or so many ms of the chip's time;
//                                      answers {"hex": bytes, "ms": the chip's time}
//   {"run": ms}                        runs so long
//   {"odd": name}                      what a USB host may do (usb_odd.js): answers {"result"}
//   {"report": true}                   faults, visits of marks, counts
//
// Ends with standard input.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { Chip, FLASH_BYTES } from "./chip.js";
import { readUf2 } from "./uf2.js";
import { ODD } from "./usb_odd.js";

const MILLI = 1e6;
const PAUSE = 2 * MILLI; // without a byte, after which an answer is taken to be over

let chip = null;
let seconds = 0; // of the processor's time that the chip took

function timed(nanos, done) {
  const start = process.cpuUsage();
  const was = chip.run(nanos, done);
  const { user, system } = process.cpuUsage(start);
  seconds += (user + system) / 1e6;
  return was;
}

function open(settings) {
  let flash = new Uint8Array(FLASH_BYTES).fill(0xff);
  if (settings.uf2) flash = readUf2(readFileSync(settings.uf2), FLASH_BYTES);
  else flash.set(readFileSync(settings.image));
  chip = new Chip({ ...settings, flash });
  seconds = 0;
  return {};
}

function receive(milliseconds) {
  const { received } = chip.line;
  timed(milliseconds * MILLI, () => received.length > 0);
  const last = chip.clock.nanos;
  let count = -1;
  while (received.length > count && received.length) {
    count = received.length;
    timed(PAUSE, () => received.length > count);
  }
  const hex = Buffer.from(received.splice(0)).toString("hex");
  return { hex, ms: last / MILLI };
}

function odd(name) {
  let result;
  chip.line.jobs.push([ODD[name], (what) => (result = { result: what })]);
  timed(3000 * MILLI, () => result !== undefined);
  return result ?? { result: null };
}

function answer(command) {
  if (command.line) return open(command);
  if (command.send !== undefined) return (chip.line.send(Buffer.from(command.send, "hex")), {});
  if (command.receive !== undefined) return receive(command.receive);
  if (command.run !== undefined) return (timed(command.run * MILLI, () => false), {});
  if (command.odd !== undefined) return odd(command.odd);
  return { ...chip.report(), seconds };
}

for await (const line of createInterface({ input: process.stdin })) {
  let said;
  try {
    said = answer(JSON.parse(line));
  } catch (error) {
    said = { error: error.message, stack: error.stack };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
