"""Clips put together to train on: of several sources, or to teach a word of one's own."""

import numpy as np

from tinyml_helpers.applications.keywords.versions import SILENCE, UNKNOWN
from tinyml_helpers.datasets.sounds.speech import Clips


def with_word(recordings, word, others, share=0.15, seed=0):
    """Clips to teach a model a word of one's own.

    Args:
        recordings: the word, int16 [n, 16000].
        word: its name.
        others: Clips with other words, which all become `_unknown_`, and with silence.
        share: how much of `others` to take. The recordings are repeated until there is one of
            them for four clips of other words, so that each can come in many versions.
        seed: for the choice.

    Returns:
        Clips with the classes `_silence_`, `_unknown_` and the word.

    Raises:
        ValueError: there are no recordings.
    """
    if not len(recordings):
        raise ValueError(f"there are no recordings of {word!r}: record some first")
    random = np.random.default_rng(seed)
    others = others.take(others.words != word)
    others = others.take(
        random.permutation(len(others.labels))[: round(share * len(others.labels))]
    )
    silent = others.labels == others.names.index(SILENCE)
    repeats = max(1, round((~silent).sum() / 4 / len(recordings)))
    count = repeats * len(recordings)
    return Clips(
        np.concatenate([others.audio, np.tile(recordings, (repeats, 1))]),
        np.concatenate([np.where(silent, 0, 1), np.full(count, 2)]),
        np.concatenate([others.words, np.full(count, word)]),
        np.concatenate([others.speakers, np.full(count, "you")]),
        (SILENCE, UNKNOWN, word),
    )


def join(clips, others):
    """Clips and other Clips of the same classes, one after the other."""
    both = (np.concatenate(fields) for fields in zip(clips[:4], others[:4], strict=True))
    return Clips(*both, clips.names)
