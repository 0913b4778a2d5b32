"""The watcher on this computer: the parts it is made of, put together by hand, give the same."""

import numpy as np
import pytest
import watching
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from streaming import same
from watching import EACH, FAILURES, HEALTHY, LOOK, LOOKS, QUICK, RATE, SHAFT_HZ

from tinyml_helpers.applications.machines import c_watcher, offline, realtime
from tinyml_helpers.applications.machines.watcher import Settings, Watcher, look_seconds
from tinyml_helpers.datasets.machines.recording import Recording, fault_orders
from tinyml_helpers.signals import vibration


@pytest.fixture(scope="module")
def frames():
    return vibration.look(watching.samples(), RATE, SHAFT_HZ)


@pytest.mark.parametrize("failure", FAILURES)
def test_each_failure_is_noticed_and_its_suspect_named(looks, failure):
    start = HEALTHY + EACH * list(FAILURES).index(failure)
    last = looks[start + EACH - 1]
    assert last.suspect == FAILURES[failure]
    assert "anomaly" in last.alarms
    assert ("fault" in last.alarms) == (last.suspect in c_watcher.CLASSES)
    assert ("sensor" in last.alarms) == (last.suspect == "sensor")


def test_a_healthy_machine_gives_no_alarm(looks):
    assert not any(look.alarms or look.suspect for look in looks[:HEALTHY])


def test_commissioning_takes_what_the_settings_say(looks):
    done = QUICK.learn + QUICK.settle
    assert [look.watching for look in looks] == [number >= done for number in range(LOOKS)]
    assert all(look.score is None for look in looks[: QUICK.learn])
    assert all(look.score is not None for look in looks[QUICK.learn :])
    assert all(look.threshold is None for look in looks[:done])
    assert len({look.threshold for look in looks[done:]}) == 1


def test_features_are_the_front_ends(looks, frames):
    assert [look.number for look in looks] == list(range(LOOKS))
    for name in ("orders", "bands", "clipped", "span"):
        np.testing.assert_array_equal(
            [getattr(look, name) for look in looks], getattr(frames, name)
        )


def test_both_models_give_what_they_give_alone(looks, frames):
    scores = offline.scores(watching.tflite(), offline.inputs(frames.orders, QUICK))
    smoothed, suspects = offline.judge(scores, QUICK, QUICK.learn + QUICK.settle)
    np.testing.assert_array_equal([look.scores for look in looks], scores)
    np.testing.assert_array_equal([look.smoothed for look in looks], smoothed)
    assert [("fault" in look.alarms) for look in looks] == [part is not None for part in suspects]
    found = offline.anomalies(frames.bands, QUICK)
    for look, score, threshold, risen, alarm in zip(looks, *found, strict=True):
        assert (look.score or 0) == (score if score != c_watcher.NO_SCORE else 0)
        assert (look.threshold or 0) == (threshold if threshold != c_watcher.NO_SCORE else 0)
        assert look.risen == (None if risen < 0 else risen)
        assert ("anomaly" in look.alarms) == alarm


def slow_suspect(look, part, shaft_hz):
    """Who is to be suspected, as watcher.h and watcher.c say it in words."""
    if "sensor" in look.alarms or "fault" in look.alarms:
        return "sensor" if "sensor" in look.alarms else part
    if "anomaly" not in look.alarms:
        return None
    ends = RATE * np.geomspace(vibration.LOWEST_BAND_END, vibration.HIGHEST_BAND_END, 33)
    bands = np.searchsorted(ends, shaft_hz * np.arange(1, 4), "right") - 1
    bands = np.where((bands >= 0) & (bands < 32), bands, 99)  # 99: in no band
    near = [] if look.risen is None else np.flatnonzero(np.abs(bands - look.risen) <= 1).tolist()
    return "imbalance" if 0 in near else "misalignment" if near else "unknown"


def test_suspects_follow_their_rules(looks):
    scores = np.stack([look.scores for look in looks])
    parts = offline.judge(scores, QUICK, QUICK.learn + QUICK.settle)[1]
    for look, part in zip(looks, parts, strict=True):
        assert look.suspect == slow_suspect(look, part, SHAFT_HZ)
    assert {look.suspect for look in looks} == set(c_watcher.SUSPECTS)


