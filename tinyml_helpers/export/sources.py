"""The C of a program in one flat folder, for compilers that know no folders of headers."""

import re

from tinyml_helpers import firmware
from tinyml_helpers.firmware import needs
from tinyml_helpers.firmware.application import header_for
from tinyml_helpers.micro import binding

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', re.MULTILINE)
_BYTES_A_LINE = 16


def sources(application, own, include=(), live=False):
    """All C that a program is made of, but startup and board.

    Args:
        application: a `firmware.Application`.
        own: paths of C files that the board's port adds, such as `board_*.c`.
        include: folders of their headers, besides the firmware's.
        live: whether it is a live program (live.h): then live.c is part of it, and `own` has a
            sensor_*.c; TM_LIVE is to be defined in all of its C.

    Returns:
        dict of a file's name to its text, sorted by name: C files and the headers they include,
        `program.c`, `program_application.h`, and for each model the file that `model_name` names.
        No two files of the project have one name, so all go into one folder.

    Raises:
        ValueError: a C file includes a header that isn't there, or the application can't be live.
    """
    operators = needs.operators(application)
    made = {
        "program.c": firmware.program_source(operators, needs.arena_bytes(application))
        + application.source(),
        "program_application.h": header_for(application),
    }
    if live:
        made["program.c"] += application.live_source()
    made |= {
        model_name(symbol): model_source(symbol, data)
        for symbol, data in application.models.items()
    }
    own_c = ["main.c", "protocol.c", *(["live.c"] if live else [])]
    firmware_c = [firmware.FOLDER / name for name in own_c]
    waiting = [*binding.sources(operators), *firmware_c, *application.sources(), *own]
    folders = [firmware.FOLDER, *binding.INCLUDE, *application.include(), *include]
    found = dict(made)
    texts = list(made.values())
    while waiting or texts:
        if waiting:
            path = waiting.pop()
            if path.name in found:
                continue
            text, places = path.read_text(encoding="utf-8"), [path.parent, *folders]
            found[path.name] = text
        else:
            text, places = texts.pop(), folders
        for name in included(text):
            if name not in made:
                waiting.append(_header(name, places))
    return dict(sorted(found.items()))


def included(text):
    """Names of the headers that C includes with quotes, a list of str."""
    return _INCLUDE.findall(text)


def model_name(symbol):
    """The name of a model's C file: tm_model.c itself is a part of the interpreter."""
    return f"{symbol}_data.c"


def model_source(symbol, data):
    """C source of a model in flash, as program.h declares it; a str.

    Args:
        symbol: its name in C, "tm_model".
        data: bytes of the .tflite file.
    """
    rows = (data[start : start + _BYTES_A_LINE] for start in range(0, len(data), _BYTES_A_LINE))
    values = ",\n    ".join(",".join(map(str, row)) for row in rows)
    return (
        "#include <stdint.h>\n\n"
        f"extern const uint8_t {symbol}[];\nextern const uint32_t {symbol}_size;\n\n"
        f"const uint8_t {symbol}[] __attribute__((aligned(16))) = {{\n    {values},\n}};\n"
        f"const uint32_t {symbol}_size = sizeof {symbol};\n"
    )


def _header(name, places):
    """The path of a header that is included with quotes."""
    for place in places:
        if (place / name).is_file():
            return place / name
    raise ValueError(f"no header {name} in the folders of this program's C")
