"""What the README of a Nano's project says."""

from tinyml_helpers.export.contents import Steps
from tinyml_helpers.export.readme import ANOTHER_MODEL
from tinyml_helpers.export.sources import model_name

#: Bytes that the core which follows the one used here leaves to a sketch.
_ZEPHYR_SKETCH_BYTES = 98_304


def about(figures, sensor):
    """A paragraph: what the program does."""
    inputs = {
        None: "It waits for a computer that sends it inputs over USB, and answers with what its "
        "model makes of them.",
        "sound": "It hears by the board's own microphone as soon as there is power. A computer may "
        "ask it over USB what it heard.",
        "motion": "It feels the board's own motion as soon as there is power. A computer may ask "
        "it over USB what it felt.",
        "pictures": "It looks by a camera on the board's shield, once a second, as soon as there "
        "is power. A computer may ask it over USB what it sees.",
        "vibration": "It watches the machine that it is mounted on by the board's own "
        "accelerometer, 1,600 samples a second, as soon as there is power: first it learns what is "
        "usual there, then it says what isn't. At that rate it hears what a shaft does, imbalance "
        "or misalignment; the first knocks of a bearing mostly lie above. A computer may ask it "
        "over USB what it noticed.",
    }[sensor]
    return (
        f"A sketch for the {figures.name} with all the C it needs, no other library for models. "
        f"{inputs}\n\nNobody has tried it on a board yet. What was tried: every file compiles "
        "without a warning by GCC with the options of Arduino's core, and the program answers "
        "rightly where a computer plays the board."
    )


def steps(figures, sensor, core, library, flash, empty, sketch):
    """The `Steps`.

    Args:
        figures: the `boards.Board`.
        sensor: "sound", "motion", "pictures", "vibration" or None.
        core: version of Arduino's core.
        library: name and version of Arduino's library for the sensor, or None.
        flash: bytes of flash that the program takes without the core.
        empty: bytes of flash and of RAM of an empty sketch, and of RAM asked for as it runs.
        sketch: the sketch's folder.
    """
    return Steps(
        need=_need(figures, sensor, core, library),
        build=_build(core, library, sketch),
        flash=_flash(sketch),
        test=_test(sensor),
        trouble=_trouble(sensor, flash, *empty),
    )


def tour(application, sensor, sketch, library):
    """Names of files, each with a sentence."""
    files = {
        f"{sketch}/{sketch}.ino": "the sketch: it only starts the program",
        f"{sketch}/sketch.yaml": "which board and which versions, for arduino-cli",
        f"{library}/library.properties": "makes a library of this folder, should you want to "
        "install it and use it in a sketch of your own",
        f"{library}/src/main.c": "the program: receive a message, answer it",
        f"{library}/src/protocol.h": "the messages, byte for byte",
        f"{library}/src/board_arduino.cpp": "all it needs of Arduino: the USB port, and a clock",
        f"{library}/src/interpreter.c": "what runs a model",
        f"{library}/src/program.c": "the tensor arena, and the list of the model's operators",
    }
    for name in application.models:
        files[f"{library}/src/{model_name(name)}"] = "a model: the bytes of its .tflite file"
    if application.header:
        files[f"{library}/src/{application.header}"] = "the application's own messages"
    if sensor:
        files[f"{library}/src/sensor_{sensor}.cpp"] = "the board's own sensor"
    return files


def _need(figures, sensor, core, library):
    named = f", and its library {library[0]} {library[1]}" if library else ""
    camera = {
        None: "\n\nNo sensor of the board is used: samples and pictures come over USB.",
        "pictures": "\n- A camera OV7675, which isn't on the board: Arduino sells one on a shield, "
        "in its Tiny Machine Learning Kit. Its library is under the GPL, so it isn't part of this "
        "project. The camera occupies the pins 0 and 1.",
        "vibration": "\n- A healthy machine, and a stiff way to mount the board flat on its "
        "housing, near the bearing: screws or hard glue, no foam. It feels along z, the axis that "
        "points out of the board; `AXIS` in `sensor_vibration.cpp` chooses another.",
    }.get(sensor, "")
    return (
        f"- The {figures.name}, and a USB cable that carries data, not only power.\n"
        "- The Arduino IDE 2, or arduino-cli 1.0 or newer.\n"
        f"- A network for the first time: they fetch Arduino's core for the board{named}. The core "
        f'is called "Arduino Mbed OS Nano Boards", `arduino:mbed_nano`; version {core} was meant '
        f"here.{camera}"
    )


def _build(core, library, sketch):
    install = (
        f"3. In the Library Manager install {library[0]}, version {library[1]}, whose axes and "
        "scales this program knows.\n"
        if library
        else ""
    )
    number = 4 if library else 3
    return (
        "With the Arduino IDE:\n\n"
        f"1. File > Open: `{sketch}/{sketch}.ino`.\n"
        f'2. In the Boards Manager install "Arduino Mbed OS Nano Boards", version {core}.\n'
        f"{install}"
        f"{number}. Tools > Board: choose Arduino Nano 33 BLE. Sketch > Verify/Compile.\n\n"
        "With arduino-cli, which fetches by itself what `sketch.yaml` names:\n\n"
        f"```\narduino-cli compile {sketch}\n```\n\n{ANOTHER_MODEL}"
    )