@pytest.mark.parametrize("band", [0, 1, 12, 29, 30, 31])
def test_a_shaft_is_suspected_just_when_its_bands_are_near(band):
    """Speeds a little inside of every band, once, twice and three times a turn."""
    ends = RATE * np.geomspace(vibration.LOWEST_BAND_END, vibration.HIGHEST_BAND_END, 33)
    time = np.arange(2 * LOOK) / RATE
    tone = np.sin(2 * np.pi * ends[band : band + 2].mean() * time)
    loud = (watching.samples()[: 2 * LOOK] + 5000 * tone).astype(np.int16)
    watcher = Watcher(watching.tflite(), QUICK._replace(threshold=255))
    watcher.push(watching.samples()[: HEALTHY * LOOK])
    commissioned, found = watcher._state.copy(), set()
    inside = np.concatenate([1.02 * ends[:-1], 0.98 * ends[1:]])
    for speed in np.concatenate([inside, inside / 2, inside / 3]):
        if 1 <= speed <= 200:
            watcher._state[:] = commissioned
            watcher.set_speed(speed)
            look = watcher.push(loud)[-1]
            assert abs(look.risen - band) <= 2
            assert look.suspect == slow_suspect(look, None, speed), speed
            found.add(look.suspect)
    assert {"misalignment", "unknown"} <= found


def test_the_shafts_band_follows_its_speed():
    """The same vibration, told to be of a shaft half as fast: then it is heard twice a turn."""
    start = HEALTHY + EACH * list(FAILURES).index("a louder shaft")
    part = watching.samples()[: (start + EACH) * LOOK]
    watcher = Watcher(watching.tflite(), QUICK._replace(threshold=255))
    watcher.set_speed(SHAFT_HZ / 2)
    assert watcher.push(part)[-1].suspect == "misalignment"
    watcher.reset()  # as the settings say, again
    assert watcher.push(part)[-1].suspect == "imbalance"


def test_a_speed_holds_for_looks_completed_from_then_on(frames):
    watcher = Watcher(watching.tflite(), QUICK)
    made = watcher.push(watching.SHORT)
    watcher.set_speed(30)
    made += watcher.push(watching.samples()[len(watching.SHORT) : 8 * LOOK])
    other = vibration.look(watching.samples(), RATE, 30)
    for look in made:
        expected = frames if look.number < 5 else other
        np.testing.assert_array_equal(look.orders, expected.orders[look.number])
    for wrong in (0.9, 201, float("nan")):
        with pytest.raises(ValueError, match="turns a second: give 1 to 200, in Hz"):
            watcher.set_speed(wrong)


def test_looks_at_a_failing_sensor_are_not_learned_from(looks):
    dead, healthy = np.full(3 * LOOK, 9, np.int16), watching.samples()
    watcher = Watcher(watching.tflite(), QUICK)
    made = watcher.push(np.concatenate([healthy[: 70 * LOOK], dead, healthy[70 * LOOK :]]))
    for look in made[70:73]:
        assert not look.watching and look.score is None
        assert (look.alarms[-1], look.suspect) == ("sensor", "sensor")
    assert [look.score for look in made[:70] + made[74:]] == [
        look.score for look in looks[:70] + looks[71:]
    ]
    assert made[-1].threshold == looks[-1].threshold


def test_a_sensor_that_is_always_dead_is_never_commissioned():
    made = Watcher(watching.tflite(), QUICK).push(np.zeros(100 * LOOK, np.int16))
    assert not any(look.watching for look in made)
    assert {look.suspect for look in made} == {"sensor"}


@pytest.mark.parametrize(("span", "dead"), [(7, True), (8, False)])
def test_a_sensor_is_dead_below_a_span_of_8(span, dead):
    x = np.zeros(LOOK, np.int16)
    x[::2] = span
    (look,) = Watcher(watching.tflite(), QUICK).push(x)
    assert look.span == span and ("sensor" in look.alarms) == dead


@pytest.mark.parametrize(("clipped", "fails"), [(2, False), (3, True)])
def test_a_sensor_fails_with_more_than_a_thousandth_clipped(clipped, fails):
    x = watching.samples()[:LOOK].copy()
    x[100 : 100 + clipped] = 32767
    (look,) = Watcher(watching.tflite(), QUICK).push(x)
    assert look.clipped == clipped and ("sensor" in look.alarms) == fails


@how(derandomize=True, deadline=None, max_examples=15)
@given(cuts=st.lists(st.integers(0, LOOKS * LOOK), max_size=20))
def test_any_pieces_give_the_same(looks, cuts):
    watcher = Watcher(watching.tflite(), QUICK)
    made = []
    for piece in np.split(watching.samples(), sorted(cuts)):
        made += watcher.push(piece)
    assert same(made, looks)


def test_sample_by_sample_gives_the_same(looks):
    watcher = Watcher(watching.tflite(), QUICK)
    short = watching.samples()[: 2 * LOOK + 5]
    made = [look for sample in short for look in watcher.push(np.array([sample]))]
    assert same(made, looks[:2])


