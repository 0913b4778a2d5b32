"""Sketches for the Nano, run on one that this computer plays: what they do on a port."""

import threading

import nano_sketch
import numpy as np
import patience
import pytest
import tones
from listening import BUSY, PROGRAM, SHORT
from nano_sketch import BOARDS, Played
from streaming import same

from tinyml_helpers import firmware, link, micro
from tinyml_helpers.applications.keywords.spotter import Spotter
from tinyml_helpers.export import nano
from tinyml_helpers.firmware import protocol

pytest.importorskip("pty", reason="this system has no pseudo-terminals")
import serial


@pytest.fixture(scope="module")
def programs(tmp_path_factory, int8_model):
    """A function: the path of a played sketch, by the board."""
    kinds = {"nano33ble": PROGRAM, "nano33ble_rev2": firmware.Application(int8_model)}
    made = {}

    def program(board):
        if board not in made:
            contents = nano.contents(board, kinds[board], live=False)
            made[board] = nano_sketch.for_this_computer(
                contents, board, tmp_path_factory.mktemp(board)
            )
        return made[board]

    return program


def sizes_of_writes(log):
    return [int(line.split()[1]) for line in log if line.startswith("writes")]


def test_a_model_answers_as_on_this_computer(programs, int8_model):
    here = micro.Interpreter(int8_model)
    with (
        Played(programs("nano33ble_rev2")) as board,
        link.open(board.name, int8_model, timeout=patience.seconds(30)) as a_link,
    ):
        info = a_link.info()
        assert (info.board, info.clock_hz, info.tick_hz) == ("nano33ble_rev2", 64e6, 64e6)
        for x in np.random.default_rng(0).random((5, *here.model.inputs[0].shape), np.float32):
            codes = here.model.inputs[0].quantize(x)
            assert a_link.invoke(codes).output.tobytes() == here.invoke(codes)[0].tobytes()
        assert len(a_link.profile(codes)) == len(here.model.operators)


def test_an_application_answers_as_on_this_computer_and_no_packet_has_64_bytes(programs):
    expected = Spotter(tones.tflite(), BUSY).push(SHORT)
    with (
        Played(programs("nano33ble"), most=17) as board,
        link.open(board.name, PROGRAM, timeout=patience.seconds(30)) as a_link,
    ):
        assert a_link.info().board == "nano33ble"
        made = a_link.client.run(SHORT, BUSY)
    assert same(made, expected)
    assert 17 < max(sizes_of_writes(board.log)) < 64


def test_an_answer_comes_in_as_few_packets_as_it_takes(programs):
    with Played(programs("nano33ble_rev2")) as board, serial.Serial(board.name) as port:
        port.timeout = patience.seconds(30)
        for length in (0, 51, 52, 60, 64):
            question = protocol.frame(protocol.PING, length, b"x" * length)
            port.write(question)
            answer = port.read(len(question))
            (found,) = protocol.Reader().feed(answer)
            assert found == (protocol.PING | protocol.ANSWER, length, b"x" * length)
    assert sizes_of_writes(board.log) == [12, 63, 63, 1, 63, 9, 63, 13]


def test_it_starts_without_a_computer_after_three_seconds_and_answers_one_that_comes_later(
    programs, int8_model
):
    with Played(programs("nano33ble_rev2")) as board, link.open(board.name, int8_model):
        pass
    assert board.log[0] == "asks at 0"
    with Played(programs("nano33ble_rev2"), opens_at=1500) as board:
        link.open(board.name, int8_model).close()
    assert board.log[0] == "asks at 1500"
    with Played(programs("nano33ble_rev2"), opens_at=3200) as board:
        link.open(board.name, int8_model).close()
    assert board.log[0] == "asks at 3000"


def test_a_computer_that_reads_slowly_gets_every_answer(programs):
    """More than the port holds: the board waits meanwhile, as the core has it wait."""
    payloads = [bytes([i % 256] * 64) for i in range(4000)]
    questions = [protocol.frame(protocol.PING, said[0], said) for said in payloads]
    with Played(programs("nano33ble_rev2")) as board, serial.Serial(board.name) as port:
        port.timeout = patience.seconds(30)
        asking = threading.Thread(target=port.write, args=[b"".join(questions)], daemon=True)
        asking.start()
        asking.join(0.5)  # until everything is full
        assert asking.is_alive()
        reader, answers = protocol.Reader(), []
        while len(answers) < len(questions) and (data := port.read()):
            answers += reader.feed(data + port.read(port.in_waiting))
    assert reader.damaged == 0
    assert [said for _, _, said in answers] == payloads


def test_boards_have_their_own_names(int8_model):
    for board in BOARDS:
        files = nano.contents(board, firmware.Application(int8_model), live=False).files
        text = files[f"{nano.LIBRARY}/src/board_arduino.cpp"]
        assert f'#define BOARD_NAME "{board}"\n' in text
