"""The programs that lessons put on boards, compiled together for whoever hands them on.

    python -m tinyml_helpers.applications.programs FOLDER

puts what they are made of into a folder, as the cache keeps it. What students train has the same
kernels, and only the file that differs from model to model is compiled anew.
"""

import os
import sys
from pathlib import Path

from tinyml_helpers import firmware
from tinyml_helpers.applications import faces, fields, keywords, machines
from tinyml_helpers.applications.faces import trained as face_models
from tinyml_helpers.applications.fields import trained as field_models
from tinyml_helpers.applications.keywords import trained as keyword_models
from tinyml_helpers.applications.machines import trained as machine_models
from tinyml_helpers.applications.wearables import exercises, hearts
from tinyml_helpers.applications.wearables.exercises import trained as exercise_models
from tinyml_helpers.applications.wearables.hearts import trained as heart_models
from tinyml_helpers.micro import binding

#: The boards that lessons emulate.
BOARDS = ("nano33ble", "pico")
#: The model of digits, which is no application's.
_DIGITS = Path(__file__).parents[2] / "data" / "digit_models" / "digits.tflite"


def of_lessons():
    """What lessons put on boards.

    Returns:
        A list of (program, options): bytes of a model or an `Application`, and a dict of what
        `firmware.build` is told besides.
    """
    digits = _DIGITS.read_bytes()
    spotters = [keyword_models.committed(name) for name in keyword_models.MODELS]
    detector, verifier = map(face_models.committed, ("detector", "verifier"))
    programs = [
        digits,
        *(keywords.Application(spotter) for spotter in spotters),
        keywords.GatedApplication(keyword_models.committed("real")),
        faces.Application(detector),
        faces.Application(detector, verifier),
        machines.Application(machine_models.committed()),
        fields.Application(field_models.committed(field_models.SIMULATED)),
        exercises.Application(exercise_models.committed(exercise_models.ANY_WAY)),
        hearts.Application(heart_models.committed()),
    ]
    return [*((program, {}) for program in programs), (digits, {"readable": True})]


def compile_into(folder, programs):
    """Compile programs for both boards into a folder, which is the cache from then on.

    Args:
        folder: a path.
        programs: as `of_lessons` returns them.

    Raises:
        toolchain.CompileError: there is no compiler, or the folder can't be written.
    """
    binding.load()  # this computer's library, from the cache of before: it isn't handed on
    os.environ["TINYML_CACHE"] = str(folder)
    for program, options in programs:
        for board in BOARDS:
            firmware.build(program, board, **options)


if __name__ == "__main__":
    compile_into(sys.argv[1], of_lessons())
