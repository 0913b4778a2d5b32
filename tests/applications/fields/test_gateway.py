"""Both ends of the radio: they guess the same, and nothing is ever wrong without being known."""

import numpy as np
import pytest
import radio_ends
from radio_ends import START, BadAir, Node, model, run, same_history, walk

from tinyml_helpers.applications.fields import c_node
from tinyml_helpers.applications.fields.gateway import Gateway
from tinyml_helpers.applications.fields.radio import Link

CLEAR = Link()


class Deaf:
    """Carries nothing in the hours from `first` to before `last`."""

    def __init__(self, first, last):
        self.hours, self.now = range(first, last), -1

    def carry(self, message):
        self.now += 1
        return None if self.now in self.hours else message


def errors(made, levels):
    """By how much each hour's estimate is off, hundredths of a percent; 0 without a reading."""
    real = np.array([np.nan if level is None else level for level in levels])
    return np.nan_to_num(np.abs(np.rint(made.gateway.estimates * 100) - real))


@pytest.mark.parametrize("seed", range(60))
def test_no_estimate_is_silently_wrong_whatever_is_lost_damaged_late_or_repeated(seed):
    rng = np.random.default_rng(seed)
    levels = walk(rng, 500, missing=rng.choice([0, 0.1]))
    loss, damage, stale = rng.choice([0, 0.1, 0.3, 0.8], 2), rng.choice([0, 0.2]), 0.1
    up, down = (BadAir(rng, each, damage, stale) for each in loss)
    delta = float(rng.choice([0.1, 0.5, 2.0]))
    restarts = set(rng.integers(0, 500, rng.integers(0, 4)).tolist())
    made = run(levels, up, down, delta, int(rng.choice([1, 6, 24, 168])), restarts)
    status, off = np.array(made.gateway.status), errors(made, levels)
    assert off[status == "told"].max(initial=0) == 0
    assert off[status == "checked"].max(initial=0) <= round(100 * delta)
    assert not made.apart
    assert made.acknowledged


@pytest.mark.parametrize("seed", range(5))
def test_on_a_clear_radio_every_hour_is_told_or_checked_but_the_last(seed):
    levels = walk(np.random.default_rng(seed), 400)
    made = run(levels, CLEAR, CLEAR)
    sent = [number for number, frame in enumerate(made.frames) if frame]
    assert made.acknowledged == sent and not made.apart
    expected = ["told" if number in sent else "checked" for number in range(sent[-1] + 1)]
    assert made.gateway.status == expected + ["open"] * (399 - sent[-1])
    assert errors(made, levels).max() <= 50
    assert [len(made.frames[number]) for number in sent] == [29] + [8] * (len(sent) - 1)
    assert np.diff(sent).max() <= 24


def test_a_node_says_what_its_gateway_believes_without_it():
    levels = walk(np.random.default_rng(1), 300)
    node, gateway, told = Node(0.5, 24), Gateway(model(), START), 0
    assert node.hour(0, None) == (None, None) and gateway.hour() == b""
    for number, level in enumerate(levels, 1):
        frame, guess = node.hour(number, level)
        if frame:
            assert guess is None or abs(level - guess) > 50 or number - told >= 24
            node.heard(gateway.hour(frame))
            told = number
        else:
            gateway.hour()
            assert guess == round(gateway.estimates[-1] * 100) and abs(level - guess) <= 50


def test_a_lost_frame_makes_its_hours_wrong_until_a_sync_comes_through():
    levels = [2000] * 30 + [2500] * 30
    made = run(levels, Deaf(30, 34), CLEAR)
    assert [len(frame or b"") for frame in made.frames[29:35]] == [0, 8, 29, 29, 29, 29]
    # The sync tells what there was 1 and 3 hours before.
    status, off = made.gateway.status, errors(made, levels)
    assert status[29:35] == ["checked", "wrong", "checked", "wrong", "checked", "told"]
    assert (off[[30, 32]] > 50).all() and (off[[31, 33]] == 0).all()


def test_a_lost_answer_costs_a_sync_and_makes_nothing_wrong():
    levels = [2000] * 30 + [2500] * 30
    made = run(levels, CLEAR, Deaf(30, 31))
    assert [len(frame or b"") for frame in made.frames[29:33]] == [0, 8, 29, 0]
    assert made.gateway.status[29:32] == ["checked", "told", "told"]
    assert "wrong" not in made.gateway.status and not made.apart


