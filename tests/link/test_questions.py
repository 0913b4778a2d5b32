"""What is asked of a board, how long it may take, and which answers are taken."""

import patience
import pytest
from bad_line import FakePort, Line, line_to
from emulated import chip, codes

from tinyml_helpers import link
from tinyml_helpers.emulator.protocol_emulator import for_chip
from tinyml_helpers.firmware import protocol
from tinyml_helpers.link import conversation


@pytest.mark.parametrize(
    ("once", "message"),
    [
        (b"caf\xe9\xc0", r"isn't from the workbook's firmware \('caf..'\)"),
        (b"caf\xe9\xc0 \xc0", "arrive damaged"),
    ],
)
def test_one_end_of_a_frame_is_chance_and_two_are_answers(hurry, once, message):
    port = FakePort(lambda question: once if port.writes == 1 else b"")
    with pytest.raises(link.NoAnswer, match=message):
        link.open(port)


def test_a_refusal_is_told_even_if_it_is_no_ascii(int8_model, hurry):
    line, a_link = line_to(int8_model)
    number = (a_link._board._number + 1) % 256
    line.to_computer = lambda data, count: protocol.frame(protocol.ERROR, number, b"caf\xe9")
    with pytest.raises(link.BoardError, match=r"the board on COM3 says: caf.$"):
        a_link.ping()


def test_an_answer_of_another_length_than_asked_for_is_not_taken(int8_model, hurry):
    line, a_link = line_to(int8_model)
    with pytest.raises(link.NoAnswer):
        a_link.ask(protocol.PING, b"12345678", lengths=(7, 9))
    assert line.writes == 3
    assert a_link.ask(protocol.PING, b"12345678", lengths=(7, 8)) == b"12345678"


class Late(Line):
    """A line on which nothing is heard at first."""

    silent = 3

    def read(self, size):
        self.silent -= 1
        return super().read(size) if self.silent < 0 else b""


def test_a_board_that_takes_its_time_is_asked_once(int8_model):
    line, a_link = line_to(int8_model)
    line.__class__ = Late
    a_link.invoke(codes(int8_model))
    assert line.silent < 0 and line.writes == 1


@pytest.mark.parametrize(("works", "seconds"), [(True, 0.2), (False, 0.05)])
def test_only_what_may_run_a_model_is_waited_for_that_long(int8_model, hurry, works, seconds):
    _, a_link = line_to(int8_model, to_board=lambda data, count: b"")
    with pytest.raises(link.NoAnswer, match=f"within {patience.seconds(seconds):.3g} seconds"):
        a_link.ask(protocol.PING, b"", lengths=(0,), works=works)


def test_a_refusal_comes_with_the_applications_hint(int8_model, monkeypatch):
    with link.open(for_chip(chip(int8_model)), int8_model) as a_link:
        hints = {"know that message": "flash it", "never said": "no"}
        monkeypatch.setattr(type(a_link._application), "hints", hints)
        with pytest.raises(link.BoardError, match=r"doesn't know that message: flash it$"):
            a_link.ask(99, b"", lengths=(0,))
    with (
        link.open(for_chip(chip(int8_model))) as a_link,
        pytest.raises(link.BoardError, match=r"doesn't know that message$"),
    ):
        a_link.ask(99, b"", lengths=(0,))


def test_sending_may_take_twice_what_the_line_needs_and_more(int8_model):
    line, a_link = line_to(int8_model)
    sent = []
    line.to_board = lambda data, count: sent.append(data) or data
    a_link.invoke(codes(int8_model))
    on_the_line = 10 * len(sent[0]) / line.baudrate  # a start bit, eight bits, a stop bit
    assert line.write_timeout == pytest.approx(conversation.TAKING_SECONDS + 2 * on_the_line)


@pytest.mark.parametrize(
    ("name", "port", "called"),
    [("COM3", "COM4", "COM3"), (None, "COM4", "COM4"), (None, None, "the port")],
)
def test_a_port_without_a_name_is_called_by_what_it_has(hurry, name, port, called):
    fake = FakePort()
    fake.name, fake.port = name, port
    with pytest.raises(link.NoAnswer, match=f"the board on {called} doesn't answer"):
        link.open(fake)
