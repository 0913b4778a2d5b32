"""What every stream's board must hold, here and over a link: tests that an application inherits.

    STREAM = Stream(Application(tflite()), SETTINGS, samples(), Watcher, "watcher", slowest=0.1)

    class TestOverALink(OverALink):
        stream = STREAM

What is the application's own it tests beside them.
"""

import copy
import functools
import struct
from collections.abc import Callable
from dataclasses import dataclass

import models
import numpy as np
import patience
import pytest
from bad_line import DAMAGE, worsening

from tinyml_helpers import emulator, firmware, link, micro, model_file
from tinyml_helpers.applications.stream import StreamApplication, parity
from tinyml_helpers.emulator.chip import Chip
from tinyml_helpers.emulator.protocol_emulator import for_chip

#: Seconds that a link waits for an answer, usually.
WAITS = 0.2


@dataclass(frozen=True, eq=False)
class Stream:
    """A stream to test.

    Attributes:
        program: the application, with a model.
        settings: under which much happens within the samples.
        samples: int16 [n] or [n, channels], of some 20 messages or more.
        here: makes of (model, settings) the same stream on this computer.
        who: what the firmware calls itself, "watcher".
        slowest: seconds that no hop takes, on any board.
        enough: messages that complete a hop or more, from the start on.
    """

    program: StreamApplication
    settings: object
    samples: np.ndarray
    here: Callable
    who: str
    slowest: float
    enough: int = 10

    @functools.cached_property
    def expected(self):
        """What this computer makes of the samples."""
        return self.on_this_computer(self.samples)

    def on_this_computer(self, samples):
        """What this computer makes of other samples, from the start on."""
        return self.here(self.program.model, self.settings).push(samples)

    @property
    def size(self):
        """Samples in a message."""
        return self.program.protocol.message_samples

    @functools.cache  # noqa: B019 - there are as few as there are applications
    def image(self, board="nano33ble", streams=True):
        """The program, or that of its model alone, for a board."""
        return firmware.build(self.program if streams else self.program.model, board)

    def port(self, streams=True):
        """A port on a Nano with the program, or that of its model alone."""
        return for_chip(Chip(self.image(streams=streams).elf, "nano33ble"))

    def line(self, **damage):
        """A `bad_line.Line` to a Nano with the program, and a link to it."""
        return worsening(self.port(), self.program, WAITS, **damage)

    def started(self, at):
        """The client of a board or a link, told to start."""
        at.client.reset(self.settings)
        return at.client

    def check_settings_are_refused(self, payload, message):
        """Check that firmware that is sent these settings says so, and doesn't start."""
        _, a_link = self.line()
        with pytest.raises(link.BoardError, match=f"says: the {self.who} {message}$"):
            ask(a_link, self.program.protocol.start_message, payload)
        with pytest.raises(link.BoardError, match=r"hasn't been told to start$"):
            self.ask(a_link, 0)

    def ask(self, a_link, number, samples=b""):
        """The answer to a message with samples, sent past the client."""
        payload = struct.pack("<I", number) + samples
        return ask(a_link, self.program.protocol.samples_message, payload)


def ask(a_link, kind, payload):
    """The answer to a message, sent past the client."""
    return a_link._board.ask(kind, payload)


def same(one, other):
    """Whether two lists of hops are equal, costs aside."""
    return 0 < len(one) == len(other) and not any(parity.differing(one, other).values())


def changed(tflite_bytes, **fields):
    """A model with other fields of its input and its output: input_scale=[0.03] and so on."""
    model = models.schema.ModelT.InitFromPackedBuf(tflite_bytes, 0)
    graph = model.subgraphs[0]
    ends = {"input": graph.tensors[graph.inputs[0]], "output": graph.tensors[graph.outputs[0]]}
    for name, value in fields.items():
        end, field = name.split("_", 1)
        owner = ends[end] if field in ("shape", "type") else ends[end].quantization
        setattr(owner, field, value)
    return models.pack(model)