def test_who_is_not_heard_tries_every_hour_for_a_day_and_then_every_six():
    made = run([2000] * 60, Deaf(0, 60), CLEAR)
    sent = [number for number, frame in enumerate(made.frames) if frame]
    assert sent == [*range(24), 29, 35, 41, 47, 53, 59]
    assert set(made.gateway.status) == {"silent"} and np.isnan(made.gateway.estimates).all()
    assert "never heard" in made.gateway.hints[0]


def test_a_silent_node_is_known_two_hours_after_its_heartbeat():
    gateway = run([2000] * 50, Deaf(1, 60), CLEAR).gateway
    assert gateway.status[1:28] == ["open"] * 26 + ["silent"]
    assert "misses its heartbeat" in gateway.hints[0]


def test_a_long_silence_confirms_nothing():
    """After 255 hours nobody knows any more since when the gateway was off."""
    levels = walk(np.random.default_rng(2), 700)
    made = run(levels, Deaf(50, 500), CLEAR)
    status, back = made.gateway.status, made.acknowledged
    first = next(number for number in back if number >= 500)
    last = max(number for number in back if number < 50)
    assert status[last + 1 : first] == ["wrong"] * (first - last - 1)


def test_a_node_that_starts_again_vouches_for_nothing_before():
    levels = [2000] * 100
    made = run(levels, CLEAR, CLEAR, restarts={60})
    assert len(made.frames[60]) == 29 and made.gateway.status[60] == "told" and not made.apart
    last = max(number for number in made.acknowledged if number < 60)
    assert made.gateway.status[last + 1 : 60] == ["wrong"] * (59 - last)
    assert "wrong" not in made.gateway.status[60:]


def test_a_gateway_that_starts_again_gets_a_sync_after_the_next_level():
    levels = walk(np.random.default_rng(3), 300)
    node, gateway, sizes = Node(0.5, 24), Gateway(model(), START), []
    for number, level in enumerate(levels):
        if number == 150:
            gateway = Gateway(model(), START + 150)
        frame, _ = node.hour(number, level)
        answer = gateway.hour(frame)
        heard = bool(answer) and node.heard(answer) is not None
        assert not heard or same_history(node, gateway)
        sizes += [len(frame)] if frame and number >= 150 else []
    assert sizes[:2] == [8, 29] and set(sizes[2:]) == {8}
    told = gateway.status.index("told")
    assert gateway.status[:told] == ["silent"] * told and gateway.refused == 1
    off = np.abs(np.rint(gateway.estimates * 100) - levels[150:])
    assert off[np.array(gateway.status) == "checked"].max() <= 50


def test_a_gateway_whose_first_frame_is_a_level_guesses_on_from_it():
    node, first = Node(0.5, 24), Gateway(model(), START)
    second = Gateway(model(), START)
    levels = [2000] * 5 + [2300] * 6
    for number, level in enumerate(levels):
        frame, _ = node.hour(number, level)
        if number < 5:
            answer = first.hour(frame)
            if answer:
                node.heard(answer)
            second.hour()
        else:
            # It hears the level of the fifth hour, and nothing more.
            second.hour(frame if number == 5 else None)
    assert second.estimates[5] == 23.0 and second.status[5] == "told"
    assert np.abs(second.estimates[6:] - 23).max() < 2


def test_an_alarm_is_sent_at_once_and_its_end_too_though_nothing_was_measured():
    node, gateway = Node(0.5, 24), Gateway(model(), START)
    sizes = []
    for number, (level, alarms) in enumerate([(2000, 0), (2000, 5), (None, 5), (None, 1)]):
        frame, _ = node.hour(number, level, alarms, 150)
        sizes.append(len(frame or b""))
        answer = gateway.hour(frame)
        assert not answer or node.heard(answer) is not None
        assert gateway.alarms == alarms and gateway.battery_volts == 3.0
    assert sizes == [29, 8, 0, 8]
    assert gateway.status == ["told", "told", "checked", "checked"]
    assert same_history(node, gateway)


@pytest.mark.parametrize("other", [{"delta": 0.51}, {"heartbeat": 23}, {"start": START + 1}])
def test_a_gateway_with_another_clock_or_settings_refuses_and_says_so(other):
    gateway = Gateway(model(), **({"start": START, "delta": 0.5, "heartbeat": 24} | other))
    node = Node(0.5, 24)
    for number in range(3):
        frame, _ = node.hour(number, 2000)
        assert gateway.hour(frame) == b""
    assert gateway.refused == 3 and set(gateway.status) == {"silent"}
    assert "messages refused: 3" in gateway.hints[1] and "clock" in gateway.hints[1]


