"""LoRa's time on the air and energy, against sums by hand and what else the workbook says."""

import numpy as np
import pytest

from tinyml_helpers.applications.fields import radio
from tinyml_helpers.applications.fields.radio import Link, millijoules, seconds_on_air
from tinyml_helpers.applications.machines.energy import MESSAGE_JOULES


def test_time_on_air_by_hand():
    # SF7: a symbol is 1.024 ms; 25 bytes: ceil((200 - 28 + 28 + 16) / 28) = 8 blocks of 5.
    assert seconds_on_air(12, 7) == pytest.approx((12.25 + 8 + 8 * 5) * 1.024e-3)
    # SF12: 32.768 ms, slow: ceil((200 - 48 + 28 + 16) / 40) = 5.
    assert seconds_on_air(12, 12) == pytest.approx((12.25 + 8 + 5 * 5) * 32.768e-3)
    # SF10: 8.192 ms, an answer of 10 bytes: ceil((184 - 40 + 28) / 40) = 5.
    assert seconds_on_air(10, 10, checked=False) == pytest.approx((12.25 + 8 + 25) * 8.192e-3)


def test_times_and_energies_are_those_of_the_machines():
    assert seconds_on_air(12, 7) == pytest.approx(62e-3, rel=0.02)
    assert seconds_on_air(12, 12) == pytest.approx(1.48, rel=0.02)
    for factor, joules in MESSAGE_JOULES.items():
        assert millijoules(12, factor) == pytest.approx(1e3 * joules, rel=0.03)


def test_farther_and_longer_takes_more():
    for size in (0, 8, 29, 222):
        times = [seconds_on_air(size, factor) for factor in radio.SPREADING_FACTORS]
        assert (np.diff(times) > 0).all()
    assert millijoules(29) > 1.4 * millijoules(8)


def test_an_answer_costs_its_time_at_the_receivers_current():
    more = millijoules(8, 9, answer_bytes=10) - millijoules(8, 9)
    assert more == pytest.approx(3.3 * 10.3 * seconds_on_air(10, 9, checked=False))
    for figure in (radio.SENDING, radio.HEARING):
        assert "SX1276" in figure.source and figure.unit == "A"


def test_messages_that_cannot_be():
    with pytest.raises(ValueError, match=r"spreading factor 6: give 7 \(near\) to 12 \(far\)"):
        seconds_on_air(8, 6)
    with pytest.raises(ValueError, match="a payload of 223 bytes: LoRaWAN carries 0 to 222"):
        seconds_on_air(223)
    with pytest.raises(ValueError, match=r"a loss of 1.5: give a share"):
        Link(1.5)


def test_a_link_loses_its_share_and_the_same_at_every_run():
    lost = [Link(0.3, seed).loses(10_000) for seed in (1, 1, 2)]
    assert lost[0].mean() == pytest.approx(0.3, abs=0.02)
    assert (lost[0] == lost[1]).all() and (lost[0] != lost[2]).any()
    one, other = Link(0.3, 5), Link(0.3, 5)
    carried = [one.carry(b"x") for _ in range(100)]
    assert set(carried) == {b"x", None} and carried == [other.carry(b"x") for _ in range(100)]


def test_a_clear_link_carries_all_and_a_dead_one_nothing():
    assert Link().carry(b"frame") == b"frame" and Link(1.0).carry(b"frame") is None
    assert Link().carry(b"") is None and Link().carry(None) is None
