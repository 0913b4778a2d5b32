"""The command that tells what models cost on emulated boards."""

import json
import re

import models
import numpy as np
import pytest

from tinyml_helpers import model_file
from tinyml_helpers.report import bench
from tinyml_helpers.runtimes import tflm


@pytest.fixture(scope="module")
def files(tmp_path_factory, int8_model):
    folder = tmp_path_factory.mktemp("models")
    (folder / "net.tflite").write_bytes(int8_model)
    (folder / "memory.tflite").write_bytes(models.memory_model())
    (folder / "text.tflite").write_text("no model", encoding="utf-8")
    return folder


def test_the_table_has_a_line_for_each_model_and_board(files, capsys):
    net = str(files / "net.tflite")
    assert bench.main([net, "--board", "nano33ble", "--board", "pico"]) == 0
    printed = capsys.readouterr().out
    lines = [line for line in printed.splitlines() if line.startswith("net.tflite")]
    assert [line.split()[1] for line in lines] == ["nano33ble", "pico"]
    assert all(line.endswith("yes" if tflm.available() else "not tried") for line in lines)
    for line in lines:
        assert float(line.split()[8]) > float(line.split()[7])  # milliseconds with flash, without
    assert "emulated" in printed and "estimated" in printed and "seeds 0, 1, 2" in printed


def test_json_holds_what_the_table_shows(files, int8_model, capsys):
    assert bench.main([str(files / "net.tflite"), "--board", "pico", "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)
    assert result["macs"] == model_file.read(int8_model).macs
    assert result["model_bytes"] == len(int8_model)
    assert result["cycles_per_mac"] == pytest.approx(result["cycles"] / result["macs"])
    assert result["cycles"] > result["instructions"] > 0 < result["start_cycles"]
    assert result["flash_cycles"] > 1.01 * result["cycles"]
    assert result["flash_milliseconds"] / result["milliseconds"] == pytest.approx(
        result["flash_cycles"] / result["cycles"]
    )
    assert result["equals_tflm"] is (True if tflm.available() else None)
    assert result["seeds"] == [0, 1, 2]


def test_cycles_may_be_counted_without_interlocks(int8_model):
    with_them, without = (
        bench.measure(int8_model, "nano33ble", interlocks=interlocks)
        for interlocks in (True, False)
    )
    assert with_them.instructions == without.instructions
    assert with_them.cycles > without.cycles and with_them.flash_cycles > without.flash_cycles


def test_state_is_compared_over_several_inferences(files, needs_tflm, capsys):
    """The model adds up its last inputs: the second output differs from the first."""
    assert bench.main([str(files / "memory.tflite"), "--board", "nano33ble", "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)
    assert result["equals_tflm"] is True


def test_different_outputs_are_reported(files, needs_tflm, capsys, monkeypatch):
    honest = tflm.Interpreter.invoke
    monkeypatch.setattr(tflm.Interpreter, "invoke", lambda *args: honest(*args) ^ 1)
    assert bench.main([str(files / "net.tflite"), "--board", "nano33ble"]) == 2
    assert re.search(r"net\.tflite .* NO\n", capsys.readouterr().out)


def test_a_model_that_cannot_run_does_not_stop_the_others(files, capsys):
    chosen = [str(files / "text.tflite"), str(files / "net.tflite"), "--board", "nano33ble"]
    assert bench.main(chosen) == 1
    printed = capsys.readouterr()
    assert "text.tflite on nano33ble: these bytes are no sound .tflite file" in printed.err
    assert "net.tflite" in printed.out


def test_a_missing_file_and_an_unknown_board_are_said(files, capsys):
    with pytest.raises(SystemExit):
        bench.main([str(files / "none.tflite")])
    assert "can't be read" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        bench.main([str(files / "net.tflite"), "--board", "uno"])
    assert "nano33ble" in capsys.readouterr().err


def test_inputs_are_the_same_for_the_same_seed(int8_model):
    model = model_file.read(int8_model)
    (one,), (same,), (other,) = (bench.inputs_of(model, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one, same)
    assert one.dtype == np.int8 and one.shape == (1, 8, 8, 1)
    assert (one != other).any() and one.min() < -100 and one.max() > 100
