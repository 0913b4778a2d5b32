"""The firmware for a real Pico, on an RP2040 of others' making that forgives nothing.

The files are those that a student drags onto the board.
"""

import functools

import coaching
import emulated
import numpy as np
import patience
import pytest
import streaming
import witness
from places import DATA

from tinyml_helpers import boards, emulator, export, firmware, link, micro
from tinyml_helpers.boards.usb import usb_device
from tinyml_helpers.firmware import protocol

LINES = ("uart", "usb")
MARKS = ("tm_invoke", "board_ready")
KEYWORDS = (DATA / "keywords" / "keyword_real.tflite").read_bytes()
SECONDS = patience.seconds(60)  # that a link waits for a model
DEVICE = [18, 1, 0x10, 0x01, 2, 0, 0, 64, 0x09, 0x12, 1, 0, 0, 1, 1, 2, 0, 1]  # its descriptor
NAMES = ["TinyML workbook", "Pico with TinyML workbook firmware", None]


@functools.cache
def elf(program):
    return firmware.build(program, "pico", real=True).elf


@pytest.fixture
def pico(tmp_path):
    """A function that gives an RP2040 with the UF2 file of a program."""

    def make(program, line, **more):
        path = tmp_path / "firmware.uf2"
        path.write_bytes(firmware.uf2(elf(program)))
        return witness.Chip(uf2=path, line=line, elf=elf(program), marks=MARKS, **more)

    witness.or_skip()
    return make


def opened(chip, program):
    return link.open(chip.port, program, timeout=SECONDS)


def check_invoke(board, model, seed):
    codes = emulated.codes(model, seed)
    expected = micro.Interpreter(model).invoke(codes)
    np.testing.assert_array_equal(board.invoke(codes).output, expected)


def inferences(report):
    """(cycles, links) of each inference, from its call to what main calls behind it."""
    starts = [place for place, visit in enumerate(report.visits) if visit[0] == "tm_invoke"]
    pairs = [(report.visits[place], report.visits[place + 1]) for place in starts]
    return [(end[2] - begin[2], end[3] - begin[3]) for begin, end in pairs]


@pytest.mark.parametrize("line", LINES)
def test_a_model_gives_the_bytes_it_gives_here_in_as_many_cycles_as_emulated(pico, line):
    with pico(KEYWORDS, line) as chip:
        board = opened(chip, KEYWORDS)
        for seed in range(2):
            check_invoke(board, KEYWORDS, seed)
        report = chip.report()
    assert (report.faults, report.stopped) == ({}, "")
    assert report.clock_hz == boards.get("pico").clock_hz
    ours = emulator.Board("pico")
    ours.flash(KEYWORDS)
    for seed, (cycles, links) in enumerate(inferences(report)):
        expected = ours.invoke(emulated.codes(KEYWORDS, seed)).cycles
        assert abs(cycles / expected - 1) < 0.01
        # Behind the inference main reads the timer: 4 cycles there, 2 here, where no bus waits.
        assert cycles + links == expected + 2


@pytest.mark.parametrize("line", LINES)
def test_the_board_measures_the_seconds_that_its_cycles_take(pico, line, int8_model):
    with pico(int8_model, line) as chip:
        seconds = opened(chip, int8_model).invoke(emulated.codes(int8_model)).seconds
        ((cycles, _),) = inferences(chip.report())
    assert seconds == pytest.approx(cycles / boards.get("pico").clock_hz, abs=2e-6)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The UF2 file of an application's project."""
    witness.or_skip()
    folder = tmp_path_factory.mktemp("project") / "coach"
    export.project("pico", coaching.PROGRAM, folder)
    return folder / "firmware.uf2"


@pytest.mark.parametrize("line", LINES)
def test_an_exported_application_makes_of_samples_what_it_makes_here(exported, line):
    hops = 12
    samples = coaching.samples()[: hops * coaching.HOP]
    with witness.Chip(uf2=exported, line=line) as chip:
        client = opened(chip, coaching.PROGRAM).client
        made = client.run(samples, coaching.QUICK)
        assert chip.report().faults == {}
    expected = coaching.STREAM.on_this_computer(samples)
    assert len(made) == hops and streaming.same(made, expected)


