from types import SimpleNamespace

import keras
import pytest
from exercise_runner import Exercise, prove

from tinyml_helpers import compress, datasets
from tinyml_helpers.checks import start_here as check

#: What the notebook has when the answer is given.
FILES = {
    "float_file": bytes(8088),
    "int8_file": bytes(4064),
    "model": SimpleNamespace(count_params=lambda: 1610),
}

A_ONE = "\\n".join(["...##..."] * 8)


@pytest.fixture(scope="module")
def int8_file():
    digits = datasets.digits()
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(16, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(digits.x_train, digits.y_train, epochs=25, batch_size=32, verbose=0)
    return compress.quantize(model, "int8", representative=digits.x_train[:200])


@pytest.mark.parametrize(
    "exercise",
    [
        Exercise(
            "start_here/1_photographs",
            check.photographs,
            wrong={
                "photographs = 256 * 1024 / (96 * 96)": "whole",
                "photographs = 256000 // (96 * 96)": "1,024",
                "photographs = 256 * 1024 // 96": "compare",
                "photographs = 'twenty-eight'": "number",
            },
        ),
        Exercise(
            "start_here/2_int8_share",
            check.int8_share,
            names=FILES,
            extra=(8088, 4064, 1610),
            wrong={
                "int8_share = lambda numbers: 25": "wrapping as well",
                "int8_share = lambda numbers: 100 * 4064 / 8088": "share changes",
                "int8_share = lambda n: (2454 + n) / (1648 + 4 * n)": "fraction",
                "int8_share = lambda n: 100 * (3 * n - 806) / (1648 + 4 * n)": "how much smaller",
                "int8_share = lambda n: 100 * (1648 + n) / (1648 + 4 * n)": "the int8 one has more",
                "int8_share = lambda n: 100 * (1648 + 4 * n) / (2454 + n)": "upside down",
                "int8_share = lambda n: n": "which grow",
            },
        ),
        Exercise(
            "start_here/4_working_bytes",
            check.working_bytes,
            wrong={
                "working_bytes = sum": "to the end",
                "working_bytes = max": "largest array alone",
                "working_bytes = lambda sizes: 2 * max(sizes)": "twice",
                "working_bytes = lambda sizes: sum(sorted(sizes)[-2:])": "two largest",
                "working_bytes = lambda sizes: sizes[0] + sizes[1]": "needs more",
                "working_bytes = lambda sizes: 1": "read and write",
            },
        ),
    ],
    ids=str,
)
def test_blank_right_and_wrong_are_told_apart(exercise):
    prove(exercise)


def test_drawing_is_read_by_the_model(int8_file):
    prove(
        Exercise(
            "start_here/3_drawing",
            check.drawing,
            extra=(int8_file,),
            wrong={
                f'drawing = "{A_ONE}"': "reads your drawing as a 1",
                'drawing = "###"': "8 lines",
                f'drawing = "{A_ONE}".replace(".", "o")': "use only",
                "drawing = 3": "text",
            },
        )
    )


def test_wrapping_counted_with_the_numbers_of_four_bytes_is_right_too():
    """The lesson prints 2,368 bytes of wrapping; 4,064 - 1,610 are 2,454."""

    def answer(numbers):
        return 100 * (2368 + numbers) / (1648 + 4 * numbers)

    assert check.int8_share(answer, 8088, 4064, 1610).state == "right"
