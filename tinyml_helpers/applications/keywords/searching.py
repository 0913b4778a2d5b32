"""What of keyword spotting is searched for: the shape of a DS-CNN, how many channels it keeps, and
how finely it sees its input.

study = search.Study(searching.Keywords(), "nano33ble", folder, rungs=(4, 12, 36))
"""

import functools

import numpy as np

from tinyml_helpers import micro, search
from tinyml_helpers.applications.keywords import training
from tinyml_helpers.applications.keywords.model import ds_cnn
from tinyml_helpers.datasets.sounds.speech import speech
from tinyml_helpers.datasets.sounds.speech_commands import speech_commands, split_by_speaker

#: Shares of the people: of all for the test, and of the rest for choosing.
_TEST, _CHOOSING = 1 / 3, 1 / 3

#: What may be chosen.
SPACE = {
    "width": (32, 40, 48, 56, 64, 72, 80, 96),
    "blocks": (2, 3, 4, 5, 6),
    "stem": (16, 24, 32, 48),
    "seen_frames": (6, 10, 14),
    "seen_bands": (6, 8, 12),
    "stride": (2, 3, 4),
    "kernel": (5, 7, 9, 11),
    "keep": search.CHOICES["keep"],
}

#: What may be chosen besides, of the input: over how many frames, and bands, a model averages what
#: the front end gives before all else. The front end itself stays as it is in C.
INPUTS = {"averaged_frames": (1, 2), "averaged_bands": (1, 2)}


class Keywords(search.Compressible):
    """A `search.Task`: a model of `ds_cnn`, trained from the start. Its score is the share of clips
    that it gets right of people, or voices, that it hasn't learned from.

    Args:
        folder: where the test set of Speech Commands v0.02 is, unpacked, for real people; None for
            the bundled synthetic voices. Of the people a third are the test; of the rest, and of
            the voices, a third are for choosing.
        thorough: train as the committed model for people is: from a training on the bundled voices
            on, of as many epochs, and twice from there, of which the model gets the mean. That
            takes about four times as long.
        teachers: bytes of trained int8 models that know nothing of those to choose by or to test
            on. With some, `distilled` is a choice: to learn from the mean of what they answer, too.
        inputs: whether INPUTS are choices, too.
        bits: of a weight, to choose from, such as `search.BITS`; all have 8 if empty.
        narrower: other values than those of SPACE, by name, such as `keep=[1.0]`.

    Raises:
        ValueError: it is to be thorough without people, or SPACE has no such name.
    """

    def __init__(
        self, folder=None, *, thorough=False, teachers=(), inputs=False, bits=(), **narrower
    ):
        if thorough and folder is None:
            raise ValueError("a thorough training goes from voices to people: give their folder")
        taught = {"distilled": search.CHOICES["distilled"]} if teachers else {}
        more = (INPUTS if inputs else {}) | ({"bits": bits} if bits else {})
        self.space = search.Space(**SPACE | taught | more).narrowed(**narrower)
        self._folder, self._thorough, self._teachers = folder, thorough, tuple(teachers)

    def build(self, choice):
        """See `search.Compressible`."""
        self.space.check(choice)
        seen = choice["seen_frames"], choice["seen_bands"]
        names = ("width", "blocks", "stem", "stride", "kernel")
        averaged = tuple(choice.get(name, 1) for name in INPUTS)
        return ds_cnn(**{name: choice[name] for name in names}, seen=seen, averaged=averaged)

    def fit(self, model, epochs, seed, rate=1.0, teacher=None, callbacks=()):
        """See `search.Compressible`."""

        def learn(clips, recipe, teacher=None):
            recipe = recipe._replace(epochs=epochs, learning_rate=rate * recipe.learning_rate)
            training.train(clips, recipe, model, seed, callbacks, teacher)

        if self._thorough and rate == 1:  # after a compression it goes on with people
            learn(speech()[0], training.THOROUGH)
        recipe = training.REAL if self._folder else training.THOROUGH
        average = recipe.average if self._thorough else 1
        learn(self._parts()[0], recipe._replace(start="", average=average), teacher)

    def teacher(self):
        """What the teachers answer on average: a function, see `training.train`."""
        if not self._teachers:
            return super().teacher()
        return functools.partial(_mean_answer, self._teachers)

    def representative(self):
        """See `search.Compressible`."""
        return training.representative(self._parts()[0])

    def score(self, tflite_bytes):
        """See `search.Task`."""
        return training.accuracy(tflite_bytes, self._parts()[1])

    def test(self, tflite_bytes):
        """See `search.Task`."""
        return training.accuracy(tflite_bytes, self._parts()[2])

    def right(self, models):
        """How many of several models get each clip of the test right.

        Args:
            models: bytes of .tflite files.

        Returns:
            Shares of the models, float64 [n], and who speaks in each clip, str [n].
        """
        clips = self._parts()[2]
        right = [training.predict(model, clips) == clips.labels for model in models]
        return np.mean(right, axis=0), clips.speakers

    def _parts(self):
        return _parts(self._folder)


def _mean_answer(teachers, x):
    return np.mean([micro.predict(tflite_bytes, x) for tflite_bytes in teachers], axis=0)


@functools.cache
def _parts(folder):
    """(to train on, to choose by, to test on): Clips; nobody speaks in two of them."""
    if folder is None:
        rest, test = speech()
    else:
        rest, test = split_by_speaker(speech_commands(folder, part="all"), _TEST)
    return *split_by_speaker(rest, _CHOOSING), test