def doubled(tflite_bytes, more):
    """A model with a second input, or with a second output; `more` is "inputs" or "outputs"."""
    model = models.schema.ModelT.InitFromPackedBuf(tflite_bytes, 0)
    graph = model.subgraphs[0]
    if more == "inputs":
        graph.tensors.append(copy.copy(graph.tensors[graph.inputs[0]]))
        graph.inputs = [*graph.inputs, len(graph.tensors) - 1]
    else:
        graph.outputs = [*graph.outputs, graph.operators[-1].inputs[0]]
    return models.pack(model)


def boards(program):
    """A fixture: each kind of board in turn, with the program."""

    @pytest.fixture(scope="module", params=("nano33ble", "pico"))
    def board(request):
        flashed = emulator.Board(request.param)
        flashed.flash(program)
        return flashed

    return board


class OnBoard:
    """What holds on boards; beside it there is a fixture `board`, of `boards`."""

    stream = None

    def test_a_board_goes_on_in_any_pieces(self, board):
        samples = self.stream.samples
        cuts = np.random.default_rng(3).integers(0, len(samples), 30)
        client = self.stream.started(board)
        for _ in range(2):
            made = []
            for piece in np.split(samples, sorted(cuts)):
                made += client.push(piece)
            assert same(made, self.stream.expected)
            client.reset()
        assert client.settings == self.stream.settings

    def test_an_inference_in_between_disturbs_nothing(self, board):
        model = self.stream.program.model
        x = np.zeros(model_file.read(model).inputs[0].shape, np.int8)
        expected = micro.Interpreter(model).invoke(x)
        client, made = self.stream.started(board), []
        for piece in np.array_split(self.stream.samples, 5):
            made += client.push(piece)
            np.testing.assert_array_equal(board.invoke(x).output, expected)
        assert same(made, self.stream.expected)


