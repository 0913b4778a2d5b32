"""The vibration of a simulated machine, as an accelerometer on its bearing's housing gives it."""

import numpy as np

from tinyml_helpers.datasets.machines.recording import (
    FULL_SCALE_G,
    Recording,
    check_rate,
    resample,
    to_counts,
)
from tinyml_helpers.datasets.machines.simulated.faults import (
    BEARING_FAULTS,
    SHAFT_FAULTS,
    check,
    knocks,
    shaft_lines,
)
from tinyml_helpers.datasets.machines.simulated.machine import Machine

#: Samples a second that are simulated.
RATE = 12_000

#: An accelerometer's own noise, in g: that of a MEMS for machines, 75 µg/√Hz (ST's IIS3DWB data
#: sheet, typical), over 6 kHz.
_SENSOR_NOISE_G = 75e-6 * 6000**0.5

#: How far an induction motor's speed falls from rest to full load, a share.
_SPEED_DROP = 0.02

_SLOWEST_HZ = 30.0  # below that, noise is no louder

#: Samples over which slow noise has its mean square, at least: in a moment it hardly changes.
_SLOW = 16_384


def recording(machine, seconds=2.0, fault=None, load=0.5, seed=0, rate=RATE):
    """A recording of a machine.

    Args:
        machine: a Machine.
        seconds: how long: two samples of 12 kHz, or longer.
        fault: a Fault, or None: it is healthy.
        load: 0 (idle) to 1.
        seed: which seconds of the machine's life; an int, or a list of them.
        rate: samples a second, an int. Above 12,000 there is nothing more to hear.

    Returns:
        A Recording. With its `kind` "normal" if there is no fault.

    Raises:
        ValueError: there is no such fault, or a number makes no sense.
    """
    check_rate(rate)
    g, shaft_hz = acceleration(machine, seconds, fault, load, seed)
    g = resample(g, RATE, rate)
    if fault is not None and fault.kind == "clipping":
        g = g * FULL_SCALE_G / np.abs(g).max() * 10 ** (max(1.0, fault.decibels) / 20)
    counts = to_counts(g)
    if fault is not None and fault.kind == "dead":
        counts = np.full_like(counts, -(fault.number % 2))  # a bus nobody drives: all 0, or all 1
    return Recording(
        name=f"{machine.name} {fault.kind if fault else 'normal'}",
        samples=counts,
        rate=rate,
        shaft_hz=shaft_hz,
        kind=fault.kind if fault else "normal",
        sensor="bearing",
        machine=machine.name,
        orders=machine.orders,
    )


def acceleration(machine, seconds=2.0, fault=None, load=0.5, seed=0):
    """As `recording`, before a converter made integers of it, clipped or dead.

    Returns:
        (g, shaft_hz): float64 [12,000 × seconds], in g; and the shaft's mean speed, a float.
    """
    if not isinstance(machine, Machine):
        raise ValueError(f"{machine!r} is no Machine: make one by its number, such as machine(7)")
    check(fault)
    if not 2 <= seconds * RATE < np.inf or not 0 <= load <= 1:
        raise ValueError(
            f"{seconds} seconds at load {load}: give some seconds, and a load from 0 to 1"
        )
    seeds = seed if isinstance(seed, list | tuple) else [seed]
    if not all(isinstance(part, int | np.integer) and part >= 0 for part in seeds):
        raise ValueError(f"seed is {seed!r}: give a whole number from 0 up, or a list of them")
    rng = np.random.default_rng([machine.number, 1, *seeds])
    time = np.arange(round(seconds * RATE)) / RATE
    shaft_hz = machine.shaft_hz * (1 - _SPEED_DROP * load) * (1 + rng.uniform(-0.005, 0.005))
    turns = _turns(shaft_hz, time, rng)
    hz = np.fft.rfftfreq(len(time), 1 / RATE)
    response = _response(machine.modes, hz)

    x = _noise(machine, response, hz, len(time), rng) * _swelling(machine, time, turns, load, rng)
    x += _heard(machine, time, turns, rng)
    x += _through(response, _foreign_knocks(machine, len(time), rng))
    if fault is not None and fault.kind in BEARING_FAULTS:
        force = knocks(machine, fault, turns, rng)
        x += _at_level(_through(response, force), fault.decibels)
    elif fault is not None and fault.kind in SHAFT_FAULTS:
        lines = shaft_lines(fault)
        x += 10 ** (fault.decibels / 20) * sum(
            amplitude * np.sin(2 * np.pi * (order * turns + rng.random()))
            for order, amplitude in lines.items()
        )
    x *= machine.g
    if fault is not None and fault.kind == "loose":
        x = _loosely_held(x, fault, hz)
    return x + rng.normal(0, _SENSOR_NOISE_G, len(x)), float(turns[-1] - turns[0]) / time[-1]


