"""On the chip, in a real browser: a student moves a slider, writes a kernel in C."""

import jupyter_lab
import places

pytestmark = jupyter_lab.needs_chromium

SOLUTION = places.ROOT / "notebooks" / "solutions" / "on_the_chip" / "3_max_pool.py"


#: Cells that give and need what is looked at.
CELLS = (
    "import keras",
    "import struct",
    "from tinyml_helpers.checks import on_the_chip as check",
    "keras.utils.set_random_seed(4)",
    'float_file = compress.quantize(model, "float32")',
    "contents = model_file.read(int8_file)",
    "interpreter = micro.Interpreter(int8_file)",
    "codes = contents.inputs[0].quantize(image)",
    "nano = emulator.Board(",
    "pico = emulator.Board(",
    'runs[name, "float32"] = board.invoke(image)',
    "max_pool = ...",
    "check.max_pool(",
    "def average_amperes(",
    "def battery_days(",
    "inferences = {",
    "def coin(per_second):",
    "widgets.explore(coin",
)


def test_a_student_works_through_the_lesson(lab_server):
    with jupyter_lab.opened_lesson(*lab_server, "on_the_chip") as page:
        jupyter_lab.run(page, *CELLS)
        jupyter_lab.move_slider(page)

        stub = "# Exercise 5.3"
        said = jupyter_lab.feedback(page, "check.max_pool(")
        right = stub + "\n" + SOLUTION.read_text(encoding="utf-8")
        wild = right.replace("*out++ = largest", "out[1 << 24] = largest")
        jupyter_lab.type_and_run(page, stub, wild)
        said.get_by_text("the emulated chip stopped").wait_for()
        jupyter_lab.type_and_run(page, stub, right)
        said.get_by_text("Exercise 5.3: right").wait_for()
