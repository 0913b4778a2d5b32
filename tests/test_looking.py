"""Boards that find and compare faces: what this computer sees, whatever happens on the line."""

import functools
import struct

import numpy as np
import patience
import pytest
import qemu
import spots
from PIL import Image
from skimage import data
from test_face_boxes import random_grids
from test_face_crop import box_of, random_boxes
from test_link_trouble import DAMAGE, Line, hurry  # noqa: F401 - a fixture

from tinyml_helpers import emulator, firmware, link, micro
from tinyml_helpers.emulator.chip import Chip
from tinyml_helpers.emulator.protocol_emulator import for_chip
from tinyml_helpers.faces import library, trained
from tinyml_helpers.faces.crop import crops
from tinyml_helpers.faces.detector import all_boxes_of, faces_of
from tinyml_helpers.faces.unlock import NotEnrolled, Unlock
from tinyml_helpers.firmware import protocol

BOARDS = ("nano33ble", "pico")
OURS = [spots.frame((4, 4 + seed % 2), seed=seed) for seed in range(5)]  # five to enrol
THRESHOLD = 0.97

#: Frames for what is about the line: the fewer bytes, the sooner they are there.
SMALL = 32, 32
SMALL_OURS = [spots.frame((1, 1 + seed % 2), seed=seed, size=SMALL) for seed in range(5)]


@functools.cache
def image():
    return firmware.build(spots.detector(*SMALL), "nano33ble", look=True, verifier=spots.verifier())


def port():
    return for_chip(Chip(image().elf, "nano33ble"))


@pytest.fixture(scope="module")
def unlock():
    """What a board must do, on this computer, with a face enrolled."""
    made = Unlock(spots.detector(), spots.verifier(), THRESHOLD)
    for frame in OURS:
        made.enrol(frame)
    return made


@pytest.fixture(scope="module")
def small_unlock():
    """The same for small frames."""
    made = Unlock(spots.detector(*SMALL), spots.verifier(), THRESHOLD)
    for frame in SMALL_OURS:
        made.enrol(frame)
    return made


@pytest.fixture(scope="module", params=BOARDS)
def board(request):
    flashed = emulator.Board(request.param)
    flashed.flash(spots.detector(), look=True, verifier=spots.verifier())
    return flashed


@pytest.fixture
def enrolled(board):
    """A board with a face enrolled."""
    board.forget()
    for count, frame in enumerate(OURS):
        assert board.enrol(frame).enrolled == count + 1
    return board


def seen(sight):
    """What was found, costs aside."""
    return sight.faces, sight.similarity, sight.unlocked, sight.enrolled


# An emulated board.


def test_a_board_sees_what_this_computer_sees(enrolled, unlock):
    frames = spots.mixed_frames(21)
    made = [enrolled.look(frame, THRESHOLD) for frame in frames]
    assert list(map(seen, made)) == [seen(unlock.look(frame)) for frame in frames]
    assert {sight.unlocked for sight in made} == {True, False}
    assert {len(sight.faces) for sight in made} >= {0, 1, 2, 4}


def test_thresholds_are_those_of_the_call(enrolled, unlock):
    frame = spots.frame((3, 3), (8, 8), seed=20)
    sight = enrolled.look(frame)
    assert (len(sight.faces), sight.unlocked) == (2, True)
    assert enrolled.look(frame, threshold=sight.similarity).unlocked
    assert not enrolled.look(frame, threshold=sight.similarity + 1 / 32768).unlocked
    assert enrolled.look(frame, face_threshold=1).faces == []
    for wrong in ({"threshold": 2}, {"face_threshold": -1}):
        with pytest.raises(ValueError, match=r"is from 0 to 1, not"):
            enrolled.look(frame, **wrong)


