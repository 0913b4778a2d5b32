// What a program did that a real RP2040 wouldn't forgive.

export class Faults {
  constructor(where) {
    this.where = where; // says the address of the instruction that runs
    this.found = new Map();
    this.stopped = ""; // why the program can't go on
  }

  // Notes what no program goes on after.
  stop(rule, what) {
    this.report(rule, what);
    this.stopped = what;
  }

  // Notes that the rule `rule` was broken; `what` says how. The same, elsewhere, counts once more.
  report(rule, what) {
    const place = this.where();
    const fault = this.found.get(rule) ?? { rule, what, places: new Set(), count: 0 };
    fault.places.add(place);
    fault.count += 1;
    this.found.set(rule, fault);
  }

  // All of them: [{rule, what (the first time), places, count}].
  list() {
    return [...this.found.values()].map((fault) => ({ ...fault, places: [...fault.places] }));
  }
}

// Has `before(offset, value)` look at what is written to a register, and `read(offset, value)` give
// what is read; either may be left out. Writes by way of "set", "clear" and "xor" come as the whole
// new value.
export function watch(peripheral, { read, before, after }) {
  const readUint32 = peripheral.readUint32.bind(peripheral);
  const writeUint32 = peripheral.writeUint32.bind(peripheral);
  if (read) peripheral.readUint32 = (offset) => read(offset, () => readUint32(offset)) >>> 0;
  peripheral.writeUint32 = (offset, value) => {
    if (before?.(offset, value >>> 0) === false) return;
    writeUint32(offset, value);
    after?.(offset, value >>> 0);
  };
}
