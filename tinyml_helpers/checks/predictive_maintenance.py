"""Checks for the lesson Predictive maintenance."""

import math

import numpy as np

from tinyml_helpers.checks import Wrong, exercise
from tinyml_helpers.checks.answers.kinds import ARRAY, NUMBER, PLACES, function, several
from tinyml_helpers.checks.answers.words import shown

#: Bearings: balls, a ball's diameter, pitch diameter.
_BEARINGS = ((9, 0.3126, 1.537), (8, 6.75, 28.5), (12, 1.0, 5.0))


@exercise(
    1,
    function(several(NUMBER, 2, "two numbers: the outer race's order, then the inner race's")),
    why="Three numbers of a catalogue say where to listen, whatever the speed: that is what a "
    "model needn't learn",
)
def race_orders(answer):
    """Fault orders of the outer and the inner race."""
    for balls, ball, pitch in _BEARINGS:
        given = answer(balls, ball, pitch)
        ratio = ball / pitch
        right = [balls / 2 * (1 - ratio), balls / 2 * (1 + ratio)]
        if _near(given, right):
            continue
        ways = (
            (right[::-1], "the outer race first; the cage moves against it more slowly"),
            ([2 * one for one in right], "the cage turns at half the inner race's speed, about"),
            ([one / balls for one in right], "that is one ball: how many pass?"),
            (
                [balls / 2 * (1 - 1 / ratio), balls / 2 * (1 + 1 / ratio)],
                "the ball's diameter over the pitch diameter, not the other way round",
            ),
            ([right[0], right[0]], "the inner race turns itself, and leaves the cage behind"),
        )
        hints = [hint for value, hint in ways if _near(given, value)]
        hint = hints[0] if hints else "how far does the cage get while the shaft turns once?"
        raise Wrong(
            f"for {balls} balls of {ball:g} on a circle of {pitch:g} you give {given[0]:.4g} and "
            f"{given[1]:.4g}. Hint: {hint}"
        )


#: Rate, band, a resonance in it, how often it is knocked, and a hum: all in Hz.
_KNOCKED = ((12_000, 2000, 5500, 3100, 80, 60), (6_000, 500, 1500, 900, 35, 25))


@exercise(
    2,
    function(ARRAY),
    why="It is the oldest trick of the trade: the fault is too weak to be heard where it repeats, "
    "so one listens where the housing rings, and asks how often it does",
)
def envelope_spectrum(answer):
    """The spectrum of the envelope of a band."""
    for rate, low, high, resonance, knocks, hum in _KNOCKED:
        time = np.arange(2 * rate) / rate
        swell = 1 + 0.8 * np.cos(2 * np.pi * knocks * time)
        vibration = swell * np.sin(2 * np.pi * resonance * time)
        vibration += 4 * np.sin(2 * np.pi * hum * time)
        given = answer(vibration, rate, low, high).astype(float)
        hz = np.fft.rfftfreq(len(vibration), 1 / rate)
        if given.shape != hz.shape:
            raise Wrong(
                f"for {len(vibration):,} samples np.fft.rfft gives {len(hz):,} numbers, and yours "
                f"gives an array of shape {given.shape}"
            )
        if given.min() < 0:
            raise Wrong("some of your heights are negative: take np.abs of the transform, too")
        found = hz[np.argmax(np.where(hz < 400, given, -1))]
        if abs(found - knocks) <= 1:
            continue
        ways = {
            0: "that is the envelope's mean: take it off before you transform",
            hum: "that is the hum itself, a frequency and no rhythm: is there a band-pass, and a "
            "np.abs before the transform?",
            2 * hum: "that is the hum, rectified: the band-pass comes first",
        }
        hints = [hint for place, hint in ways.items() if abs(found - place) <= 1]
        hint = hints[0] if hints else "band-pass, absolute value, less its mean, transform, np.abs"
        raise Wrong(
            f"a vibration of {resonance} Hz swells {knocks} times a second, beside a hum of {hum} "
            f"Hz; below 400 Hz your largest line is at {found:g} Hz. Hint: {hint}"
        )


@exercise(
    3,
    function(PLACES),
    why="A machine is on one side or on the other. All else that changes (time, load, speed) "
    "leaves it the same machine, which a model knows again",
)
def to_learn(answer):
    """Places of the windows to learn from: those of machines that aren't kept for the test."""
    cases = (
        (["pump", "pump", "fan", "mill", "fan", "pump"], ["fan"]),
        (["a", "b", "c", "d", "a", "b", "c", "d"], ["d", "a"]),
        (["x1", "x10", "x1", "x2", "x10"], ["x1"]),
    )
    for machines, kept in cases:
        given = answer(machines, kept)
        right = [place for place, name in enumerate(machines) if name not in kept]
        if sorted(given) == right:
            continue
        said = f"of windows at {shown(machines)}, with {shown(kept)} kept, you learn from "
        said += shown(given)
        leaked = [place for place in given if 0 <= place < len(machines) and place not in right]
        if leaked == sorted(given) and leaked:
            raise Wrong(f"{said}: those are the ones kept for the test")
        if leaked:
            raise Wrong(f"{said}: window {leaked[0]} is of a machine that is kept for the test")
        if len(set(given)) < len(given):
            raise Wrong(f"{said}: one of them twice")
        if any(place not in right for place in given):
            raise Wrong(f"{said}: places go from 0 to {len(machines) - 1}")
        raise Wrong(f"{said}, and leave out some of machines that aren't kept")


