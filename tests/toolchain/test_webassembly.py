"""C as a WebAssembly module: what it exports, that it needs nothing, and what bad C says."""

import json
import re
import shutil
import subprocess

import patience
import pytest

from tinyml_helpers import toolchain

TEXT = """\
#include <stddef.h>
#include <stdint.h>
void *memset(void *to, int value, size_t size);
uint32_t web_sum(uint32_t count);
uint32_t web_unused(void);
uint32_t web_unused(void) { return 1; }
uint32_t web_sum(uint32_t count)
{
    uint8_t many[100];
    memset(many, 2, sizeof many);
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += many[i];
    return sum;
}
"""
SCRIPT = """
const bytes = require("fs").readFileSync(process.argv[1]);
WebAssembly.compile(bytes).then(async (module) => {
  const { exports } = await WebAssembly.instantiate(module, {});
  console.log(JSON.stringify([
    WebAssembly.Module.imports(module), Object.keys(exports).sort(), exports.web_sum(50),
    exports.memory.grow(10) > 0,
  ]));
});
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js isn't installed")
def test_a_module_needs_nothing_and_can_be_called(source, tmp_path):
    module = tmp_path / "sum.wasm"
    module.write_bytes(toolchain.webassembly([source(TEXT)], ["web_sum"]))
    done = subprocess.run(
        ["node", "-e", SCRIPT, str(module)],
        capture_output=True,
        text=True,
        timeout=patience.seconds(60),
        check=True,
    )
    assert json.loads(done.stdout) == [[], ["__heap_base", "memory", "web_sum"], 100, True]


def test_bad_c_is_told_by_file_and_line(source):
    with pytest.raises(toolchain.CompileError, match=r"\.c:2: .*nothing"):
        toolchain.webassembly([source("int web_f(void);\nint web_f(void) { return nothing; }")], [])


def test_the_same_c_gives_the_same_bytes(source):
    first, again = (toolchain.webassembly([source(TEXT)], ["web_sum"]) for _ in range(2))
    assert first == again and re.match(rb"\0asm", first)
