"""What the README of a Pico's project says."""

from tinyml_helpers.export.contents import Steps
from tinyml_helpers.export.readme import ANOTHER_MODEL

NAMES = {"pico": "Raspberry Pi Pico", "pico_w": "Raspberry Pi Pico W"}

ABOUT = (
    "The program waits for a computer that sends it inputs, over USB or over a serial adapter, and "
    "answers with what its model makes of them. `firmware.uf2` is all of it, from the first "
    "instruction after power-on: second-stage boot loader, clocks, USB, kernels, model.\n\n"
    "Nobody has tried it on a board yet. What was tried, with emulators made by others: the "
    "RP2040's own boot ROM accepts the boot loader, and programs built as this one answer over USB "
    "and over UART, on a strictly watched RP2040, with the same bytes as in a notebook."
)

TOUR = {
    "firmware.uf2": "the program, to be dragged onto the board",
    "build.py": "makes it anew",
    "build.json": "how: the compiler's flags, and the files in their order",
    "uf2.py": "what a UF2 file is, and the checksum that the boot ROM wants",
    "src/layout.ld": "what goes where in flash and RAM",
    "src/pico_boot2.c": "the first 252 bytes: make the flash readable, start the program",
    "src/startup.c": "from reset to `main`: fill the variables, then call it",
    "src/pico_clocks.c": "133 MHz of a crystal's 12",
    "src/board_rp2040.c": "pins, UART and timer; which line answers go to",
    "src/pico_usb.c": "the serial port over USB: bytes in packets",
    "src/pico_usb_requests.c": "what a computer asks of a USB device before it believes it",
    "src/main.c": "the program: receive a message, answer it",
    "src/protocol.h": "the messages, byte for byte",
    "src/interpreter.c": "what runs a model",
    "src/program.c": "the tensor arena, and the list of the model's operators",
    "src/tm_model_data.c": "the model",
}

_NEED = """\
- a {name}, and a USB cable that carries data: many that come with chargers don't
- to talk to it: the workbook, or any program that speaks `src/protocol.h`
- only to build it anew: Python 3.9 or later with `python -m pip install ziglang=={zig}`
"""

_BUILD = """\
`firmware.uf2` is built already. To do it anew, after a change in `src` say:

```
python build.py
```

With ziglang {zig} and without a change it comes out the same, byte for byte.

{another_model}
"""

_FLASH = """\
1. Hold the button BOOTSEL while you plug in the cable, then let go. A drive `RPI-RP2` appears.
2. Drag `firmware.uf2` onto it. The drive goes away, and the program runs. Some systems complain
   that it went without being told to: that is as it should be.

Next time it goes without the button: open the serial port at 1200 baud, close it, and the drive is
back.

```
python -c "import serial; serial.Serial('PORT', 1200).close()"
```
"""

_TEST = """\
```python
from tinyml_helpers import link

(found,) = link.find()
with link.open(found) as board:
    print(board.info())
```

Given the model or the application as well, `link.open(found, program)`, the link sends it inputs:
`board.invoke(codes)` gives what `micro.Interpreter(program).invoke(codes)` gives in the notebook,
and an application has its `board.client`.

Over a serial adapter of 3.3 V instead: its RX on GP0 (pin 1), its TX on GP1 (pin 2), GND on
pin 3, 115,200 baud. Answers go to the line that the question came on.
"""

_TROUBLE = """\
- **No drive with BOOTSEL held.** Try another cable, then a port of the computer itself instead of a
  hub.
- **The drive comes back by itself after dragging.** The boot ROM didn't accept the program: the
  file isn't whole, or isn't for this board (a Pico 2 takes others). Drag it again.
- **The drive went away and no port comes.** Plug it in anew, without the button. The first Picos
  (chips RP2040 B0 and B1) may fail to join on a busy hub, erratum RP2040-E5: use a port of the
  computer itself.
- **Linux: permission denied.** Ports belong to a group, `dialout` on Debian and Ubuntu, `uucp` on
  Arch: `sudo usermod -aG dialout $USER`, then log in anew; `plugdev` is for drives. A port that is
  "busy" in the first seconds is ModemManager's doing: wait.
- **Windows 10 and later** know the port without a driver; Device Manager shows it as "USB Serial
  Device (COM...)". Windows 8 and older don't.
- **The port is there and nothing answers.** Another program has it open, a serial monitor say.
- **It takes longer than in the notebook.** The boot loader reads flash over one wire, as every
  flash chip can, and the emulator doesn't count what a read costs that the chip's cache misses.
- **It answered once, then no more.** Unplug it for a second. `python course.py doctor` in the
  workbook looks at all of this, and says what to do.
"""


def steps(board, zig):
    """The `Steps`.

    Args:
        board: "pico" or "pico_w".
        zig: version of ziglang that the program was built with.
    """
    return Steps(
        need=_NEED.format(name=NAMES[board], zig=zig),
        build=_BUILD.format(zig=zig, another_model=ANOTHER_MODEL),
        flash=_FLASH,
        test=_TEST,
        trouble=_TROUBLE,
    )
