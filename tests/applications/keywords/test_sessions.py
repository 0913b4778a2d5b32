import numpy as np
import pytest

from tinyml_helpers.applications.keywords import sessions, training
from tinyml_helpers.applications.keywords.versions import Recipe
from tinyml_helpers.datasets.sounds.speech import Clips
from tinyml_helpers.signals import FRAMES, HOP, WINDOW, LogMel

RATE = 16000
NAMES = ("_silence_", "_unknown_", "yes", "no")
PLAIN = Recipe(others=1, speed=0.0, partial=0.0, far=0.0, hidden=(0, 0))


def clips(count=24):
    """Bursts of tone: of every four clips a silence, two other words and a keyword."""
    random = np.random.default_rng(0)
    words = np.array(["", "cat", "tree", "yes", "", "dog", "bed", "no"])[np.arange(count) % 8]
    labels = np.array([0, 1, 1, 2, 0, 1, 1, 3])[np.arange(count) % 8]
    audio = random.normal(0, 3, (count, RATE))
    for clip, label in enumerate(labels):
        if label:
            length = int(random.uniform(3000, 8000))
            tone = np.sin(2 * np.pi * (300 + 40 * clip) * np.arange(length) / RATE)
            audio[clip, 4000 : 4000 + length] += 5000 * tone
    speakers = np.where(labels > 0, np.array(["ann", "bob"])[np.arange(count) // 4 % 2], "")
    return Clips(audio.astype(np.int16), labels, words, speakers, NAMES)


def session(recipe=PLAIN, seed=0):
    maker = sessions.Maker(clips(), recipe)
    return maker.session(list(range(len(maker.words))), np.random.default_rng(seed))


def test_every_keyword_is_said_once_and_every_other_word_as_often_as_asked():
    maker = sessions.Maker(clips(), PLAIN._replace(others=3))
    heard = []
    make = maker.session

    def watched(queue, random):
        made = make(queue, random)
        heard.extend(word.word for word in made.said)
        return made

    maker.session = watched
    sessions.version(maker, np.random.default_rng(1))
    for word, times in (("yes", 3), ("no", 3)):
        assert heard.count(word) == times
    reversed_ones = heard.count(sessions.NO_WORD)
    assert sum(map(heard.count, ("cat", "tree", "dog", "bed"))) + reversed_ones == 3 * 12


@pytest.mark.parametrize("seed", range(8))
def test_windows_hold_what_their_labels_say(seed):
    made = session(seed=seed)
    hops = len(LogMel().push(made.sound))
    ends, labels, words = sessions.windows(made, hops, np.random.default_rng(seed))
    assert (ends >= FRAMES - 1).all() and (ends < hops).all()
    for end, label, word in zip(ends, labels, words, strict=True):
        first, last = HOP * (end - FRAMES + 1), HOP * end + WINDOW
        shares = [
            (one, (min(last, one.end) - max(first, one.start)) / (one.end - one.start))
            for one in made.said
        ]
        whole = [one for one, share in shares if one.label > 1 and share >= 0.97]
        part = [one for one, share in shares if one.label > 1 and 0.55 < share < 0.97]
        assert not part
        if label > 1:
            assert [one.label for one in whole] == [label] and word == whole[0].word
        else:
            assert not whole
        if label == 0:
            assert made.kind not in ("babble", "voice")
            assert all(share <= 0.3 for _, share in shares)


def test_a_keyword_lies_at_many_places_of_its_windows():
    places = []
    for seed in range(20):
        made = session(seed=seed)
        ends, labels, words = sessions.windows(made, 999, np.random.default_rng(seed))
        for end, label, word in zip(ends, labels, words, strict=True):
            if label > 1:
                first = HOP * (end - FRAMES + 1) - 300  # a word's faint beginning may be cut off
                among = (one for one in made.said if one.word == word and one.start >= first)
                inside = next(among)
                places.append(HOP * end + WINDOW - inside.end)
    assert min(places) < 0.1 * RATE and max(places) > 0.4 * RATE


def test_two_keywords_are_no_window():
    said = [sessions.Said(16000, 20000, 2, "yes"), sessions.Said(21000, 25000, 3, "no")]
    made = sessions.Session(np.zeros(64000, np.int16), said, "quiet")
    ends, labels, _ = sessions.windows(made, 199, np.random.default_rng(0))
    both = (HOP * (ends - FRAMES + 1) <= 16000) & (HOP * ends + WINDOW >= 25000)
    assert not both.any() and {2, 3} <= set(labels.tolist())


def test_words_are_as_far_above_the_rest_as_asked():
    levels = {}
    for above in (0, 20):
        recipe = PLAIN._replace(above=(above, above))
        for seed in range(60):
            made = session(recipe, seed)
            if made.kind == "noise":
                blocks = made.sound.astype(float).reshape(-1, 1600)
                power = (blocks - blocks.mean(axis=1, keepdims=True)).var(axis=1)
                ratio = np.quantile(power, 0.95) / np.quantile(power, 0.1)
                levels.setdefault(above, []).append(10 * np.log10(ratio))
    assert np.median(levels[20]) > np.median(levels[0]) + 8


def test_halves_parts_and_words_backwards_are_no_words():
    recipe = PLAIN._replace(spliced=1.0, partial=1.0)
    made = session(recipe)
    assert {word.label for word in made.said} <= {1, 2, 3}
    spliced = [word for word in made.said if word.word == sessions.NO_WORD]
    assert len(spliced) >= len(made.said) / 2
    assert all(word.label == 1 for word in spliced)


def test_the_same_seed_makes_the_same_windows():
    maker = sessions.Maker(clips(), Recipe(others=2, spliced=0.2))
    first, again = (sessions.version(maker, np.random.default_rng(3)) for _ in range(2))
    assert all((one == other).all() for one, other in zip(first, again, strict=True))
    codes, labels, words = first
    assert codes.shape == (len(labels), FRAMES, 40) and codes.dtype == np.int8
    assert words.shape == labels.shape


def test_clips_nobody_speaks_in_are_refused():
    silent = clips().take(clips().labels == 0)
    with pytest.raises(ValueError, match="nobody speaks"):
        sessions.Maker(silent, PLAIN)


def test_training_takes_windows_of_sessions():
    recipe = PLAIN._replace(epochs=1, batch_size=64)
    model, history = training.train(clips(), recipe)
    assert model.output_shape == (None, 4) and len(history["loss"]) == 1


def test_sentences_are_said_among_words_and_are_none_of_them():
    maker = sessions.Maker(clips(), PLAIN._replace(sentences=0.3))
    said = [word for made in maker.all(np.random.default_rng(3)) for word in made.said]
    sentences = [word for word in said if word.end - word.start > 2 * sessions._LONGEST]
    assert len(sentences) >= 3
    assert {(word.label, word.word) for word in sentences} == {(1, sessions.NO_WORD)}
    assert [word.word for word in said].count("yes") == 3  # each word is said as often as without


def test_without_sentences_none_is_read():
    assert sessions.Maker(clips(), PLAIN)._sentences == []
