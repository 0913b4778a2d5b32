"""What axe-core finds in lessons: nothing serious, in the light theme and in the dark one."""

import axe
import jupyter_lab
import places
import pytest

pytestmark = [jupyter_lab.needs_chromium, axe.needs_axe]

#: By topic: cells whose panels are looked at, and those that they need.
PANELS = {
    "start_here": (
        "photographs = ...",
        "check.photographs(",
        "import keras",
        "digits = datasets.digits()",
        "import matplotlib.pyplot as plt",
        "keras.utils.set_random_seed(1)",
        "model.compile(",
        "int8_file = compress.quantize(",
        "def show_digit(number):",
        "widgets.explore(show_digit",
    ),
    "keyword_spotting": (
        "import keras",
        "import matplotlib.pyplot as plt",
        "from tinyml_helpers.panels.recorder import Recorder",
        'Recorder(["marvin"]',
        "train, test = datasets.speech(",
        "chosen = [",
    ),
    "face_detection": ("camera = Camera()",),
}


@pytest.mark.parametrize("topic", PANELS)
def test_nothing_serious_is_found(lab_server, topic):
    with jupyter_lab.opened(*lab_server, f"my_work/lessons/{places.lesson(topic).stem}") as page:
        jupyter_lab.run(page, *PANELS[topic])
        assert axe.found_in_either_theme(page) == {"Dark": [], "Light": []}
