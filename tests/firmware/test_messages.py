"""The firmware without an application, asked with raw messages: what it answers, and refuses."""

import models
import numpy as np
import pytest
from emulated import chip

from tinyml_helpers.firmware import protocol

MODEL = models.large([1, 8])


@pytest.fixture(scope="module")
def ask():
    """A function that sends a message, and gives the answers that come: (kind, payload)."""
    board = chip(MODEL)
    reader = protocol.Reader()

    def answers(kind, payload=b"", number=7):
        board.send(protocol.frame(kind, number, payload))
        board.run()
        found = reader.feed(board.receive())
        assert [one[1] for one in found] == [number] * len(found)
        return [(kind, payload) for kind, _, payload in found]

    return answers


def refusal(sentence):
    return [(protocol.ERROR, sentence.encode())]


UNKNOWN = refusal("the firmware doesn't know that message")


def test_a_ping_comes_back_as_it_was(ask):
    for length in range(protocol.PING_BYTES + 1):
        sent = bytes(range(length))
        assert ask(protocol.PING, sent, number=length) == [(protocol.PING | protocol.ANSWER, sent)]


def test_a_ping_too_long_to_keep_is_refused_and_harms_nothing(ask):
    assert ask(protocol.PING, bytes(protocol.PING_BYTES + 1)) == UNKNOWN
    assert ask(protocol.PING, b"\xff" * 3000) == UNKNOWN
    codes = bytes(range(8))
    ((kind, payload),) = ask(protocol.INVOKE, codes)
    assert (kind, payload[4:]) == (protocol.INVOKE | protocol.ANSWER, codes)  # a RELU's


def test_a_reset_brings_nothing(ask):
    assert ask(protocol.RESET) == [(protocol.RESET | protocol.ANSWER, b"")]
    assert ask(protocol.RESET, b"1") == UNKNOWN


def test_other_messages_are_refused(ask):
    known = {getattr(protocol, name) for name in ("INFO", "INVOKE", "PROFILE", "PING", "RESET")}
    assert all(ask(kind) == UNKNOWN for kind in range(256) if kind not in known)


@pytest.mark.parametrize("length", [0, 7, 9, 5000])
def test_a_model_gets_all_of_its_input_and_no_more(ask, length):
    for kind in (protocol.INVOKE, protocol.PROFILE):
        assert ask(kind, bytes(length)) == refusal("the model takes another number of bytes")


def test_what_is_said_of_the_program(ask):
    ((kind, payload),) = ask(protocol.INFO)
    assert kind == protocol.INFO | protocol.ANSWER
    numbers = np.frombuffer(payload[:40], "<u4")
    assert numbers[0] == protocol.VERSION
    assert numbers[-3:].tolist() == [1, 8, 8]  # operators, bytes in and out
    assert payload[40:] == b"nano33ble"
    assert ask(protocol.INFO, b"whatever") == [(kind, payload)]
