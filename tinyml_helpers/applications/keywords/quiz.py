"""A quiz by ear: five words in noise, which a model finds as hard as a person does."""

import numpy as np

#: What is said, and how much louder than the noise (dB).
SAID = (("left", 25), ("four", 15), ("go", 10), ("off", 15), ("bird", 10))


def clips_for(clips):
    """The clips of the quiz, with noise.

    Args:
        clips: the test part of `datasets.speech`.

    Returns:
        A list of five int16 arrays [16000].
    """
    random = np.random.default_rng(5)
    chosen = []
    for word, decibels in SAID:
        said = clips.audio[np.flatnonzero(clips.words == word)[0]].astype(float)
        noise = random.normal(0, said.std() / 10 ** (decibels / 20), len(said))
        chosen.append(np.clip(np.rint(said + noise), -32768, 32767).astype(np.int16))
    return chosen
