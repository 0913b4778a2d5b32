"""Where beats are: on a real heart, on simulated ones, and whatever happens to their lead."""

import numpy as np
import pytest
from beating import compared, readable
from hypothesis import given
from hypothesis import strategies as st
from places import outside

from tinyml_helpers import datasets
from tinyml_helpers.applications.wearables.hearts import c_monitor
from tinyml_helpers.applications.wearables.hearts.monitor import detected
from tinyml_helpers.datasets.hearts import simulated
from tinyml_helpers.micro.loaded import aligned

GAIN, ZERO = 200, 1024  # of simulated leads


def hearts(count=8):
    """Hearts to train on: what a lead can suffer was looked at with them."""
    return [simulated.heart(number) for number in range(count)]


def judged(recordings, change=lambda samples: samples, counts=GAIN):
    """`beating.Found` over recordings whose samples were changed, float64 [n] in counts."""
    pairs = []
    for made in recordings:
        changed = np.round(change(made.samples[:, 0].astype(float)))
        samples = np.clip(changed, -(2**15), 2**15 - 1).astype(np.int16)
        found = readable(made, detected(samples, made.rate, counts))
        pairs.append((found, readable(made, made.beats), made.rate))
    return compared(pairs)


def recorded(seconds=60, rate=360, noise=None, change=lambda heart: heart):
    return [simulated.recording(change(one), seconds, rate, noise, seed=2) for one in hearts()]


@pytest.fixture(scope="module")
def usual():
    return recorded()


@pytest.mark.parametrize("lead", [0, 1])
def test_record_100_beat_for_beat(lead):
    (ecg,) = datasets.mitbih(outside("TINYML_REAL_DATA", "mitbih_record_100"), ["100"])
    found = detected(np.ascontiguousarray(ecg.samples[:, lead]), ecg.rate, 200)
    made = compared([(found, ecg.beats, ecg.rate)])
    assert made.sensitivity >= 0.999 and made.precision >= 0.999
    assert abs(made.off).max() <= 0.02


@pytest.mark.parametrize(("decibels", "least"), [(0, 0.995), (6, 0.99), (12, 0.98)])
def test_hearts_that_nobody_looked_at_with_their_noise_and_louder(decibels, least):
    numbers = range(simulated.TEST_HEARTS, simulated.TEST_HEARTS + 16)
    made = []
    for heart in map(simulated.heart, numbers):
        noise = heart.noise.louder(decibels)
        made.append(simulated.recording(heart, 60, noise=noise))
    found = judged(made)
    assert found.sensitivity >= least and found.precision >= least
    assert (abs(found.off) <= 0.02).mean() >= 0.97


@pytest.mark.parametrize(
    "noise",
    [
        simulated.Noise(),
        simulated.Noise(muscle=0.1),
        simulated.Noise(mains=0.2),
        simulated.Noise(wander=1.0),
        simulated.Noise(movement=0.5, movements=3),
        simulated.Noise(lead_off=1),
    ],
    ids=str,
)
def test_each_kind_of_noise_alone(noise):
    found = judged(recorded(noise=noise))
    assert found.sensitivity >= 0.99 and found.precision >= 0.99


@pytest.mark.parametrize("rate", [200, 250, 500, 1000])
def test_each_rate(rate):
    found = judged(recorded(rate=rate))
    assert found.sensitivity >= 0.995 and found.precision >= 0.995
    assert (abs(found.off) <= 0.02).mean() >= 0.98


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        (lambda samples: 2 * ZERO - samples, GAIN),
        (lambda samples: (samples - ZERO) / 4, GAIN),
        (lambda samples: (samples - ZERO) * 15, 15 * GAIN),
        (lambda samples: samples + 30_000, GAIN),
        (lambda samples: np.clip(samples - ZERO, -80, 80), GAIN),
    ],
    ids=["electrodes swapped", "a quarter as high", "more counts", "far from 0", "clipped"],
)
def test_leads_of_other_sign_size_place_and_range(usual, change, counts):
    found = judged(usual, change, counts)
    assert found.sensitivity >= 0.99 and found.precision >= 0.99


def with_t_wave(heart, share):
    """A heart whose T wave has that share of its largest deflection."""
    beat = heart.beat
    tall, most = (max(abs(wave.height) for wave in part) for part in (beat.t, beat.qrs))
    waves = tuple(wave._replace(height=share * most / tall * wave.height) for wave in beat.t)
    return heart._replace(beat=beat._replace(t=waves))


def test_a_t_wave_as_high_as_r_is_no_beat():
    found = judged(recorded(change=lambda heart: with_t_wave(heart, 1.0)))
    assert found.sensitivity >= 0.99 and found.precision >= 0.99


@pytest.mark.parametrize("rate", [40, 150])
def test_slow_and_fast_hearts(rate):
    found = judged(recorded(change=lambda heart: heart._replace(rate=rate)))
    assert found.sensitivity >= 0.98 and found.precision >= 0.98


def test_a_beat_early_every_second_time():
    def bigeminy(heart):
        return heart._replace(ventricular_chance=0.1, bigeminy_chance=0.8)

    found = judged(recorded(change=bigeminy))
    assert found.sensitivity >= 0.97 and found.precision >= 0.99


