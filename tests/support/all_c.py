"""All the C of this project in one folder, as a sketch has it."""

import shutil
from pathlib import Path

from tinyml_helpers import applications, firmware, micro, signals
from tinyml_helpers.signals import vibration

MICRO = micro.binding.FOLDER
_ROOMS = [
    MICRO / "include",
    MICRO / "src",
    signals.FOLDER,
    vibration.FOLDER,
    firmware.FOLDER,
    *Path(applications.__file__).parent.glob("**/c"),
]
FILES = [micro.binding.COMPUTER]
FILES += sorted(path for room in _ROOMS for path in room.rglob("*.[ch]"))


def copy(folder, application):
    """Copy all of it that is for boards into a folder, with the header made for a program.

    Args:
        folder: a Path.
        application: a `firmware.Application`, whose program it becomes.

    Returns:
        The names of the C files, sorted.
    """
    for path in FILES:
        for_linux = path.is_relative_to(firmware.linux.LINUX_FOLDER)  # it is for other processors
        if not for_linux and path != micro.binding.COMPUTER:
            shutil.copy(path, folder)
    header = firmware.application.header_for(application)
    (folder / "program_application.h").write_text(header, encoding="utf-8")
    return sorted(path.name for path in folder.glob("*.c"))
