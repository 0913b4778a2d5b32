"""Sequences to learn from, for a model that keeps state: what it may answer at every moment.

A model that sees a window says what is in it. One that keeps state says something at every moment,
40 ms after the last time, and nobody can say at which of them a word is over. So a moment has not
one right answer but several that will do:

- while the end of a keyword is fresh, that keyword, and nothing else;
- from the middle of it until then, and for a while after, that keyword or none;
- where other words are said `_unknown_`, where nobody speaks `_silence_`, and in between the two
  either.

The loss is the logarithm of how likely the model thinks they are together.

`version` makes sequences of `sessions`, words in rooms and noise, and of clips in a row as they
were recorded: there words come with their own noise, and silence isn't made.
"""

import numpy as np

from tinyml_helpers.applications.keywords import augment, scenes, sessions
from tinyml_helpers.signals import HOP, SAMPLE_RATE, WINDOW, LogMel

#: Frames that are new at a moment.
NEW_FRAMES = 2

#: Moments that a model needs to know where it is; before, any answer will do.
WARM_UP = 15

_PIECE = 120  # moments of a sequence
_SECOND = 2 * 24  # frames of which `Recipe.hidden` hides some

#: Seconds after a keyword's end between which it is the one right answer, and until which it is
#: one that will do.
_FRESH, _STALE = (0.08, 0.32), 0.8

#: For how many moments a keyword is the one right answer.
FRESH_MOMENTS = round((_FRESH[1] - _FRESH[0]) * SAMPLE_RATE / (NEW_FRAMES * HOP))

_ONSET, _ECHO = 0.1, 0.15  # seconds until other words are heard, and that they sound on
_RECENT = 1.2  # seconds after which nobody has spoken

_IN_A_ROW = 20  # clips


def answers(session, frames, classes):
    """Which answers will do at each moment of a session.

    Args:
        session: a `sessions.Session`; in those of some kinds somebody talks all the time.
        frames: how many its sound has.
        classes: how many the model has.

    Returns:
        float32 [frames // NEW_FRAMES, classes], 0 or 1.
    """
    heard = (
        WINDOW + HOP * (NEW_FRAMES * np.arange(frames // NEW_FRAMES) + NEW_FRAMES - 1)
    ) / SAMPLE_RATE
    allowed = np.zeros((len(heard), classes), np.float32)
    spans = [
        (word.start / SAMPLE_RATE, word.end / SAMPLE_RATE, word.label) for word in session.said
    ]
    speaks, spoke = np.zeros((2, len(heard)), bool)
    for start, end, _ in spans:
        speaks |= (heard > start + _ONSET) & (heard < end + _ECHO)
        spoke |= (heard > start) & (heard < end + _RECENT)
    if session.kind in sessions.BEHIND:
        speaks[:] = spoke[:] = True
    allowed[~speaks, 0] = allowed[spoke, 1] = 1
    keywords = [span for span in spans if span[2] > 1]
    for start, end, label in keywords:
        around = (heard > (start + end) / 2) & (heard < end + _STALE)
        allowed[around, :2] = allowed[around, label] = 1
    for _, end, label in keywords:
        fresh = (heard >= end + _FRESH[0]) & (heard <= end + _FRESH[1])
        allowed[fresh] = 0
        allowed[fresh, label] = 1
    return allowed


def in_a_row(clips, random):
    """All clips, in rows of twenty, each up to 10 dB louder or quieter.

    Args:
        clips: Clips.
        random: `numpy.random.Generator`.

    Returns:
        A list of `sessions.Session` of the kind "clips".
    """
    order, made = random.permutation(len(clips.labels)), []
    for start in range(0, len(order) - _IN_A_ROW + 1, _IN_A_ROW):
        row, said = order[start : start + _IN_A_ROW], []
        for place, clip in enumerate(row.tolist()):
            if clips.labels[clip]:
                begin, end = scenes.extent(clips.audio[clip])
                at = place * clips.audio.shape[1]
                label, word = int(clips.labels[clip]), str(clips.words[clip])
                said.append(sessions.Said(at + begin, at + end, label, word))
        sound = augment.gain(clips.audio[row], random.uniform(-10, 10, len(row)))
        made.append(sessions.Session(sound.reshape(-1), said, "clips"))
    return made


def version(clips, recipe, random):
    """Every clip once more, in sessions and in rows, in pieces of 4.8 s in another order.

    Args:
        clips: Clips.
        recipe: a `versions.Recipe`; what `sessions` say counts, and `hidden`, for each second.
        random: `numpy.random.Generator`.

    Returns:
        The front end's codes, int8 [n, 240, 40]; and which answers will do, float32
        [n, 120, classes], as `answers` has them.
    """
    maker = sessions.Maker(clips, recipe)
    heard = [*maker.all(random), *in_a_row(clips, random)]
    codes, allowed = [], []
    for session in heard:
        frames = LogMel().push(session.sound)
        may = answers(session, len(frames), len(clips.names))
        for start in range(0, len(may) - _PIECE + 1, _PIECE):
            codes.append(frames[NEW_FRAMES * start : NEW_FRAMES * (start + _PIECE)])
            allowed.append(may[start : start + _PIECE].copy())
            if start:
                allowed[-1][:WARM_UP] = 1
    order = random.permutation(len(codes))
    return np.stack(codes)[order], np.stack(allowed)[order]


def hidden(codes, recipe, random):
    """Sequences by voices of other sizes, of each second of which some is hidden.

    Args and returns as of `version`; of the recipe `warp` and `hidden` count.
    """
    if recipe.warp:
        codes = augment.warp(codes, np.exp(random.uniform(-recipe.warp, recipe.warp, len(codes))))
    seconds = codes.reshape(-1, _SECOND, codes.shape[-1])
    return augment.spec_augment(seconds, random, *recipe.hidden, times=1).reshape(codes.shape)
