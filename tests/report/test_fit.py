"""Will it fit: the table and the picture of all boards."""

import large_graphs
import matplotlib.pyplot as plt
import models
import pytest
from models import large

from tinyml_helpers import boards, emulator, firmware, micro, model_file, report
from tinyml_helpers.report import bench


@pytest.fixture(scope="module")
def small(int8_model):
    return report.fits(int8_model)


def test_every_board_has_a_row(small):
    assert [row.board.id for row in small.rows] == list(boards.BOARDS)
    assert all(row.fits for row in small.rows)


def test_chips_are_linked_and_emulated(small, int8_model):
    by_id = {row.board.id: row for row in small.rows}
    board = emulator.Board("pico")
    board.flash(int8_model)
    board.invoke(*bench.inputs_of(model_file.read(int8_model), seed=0))
    size, row = board.footprint, by_id["pico"]
    assert (row.flash_bytes, row.ram_bytes) == (size.flash_bytes, size.ram_bytes)
    assert row.milliseconds > 0 < row.millijoules
    assert row.source == "linked and emulated"
    assert by_id["nano33ble"].milliseconds == by_id["nano33ble_rev2"].milliseconds


def test_of_linux_boards_only_memory_is_told(small, int8_model):
    row = next(row for row in small.rows if row.board.id == "pi5")
    arena = micro.Interpreter(int8_model).arena_used_bytes
    assert row.ram_bytes == len(int8_model) + arena
    assert row.flash_bytes is row.milliseconds is row.millijoules is None
    assert "estimated" in row.source


def test_the_limit_is_the_fuller_memory(small):
    for row in small.rows:
        if row.share("flash") is not None:
            fuller = "flash" if row.share("flash") > row.share("RAM") else "RAM"
            assert row.limit == fuller


def test_the_table_labels_its_figures(small):
    text = str(small)
    assert all(board_id in text for board_id in boards.BOARDS)
    assert "linked and emulated" in text and "estimated" in text
    assert text.count(" yes ") == len(boards.BOARDS)


def test_too_large_a_model_is_a_row_and_no_error():
    too_much = boards.get("nano33ble").ram_bytes
    rows = report.fits(large([1, too_much])).rows
    verdicts = {row.board.id: row for row in rows}
    nano = verdicts["nano33ble"]
    assert not nano.fits and nano.limit == "RAM" and nano.over_bytes > 0
    assert verdicts["pico"].fits and verdicts["pi4"].fits
    assert f"RAM: {nano.over_bytes:,} bytes too many" in str(report.Report(rows))


def test_boards_can_be_chosen(int8_model):
    assert [row.board.id for row in report.fits(int8_model, ["pico"]).rows] == ["pico"]
    for wrong in (["uno"], "uno", ("pico", "uno")):
        with pytest.raises(ValueError, match="there is no board 'uno'"):
            report.fits(int8_model, wrong)
    with pytest.raises(ValueError, match="no board is named"):
        report.fits(int8_model, [])


def test_a_board_alone_needs_no_list(int8_model):
    assert report.fits(int8_model, "pi4") == report.fits(int8_model, ["pi4"])
    assert [row.board.id for row in report.fits(int8_model, "pico").rows] == ["pico"]


def test_a_model_that_cannot_run_is_an_error_that_tells_of_every_operator(tiny_models):
    with pytest.raises(micro.CannotRun, match="of this model needs") as refused:
        report.fits(tiny_models["dynamic"], ["pico"])
    assert str(refused.value).endswith(f"\n\n{report.operators(tiny_models['dynamic'])}")


def test_what_is_too_large_for_any_interpreter_is_no_operators_fault():
    model = large_graphs.variables([(1 << 29) - 1] * 4)
    with pytest.raises(micro.CannotRun, match="its tensors take more than 2 GB") as refused:
        report.fits(model, ["pico"])
    assert "\n" not in str(refused.value)


def test_the_picture_shows_every_board(small):
    figure = small.plot()
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == list(boards.BOARDS)
    assert "%" in axes.get_xlabel() and axes.get_title()
    widths = {round(bar.get_width(), 6) for bar in axes.patches}
    shares = {round(100 * (row.share("RAM") or 0), 6) for row in small.rows}
    assert shares <= widths
    plt.close(figure)


def test_firmware_is_built_for_the_boards_that_have_it(int8_model):
    assert set(firmware.BOARDS) == {row for row in boards.BOARDS if not row.startswith("pi")} | {
        "pico"
    }
    with pytest.raises(ValueError, match="no firmware for 'pi4'"):
        firmware.build(models.memory_model(), "pi4")
