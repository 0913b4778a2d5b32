"""Boards that listen: hop for hop what this computer hears, whatever happens on the line."""

import functools
import struct

import numpy as np
import patience
import pytest
import qemu
import tones
from test_link_trouble import DAMAGE, Line, hurry  # noqa: F401 - a fixture
from test_spotter import QUICK, same

from tinyml_helpers import emulator, firmware, link, micro
from tinyml_helpers.emulator.chip import Chip
from tinyml_helpers.emulator.protocol_emulator import for_chip
from tinyml_helpers.firmware import protocol
from tinyml_helpers.keywords import library, realtime
from tinyml_helpers.keywords.spotter import Hop, Settings, Spotter

BOARDS = ("nano33ble", "pico")

#: Much happens in it: an inference every third hop, each with the chance of a report.
BUSY = Settings(hops_per_inference=3, average=2, threshold=1, refractory_hops=5)
SHORT = tones.stream()[: 71 * 320]  # 70 hops: the first takes 512 samples


@functools.cache
def image(board="nano33ble", listen=True):
    return firmware.build(tones.tflite(), board, listen=listen)


def port(board="nano33ble", listen=True):
    return for_chip(Chip(image(board, listen).elf, board))


@pytest.fixture(scope="module")
def hops():
    return Spotter(tones.tflite(), QUICK).push(tones.stream())


@pytest.fixture(scope="module")
def short_hops():
    return Spotter(tones.tflite(), BUSY).push(SHORT)


@pytest.fixture(scope="module", params=BOARDS)
def board(request):
    flashed = emulator.Board(request.param)
    flashed.flash(tones.tflite(), listen=True)
    return flashed


# An emulated board.


def test_a_board_hears_what_this_computer_hears(board, hops):
    made = board.listen(tones.stream(), QUICK)
    assert same(made, hops)
    assert [hop.detected for hop in made if hop.detected] == [label for _, label in tones.WORDS]


def test_every_hop_has_its_cost(board):
    made = board.listen(SHORT, QUICK)
    clock = board.figures.clock_hz
    tick = 1 / (1_000_000 if board.figures.id == "pico" else clock)
    for hop in made:
        assert 0 < hop.instructions < hop.cycles
        # The board reads its clock twice around each message; the first hop takes two.
        assert hop.board_seconds == pytest.approx(hop.cycles / clock, abs=2 * (tick + 60 / clock))
    usual = [hop.cycles for hop in made[1:] if hop.scores is None]
    assert max(usual) < 1.2 * min(usual)
    assert min(hop.cycles for hop in made if hop.scores is not None) > max(usual)
    shares = board.functions()
    total = sum(hop.cycles for hop in made)
    assert sum(share.cycles for share in shares) > total
    assert "fe_real_fft" in {share.function for share in shares[:5]}


def test_the_front_end_leaves_time_for_the_model(board):
    """A second's features: less than 15% of the Nano's cycles and 30% of the Pico's."""
    made = board.listen(tones.stream()[-20_000:], QUICK)
    cycles = [hop.cycles for hop in made[1:] if hop.scores is None]
    share = 50 * max(cycles) / board.figures.clock_hz
    assert share < (0.3 if board.figures.id == "pico" else 0.15)


def test_the_ring_holds_what_comes_meanwhile(board):
    made = board.listen(SHORT, Settings())
    assert realtime.load(made, board.figures.clock_hz) < 0.1
    assert realtime.most_waiting(made, board.figures.clock_hz) == 320 < board.image.ring_bytes / 2


def test_a_board_goes_on_in_any_pieces(board, short_hops):
    cuts = np.random.default_rng(3).integers(0, len(SHORT), 30)
    listener = board.spotter(BUSY)
    for _ in range(2):
        made = []
        for piece in np.split(SHORT, sorted(cuts)):
            made += listener.push(piece)
        assert same(made, short_hops)
        listener.reset()
    assert listener.settings == BUSY
    listener.reset(QUICK)
    assert listener.settings == QUICK
    assert all(hop.detected is None for hop in listener.push(SHORT))


def test_an_inference_in_between_disturbs_nothing(board, short_hops):
    x = np.zeros((1, 49, 40, 1), np.int8)
    expected = micro.Interpreter(tones.tflite()).invoke(x)
    listener = board.spotter(BUSY)
    made = []
    for piece in np.array_split(SHORT, 5):
        made += listener.push(piece)
        np.testing.assert_array_equal(board.invoke(x).output, expected)
    assert same(made, short_hops)


