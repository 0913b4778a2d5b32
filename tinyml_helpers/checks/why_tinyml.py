"""Checks for the lesson Why TinyML."""

import math

from tinyml_helpers import boards
from tinyml_helpers.checks import Wrong, exercise
from tinyml_helpers.checks.answers.kinds import NUMBER, function


@exercise(
    1,
    NUMBER,
    why="That is several times what the spotter needs, so computing wins, with this program; over "
    "a long-range radio sending would cost thousands of times more",
)
def break_even_macs(answer, sound_bytes, byte_joules, mac_joules):
    """How many MACs cost as much energy as sending the sound."""
    right = sound_bytes * byte_joules / mac_joules
    if math.isclose(answer, right, rel_tol=0.05):
        return
    if math.isclose(answer, byte_joules / mac_joules, rel_tol=0.05):
        raise Wrong("that is for a single byte, and a second of sound has many")
    if math.isclose(answer, 1 / right, rel_tol=0.05):
        raise Wrong("that is upside down: it says how many sounds a MAC is worth")
    if math.isclose(answer, right / 2, rel_tol=0.05):
        raise Wrong("a sample is two bytes")
    raise Wrong("divide the energy of sending everything by the energy of one MAC")


@exercise(
    2,
    function(NUMBER),
    why="Fifty clips of two seconds are about a thousandth of a day's sound. But each time the "
    "device hears its name where nobody said it, somebody else's sentence leaves the room: how "
    "often it errs is a question of privacy",
)
def bytes_leaving(answer):
    """Bytes that leave in 24 hours: a report of 20 an event, and clips, no second of them twice."""
    day = 24 * 60 * 60
    for case in (
        (16_000, 2, 50, 2),
        (100, 12, 200, 0),
        (1_600, 6, 10, 0.5),
        (16_000, 2, 90_000, 2),
    ):
        rate, size, events, clip = case
        seconds = min(events * clip, day)
        result, reports, sound = answer(*case), 20 * events, seconds * rate * size
        if math.isclose(result, reports + sound):
            continue
        if math.isclose(result, reports + events * clip * rate * size):
            raise Wrong(
                f"{events:,} clips of {clip} s are longer than a day, and no second leaves twice"
            )
        if math.isclose(result, 8 * (reports + sound)):
            raise Wrong("those are bits, and the question asks for bytes")
        if math.isclose(result, reports + seconds * rate):
            raise Wrong("that counts samples, and each takes several bytes")
        if math.isclose(result, sound):
            raise Wrong("that is the sound alone, and each event also sends a report")
        if math.isclose(result, reports):
            raise Wrong("those are the reports alone, and each brings a clip along")
        if math.isclose(result, day * rate * size):
            raise Wrong("that streams the whole day, whatever happens; it sends clips alone")
        raise Wrong(
            f"for {rate:,} samples a second of {size} bytes, {events:,} events and clips of {clip} "
            f"seconds you give {result:,.0f}; what does one event send?"
        )


@exercise(
    3,
    function(NUMBER),
    why="With a small duty cycle the sleep current decides: on this chip below about 0.1%, "
    "and there a faster model buys nothing more",
)
def average_current(answer):
    """The average of two currents, weighted by the duty cycle."""
    for duty, right in ((1, 10.0), (0, 0.5), (0.1, 1.45)):
        result = answer(10.0, 0.5, duty)
        if math.isclose(result, right, rel_tol=1e-5):
            continue
        if math.isclose(result, 10.0 * (1 - duty) + 0.5 * duty):
            raise Wrong("which current flows for which share of the time?")
        if math.isclose(result, 10.0 * duty):
            raise Wrong("asleep it takes a little as well: what flows in the rest of the time?")
        if math.isclose(result, 10.0 * duty + 0.5):
            raise Wrong("the sleep current flows only while it sleeps, not all the time")
        raise Wrong(f"10 mA awake, 0.5 mA asleep and duty cycle {duty}: you give {result:g} mA")


@exercise(
    4,
    NUMBER,
    why="A model that runs twice as fast may run twice as often on the same coin: "
    "this is what compression buys",
)
def shortest_period(answer):
    """The shortest whole period in seconds with which 225 mAh last 365 days, awake for 100 ms."""
    if answer != int(answer):
        raise Wrong("whole seconds only")
    if _days(answer) < 365:
        raise Wrong(f"with {answer:g} s the coin is empty after {_days(answer):.0f} days")
    if _days(answer - 1) >= 365:
        raise Wrong(f"that lasts, for {_days(answer):.0f} days; but it could wake more often")


def _days(period):
    """Days that 225 mAh last the Nano's chip, awake for 100 ms in every `period` seconds."""
    nano = boards.get("nano33ble")
    duty = min(1, 0.1 / period) if period > 0 else 1
    amperes = duty * nano.active_amperes + (1 - duty) * nano.sleep_amperes
    return 0.225 / amperes / 24
