"""Sketches for the Nano: GCC takes them as Arduino's builder would, and a computer that plays the
board gives the right answers. Not provable here: Arduino's own GCC 7, its core, and silicon."""

import functools
import re

import gcc
import nano_sketch
import numpy as np
import pytest
import spots
import yaml
from nano_sketch import BOARDS, library

from tinyml_helpers import export, firmware, link, micro
from tinyml_helpers.applications import faces, fields, keywords, machines
from tinyml_helpers.applications.faces import trained as face_models
from tinyml_helpers.applications.fields import trained as field_models
from tinyml_helpers.applications.keywords import trained as keyword_models
from tinyml_helpers.applications.machines import trained as machine_models
from tinyml_helpers.applications.machines.watcher import Settings
from tinyml_helpers.applications.wearables import exercises, hearts
from tinyml_helpers.applications.wearables.exercises import trained as exercise_models
from tinyml_helpers.applications.wearables.hearts import trained as heart_models
from tinyml_helpers.emulator.chip import Chip
from tinyml_helpers.emulator.protocol_emulator import for_chip
from tinyml_helpers.export import nano, readme

DETECTOR = face_models.committed("detector")
APPLICATIONS = {
    "keywords": keywords.Application(keyword_models.committed("real")),
    "faces": faces.Application(DETECTOR),
    "faces with a verifier": faces.Application(DETECTOR, face_models.committed("verifier")),
    "machines": machines.Application(machine_models.committed(), Settings(rate=1600)),
    "fields": fields.Application(field_models.committed(field_models.REAL)),
    "exercises": exercises.Application(exercise_models.committed(exercise_models.ANY_WAY)),
    "hearts": hearts.Application(heart_models.committed()),
}
SENSORS = {name: one.sensor for name, one in APPLICATIONS.items() if one.sensor}
#: By board the names of those that can be live.
LIVE = {
    board: [name for name in SENSORS if board == "nano33ble_rev2" or name != "machines"]
    for board in BOARDS
}
FED = [(name, False) for name in (*APPLICATIONS, "int8", "float32")]
#: By board programs by name, and whether they are live.
PROGRAMS = {board: [*FED, *((name, True) for name in LIVE[board])] for board in BOARDS}
ALL = [(board, *one) for board in BOARDS for one in PROGRAMS[board]]

#: What the specification lets a sketch's and a library's folder be called.
FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
CATEGORIES = {
    *("Display", "Communication", "Signal Input/Output", "Sensors", "Device Control", "Timing"),
    *("Data Storage", "Data Processing", "Other"),
}


@pytest.fixture(scope="module")
def objects(tmp_path_factory):
    """The objects of all sketches; see nano_sketch.Objects."""
    return nano_sketch.Objects(tmp_path_factory.mktemp("objects"))


@pytest.fixture(scope="module")
def sketch(tiny_models):
    """A function: the Contents of a program by its name."""

    @functools.cache
    def made(name, board="nano33ble", live=False):
        application = APPLICATIONS.get(name) or firmware.Application(tiny_models[name])
        return nano.contents(board, application, live)

    return made


@pytest.mark.parametrize(
    ("board", "name", "live"),
    ALL,
    ids=[f"{board} {name}{' live' * live}" for board, name, live in ALL],
)
def test_a_sketch_compiles_and_links_and_is_no_larger_than_computed(
    board, name, live, sketch, objects, tmp_path
):
    contents = sketch(name, board, live)
    elf = nano_sketch.linked(objects.of(contents), board, tmp_path)
    flash, ram = nano_sketch.sizes(elf)
    guessed = {"sound": 8_192, "motion": 32_768, "pictures": 8_192, "vibration": 32_768}
    of_arduinos = guessed[SENSORS[name]] if live else 0
    computed = contents.sizes["flash"] - nano.EMPTY_FLASH - of_arduinos
    assert 0.9 * computed < flash < computed
    computed = contents.sizes["RAM"] - nano.EMPTY_RAM - nano.HEAP
    assert computed - 1024 < ram < computed