def test_the_footprint_says_what_listening_takes(board):
    board.listen(SHORT, QUICK)
    size = board.footprint
    assert size.arena_bytes == micro.Interpreter(tones.tflite()).arena_used_bytes
    assert size.ring_bytes == 2 * 10 * 320
    assert 49 * 40 + 3 * 1024 < size.spotter_bytes < 6 * 1024
    assert 100 < size.stack_bytes < firmware.STACK_BYTES
    parts = size.arena_bytes + size.ring_bytes + size.spotter_bytes
    assert size.ram_bytes == parts + size.stack_bytes + size.static_bytes
    # Without the arena; with one of 20 KB there is room to spare in 40 KB.
    assert size.ram_bytes - size.arena_bytes < 15_000
    assert "audio ring 6,400, spotter" in str(size)
    assert board.image.ram_bytes == size.ram_bytes - size.stack_bytes + firmware.STACK_BYTES
    plain = image(board.figures.id, listen=False)
    assert 2_000 < board.image.code_bytes - plain.code_bytes < 9_000
    assert plain.ring_bytes == plain.spotter_bytes == 0


def test_a_program_that_does_not_listen_says_so(int8_model):
    plain = emulator.Board("nano33ble")
    with pytest.raises(ValueError, match="call flash first"):
        plain.listen(SHORT)
    plain.flash(int8_model)
    assert not {"kw_push", "fe_push", "listen_answer"} & set(plain.machine.symbols)
    assert "ring" not in str(plain.footprint)
    with pytest.raises(ValueError, match=r"doesn't listen: flash it with listen=True"):
        plain.listen(SHORT)


def test_a_model_that_is_none_for_listening_is_refused(int8_model):
    with pytest.raises(library.WrongModel, match=r"takes int8 \[1, 49, 40, 1\] with scale 1/32"):
        emulator.Board("pico").flash(int8_model, listen=True)


@pytest.mark.parametrize("sound", [np.zeros(400), np.zeros((1, 400), np.int16), [1, 2]])
def test_what_is_no_sound_is_refused(board, sound):
    with pytest.raises(ValueError, match=r"sound is int16 \[samples\], 16 kHz, not"):
        board.listen(sound)
    with pytest.raises(ValueError, match="threshold is a whole number from 0 to 255, not 300"):
        board.listen(SHORT, Settings(threshold=300))


def test_another_emulator_hears_the_same():
    """The Nano's program in qemu: the same hops, in the same instructions but for 1%."""
    qemu.or_skip()
    nano = emulator.Board("nano33ble")
    nano.flash(tones.tflite(), listen=True)
    expected = nano.listen(SHORT, BUSY)
    with qemu.Chip(nano.image.elf) as chip:
        chip.run_until("board_receive")
        room, spotter = chip.symbols["audio_ring"], chip.symbols["spotter"]
        hop, ready, settings = (room + offset for offset in (2048, 3072, 4096))
        chip.write(settings, BUSY.pack())
        assert chip.call("kw_start", spotter, chip.symbols["interpreter"], settings)[0] == 0
        pieces = [SHORT[:512], *SHORT[512:][: 69 * 320].reshape(-1, 320)]
        for ours, piece in zip(expected, pieces, strict=True):
            chip.write(room, piece.tobytes())
            chip.write(chip.register(13), ready.to_bytes(4, "little"))  # the fifth argument
            taken, instructions = chip.call("kw_push", spotter, room, len(piece), hop)
            assert taken == len(piece) and chip.read(ready, 1) == b"\1"
            data = chip.read(hop, library.HOP.itemsize)
            assert same([Hop.of(np.frombuffer(data, library.HOP)[0])], [ours])
            if ours.number > 0:  # that one came in two messages
                assert 0 < ours.instructions - instructions < 0.01 * instructions


# Over a link.


def test_a_link_listens_too(short_hops, tmp_path):
    path = tmp_path / "tones.tflite"
    path.write_bytes(tones.tflite())
    with link.open(link.emulator_url("pico", path, listen="yes"), tones.tflite()) as a_link:
        made = a_link.listen(SHORT, BUSY)
        assert same(made, short_hops)
        assert all(0 < hop.board_seconds < 0.02 for hop in made)
        assert made[0].cycles is None
        assert same(a_link.listen(SHORT, BUSY), short_hops)  # afresh
    with pytest.raises(ValueError, match="listen is yes or no, not 'maybe'"):
        link.open(link.emulator_url("pico", path, listen="maybe"))


def test_firmware_that_does_not_listen_says_what_to_do():
    with link.open(port(listen=False), tones.tflite()) as a_link:
        with pytest.raises(link.BoardError, match=r"doesn't know that message: build .*listen=Tr"):
            a_link.listen(SHORT)
        a_link.ping()


def test_firmware_with_a_model_that_is_none_for_listening(int8_model, monkeypatch):
    monkeypatch.setattr(library, "check_model", lambda tflite_bytes: None)
    elf = firmware.build(int8_model, "nano33ble", listen=True).elf
    with link.open(for_chip(Chip(elf, "nano33ble"))) as a_link:
        with pytest.raises(link.BoardError, match=r"says: the spotter can't use this model$"):
            a_link.listen(SHORT)
        a_link.ping()


# What goes wrong on the line.