def test_a_clock_that_is_set_makes_the_node_sync():
    node, gateway = Node(0.5, 24), Gateway(model(), START)
    node.heard(gateway.hour(node.hour(0, 2000)[0]))
    gateway.hour(node.hour(1, 2000)[0])
    gateway.hour()
    frame, _ = node.hour(3, 2000)
    assert len(frame) == 29 and node.heard(gateway.hour(frame)) is not None
    assert gateway.status == ["told", "wrong", "wrong", "told"] and same_history(node, gateway)


def test_what_a_gateway_guesses_after_missing_hours_itself_is_never_checked():
    """Its node may have sent nothing meanwhile, and know nothing of it."""
    node, gateway, sizes = Node(10, 168), Gateway(model(), START, 10, 168), {}
    for number in range(20):
        frame, _ = node.hour(number, 2000 if number < 15 else 3500)
        sizes |= {number: len(frame)} if frame else {}
        if 5 <= number < 10:
            continue
        if number == 10:
            gateway._start += 5
        answer = gateway.hour(frame)
        assert not answer or node.heard(answer) is not None
    assert sizes == {0: 29, 15: 8, 16: 29}
    assert gateway.status == ["told"] + ["wrong"] * 9 + ["told"] * 2 + ["open"] * 3


def test_a_sync_tells_what_was_measured_while_nobody_answered():
    levels = [2000] * 50 + [3000, 2500] + [2000] * 20
    made = run(levels, Deaf(0, 53), CLEAR)
    assert [number for number, frame in enumerate(made.frames) if frame][24:29] == [
        29,
        35,
        41,
        47,
        53,
    ]
    lag_3, lowest, highest = (
        np.frombuffer(made.frames[53][at : at + 2], "<i2")[0] for at in (9, 23, 25)
    )
    assert (lag_3, lowest, highest) == (3000, 2000, 3000)


def test_an_answer_tells_the_rain_to_come():
    node, gateway = Node(0.5, 24), Gateway(model(), START)
    answer = gateway.hour(node.hour(0, 2000)[0], ahead=[1.2, np.nan, 9000])
    assert node.heard(answer) == [12, 0xFFFF, 0xFFFE]
    assert node.heard(answer) is None


def test_hints_tell_of_lost_messages():
    levels = walk(np.random.default_rng(4), 100)
    made = run(levels, Deaf(90, 95), CLEAR, delta=0.05)
    assert made.gateway.hints == [
        "hours of the last week that may be off by more than delta: "
        f"{made.gateway.status.count('wrong')}; messages are lost, bring node and gateway nearer "
        "to each other"
    ]
    assert run(levels, CLEAR, CLEAR).gateway.hints == []


def test_times_and_estimates_go_hour_by_hour():
    gateway = Gateway(model(), START)
    for _ in range(400):
        gateway.hour()
    assert gateway.times[0] == START and gateway.times[-1] == START + 399
    assert len(gateway.estimates) == len(gateway.status) == 400 and not gateway.battery_volts


def test_settings_and_rain_that_cannot_be():
    with pytest.raises(ValueError, match=r"delta is 0.01: give 0.05 to 10, in percent"):
        Gateway(model(), START, delta=0.01)
    with pytest.raises(ValueError, match=r"heartbeat is 2.5: give whole hours, 1 to 168"):
        Gateway(model(), START, heartbeat=2.5)
    with pytest.raises(ValueError, match=r"ahead is \[1\]: give mm of rain in the next 24, 72 and"):
        Gateway(model(), START).hour(ahead=[1])
    state = np.zeros(c_node.load().so_sender_bytes(), np.uint8)
    for settings in ((4, 24), (1001, 24), (50, 0), (50, 169)):
        packed = np.array(settings, c_node.SEND_SETTINGS).tobytes()
        assert c_node.load().so_sender_start(state.ctypes.data, packed) == -1


def test_the_helper_radio_does_lose_damage_and_repeat():
    rng = np.random.default_rng(0)
    air = BadAir(rng, 0.3, 0.3, 0.3)
    sent = [rng.bytes(8) for _ in range(300)]
    got = [air.carry(one) for one in sent]
    assert got.count(None) > 30
    assert sum(one is not None and one not in sent for one in got) > 30
    assert sum(one in sent[:at] for at, one in enumerate(got)) > 30
    assert radio_ends.walk(rng, 50, 0.5).count(None) > 10