def _flash(sketch):
    return (
        "In the Arduino IDE choose the board's port (Tools > Port), then Sketch > Upload. With "
        "arduino-cli, the port's name being what `arduino-cli board list` shows:\n\n"
        f"```\narduino-cli compile --upload --port /dev/ttyACM0 {sketch}\n```\n\n"
        'No port, or "No device found"? Press the board\'s reset button twice, quickly. The '
        "orange light swells and fades: the boot loader waits. It has a port of its own; choose "
        "that one and upload again. Afterwards the program is on the first port again."
    )


def _test(sensor):
    fed = (
        "`board.invoke(codes)`, or what `board.client` offers, must give what the emulated board "
        "gave, byte for byte; only the times are its own."
    )
    looks = (
        "`board.client.look()`, without a frame, says what is in its camera's newest picture, and "
        "`board.client.enrol()` takes that for an enrolment.\n\n"
        "It works without a computer too, from a charger: when it sees a face, with a verifier the "
        "enrolled one, the orange light is on for a second."
    )
    watches = (
        "`board.client.listen(600)` yields for ten minutes what it makes of each look, 1.28 s of "
        "vibration: `look.watching` is False while it still learns, `look.alarms` and "
        "`look.suspect` say what is wrong. A shaft that turns at another speed now: "
        "`board.client.set_speed(hertz)`. On another machine, or after a repair, have it learn "
        "afresh while the machine is healthy: `board.client.reset(Settings(rate=1600, "
        "shaft_hz=...))`, with the `Settings` of `tinyml_helpers.applications.machines.watcher`. "
        "`link.record('vibration', 10)` fetches the samples themselves, for a data set.\n\n"
        "It works without a computer too, from a charger: while there is an alarm the orange light "
        "blinks. What it learned it keeps as long as it has power, and no longer: when power comes "
        "back it takes what it hears then for healthy. Samples that it lost are counted in "
        "`board.client.lost`; behind such a gap it goes on with what it learned."
    )
    do = {"sound": "make a sound", "motion": "make a movement"}.get(sensor)
    live = (
        "`board.client.listen(10)` yields for ten seconds what it makes of its sensor, and "
        f"`link.record({sensor!r}, 10)` fetches the samples themselves, for a data set.\n\n"
        f"It works without a computer too, from a charger: {do} that it knows, and the orange "
        "light is on for a second."
    )
    asked = {None: fed, "pictures": looks, "vibration": watches}.get(sensor, live)
    return (
        "Close the IDE's serial monitor: a port serves one program at a time. Then, in a notebook "
        "or Python, with the model or application that was exported:\n\n"
        "```python\nfrom tinyml_helpers import link\n\n"
        "(found,) = link.find()\nwith link.open(found, program) as board:\n"
        "    print(board.info())\n```\n\n"
        "It prints the board's name and checks that it has this very model. "
        f"{asked}"
    )


def _trouble(sensor, flash, empty_flash, empty_ram, heap):
    of_sensor = {
        None: "",
        "sound": "- It hears too little, or loud sounds are distorted: change `GAIN` in "
        "`sensor_sound.cpp`.\n",
        "pictures": "- It says that its sensor doesn't answer: the shield, its camera or a wire of "
        "it sits loose. The USB port rests while a picture is read: an answer may take a second.\n",
        "motion": "- It says that its sensor doesn't answer: each revision of the board has "
        "another sensor, and another library for it. Export for the revision you have.\n",
        "vibration": "- It says that its sensor doesn't answer, is another, or didn't load its own "
        "program: only the second revision of the board has the BMI270. If yours is one, switch it "
        "off and on. A sensor that fell silent and is back is set up again by itself.\n"
        "- `board.client.lost` grows: the program, or another sketch's part, kept the processor "
        "from the sensor for more than a sixth of a second.\n",
    }[sensor]
    zephyr = "too" if flash > _ZEPHYR_SKETCH_BYTES else "not too"
    return (
        "- `link.find()` is empty: wait some seconds after an upload, press reset once, try "
        "another cable. On Linux your user must be in the group of the port: `python course.py "
        "doctor` says which.\n"
        "- The port is there but can't be opened: another program has it, mostly a serial "
        "monitor.\n"
        "- Answers stop in the middle: the cable or a hub. Every message has a checksum, and the "
        "computer asks again; what the core sends at once stays below 64 bytes, since it loses "
        "packets of 64.\n"
        f"{of_sensor}"
        "- The compiler says `region RAM overflowed` or `heap region overflowed`: another version "
        "of the core takes more than was computed here. Install the one named above.\n"
        '- The IDE offers "Arduino Zephyr Boards": that is another core, which leaves a sketch '
        f"{_ZEPHYR_SKETCH_BYTES:,} bytes. This program takes about {flash:,} without a core, "
        f"{zephyr} much for it; it was written for the Mbed core, and hasn't been tried there.\n"
        "- A sketch of your own hangs without a computer: a `while (!Serial)` waits for one for "
        "ever. This program waits three seconds.\n"
        "- The IDE reports other sizes than the table below: its sums count in what the core and "
        f"its libraries take. An empty sketch's {empty_flash:,} bytes of flash and {empty_ram:,} "
        f"of RAM are as others report them; the {heap:,} that are asked for while it runs, and the "
        "compiler's own way with the code, are estimates."
    )