def test_enrolling_on_a_board(board):
    board.forget()
    for frame, message in (
        (spots.frame(), "there is no face in the frame"),
        (spots.frame((3, 3), (8, 8)), "there are 2 faces in the frame"),
    ):
        with pytest.raises(NotEnrolled, match=message):
            board.enrol(frame)
    sight = board.look(OURS[0])
    assert (sight.similarity, sight.unlocked, sight.enrolled) == (None, None, 0)
    for frame in OURS:
        assert board.enrol(frame).similarity is None
    with pytest.raises(NotEnrolled, match="5 frames are enrolled already: call forget, and start"):
        board.enrol(OURS[0])
    assert board.look(OURS[0]).enrolled == 5
    board.forget()
    assert board.look(OURS[0]).unlocked is None


def test_every_stage_has_its_cost(enrolled):
    sight = enrolled.look(OURS[0])
    names = ["detector", "boxes", "load", "crop", "verifier", "compare"]
    assert [part.name for part in sight.parts] == names
    clock = enrolled.figures.clock_hz
    for field in ("instructions", "cycles"):
        assert sum(getattr(part, field) for part in sight.parts) == getattr(sight, field)
    for part in (*sight.parts, sight):
        assert 0 < part.instructions < part.cycles
        assert part.milliseconds == pytest.approx(1e3 * part.cycles / clock)
        assert part.millijoules > 0
    plain = emulator.Board(enrolled.figures.id)
    plain.flash(spots.detector())
    codes = (OURS[0].astype(int) - 128).astype(np.int8)[np.newaxis, ..., np.newaxis]
    run = plain.invoke(codes)
    assert 0 < sight.parts[0].instructions - run.instructions < 20 * 96 * 96  # grey to codes
    nothing = enrolled.look(spots.frame())
    assert [part.name for part in nothing.parts] == names[:2]
    assert "verifier" in str(sight) and "verifier" not in str(nothing)
    assert "fd_crop" not in {share.function for share in enrolled.functions()}


def test_models_are_loaded_in_a_small_part_of_the_time(enrolled):
    """What sharing the arena costs: both models are loaded for each face."""
    load = next(part for part in enrolled.look(OURS[0]).parts if part.name == "load")
    assert load.cycles < 2 * enrolled.start.cycles * 2


def test_the_detector_runs_alone_too_after_the_verifier(enrolled):
    codes = np.random.default_rng(0).integers(-128, 128, (1, 96, 96, 1)).astype(np.int8)
    expected = micro.Interpreter(spots.detector()).invoke(codes)
    for _ in range(2):
        np.testing.assert_array_equal(enrolled.invoke(codes).output, expected)
        assert enrolled.look(OURS[1], THRESHOLD).unlocked


def test_the_footprint_says_what_looking_takes(enrolled):
    enrolled.look(OURS[0])
    size = enrolled.footprint
    files = spots.detector(), spots.verifier()
    assert size.arena_bytes == max(micro.Interpreter(file).arena_used_bytes for file in files)
    assert size.model_bytes == sum(map(len, files))
    assert size.frame_bytes == 96 * 96
    assert 128 + library.SIGHT.itemsize < size.looker_bytes < 400
    assert 100 < size.stack_bytes < firmware.STACK_BYTES - 400
    parts = size.arena_bytes + size.frame_bytes + size.looker_bytes
    assert size.ram_bytes == parts + size.stack_bytes + size.static_bytes
    assert "frame 9,216, looker" in str(size)


def test_a_board_without_a_verifier_finds_faces(unlock):
    board = emulator.Board("nano33ble")
    board.flash(spots.detector(), look=True)
    assert "tm_verifier" not in board.machine.symbols
    sight = board.look(spots.frame((3, 3), (8, 8)))
    assert sight.faces == unlock.look(spots.frame((3, 3), (8, 8))).faces
    assert (sight.similarity, sight.unlocked, sight.enrolled) == (None, None, 0)
    with pytest.raises(link.BoardError, match=r"no verifier: build firmware with one \(verifier="):
        board.enrol(OURS[0])


