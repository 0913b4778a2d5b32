"""Talking to emulated boards with the real firmware: what they answer."""

import zlib

import models
import numpy as np
import pytest
from emulated import chip, codes, image

from tinyml_helpers import boards, link, micro, model_file
from tinyml_helpers.emulator.protocol_emulator import for_chip


@pytest.fixture(params=["nano33ble", "pico"])
def board(request):
    return request.param


@pytest.fixture
def model_path(int8_model, tmp_path):
    path = tmp_path / "a model.tflite"
    path.write_bytes(int8_model)
    return path


# With the real firmware, on an emulated board.


def test_an_inference_equals_the_computers(int8_model, model_path, board):
    x = codes(int8_model)
    interpreter = micro.Interpreter(int8_model)
    with link.open(link.emulator_url(board, model_path), int8_model) as a_link:
        for seed in range(3):
            x = codes(int8_model, seed)
            run = a_link.invoke(x)
            np.testing.assert_array_equal(run.output, interpreter.invoke(x))
            assert run.output.dtype == np.int8
        assert a_link.ping() > 0
        again = a_link.invoke(x)
    assert again.seconds == pytest.approx(run.seconds, abs=2e-6)


def test_the_address_of_an_emulated_board_keeps_any_path_and_the_order_of_models():
    assert link.emulator_url("pico", "C:/a b/c&d.tflite", "e.tflite", application="one.two") == (
        "emulator://pico?model=C:/a%20b/c%26d.tflite&model=e.tflite&application=one.two"
    )


def test_what_a_board_says_of_itself(int8_model, board):
    with link.open(for_chip(chip(int8_model, board)), int8_model) as a_link:
        info = a_link.info()
        assert a_link.tick_hz == info.tick_hz and a_link.client is None
    interpreter = micro.Interpreter(int8_model)
    assert info.board == board
    assert info.clock_hz == boards.get(board).clock_hz
    assert info.tick_hz == (1_000_000 if board == "pico" else info.clock_hz)
    assert (info.model_bytes, info.model_crc) == (len(int8_model), zlib.crc32(int8_model))
    assert info.arena_bytes == image(int8_model, board).arena_bytes
    assert info.operators == len(interpreter.model.operators)
    assert (info.input_bytes, info.output_bytes) == (64, 10)
    assert 1e-5 < info.start_seconds < 0.1


def test_the_board_measures_what_the_emulator_counts(int8_model, board):
    the_chip = chip(int8_model, board)
    the_chip.machine.mark("tm_init", "tm_invoke", "board_ready")
    with link.open(for_chip(the_chip), int8_model) as a_link:
        run = a_link.invoke(codes(int8_model))
        begin, started, invoked, ready = (visit.cycles for visit in the_chip.machine.visits)
        tick = 1 / a_link.info().tick_hz
        clock = a_link.info().clock_hz
        for measured, cycles in (
            (a_link.info().start_seconds, started - begin),
            (run.seconds, ready - invoked),
        ):
            assert measured == pytest.approx(cycles / clock, abs=tick + 60 / clock)


def test_a_profile_has_every_operator(int8_model, board):
    x = codes(int8_model)
    with link.open(for_chip(chip(int8_model, board)), int8_model) as a_link:
        run, rows = a_link.invoke(x), a_link.profile(x)
        tick = 1 / a_link.info().tick_hz
    operators = model_file.read(int8_model).operators
    assert [(row.index, row.name, row.macs) for row in rows] == [
        (operator.index, operator.name, operator.macs) for operator in operators
    ]
    # The board reads its clock once more an operator.
    slack = len(rows) * (tick + 100 / boards.get(board).clock_hz)
    assert sum(row.seconds for row in rows) == pytest.approx(run.seconds, abs=slack)


def test_without_the_model_there_are_bytes(int8_model):
    x = codes(int8_model)
    with link.open(for_chip(chip(int8_model))) as a_link:
        run = a_link.invoke(x[:, :3].tobytes(), x[:, 3:].tobytes())
        seconds = a_link.profile(x.tobytes())
        assert run.output == micro.Interpreter(int8_model).invoke(x).tobytes()
        assert len(seconds) == a_link.info().operators
        with pytest.raises(link.BoardError, match=r"says: the model takes another number of bytes"):
            a_link.invoke(bytes(63))
        assert a_link.invoke(x.tobytes()).output == run.output


def hand_made(code, tensors, inputs, outputs, options):
    quantized = {"type": 9, "scale": [0.5], "zero_point": [0]}
    return models.pack(
        models.hand_made(code, [quantized | each for each in tensors], inputs, outputs, options)
    )


def test_several_inputs():
    options = 11, models.schema.AddOptionsT()
    add = hand_made(0, [{"shape": [1, 4]}] * 3, [0, 1], [2], options)
    a, b = np.arange(4, dtype=np.int8)[None], np.full((1, 4), 0xC0 - 256, np.int8)
    with link.open(for_chip(chip(add)), add) as a_link:
        np.testing.assert_array_equal(a_link.invoke(a, b).output, a + b)
        with pytest.raises(ValueError, match="the model takes 2 inputs, not 1"):
            a_link.invoke(a)
        with pytest.raises(ValueError, match=r"input 1 is int8 \[1, 4\], not int8 \[4\]"):
            a_link.invoke(a, b[0])
        with pytest.raises(ValueError, match=r"input 0 is int8 \[1, 4\], not float64 \[1, 4\]"):
            a_link.invoke(a * 1.0, b)


def test_several_outputs():
    options = models.schema.SplitOptionsT()
    options.numSplits = 2
    axis = {"shape": [], "type": 2, "data": np.array(1, np.int32)}
    tensors = [axis, {"shape": [1, 4]}, {"shape": [1, 2]}, {"shape": [1, 2]}]
    split = hand_made(models.OPERATOR["SPLIT"], tensors, [0, 1], [2, 3], (35, options))
    with link.open(for_chip(chip(split)), split) as a_link:
        run = a_link.invoke(np.array([[1, 2, 3, -4]], np.int8))
    assert [one.tolist() for one in run.output] == [[[1, 2]], [[3, -4]]]


def test_a_model_that_remembers_can_be_reset():
    adds_last_three = models.memory_model()
    port = for_chip(chip(adds_last_three))

    def results(a_link, *values):
        return [a_link.invoke(np.full((1, 1), v, np.float32)).output.item() for v in values]

    with link.open(port, adds_last_three) as a_link:
        assert results(a_link, 1, 2, 4, 8) == [1, 3, 7, 14]
        a_link.reset()
        assert results(a_link, 1, 2) == [1, 3]
    with link.open(port, adds_last_three) as a_link:  # opening with the model does it too
        assert results(a_link, 1) == [1]
    with link.open(port) as a_link:
        assert np.frombuffer(a_link.invoke(np.float32(2).tobytes()).output, "<f4") == 3


def test_another_model(int8_model):
    other = bytearray(int8_model)
    other[-1] ^= 1
    message = (
        f"runs another model .{len(int8_model):,} bytes, CRC {zlib.crc32(int8_model):08x}. than "
        f"this one .{len(int8_model):,} bytes, CRC {zlib.crc32(other):08x}.: flash"
    )
    with pytest.raises(link.WrongModel, match=message):
        link.open(for_chip(chip(int8_model)), bytes(other))
    with pytest.raises(model_file.ModelFileError):
        link.open(for_chip(chip(int8_model)), b"no model")
