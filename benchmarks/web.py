"""The C of the website's live pages: how large it is, and how long an inference takes.

    python benchmarks/web.py [--rounds 30] [--json] [MODEL.tflite ...]

Runs these models, or those that the pages have, in WebAssembly by Node.js and by Chromium, and
natively on one core. All three take turns in every round; a figure is the median of the rounds,
measured. What the boards take is estimated, as `report.fits` has it. What isn't installed is left
out.
"""

import argparse
import base64
import contextlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tinyml_helpers import boards, micro, report
from tinyml_helpers.report import bench

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT))
from website import page_data, wasm  # noqa: E402 - the website's folder isn't installed

_MODELS = [ROOT / "data" / path for path in page_data.EXAMPLES]
_TURN_SECONDS = 0.1
_CHIPS = ("nano33ble", "pico")
_SCRIPTS = ("tables.js", "engine_wasm.js", "engine.js")

#: Makes an engine; then, each time it is called, milliseconds of an inference.
_PREPARE = """
async ([model, inputs]) => {
  const engine = await Engine.load(bytesOfBase64(model));
  const arrays = inputs.map((codes, i) =>
    new ARRAYS[engine.inputs[i].dtype](bytesOfBase64(codes).buffer));
  globalThis.turn = (seconds) => {
    const begun = performance.now();
    let many = 0, took = 0;
    do {
      engine.invoke(...arrays);
      many++;
      took = performance.now() - begun;
    } while (took < 1000 * seconds);
    return took / many;
  };
}
"""
_SERVE = """
const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", async (line) => {
  const asked = JSON.parse(line);
  console.log(JSON.stringify(Array.isArray(asked) ? await prepare(asked) ?? 0 : turn(asked)));
});
"""


def measure(files, rounds):
    """Times of models.

    Args:
        files: paths of .tflite files.
        rounds: how often all take turns.

    Returns:
        A dict: "wasm_bytes", and "models": for each {"model", "macs", "milliseconds": by who runs
        it}, of the boards estimated.
    """
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        folder = Path(scratch)
        for name, text in wasm.engine_scripts().items():
            (folder / name).write_text(text, encoding="utf-8")
        runners = {"native": _Native()}
        if shutil.which("node"):
            runners["Node.js"] = stack.enter_context(_node(folder))
        if shutil.which("chromium"):
            runners["Chromium"] = stack.enter_context(_chromium(folder))
        rows = [_timed(path, runners, rounds) for path in files]
    return {"wasm_bytes": len(wasm.module()), "models": rows}


def _timed(path, runners, rounds):
    data = path.read_bytes()
    interpreter = micro.Interpreter(data)
    inputs = bench.inputs_of(interpreter.model, seed=0)
    for runner in runners.values():
        runner.prepare(data, inputs)
    turns = {name: [] for name in runners}
    for _ in range(rounds):
        for name, runner in runners.items():
            turns[name].append(runner.turn(_TURN_SECONDS))
    times = {name: statistics.median(all_turns) for name, all_turns in turns.items()}
    for row in report.fits(data, _CHIPS).rows:
        if row.milliseconds is not None:
            times[boards.get(row.board.id).name] = row.milliseconds
    return {"model": path.stem, "macs": interpreter.model.macs, "milliseconds": times}


class _Native:
    """The same C compiled for this computer."""

    def prepare(self, data, inputs):
        self._interpreter, self._inputs = micro.Interpreter(data), inputs

    def turn(self, seconds):
        begun, many = time.perf_counter(), 0
        while (took := time.perf_counter() - begun) < seconds or not many:
            self._interpreter.invoke(*self._inputs)
            many += 1
        return 1000 * took / many


class _Asked:
    """WebAssembly, by somebody who is asked: `ask` takes what JSON can hold."""

    def __init__(self, ask_prepare, ask_turn):
        self._prepare, self.turn = ask_prepare, ask_turn

    def prepare(self, data, inputs):
        self._prepare([_base64(data), [_base64(np.ascontiguousarray(x)) for x in inputs]])


@contextlib.contextmanager
def _node(folder):
    parts = [(folder / name).read_text(encoding="utf-8") for name in _SCRIPTS]
    script = folder / "serve.js"
    script.write_text("\n".join([*parts, f"const prepare = {_PREPARE};", _SERVE]), encoding="utf-8")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
    with subprocess.Popen([shutil.which("node"), str(script)], **pipes) as process:

        def ask(question):
            print(json.dumps(question), file=process.stdin, flush=True)
            return json.loads(process.stdout.readline())

        yield _Asked(ask, ask)
        process.stdin.close()


@contextlib.contextmanager
def _chromium(folder):
    from playwright.sync_api import sync_playwright

    tags = "".join(f'<script src="{name}"></script>' for name in _SCRIPTS)
    (folder / "page.html").write_text(f"<!doctype html>{tags}", encoding="utf-8")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        page = browser.new_page()
        page.goto((folder / "page.html").as_uri())
        yield _Asked(
            lambda question: page.evaluate(_PREPARE, question),
            lambda seconds: page.evaluate("(seconds) => turn(seconds)", seconds),
        )
        browser.close()


def _base64(data):
    return base64.b64encode(data).decode()


def as_text(figures):
    """The figures as text."""
    lines = [f"The C of the pages: {figures['wasm_bytes']:,} bytes of WebAssembly"]
    lines.append("Boards are estimated, all others measured.")
    for row in figures["models"]:
        lines.append(f"{row['model']}, {row['macs']:,} MACs, milliseconds of an inference:")
        native = row["milliseconds"]["native"]
        for name, value in row["milliseconds"].items():
            lines.append(f"  {name:32}{value:9.3f}  {value / native:8.1f} times native")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30, help="how often all take turns")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.add_argument("models", nargs="*", type=Path, metavar="MODEL.tflite")
    chosen = parser.parse_args()
    figures = measure(chosen.models or _MODELS, chosen.rounds)
    print(json.dumps(figures, indent=2) if chosen.json else as_text(figures))


if __name__ == "__main__":
    main()
