"""Builds the pages in which the workbook's own C runs in the browser.

    python -m website.wasm FOLDER [--home ADDRESS]

Writes `index.html` and all it needs into FOLDER: nothing is fetched from elsewhere. With ADDRESS,
such as `../index.html`, pages lead to the site that they are a part of. The pages work
under any address, without a network, and opened as files: there a page can't fetch, and modules
aren't loaded, so that the compiled C, models and sounds lie in scripts, as base64.
"""

import argparse
import html
import json
import re
import sys
from pathlib import Path

from tinyml_helpers import files, toolchain
from tinyml_helpers.applications.faces import c_looker
from tinyml_helpers.applications.fields import c_node
from tinyml_helpers.applications.keywords import c_spotter
from tinyml_helpers.applications.machines import c_watcher
from tinyml_helpers.applications.wearables.exercises import c_coach
from tinyml_helpers.micro import binding
from tinyml_helpers.panels import panel
from website import exercise_data, page_data, unlock_data

ROOT = Path(__file__).resolve().parents[1]
PAGES, C = ROOT / "website" / "live", ROOT / "website" / "c"

#: Every page, and what links to it say.
NAVIGATION = {
    "index.html": "Live",
    "inspector.html": "Model inspector",
    "digits.html": "Digits",
    "keywords.html": "Keywords",
    "faces.html": "Faces",
    "unlock.html": "Unlock",
    "exercises.html": "Exercises",
    "machines.html": "Machines",
    "fields.html": "Fields",
}

#: The functions that pages call: those of micro.h, of website/c, and what Python calls of a
#: spotter, a detector of faces, a lock that knows one, a coach of exercises, a watcher of machines,
#: a field's node and its gateway.
EXPORTS = (
    *("tm_invoke", "tm_reset", "tm_input_data", "tm_output_data"),
    *("web_interpreter", "web_load", "web_place_of_tensor", "web_place_of_scratch"),
    *("web_tensor", "web_operator", "web_tensor_of_input", "web_tensor_of_output"),
    "web_digit_ink",
    *("kw_listener_bytes", "kw_listen", "kw_push_all", "fd_detect_all", "fd_boxes_all"),
    *("fd_looker_bytes", "fd_set_up", "fd_begin", "fd_step", "fd_forget", "fd_check_verifier"),
    *("ex_coach_bytes", "ex_coach_start", "ex_push_all"),
    *("mc_watcher_bytes", "mc_start", "mc_set_speed", "mc_push_all"),
    *("so_node_bytes", "so_start", "so_push_all", "so_heard"),
    *("so_gateway_bytes", "so_gateway_start", "so_gateway_hour"),
)

#: Of the notebook's camera the parts that know nothing of notebooks: the page has its own buttons.
CAMERA_FILES = ("webcam.js", "camera_parts.js", "camera_stage.js")
CAMERA_NAMES = "make, sentences, counted, draw, cameraStage, noCamera, frameOfFile, Webcam"


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
        if path.suffix == ".html":
            text = text.replace('<nav aria-label="Live pages"></nav>', _navigation(path.name))
        if path.suffix == ".html" and home is not None:
            link = f'<strong><a href="{html.escape(home)}">TinyML workbook</a></strong>'
            text = text.replace("<strong>TinyML workbook</strong>", link)
        files.write_whole(folder / path.name, text)
    examples = [page_data.example(*entry) for entry in page_data.EXAMPLES.items()]
    made = {
        **engine_scripts(),
        "boards.js": _constant("BOARDS", page_data.board_facts()),
        "digits_data.js": _constant("DIGITS", page_data.digits()),
        "keywords_data.js": _constant("KEYWORDS", page_data.keywords()),
        "listener_panel.js": _panel("listenerPanel", "microphone.js", "scope.js", "listener.js"),
        "faces_data.js": _constant("FACES", page_data.faces()),
        "unlock_data.js": _constant("UNLOCK", unlock_data.face_unlock()),
        "exercises_data.js": _constant("EXERCISES", exercise_data.exercises()),
        "machines_data.js": _constant("MACHINES", page_data.machines()),
        "fields_data.js": _constant("FIELDS", page_data.fields()),
        "camera_parts.js": _parts("cameraParts", CAMERA_NAMES, CAMERA_FILES),
        "panels.css": panel.styles("panel.css", "stage.css", "camera.css"),
        "examples.js": _constant("EXAMPLES", examples),
    }
    for path in page_data.EXAMPLES:
        name, data = Path(path).stem, (page_data.DATA / path).read_bytes()
        text = page_data.base64_of(data)
        made[f"model_{name}.js"] = (
            f'"use strict";\n(globalThis.MODELS ??= {{}}).{name} = "{text}";\n'
        )
    for name, text in made.items():
        files.write_whole(folder / name, text)


def engine_scripts():
    """The scripts that an Engine needs, and nothing else: a dict of file name to text."""
    return {
        "tables.js": _constant("TABLES", page_data.tables()),
        "engine_wasm.js": _constant("ENGINE_WASM", page_data.base64_of(module())),
        "engine.js": (PAGES / "engine.js").read_text(encoding="utf-8"),
    }


def module():
    """The C of the pages as a WebAssembly module, bytes; raises as `toolchain.webassembly`."""
    sources = [*sorted(C.glob("*.c")), *binding.sources()]
    sources += [*c_spotter.gated_sources(), c_spotter.FOLDER / "kw_batch.c"]
    sources += [*c_looker.sources(), c_looker.FOLDER / "fd_batch.c"]
    sources += [*c_coach.sources(), c_coach.FOLDER / "ex_batch.c"]
    sources += [*c_watcher.sources(), c_watcher.FOLDER / "mc_batch.c"]
    here = ("gateway", "so_batch", "so_link_batch")
    sources += [*c_node.sources(), *(c_node.FOLDER / f"{name}.c" for name in here)]
    include = [C, *c_spotter.include(), c_looker.FOLDER, *c_watcher.include()]
    include += [*c_coach.include(), *c_node.include()]
    return toolchain.webassembly(dict.fromkeys(sources), EXPORTS, include)


def _navigation(here):
    """The links of a page to all others."""
    links = "\n".join(f'<a href="{page}">{words}</a>' for page, words in NAVIGATION.items())
    links = links.replace(f'"{here}"', f'"{here}" aria-current="page"')
    return f'<nav aria-label="Live pages">\n{links}\n</nav>'


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
