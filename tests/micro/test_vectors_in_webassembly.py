"""Compiled for WebAssembly and run by Node.js, the vector kernels give the same bytes as here."""

import base64
import json
import shutil
import subprocess

import patience
import pytest
import vector_layers

from tinyml_helpers import micro, toolchain
from tinyml_helpers.micro import binding

PROGRAM = """
#include "kernels.h"
#include "kernels/tm_vector.h"

#ifndef TM_VECTOR
#error "the kernels have no vectors"
#endif

const tm_kernel *const kernels[] = {
    &tm_conv_2d, &tm_depthwise_conv_2d, &tm_fully_connected, NULL,
};
tm_interpreter interpreter;
"""

#: Reads models and inputs, prints outputs: base64 in JSON, both ways.
SCRIPT = """
const fs = require("fs");
WebAssembly.instantiate(fs.readFileSync(process.argv[2])).then(({instance}) => {
  const its = instance.exports;
  const heap = (its.__heap_base.value + 15) & ~15, room = 1 << 22;
  its.memory.grow(room / 65536 * 2);
  const at = (place, bytes) => new Uint8Array(its.memory.buffer, place, bytes);
  const answers = JSON.parse(fs.readFileSync(0)).map(([model, inputs]) => {
    const bytes = Buffer.from(model, "base64");
    at(heap, bytes.length).set(bytes);
    const m = its.interpreter.value;
    const status = its.tm_init(m, heap, bytes.length, its.kernels.value, heap + room, room, 0);
    if (status !== 0) return status;
    inputs.forEach((codes, i) => {
      const bytes = Buffer.from(codes, "base64");
      at(its.tm_input_data(m, i), bytes.length).set(bytes);
    });
    its.tm_invoke(m);
    return inputs.map((_, i) =>
      Buffer.from(at(its.tm_output_data(m, i), its.tm_output_bytes(m, i))).toString("base64"));
  });
  console.log(JSON.stringify(answers));
});
"""

EXPORTS = (
    *("tm_init", "tm_invoke", "tm_input_data", "tm_output_data", "tm_output_bytes"),
    *("interpreter", "kernels"),
)


@pytest.fixture(scope="module")
def node():
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node.js isn't installed")
    return found


@pytest.fixture(scope="module")
def module(node, tmp_path_factory):
    """The kernels as a WebAssembly module; its path."""
    folder = tmp_path_factory.mktemp("webassembly")
    (folder / "program.c").write_text(PROGRAM, encoding="utf-8")
    sources = [*binding.sources(vector_layers.OPERATORS), folder / "program.c"]
    module = folder / "program.wasm"
    module.write_bytes(toolchain.webassembly(sources, EXPORTS, binding.INCLUDE))
    return module


def test_webassembly_gives_the_same_bytes(node, module, tmp_path):
    cases = [
        vector_layers.make(name, seed) for name in vector_layers.OPERATORS for seed in range(20)
    ]
    cases += [vector_layers.wide(seed) for seed in range(2)]
    script = tmp_path / "run.js"
    script.write_text(SCRIPT, encoding="utf-8")
    asked = [
        [_text(case.tflite_bytes), [_text(x.tobytes()) for x in case.inputs]] for case in cases
    ]
    done = subprocess.run(
        [node, str(script), str(module)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=patience.seconds(120),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for case, answer in zip(cases, json.loads(done.stdout), strict=True):
        outputs = micro.Interpreter(case.tflite_bytes).invoke(*case.inputs)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        assert answer == [_text(output.tobytes()) for output in outputs], case.description


def _text(data):
    return base64.b64encode(data).decode()