def line(**damage):
    """A Line that gets worse once the link is open, and a link to it."""
    a_line = Line(port())
    a_link = link.open(a_line, tones.tflite(), timeout=patience.seconds(0.1))
    a_line.writes = a_line.reads = 0
    for name, function in damage.items():
        setattr(a_line, name, function)
    return a_line, a_link


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("way", ["to_board", "to_computer"])
def test_damage_changes_nothing(short_hops, hurry, way, damage):  # noqa: F811
    def sometimes(data, count):
        return DAMAGE[damage](data) if count in (0, 4) else data

    a_line, a_link = line(**{way: sometimes})
    assert same(a_link.listen(SHORT[:3200], BUSY), short_hops[:9])
    assert a_line.writes == 1 + 10 + 2


def test_an_inference_whose_answer_is_lost_runs_once(short_hops, hurry):  # noqa: F811
    a_line, a_link = line()
    listener = a_link.spotter(BUSY)
    made = listener.push(SHORT[:-6400])
    a_line.reads, a_line.to_computer = 0, lambda data, count: b"" if count % 2 else data
    assert same(made + listener.push(SHORT[-6400:]), short_hops)


def test_what_comes_twice_is_heard_once(short_hops):
    a_line, a_link = line(to_board=lambda data, count: data + data)
    assert same(a_link.listen(SHORT, BUSY), short_hops)
    assert a_line.writes == 1 + -(-len(SHORT) // 320)


def test_a_board_that_is_reset_in_between_says_so(short_hops):
    a_line, a_link = line()
    listener = a_link.spotter(BUSY)
    listener.push(SHORT[:9000])
    a_line.port = port()
    with pytest.raises(link.BoardError, match=r"been told to listen: it was .* call reset, and"):
        listener.push(SHORT[9000:])
    with pytest.raises(ValueError, match="may have missed some of the sound: call reset"):
        listener.push(SHORT[9000:])
    listener.reset()
    assert same(listener.push(SHORT), short_hops)


def test_a_board_that_falls_silent(short_hops, hurry):  # noqa: F811
    a_line, a_link = line()
    listener = a_link.spotter(BUSY)
    listener.push(SHORT[:9000])
    a_line.writes, a_line.to_computer = 0, lambda data, count: b""
    waited = f"COM3 answered before, but not within {patience.seconds(0.1):.3g} seconds"
    with pytest.raises(link.NoAnswer, match=waited):
        listener.push(SHORT[9000:])
    assert a_line.writes == 3
    a_line.to_computer = lambda data, count: data
    with pytest.raises(ValueError, match="call reset"):  # it heard 320 samples all the same
        listener.push(SHORT[9000:])
    listener.reset()
    assert same(listener.push(SHORT), short_hops)


def test_a_second_listener_is_noticed():
    _, a_link = line()
    one = a_link.spotter(BUSY)
    one.push(SHORT[:3200])
    a_link.listen(SHORT[:960], BUSY)
    with pytest.raises(link.BoardError, match=r"missed some of the sound: somebody else .* reset"):
        one.push(SHORT[:320])


def ask(a_link, kind, payload):
    return a_link._ask(kind, payload)


def test_messages_that_make_no_sense_are_refused_and_do_no_harm(short_hops):
    _, a_link = line()
    hear = functools.partial(ask, a_link, protocol.HEAR)
    with pytest.raises(link.BoardError, match=r"the spotter hasn't been told to listen$"):
        hear(struct.pack("<I", 0))
    listener = a_link.spotter(BUSY)
    made = listener.push(SHORT[:3200])
    next_one = struct.pack("<I", 10)
    for payload in (
        b"",
        b"\0\0\0",
        next_one + b"\0",
        next_one + bytes(642),
        next_one + bytes(5000),
    ):
        with pytest.raises(link.BoardError, match=r"the spotter takes another number of bytes$"):
            hear(payload)
    for number in (0, 8, 11, 2**32 - 1):
        with pytest.raises(link.BoardError, match=r"the spotter missed some of the sound$"):
            hear(struct.pack("<I", number) + bytes(640))
    assert same(made + listener.push(SHORT[3200:]), short_hops)


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"", "takes another number of bytes"),
        (bytes(9), "takes another number of bytes"),
        (struct.pack("<4H", 0, 3, 180, 50), "has settings that are out of range"),
        (struct.pack("<4H", 10, 17, 180, 50), "has settings that are out of range"),
    ],
)
def test_wrong_settings_are_refused_by_the_firmware(payload, message):
    _, a_link = line()
    with pytest.raises(link.BoardError, match=f"says: the spotter {message}$"):
        ask(a_link, protocol.LISTEN, payload)
    with pytest.raises(link.BoardError, match=r"hasn't been told to listen$"):
        ask(a_link, protocol.HEAR, struct.pack("<I", 0))


def test_a_message_without_samples_is_answered():
    _, a_link = line()
    listener = a_link.spotter(BUSY)
    assert listener.push(np.zeros(0, np.int16)) == []
    answer = ask(a_link, protocol.HEAR, struct.pack("<I", 0))
    assert len(answer) == 4
