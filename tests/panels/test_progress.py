"""Bars for cells that take their time, and training that ends in one line when interrupted."""

import os
import signal
import sys
import time

import numpy as np
import patience
import pytest
from jupyter_client.manager import start_new_kernel

from tinyml_helpers.panels import progress
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

posix = pytest.mark.skipif(os.name != "posix", reason="sends itself a signal")


@pytest.fixture
def displayed(monkeypatch):
    bars = []
    monkeypatch.setattr(progress, "display", bars.append)
    return bars


@pytest.fixture
def model():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def fit(model, *callbacks, **settings):
    x, y = np.zeros((8, 2), np.float32), np.zeros(8, np.int32)
    return model.fit(x, y, batch_size=2, verbose=0, callbacks=[*callbacks], **settings)


def test_a_bar_ends_full_with_what_came_of_it(model, displayed):
    fit(model, progress.Epochs(), epochs=3)
    (bar,) = displayed
    assert 'value="3.00" max="3"' in bar.value and "3 of 3 epochs; accuracy" in bar.value
    assert 'aria-label="Training"' in bar.value


def test_what_stands_for_a_bar_is_the_same_every_time(model, displayed):
    for _ in range(2):
        fit(model, progress.Epochs("Distilling"), epochs=2)
    first, second = (bar._repr_mimebundle_()["text/plain"] for bar in displayed)
    assert first == second == "Distilling: 2 epochs"


def test_several_fits_share_a_bar(model, displayed):
    epochs = progress.Epochs(epochs=3)
    for _ in range(3):
        fit(model, epochs, epochs=1)
    assert len(displayed) == 1 and "3 of 3 epochs" in displayed[0].value
    fit(model, epochs, epochs=1)
    assert len(displayed) == 2  # another training, another bar


def test_validation_is_told_where_there_is_some(model, displayed):
    data = (np.zeros((2, 2), np.float32), np.zeros(2, np.int32))
    fit(model, progress.Epochs(), epochs=1, validation_data=data)
    assert "validation accuracy" in displayed[0].value


def test_going_through_things_gives_each_of_them(displayed):
    assert list(progress.over(["a", "b"], "Drawing", "heads")) == ["a", "b"]
    assert "2 of 2 heads" in displayed[0].value
    assert list(progress.over([], "Drawing")) == []
    assert list(progress.over(iter("abc"), "Drawing", total=3)) == ["a", "b", "c"]
    assert "3 of 3 steps" in displayed[2].value


class Interrupt(keras.callbacks.Callback):
    """Interrupts as Ctrl-C does, in the second batch."""

    def on_train_batch_begin(self, batch, logs=None):
        if batch == 1:
            os.kill(os.getpid(), signal.SIGINT)


@posix
def test_an_interrupt_ends_training_with_one_sentence(model, displayed):
    before = signal.getsignal(signal.SIGINT)
    epochs = progress.Epochs()
    with pytest.raises(progress.Stopped, match="Training was stopped in epoch 1 of 5"):
        fit(model, Interrupt(), epochs, epochs=5)
    assert signal.getsignal(signal.SIGINT) is before
    assert fit(model, epochs, epochs=2).epoch == [0, 1]


@posix
def test_after_training_that_failed_an_interrupt_is_one_again(model, displayed):
    class Fail(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            raise OSError("disk full")

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(OSError, match="disk full"):
        fit(model, progress.Epochs(), Fail(), epochs=2)
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(patience.seconds(5))
    assert signal.getsignal(signal.SIGINT) is before


CELL = """
import sys
from tinyml_helpers.panels import progress
import keras, numpy as np
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
x, y = np.zeros((10_000, 2), np.float32), np.zeros(10_000, np.int32)
def fit(epochs):
    return model.fit(x, y, batch_size=1, epochs=epochs, verbose=0, callbacks=[progress.Epochs()])
"""


@posix
def test_in_a_notebook_interrupted_training_shows_one_line_and_the_kernel_lives(tmp_path):
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    try:
        said = []

        def run(code, at_display=lambda: None):
            said.clear()

            def heard(message):
                said.append(message)
                if message["msg_type"] == "display_data":
                    time.sleep(0.5)  # a few batches
                    at_display()

            reply = client.execute_interactive(
                code, timeout=patience.seconds(300), output_hook=heard
            )
            return reply["content"]

        path = os.pathsep.join(p for p in sys.path if p)
        assert run(f"import sys; sys.path[:0] = {path.split(os.pathsep)!r}")["status"] == "ok"
        assert run(CELL)["status"] == "ok"
        reply = run("fit(100)", manager.interrupt_kernel)
        assert (reply["status"], reply["ename"]) == ("error", "Stopped")
        (error,) = (one["content"] for one in said if one["msg_type"] == "error")
        (line,) = error["traceback"]
        assert line.startswith("Training was stopped in epoch 1 of 100.") and "\n" not in line
        assert not [one for one in said if one["msg_type"] == "stream"]
        assert run("print(fit(1).epoch)")["status"] == "ok"
        assert "[0]" in "".join(m["content"].get("text", "") for m in said)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
