"""What a camera for a board gives, and what its frames take of the board's RAM.

    print(cameras.OV7675)
    cameras.OV7675.frame_bytes("QQVGA")  # 19,200 in grey

No emulated board has a camera: frames come from the computer there.
"""

from dataclasses import dataclass

from tinyml_helpers import boards


@dataclass(frozen=True)
class Camera:
    """A camera that a board can be given.

    Attributes:
        name: the sensor's, and where it comes from.
        board: id of the board its library is for, as in `boards`.
        sizes: dict of a size's name to (width, height), in pixels.
        frames_a_second: those it runs at, on that board.
        source: document of these facts.
        notes: tuple of sentences, what one must know to use it.
    """

    name: str
    board: str
    sizes: dict
    frames_a_second: tuple
    source: str
    notes: tuple

    def frame_bytes(self, size, grey=True):
        """Bytes of RAM that a frame takes.

        Args:
            size: its name, a key of `sizes`.
            grey: one byte a pixel is kept; else two (YUV 4:2:2 or RGB565).

        Raises:
            ValueError: the camera has no such size.
        """
        if size not in self.sizes:
            raise ValueError(f"no size {size!r}; choose one of {', '.join(self.sizes)}")
        width, height = self.sizes[size]
        return width * height * (1 if grey else 2)

    def __str__(self):
        ram = boards.get(self.board).ram_bytes
        form = "{:6} {:>9} {:>11} {:>7} {:>13} {:>7}".format
        lines = [
            self.name,
            form("size", "pixels", "grey, bytes", "of RAM", "colour, bytes", "of RAM"),
        ]
        for name, (width, height) in self.sizes.items():
            grey, colour = (self.frame_bytes(name, grey) for grey in (True, False))
            shares = f"{grey / ram:.0%}", f"{colour / ram:.0%}"
            cells = f"{grey:,}", shares[0], f"{colour:,}", shares[1]
            lines.append(form(name, f"{width}x{height}", *cells))
        rates = " or ".join(map(str, self.frames_a_second))
        return "\n".join([*lines, f"{rates} frames a second ({self.source})", *self.notes])


OV7675 = Camera(
    name="OV7675 of Arduino's Tiny Machine Learning Kit",
    board="nano33ble",
    sizes={
        "VGA": (640, 480),
        "CIF": (352, 240),
        "QVGA": (320, 240),
        "QCIF": (176, 144),
        "QQVGA": (160, 120),
    },
    frames_a_second=(1, 5),
    source="Arduino's library Arduino_OV767X, src/OV767X.cpp, commit d6f80e6",
    notes=(
        "It is on no Nano: the kit's shield holds both. The library is made for the Nano 33 BLE's "
        "pins and clock; of the Rev2, which has the same chip, it says nothing.",
        "It has no memory for a frame: the processor reads every byte as it comes, with interrupts "
        "off, and computes nothing meanwhile.",
        "It sends two bytes a pixel; in grey, every second one (colour) is read and dropped.",
        "Two of its wires take the pins TX and RX (examples/CameraCapture): a program with it must "
        "talk over USB, not over those pins as this workbook's firmware does.",
    ),
)
