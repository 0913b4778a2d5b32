"""A radio that loses messages, and what a message costs: LoRa, by its maker's formula.

seconds_on_air(8, spreading_factor=7)  # 0.057
millijoules(8, spreading_factor=12)
link = Link(loss=0.1)
link.carry(frame)  # the same, or None
"""

import math

import numpy as np

from tinyml_helpers.boards import Figure

#: Chips' symbols a second, symbols of a preamble, and LoRaWAN's own bytes around a payload: header
#: 1, address 4, control 1, counter 2, port 1, integrity code 4.
BANDWIDTH_HZ, PREAMBLE, LORAWAN_BYTES = 125_000, 8, 13
SPREADING_FACTORS = tuple(range(7, 13))

#: Symbols longer than this need the low data rate optimization: spreading factors 11 and 12.
_SLOW_SECONDS = 0.016

#: What the radio takes, and at how many volts.
VOLTS = 3.3
SENDING = Figure(
    29e-3,
    "A",
    "Semtech SX1276 datasheet, 2.5.1 Power Consumption, IDDT",
    "at 13 dBm from pin RFO, typical",
    "radio",
)
HEARING = Figure(
    10.3e-3,
    "A",
    "Semtech SX1276 datasheet, 2.5.5 LoRa receiver, 125 kHz",
    "above 862 MHz, its amplifier not boosted, typical",
    "radio",
)


def seconds_on_air(payload_bytes, spreading_factor=7, checked=True):
    """How long a LoRaWAN message lasts at 125 kHz, coding rate 4/5.

    Semtech, SX1276 datasheet, 4.1.1.7, and AN1200.13, with an explicit header: a symbol lasts
    2^SF / bandwidth, and there are preamble + 4.25 + 8 + 5 ceil(bits / (4 (SF - 2 slow))), where
    bits = 8 bytes - 4 SF + 28 + 16 checked.

    Args:
        payload_bytes: of the application, 0 to 222; LORAWAN_BYTES come on top.
        spreading_factor: one of SPREADING_FACTORS.
        checked: whether the radio adds a CRC; LoRaWAN's answers have none.

    Raises:
        ValueError: the payload or the spreading factor is none of these.
    """
    if spreading_factor not in SPREADING_FACTORS:
        raise ValueError(f"spreading factor {spreading_factor!r}: give 7 (near) to 12 (far)")
    if not 0 <= payload_bytes <= 222:
        raise ValueError(f"a payload of {payload_bytes} bytes: LoRaWAN carries 0 to 222")
    symbol = 2**spreading_factor / BANDWIDTH_HZ
    bits = 8 * (payload_bytes + LORAWAN_BYTES) - 4 * spreading_factor + 28 + 16 * checked
    each = 4 * (spreading_factor - 2 * (symbol > _SLOW_SECONDS))
    return symbol * (PREAMBLE + 4.25 + 8 + 5 * max(0, math.ceil(bits / each)))


def millijoules(payload_bytes, spreading_factor=7, answer_bytes=None):
    """What the radio takes to send a message, and to hear its answer. Estimated.

    Args:
        payload_bytes, spreading_factor: as `seconds_on_air`.
        answer_bytes: payload of the answer; None if none is waited for. The time until it comes,
            which a chip sleeps through, isn't counted.

    Raises:
        ValueError: as `seconds_on_air`.
    """
    charge = SENDING.value * seconds_on_air(payload_bytes, spreading_factor)
    if answer_bytes is not None:
        charge += HEARING.value * seconds_on_air(answer_bytes, spreading_factor, checked=False)
    return 1e3 * VOLTS * charge


class Link:
    """A radio that loses some of what it is given, at random and the same at every run.

    Args:
        loss: share of messages that are lost, 0 to 1.
        seed: of the random numbers.

    Raises:
        ValueError: loss is no share.
    """

    def __init__(self, loss=0.0, seed=0):
        if not 0 <= loss <= 1:
            raise ValueError(f"a loss of {loss!r}: give a share of messages, 0 to 1")
        self._loss, self._rng = loss, np.random.default_rng(seed)

    def loses(self, shape=()):
        """Whether it loses the next message: bool, or an array of them."""
        return self._rng.random(shape) < self._loss

    def carry(self, message):
        """What arrives of bytes that are sent: the same, or None. None isn't sent, nor is b""."""
        return message if message and not self.loses() else None
