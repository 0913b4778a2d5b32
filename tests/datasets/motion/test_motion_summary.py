"""The script that prints the figures in the datasheets of movements."""

import runpy
import subprocess
import sys

import numpy as np
import places
import pytest

from tinyml_helpers.datasets.motion.series import recorded

SCRIPT = places.DATA / "motion" / "summary.py"


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(SCRIPT))


def lying(seconds, rate, **about):
    n = round(seconds * rate)
    return recorded(np.arange(n) / rate, np.zeros((n, 3)), **about)


def test_a_row_counts_people_recordings_and_minutes_of_a_place(script):
    motions = [
        lying(60, 50, person="a", place="left"),
        lying(120, 100, person="a", place="left"),
        lying(30, 20, person="b", place="right"),
    ]
    assert list(script["places"](motions)) == [
        ("left", "1", "2", "3.0", "50.0", "75.0", "100.0"),
        ("right", "1", "1", "0.5", "20.0", "20.0", "20.0"),
    ]


def test_shares_are_of_the_time_not_of_the_samples(script):
    labels = ["sit"] * 200 + ["walk"] * 800
    motions = [
        lying(10, 100, person="a", labels=labels),
        lying(10, 20, person="b", activity="sit"),
    ]
    assert script["shares"](motions) == {"sit": pytest.approx(0.6), "walk": pytest.approx(0.4)}


def test_it_prints_what_is_installed():
    command = [sys.executable, str(SCRIPT)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "| watch_exercises | left | 10 | 70 | 42.3 | 50.0 | 50.0 | 50.0 |" in text
    assert "watch_exercises: forward elevation 17%, abduction 16%" in text
