"""A board behind a browser, from Python's side; tests/browser has the browser's."""

import threading
import time
import zlib

import numpy as np
import patience
import places
import pytest
import toy_shake
from bad_line import DAMAGE, FakePort, Line, first
from emulated import chip, codes
from serial_browser import NANO_BOOT_LOADER, SerialBrowser

from tinyml_helpers import link, micro, model_file
from tinyml_helpers.applications.stream import parity
from tinyml_helpers.emulator.protocol_emulator import for_chip
from tinyml_helpers.panels.browser_board import BrowserBoard

MODEL, OTHER = (
    (places.DATA / "field_models" / f"{name}.tflite").read_bytes() for name in ("real", "simulated")
)
DONE = "has done everything"


def line(program=MODEL, **damage):
    return Line(for_chip(chip(program)), **damage)


def crc(tflite_bytes):
    return f"{zlib.crc32(tflite_bytes):08x}"


def right(seed):
    return micro.Interpreter(MODEL).invoke(codes(MODEL, seed))


def outputs(panel):
    return [run.output.tolist() for run in panel.results]


def expected(seeds):
    return [right(seed).tolist() for seed in seeds]


@pytest.fixture
def panel():
    return BrowserBoard(MODEL, timeout=patience.seconds(0.2))


@pytest.fixture
def connected(panel, hurry):
    """A browser with a board that is connected, over a line that nothing is wrong with yet."""
    browser = SerialBrowser(panel, line())
    assert browser.connect() == {}
    browser.until("is connected, and runs this notebook's model")
    return browser


def test_what_is_given_before_and_after_connecting_is_done_in_order_and_rightly(panel, hurry):
    browser = SerialBrowser(panel, line())
    panel.give(codes(MODEL, 1))
    panel.give(codes(MODEL, 2))
    assert panel.results == [] and panel.counts == {"waiting": 2, "done": 0}
    browser.connect()
    browser.until(DONE)
    panel.give(codes(MODEL, 3))
    browser.wait_for(lambda: len(panel.results) == 3, "the third")
    assert outputs(panel) == expected([1, 2, 3]) and panel.counts == {"waiting": 0, "done": 3}
    (tensor,) = model_file.read(MODEL).outputs
    for run in panel.results:
        assert run.output.dtype == tensor.dtype and run.output.shape == tuple(tensor.shape)
        assert run.seconds > 0


def test_it_says_which_board_it_is_its_clock_and_its_model(connected):
    assert connected.panel.shown["facts"] == [
        ["Port", "Arduino Nano 33 BLE, any revision"],
        ["Board", "Arduino Nano 33 BLE Sense Rev1"],
        ["Clock", "64 MHz"],
        ["Model", f"{len(MODEL):,} bytes, CRC {crc(MODEL)}"],
    ]


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("way", ["to_board", "to_computer"])
def test_what_is_damaged_once_is_asked_again(connected, damage, way):
    connected.port.writes = connected.port.reads = 0
    setattr(connected.port, way, first(DAMAGE[damage]))
    connected.panel.give(codes(MODEL))
    connected.until(DONE)
    assert outputs(connected.panel) == expected([0])


def test_a_board_that_falls_silent_is_said_and_closed_and_what_waits_is_given_up(connected):
    connected.port.to_computer = lambda data, count: b""
    for seed in range(3):
        connected.panel.give(codes(MODEL, seed))
    connected.until("answered before, but not within")
    connected.until("What isn't done (3) is given up: give it again.")
    assert connected.panel.shown["trouble"] and connected.closed == [connected.session]
    assert connected.panel.counts == {"waiting": 0, "done": 0}


def test_unplugged_in_the_middle_of_an_answer_it_goes_on_when_it_is_back(connected):
    panel, halves, given = connected.panel, [], threading.Event()

    def half(data, count):
        given.wait()
        if halves:
            raise OSError
        halves.append(data)
        return data[: len(data) // 2]

    panel.give(codes(MODEL, 1))
    connected.until(DONE)
    connected.port.to_computer = half
    panel.give(codes(MODEL, 2))
    panel.give(codes(MODEL, 3))
    given.set()
    connected.until("The board is gone. What isn't done (2) is given up: give it again.")
    assert outputs(panel) == expected([1]) and panel.shown["trouble"]

    connected.plug_in(line())
    connected.connect()
    connected.until("is connected")
    panel.give(codes(MODEL, 2))
    connected.until(DONE)
    assert outputs(panel) == expected([1, 2])


def test_unplugged_while_nothing_is_to_do_nothing_is_given_up(connected):
    connected.tell("gone", sentence="The board is gone.")
    connected.until("The board is gone.")
    connected.panel.give(codes(MODEL))
    assert connected.panel.shown["text"] == "The board is gone."
    connected.connect()
    connected.until(DONE)
    assert outputs(connected.panel) == expected([0])


def test_another_model_is_refused_and_the_right_board_does_what_was_given(panel, hurry):
    browser = SerialBrowser(panel, line(OTHER))
    panel.give(codes(MODEL))
    browser.connect()
    browser.until("flash firmware with this one first")
    assert panel.shown["text"].startswith("The board on the browser's port runs another model")
    assert panel.shown["facts"][-1][1].endswith(crc(OTHER)) and panel.results == []
    browser.plug_in(line())
    browser.connect()
    browser.until(DONE)
    assert outputs(panel) == expected([0])


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda question: b"", "doesn't answer: press its reset button"),
        (lambda question: question, "another program is on the board"),
        (lambda question: b"Hello\r\n", "isn't from the workbook's firmware ('Hello"),
    ],
)
def test_another_program_is_said(panel, hurry, answer, sentence):
    browser = SerialBrowser(panel, FakePort(answer))
    browser.connect()
    browser.until(sentence)
    assert panel.shown["trouble"] and browser.closed == [browser.session]


