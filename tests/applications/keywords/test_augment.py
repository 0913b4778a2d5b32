import numpy as np
import pytest
from scipy.signal import find_peaks

from tinyml_helpers.applications.keywords import augment
from tinyml_helpers.signals import log_mel

RATE = 16000
CLIPS = np.random.default_rng(0).integers(-3000, 3000, (3, RATE)).astype(np.int16)


def generator(seed=0):
    return np.random.default_rng(seed)


def sine(hertz, amplitude=8000):
    return np.rint(amplitude * np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE)).astype(np.int16)


def pitch(audio):
    return np.abs(np.fft.rfft(audio)).argmax()  # in Hz, as the clip lasts a second


def rms(audio):
    return np.sqrt(np.mean(np.square(audio.astype(float)), axis=-1))


def test_shift_moves_and_goes_on_with_what_is_at_the_end():
    clip = np.arange(10, dtype=np.int16)
    assert augment.shift(clip, 3).tolist() == [3, 2, 1, 0, 1, 2, 3, 4, 5, 6]
    assert augment.shift(clip, -2).tolist() == [2, 3, 4, 5, 6, 7, 8, 9, 8, 7]
    clip = np.arange(RATE, dtype=np.int16)
    assert augment.shift(clip, 4000)[:4000].max() == 1600
    assert augment.shift(clip, -4000)[-4000:].min() == RATE - 1 - 1600


def test_shift_takes_an_amount_for_each_clip():
    moved = augment.shift(CLIPS, np.array([0, 100, -100]))
    assert (moved[0] == CLIPS[0]).all()
    assert (moved[1, 100:] == CLIPS[1, :-100]).all()
    assert (moved[2, :-100] == CLIPS[2, 100:]).all()


def test_speed_changes_pitch_by_its_factor():
    played = augment.speed(np.stack([sine(440)] * 3), np.array([0.5, 1, 1.5]))
    assert [pitch(clip) for clip in played] == pytest.approx([220, 440, 660], abs=1)
    assert (played[1] == sine(440)).all()


def test_speed_keeps_the_middle_in_its_place():
    clip = np.zeros(RATE, np.int16)
    clip[RATE // 2 - 400 : RATE // 2 + 400] = 1000
    heard = np.flatnonzero(augment.speed(clip, 2.0))
    assert abs(heard.min() - (RATE // 2 - 200)) <= 1
    assert abs(heard.max() - (RATE // 2 + 200)) <= 1


def test_gain_is_in_decibels_and_clips():
    assert rms(augment.gain(sine(440), -20)) == pytest.approx(rms(sine(440)) / 10, rel=0.01)
    loud = augment.gain(sine(440), 40)
    assert loud.min() == -32768
    assert loud.max() == 32767


@pytest.mark.parametrize("snr", [-5, 0, 20])
def test_noise_is_as_loud_as_asked(snr):
    noise = augment.noises("white", RATE, generator())
    added = augment.add_noise(CLIPS, noise, snr).astype(int) - CLIPS
    assert 20 * np.log10(rms(CLIPS) / rms(added)) == pytest.approx(np.full(3, snr), abs=0.1)


def test_silence_gets_no_noise():
    silence = np.zeros((2, RATE), np.int16)
    assert not augment.add_noise(silence, CLIPS[:2], 10).any()


def test_echo_comes_later_and_fades_as_asked():
    click = np.zeros(RATE, np.int16)
    click[1000] = 20000
    heard = augment.echo(click, 0.3, generator()).astype(float)
    assert not heard[:1000].any()
    assert heard[1000] == 20000
    (delays,) = np.nonzero(heard[1001:])
    assert 1 <= len(delays) <= 6
    assert delays.max() < RATE * 0.08
    decibels = 20 * np.log10(np.abs(heard[1001:][delays]) / 20000)
    assert decibels == pytest.approx(-60 * (delays + 1) / RATE / 0.3, abs=0.1)


def test_splice_joins_the_halves_where_half_of_the_energy_is_over():
    first, second = np.zeros((2, 1, RATE), np.int16)
    first[0, 4000:8000] = 1000
    second[0, 9000:13000] = 2000
    (joined,) = augment.splice(first, second)
    assert (joined[:4000] == 0).all()
    assert (joined[4000:5800] == 1000).all()
    assert (joined[6100:7800] == 2000).all()
    assert (joined[8200:] == 0).all()


def test_spec_augment_hides_stripes_behind_the_mean():
    features = generator().integers(-128, 128, (20, 49, 40)).astype(np.int8)
    before = features.copy()
    changed = augment.spec_augment(features, generator(), frames=5, bins=3, times=1)
    assert (features == before).all()
    assert changed.dtype == np.int8
    for clip, new in zip(features, changed, strict=True):
        hidden = clip != new
        assert (new[hidden] == int(clip.mean())).all()
        frames, bins = hidden.mean(axis=1) > 0.5, hidden.mean(axis=0) > 0.5
        assert frames.sum() <= 5
        assert bins.sum() <= 3
        assert not hidden[~frames][:, ~bins].any()


@pytest.mark.parametrize("kind", augment.NOISES)
def test_noises_are_of_one_loudness_and_repeat_themselves(kind):
    noise = augment.noises(kind, 2 * RATE, generator(3), CLIPS)
    assert noise.dtype == np.int16
    assert noise.shape == (2 * RATE,)
    assert rms(noise) == pytest.approx(2000, rel=0.2)  # clicks are clipped
    assert (noise == augment.noises(kind, 2 * RATE, generator(3), CLIPS)).all()


def test_hum_is_the_mains():
    power = np.abs(np.fft.rfft(augment.noises("hum", RATE, generator())))
    peaks, _ = find_peaks(power, height=power.max() / 2)
    assert all(hertz % 50 == 0 or hertz % 60 == 0 for hertz in peaks)


def test_unknown_noise_and_babble_of_nobody():
    with pytest.raises(ValueError, match="no noise"):
        augment.noises("music", 10, generator())
    with pytest.raises(ValueError, match="babble is made of speech"):
        augment.noises("babble", 10, generator())
    with pytest.raises(ValueError, match="babble is made of speech"):
        augment.noises("babble", 10, generator(), CLIPS[:0])


def test_nothing_is_changed_in_place():
    before = CLIPS.copy()
    augment.shift(CLIPS, 10)
    augment.speed(CLIPS, 1.1)
    augment.gain(CLIPS, 3)
    augment.echo(CLIPS, 0.3, generator())
    augment.add_noise(CLIPS, CLIPS[::-1], 3)
    augment.splice(CLIPS, CLIPS[::-1])
    assert (before == CLIPS).all()


@pytest.mark.parametrize("factor", [0.9, 1.0, 1.12])
def test_a_tone_in_a_voice_of_another_size_lies_so_many_times_as_high(factor):
    heard, wanted = (log_mel(sine(hertz)[np.newaxis]) for hertz in (1500, 1500 * factor))
    made = augment.warp(heard, [factor])
    assert made.dtype == np.int8 and made.shape == heard.shape
    assert abs(int(made[0, 20].argmax()) - int(wanted[0, 20].argmax())) <= 1
    if factor == 1:
        assert np.array_equal(made, heard)
