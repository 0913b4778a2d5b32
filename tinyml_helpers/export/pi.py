"""A project for a Raspberry Pi: Python for LiteRT, the microphone or the camera, and a static
program of the micro-interpreter that answers as a board does.
"""

import importlib.metadata
import json
from pathlib import Path

from tinyml_helpers import boards, firmware, model_file, signals
from tinyml_helpers.export import pi_texts
from tinyml_helpers.export.contents import Contents
from tinyml_helpers.export.sources import sources
from tinyml_helpers.firmware import linux
from tinyml_helpers.toolchain.linux import FLAGS, LINK, TARGETS

#: Files that run on a Pi as they are.
ON_PI = Path(__file__).with_name("on_pi")

#: By kind of project the file that is called run.py there.
RUN = {
    "model": "run_model.py",
    "samples": "run_stream.py",
    "sound": "run_stream.py",
    "frames": "run_frames.py",
}

#: Raspberry Pi OS's picamera2 needs a NumPy of the kind it was built with: 1 on Bookworm (Python
#: 3.11), 2 on Trixie (3.13); see raspberrypi/picamera2, issue 1211.
_NUMPY = ('numpy==1.26.4; python_version < "3.13"', 'numpy==2.2.6; python_version >= "3.13"')

#: By kind what pip installs: versions with wheels for aarch64 and Python 3.11 to 3.13.
REQUIREMENTS = {
    "model": (*_NUMPY, "ai-edge-litert==2.1.6"),
    "samples": _NUMPY,
    "sound": (*_NUMPY, "sounddevice==0.5.6"),
    "frames": (*_NUMPY, "pillow==12.0.0"),
}


def contents(board, application, live):
    """The project of a program for a Raspberry Pi.

    Args:
        board: "pi3bplus", "pi4" or "pi5".
        application: a `firmware.Application`.
        live: whether run.py, and the service, take samples from the microphone or the camera; else
            the service waits for a computer, over TCP on the Pi itself.

    Returns:
        A `Contents`.

    Raises:
        ValueError: live, and a Pi has no sensor for it; or a model alone, which LiteRT is to run,
            has weights in look-up tables, which LiteRT can't read.
        Others as `project`.
    """
    messages = application.messages()
    kind = _kind(application, messages)
    if live:
        _check_sensor(application, kind)
    if kind == "model":
        _check_operators(application.model)
    program = firmware.build_linux(application, board)
    files = {
        "program": program.elf,
        "run.py": _text(ON_PI / RUN[kind]),
        "talk.py": _text(ON_PI / "talk.py"),
        "protocol.py": _text(Path(firmware.protocol.__file__)),
        "requirements.txt": "\n".join(REQUIREMENTS[kind]) + "\n",
        "tinyml.service": pi_texts.service(live),
        **_sources(application, board),
    }
    if messages:
        rate = signals.SAMPLE_RATE if kind == "sound" else None
        files["application.json"] = json.dumps(messages | {"live": live, "rate": rate}) + "\n"
    else:
        files["model.tflite"] = application.model
    figures = boards.get(board)
    return Contents(
        title=f"{pi_texts.TITLES[kind]} on a {figures.name}",
        about=pi_texts.about(kind, live),
        files=files,
        steps=pi_texts.steps(kind, live),
        sizes={"the program's file": len(program.elf), "RAM": program.ram_bytes},
        has={"RAM": figures.ram_bytes},
        tour={name: what for name, what in pi_texts.TOUR.items() if name in files},
        programs=("program", "run.py", "source/build.sh"),
    )


def _kind(application, messages):
    """The kind of project, a key of `RUN`."""
    if messages is None:
        return "model"
    if messages["kind"] == "frames":
        return "frames"
    return "sound" if application.sensor == "sound" else "samples"


def _check_operators(tflite_bytes):
    if "TFLM_DECODE" in model_file.read(tflite_bytes).operator_names:
        raise ValueError(
            "LiteRT, which runs a model on a Raspberry Pi, doesn't know TFLM_DECODE: export the "
            "model as it was before compress.lut_compress"
        )


def _check_sensor(application, kind):
    if application.sensor in ("motion", "vibration"):
        raise ValueError(
            f"a Raspberry Pi has no sensor of {application.sensor}: export without live, and send "
            "it samples"
        )
    if kind not in ("sound", "frames"):
        raise ValueError(
            "on a Raspberry Pi only what takes sound can be live, from a microphone, and what "
            "takes pictures, from a camera: export this without live, and send it its inputs"
        )


def _sources(application, board):
    """The C of the program, and what builds it again: dict of names to text."""
    made = sources(application, linux.LINUX_SOURCES, [linux.LINUX_FOLDER])
    made["board_figures.c"] = linux.board_source(board)
    made["build.sh"] = pi_texts.build_script(
        importlib.metadata.version("ziglang"),
        dict.fromkeys([f"-target {TARGETS['aarch64']}", *FLAGS, *LINK]),
    )
    return {f"source/{name}": text for name, text in made.items()}


def _text(path):
    return path.read_text(encoding="utf-8")