def test_frames_of_another_size():
    board = emulator.Board("pico")
    board.flash(spots.detector(120, 160), look=True)
    frames = spots.mixed_frames(4, (120, 160))
    host = Unlock(spots.detector(120, 160), spots.verifier())
    assert [board.look(frame).faces for frame in frames] == [host.look(f).faces for f in frames]
    assert board.footprint.frame_bytes == 19_200
    with pytest.raises(ValueError, match=r"looks at frames of uint8 \[120, 160\], grey, not at"):
        board.look(OURS[0])


def test_a_program_that_does_not_look_says_so(int8_model):
    plain = emulator.Board("nano33ble")
    with pytest.raises(ValueError, match="call flash first"):
        plain.look(OURS[0])
    plain.flash(int8_model)
    assert not {"fd_step", "fd_crop", "look_answer", "look_frame"} & set(plain.machine.symbols)
    assert "frame" not in str(plain.footprint)
    for ask in (lambda: plain.look(OURS[0]), lambda: plain.enrol(OURS[0]), plain.forget):
        with pytest.raises(ValueError, match=r"doesn't look: flash it with look=True"):
            ask()


def test_models_that_do_not_fit_are_refused(int8_model):
    board = emulator.Board("pico")
    with pytest.raises(library.WrongModel, match="a detector takes int8"):
        board.flash(int8_model, look=True)
    with pytest.raises(library.WrongModel, match="a verifier takes int8"):
        board.flash(spots.detector(), look=True, verifier=int8_model)
    with pytest.raises(ValueError, match="a verifier is for a program that looks: give look=True"):
        board.flash(spots.detector(), verifier=spots.verifier())


def test_an_arena_too_small_for_the_verifier_is_noticed():
    detector, frame = spots.detector(32, 32), spots.frame((2, 2), size=(32, 32))
    arena = micro.Interpreter(detector).arena_used_bytes
    assert arena < micro.Interpreter(spots.verifier()).arena_used_bytes
    board = emulator.Board("nano33ble")
    board.flash(detector, look=True, verifier=spots.verifier(), arena_bytes=arena)
    with pytest.raises(link.BoardError, match=r"says: the looker can't use the verifier$"):
        board.enrol(frame)
    assert len(board.look(frame).faces) == 1  # the detector was loaded again


@pytest.mark.parametrize("board_id", BOARDS)
def test_the_trained_models_see_the_same_on_boards(board_id):
    detector, verifier = (trained.committed(name) for name in trained.MODELS)
    picture = Image.fromarray(data.astronaut()).convert("L")
    boxes = (100, 0, 360, 260), (140, 20, 340, 220), (0, 0, 512, 512)
    frames = [np.array(picture.resize((96, 96), Image.Resampling.BOX, box)) for box in boxes]
    host = Unlock(detector, verifier, 0.6, face_threshold=0.35)
    board = emulator.Board(board_id)
    board.flash(detector, look=True, verifier=verifier)
    for frame in (*frames, *frames):
        assert enrolment(board, frame, 0.35) == enrolment(host, frame)
    made = [board.look(frame, 0.6, 0.35) for frame in frames]
    assert list(map(seen, made)) == [seen(host.look(frame)) for frame in frames]
    assert board.footprint.ram_bytes < 100_000
    for sight in made:  # what it costs that the models share the arena
        assert sum(part.cycles for part in sight.parts if part.name == "load") < 0.05 * sight.cycles


def enrolment(who, *arguments):
    """How many frames are enrolled after one more, or why it isn't."""
    try:
        return who.enrol(*arguments).enrolled
    except NotEnrolled as error:
        return str(error)


# Function by function.


def test_crops_on_a_board_are_those_of_this_computer(board):
    machine = board.machine
    boxes = random_boxes(25, seed=5).tolist()
    frames = spots.mixed_frames(25)
    expected = crops(frames, [box_of(*box) for box in boxes])
    arena, pixels = machine.address("tm_arena"), machine.address("look_frame")
    frame, box, out = arena, arena + 16, arena + 32
    for values, grey, codes in zip(boxes, frames, expected, strict=True):
        machine.write(pixels, grey.tobytes())
        machine.write(frame, struct.pack("<IHH", pixels, 96, 96))
        machine.write(box, struct.pack("<3hBB", *values, 0, 0))
        machine.call("fd_crop", frame, box, out)
        assert machine.read(out, codes.nbytes) == codes.tobytes()


