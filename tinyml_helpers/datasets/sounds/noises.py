"""Noises made of numbers: hiss, hum, fans, knocks, chirps, and many people talking at once.

Every machine has to come to the same samples. So there is nothing here, nor in `acoustics`, whose
last bit is left to a processor or a library: additions and multiplications of float64 one by
one, running sums in order, whole random numbers, and tables rounded to a coarse step. No FFT, no
matrix product, no `pow` of arrays.
"""

import numpy as np

RATE = 16000

#: One period of a sine, rounded so that no library's last bit shows.
_SINE = np.round(np.sin(2 * np.pi * np.arange(4096) / 4096) * 2**20) / 2**20


def noise(kind, length, random, words):
    """A noise.

    Args:
        kind: one of `KINDS`.
        length: how many samples.
        random: a numpy Generator.
        words: arrays of spoken words, for "babble".

    Returns:
        float64 [length], of no particular level.

    Raises:
        ValueError: there is no such kind.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no noise called {kind!r}: there are {', '.join(KINDS)}")
    return KINDS[kind](length, random, words)


def gain(decibels):
    """The factor of a level in dB, a float rounded to a multiple of 2^-24."""
    return round(10 ** (decibels / 20) * 2**24) / 2**24


def bell(random):
    """A random number about 0, bell-shaped, of standard deviation 1 and never beyond 3."""
    return (random.random() + random.random() + random.random() - 1.5) * 2


def smoothed(samples, apart):
    """Each sample's mean with those `apart` samples before and after it; float64 [n]."""
    out = samples.copy()
    out[apart:] += samples[:-apart]
    out[:-apart] += samples[apart:]
    return out * (1 / 3)


def coloured(samples, random, spread):
    """A sound with its low, middle and high parts each made louder or softer.

    Means of 3, 9, 27 and 81 samples part it at about 2,400, 800, 260 and 90 Hz: the half-power
    frequency of a mean of n is 0.443 of the sample rate over n.

    Args:
        samples: float64 [n], n more than 27.
        random: a numpy Generator.
        spread: how much the five bands' levels differ: their standard deviation in dB.

    Returns:
        float64 [n].
    """
    rest, out = samples, 0.0
    for apart in (1, 3, 9, 27):  # the mean of 3 means of 3 is that of 9
        smooth = smoothed(rest, apart)
        out = out + (rest - smooth) * gain(bell(random) * spread)
        rest = smooth
    return out + rest * gain(bell(random) * spread)


def echoed(samples, random):
    """A sound in a small room: 16 reflections up to 0.15 s late, the later the weaker.

    Args:
        samples: float64 [n].
        random: a numpy Generator.

    Returns:
        float64 [n]; what would be later than that is cut off.
    """
    out = samples.copy()
    fading = 200 + 600 * random.random()  # dB a second
    first = -4 - 14 * random.random()
    for _ in range(16):
        late = random.random()
        delay = int(20 + late * late * 0.15 * RATE)
        strength = gain(first - fading * delay / RATE)
        if random.random() < 0.5:
            strength = -strength
        if delay < len(out):
            out[delay:] += samples[:-delay] * strength
    return out


def tone(hertz):
    """A sine of a pitch that may change: `hertz` is float64 [n]; float64 [n] in -1..1."""
    steps = np.round(hertz * (2**20 / RATE)).astype(np.int64)  # of 2^-20 turns
    return _SINE[(np.cumsum(steps) >> 8) & 4095]


def _white(length, random, words=None):
    return random.integers(-(2**15), 2**15, length).astype(np.float64)


def _pink(length, random, words=None):
    """Voss's pink noise: a sum of random numbers that change every 1, 2, 4, ... samples."""
    total = np.zeros(length)
    for octave in range(12):
        step = 1 << octave
        start = random.integers(step)
        total += np.repeat(_white(length // step + 2, random), step)[start : start + length]
    return total


def _brown(length, random, words=None):
    """The running sum of white noise, without what is slower than 7 Hz."""
    walk = np.cumsum(_white(length + 1000, random))
    sums = np.cumsum(walk)
    return walk[500:-500] - (sums[1000:] - sums[:-1000]) * 0.001


def _hum(length, random, words=None):
    """The mains and its overtones, with a little hiss."""
    base = np.full(length, (50.0, 60.0)[random.integers(2)])
    total = _pink(length, random) * 0.05
    for overtone in (1, 2, 3, 4, 5, 6, 7, 9, 12):
        total += tone(base * overtone) * (gain(-6 - 30 * random.random()) * 2**17)
    return total


def _fan(length, random, words=None):
    return _swelling(smoothed(_pink(length, random), 2), random) + _hum(length, random) * 0.3


def _tap(length, random, words=None):
    """Running water: hiss without its low part."""
    white = _white(length, random)
    return _swelling(white - smoothed(white, 2) * 0.7, random)


def _swelling(samples, random):
    """Louder and softer by turns, from three times a second to eight."""
    rate = np.full(len(samples), 0.3 + 8 * random.random())
    return samples * (1 + 0.5 * random.random() * tone(rate))


def _clicks(length, random, words=None):
    """Knocks, clicks and rings, some in every second, each dying away."""
    total = _pink(length, random) * 0.01
    for _ in range(1 + random.integers(14 * length // RATE + 1)):
        size = 60 + random.integers(2400)
        fade = np.square(np.square(np.arange(size, 0, -1) / size))
        if random.random() < 0.5:
            knock = tone(np.full(size, 300 + 3000 * random.random())) * fade * 2**15
        else:
            knock = coloured(_white(size, random), random, 8.0) * fade
        _add(total, knock * gain(-20 * random.random()), random.integers(length))
    return total


def _chirps(length, random, words=None):
    """Gliding tones with overtones, as animals and toys make."""
    total = _pink(length, random) * 0.01
    for _ in range(1 + random.integers(3 * length // RATE + 1)):
        size = 2000 + random.integers(12000)
        steps = np.arange(size) / size
        hertz = (200 + 700 * random.random()) * (1 + (1.4 * random.random() - 0.6) * steps)
        cry = np.zeros(size)
        for overtone in range(1, 7):
            cry += tone(hertz * overtone) * gain(-30 * random.random())
        cry *= np.minimum(1, np.minimum(steps, 1 - steps) * 8) * 2**15
        _add(total, cry, random.integers(length))
    return total


def _babble(length, random, words):
    """Fifteen words a second, at once, in a room."""
    total = np.zeros(length)
    for _ in range(15 * length // RATE + 1):
        word = words[random.integers(len(words))]
        _add(total, word.astype(np.float64), random.integers(-4000, length))
    return echoed(total, random)


def _add(total, sound, start):
    """Add `sound` to `total` from `start` on, which may be negative; what sticks out is lost."""
    sound = sound[max(0, -start) : len(total) - start]
    start = max(0, start)
    total[start : start + len(sound)] += sound


#: The noises there are.
KINDS = {
    "white": _white,
    "pink": _pink,
    "brown": _brown,
    "hum": _hum,
    "fan": _fan,
    "tap": _tap,
    "clicks": _clicks,
    "chirps": _chirps,
    "babble": _babble,
}