def test_reset_starts_afresh(looks):
    watcher = Watcher(watching.tflite(), QUICK)
    watcher.push(watching.samples()[: 90 * LOOK + 77])
    watcher.reset()
    assert same(watcher.push(watching.samples()), looks)
    other = QUICK._replace(rate=3200)
    watcher.reset(other)
    assert watcher.settings == other
    assert len(watcher.push(watching.samples()[: 8 * LOOK])) == 4


def test_two_watchers_do_not_disturb_each_other(looks):
    one, other = (Watcher(watching.tflite(), QUICK) for _ in range(2))
    made = []
    for piece in np.array_split(watching.samples(), 50):
        made += one.push(piece)
        other.push(piece[::-1])
    assert same(made, looks)


def test_all_rates_give_looks():
    for rate, samples in ((12_000, 16_384), (3_200, 4_096), (1_600, 2_048)):
        watcher = Watcher(watching.tflite(), QUICK._replace(rate=rate))
        assert len(watcher.push(watching.samples()[: 2 * samples])) == 2
        assert look_seconds(rate) == samples / rate


# Settings.


def test_settings_of_a_recording():
    orders = fault_orders(9, 7.94, 39.04)
    recording = Recording("a pump", watching.SHORT, 3200, shaft_hz=25.5, orders=orders)
    settings = Settings.of(recording, persist=5)
    assert settings == Settings(3200, 25.5, orders.inner, orders.outer, orders.ball, persist=5)
    unknown = recording._replace(shaft_hz=None, orders=None)
    with pytest.raises(ValueError, match=r"the recording has no shaft_hz: give it, as shaft_hz="):
        Settings.of(unknown)
    with pytest.raises(ValueError, match=r"the recording has no inner"):
        Settings.of(unknown, shaft_hz=25)
    assert Settings.of(unknown, shaft_hz=25, inner=5, outer=3, ball=4).shaft_hz == 25


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("rate", 48_000, "48000 samples a second: the front end takes 12000, 3200 or 1600"),
        ("shaft_hz", 0.5, "a shaft of 0.5 turns a second: give 1 to 200"),
        ("inner", 0.1, "inner is a fault order of 0.1"),
        ("learn", 63, "learn is a whole number from 64 to 4096, not 63"),
        ("threshold", 256, "threshold is a whole number from 0 to 255, not 256"),
    ],
)
def test_settings_out_of_range_are_refused(field, value, message):
    with pytest.raises(ValueError, match=message):
        Watcher(watching.tflite(), QUICK._replace(**{field: value}))


@pytest.mark.parametrize("samples", [np.zeros(9), np.zeros((1, 9), np.int16), np.int16(3), [1, 2]])
def test_what_is_no_vibration_is_refused(samples):
    with pytest.raises(ValueError, match=r"vibration is int16 \[samples\], not"):
        Watcher(watching.tflite(), QUICK).push(samples)


# Real time.


def watched(cycles):
    """Looks that cost so many cycles each."""
    made = Watcher(watching.tflite(), QUICK).push(watching.samples()[: LOOK * len(cycles)])
    return [look._replace(cycles=cost) for look, cost in zip(made, cycles, strict=True)]


def test_the_load_is_the_share_of_busy_time():
    looks = watched([100, 300])
    assert realtime.load(looks, 1000, RATE) == pytest.approx(0.2 / look_seconds(RATE))
    with pytest.raises(ValueError, match="from an emulated board"):
        realtime.load(watched([]), 1000, RATE)


def test_what_waits_is_what_comes_while_the_slowest_message_is_worked_on():
    assert realtime.most_waiting(0, 1000, RATE) == 512
    assert realtime.most_waiting(100, 1000, RATE) == 512 + 160
    assert realtime.most_waiting(101, 100_000, 12_000) == 512 + 13


@pytest.mark.parametrize("taken", [0, 1, 700, LOOK - 1])
def test_behind_a_gap_a_look_starts_anew_and_what_was_learned_stays(taken):
    start, samples = (HEALTHY - 2) * LOOK, watching.samples()
    watcher = Watcher(watching.tflite(), QUICK)
    before = watcher.push(samples[: start + taken])
    watcher.set_speed(25.0)
    watcher.resume()
    after = watcher.push(samples[start:])
    assert [look.number for look in before + after] == list(range(LOOKS))
    assert all(look.watching for look in after)
    here = Watcher(watching.tflite(), QUICK)
    whole = here.push(samples[:start])
    here.set_speed(25.0)
    whole += here.push(samples[start:])
    # The filters know nothing of what was before: that is heard in the first look, if at all.
    assert same((before + after)[HEALTHY - 1 :], whole[HEALTHY - 1 :])
    assert same(before, whole[: HEALTHY - 2])
