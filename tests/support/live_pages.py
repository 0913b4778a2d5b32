"""The live pages of the website, built, and their C called in Node.js or in a browser.

Cases are [[model, [[inputs of an inference], ...]], ...], all bytes; there is an answer for each.
"""

import base64
import contextlib
import json
import shutil
import subprocess
import sys

import jupyter_lab
import patience
import places
import pytest

#: The scripts that an engine needs, in the order in which pages load them.
SCRIPTS = ("tables.js", "boards.js", "engine_wasm.js", "engine.js", "fit.js")

#: Loads models, runs inferences, and tells what there is to tell of each.
RUN = """
async (cases) => {
  const text = (array) => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    return btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));
  };
  const answers = [];
  for (const [model, inferences] of cases) {
    let engine;
    try {
      engine = await Engine.load(bytesOfBase64(model));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answers.push({ refusal: error.message });
      continue;
    }
    const outputs = inferences.map((inputs) => {
      const arrays = inputs.map((codes, i) => {
        const { buffer } = bytesOfBase64(codes);
        return new ARRAYS[engine.inputs[i].dtype](buffer);
      });
      return engine.invoke(...arrays).map(text);
    });
    const { arenaBytes, tensors, operators, inputs, outputs: ends } = engine;
    answers.push({ outputs, arenaBytes, tensors, operators, plan: engine.arenaPlan(),
      fits: fits(engine), weightBytes: engine.weightBytes,
      inputs: inputs.map((one) => one.index), ends: ends.map((one) => one.index) });
  }
  return answers;
}
"""

#: How many colours a canvas has in the box from left to right, top to bottom (0 to 1).
COLOURS = """
(canvas, [left, right, top, bottom]) => {
  const [width, height] = [canvas.width, canvas.height];
  const box = [left * width, top * height, (right - left) * width, (bottom - top) * height];
  const pixels = canvas.getContext("2d").getImageData(...box.map(Math.round)).data;
  return new Set(new Uint32Array(pixels.buffer)).size;
}
"""

needs_node = pytest.mark.skipif(
    shutil.which("node") is None, reason="needs Node.js (on Debian: apt-get install nodejs)"
)


def build(folder, *options):
    """Build the pages as one does by hand."""
    subprocess.run(
        [sys.executable, "-m", "website.wasm", str(folder), *options],
        check=True,
        cwd=places.ROOT,
        timeout=patience.seconds(900),
    )
    return folder


def in_node(folder, cases):
    """What RUN answers, in Node.js."""
    return ask_node(folder, SCRIPTS, RUN, _encoded(cases))


def ask_node(folder, scripts, function, argument):
    """What a page's JavaScript answers, in Node.js.

    Args:
        folder: of the built pages.
        scripts: names of scripts that run first.
        function: the text of an async function of one argument.
        argument: its argument, and what it returns: JSON.
    """
    parts = [(folder / name).read_text(encoding="utf-8") for name in scripts]
    read = "JSON.parse(require('fs').readFileSync(0))"
    parts.append(f"({function})({read}).then((answer) => console.log(JSON.stringify(answer)));")
    script = folder.parent / "run.js"
    script.write_text("\n".join(parts), encoding="utf-8")
    done = subprocess.run(
        [shutil.which("node"), str(script)],
        input=json.dumps(argument),
        capture_output=True,
        text=True,
        timeout=patience.seconds(300),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def in_page(page, cases):
    """What RUN answers, in a page that has the scripts."""
    return page.evaluate(RUN, _encoded(cases))


def _encoded(cases):
    return [[encoded(model), [[*map(encoded, one)] for one in runs]] for model, runs in cases]


def encoded(data):
    return base64.b64encode(data).decode()


@contextlib.contextmanager
def opened(folder, name, width=1200, height=1000, flags=(), **options):
    """A page opened from its file; what it says in the console, and asks of the network, is kept.

    Returns:
        A context manager that gives Playwright's page. At its end nothing may have been an error,
        and nothing asked for that isn't in the folder.
    """
    from playwright.sync_api import sync_playwright

    address = options.pop("address", folder.as_uri())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=jupyter_lab.CHROMIUM, args=[*jupyter_lab.FLAGS, *flags]
        )
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        page = context.new_page()
        page.set_default_timeout(patience.seconds(60) * jupyter_lab.SECOND)
        wrong = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        ours = (address, "blob:", "data:")
        page.on("request", lambda one: None if one.url.startswith(ours) else wrong.append(one.url))
        try:
            page.goto(f"{address}/{name}")
            yield page
            assert wrong == []
        finally:
            browser.close()
