"""A project for the Nano 33 BLE Sense: an Arduino sketch, with all of a program's C in it.

The C is a library inside the sketch's `src` folder, where Arduino's builder compiles everything: so
there is nothing to install first, and it can be taken out and installed as a library all the same.
"""

from tinyml_helpers import boards, firmware, model_file
from tinyml_helpers.boards.motion_sensors import (
    COUNTS_PER_G,
    COUNTS_PER_RADIAN,
    DEGREE,
    MOTION_SENSORS,
)
from tinyml_helpers.export import nano_steps
from tinyml_helpers.export.contents import Contents
from tinyml_helpers.export.sources import included, model_name, sources
from tinyml_helpers.firmware import needs

FOLDER = firmware.FOLDER / "arduino"

#: The sketch's folder in the project, and that of its library.
SKETCH = "tinyml_nano"
LIBRARY = f"{SKETCH}/src/tinyml_workbook"

#: Arduino's core: the last of those that are built on Mbed OS, its one newer version aside.
CORE_VERSION = "4.5.0"
#: Arduino's libraries and their versions: those whose API and axes were read for this.
MOTION_LIBRARIES = {
    "nano33ble": ("Arduino_LSM9DS1", "1.1.1"),
    "nano33ble_rev2": ("Arduino_BMI270_BMM150", "1.2.1"),
}
#: Where there is a sensor of vibration: it is a motion sensor, asked for more.
VIBRATION_BOARD = "nano33ble_rev2"
#: Arduino's library for the camera of its kit; of its version nobody has looked up more than this.
CAMERA_LIBRARY = ("Arduino_OV767X", "0.0.2")

#: Bytes that the core has for a program: its linker_script.ld, with the 512 bytes before it.
FLASH_BYTES = 0xF0000
#: Bytes of an empty sketch with this core, the 32 KiB for the stack included, as arduino-cli said
#: them to the author of github.com/kierdavis/underglow (2026; the core's version isn't told).
EMPTY_FLASH, EMPTY_RAM = 85_328, 44_552
#: Estimated: RAM that the core and its libraries ask for while they run, of which the thread of the
#: USB port and that of motion take 4 KiB each.
HEAP = 16_384
#: Estimated, since GCC at -O2 (12 here) makes up to 15% more code than zig of the same C: the share
#: added to what the same program's code takes on the emulated board.
MORE_CODE = 0.17
#: Bytes that sketches have beyond that, by sensor; measured: the USB port's packet, a sensor's
#: ring, what a live program keeps of events.
MORE_RAM = {
    None: 128,
    "sound": 24_064,
    "motion": 6_144,
    "pictures": 52_224,
    "vibration": 20_480,
}
#: The same of flash; of a live one 3 KiB are measured, the rest is a guess at Arduino's library.
MORE_FLASH = {
    None: 0,
    "sound": 11_264,
    "motion": 35_840,
    "pictures": 11_264,
    "vibration": 35_840,
}

#: GCC at -Os, which Arduino's core asks for, makes kernels slow.
_FAST = '#pragma GCC optimize("O2")\n'

_HEADER = """\
// tinyml_workbook.h: the program; see protocol.h for how a computer talks to it.
#ifndef TINYML_WORKBOOK_H
#define TINYML_WORKBOOK_H

#ifdef __cplusplus
extern "C"
#endif
int firmware_main(void); // never returns

#endif
"""

_SKETCH = f"""\
// A model of the TinyML workbook on a Nano 33 BLE Sense. All of the program is in src/; it waits
// for questions on the USB port, and answers. README.md beside this folder says how to build it.
#include "{LIBRARY.removeprefix(SKETCH + "/")}/src/tinyml_workbook.h"

void setup()
{{
    firmware_main();
}}

void loop()
{{
}}
"""