def _turns(shaft_hz, time, rng):
    """Turns of the shaft at each moment: its speed wanders by up to 0.2% in 1.4 seconds."""
    depth, wander_hz, phase = rng.uniform(0, 0.002), 0.7, rng.uniform(0, 2 * np.pi)
    wander = np.sin(2 * np.pi * wander_hz * time + phase) / (2 * np.pi * wander_hz)
    return shaft_hz * (time + depth * wander) + rng.random()


def _response(modes, hz):
    """Acceleration for a force, of resonances: s² / (s² + 2ζω s + ω²), each with its gain."""
    response = np.zeros(len(hz), complex)
    for frequency, damping, gain in modes:
        denominator = frequency**2 - hz**2 + 2j * damping * frequency * hz
        response += 4 * damping * gain * hz**2 / denominator
    return response


def _through(response, force):
    """What a force becomes on its way through the resonances."""
    return np.fft.irfft(np.fft.rfft(force) * response, len(force))


def _noise(machine, response, hz, count, rng):
    """Coloured noise of mean square 1, part of it through the resonances."""
    white = np.fft.rfft(rng.standard_normal(count))
    colour = (np.maximum(hz, _SLOWEST_HZ) / 2000) ** machine.slope
    noise = np.fft.irfft(white * (colour + machine.through_modes * response), count)
    return noise / noise.std()


def _swelling(machine, time, turns, load, rng):
    """How loud the noise is at each moment, about 1."""
    level = np.zeros(len(time))
    for order, depth in machine.order_waves:
        depth = depth * rng.uniform(0.5, 1.5)
        level += depth * np.cos(2 * np.pi * (order * turns + rng.random()))
    for frequency, depth in machine.mains_waves:
        level += depth * (0.5 + load) * np.cos(2 * np.pi * (frequency * time + rng.random()))
    level += machine.swell * _slow_noise(machine.swell_hz, len(time), rng)
    return np.exp(np.clip(level, -3, 1.5)) * 10 ** (0.1 * (load - 0.5))


def _slow_noise(cutoff_hz, count, rng):
    """Noise of mean square 1 below a frequency: every 64th sample, and lines between them."""
    step = 64
    decay = np.exp(-2 * np.pi * cutoff_hz * step / RATE)
    from scipy import signal

    knots = rng.standard_normal(max(count, _SLOW) // step + 60)
    knots = signal.lfilter([1], [1, -decay], knots)[50:]
    slow = np.interp(np.arange(max(count, _SLOW)) / step, np.arange(len(knots)), knots)
    return slow[:count] / slow.std()


def _heard(machine, time, turns, rng):
    """Lines of the shaft, tones, and a gear."""
    heard = np.zeros(len(time))
    for order, amplitude in machine.lines:
        heard += amplitude * np.sin(2 * np.pi * (order * turns + rng.random()))
    for frequency, amplitude in machine.tones:
        amplitude = amplitude * rng.uniform(0.3, 1.7)
        heard += amplitude * np.sin(2 * np.pi * (frequency * time + rng.random()))
    teeth, amplitude, depth = machine.gear
    if 0 < teeth * machine.shaft_hz < RATE / 2:
        swing = 1 + depth * np.cos(2 * np.pi * turns)
        heard += amplitude * swing * np.sin(2 * np.pi * teeth * turns)
    return heard


def _foreign_knocks(machine, count, rng):
    """Knocks from elsewhere, at random."""
    force = np.zeros(count)
    some = rng.poisson(machine.knocks_hz * count / RATE)
    force[rng.integers(0, count, some)] = 20 * rng.exponential(1, some)
    return force


def _at_level(x, decibels):
    """x with this mean square, in decibels; silence stays silent."""
    size = np.sqrt(np.mean(x**2))
    return x * (10 ** (decibels / 20) / size) if size > 0 else x


def _loosely_held(x, fault, hz):
    """A sensor on a soft mount: a resonance of its own, at 0 dB at 300 to 900 Hz, little above.

    Twice as soft (6 dB), the same mass swings at a frequency lower by the square root of 2.
    """
    own = np.random.default_rng([fault.number, 2])
    frequency, damping = own.uniform(300, 900) * 10 ** (-fault.decibels / 40), 0.08
    ratio = hz / frequency
    mount = (1 + 2j * damping * ratio) / (1 - ratio**2 + 2j * damping * ratio)
    return np.fft.irfft(np.fft.rfft(x) * mount, len(x))
