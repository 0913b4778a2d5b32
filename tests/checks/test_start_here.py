import keras
import pytest
from exercise_runner import Exercise, prove

from tinyml_helpers import compress, datasets
from tinyml_helpers.checks import start_here as check

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
            "start_here/2_percent_smaller",
            check.percent_smaller,
            wrong={
                "percent_smaller = lambda before, after: 100 * after / before": "what is left",
                "percent_smaller = lambda before, after: 1 - after / before": "percent",
                "percent_smaller = lambda before, after: before - after": "by hand",
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