def test_boxes_on_a_board_are_those_of_this_computer(board):
    machine = board.machine
    grids = random_grids(60, seed=8)
    grid, boxes = machine.address("look_frame"), machine.address("tm_arena")
    for codes, faces in zip(grids, all_boxes_of(grids, 0.3), strict=True):
        machine.write(grid, codes.tobytes())
        machine.write(machine.register("sp") & ~7, struct.pack("<I", boxes))  # the fifth argument
        count = machine.call("fd_boxes", grid, 12, 12, 77)
        records = np.frombuffer(machine.read(boxes, 16 * 8), library.BOX)[:count]
        assert faces_of(records) == faces


def test_another_emulator_crops_the_same(board):
    """The Nano's program in qemu: the same codes, in the same instructions but for 1%."""
    qemu.or_skip()
    if board.figures.id != "nano33ble":
        pytest.skip("the Pico's program lies where qemu has no memory")
    machine = board.machine
    arena, pixels = machine.address("tm_arena"), machine.address("look_frame")
    places = arena, arena + 16, arena + 32
    grey = spots.mixed_frames(2)[1]
    with qemu.Chip(board.image.elf) as chip:
        chip.run_until("board_receive")
        for values in random_boxes(3, seed=6).tolist():
            for one in (machine, chip):
                one.write(pixels, grey.tobytes())
                one.write(places[0], struct.pack("<IHH", pixels, 96, 96))
                one.write(places[1], struct.pack("<3hBB", *values, 0, 0))
            _, instructions = chip.call("fd_crop", *places)
            machine.clear_counts()
            machine.call("fd_crop", *places)
            assert chip.read(places[2], 2304) == machine.read(places[2], 2304)
            assert abs(machine.instructions - instructions) < 0.01 * instructions


# Over a link.


def test_a_link_looks_too(unlock, tmp_path):
    for name in ("detector", "verifier"):
        (tmp_path / name).write_bytes(getattr(spots, name)())
    files = {"model_path": tmp_path / "detector", "verifier": tmp_path / "verifier"}
    with link.open(link.emulator_url("pico", look="yes", **files), spots.detector()) as a_link:
        for frame in OURS:
            a_link.enrol(frame)
        frames = spots.mixed_frames(4)
        made = [a_link.look(frame, THRESHOLD) for frame in frames]
        assert list(map(seen, made)) == [seen(unlock.look(frame)) for frame in frames]
        sight = a_link.look(OURS[0])
        assert list(sight.parts) == ["detector", "boxes", "crop", "verifier", "compare", "load"]
        assert sum(sight.parts.values()) == pytest.approx(sight.seconds)
        assert 0 < sight.parts["crop"] < sight.parts["detector"] < sight.seconds < 0.1
        nothing = a_link.look(spots.frame())
        assert nothing.parts["verifier"] == 0 < nothing.parts["boxes"]
        a_link.forget()
        assert a_link.look(OURS[0]).unlocked is None


def test_a_link_that_does_not_know_the_model_does_not_look():
    why = pytest.raises(ValueError, match="open it with the detector's bytes")
    with link.open(port()) as a_link, why:
        a_link.look(SMALL_OURS[0])


def test_firmware_that_does_not_look_says_what_to_do():
    elf = firmware.build(spots.detector(*SMALL), "nano33ble").elf
    with link.open(for_chip(Chip(elf, "nano33ble")), spots.detector(*SMALL)) as a_link:
        for ask in (a_link.look, a_link.enrol, lambda _: a_link.forget()):
            with pytest.raises(link.BoardError, match=r"know that message: build .*look=True"):
                ask(SMALL_OURS[0])
        a_link.ping()


# What goes wrong on the line.


