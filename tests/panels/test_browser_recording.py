"""A sensor recorded through a browser, from Python's side; tests/browser has the browser's."""

import listening
import numpy as np
import pytest
import serial
from bad_line import DAMAGE, Line
from motion_board import MotionBoard
from serial_browser import SerialBrowser

from tinyml_helpers.panels.browser_board import BrowserBoard


def pull():
    raise OSError


def test_motion_is_recorded_once_the_button_is_pressed(hurry):
    motion = MotionBoard(3)
    panel = BrowserBoard()
    browser = SerialBrowser(panel, motion.port())
    panel.record("motion", 2)
    browser.connect()
    browser.until("Press Record for 2 seconds of motion.")
    assert panel.shown["record"] and not motion.recording and panel.results == []
    browser.tell("pressed")
    browser.until("has done everything")
    (recording,) = panel.results
    assert np.array_equal(recording.samples, motion.samples[:100]) and recording.rate_hz == 50
    assert not panel.shown["record"] and not motion.recording


def test_sound_of_a_live_program_is_what_its_sensor_measured(tmp_path):
    pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    from live_board import Board

    program = listening.STREAM.program
    samples = np.random.default_rng(1).integers(-(2**15), 2**15, 80_000).astype(np.int16)
    with Board(program, samples, tmp_path, pace=100) as board, serial.Serial(board.name) as port:
        panel = BrowserBoard(program)
        panel.record("sound", 1)
        browser = SerialBrowser(panel, port)
        browser.connect()
        browser.until("Press Record")
        browser.tell("pressed")
        browser.until("has done everything")
        (recording,) = panel.results
        start = board.starts[-2]  # the last one is the program, which goes on
        assert np.array_equal(recording.samples[:, 0], samples[start : start + 16_000])


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_the_browser_cannot_get_of_a_recording_is_asked_for_as_usual(hurry, damage):
    motion = MotionBoard(3)
    panel = BrowserBoard()
    browser = SerialBrowser(panel, Line(motion.port()))
    panel.record("motion", 3)
    browser.connect()
    browser.until("Press Record")
    reads = browser.port.reads
    spoilt = DAMAGE[damage]
    browser.port.to_computer = lambda data, count: spoilt(data) if count == reads + 7 else data
    browser.tell("pressed")
    browser.until("has done everything")
    assert np.array_equal(panel.results[0].samples, motion.samples)


def test_of_a_recording_that_breaks_off_the_beginning_can_be_had(hurry):
    panel = BrowserBoard()
    motion = MotionBoard(3)
    browser = SerialBrowser(panel, motion.port())
    panel.record("motion", 3)
    browser.connect()
    browser.until("Press Record")
    browser.port = Line(
        browser.port, to_computer=lambda data, count: pull() if count == 9 else data
    )
    browser.port.timeout = 0
    browser.tell("pressed")
    browser.until("The board is gone. What isn't done (1) is given up")
    assert 0 < len(panel.error.recording.samples) < 150
    assert np.array_equal(
        panel.error.recording.samples, motion.samples[: len(panel.error.recording.samples)]
    )


def test_who_unplugs_before_pressing_record_gets_the_button_again(hurry):
    panel = BrowserBoard()
    browser = SerialBrowser(panel, MotionBoard(1).port())
    panel.record("motion", 1)
    browser.connect()
    browser.until("Press Record")
    browser.tell("gone", sentence="The board is gone.")
    browser.until("The board is gone. What isn't done (1) is given up")
    assert not panel.shown["record"]
    panel.record("motion", 1)
    browser.connect()
    browser.until("Press Record")
    browser.tell("pressed")
    browser.until("has done everything")
    assert len(panel.results) == 1
