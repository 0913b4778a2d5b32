"""The benchmark of sentences: a keyword in one is counted once, and nothing else is."""

import json

import benchmark_runner
import numpy as np

from tinyml_helpers.applications.keywords.trained import MODELS


def test_it_runs_from_end_to_end():
    made = benchmark_runner.run("keyword_sentences", "--json", "--quick")
    assert made.returncode == 0, made.stderr
    figures = json.loads(made.stdout)
    assert list(figures["heard"]) == list(MODELS) and figures["sentences"] == 4
    for counts in figures["heard"].values():
        assert all(0 <= count <= 4 for count in counts.values())


def test_a_sentence_counts_once_however_often_a_keyword_is_heard_in_it(monkeypatch):
    benchmark = benchmark_runner.load("keyword_sentences")
    said = [np.full(32_000, level, np.int16) for level in (100, -3000, 9000)]
    sound, ends = benchmark.played(said)
    assert ends == [56_000, 112_000, 168_000] and len(sound) == ends[-1]
    for end in ends:  # as loud, whatever they were
        loud = sound[end - 56_000 : end - 24_000].astype(float)
        assert abs(np.sqrt(np.mean(loud**2)) - benchmark.VOICE) < 10
    rows = np.full((168_000 // 320, 12), -128, np.int8)
    rows[20:24, 3] = rows[110:114, 3] = 127  # twice in the first
    rows[400:404, 4] = 40  # once in the last, unsure
    monkeypatch.setattr(benchmark.spotter, "scores", lambda *given: rows)
    monkeypatch.setattr(benchmark.spotter, "first_hop", lambda tflite: 0)
    usual = benchmark.spotter.Settings(hops_per_inference=1, average=1)
    monkeypatch.setattr(benchmark.spotter, "usual", lambda tflite: usual)
    counts = benchmark.heard(b"", sound, ends)
    assert counts[128] == counts[150] == 2 and counts[200] == counts[240] == 1