def line(**damage):
    """A Line that gets worse once the link is open, and a link to it."""
    a_line = Line(port())
    a_link = link.open(a_line, spots.detector(*SMALL), timeout=patience.seconds(0.1))
    a_line.writes = a_line.reads = 0
    for name, function in damage.items():
        setattr(a_line, name, function)
    return a_line, a_link


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("way", ["to_board", "to_computer"])
def test_damage_changes_nothing(small_unlock, hurry, way, damage):  # noqa: F811
    def sometimes(data, count):
        return DAMAGE[damage](data) if count in (0, 3) else data

    a_line, a_link = line(**{way: sometimes})
    for frame in SMALL_OURS:
        a_link.enrol(frame)
    assert a_line.writes == 5 + 2
    frame = spots.frame((2, 1), seed=11, size=SMALL)
    assert seen(a_link.look(frame, THRESHOLD)) == seen(small_unlock.look(frame))


def test_a_frame_whose_answer_is_lost_is_enrolled_once(small_unlock, hurry):  # noqa: F811
    _, a_link = line(to_computer=lambda data, count: data if count % 2 else b"")
    assert [a_link.enrol(frame).enrolled for frame in SMALL_OURS] == [1, 2, 3, 4, 5]
    with pytest.raises(NotEnrolled, match="5 frames are enrolled already"):
        a_link.enrol(SMALL_OURS[0])
    assert seen(a_link.look(SMALL_OURS[0], THRESHOLD)) == seen(small_unlock.look(SMALL_OURS[0]))


def test_what_comes_twice_is_enrolled_once(small_unlock):
    a_line, a_link = line(to_board=lambda data, count: data + data)
    assert [a_link.enrol(frame).enrolled for frame in SMALL_OURS] == [1, 2, 3, 4, 5]
    assert a_line.writes == 5


def test_the_same_frame_can_be_enrolled_again():
    _, a_link = line()
    assert [a_link.enrol(SMALL_OURS[0]).enrolled for _ in range(5)] == [1, 2, 3, 4, 5]


def test_a_template_stays_on_the_board_when_the_link_ends(small_unlock):
    a_port = port()
    with link.open(a_port, spots.detector(*SMALL)) as a_link:
        for frame in SMALL_OURS:
            a_link.enrol(frame)
    with link.open(a_port, spots.detector(*SMALL)) as a_link:
        assert seen(a_link.look(SMALL_OURS[2], THRESHOLD)) == seen(small_unlock.look(SMALL_OURS[2]))


def test_forgetting_wipes_template_and_frame():
    chip = Chip(image().elf, "nano33ble")
    with link.open(for_chip(chip), spots.detector(*SMALL)) as a_link:
        for frame in SMALL_OURS:
            a_link.enrol(frame)
        machine = chip.machine
        place, size = machine.address("looker"), image().looker_bytes
        start = library.LOOKER.fields["face"][1]
        assert any(machine.read(place, size)[start : start + 128])
        assert machine.read(machine.address("look_frame"), 32 * 32) == SMALL_OURS[-1].tobytes()
        a_link.forget()
        assert not any(machine.read(place, size)[: start + 128][4:])
        assert not any(machine.read(machine.address("look_frame"), 32 * 32))


def test_messages_that_make_no_sense_are_refused_and_do_no_harm(small_unlock):
    _, a_link = line()
    for frame in SMALL_OURS:
        a_link.enrol(frame)
    for kind in (protocol.LOOK, protocol.ENROL):
        for payload in (b"", bytes(8), bytes(1031), bytes(1033), bytes(5000)):
            with pytest.raises(link.BoardError, match=r"the looker takes another number of bytes$"):
                a_link._ask(kind, payload)
    with pytest.raises(link.BoardError, match=r"the looker takes another number of bytes$"):
        a_link._ask(protocol.FORGET, b"x")
    assert seen(a_link.look(SMALL_OURS[3], THRESHOLD)) == seen(small_unlock.look(SMALL_OURS[3]))
