"""The lines that somebody with a board sends back, of boards that are emulated."""

import numpy as np
import pytest

from tinyml_helpers import link, micro
from tinyml_helpers.link import Found
from tinyml_helpers.report import on_a_board


@pytest.fixture
def port(tiny_models, tmp_path):
    """The name of a port with an emulated Pico that runs the tiny int8 model."""
    path = tmp_path / "model.tflite"
    path.write_bytes(tiny_models["int8"])
    return path, link.emulator_url("pico", path)


def test_an_emulated_board_equals_this_computer(port, tiny_models):
    path, url = port
    found = on_a_board.trial(tiny_models["int8"], url)
    assert (found.board, found.differing, found.inferences) == ("pico", 0, 20)
    assert found.measured_ms == pytest.approx(found.estimated_ms, rel=0.05, abs=0.002)
    assert found.model_bytes == path.stat().st_size
    assert "equal       20 of 20 inferences" in str(found)
    assert "measured / estimated 1.0" in str(found) or "measured / estimated 0.9" in str(found)
    assert found.flash_ms > 1.01 * found.estimated_ms
    assert f"with flash  {found.flash_ms:.3f} ms" in str(found)


def test_an_output_that_differs_is_counted_and_is_the_exit_status(port, monkeypatch, capsys):
    path, url = port
    invoke, calls = micro.Interpreter.invoke, []

    def once_another(interpreter, *inputs):
        calls.append(inputs)
        output = invoke(interpreter, *inputs)
        return np.bitwise_xor(output, 1) if len(calls) == 3 else output

    monkeypatch.setattr(micro.Interpreter, "invoke", once_another)
    assert on_a_board.main([str(path), "--port", url]) == 2
    assert "equal       19 of 20" in capsys.readouterr().out


def test_the_board_that_is_plugged_in_is_asked(port, monkeypatch, capsys):
    path, url = port
    asked = []
    board = Found("COM3", ("pico",), "program", "Raspberry Pi Pico", "E661")
    monkeypatch.setattr(link, "find", lambda: [board])
    trial = on_a_board.trial
    monkeypatch.setattr(
        on_a_board, "trial", lambda data, port: asked.append(port) or trial(data, url)
    )
    assert on_a_board.main([str(path)]) == 0
    assert asked == [board] and "CRC" in capsys.readouterr().out


def test_without_a_board_it_says_so(port, monkeypatch, capsys):
    monkeypatch.setattr(link, "find", lambda: [Found("COM3", (), "debug probe", "probe", None)])
    assert on_a_board.main([str(port[0])]) == 1
    assert "no board is plugged in" in capsys.readouterr().err


def test_what_goes_wrong_is_a_sentence(port, tmp_path, capsys):
    other = tmp_path / "other.tflite"
    other.write_bytes(b"nothing")
    assert on_a_board.main([str(other), "--port", port[1]]) == 1
    with pytest.raises(SystemExit):
        on_a_board.main([str(tmp_path / "absent.tflite")])
    said = capsys.readouterr().err
    assert "can't be read" in said and "Traceback" not in said