def test_a_boot_loader_is_refused_at_once(panel):
    browser = SerialBrowser(panel, line())
    assert "whose program doesn't run" in browser.connect(NANO_BOOT_LOADER)["error"]
    assert panel.shown == {}


class Held(Line):
    """A line on which an answer arrives late, as while a cell runs; perhaps nothing at first."""

    def __init__(self, port, nothing_first=False):
        super().__init__(port)
        self.go, self.nothing = threading.Event(), nothing_first

    def read(self, size):
        self.go.wait()
        if self.nothing:
            self.nothing = False
            return b""
        return super().read(size)


@pytest.mark.parametrize("nothing_first", [False, True])
def test_a_board_whose_answer_waits_for_a_cell_to_finish_is_not_asked_again(
    connected, nothing_first
):
    connected.plug_in(Held(connected.port.port, nothing_first))
    connected.panel.give(codes(MODEL))
    connected.wait_for(lambda: connected.port.writes == 1, "the question")
    time.sleep(patience.seconds(0.6))  # longer than the link would wait, and ask again
    connected.port.go.set()
    connected.until(DONE)
    assert outputs(connected.panel) == expected([0]) and connected.port.writes == 1


def test_inputs_that_do_not_fit_are_refused_in_their_cell(panel):
    with pytest.raises(ValueError, match="input 0 is int8"):
        panel.give(codes(MODEL).astype(np.float32))
    assert panel.counts["waiting"] == 0


def test_inputs_are_those_of_when_they_were_given(panel, hurry):
    values = codes(MODEL)
    panel.give(values)
    values[...] = 0
    browser = SerialBrowser(panel, line())
    browser.connect()
    browser.until(DONE)
    assert outputs(panel) == expected([0])


def test_without_a_program_bytes_go_in_and_come_out(hurry):
    panel = BrowserBoard()
    browser = SerialBrowser(panel, line())
    panel.give(codes(MODEL).tobytes())
    browser.connect()
    browser.until(DONE)
    assert panel.results[0].output == right(0).tobytes()


def test_an_applications_client_works_through_the_browser(hurry):
    application = toy_shake.Application(toy_shake.model())
    panel = BrowserBoard(application)
    motion = np.random.default_rng(1).integers(-9_000, 9_000, (80, 3)).astype(np.int16)
    settings = toy_shake.Settings()
    panel.do(lambda board: board.client.run(motion, settings))
    browser = SerialBrowser(panel, line(application))
    browser.connect()
    browser.until(DONE)
    assert not any(
        parity.differing(toy_shake.on_this_computer(motion, settings), panel.results[0]).values()
    )


def test_a_mistake_in_what_is_to_be_done_is_said(panel, hurry):
    panel.do(lambda board: 1 / 0)
    panel.give(codes(MODEL))
    browser = SerialBrowser(panel, line())
    browser.connect()
    browser.until("ZeroDivisionError('division by zero') What isn't done (2) is given up")
    assert isinstance(panel.error, ZeroDivisionError) and panel.counts["waiting"] == 0


def test_a_page_that_is_opened_again_takes_the_board_over(connected):
    connected.plug_in(Held(connected.port.port))
    connected.panel.give(codes(MODEL, 1))
    connected.wait_for(lambda: connected.port.writes == 1, "the question")
    held = connected.port
    connected.plug_in(line())
    connected.connect()
    held.go.set()
    connected.until("is connected")
    connected.panel.give(codes(MODEL, 2))
    connected.until(DONE)
    assert outputs(connected.panel) == expected([2])


def test_messages_of_an_earlier_connection_are_not_heard(connected):
    connected.tell("gone", session="earlier", sentence="never shown")
    connected.tell("heard", b"\xc0never heard\xc0", session="earlier")
    connected.panel.give(codes(MODEL))
    connected.until(DONE)
    assert outputs(connected.panel) == expected([0])


def test_only_boards_are_offered_and_never_at_the_baud_rate_that_resets_one(panel):
    assert {"usbVendorId": 0x2341, "usbProductId": 0x805A} in panel.wish["filters"]
    assert panel.wish["baudRate"] == link.BAUDRATE != 1200


def test_where_it_cannot_be_shown_it_says_what_it_is(connected):
    connected.panel.give(codes(MODEL))
    connected.until(DONE)  # what a student's board did must not change a lesson's output
    bundle = connected.panel._repr_mimebundle_()
    text = (bundle[0] if isinstance(bundle, tuple) else bundle)["text/plain"]
    assert text == "A board in the browser: run this cell, then press Connect a board."
