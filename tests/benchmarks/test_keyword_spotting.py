"""The benchmark of keyword spotting, from end to end on a folder of a few clips."""

import argparse
import json
import shutil
import sys
import wave

import benchmark_runner
import numpy as np
import pytest

from tinyml_helpers.datasets.sounds.speech import CLASSES

SPEAKERS = ("0a1b2c3d", "1a1b2c3d", "2a1b2c3d", "3a1b2c3d", "4a1b2c3d")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Clips laid out as Speech Commands' test archive is: of each class one by each speaker."""
    folder = tmp_path_factory.mktemp("clips")
    random = np.random.default_rng(0)
    for label, name in enumerate(CLASSES):
        (folder / name).mkdir()
        for number, speaker in enumerate(SPEAKERS):
            audio = random.normal(0, 30, 16_000)
            if name != "_silence_":
                tone = np.sin(np.arange(6_000) * (0.05 + 0.03 * label + 0.002 * number))
                audio[5_000:11_000] += 5_000 * tone
            stem = f"{speaker}_nohash_0.wav"
            stem = f"bird_{stem}.wav" if name == "_unknown_" else stem
            with wave.open(str(folder / name / stem), "wb") as file:
                file.setparams((1, 2, 16_000, 0, "NONE", ""))
                file.writeframes(audio.astype("<i2").tobytes())
    return folder


def test_it_trains_tests_and_prints_one_json_object(folder):
    made = benchmark_runner.run_whole(
        "keyword_spotting", "--json", "--quick", "--train", folder, "--test", folder
    )
    assert made.returncode == 0, made.stderr
    figures = json.loads(made.stdout)
    rows = {(one["model"], one["tested_on"]): one for one in figures["accuracy"]}
    models = ("synthetic", "real", "real_stateful", "real, trained now", "synthetic, trained now")
    sets = ("synthetic voices held out", "real people")
    assert set(rows) == {(model, tested) for model in models for tested in sets}
    for (model, tested), one in rows.items():
        assert 0 <= one["int8"] <= 1 and 0 <= one["ten_words_int8"] <= 1
        assert (one["float"] is not None) or "now" not in model
        confusion = np.array(one["confusion"])
        assert confusion.shape == (12, 12) and confusion.sum() == one["clips"]
        assert confusion.trace() == pytest.approx(one["int8"] * one["clips"], abs=0.1)
        assert tested != "real people" or one["clips"] <= 24  # of the people held out
    assert rows["synthetic", sets[0]]["int8"] > 0.8
    assert any("one folder to train and test on" in text for text in figures["says"])
    assert figures["features_a_second"] > 0
    for one in figures["boards"]:
        assert one["hops"] == one["hops_with_equal_features"] == one["hops_with_equal_verdict"] > 90
        assert one["inferences"] == one["inferences_with_equal_scores"] > 3
        assert one["model_bytes"] < one["flash_bytes"] and one["arena_bytes"] < one["ram_bytes"]
        assert one["load_percent"] > one["front_end_load_percent"] > 0
        assert one["most_waiting"] >= 320
    assert {one["board"] for one in figures["boards"]} == {"nano33ble", "pico"}
    for one in figures["streams"]:
        assert one["keywords"] > 0 and one["hours"] == 0.05
        assert 0 <= one["tested"]["false_rejects"] <= 1 and 0 < one["awake"] < 1
        assert one["tested"]["at_most"] > one["tested"]["false_accepts_an_hour"]
        for power in one["power"]:
            assert "says" in power or power["gated_ma"] < power["always_ma"]
    tables = [(one["model"], one["voices"]) for one in figures["conditions"]]
    assert tables == [(model, tested) for tested in sets for model in models]
    for one in figures["conditions"]:
        assert one["hours"] == 0.05 and len(one["rows"]) == 3
        assert all(row["at_threshold"]["said"] > 0 for row in one["rows"])


@pytest.fixture
def real_clips(monkeypatch):
    """The benchmark's `real_clips` as a function of --train and --test; adds what it says."""
    monkeypatch.syspath_prepend(str(benchmark_runner.FOLDER))
    import keyword_spotting

    def call(train, test):
        says = []
        chosen = argparse.Namespace(train=train and str(train), test=test and str(test))
        return *keyword_spotting.real_clips(chosen, says), " ".join(says)

    return call


def test_strangers_are_told_from_people_a_model_was_trained_on(folder, tmp_path, real_clips):
    import keyword_spotting

    shutil.copytree(folder, tmp_path / "other")
    for wav in (tmp_path / "other").glob("*/*4a1b2c3d*"):
        wav.unlink()
    train, test, _ = real_clips(tmp_path / "other", folder)
    assert len(train.labels) == 48 and len(test.labels) == 60
    name, says = "synthetic", []
    training = keyword_spotting.training
    files = training.committed(name), training.committed_keras(name)
    model = keyword_spotting.Model(*files, frozenset(train.speakers))
    rows = list(keyword_spotting.accuracies(name, model, "people", test, says))
    assert [(row["tested_on"], row["clips"]) for row in rows] == [
        ("people", 60),
        ("people, strangers", 16),  # five of them silence
    ]
    assert "trained on 4 of the 5 people" in says[0]
    model = model._replace(speakers=frozenset())
    assert len(list(keyword_spotting.accuracies(name, model, "people", test, []))) == 1


def test_of_one_folder_some_people_are_held_out(folder, real_clips):
    for test in (None, folder, folder / ".." / folder.name):
        train, held_out, says = real_clips(folder, test)
        assert len(train.labels) + len(held_out.labels) == 60
        assert not set(train.speakers) & set(held_out.speakers) - {""}
        assert "20% of its people are held out" in says


def test_without_folders_it_says_what_is_left_out(folder, real_clips):
    train, test, says = real_clips(None, None)
    assert train is None and test is None
    assert "add --train" in says and "add --test" in says
    train, test, says = real_clips(None, folder)
    assert train is None and len(test.labels) == 60 and "add --test" not in says


@pytest.mark.parametrize("option", ["--test", "--train"])
@pytest.mark.parametrize(("name", "says"), [("missing", "no folder"), ("empty", "ten words")])
def test_a_folder_without_clips_is_one_clear_sentence(
    option, name, says, tmp_path, real_clips, monkeypatch, capsys
):
    import keyword_spotting

    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(sys, "argv", ["keyword_spotting.py", option, str(tmp_path / name)])
    with pytest.raises(SystemExit) as stop:
        keyword_spotting.main()
    assert says in str(stop.value) and "\n" not in str(stop.value)
    assert not capsys.readouterr().out