@exercise(
    4,
    function(ARRAY),
    why="The files' property that told the classes apart was how they were recorded. Make that "
    "alike before anything else, and filter first, or what is too high folds back as a fault",
)
def at_12_khz(answer):
    """Samples at 12,000 a second, whatever the rate they were recorded at."""
    for rate in (12_000, 48_000, 24_000):
        time = np.arange(rate) / rate
        low, high = (1000 * np.sin(2 * np.pi * hz * time) for hz in (1000, 10_000))
        for samples, tone in ((low, "1 kHz"), *(((high, "10 kHz"),) if rate > 20_000 else ())):
            given = answer(samples, rate).astype(float)
            if given.shape != (12_000,):
                raise Wrong(
                    f"a second at {rate:,} Hz should become 12,000 samples; yours is an array of "
                    f"shape {given.shape}"
                )
            middle = given[2_000:-2_000]
            size = math.sqrt(2 * float(np.mean(middle**2)))
            if tone == "1 kHz" and not 950 <= size <= 1050:
                raise Wrong(
                    f"at {rate:,} Hz a tone of 1 kHz has amplitude 1000 before, and {size:.0f} "
                    "after: what both rates can hold should stay as it is"
                )
            if tone == "1 kHz" and not _is_tone(middle, 1000):
                raise Wrong(
                    f"at {rate:,} Hz a tone of 1 kHz is another one after: is it as many seconds?"
                )
            if tone == "10 kHz" and size > 50:
                raise Wrong(
                    f"at {rate:,} Hz a tone of 10 kHz comes out with amplitude {size:.0f}, as 2 "
                    "kHz: what 12 kHz can't hold must be filtered away first"
                )


@exercise(
    5,
    function(NUMBER),
    why="With a decision every ten minutes, one false alarm a week is one in 1,008. From fewer "
    "healthy decisions than that nobody can know the threshold, and to claim it takes 3,024",
)
def threshold_for(answer):
    """The threshold above which at most one healthy score in so many lies."""
    rng = np.random.default_rng(7)
    for count, decisions in ((3_024, 1_008), (2_000, 100), (300, 1_008)):
        scores = rng.random(count) ** 4
        allowed = count // decisions
        given = answer(scores, decisions)
        above = int(np.count_nonzero(scores > given))
        if above == allowed:
            continue
        said = f"of {count:,} healthy scores {above:,} lie above your {given:.4g}"
        if above > allowed:
            raise Wrong(f"{said}; one in {decisions:,} allows {allowed} at most")
        raise Wrong(f"{said}; one in {decisions:,} allows {allowed}: a lower one finds more faults")


@exercise(
    6,
    function(NUMBER),
    why="Days of warning are what is bought: time to order a part, and to stop when it suits. An "
    "alarm before the fault began is a false one, and earns none",
)
def days_of_warning(answer):
    """Days from the first alarm after a fault began to the failure."""
    cases = (
        ([0, 1, 2, 3, 4, 5], [0, 0, 0, 1, 0, 1], 1.5, 5),
        ([0, 1, 2, 3, 4, 5], [1, 0, 0, 0, 1, 1], 2.5, 5),
        ([0, 1, 2, 3, 4, 5], [0, 0, 1, 1, 1, 1], 2, 6),
        ([0, 2, 4, 6], [0, 0, 0, 0], 3, 7),
        ([0, 2, 4, 6], [0, 1, 0, 0], 3, 7),
    )
    for days, raised, began, failed in cases:
        alarms = [bool(one) for one in raised]
        given = answer(days, alarms, began, failed)
        real = [day for day, alarm in zip(days, alarms, strict=True) if alarm and day >= began]
        right = failed - real[0] if real else 0
        if math.isclose(given, right, abs_tol=1e-9):
            continue
        said = (
            f"with looks on days {days}, alarms on days "
            f"{[day for day, alarm in zip(days, alarms, strict=True) if alarm]}, a fault from day "
            f"{began} and its failure on day {failed}, you give {given:.4g}"
        )
        first = days[alarms.index(True)] if True in alarms else None
        if not real:
            raise Wrong(f"{said}: no alarm fell after the fault began, so there was no warning")
        if math.isclose(given, failed - first):
            raise Wrong(f"{said}: an alarm before the fault began warns of nothing")
        if math.isclose(given, failed - real[-1]):
            raise Wrong(f"{said}: the first alarm counts, not the last")
        if math.isclose(given, real[0] - began):
            raise Wrong(f"{said}: that is how long it took to notice; how long was left?")
        if math.isclose(given, -right):
            raise Wrong(f"{said}: the failure comes later, so it is that day less the alarm's")
        raise Wrong(f"{said}: count from the first alarm after it began to the failure")


def _near(given, right):
    return all(math.isclose(one, two, rel_tol=1e-3) for one, two in zip(given, right, strict=True))


def _is_tone(samples, hz):
    """Whether the largest line of samples at 12,000 a second is there."""
    power = np.abs(np.fft.rfft(samples - samples.mean()))
    return abs(np.argmax(power) * 12_000 / len(samples) - hz) < 10
