"""Boards that find and compare faces: what this computer sees, whatever happens on the line."""

import struct

import numpy as np
import pytest
import qemu
import spots
from looking import OURS, THRESHOLD, seen
from PIL import Image
from skimage import data
from spots import box_of, random_boxes, random_grids

from tinyml_helpers import emulator, firmware, link, micro
from tinyml_helpers.applications.faces import Application, c_looker, trained
from tinyml_helpers.applications.faces.crop import crops
from tinyml_helpers.applications.faces.detector import all_boxes_of, faces_of
from tinyml_helpers.applications.faces.unlock import NotEnrolled, Unlock

BOARDS = ("nano33ble", "pico")


@pytest.fixture(scope="module", params=BOARDS)
def board(request):
    flashed = emulator.Board(request.param)
    flashed.flash(Application(spots.detector(), spots.verifier()))
    return flashed


@pytest.fixture
def enrolled(board):
    """A board with a face enrolled."""
    board.client.forget()
    for count, frame in enumerate(OURS):
        assert board.client.enrol(frame).enrolled == count + 1
    return board


def test_a_board_sees_what_this_computer_sees(enrolled, unlock):
    frames = spots.mixed_frames(21)
    made = [enrolled.client.look(frame, THRESHOLD) for frame in frames]
    assert list(map(seen, made)) == [seen(unlock.look(frame)) for frame in frames]
    assert {sight.unlocked for sight in made} == {True, False}
    assert {len(sight.faces) for sight in made} >= {0, 1, 2, 4}


def test_thresholds_are_those_of_the_call(enrolled, unlock):
    frame = spots.frame((3, 3), (8, 8), seed=20)
    sight = enrolled.client.look(frame)
    assert (len(sight.faces), sight.unlocked) == (2, True)
    assert enrolled.client.look(frame, threshold=sight.similarity).unlocked
    assert not enrolled.client.look(frame, threshold=sight.similarity + 1 / 32768).unlocked
    assert enrolled.client.look(frame, face_threshold=1).faces == []
    for wrong in ({"threshold": 2}, {"face_threshold": -1}):
        with pytest.raises(ValueError, match=r"is from 0 to 1, not"):
            enrolled.client.look(frame, **wrong)


def test_enrolling_on_a_board(board):
    board.client.forget()
    for frame, message in (
        (spots.frame(), "there is no face in the frame"),
        (spots.frame((3, 3), (8, 8)), "there are 2 faces in the frame"),
    ):
        with pytest.raises(NotEnrolled, match=message):
            board.client.enrol(frame)
    sight = board.client.look(OURS[0])
    assert (sight.similarity, sight.unlocked, sight.enrolled) == (None, None, 0)
    for frame in OURS:
        assert board.client.enrol(frame).similarity is None
    with pytest.raises(NotEnrolled, match="5 frames are enrolled already: call forget, and start"):
        board.client.enrol(OURS[0])
    assert board.client.look(OURS[0]).enrolled == 5
    board.client.forget()
    assert board.client.look(OURS[0]).unlocked is None


def test_every_stage_has_its_cost(enrolled):
    sight = enrolled.client.look(OURS[0])
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
    nothing = enrolled.client.look(spots.frame())
    assert [part.name for part in nothing.parts] == names[:2]
    assert "verifier" in str(sight) and "verifier" not in str(nothing)
    assert "fd_crop" not in {share.function for share in enrolled.functions()}


def test_models_are_loaded_in_a_small_part_of_the_time(enrolled):
    """What sharing the arena costs: both models are loaded for each face."""
    load = next(part for part in enrolled.client.look(OURS[0]).parts if part.name == "load")
    assert load.cycles < 2 * enrolled.start.cycles * 2


def test_the_detector_runs_alone_too_after_the_verifier(enrolled):
    codes = np.random.default_rng(0).integers(-128, 128, (1, 96, 96, 1)).astype(np.int8)
    expected = micro.Interpreter(spots.detector()).invoke(codes)
    for _ in range(2):
        np.testing.assert_array_equal(enrolled.invoke(codes).output, expected)
        assert enrolled.client.look(OURS[1], THRESHOLD).unlocked


