#!/usr/bin/env python3
"""Gives pictures to ./program, and prints what it sees in them, a line of JSON each.

python run.py                          from the camera, if this project is live
python run.py --from picture.jpg       from a picture, or a folder of them
python run.py --enrol FOLDER           with five pictures of the one who may unlock, before
"""

import argparse
from pathlib import Path

import numpy as np
import talk
from PIL import Image, ImageOps, UnidentifiedImageError

CAMERA = 640, 480  # width, height
_BOX_UNIT = 16  # a pixel, as the program counts
_PICTURES = {".bmp", ".jpeg", ".jpg", ".pgm", ".png"}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--from", dest="file", help="a picture, or a folder of pictures")
    parser.add_argument("--enrol", metavar="FOLDER", help="of pictures of the one who may unlock")
    arguments = parser.parse_args()
    messages = talk.application()
    with talk.Program() as program:
        looker = Looker(program, messages)
        for name, picture in _pictures(arguments.enrol) if arguments.enrol else ():
            talk.tell({"enrolled from": name, **looker.see(messages["enrol"], picture)})
        for name, picture in _source(arguments, messages):
            talk.tell({"picture": name, **looker.see(messages["look"], picture)})


class Looker:
    """The program that looks at frames.

    Args:
        program: a `talk.Program`.
        messages: what application.json says.
    """

    def __init__(self, program, messages):
        self._program, self._messages, self._number = program, messages, 0
        self._event = talk.dtype_of(messages["event"])

    def see(self, kind, picture):
        """Have a picture looked at.

        Args:
            kind: the type of the message, one of application.json's.
            picture: a PIL image: its centre is cut out, and made as large and as grey as the
                program takes it.

        Returns:
            A dict for JSON: what was found, boxes in pixels of the frame, and milliseconds.
        """
        height, width = self._messages["size"]
        frame = ImageOps.fit(picture.convert("L"), (width, height), Image.Resampling.BILINEAR)
        self._number += 1
        head = self._number.to_bytes(4, "little") + bytes.fromhex(self._messages["settings"])
        answer = self._program.ask(kind, head + frame.tobytes())
        ticks = np.frombuffer(answer, "<u4", len(self._messages["times"]))
        event = np.frombuffer(answer, self._event, 1, ticks.nbytes)[0]
        boxes = event["boxes"][: event["faces"]]
        return {
            **talk.plain(event),
            "boxes": [
                [int(value) / _BOX_UNIT for value in (box["left"], box["top"], box["side"])]
                for box in boxes
            ],
            "ms": round(1e3 * int(ticks.sum()) / self._program.info.tick_hz, 3),
        }


def _source(arguments, messages):
    """Names and pictures, one after another."""
    if arguments.file:
        return _pictures(arguments.file)
    if not messages["live"]:
        raise talk.Trouble(
            "this project takes its pictures from files, --from FOLDER, or from a computer that "
            "connects to `./program --tcp PORT`"
        )
    return _camera()


def _pictures(path):
    path = Path(path)
    files = [path]
    if path.is_dir():
        files = sorted(each for each in path.iterdir() if each.suffix.lower() in _PICTURES)
    if not files:
        raise talk.Trouble(f"there is no picture in {path}: give .jpg or .png files")
    for file in files:
        try:
            with Image.open(file) as picture:
                yield file.name, ImageOps.exif_transpose(picture)
        except (OSError, UnidentifiedImageError) as error:
            raise talk.Trouble(f"{file} isn't a picture that can be read: {error}") from error


def _camera():
    """Pictures from the camera, for ever."""
    try:
        from picamera2 import Picamera2
    except ImportError as error:
        raise talk.Trouble(
            f"picamera2 can't be imported ({error}): call `sudo apt install python3-picamera2`, "
            "and make .venv by `python3 -m venv --system-site-packages .venv`"
        ) from error
    width, height = CAMERA
    try:
        camera = Picamera2()
    except (IndexError, RuntimeError) as error:
        raise talk.Trouble(
            f"no camera answers ({error}): switch the Pi off and see to its cable, end other "
            "programs that use it, then try `rpicam-hello --list-cameras`"
        ) from error
    # Of YUV420 the first rows are the picture in grey, each followed by bytes of no meaning.
    grey = {"size": CAMERA, "format": "YUV420"}
    camera.configure(camera.create_video_configuration(main=grey))
    camera.start()
    try:
        while True:
            grey = camera.capture_array("main")[:height, :width]
            yield "camera", Image.fromarray(np.ascontiguousarray(grey))
    finally:
        camera.stop()
        camera.close()


if __name__ == "__main__":
    talk.run(main)
