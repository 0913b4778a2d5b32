"""What a notebook keeps of the movements of a wrist."""

import base64
import json
import types

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest

from tinyml_helpers import datasets
from tinyml_helpers.panels.wrist import wrist

G = 9.80665


def swing(seconds=20, rate=50, **about):
    """An arm raised by 120 degrees and let down again, without what its own acceleration adds."""
    times = np.arange(round(seconds * rate)) / rate
    raised = (1 - np.cos(2 * np.pi * times / 3)) * np.pi / 3
    nothing = np.zeros_like(raised)
    about = {"activity": "abduction", "place": "left", "rate": float(rate)} | about
    return types.SimpleNamespace(
        acceleration=G * np.stack([-np.cos(raised), nothing, np.sin(raised)], axis=1),
        rotation=np.stack([nothing, -np.gradient(raised, times), nothing], axis=1),
        **about,
    )


def content(panel):
    """What the script is given to show."""
    call = panel.script().rpartition("showWrist(element, ")[2]
    return json.loads(call.removesuffix(");\n})();"))


def numbers(text, kind, columns):
    return np.frombuffer(base64.b64decode(text), kind).reshape(-1, columns) / np.iinfo(kind).max


@pytest.fixture
def panel():
    return wrist(swing(), swing(seconds=12, activity="forward elevation", place="right"))


def test_the_script_shows_the_movement_as_it_was(panel):
    shown = content(panel)
    assert [one["name"] for one in shown["motions"]] == ["abduction", "forward elevation"]
    assert [one["hand"] for one in shown["motions"]] == [1, -1]
    assert shown["step"] == 0.04 and shown["seconds"] == pytest.approx(14.96)
    g, rad_s = shown["limits"]
    curves = numbers(shown["motions"][0]["signals"], np.int8, 6)
    once = swing()
    assert np.abs(g * curves[:, :3] - once.acceleration[:750:2] / G).max() <= g / 127 / 2 + 1e-9
    assert np.abs(rad_s * curves[:, 3:] - once.rotation[:750:2]).max() <= rad_s / 127 / 2 + 1e-9
    quaternions = numbers(shown["motions"][0]["orientation"], np.int16, 4)
    assert quaternions.shape == (375, 4)
    assert np.allclose(np.linalg.norm(quaternions, axis=1), 1, atol=1e-4)
    assert len(numbers(shown["motions"][1]["signals"], np.int8, 6)) == 12 * 25


def test_the_forearm_points_down_then_up():
    (one,) = wrist(swing()).shown
    _w, x, y, z = one.orientation.T
    height = 2 * (x * z - _w * y)  # of the sensor's x axis
    assert height[0] == pytest.approx(-1)
    assert height[37] == pytest.approx(0.5, abs=0.1)  # after 1.5 seconds, 30 degrees above level


def test_both_movements_have_the_same_scales_wide_enough_for_either():
    wild = swing()
    wild.acceleration *= 3.4
    assert wrist(swing(), wild).limits == (4, 3) and wrist(swing()).limits == (1, 3)


def test_the_notebook_keeps_a_picture_with_words_for_where_no_script_runs(panel):
    before = plt.get_fignums()
    data, metadata = panel._repr_mimebundle_()
    assert set(data) == {"text/plain", "application/javascript", "image/png"}
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    words = metadata["image/png"]["alt"]
    assert words.startswith("abduction and forward elevation: a forearm and its watch")
    said = "Movements to watch: run this cell. abduction, forward elevation."
    assert data["text/plain"] == repr(panel) == said
    assert plt.get_fignums() == before


def test_what_nbval_compares_is_the_same_every_time(panel):
    again = wrist(swing(), swing(seconds=12, activity="forward elevation", place="right"))
    assert panel.script() == again.script()


@pytest.mark.parametrize("style", ["default", "tinyml_helpers.workbook"])
def test_a_notebook_keeps_less_than_60_kilobytes_of_it(style):
    motions = [
        motion
        for motion in datasets.watch_exercises()
        if motion.person == "seglearn 4" and motion.activity in ("abduction", "forward elevation")
    ]
    with plt.style.context(style, after_reset=True):
        data, metadata = wrist(*motions[:2])._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
    cell = nbformat.v4.new_code_cell("", outputs=[output])
    kept = nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))
    assert len(kept.encode()) < 60_000


def test_the_script_asks_for_nothing_from_elsewhere(panel):
    assert "import" not in panel.script()
    assert panel.script().count("http") == 1 and "http://www.w3.org/2000/svg" in panel.script()


def test_names_may_be_given_and_cannot_end_the_script():
    name = "</script><b>'\"\\"
    panel = wrist(swing(), names=[name])
    assert content(panel)["motions"][0]["name"] == name
    assert "</script" not in panel.script().lower()


@pytest.mark.parametrize(
    ("about", "name"),
    [
        ({}, "abduction"),
        ({"activity": None, "source": "my_walk.csv"}, "my_walk.csv"),
        ({"activity": None}, "a movement"),
    ],
)
def test_a_title_is_what_is_known_of_the_movement(about, name):
    assert wrist(swing(**about)).shown[0].name == name


@pytest.mark.parametrize(
    ("rate", "step"), [(20, 1 / 20), (25, 1 / 25), (51, 3 / 51), (104, 5 / 104)]
)
def test_no_more_than_25_samples_a_second_are_shown(rate, step):
    panel = wrist(swing(rate=rate), rate=rate)
    assert panel.step == step
    assert (len(panel.shown[0].rotation) - 1) * step < 15


def test_a_movement_that_stands_still_can_be_shown():
    lying = types.SimpleNamespace(
        acceleration=np.tile([0, 0, G], (60, 1)), rotation=np.zeros((60, 3))
    )
    assert wrist(lying)._repr_mimebundle_()[0]["image/png"]
    assert content(wrist(lying))["motions"][0]["hand"] == 1


def broken(**changes):
    motion = swing()
    for name, value in changes.items():
        setattr(motion, name, value)
    return motion


GAP = swing().rotation.copy()
GAP[30] = np.nan


@pytest.mark.parametrize(
    ("motions", "options", "said"),
    [
        ([], {}, "there are 0 movements: give one, or two"),
        ([swing()] * 3, {}, "there are 3 movements"),
        ([swing()], {"names": ["a", "b"]}, "2 names for 1 movements"),
        ([swing(rate=100)], {}, "abduction has 100 samples a second, not 50: give rate=100"),
        ([swing()], {"rate": 0}, "the rate is 0"),
        ([broken(rotation=None)], {}, "abduction has no rotation"),
        ([broken(rotation=GAP)], {}, "abduction: samples are missing"),
        ([broken(rotation=GAP[:5])], {}, "abduction: acceleration is"),
        ([swing(seconds=0.9)], {}, "abduction has 45 samples: give a second"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(motions, options, said):
    with pytest.raises(ValueError, match=said):
        wrist(*motions, **options)
