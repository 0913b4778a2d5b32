"""Prints simulated machines next to CWRU's real recordings, in four figures a kind.

    python data/machines/compare.py FOLDER     # of CWRU's .mat files; without it, simulated alone

RMS in g; kurtosis (3 of noise); crest factor; and the line at the bearing's fault in the spectrum
of the envelope, in decibels over its neighbours. Of windows of two seconds: the median, and between
which values eight of ten lie. A healthy bearing's line is the strongest at its faults' orders.
"""

import sys

import numpy as np
from scipy import signal

from tinyml_helpers.datasets.machines.cwru import cwru_bearing
from tinyml_helpers.datasets.machines.looks import DECIBELS, KINDS
from tinyml_helpers.datasets.machines.simulated import TEST_MACHINES, Fault, machine, recording

RATE, SECONDS, MACHINES = 12_000, 2, 100


def figures(samples, shaft_hz, orders, kind):
    """RMS, kurtosis, crest factor and the line's decibels of int16 samples at 12 kHz."""
    g = (samples - samples.mean()) / 2048
    rms = g.std()
    envelope = np.abs(signal.hilbert(signal.sosfiltfilt(_BAND, g)))
    window = np.hanning(len(g))
    power = np.abs(np.fft.rfft((envelope - envelope.mean()) * window)) ** 2
    at = np.fft.rfftfreq(len(g), 1 / RATE) / shaft_hz
    kinds = KINDS[1:] if kind == "normal" else [kind]
    line = max(_line(power, at, getattr(orders, one)) for one in kinds)
    return rms, np.mean(g**4) / rms**4, np.abs(g).max() / rms, line


_BAND = signal.butter(4, (2000, 5500), "bandpass", fs=RATE, output="sos")


def _line(power, at, order):
    near = np.abs(at - order) < 0.02 * order  # slip moves it
    around = (np.abs(at - order) < 1) & ~near
    return 10 * np.log10(power[near].max() / np.median(power[around]))


def simulated(count=MACHINES):
    """kind -> figures of one window of each of so many machines, float [count, 4]."""
    found = {}
    for kind in KINDS:
        found[kind] = []
        for number in range(TEST_MACHINES, TEST_MACHINES + count):
            rng = np.random.default_rng([number, KINDS.index(kind)])
            fault = Fault(kind, float(rng.uniform(*DECIBELS))) if kind != "normal" else None
            made = recording(machine(number), SECONDS, fault, rng.random())
            found[kind].append(figures(made.samples, made.shaft_hz, made.orders, kind))
    return {kind: np.array(rows) for kind, rows in found.items()}


def real(folder):
    """(sensor, kind) -> figures of each window of CWRU's recordings in a folder, float [n, 4]."""
    found, length = {}, SECONDS * RATE
    for one in cwru_bearing(folder):
        for start in range(0, len(one.samples) - length + 1, length):
            window = one.samples[start : start + length]
            rows = found.setdefault((one.sensor, one.kind), [])
            rows.append(figures(window, one.shaft_hz, one.orders, one.kind))
    return {key: np.array(rows) for key, rows in found.items()}


def row(name, rows):
    """A line of the table."""
    low, middle, high = np.percentile(rows, (10, 50, 90), axis=0)
    fields = [
        f"{middle[i]:.{digits}f} ({low[i]:.{digits}f} to {high[i]:.{digits}f})"
        for i, digits in enumerate((2, 1, 1, 0))
    ]
    return f"| {' | '.join([name, *fields])} |"


def main(folder=None, count=MACHINES):
    print("| | RMS in g | kurtosis | crest factor | line in dB |\n|---|---|---|---|---|")
    for kind, rows in simulated(count).items():
        print(row(f"simulated, {kind}", rows))
    for (sensor, kind), rows in sorted(real(folder).items()) if folder else ():
        print(row(f"CWRU {sensor}, {kind}", rows))


if __name__ == "__main__":
    main(*sys.argv[1:2])