def test_the_footprint_says_what_looking_takes(enrolled):
    enrolled.client.look(OURS[0])
    size = enrolled.footprint
    files = spots.detector(), spots.verifier()
    assert size.arena_bytes == max(micro.Interpreter(file).arena_used_bytes for file in files)
    assert size.model_bytes == sum(map(len, files))
    assert size.parts["frame"] == 96 * 96
    assert 128 + c_looker.SIGHT.itemsize < size.parts["looker"] < 400
    assert 100 < size.stack_bytes < firmware.STACK_BYTES - 400
    parts = size.arena_bytes + sum(size.parts.values())
    assert size.ram_bytes == parts + size.stack_bytes + size.static_bytes
    assert "frame 9,216, looker" in str(size)


def test_a_board_without_a_verifier_finds_faces(unlock):
    board = emulator.Board("nano33ble")
    board.flash(Application(spots.detector()))
    assert "tm_verifier" not in board.machine.symbols
    sight = board.client.look(spots.frame((3, 3), (8, 8)))
    assert sight.faces == unlock.look(spots.frame((3, 3), (8, 8))).faces
    assert (sight.similarity, sight.unlocked, sight.enrolled) == (None, None, 0)
    with pytest.raises(link.BoardError, match=r"no verifier: flash one with a verifier, fac"):
        board.client.enrol(OURS[0])


def test_frames_of_another_size():
    board = emulator.Board("pico")
    board.flash(Application(spots.detector(120, 160)))
    frames = spots.mixed_frames(4, (120, 160))
    host = Unlock(spots.detector(120, 160), spots.verifier())
    assert [board.client.look(frame).faces for frame in frames] == [
        host.look(f).faces for f in frames
    ]
    assert board.footprint.parts["frame"] == 19_200
    with pytest.raises(ValueError, match=r"looks at frames of uint8 \[120, 160\], grey, not at"):
        board.client.look(OURS[0])


def test_a_program_that_only_runs_a_model_has_no_client(int8_model):
    plain = emulator.Board("nano33ble")
    plain.flash(int8_model)
    assert not {"fd_step", "fd_crop", "look_answer", "look_frame"} & set(plain.machine.symbols)
    assert "frame" not in str(plain.footprint)
    assert plain.client is None


def test_models_that_do_not_fit_are_refused(int8_model):
    board = emulator.Board("pico")
    with pytest.raises(c_looker.WrongModel, match="a detector takes int8"):
        board.flash(Application(int8_model))
    with pytest.raises(c_looker.WrongModel, match="a verifier takes int8"):
        board.flash(Application(spots.detector(), int8_model))


def test_an_arena_too_small_for_the_verifier_is_noticed():
    detector, frame = spots.detector(32, 32), spots.frame((2, 2), size=(32, 32))
    arena = micro.Interpreter(detector).arena_used_bytes
    assert arena < micro.Interpreter(spots.verifier()).arena_used_bytes
    board = emulator.Board("nano33ble")
    board.flash(Application(detector, spots.verifier()), arena_bytes=arena)
    with pytest.raises(link.BoardError, match=r"says: the looker can't use the verifier$"):
        board.client.enrol(frame)
    assert len(board.client.look(frame).faces) == 1  # the detector was loaded again


@pytest.mark.parametrize("board_id", BOARDS)
def test_the_trained_models_see_the_same_on_boards(board_id):
    detector, verifier = (trained.committed(name) for name in trained.MODELS)
    picture = Image.fromarray(data.astronaut()).convert("L")
    boxes = (100, 0, 360, 260), (140, 20, 340, 220), (0, 0, 512, 512)
    frames = [np.array(picture.resize((96, 96), Image.Resampling.BOX, box)) for box in boxes]
    host = Unlock(detector, verifier, 0.6, face_threshold=0.35)
    board = emulator.Board(board_id)
    board.flash(Application(detector, verifier))
    for frame in (*frames, *frames):
        assert enrolment(board.client, frame, 0.35) == enrolment(host, frame)
    made = [board.client.look(frame, 0.6, 0.35) for frame in frames]
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
        records = np.frombuffer(machine.read(boxes, 16 * 8), c_looker.BOX)[:count]
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
