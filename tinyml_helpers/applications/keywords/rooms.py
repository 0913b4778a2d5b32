"""Rooms made of numbers: what they do to a voice on its way to a microphone some metres away."""

import numpy as np
from scipy.signal import fftconvolve, lfilter

from tinyml_helpers.signals import SAMPLE_RATE

#: Reverberation times (RT60: a sound loses 60 dB in it) of rooms people live and work in, in
#: seconds. Source: the REVERB challenge's rooms have 0.25 to 0.7 s (K. Kinoshita et al., EURASIP
#: Journal on Advances in Signal Processing 2016:7).
RT60 = 0.3, 0.7
#: Energy of what comes straight over that of what the walls send, in dB: beyond the distance at
#: which both are alike (0 dB), where a device on a shelf is.
DIRECT = -6, 0

_REFLECTIONS, _EARLY = 8, 480  # single ones, in so many first samples: 30 ms
_CUTOFF = 4_000, 7_000  # Hz; people speak past a device, and high tones go straight ahead


def impulse_response(rt60, direct, random):
    """What a microphone hears of a click in a room.

    After the click itself come a few single reflections, then a noise so dense that no single one
    can be told, which dies away exponentially (J.-D. Polack's model: La transmission de l'énergie
    sonore dans les salles, Le Mans 1988). All of it goes through a low-pass of first order.

    Args:
        rt60: the reverberation time in seconds, above 0.03.
        direct: energy of the click over that of the rest, in dB, as it is before the low-pass.
        random: a `numpy.random.Generator`.

    Returns:
        float32 [rt60 * 16,000], of an energy of 1 before the low-pass. The click is sample 0.
    """
    time = np.arange(round(rt60 * SAMPLE_RATE))
    walls = random.normal(size=len(time))
    walls[:_EARLY] = 0
    # As much energy a second as the noise has.
    strength = (_EARLY / _REFLECTIONS) ** 0.5
    when = random.choice(np.arange(32, _EARLY), _REFLECTIONS, replace=False)
    walls[when] = strength * random.choice([-1, 1], _REFLECTIONS)
    walls *= 10 ** (-3 * time / SAMPLE_RATE / rt60)
    walls *= 10 ** (-direct / 20) / np.sqrt(np.sum(walls**2))
    walls[0] = 1
    keep = np.exp(-2 * np.pi * random.uniform(*_CUTOFF) / SAMPLE_RATE)
    heard = lfilter([1 - keep], [1, -keep], walls / np.sqrt(np.sum(walls**2)))
    return heard.astype(np.float32)


def far(sound, seed, place):
    """A sound as it is heard in a room, from one of its places.

    Args:
        sound: float32 [n], 16 kHz.
        seed: of the room, a list of ints: it decides the reverberation time, within RT60.
        place: an int: where it sounds. Each place has its own reflections, and its own ratio of
            direct sound, within DIRECT.

    Returns:
        float32 [n]: what rings on after the end is cut off.
    """
    rt60 = np.random.default_rng(seed).uniform(*RT60)
    random = np.random.default_rng([*seed, place])
    response = impulse_response(rt60, random.uniform(*DIRECT), random)
    return fftconvolve(sound, response)[: len(sound)].astype(np.float32)
