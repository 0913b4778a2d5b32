"""The coach on this computer: the parts it is made of, put together by hand, give the same."""

import coaching
import numpy as np
import pytest
from coaching import HOP, QUICK, TURNS
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from streaming import same

from tinyml_helpers.applications.wearables.exercises import (
    c_coach,
    coach,
    counting,
    offline,
    realtime,
)
from tinyml_helpers.applications.wearables.exercises.coach import Coach, Settings
from tinyml_helpers.boards.motion_sensors import MOTION_SENSORS
from tinyml_helpers.micro.loaded import aligned

HOPS = sum(hops for _, hops in TURNS)
NAMES = {0: "pendulum", 1: "abduction", 2: "forward elevation", None: None}


@pytest.fixture(scope="module")
def hops():
    return coaching.hops()


def test_each_movement_is_named_within_two_seconds_of_its_beginning(hops):
    begin = 0
    for axis, count in TURNS:
        said = [hop.exercise for hop in hops[begin : begin + count]]
        assert set(said[4:]) <= {NAMES[axis]}
        begin += count


def test_hops_come_every_half_second_and_scores_after_two(hops):
    assert (
        [hop.number for hop in hops]
        == list(range(HOPS))
        == list(range(len(coaching.samples()) // HOP))
    )
    for hop in hops[:3]:
        assert (hop.scores == -128).all() and (hop.smoothed == 0).all() and hop.exercise is None
    assert all(hop.scores.max() > -128 for hop in hops[3:])


def test_the_parts_alone_give_the_same(hops):
    samples = coaching.samples()
    scores = offline.scores(coaching.tflite(), coach.inputs(samples, QUICK))
    np.testing.assert_array_equal([hop.scores for hop in hops[3:]], scores)
    counts, periods = (each[HOP - 1 :: HOP] for each in counting.count(samples, QUICK))
    named = offline.name(scores, counts, QUICK)
    assert [hop.period or 0 for hop in hops] == (periods / c_coach.RATE).tolist()
    assert len(set(periods)) > 2
    np.testing.assert_array_equal([hop.smoothed for hop in hops], named["smoothed"])
    assert [hop.repetitions for hop in hops] == named["repetitions"].tolist()
    said = [
        None if place == c_coach.NONE else c_coach.CLASSES[place] for place in named["exercise"]
    ]
    assert [hop.exercise for hop in hops] == said
    gravity = coach.motions(samples, QUICK)["gravity"][HOP - 1 :: HOP] / 4096
    np.testing.assert_array_equal([hop.gravity for hop in hops], gravity)


def test_short_recordings_have_no_scores():
    for count, scored in ((0, 0), (99, 0), (100, 1), (124, 1), (125, 2)):
        seen = np.zeros((count, 6), np.int8)
        assert offline.scores(coaching.tflite(), seen).shape == (scored, 8)
    with pytest.raises(ValueError, match=r"inputs are int8 \[n, 6\], not float64 \[3, 6\]: give"):
        offline.scores(coaching.tflite(), np.zeros((3, 6)))


def raw(sensor, samples):
    """What a sensor that moves so reads, in its own axes: int16 counts [n, 6]."""
    counts = np.empty(samples.shape)
    for frame, axis in enumerate(sensor.axes):
        own, sign = "xyz".index(axis[1]), -1 if axis[0] == "-" else 1
        counts[:, own] = sign * samples[:, frame] / 4096 * sensor.counts_per_g
        per_step = np.degrees(1 / 1024) * sensor.counts_per_dps
        counts[:, 3 + own] = sign * samples[:, 3 + frame] * per_step
    return np.clip(np.rint(counts), -(2**15), 2**15 - 1).astype(np.int16)


@pytest.mark.parametrize("sensor", MOTION_SENSORS.values(), ids=list(MOTION_SENSORS))
def test_whichever_nano_it_is_the_coach_says_the_same(sensor, hops):
    settings = Settings.of(sensor, average=QUICK.average, threshold=QUICK.threshold)
    made = Coach(coaching.tflite(), settings).push(raw(sensor, coaching.samples()))
    assert [hop.exercise for hop in made] == [hop.exercise for hop in hops]
    for hop, other in zip(made, hops, strict=True):
        assert abs(hop.repetitions - other.repetitions) <= 1
        assert np.abs(hop.gravity - other.gravity).max() < 0.001
        assert np.abs(hop.scores.astype(int) - other.scores).max() <= 12


def test_the_other_arm_s_mirror_image_gives_the_same(hops):
    mirrored = (coaching.samples() * np.array([-1, 1, 1, 1, -1, -1])).astype(np.int16)
    made = Coach(coaching.tflite(), QUICK._replace(arm="right")).push(mirrored)
    assert same(made, hops)


@how(derandomize=True, deadline=None, max_examples=15)
@given(cuts=st.lists(st.integers(0, HOPS * HOP), max_size=20))
def test_any_pieces_give_the_same(cuts):
    a_coach, made = Coach(coaching.tflite(), QUICK), []
    for piece in np.split(coaching.samples(), sorted(cuts)):
        made += a_coach.push(piece)
    assert same(made, coaching.hops())


def test_sample_by_sample_gives_the_same(hops):
    a_coach = Coach(coaching.tflite(), QUICK)
    made = [hop for sample in coaching.SHORT for hop in a_coach.push(sample[np.newaxis])]
    assert same(made, hops[: len(coaching.SHORT) // HOP])


def test_reset_starts_afresh(hops):
    a_coach = Coach(coaching.tflite(), QUICK)
    a_coach.push(coaching.samples()[777:])
    a_coach.reset()
    assert same(a_coach.push(coaching.samples()), hops)
    patient = QUICK._replace(average=16)
    a_coach.reset(patient)
    assert a_coach.settings == patient
    assert not same(a_coach.push(coaching.samples()), hops)


def test_two_coaches_do_not_disturb_each_other(hops):
    one, other = (Coach(coaching.tflite(), QUICK) for _ in range(2))
    made = []
    for piece in np.array_split(coaching.samples(), 50):
        made += one.push(piece)
        other.push(piece[::-1])
    assert same(made, hops)


def test_settings_pack_to_the_bytes_the_c_takes():
    settings = Settings(7, 2**24, (-2, 3, -1), "right", 16, 255)
    expected = b"\7\0\0\0" + b"\0\0\0\1" + b"\xfe\x03\xff" + b"\1" + b"\x10\xff\0\0"
    assert settings.pack() == expected


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("average", 0, "average is a whole number from 1 to 16, not 0"),
        ("average", 17, "average is a whole number from 1 to 16, not 17"),
        ("threshold", 256, "threshold is a whole number from 0 to 255, not 256"),
        ("arm", "leg", "an arm is left or right, not 'leg'"),
        ("axes", (1, 1, 2), "axes are .* give 1, 2 and 3 once each"),
    ],
)
def test_settings_out_of_range_are_refused(field, value, message):
    with pytest.raises(ValueError, match=message):
        Coach(coaching.tflite(), QUICK._replace(**{field: value}))


@pytest.mark.parametrize(
    "average, code",
    [(0, "BAD_SETTINGS"), (1, "OK"), (c_coach.MAX_AVERAGE, "OK"), (17, "BAD_SETTINGS")],
)
def test_the_c_refuses_settings_that_no_library_of_ours_packed(average, code):
    packed = np.frombuffer(Settings().pack(), c_coach.SETTINGS).copy()
    packed["average"] = average
    library, model = c_coach.load(), c_coach.loaded(coaching.tflite())
    state = aligned(library.ex_coach_bytes())
    made = library.ex_coach_start(state.ctypes.data, model.handle, packed.tobytes())
    assert made == getattr(c_coach, code)


def test_the_load_is_the_share_of_busy_time(hops):
    busy = [hop._replace(cycles=cost) for hop, cost in zip(hops, (100, 300), strict=False)]
    assert realtime.load(busy, 1000) == pytest.approx(0.4)
    with pytest.raises(ValueError, match="from an emulated board"):
        realtime.load(hops, 1000)