class OverALink:
    """What holds over a link, and what firmware says that is asked in vain."""

    stream = None

    def test_a_link_streams_too(self, tmp_path):
        path = tmp_path / "model.tflite"
        path.write_bytes(self.stream.program.model)
        module = type(self.stream.program).__module__.rpartition(".")[0]
        url = link.emulator_url("pico", path, application=module)
        with link.open(url, self.stream.program) as a_link:
            for _ in range(2):  # the second time afresh
                made = a_link.client.run(self.stream.samples, self.stream.settings)
                assert same(made, self.stream.expected)
                assert all(0 < hop.board_seconds < self.stream.slowest for hop in made)
                assert {hop.cycles for hop in made} == {None}

    def test_firmware_without_the_stream_says_what_to_do(self):
        with link.open(self.stream.port(streams=False), self.stream.program) as a_link:
            with pytest.raises(link.BoardError, match=r"know that message: flash .*\.Application"):
                a_link.client.run(self.stream.samples)
            a_link.ping()

    def test_firmware_with_another_model_says_so(self, int8_model, monkeypatch):
        kind = type(self.stream.program)
        monkeypatch.setattr(kind, "check", lambda self: None)
        elf = firmware.build(kind(int8_model), "nano33ble").elf
        message = rf"says: the {self.stream.who} can't use this model$"
        with link.open(for_chip(Chip(elf, "nano33ble"))) as a_link:
            with pytest.raises(link.BoardError, match=message):
                self.stream.program.client(a_link).run(self.stream.samples)
            a_link.ping()

    @pytest.mark.parametrize("damage", DAMAGE)
    @pytest.mark.parametrize("way", ["to_board", "to_computer"])
    def test_damage_changes_nothing(self, hurry, way, damage):
        def sometimes(data, count):
            return DAMAGE[damage](data) if count in (0, 4) else data

        a_line, a_link = self.stream.line(**{way: sometimes})
        part = self.stream.samples[: self.stream.enough * self.stream.size]
        made = a_link.client.run(part, self.stream.settings)
        assert same(made, self.stream.on_this_computer(part))
        assert a_line.writes == 1 + self.stream.enough + 2

    def test_samples_whose_answer_is_lost_are_taken_once(self, hurry):
        a_line, a_link = self.stream.line()
        client, rest = self.stream.started(a_link), -10 * self.stream.size
        made = client.push(self.stream.samples[:rest])
        a_line.reads, a_line.to_computer = 0, lambda data, count: b"" if count % 2 else data
        assert same(made + client.push(self.stream.samples[rest:]), self.stream.expected)

    def test_what_comes_twice_is_taken_once(self):
        a_line, a_link = self.stream.line(to_board=lambda data, count: data + data)
        made = a_link.client.run(self.stream.samples, self.stream.settings)
        assert same(made, self.stream.expected)
        assert a_line.writes == 1 + -(-len(self.stream.samples) // self.stream.size)

    def test_a_board_that_is_reset_in_between_says_so(self):
        a_line, a_link = self.stream.line()
        client, half = self.stream.started(a_link), len(self.stream.samples) // 2
        client.push(self.stream.samples[:half])
        a_line.port = self.stream.port()
        with pytest.raises(link.BoardError, match=r"been told to start: it was .* call reset, and"):
            client.push(self.stream.samples[half:])
        self.starts_again(client)

    def test_a_board_that_falls_silent(self, hurry):
        a_line, a_link = self.stream.line()
        client, half = self.stream.started(a_link), len(self.stream.samples) // 2
        client.push(self.stream.samples[:half])
        a_line.writes, a_line.to_computer = 0, lambda data, count: b""
        waited = f"COM3 answered before, but not within {patience.seconds(WAITS):.3g} seconds"
        with pytest.raises(link.NoAnswer, match=waited):
            client.push(self.stream.samples[half:])
        assert a_line.writes == 3
        a_line.to_computer = lambda data, count: data
        self.starts_again(client)  # it took a message all the same

    def starts_again(self, client):
        """Check that a client that lost its place takes no more, and all of it after a reset."""
        with pytest.raises(ValueError, match="may have missed some of its samples: call reset"):
            client.push(self.stream.samples)
        client.reset()
        assert same(client.push(self.stream.samples), self.stream.expected)

    def test_a_second_client_is_noticed(self):
        _, a_link = self.stream.line()
        client, size = self.stream.started(a_link), self.stream.size
        client.push(self.stream.samples[: 5 * size])
        self.stream.program.client(a_link).run(self.stream.samples[:size], self.stream.settings)
        with pytest.raises(link.BoardError, match=r"some of its samples: somebody else .* reset"):
            client.push(self.stream.samples[:size])

    def test_messages_that_make_no_sense_are_refused_and_do_no_harm(self):
        _, a_link = self.stream.line()
        with pytest.raises(link.BoardError, match=rf"{self.stream.who} hasn't been told to start$"):
            self.stream.ask(a_link, 0)
        client, size = self.stream.started(a_link), self.stream.size
        made = client.push(self.stream.samples[: 5 * size])
        whole = self.stream.samples[:size].tobytes()
        refused = f"the {self.stream.who} takes another number of bytes$"
        for samples in (b"\0", whole + b"\0\0", bytes(5000)):
            with pytest.raises(link.BoardError, match=refused):
                self.stream.ask(a_link, 5, samples)
        for payload in (b"", b"\0\0\0"):
            with pytest.raises(link.BoardError, match=refused):
                ask(a_link, self.stream.program.protocol.samples_message, payload)
        for number in (0, 3, 6, 2**32 - 1):
            with pytest.raises(link.BoardError, match=r"missed some of its samples$"):
                self.stream.ask(a_link, number, whole)
        assert same(made + client.push(self.stream.samples[5 * size :]), self.stream.expected)

    def test_a_message_without_samples_is_answered(self):
        _, a_link = self.stream.line()
        assert self.stream.started(a_link).push(self.stream.samples[:0]) == []
        assert len(self.stream.ask(a_link, 0)) == 4
