"""The benchmark of wearables, from end to end on people that were made up."""

import json
import re

import benchmark_runner
import numpy as np
import pytest

from tinyml_helpers.datasets.motion.sp_sw_har import ACTIVITIES, COLUMNS

_START = 1_657_533_977_810


def person(folder, name, seed):
    """Writes two executions of a made-up person's: each activity shakes at its own pace."""
    rng = np.random.default_rng(seed)
    of = folder / "DATA" / name
    of.mkdir(parents=True)
    for execution in (1, 2):
        lines = [",".join(COLUMNS)]
        for number, label in enumerate(ACTIVITIES):
            times = np.arange(300) / 100
            swing = np.sin(2 * np.pi * (number + 1) / 2 * times)[:, None]
            values = swing * [1, 2, 1, 1, 1, 2] + [0, 0, 9.8, 0, 0, 0]
            values += rng.normal(0, 0.1, values.shape)
            lines += [
                ",".join([*(f"{v:.3f}" for v in row), str(_START + 10 * (300 * number + i)), label])
                for i, row in enumerate(values)
            ]
        text = "\n".join(lines) + "\n"
        (of / f"{name}_{execution:02}_sw.csv").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A folder of people to learn from, and one to try, who has one of them again."""
    learned, tried = (tmp_path_factory.mktemp(name) for name in ("learned", "tried"))
    for number, name in enumerate(("s01", "s02")):
        person(learned, name, number)
    person(tried, "s02", 1)
    person(tried, "s03", 3)
    return learned, tried


@pytest.fixture(scope="module")
def figures(folders):
    learned, tried = folders
    arguments = "--json", "--quick", "--test", tried, "--train", learned
    made = benchmark_runner.run_whole("wearables", *arguments)
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def test_a_stranger_is_tried_in_windows_and_as_a_stream_in_float_and_int8(figures):
    rows = figures["exercises"]["people"]
    assert [(one["model"], one["person"]) for one in rows] == [
        ("float", "seglearn 1"),
        ("int8", "seglearn 1"),
    ]
    ways = ("straight", "turned", "mirrored", "voted", "accuracy")
    assert all(0 <= one[way] <= 1 for one in rows for way in ways)
    (stream,) = figures["exercises"]["streams"]
    assert stream["series"] == 14 and 0 <= stream["named_percent"] <= 100
    assert np.sum(figures["exercises"]["confusion"]) > 400


def test_the_models_that_come_along_are_small_and_know_a_stranger(figures):
    straight, any_way = figures["committed"]
    for one in (straight, any_way):
        assert one["bytes"] <= 20_000 and one["macs"] <= 100_000
        assert one["straight"] > 0.85
    assert straight["turned"] < 0.5 and any_way["turned"] >= 0.8


def test_people_are_learned_from_and_others_are_tried(figures):
    assert {one["person"] for one in figures["people"]} == {"s03"}
    assert {one["device"] for one in figures["people"]} == {"watch"}
    assert "watch: s02 were learned from, so not tried" in figures["says"]


def test_boards_are_equal_to_this_computer(figures):
    streams = {(one["stream"], one["board"]) for one in figures["boards"]}
    assert len(streams) == 6
    for one in figures["boards"]:
        assert one["hops"] == one["equal_hops"] > 10
        assert one["ram_bytes"] > one["arena_bytes"] and one["load_percent"] < 50


def test_repetitions_and_beats_are_counted(figures):
    assert figures["repetitions"]["within one"]["all"]["whole"] > 0.9
    beats = figures["hearts"]["simulated"]["beats"]["0 dB"]
    assert beats["sensitivity"]["value"] > 0.98 and beats["precision"]["value"] > 0.95


def test_every_rival_has_accuracy_bytes_and_cycles(figures):
    text = benchmark_runner.load("wearable_rivals").as_text(figures["rivals"])
    accuracy, people, boards = text.split("\n\n")
    assert accuracy.startswith("2 people, each left out in turn")
    rows = re.findall(
        r"(logistic regression|random forest) +(cut|drawn)(?: +0\.\d{3}){5}", accuracy
    )
    assert len(set(rows)) == 4
    assert len(re.findall(r"(?: 0\.\d\d){2}$", people, re.M)) == 4
    costs = re.findall(r"(nano33ble|pico) +([\d,]+) +([\d,]+) +\d+ +([\d,]+)", boards)
    assert len(costs) == 8
    for _, flash, tables, cycles in costs:
        numbers = [int(text.replace(",", "")) for text in (flash, tables, cycles)]
        assert numbers[0] > numbers[1] > 500 and numbers[2] > 10_000


def test_as_text_it_has_every_part(figures):
    text = benchmark_runner.load("wearable_text").as_text(figures, "the rivals")
    parts = "left out", "the rivals", "repetitions", "hearts", "pico", "daily movements, watch"
    assert all(part in text for part in parts)
    bare = {name: part for name, part in figures.items() if name != "people"}
    shorter = benchmark_runner.load("wearable_text").as_text(bare | {"says": ["nobody"]}, "")
    assert "daily movements" not in shorter and shorter.endswith("nobody")


@pytest.mark.parametrize("option", ["--test", "--train", "--ecg"])
def test_what_is_missing_is_said(option, tmp_path):
    assert "\n" not in benchmark_runner.refused("wearables", "--quick", option, tmp_path)
