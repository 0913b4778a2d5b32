// Will it fit? What a model takes of each board, from the tables that website/code_sizes.py made of
// linked programs (BOARDS): an estimate by some tens of bytes.
"use strict";

// An operator's inputs of int16 are computed by code of its own, but for these (firmware/needs.py).
const ALWAYS_INT16 = ["QUANTIZE", "DEQUANTIZE"];
const WITH_STATE = ["SVDF", "UNIDIRECTIONAL_SEQUENCE_LSTM"];

// Which of the programs' variants a model needs.
function variantOf(engine) {
  const floats = engine.tensors.some(({ dtype }) => dtype === "float32");
  const int16 = engine.operators.some(
    ({ name, inputs }) =>
      !ALWAYS_INT16.includes(name) &&
      inputs
        .slice(0, WITH_STATE.includes(name) ? 1 : inputs.length)
        .some((place) => place >= 0 && engine.tensors[place].dtype === "int16"),
  );
  return floats || int16 ? "all" : "int8";
}

// Bytes of code and constants of a program with these operators.
function codeBytes(sizes, names) {
  const places = new Set([...sizes.always, ...names.flatMap((name) => sizes.operators[name])]);
  return sizes.other_bytes + [...places].reduce((sum, place) => sum + sizes.sizes[place], 0);
}

// For each board { board, fits, limit, flash, ram, over }: bytes taken (flash is null where
// programs lie on a memory card), the memory that overflows or null, and how many bytes too many.
function fits(engine) {
  const names = [...new Set(engine.operators.map(({ name }) => name))],
    variant = variantOf(engine);
  return BOARDS.boards.map((board) => {
    if (board.firmware === null) {
      const ram = engine.modelBytes + engine.arenaBytes; // Linux: the model lies in RAM, too
      return verdict(board, null, ram);
    }
    const program = BOARDS.code[board.firmware],
      sizes = program[variant];
    const flash = engine.modelBytes + codeBytes(sizes, names);
    const ram = Math.max(engine.arenaBytes, 1) + sizes.static_bytes + program.stack_bytes;
    return verdict(board, flash, ram);
  });
}

function verdict(board, flash, ram) {
  const overFlash = flash === null ? 0 : Math.max(flash - board.flash, 0);
  const overRam = Math.max(ram - board.ram, 0);
  const limit = overFlash ? "flash" : overRam ? "RAM" : null;
  return { board, fits: limit === null, limit, flash, ram, over: overFlash || overRam };
}
