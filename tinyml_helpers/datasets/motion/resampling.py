"""Movements at an even rate, by the times of their samples."""

import itertools

import numpy as np

from tinyml_helpers.datasets.machines.recording import resample
from tinyml_helpers.datasets.motion.series import LONGEST_GAP

#: No sensor measures again within this share of its usual step. Where more than so many samples
#: seem to, the times are those of delivery: a phone hands samples over in bursts.
_TOO_SOON, _MOST_TOO_SOON = 0.2, 0.01

#: Times of delivery are averaged over so many seconds.
_AVERAGED = 2

#: How much more than measured may be asked for: 105 of a sensor that gives 102.
_MORE = 1.25

#: How much finer than measured the curve through the samples is read, before the low-pass filter.
_FINER = 4

#: How far a signal is continued beyond its ends, in samples of the new rate: half the filter.
_CONTINUED = 40


def resampled(motion, rate, longest_gap=LONGEST_GAP):
    """A Motion at an even rate, read off where its times say, whatever rate its maker states.

    A cubic spline goes through the samples and is low-passed below half of `rate`. Where times
    come in bursts, as no sensor measures, they are evened out first. Gaps aren't filled: between
    samples further apart than `longest_gap` accelerations and rotations are NaN, labels "".

    Args:
        motion: a Motion.
        rate: samples a second, above 0, at most a quarter more than `motion.rate`.
        longest_gap: seconds.

    Returns:
        A Motion of rate `rate` whose times are 0, 1 / rate, 2 / rate, ... A label is that of the
        sample nearest in time.

    Raises:
        ValueError: `rate` isn't as above, or samples come further apart than `longest_gap`.
    """
    if not 0 < rate <= _MORE * motion.rate:
        raise ValueError(
            f"{motion.source or 'the motion'} has {motion.rate:.4g} samples a second, which can't "
            f"become {rate:,}: ask for more than 0 and {motion.rate:.4g} at most"
        )
    if 1 / motion.rate > longest_gap:
        raise ValueError(
            f"samples come {1 / motion.rate:.3g} s apart and longest_gap is {longest_gap:.3g}: "
            "every step would be a gap; give a longer one"
        )
    times = _as_measured(motion.times, longest_gap)
    grid = np.arange(int((times[-1] - times[0]) * rate + 1e-6) + 1) / rate
    values = {"acceleration": motion.acceleration, "rotation": motion.rotation}
    values = {
        name: _onto(grid, times - times[0], some, rate, longest_gap)
        for name, some in values.items()
        if some is not None
    }
    labels = motion.labels
    if labels is not None:
        labels = labels[_nearest(times - times[0], grid)]
        labels = np.where(np.isfinite(values["acceleration"][:, 0]), labels, "")
    return motion._replace(rate=float(rate), times=grid, labels=labels, **values)


def _as_measured(times, longest_gap):
    """When each sample was measured, by the times it was delivered: float64 [n], never falling."""
    times = times.copy()
    for piece in _pieces(times, longest_gap):
        some = times[piece]
        count = np.arange(len(some))
        step = (some[-1] - some[0]) / max(len(some) - 1, 1)
        if len(some) < 3 or (np.diff(some) < _TOO_SOON * step).mean() <= _MOST_TOO_SOON:
            continue
        line = np.polyval(np.polyfit(count, some, 1), count)
        around = np.ones(2 * (min(int(_AVERAGED / step), len(some) - 1) // 2) + 1)
        late = np.convolve(some - line, around, "same") / np.convolve(count * 0 + 1, around, "same")
        times[piece] = line + late
    return np.maximum.accumulate(times)


def _pieces(times, longest_gap):
    """Slices of what lies between gaps."""
    ends = [0, *(np.flatnonzero(np.diff(times) > longest_gap) + 1), len(times)]
    return [slice(start, end) for start, end in itertools.pairwise(ends)]


def _onto(grid, times, values, rate, longest_gap):
    """Values at even times, anti-aliased: float64 [len(grid), 3], NaN in gaps."""
    from scipy.interpolate import CubicSpline

    found = np.full((len(grid), 3), np.nan)
    measured = np.isfinite(values).all(axis=1)
    times, values = times[measured], values[measured]
    for piece in _pieces(times, longest_gap):
        some = times[piece]
        step = (some[-1] - some[0]) / max(len(some) - 1, 1)
        once = np.diff(some, prepend=-np.inf) > _TOO_SOON * step
        first, last = np.searchsorted(grid, [some[0] - 1e-9, some[-1] + 1e-9])
        if once.sum() < 2 or first == last:
            continue
        curve = CubicSpline(some[once], values[piece][once])
        finer = int(np.ceil(_FINER / (step * rate)))
        fine = grid[first] + np.arange((last - first - 1) * finer + 1) / (rate * finer)
        beyond = _CONTINUED * finer
        # Turned round about its ends, a signal goes on as it did: no step for the filter to ring.
        curve = np.pad(
            curve(fine),
            ((beyond, beyond), (0, 0)),
            mode="reflect",
            reflect_type="odd",
        )
        found[first:last] = resample(curve, finer, 1)[_CONTINUED : _CONTINUED + last - first]
    return found


def _nearest(times, grid):
    after = np.clip(np.searchsorted(times, grid), 1, len(times) - 1)
    return after - (grid - times[after - 1] < times[after] - grid)
