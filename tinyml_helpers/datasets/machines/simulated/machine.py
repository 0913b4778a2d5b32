"""What a simulated machine is: its shaft, its bearing, what resonates, and what else is heard."""

from dataclasses import dataclass

import numpy as np

from tinyml_helpers.datasets.machines.recording import FaultOrders, fault_orders

#: The first machine kept for tests: no model trains on machines from this number on.
TEST_MACHINES = 1_000_000

#: A machine's own generator starts from this and its number.
_SEED = 0x6D61_6368

#: Highest multiple of the shaft's speed at which a healthy machine's noise is modulated.
_HIGHEST_ORDER = 12


@dataclass(frozen=True)
class Machine:
    """A machine with one bearing that is watched. Levels are relative to its noise, unless in g.

    Attributes:
        number: int; `machine(number)` makes it again.
        shaft_hz: turns of the shaft a second, at rest from load.
        orders: FaultOrders of the bearing.
        slip: how far a ball's way from one impulse to the next strays from the mean, a share.
        cage_slip: how much slower than without slip the cage turns, a share.
        modes: float [k, 3]: a resonance's frequency in Hz, its damping ratio, and its gain.
        slope: exponent of the noise's amplitude over frequency.
        through_modes: how much of the noise comes through the resonances.
        order_waves: float [k, 2]: an order of the shaft that makes the noise swell, and how much.
        mains_waves: float [k, 2]: the same, in Hz, from the electric drive.
        swell, swell_hz: how far the noise swells at random, and how fast.
        lines: float [k, 2]: orders of the shaft that are heard themselves, and their amplitude.
        tones: float [k, 2]: frequencies in Hz that are heard, whatever the speed; amplitude.
        gear: (teeth, amplitude, modulation by the shaft); no teeth is no gear.
        knocks_hz: random knocks a second, from elsewhere.
        g: root mean square of its healthy noise before that swells, in g.
    """

    number: int
    shaft_hz: float
    orders: FaultOrders
    slip: float
    cage_slip: float
    modes: np.ndarray
    slope: float
    through_modes: float
    order_waves: np.ndarray
    mains_waves: np.ndarray
    swell: float
    swell_hz: float
    lines: np.ndarray
    tones: np.ndarray
    gear: tuple
    knocks_hz: float
    g: float

    @property
    def name(self):
        """Such as "machine 7"."""
        return f"machine {self.number}"


def machine(number):
    """The Machine of a number, 0 or above.

    Raises:
        ValueError: the number isn't one.
    """
    if not isinstance(number, int | np.integer) or number < 0:
        raise ValueError(f"a machine's number is a whole number from 0 up, not {number!r}")
    rng = np.random.default_rng([_SEED, int(number)])
    orders = _bearing(rng)
    mains = float(rng.choice([50, 60]))
    gear = (0, 0.0, 0.0)
    if rng.random() < 0.3:
        gear = (int(rng.integers(17, 60)), _decades(rng, -1.5, 0.3), _decades(rng, -1.5, -0.3))
    return Machine(
        number=int(number),
        shaft_hz=_speed(rng, mains),
        orders=orders,
        slip=_decades(rng, -3, -1.7),
        cage_slip=rng.uniform(0, 0.01),
        modes=np.array(
            [
                (rng.uniform(1200, 5600), rng.uniform(0.01, 0.08), rng.lognormal(0, 0.7))
                for _ in range(rng.integers(1, 7))
            ]
        ),
        slope=rng.uniform(-1.5, 0.5),
        through_modes=rng.uniform(0, 1.5),
        order_waves=_order_waves(rng, orders.cage),
        mains_waves=_pairs(
            [
                (2 * mains * k, _decades(rng, -2.5, -0.1) / k)
                for k in (1, 2, 3)
                if rng.random() < 0.6
            ]
        ),
        swell=_decades(rng, -2.5, -0.7),
        swell_hz=rng.uniform(1, 20),
        lines=_pairs([(k, _decades(rng, -1.5, 0.5)) for k in range(1, 9) if rng.random() < 0.7]),
        tones=_pairs(
            [(rng.uniform(20, 5900), _decades(rng, -2, 0.3)) for _ in range(rng.poisson(3))]
        ),
        gear=gear,
        knocks_hz=float(rng.choice([0, 0, rng.uniform(0.2, 3)])),
        g=_decades(rng, -1.7, -0.5),
    )


def _bearing(rng):
    """A bearing as catalogues have them: 7 to 14 balls; most without a contact angle."""
    contact = rng.uniform(5, 18) if rng.random() < 0.25 else 0
    return fault_orders(int(rng.integers(7, 15)), rng.uniform(0.15, 0.32), 1, contact)


def _speed(rng, mains):
    """Six of ten are driven by an induction motor on the mains, a little behind its field."""
    if rng.random() < 0.6:
        behind = rng.uniform(0, 0.006) if rng.random() < 0.5 else rng.uniform(0, 0.05)
        return mains / rng.choice([1, 2, 2, 2, 3]) * (1 - behind)
    return rng.uniform(8, 60)


def _order_waves(rng, cage):
    """What makes a healthy machine's noise swell once a turn, or so.

    Looseness and rubbing give whole families of orders, halves among them (C. Scheffer and
    P. Girdhar, Practical Machinery Vibration Analysis, 2004, chapter 5). Cages modulate, too: this
    bearing's, and another's.
    """
    waves = []
    for step, chance, strongest in ((1, 0.8, -0.4), (0.5, 0.35, -0.6)):
        base, fall, share = (
            rng.uniform(-2.2, strongest),
            rng.uniform(-0.12, 0.02),
            rng.uniform(0.3, 1),
        )
        if rng.random() < chance:
            waves += [
                (order, 10 ** (base + fall * order + rng.normal(0, 0.35)))
                for order in np.arange(step, _HIGHEST_ORDER + step, step)
                if rng.random() < share
            ]
    for order in (cage, rng.uniform(0.34, 0.43)):
        if rng.random() < 0.5:
            waves.append((order, _decades(rng, -2, -0.5)))
    waves += [
        (rng.uniform(0.2, _HIGHEST_ORDER), _decades(rng, -2.5, -0.5))
        for _ in range(rng.poisson(1.5))
    ]
    return _pairs(waves)


def _decades(rng, low, high):
    """A number between 10^low and 10^high, each power of ten as likely as another."""
    return 10 ** rng.uniform(low, high)


def _pairs(rows):
    return np.array(rows, np.float64).reshape(-1, 2)