@pytest.mark.parametrize("share", [1.0, 0.35])
def test_a_lead_that_falls_off_for_ten_seconds_and_comes_back_smaller(usual, share):
    pairs = []
    for made in usual:
        begin, end = 20 * made.rate, 30 * made.rate
        samples = made.samples[:, 0].astype(float)
        samples[begin:end] = 2047
        samples[end:] = (samples[end:] - ZERO) * share + 300
        found = detected(np.round(samples).astype(np.int16), made.rate, GAIN)
        assert np.sum((found > begin + 100) & (found < end - 100)) == 0
        spare = (begin - 60, end + 60)
        kept = [places[(places < spare[0]) | (places > spare[1])] for places in (found, made.beats)]
        pairs.append((*(readable(made, places) for places in kept), made.rate))
    found = compared(pairs)
    assert found.sensitivity >= 0.98 and found.precision >= 0.99


def test_a_pause_of_three_seconds_is_one():
    pairs = []
    for made in recorded(noise=simulated.Noise()):
        cut, pause = made.beats[20] - made.rate // 4, 3 * made.rate
        samples = made.samples[:, 0]
        rng = np.random.default_rng(0)
        quiet = np.full(pause, samples[cut]) + np.round(rng.normal(0, 2, pause)).astype(np.int16)
        samples = np.concatenate([samples[:cut], quiet.astype(np.int16), samples[cut:]])
        found = detected(samples, made.rate, GAIN)
        pairs.append((found, made.beats + pause * (made.beats >= cut), made.rate))
    found = compared(pairs)
    assert found.sensitivity >= 0.995 and found.precision >= 0.995


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6])
def test_a_recording_may_start_anywhere_in_a_beat(usual, share):
    pairs = []
    for made in usual:
        start = made.beats[5] + int(share * (made.beats[6] - made.beats[5]))
        found = detected(made.samples[start:, 0].copy(), made.rate, GAIN)
        spare = made.rate // 5  # half a beat may be taken for one
        marked = made.beats - start
        pairs.append((found[found > spare], marked[marked > spare], made.rate))
    found = compared(pairs)
    assert found.sensitivity >= 0.99 and found.precision >= 0.99


def test_nothing_beats_on_a_flat_line_nor_in_no_samples():
    for samples in (np.zeros(0), np.zeros(1), np.full(20_000, 2047)):
        assert len(detected(samples.astype(np.int16), 360, GAIN)) == 0


@given(st.integers(0, 2**32), st.sampled_from([1, 30, 300]), st.sampled_from([200, 360, 999, 1000]))
def test_places_rise_and_lie_200_ms_apart_whatever_comes(seed, pace, rate):
    rng = np.random.default_rng(seed)
    steps = rng.integers(-(2**15), 2**15, 8000 // pace + 1).astype(np.int16)
    found = detected(np.repeat(steps, pace)[:8000], rate, 50)
    assert (np.diff(found) >= rate // 5 - 1).all()
    assert ((found >= 0) & (found < 8000)).all()


def test_what_is_no_lead_or_cannot_be_its_rate_is_refused():
    with pytest.raises(ValueError, match=r"an ECG is int16 \[samples\], not float64 \[9\]; give"):
        detected(np.zeros(9), 360, 200)
    with pytest.raises(ValueError, match="rate is a whole number from 200 to 1000, not 128"):
        detected(np.zeros(9, np.int16), 128, 200)
    with pytest.raises(ValueError, match="counts_per_mv is a whole number from 50 to 4000, not 20"):
        detected(np.zeros(9, np.int16), 360, 20)


def at_200(samples, rate, counts):
    """The lead that the detector sees: 1/512 mV at 200 a second, and places among samples."""
    code = c_monitor.load()
    state = aligned(code.hb_qrs_bytes())
    code.hb_qrs_start(state.ctypes.data, rate, counts)
    values, places = np.empty(len(samples), np.int32), np.empty(len(samples), np.uint32)
    ends = (values.ctypes.data, places.ctypes.data)
    made = code.hb_lead_all(state.ctypes.data, samples.ctypes.data, len(samples), *ends)
    return values[:made], places[:made].astype(int)


@pytest.mark.parametrize("rate", [200, 201, 250, 256, 360, 500, 999, 1000])
@pytest.mark.parametrize(("hertz", "most"), [(1, 0.004), (5, 0.012), (15, 0.035), (40, 0.2)])
def test_a_tone_at_200_a_second_is_off_by_what_lead_h_says(rate, hertz, most):
    times = (np.arange(4 * rate) + 0.5) / rate
    samples = np.round(8000 * np.sin(2 * np.pi * hertz * times)).astype(np.int16)
    values, places = at_200(samples, rate, 4000)  # of 2 mV
    assert len(values) == 800
    middles = (np.arange(800) + 0.5) / 200
    expected = 1024 * np.sin(2 * np.pi * hertz * middles) - int(samples[0]) * 512 / 4000
    assert abs(values - expected).max() / 1024 < most
    assert abs((places + 0.5) / rate - middles).max() <= 0.5 / rate + 1e-9


def test_places_do_not_drift_in_an_hour():
    _, places = at_200(np.zeros(3600 * 999, np.int16), 999, 200)
    assert len(places) == 3600 * 200
    assert places[-1] == int((3600 - 1 / 400) * 999)
