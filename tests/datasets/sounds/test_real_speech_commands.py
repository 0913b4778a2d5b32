"""The real Speech Commands where they are: what they hold, and their datasheet."""

from collections import Counter

import numpy as np
import places
import pytest

from tinyml_helpers.datasets.sounds.speech import CLASSES
from tinyml_helpers.datasets.sounds.speech_commands import (
    official_part,
    speech_commands,
    split_by_speaker,
)

SHEET = places.DATA / "speech_commands.md"


@pytest.fixture(scope="module")
def real():
    return speech_commands(recordings(), "all")


def recordings():
    """Where the real clips are, a Path; or skips the test."""
    return places.outside("TINYML_REAL_DATA", "speech_commands_test_set_v0.02")


def test_the_real_clips(real):
    counts = {name: int((real.labels == label).sum()) for label, name in enumerate(CLASSES)}
    folders = recordings().glob("*/")
    assert counts == {folder.name: len(list(folder.glob("*.wav"))) for folder in folders}
    assert real.audio.shape == (2_943, 16_000)
    assert len(set(real.speakers) - {""}) == 143
    keywords = real.labels >= 2
    assert np.array_equal(real.words[keywords], np.array(CLASSES)[real.labels[keywords]])
    unknown = Counter(real.words[real.labels == 1])
    assert len(unknown) == 25 and unknown["six"] == 19 and unknown["bird"] == 4
    assert not set(unknown) & set(CLASSES) and sum(unknown.values()) == 247
    assert (real.speakers[real.labels > 0] != "").all()


def test_the_real_speakers_are_those_of_the_official_test_part(real):
    assert {official_part(f"{who}_nohash_0.wav") for who in set(real.speakers) - {""}} == {"test"}


def test_the_real_clips_split(real):
    train, test = split_by_speaker(real, 0.25)
    assert set(train.speakers) & set(test.speakers) == {""}
    shares = np.bincount(test.labels) / np.bincount(real.labels)
    assert np.abs(shares - 0.25).max() < 0.02


def test_the_datasheet_says_what_the_real_clips_hold(real):
    sheet = " ".join(SHEET.read_text(encoding="utf-8").split())
    spoken = real.labels > 0
    audio = real.audio.astype(float)
    keys = [(clip.tobytes(), who) for clip, who in zip(real.audio, real.speakers, strict=True)]
    copies = Counter(clip for clip, _ in keys)
    assert f"{len(keys) - len(copies)} clips equal another one" in sheet
    assert len(set(keys)) == len(copies)  # each by one person
    level = np.sqrt(np.mean(audio**2, axis=1))
    louder = (level[~spoken] > np.median(level[spoken])).sum()
    assert f"{louder} of {(~spoken).sum()} are louder than the median word" in sheet
    quiet, loud = 20 * np.log10(np.percentile(level[spoken], [5, 95]))
    assert f"differ by {loud - quiet:.0f} dB" in sheet
    offset = np.abs(audio[spoken].mean(axis=1))
    assert f"{(offset > 100).sum()} have a DC offset above 100 ({(offset > 500).sum()}" in sheet
    zeros = (~real.audio[spoken, -800:].any(axis=1)).sum()
    assert f"{zeros} end in at least 50 ms of exact zeros" in sheet
    given = sorted(Counter(real.speakers[spoken]).values())
    assert f"from {given[0]} clip to {given[-1]}" in sheet
    assert f"gave {sum(given[-14:]) / sum(given):.0%} of the clips" in sheet


def test_the_datasheet_is_complete():
    sheet = SHEET.read_text(encoding="utf-8")
    for heading in ("Where it comes from", "Licence", "What is in it", "How it is split", "Limits"):
        assert f"\n## {heading}\n" in sheet
    row = next(line for line in sheet.splitlines() if line.startswith("| 4,044 |"))
    counts = [int(cell.replace(",", "")) for cell in row.strip("|").split("|")]
    assert sum(counts[:10]) == counts[10] and counts[10] + 67_283 == 105_829
    assert "67,283" in sheet and "105,829" in sheet
