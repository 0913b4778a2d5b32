"""A bar for cells that take their time, and an end in one line for training that is interrupted.

    model.fit(x, y, epochs=25, verbose=0, callbacks=[progress.Epochs()])
    for head in progress.over(heads, "Drawing"):
        ...

Where widgets can't be shown, as on a page on the web, a line stands for the bar; it is the same
every time, so that outputs can be compared.
"""

import html
import signal
import threading
import time

import ipywidgets
from IPython.display import display

from tinyml_helpers.quiet import quiet

with quiet():
    import keras

#: Seconds between two looks of a bar: more would only keep the browser busy.
_PAUSE = 0.2


class Bar(ipywidgets.HTML):
    """A bar that grows, with a line beside it.

    Args:
        what: what is being done, such as "Training".
        total: how many steps that takes, at least 1.
        unit: what a step is called.
    """

    def __init__(self, what, total, unit="steps"):
        self._what, self._total, self._unit = what, total, unit
        self._begun = self._shown = time.monotonic()
        super().__init__(self._look(0, ""))

    def show(self, done, said="", last=False):
        """Let the bar stand at `done` steps, a number that may have decimals, and say something."""
        now = time.monotonic()
        if last or now - self._shown >= _PAUSE:
            self._shown = now
            self.value = self._look(done, said)

    def _look(self, done, said):
        took = time.monotonic() - self._begun
        if done >= self._total:
            left = f"{took:.0f} s"
        elif took < 2 or not done:
            left = ""
        else:
            left = f"about {took * (self._total - done) / done:.0f} s left"
        line = f"{self._what}: {int(done):,} of {self._total:,} {self._unit}"
        line = html.escape("; ".join(part for part in (line, said, left) if part))
        return (
            f'<progress value="{done:.2f}" max="{self._total}" style="width: 16em" '
            f'aria-label="{html.escape(self._what)}"></progress> {line}'
        )

    def __repr__(self):
        return f"{self._what}: {self._total:,} {self._unit}"

    def _repr_mimebundle_(self, **kwargs):
        return {**super()._repr_mimebundle_(**kwargs), "text/plain": repr(self)}


def over(things, what, unit="steps", total=None):
    """Go through things, under a bar.

    Args:
        things: anything to go through.
        what: what is being done with them.
        unit: what each is called.
        total: how many there are, where they have no length.

    Returns:
        A generator of the things.
    """
    total = len(things) if total is None else total
    bar = Bar(what, max(total, 1), unit)
    display(bar)
    for done, thing in enumerate(things, start=1):
        yield thing
        bar.show(done, last=done == total)


class Stopped(KeyboardInterrupt):
    """Training was interrupted; in a notebook it shows as its message alone."""

    def _render_traceback_(self):  # what IPython asks for, instead of a traceback
        return [str(self)]


class Epochs(keras.callbacks.Callback):
    """Shows how training gets on: a bar of epochs, the accuracy or loss, and the time left.

    An interrupt waits for the batch that is being computed, for TensorFlow can't be stopped within
    one; then `Stopped` is raised, and the model has the weights it had then.

    Args:
        what: what is being done.
        epochs: how many there will be where `fit` is called more than once; else it knows itself.
    """

    def __init__(self, what="Training", epochs=None):
        super().__init__()
        self._what, self._epochs = what, epochs
        self._bar, self._done = None, 0

    def on_train_begin(self, logs=None):
        if self._bar is None:
            self._total = self._epochs or self.params["epochs"]
            self._done, self._said = 0, ""
            self._bar = Bar(self._what, self._total, "epochs")
            display(self._bar)
        self._interrupted, self._before = False, None
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._interrupt)

    def on_train_batch_end(self, batch, logs=None):
        if self._interrupted:
            self._let_go()
            self._bar = None
            raise Stopped(
                f"Training was stopped in epoch {self._done + 1} of {self._total}. The model keeps "
                "what it has learned; run the cell that makes it to begin anew."
            )
        share = (batch + 1) / (self.params.get("steps") or batch + 1)
        self._bar.show(self._done + share, self._said)

    def on_epoch_end(self, epoch, logs=None):
        self._done += 1
        name, value = _chosen(logs or {})
        self._said = f"{name} {value:.3g}" if name else ""
        self._bar.show(self._done, self._said, last=self._done >= self._total)

    def on_train_end(self, logs=None):
        self._let_go()
        if self._done >= self._total:
            self._bar = None

    def _interrupt(self, number, frame):
        if _is_within_fit(frame):
            self._interrupted = True
            return
        self._let_go()  # training ended with an error, and nobody told this callback
        signal.default_int_handler(number, frame)

    def _let_go(self):
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None


def _is_within_fit(frame):
    while frame is not None and frame.f_code.co_name != "fit":
        frame = frame.f_back
    return frame is not None


def _chosen(logs):
    """The measure that says most to a reader: accuracy, on other data where there is some."""
    for name in ("val_accuracy", "accuracy", "val_loss", "loss"):
        if name in logs:
            return name.replace("val_", "validation "), float(logs[name])
    return "", 0.0