@pytest.mark.parametrize("name", ["int8", "float32", "machines"])
def test_what_gcc_makes_of_a_sketch_gives_the_same_bytes_on_the_emulated_chip(
    name, sketch, objects, tmp_path, tiny_models
):
    model = APPLICATIONS[name].model if name in APPLICATIONS else tiny_models[name]
    elf = nano_sketch.emulated(objects.of(sketch(name)), tmp_path)
    here = micro.Interpreter(model)
    with link.open(for_chip(Chip(elf, "nano33ble")), model) as a_link:
        for x in np.random.default_rng(0).random((2, *here.model.inputs[0].shape), np.float32):
            codes = x if name == "float32" else here.model.inputs[0].quantize(x)
            assert a_link.invoke(codes).output.tobytes() == here.invoke(codes)[0].tobytes()


def test_no_product_is_added_unrounded(sketch, objects):
    """The FPU can; but then outputs would differ from computers'."""
    fused = re.compile(r"\bvfn?m[as]\w*\.f32\b")
    made = objects.of(sketch("float32"))
    assert [path for path in made if fused.search(gcc.disassembled(path))] == []


def test_the_layout_is_that_of_arduinos_specifications(sketch):
    """A library in a sketch's `src`, as in the example of the sketch specification."""
    for board, name, live in ALL:
        contents = sketch(name, board, live)
        folders = {part for path in contents.files for part in path.split("/")[:-1]}
        assert all(FOLDER_NAME.fullmatch(folder) for folder in folders)
        for path in contents.files:
            top, *below = path.split("/")
            assert top == nano.SKETCH
            if below not in ([f"{top}.ino"], ["sketch.yaml"]):
                root, one, *inside = below
                assert (root, one) == ("src", "tinyml_workbook")
                assert inside == ["library.properties"] or (inside[0], len(inside)) == ("src", 2)
            assert path.endswith((".ino", ".yaml", ".properties", ".c", ".cpp", ".h"))


