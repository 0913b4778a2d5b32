"""`boards`: figures against relations known from elsewhere, and a document behind each."""

import dataclasses
import doctest
import re

import pytest
from places import ROOT

from tinyml_helpers import boards
from tinyml_helpers.boards import BOARDS, Board, Figure, get, table

FIGURES = ("clock", "flash", "ram", "supply", "active", "sleep")
UNITS = {"clock": "Hz", "flash": "B", "ram": "B", "supply": "V", "active": "A", "sleep": "A"}
NANOS = ("nano33ble", "nano33ble_rev2")
PIS = ("pi3bplus", "pi4", "pi5")

every_board = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)


def parts_by_quantity(board):
    """What is measured -> the parts that measure it."""
    found = {}
    for sensor in board.sensors:
        for quantity in sensor.measures:
            found.setdefault(quantity, set()).add(sensor.part)
    return found


def test_the_six_boards_are_there_under_their_ids():
    assert list(BOARDS) == ["nano33ble", "nano33ble_rev2", "pico", "pi3bplus", "pi4", "pi5"]
    assert all(get(board_id) is board for board_id, board in BOARDS.items())
    assert all(board.id == board_id for board_id, board in BOARDS.items())


@every_board
def test_each_figure_has_unit_scope_and_a_place_in_a_document(board):
    for field in FIGURES:
        figure = getattr(board, field)
        assert figure.unit == UNITS[field]
        assert figure.scope in ("chip", "board")
        title, place = figure.source.split(", ", 1)
        assert title.endswith(("Specification v1.11", "Datasheet", "documentation"))
        assert place
        assert figure.source in str(figure)
        assert figure.note in str(figure)
    assert ", " in board.core_source


@every_board
def test_a_figure_is_none_only_where_its_maker_is_silent(board):
    missing = {field for field in FIGURES if getattr(board, field).value is None}
    expected = {"pi3bplus": {"flash", "sleep"}, "pi4": {"flash"}, "pi5": {"flash"}}
    assert missing == expected.get(board.id, set())


@every_board
def test_a_figure_holds_in_plain_si_units(board):
    assert isinstance(board.clock_hz, int) and 10**6 < board.clock_hz < 10**10
    assert isinstance(board.ram_bytes, int) and board.ram_bytes % 1024 == 0
    assert 1.7 <= board.supply_volts <= 5.25  # below, an nRF52840 stops; above, USB does
    assert 1e-3 < board.active_amperes < 3
    assert board.active_watts == pytest.approx(board.supply_volts * board.active_amperes)


@every_board
def test_work_takes_more_than_sleep(board):
    if board.sleep_amperes is None:
        assert board.sleep_watts is None
    else:
        assert board.active_amperes > 5 * board.sleep_amperes > 0
        assert board.active_watts > 5 * board.sleep_watts > 0


@every_board
def test_currents_and_their_voltage_are_of_the_same_thing(board):
    scope = "board" if board.id in PIS else "chip"
    assert {board.supply.scope, board.active.scope, board.sleep.scope} == {scope}