@pytest.mark.parametrize("line", LINES)
def test_garbage_before_a_question_is_skipped(pico, int8_model, line):
    with pico(int8_model, line, hurry=True) as chip:
        chip.send(bytes(range(256)))
        check_invoke(opened(chip, int8_model), int8_model, 3)
        assert chip.report().faults == {}


def test_usb_says_what_the_board_is(pico, int8_model):
    with pico(int8_model, "usb") as chip:
        opened(chip, int8_model)
        usb = chip.report().usb
    assert usb == {"vendor": 0x1209, "product": 0x0001, "texts": NAMES}
    assert usb_device(usb["vendor"], usb["product"], NAMES[1]).boards == ("pico",)


@pytest.mark.parametrize(
    ("odd", "came"),
    [
        ("device", [DEVICE, DEVICE]),
        ("lengths", [1, 1, 9, 9, 64, 64, 67, 70]),
        ("unknown", [None, None, None, DEVICE]),
        ("abandoned", [DEVICE]),
        ("status", [[0, 0], [1]]),
        ("halt", [[], []]),
        ("unconfigured", 0),
        ("empty", []),
    ],
)
def test_whatever_a_usb_host_does_the_board_answers_on(pico, int8_model, odd, came):
    with pico(int8_model, "usb", hurry=True) as chip:
        board = opened(chip, int8_model)
        assert chip.odd(odd) == came
        check_invoke(board, int8_model, 1)
        assert chip.report().faults == {}


def test_a_computer_that_takes_no_answers_for_a_second_is_given_up_and_not_for_ever(
    pico, int8_model
):
    with pico(int8_model, "usb", hurry=True) as chip:
        board = opened(chip, int8_model)
        for number in range(3):  # one answer waits in the controller, one in the program
            chip.send(protocol.frame(protocol.PING, number))
        chip.odd("deaf")
        answers = protocol.Reader().feed(chip.receive(10)[0])
        assert [number for _, number, _ in answers][:1] == [0]
        check_invoke(board, int8_model, 1)
        assert chip.report().faults == {}


def test_usb_answers_while_a_model_runs(pico):
    with pico(KEYWORDS, "usb", hurry=True) as chip:
        opened(chip, KEYWORDS)
        codes = emulated.codes(KEYWORDS)
        chip.send(protocol.frame(protocol.INVOKE, 7, codes.tobytes()))
        chip.run(20)
        during = len(chip.report().visits)
        assert chip.odd("status") == [[0, 0], [1]] and chip.odd("lengths")[0] == 1
        report = chip.report()
        assert report.visits[-1][0] == "tm_invoke" and len(report.visits) == during
        ((_, number, payload),) = protocol.Reader().feed(chip.receive(300)[0])
        assert chip.report().faults == {}
    assert (number, payload[4:]) == (7, micro.Interpreter(KEYWORDS).invoke(codes).tobytes())


@pytest.mark.parametrize(
    ("bytes_sent", "visits"),
    [(40, 1), (None, 2), (None, 3)],
    ids=["in a question", "while a model runs", "in an answer"],
)
def test_a_bus_reset_ends_what_was_going_on_and_no_more(pico, int8_model, bytes_sent, visits):
    question = protocol.frame(protocol.INVOKE, 7, emulated.codes(int8_model).tobytes())
    with pico(int8_model, "usb", hurry=True) as chip:
        opened(chip, int8_model)
        chip.send(question[:bytes_sent])
        for _ in range(500):
            chip.run(0.02)
            if len(chip.report().visits) >= visits:
                break
        assert len(chip.report().visits) == visits
        assert chip.odd("reset")["texts"] == NAMES
        check_invoke(opened(chip, int8_model), int8_model, 2)
        assert chip.report().faults == {}


def test_1200_baud_and_a_falling_dtr_lead_to_bootsel(pico, int8_model):
    with pico(int8_model, "usb", hurry=True) as chip:
        opened(chip, int8_model)
        assert not chip.report().bootsel
        chip.odd("touch")
        report = chip.report()
    assert (report.bootsel, report.faults) == (True, {})


def test_one_flipped_bit_of_boot2_in_the_file_keeps_it_from_starting(tmp_path, int8_model):
    data = bytearray(firmware.uf2(elf(int8_model)))
    data[32 + 20] ^= 1
    path = tmp_path / "flipped.uf2"
    path.write_bytes(data)
    with witness.Chip(uf2=path) as chip:
        assert list(chip.report().faults) == ["boot2"]