def test_every_file_finds_what_it_includes_beside_it(sketch):
    for board, name, live in ALL:
        texts = library(sketch(name, board, live))
        for text in texts.values():
            assert set(re.findall(r'^#include "(.+)"', text, re.M)) <= set(texts)
        assert len({name.lower() for name in texts}) == len(texts)


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("live", [False, True])
def test_library_properties_has_the_fields_of_the_specification(board, live, sketch):
    contents = sketch("exercises", board, live)
    text = contents.files[f"{nano.LIBRARY}/library.properties"]
    fields = dict(line.split("=", 1) for line in text.splitlines())
    required = "name version author maintainer sentence paragraph category url architectures"
    assert set(required.split()) <= set(fields) <= {*required.split(), "depends", "includes"}
    assert all(fields.values())
    assert re.fullmatch(r"(?!Arduino)[A-Za-z0-9][A-Za-z0-9 _.-]{0,62}", fields["name"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", fields["version"])
    assert fields["category"] in CATEGORIES and fields["url"].startswith("https://")
    assert fields["architectures"] == "mbed_nano"
    assert fields["includes"] in library(contents)
    assert fields.get("depends") == (nano.MOTION_LIBRARIES[board][0] if live else None)


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("live", [False, True])
def test_the_project_file_pins_the_core_and_the_libraries(board, live, sketch):
    for name in LIVE[board]:
        contents = sketch(name, board, live)
        made = yaml.safe_load(contents.files[f"{nano.SKETCH}/sketch.yaml"])
        assert set(made) == {"profiles", "default_profile", "default_fqbn"}
        (profile,) = made["profiles"]
        assert profile == made["default_profile"] and re.fullmatch(r"[\w.-]+", profile)
        profile = made["profiles"][profile]
        assert profile["fqbn"] == made["default_fqbn"] == "arduino:mbed_nano:nano33ble"
        (platform,) = profile["platforms"]
        assert re.fullmatch(r"arduino:mbed_nano \(\d+\.\d+\.\d+\)", platform["platform"])
        libraries = {"motion": nano.MOTION_LIBRARIES[board], "pictures": nano.CAMERA_LIBRARY}
        libraries["vibration"] = libraries["motion"]
        library = libraries.get(SENSORS[name]) if live else None
        assert profile.get("libraries") == (["{} ({})".format(*library)] if library else None)


def test_only_a_live_sketch_knows_of_sensors(sketch):
    board = "nano33ble_rev2"
    for name in LIVE[board]:
        for live in (False, True):
            text = "".join(library(sketch(name, board, live)).values())
            assert ("#define TM_LIVE\n" in text) == live
            assert bool(re.search(r"#include <(PDM|Arduino_\w+)\.h>", text)) == live


def test_what_has_no_sensor_on_the_board_cannot_be_live(sketch):
    for name in set(APPLICATIONS) - set(SENSORS):
        with pytest.raises(ValueError, match=r"neither sound nor motion.*without live=True"):
            sketch(name, live=True)


def test_a_watcher_is_live_only_where_the_sensor_is_fast_enough():
    with pytest.raises(ValueError, match=r"952 samples .*export for nano33ble_rev2, or without"):
        nano.contents("nano33ble", APPLICATIONS["machines"], live=True)


def test_a_live_watcher_must_know_its_machine():
    model = machine_models.committed()
    with pytest.raises(ValueError, match=r"know its machine: give .*rate=1600, shaft_hz=\.\.\."):
        nano.contents("nano33ble_rev2", machines.Application(model), live=True)
    other = machines.Application(model, Settings(rate=3200))
    with pytest.raises(ValueError, match=r"rate of 3,200, .*gives 1,600 .*give rate=1600"):
        nano.contents("nano33ble_rev2", other, live=True)


def test_the_readme_of_a_live_watcher_says_how_it_learns_and_what_it_forgets(sketch):
    text = readme.text(sketch("machines", "nano33ble_rev2", True))
    for word in ("look.watching", "set_speed", "Settings(rate=1600, shaft_hz", "no longer", "AXIS"):
        assert word in text
    assert (
        "enum { AXIS = "
        in library(sketch("machines", "nano33ble_rev2", True))["sensor_vibration.cpp"]
    )


def test_what_does_not_fit_beside_the_core_is_refused_and_nothing_is_written(tmp_path, int8_model):
    """The chip would have room for both, had it no core to share with."""
    large = {
        "flash": firmware.Application(int8_model + bytes(900_000)),
        "RAM": firmware.Application(spots.detector(448, 448)),
    }
    for memory, application in large.items():
        firmware.build(application, "nano33ble")
        with pytest.raises(firmware.DoesNotFit, match="and this program needs") as refused:
            export.project("nano33ble", application, tmp_path / "large")
        assert refused.value.memory == memory and refused.value.over_bytes > 0
        assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("board", BOARDS)
def test_a_project_is_a_sketch_and_a_readme(board, int8_model, tmp_path):
    made = export.project(board, int8_model, tmp_path / "a model")
    assert (tmp_path / "a model" / nano.SKETCH / f"{nano.SKETCH}.ino").is_file()
    text = (tmp_path / "a model" / "README.md").read_text("utf-8")
    assert f"{made.sizes['flash']:,} B" in text and nano.CORE_VERSION in text
    again = export.project(board, int8_model, tmp_path / "a model")
    assert again.files == made.files


def test_the_readme_names_files_that_are_there(sketch):
    for board, name, live in ALL:
        contents = sketch(name, board, live)
        assert set(contents.tour) <= set(contents.files)
        text = readme.text(contents)
        named = nano.MOTION_LIBRARIES[board][0] in text
        assert named == (live and name in ("exercises", "machines"))
        assert readme.ANOTHER_MODEL in text
        assert ("GPL" in text) == (live and name.startswith("faces"))