def test_memory_agrees_with_the_linker_limits_of_the_arduino_cores():
    # ArduinoCore-mbed's boards.txt: nano33ble.upload.maximum_size and .maximum_data_size, and
    # nanorp2040connect.upload.maximum_data_size; the Nano's bootloader fills the first 0x10000.
    for board_id in NANOS:
        assert get(board_id).flash_bytes == 983_040 + 0x10000 == 2**20
        assert get(board_id).ram_bytes == 262_144 == 2**18
    assert get("pico").ram_bytes == 270_336 == 4 * 2**16 + 2 * 2**12
    assert get("pico").flash_bytes == 16 * 2**20 // 8  # the W25Q16JV holds 16 Mbit
    assert [get(board_id).ram_bytes // 2**30 for board_id in PIS] == [1, 4, 4]


def test_the_nrf52840_current_agrees_with_its_microamperes_per_megahertz():
    nano = get("nano33ble")
    assert nano.active_amperes / (nano.active_hz / 1e6) == pytest.approx(52e-6, rel=0.02)
    assert nano.joules_per_cycle == pytest.approx(0.155e-9, rel=0.01)


def test_the_pico_current_agrees_with_a_measured_board():
    # 22.02 and 14.62 mA at 5 V, busy at 125 and 64 MHz (cpottle9/RP2-PowerControl): what the clock
    # adds to the board, which makes 3.3 V at some 85 %, must be near what the datasheet says.
    pico = get("pico")
    added_at_3v3 = (22.02e-3 - 14.62e-3) / (125 - 64) * 5 / 3.3 * 0.85
    listed = (pico.active_amperes - pico.sleep_amperes) / (pico.active_hz / 1e6)
    assert listed == pytest.approx(added_at_3v3, rel=0.5)
    assert pico.joules_per_cycle == pytest.approx(0.75e-9, rel=0.01)


def test_a_clock_of_several_says_which_it_is_and_the_others():
    notes = {board.id: board.clock.note for board in BOARDS.values()}
    assert "200 MHz at 1.15 V" in notes["pico"] and "125 MHz" in notes["pico"]
    assert get("pico").clock_hz == 133_000_000 and get("pi4").clock_hz == 1_500_000_000
    assert "1,800 MHz with arm_boost" in notes["pi4"]


def test_the_picos_program_runs_at_the_clock_its_estimates_use():
    source = (ROOT / "tinyml_helpers/firmware/c/board_pico.c").read_text(encoding="utf-8")
    assert f"board_clock_hz = {get('pico').clock_hz};" in source


def test_the_picos_sleep_is_called_by_its_name():
    note = get("pico").sleep.note
    assert "SLEEP" in note and "DORMANT" in note and "0.18 mA" in note
    assert get("pico").sleep_amperes == 0.39e-3


def test_no_energy_per_cycle_without_a_known_clock():
    assert [get(board_id).joules_per_cycle for board_id in PIS] == [None] * 3


def test_arithmetic_hardware_is_that_of_the_cores():
    hardware = {
        board.id: (board.core.split("Cortex-")[1], board.fpu, board.dsp)
        for board in BOARDS.values()
    }
    assert hardware == {
        "nano33ble": ("M4F", "single", "DSP"),
        "nano33ble_rev2": ("M4F", "single", "DSP"),
        "pico": ("M0+", "", ""),
        "pi3bplus": ("A53", "double", "Neon"),
        "pi4": ("A72", "double", "Neon"),
        "pi5": ("A76", "double", "Neon"),
    }


def test_the_nanos_differ_in_name_and_sensors_only():
    first, second = map(get, NANOS)
    differing = {
        field.name
        for field in dataclasses.fields(Board)
        if getattr(first, field.name) != getattr(second, field.name)
    }
    assert differing == {"id", "name", "sensors", "sensor_source"}


def test_the_nanos_measure_the_same_with_other_parts():
    first, second = (parts_by_quantity(get(board_id)) for board_id in NANOS)
    assert first.keys() == second.keys()
    changed = {quantity for quantity in first if first[quantity] != second[quantity]}
    same = {"pressure", "proximity", "light", "colour", "gesture"}
    assert changed == first.keys() - same
    assert first["acceleration"] == {"LSM9DS1"} and second["acceleration"] == {"BMI270"}
    assert first["magnetic field"] == {"LSM9DS1"} and second["magnetic field"] == {"BMM150"}
    assert first["humidity"] == {"HTS221"} and second["humidity"] == {"HS3003"}
    assert first["sound"] == {"MP34DT05"} and second["sound"] == {"MP34DT06JTR"}


def test_only_the_nanos_have_sensors():
    assert {board.id for board in BOARDS.values() if board.sensors} == set(NANOS)


@pytest.mark.parametrize("wrong", ["nano", "", "NANO33BLE", None, 5, ["pico"]])
def test_an_unknown_board_is_one_sentence_with_the_known_ones(wrong):
    with pytest.raises(ValueError, match=re.escape(repr(wrong))) as caught:
        get(wrong)
    assert "\n" not in str(caught.value)
    assert all(board_id in str(caught.value) for board_id in BOARDS)


def test_boards_and_figures_cannot_be_changed_by_mistake():
    with pytest.raises(dataclasses.FrozenInstanceError):
        get("pico").ram = Figure(1, "B", "nowhere, 1")
    with pytest.raises(dataclasses.FrozenInstanceError):
        get("pico").ram.value = 1
    with pytest.raises(AttributeError):
        get("pico").ram_bytes = 1


def test_the_table_has_a_line_a_board_and_its_columns_line_up():
    header, *lines = table().splitlines()
    assert [line.split()[0] for line in lines] == list(BOARDS)
    for title in ("MHz", "flash KiB", "RAM KiB", "mW", "asleep"):
        end = header.index(title) + len(title)
        assert all(line[end - 1] != " " and line[end] == " " for line in lines), title
    numbers = {line.split()[0]: line.split()[-6:-1] for line in lines}
    assert numbers["nano33ble"] == ["64", "1,024", "256", "9.9", "0.00948"]
    assert numbers["pico"] == ["133", "2,048", "264", "36", "1.29"]
    assert numbers["pi3bplus"] == ["1,400", "-", "1,048,576", "2,550", "-"]


@every_board
def test_a_printed_board_names_every_document_and_part(board):
    text = str(board)
    assert text.startswith(board.name)
    for said in (board.core_source, board.sensor_source, *(getattr(board, f) for f in FIGURES)):
        assert str(said) in text
    assert all(sensor.part in text for sensor in board.sensors)


def test_the_examples_in_the_module_hold():
    results = doctest.testmod(boards.figures)
    assert results.attempted == 3 and results.failed == 0
