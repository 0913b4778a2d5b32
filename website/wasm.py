"""Builds the pages in which the workbook's own C runs in the browser.

    python -m website.wasm FOLDER [--home ADDRESS]

Writes `index.html` and all it needs into FOLDER: nothing is fetched from elsewhere. With ADDRESS,
such as `../index.html`, pages lead to the site that they are a part of. The pages work
under any address, without a network, and opened as files: there a page can't fetch, and modules
aren't loaded, so that the compiled C, models and sounds lie in scripts, as base64.
"""

import argparse
import base64
import html
import json
import re
import sys
from pathlib import Path

import numpy as np

from tinyml_helpers import boards, files, firmware, toolchain
from tinyml_helpers.applications.faces import c_looker, trained
from tinyml_helpers.applications.faces.detector import check_threshold
from tinyml_helpers.applications.keywords import c_spotter, spotter
from tinyml_helpers.datasets.pictures import drawn_faces
from tinyml_helpers.datasets.sounds import speech
from tinyml_helpers.micro import binding
from tinyml_helpers.model_file import schema
from tinyml_helpers.panels import panel
from website import code_sizes

ROOT = Path(__file__).resolve().parents[1]
PAGES, C = ROOT / "website" / "live", ROOT / "website" / "c"

#: The functions that pages call: those of micro.h, of website/c, and what Python calls of a
#: spotter and of a detector of faces.
EXPORTS = (
    *("tm_invoke", "tm_reset", "tm_input_data", "tm_output_data"),
    *("web_interpreter", "web_load", "web_place_of_tensor", "web_place_of_scratch"),
    *("web_tensor", "web_operator", "web_tensor_of_input", "web_tensor_of_output"),
    *("kw_listener_bytes", "kw_listen", "kw_push_all", "fd_detect_all", "fd_boxes_all"),
)

#: Of the notebook's camera the parts that know nothing of notebooks: the page has its own buttons.
CAMERA_FILES = ("webcam.js", "camera_parts.js", "camera_stage.js")
CAMERA_NAMES = "make, sentences, counted, draw, cameraStage, noCamera, frameOfFile, Webcam"

#: The models to try in the inspector: a file in `data`, and what it is.
EXAMPLES = {
    "keywords/keyword_real.tflite": "Keywords, a second at a time",
    "keywords/keyword_real_stateful.tflite": "Keywords, with a memory",
    "face_models/detector.tflite": "Where are faces?",
    "face_models/verifier.tflite": "Whose face is it?",
    "machine_models/faults.tflite": "A bearing's fault",
    "exercise_models/any_way.tflite": "Exercises, from the wrist",
    "heart_models/shape.tflite": "Heartbeats",
    "field_models/real.tflite": "Soil moisture",
}
#: The model that the page about keywords listens with.
LISTENS = "keywords/keyword_real_stateful.tflite"
#: What is said in its example, by voices of the bundled test set; one is no keyword.
SAID = ("yes", "stop", "house", "left", "go")
_FIRST_VOICE = 9  # from there on five different ones, all understood
#: The model that looks for faces, and scenes of the drawn test set to show it: one face, two, three
#: and none.
LOOKS = "face_models/detector.tflite"
SCENES = (5, 19, 43, 82, 99, 13)


def build(folder, home=None):
    """Write all pages.

    Args:
        folder: a Path; it is made if need be. Files of the same names are written over.
        home: where the name of the workbook on each page leads; nowhere if None.

    Raises:
        toolchain.CompileError: there is no compiler, or it doesn't work.
        OSError: a file can't be written.
    """
    for path in sorted(PAGES.iterdir()):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html" and home is not None:
            link = f'<strong><a href="{html.escape(home)}">TinyML workbook</a></strong>'
            text = text.replace("<strong>TinyML workbook</strong>", link)
        files.write_whole(folder / path.name, text)
    made = {
        **engine_scripts(),
        "boards.js": _constant("BOARDS", _boards()),
        "keywords_data.js": _constant("KEYWORDS", _keywords()),
        "listener_panel.js": _panel("listenerPanel", "microphone.js", "scope.js", "listener.js"),
        "faces_data.js": _constant("FACES", _faces()),
        "camera_parts.js": _parts("cameraParts", CAMERA_NAMES, CAMERA_FILES),
        "panels.css": panel.styles("panel.css", "stage.css", "camera.css"),
        "examples.js": _constant("EXAMPLES", [_example(*entry) for entry in EXAMPLES.items()]),
    }
    for path in EXAMPLES:
        name, data = Path(path).stem, (ROOT / "data" / path).read_bytes()
        text = f'"use strict";\n(globalThis.MODELS ??= {{}}).{name} = "{_base64(data)}";\n'
        made[f"model_{name}.js"] = text
    for name, text in made.items():
        files.write_whole(folder / name, text)


