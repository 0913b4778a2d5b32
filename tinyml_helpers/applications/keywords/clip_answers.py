"""What a model hears in clips: which class, how often it is right, what it takes for what.

Both kinds of models are asked alike. One that sees a whole second is shown the clip. One that keeps
state hears it from its start on, and half a second of silence after it. Its scores are averaged
over as many moments as it learned to answer for; where one of a keyword is highest, the highest of
all classes counts. If that is no keyword's, silence or unknown words do, as is likelier on the
whole.
"""

import numpy as np

from tinyml_helpers import micro
from tinyml_helpers.applications.keywords import c_spotter, sequences, spotter
from tinyml_helpers.signals import FRAMES, SAMPLE_RATE, log_mel

#: Silence after a clip, in which a model that keeps state may still answer: samples.
_AFTER = SAMPLE_RATE // 2

_AVERAGE = sequences.FRESH_MOMENTS


def features(audio):
    """What the model sees of clips: the front end's codes / 32.

    Args:
        audio: int16 [n, 16000].

    Returns:
        float32 [n, 49, 40, 1].
    """
    return model_input(log_mel(audio))


def model_input(codes):
    """int8 [n, 49, 40] as the model takes it: float32 [n, 49, 40, 1], about -4 to 4.

    The int8 model's input has this scale and zero point 0: there the codes go in as they are.
    """
    return codes[..., np.newaxis].astype(np.float32) * c_spotter.INPUT_SCALE


def predict(model, clips):
    """The class a model hears in each clip: int64 [n].

    Args:
        model: a Keras model, or the bytes of a .tflite one, which the micro-interpreter runs.
        clips: Clips.
    """
    if _keeps_state(model):
        return _heard(_likely(model, clips))
    x = features(clips.audio)
    if isinstance(model, bytes):
        return micro.predict(model, x).argmax(axis=1)
    return model.predict(x, batch_size=256, verbose=0).argmax(axis=1)


def accuracy(model, clips):
    """The share of clips a model gets right, 0 to 1; args as for `predict`."""
    return float(np.mean(predict(model, clips) == clips.labels))


def confusion(model, clips):
    """What a model hears when a class is said: int64 [said, heard]; args as for `predict`."""
    counts = np.zeros((len(clips.names), len(clips.names)), np.int64)
    np.add.at(counts, (clips.labels, predict(model, clips)), 1)
    return counts


def surest(tflite, clips):
    """How sure a spotter gets of a keyword while each clip goes by, in silence.

    Other words of which it gets sure set it off. Where there are few recordings of them, it may be
    one that decides how strict its threshold has to be.

    Args:
        tflite: the bytes of a model.
        clips: Clips.

    Returns:
        float64 [n], the highest average of any keyword, 0 to 255; averaged as is usual for the
        model.
    """
    silence = np.zeros((len(clips.audio), SAMPLE_RATE), np.int16)
    sound = np.concatenate([silence, clips.audio, silence], axis=1)
    likely = np.stack([spotter.scores(tflite, clip) for clip in sound]).astype(int) + 128
    averages = averaged(likely, spotter.usual(tflite).average)
    return averages[..., c_spotter.FIRST_KEYWORD :].max(axis=(1, 2))


def averaged(likely, count):
    """Means of the last moments, as a detector takes them, which rounds them down.

    Args:
        likely: how likely each class is, [n, moments, classes]; before the first moment it is 0.
        count: how many moments.

    Returns:
        float64 [n, moments, classes].
    """
    sums = np.cumsum(np.pad(likely, [(0, 0), (count, 0), (0, 0)]), axis=1)
    return (sums[:, count:] - sums[:, :-count]) / count


def _keeps_state(model):
    """Whether a model, as for `predict`, keeps state on a chip."""
    if isinstance(model, bytes):
        return c_spotter.frames(model) < FRAMES
    return model.input_shape[1] is None


def _likely(model, clips):
    """How likely a model that keeps state finds each class, of 256: [n, moments, classes]."""
    after = np.zeros((len(clips.audio), _AFTER), np.int16)
    sound = np.concatenate([clips.audio, after], axis=1)
    if isinstance(model, bytes):
        return np.stack([spotter.scores(model, clip) for clip in sound]).astype(int) + 128
    codes = log_mel(sound)
    codes = codes[:, : codes.shape[1] // sequences.NEW_FRAMES * sequences.NEW_FRAMES]
    return 256 * model.predict(model_input(codes), batch_size=256, verbose=0)


def _heard(likely):
    """The class of each clip, int64 [n], from what `_likely` gives."""
    averages = averaged(likely, _AVERAGE)
    best = averages[..., c_spotter.FIRST_KEYWORD :].max(axis=2).argmax(axis=1)
    then = averages[np.arange(len(averages)), best].argmax(axis=1)
    neither = likely[..., : c_spotter.FIRST_KEYWORD].mean(axis=1).argmax(axis=1)
    return np.where(then >= c_spotter.FIRST_KEYWORD, then, neither)
