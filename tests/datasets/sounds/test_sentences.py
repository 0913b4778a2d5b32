"""The bundled sentences: the files are whole, and nobody in them says a keyword."""

import csv
import importlib
import re
import sys

import pytest
import soundfile

# The package has a function of the same name.
speech = importlib.import_module("tinyml_helpers.datasets.sounds.speech")

#: What sounds like a keyword.
ALIKE = {"know", "write", "rite", "wright"}


@pytest.fixture(scope="module")
def sentences():
    return speech.speech_sentences()


@pytest.mark.parametrize("part", ["train", "test"])
def test_files_agree_with_their_tables(part):
    info = soundfile.info(speech.SENTENCES / f"{part}.flac")
    assert (info.samplerate, info.channels, info.subtype) == (16000, 1, "PCM_16")
    with (speech.SENTENCES / f"{part}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(int(row["samples"]) for row in rows) == info.frames


def test_all_of_it_is_at_most_8_mb():
    assert sum(file.stat().st_size for file in speech.SENTENCES.rglob("*.*")) < 8e6


def test_nobody_says_a_keyword(sentences):
    for part in sentences:
        for sentence in part.words.tolist():
            said = set(re.findall(r"[a-z]+", sentence.lower()))
            assert not said & ({*speech.CLASSES[2:]} | ALIKE), sentence


def test_voices_are_those_of_the_words_of_the_same_part(sentences):
    for part, words in zip(sentences, speech.speech_words(), strict=True):
        assert set(part.speakers.tolist()) <= set(words.speakers.tolist())
    assert not set(sentences[0].words.tolist()) & set(sentences[1].words.tolist())


def test_they_are_sentences_and_not_words(sentences):
    assert [len(part.words) for part in sentences] == [216, 44]
    for part in sentences:
        assert all(len(audio) > 16_000 for audio in part.audio)
        assert all(abs(audio.astype(int)).max() > 30_000 for audio in part.audio)


def test_texts_come_together_as_they_are_written(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(speech.SENTENCES), *sys.path])
    texts = importlib.import_module("texts")
    assert len(texts.WHOLE) >= 44 and len(set(texts.WHOLE)) == len(texts.WHOLE)
    for sentence in speech.speech_sentences()[0].words.tolist():
        rest = sentence.removesuffix(".")
        for part in texts.PARTS:
            (begins,) = (text for text in part if rest.startswith(text))
            rest = rest.removeprefix(begins).lstrip()
        assert rest == ""