def contents(board, application, live):
    """A sketch that runs a program on a Nano.

    Args:
        board: "nano33ble" or "nano33ble_rev2".
        application: a `firmware.Application`, checked.
        live: whether it takes its samples from the board's own sensor.

    Returns:
        A `Contents`.

    Raises:
        ValueError: it is to be live, and the board has no sensor for it.
        firmware.DoesNotFit: the board is too small, the core counted in.
        model_file.ModelFileError, micro.CannotRun: a model can't be run.
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    sensor = application.sensor if live else None
    if sensor == "vibration" and board != VIBRATION_BOARD:
        raise ValueError(
            f"a watcher can't be live on {board}: its sensor, an LSM9DS1, gives 952 samples a "
            f"second at most, and the watcher takes 1,600 or more; export for {VIBRATION_BOARD}, "
            "or without live=True, and send it samples over the link"
        )
    program = _program(board, application, live)
    figures, image = boards.get(board), firmware.build(application, board)
    flash = image.model_bytes + round((1 + MORE_CODE) * image.code_bytes)
    sizes = {
        "flash": EMPTY_FLASH + flash + MORE_FLASH[sensor],
        "RAM": EMPTY_RAM + HEAP + image.ram_bytes - image.stack_bytes + MORE_RAM[sensor],
    }
    has = {"flash": FLASH_BYTES, "RAM": figures.ram_bytes}
    for memory, needed in sizes.items():
        if needed > has[memory]:
            raise firmware.DoesNotFit(figures, memory, needed, has[memory])
    motion = MOTION_LIBRARIES[board]
    library = {"motion": motion, "vibration": motion, "pictures": CAMERA_LIBRARY}.get(sensor)
    files = {
        f"{SKETCH}/{SKETCH}.ino": _SKETCH,
        f"{SKETCH}/sketch.yaml": _sketch_yaml(board, library),
        f"{LIBRARY}/library.properties": _library_properties(figures, library),
        f"{LIBRARY}/src/tinyml_workbook.h": _HEADER,
    }
    files |= {f"{LIBRARY}/src/{name}": text for name, text in program.items()}
    empty = EMPTY_FLASH, EMPTY_RAM, HEAP
    return Contents(
        title=f"A model on the {figures.name}",
        about=nano_steps.about(figures, sensor),
        files=files,
        steps=nano_steps.steps(figures, sensor, CORE_VERSION, library, flash, empty, SKETCH),
        sizes=sizes,
        has=has,
        tour=nano_steps.tour(application, sensor, SKETCH, LIBRARY),
    )


def _program(board, application, live):
    """All C and C++ of the program: dict of a file's name to its text."""
    found = sources(application, [], live=live)
    glue = ["board_arduino.cpp", *([f"sensor_{application.sensor}.cpp"] if live else [])]
    while glue:
        name = glue.pop()
        found[name] = (FOLDER / name).read_text(encoding="utf-8")
        glue += [header for header in included(found[name]) if (FOLDER / header).is_file()]
    macros = [*needs.defines(application), *(["TM_LIVE"] if live else [])]
    data = {model_name(symbol) for symbol in application.models}
    return {
        name: text if name in data else _above(name, board, macros, application) + text
        for name, text in found.items()
    }


def _above(name, board, macros, application):
    """Lines to write above a file: a sketch has no flags of its own."""
    ending = name.rpartition(".")[2]
    if ending == "h":
        return ""
    lines = "".join(f"#define {macro}\n" for macro in macros)
    if name == "main.c":
        lines += "#define main firmware_main // main is the core's\n"
    if name == "board_arduino.cpp":
        lines += f'#define BOARD_NAME "{board}"\n'
    if name == "sensor_motion.cpp":
        lines += _motion_axes(board)
    if name == "sensor_pictures.cpp":
        _, height, width, _ = model_file.read(application.model).inputs[0].shape
        lines += f"#define FRAME_HEIGHT {height}\n#define FRAME_WIDTH {width}\n"
    return f"{_FAST if ending == 'c' else ''}{lines}\n"


def _motion_axes(board):
    """How the library's values become those of a sample, from the sensor's table; C++."""
    sensor = MOTION_SENSORS[board]
    acceleration = sensor.library_counts_per_g / sensor.counts_per_g * COUNTS_PER_G
    rotation = sensor.library_counts_per_dps / sensor.counts_per_dps * DEGREE * COUNTS_PER_RADIAN
    return (
        f"#include <{MOTION_LIBRARIES[board][0]}.h>\n"
        f"#define ACCELERATION_AXES {_axes(sensor, acceleration)}\n"
        f"#define ROTATION_AXES {_axes(sensor, rotation)}\n"
    )


def _axes(sensor, counts):
    """An initializer: for each of x, y, z which value of the library's, and counts to its unit."""
    found = []
    for axis in sensor.axes:
        (place,) = (i for i, other in enumerate(sensor.library_axes) if other[1] == axis[1])
        turned = axis[0] != sensor.library_axes[place][0]
        found.append(f"{{{place}, {-counts if turned else counts:.6f}f}}")
    return ", ".join(found)


def _sketch_yaml(board, library):
    """The sketch project file: which board, core and libraries, for arduino-cli."""
    fqbn = "arduino:mbed_nano:nano33ble"  # of both revisions
    libraries = f"    libraries:\n      - {library[0]} ({library[1]})\n" if library else ""
    return (
        f"profiles:\n  {board}:\n    fqbn: {fqbn}\n"
        f"    platforms:\n      - platform: arduino:mbed_nano ({CORE_VERSION})\n{libraries}"
        f"default_profile: {board}\ndefault_fqbn: {fqbn}\n"
    )


def _library_properties(figures, library):
    fields = {
        "name": "TinyML Workbook Program",
        "version": "1.0.0",
        "author": "the TinyML workbook",
        "maintainer": "the TinyML workbook",
        "sentence": f"A model, what runs it, and what talks to a computer, for the {figures.name}.",
        "paragraph": "It was made for one model and one board by the workbook's export.",
        "category": "Data Processing",
        "url": "https://docs.arduino.cc/hardware/nano-33-ble-sense",
        "architectures": "mbed_nano",
        "includes": "tinyml_workbook.h",
    }
    if library:
        fields["depends"] = library[0]
    return "".join(f"{name}={value}\n" for name, value in fields.items())