def engine_scripts():
    """The scripts that an Engine needs, and nothing else: a dict of file name to text."""
    return {
        "tables.js": _constant("TABLES", _tables()),
        "engine_wasm.js": _constant("ENGINE_WASM", _base64(module())),
        "engine.js": (PAGES / "engine.js").read_text(encoding="utf-8"),
    }


def module():
    """The C of the pages as a WebAssembly module, bytes; raises as `toolchain.webassembly`."""
    sources = [*sorted(C.glob("*.c")), *binding.sources()]
    sources += [*c_spotter.gated_sources(), c_spotter.FOLDER / "kw_batch.c"]
    sources += [*c_looker.sources(), c_looker.FOLDER / "fd_batch.c"]
    return toolchain.webassembly(sources, EXPORTS, [C, *c_spotter.include(), c_looker.FOLDER])


def example_sound():
    """Words in a faint hiss, one every 1.7 seconds, to hear without a microphone: int16 [n]."""
    _, words = speech.speech_words()
    gap = spotter.signals.SAMPLE_RATE * 17 // 10
    sound = np.random.default_rng(0).integers(-20, 21, gap * len(SAID) + gap // 2)
    for place, word in enumerate(SAID):
        clips = np.flatnonzero(words.words == word)
        audio = words.audio[clips[(_FIRST_VOICE + place) % len(clips)]]
        sound[gap // 3 + place * gap :][: len(audio)] += audio // 3
    return sound.astype(np.int16)


def _tables():
    """What a page must know of the format: names of operators and of types, by number."""
    return {"operators": schema.OPERATORS, "types": schema.TENSOR_TYPES}


def _boards():
    """The boards' memories, and the code that operators bring to a program for each."""
    rows = [
        {
            "id": board.id,
            "name": board.name,
            "flash": board.flash_bytes,
            "ram": board.ram_bytes,
            "firmware": firmware.BOARDS.get(board.id),
            "source": board.ram.source if board.flash_bytes is None else board.flash.source,
        }
        for board in boards.BOARDS.values()
    ]
    return {"boards": rows, "code": code_sizes.table()}


def _keywords():
    """How the spotter listens, and something for it to hear."""
    model = (ROOT / "data" / LISTENS).read_bytes()
    settings = spotter.usual(model)
    return {
        "model": Path(LISTENS).stem,
        "names": speech.CLASSES,
        "threshold": settings.threshold,
        "settings": _base64(settings.pack().ljust(c_spotter.GATED_BYTES, b"\0")),
        "hopBytes": c_spotter.HOP.itemsize,
        "hop": {name: place for name, (_, place) in c_spotter.HOP.fields.items()},
        "hopSamples": spotter.signals.HOP,
        "windowSamples": spotter.signals.WINDOW,
        "said": SAID,
        "sound": _base64(example_sound().astype("<i2").tobytes()),
    }


def scenes():
    """Drawn scenes to look for faces in: uint8 [len(SCENES), height, width]."""
    height, _ = c_looker.check_detector((ROOT / "data" / LOOKS).read_bytes())
    return drawn_faces.drawn_scenes()[1].take(list(SCENES)).at(height).images


def _faces():
    """How the detector looks, and something for it to see."""
    images = scenes()
    return {
        "model": Path(LOOKS).stem,
        "threshold": check_threshold(trained.metrics()["detector"]["threshold"]),
        "most": c_looker.MAX_FACES,
        "side": images.shape[1],
        "stride": c_looker.STRIDE,
        "boxBytes": c_looker.BOX.itemsize,
        "scenes": [_base64(image.tobytes()) for image in images],
    }


def _example(path, words):
    data = ROOT / "data" / path
    return {"name": data.stem, "file": data.name, "words": words, "bytes": data.stat().st_size}


def _panel(name, *parts):
    """A panel of the notebook as an ordinary script: a constant with its `render`."""
    code, count = re.subn(r"^export default (\{.*\});$", r"return \1;", panel.browser_code(*parts),
                          flags=re.MULTILINE)  # fmt: skip
    if count != 1:
        raise ValueError(f"{parts[-1]} has {count} lines `export default ...;`: it needs one")
    return f'"use strict";\nconst {name} = (() => {{\n{code}\n}})();\n'


def _parts(name, exported, files):
    """Parts of a panel as an ordinary script: a constant with some of their functions."""
    code = panel.browser_code(*files)
    return f'"use strict";\nconst {name} = (() => {{\n{code}\nreturn {{ {exported} }};\n}})();\n'


def _constant(name, value):
    return f'"use strict";\nconst {name} = {json.dumps(value, ensure_ascii=False)};\n'


def _base64(data):
    return base64.b64encode(data).decode()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="where to write them")
    parser.add_argument("--home", metavar="ADDRESS", help="of the site that has the pages")
    chosen = parser.parse_args()
    folder = chosen.folder
    try:
        build(folder, chosen.home)
    except (toolchain.CompileError, OSError) as error:
        sys.exit(str(error))
    print(f"The pages are in {folder}: open {folder / 'index.html'}")


if __name__ == "__main__":
    main()
