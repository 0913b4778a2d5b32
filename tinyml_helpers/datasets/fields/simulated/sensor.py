"""What a capacitive probe at 5 cm says of a simulated field's moisture, healthy or broken.

It reads once an hour. A factory's calibration fits no soil exactly, so each probe is off by its own
amount in its soil, and a little more where it is clayey; permittivity depends on temperature;
there is noise; and it answers in steps of 0.1%.
"""

import math
from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.fields.simulated.site import Site, Year

#: All kinds of fault there are: from its onset on a probe that is
#:   stuck: repeats its last reading;
#:   spike: now and then reads far off;
#:   drift: is off by more each day;
#:   dry contact: has an air gap around it, which reads as dry until wet soil closes it;
#:   battery sag: reads high and noisily while its battery runs down, and then not at all.
FAULTS = ("stuck", "spike", "drift", "dry contact", "battery sag")

#: Steps of readings, percent by volume.
STEP = 0.1

#: Volts of a full battery; below which readings suffer; below which there are none.
FULL_VOLTS, LOW_VOLTS, LEAST_VOLTS = 3.6, 3.0, 2.4

#: Volts that a healthy battery loses in an hour: 0.2 V a year.
_USE = 0.2 / 8760

#: Hours by which soil at 5 cm follows the air.
_LAG = 8.0

#: °C at which probes are calibrated.
_CALIBRATED = 20.0


class Fault(NamedTuple):
    """Something wrong with a probe.

    Attributes:
        kind: of FAULTS.
        onset: which of its readings is the first with the fault, an int from 0: the hour, if it
            reads from the begin of a year.
        number: which fault of this kind, an int from 0: how fast, how far, how often.
    """

    kind: str
    onset: int
    number: int = 0


class Readings(NamedTuple):
    """A year of a probe; [hours] each but for `fault`.

    Attributes:
        values: float, percent by volume in steps of 0.1; NaN where there is none.
        battery: float, volts.
        truth: float, what the soil's moisture at 5 cm was.
        faulty: bool, from the fault's onset on.
        fault: the Fault, or None.
    """

    values: np.ndarray
    battery: np.ndarray
    truth: np.ndarray
    faulty: np.ndarray
    fault: Fault | None


class Probe:
    """A probe in a site's soil, read hour by hour.

    Args:
        site: a Site.
        fault: a Fault, or None.
        seed: which probe, an int from 0.

    Attributes:
        battery: volts at the last reading.
        faulty: whether the fault had begun at the last reading.
        offset: percent by volume that it reads too much, at 20 °C.
        per_degree: percent by volume that it reads more for each °C.
        noise: standard deviation, percent by volume.

    Raises:
        ValueError: it is no site, no fault, or no seed.
    """

    def __init__(self, site, fault=None, seed=0):
        if not isinstance(site, Site):
            raise ValueError(f"the site is {site!r}: give a Site, such as site(7)")
        if not _whole(seed):
            raise ValueError(f"seed is {seed!r}: give a whole number from 0 up")
        _check(fault)
        self._rng = np.random.default_rng([site.number, 5, int(seed)])
        self.offset = 10 * (site.soil.wilting_point - 0.12) + self._rng.normal(0, 0.8)
        self.per_degree = self._rng.uniform(-0.02, 0.06)
        self.noise = self._rng.uniform(0.05, 0.25)
        self.battery, self.faulty = FULL_VOLTS, False
        self._soil, self._fault = site.soil, fault
        self._count, self._warmth, self._last = 0, None, math.nan
        if fault:
            own = np.random.default_rng([site.number, FAULTS.index(fault.kind), fault.number])
            self._size, self._sign = own.random(), own.choice([-1, 1])

    def read(self, moisture, temperature):
        """The next hour's reading.

        Args:
            moisture: at 5 cm, percent by volume.
            temperature: of the air, °C.

        Returns:
            Percent by volume, a float from 0 up in steps of 0.1; NaN if the battery is flat.
        """
        age = self._count - self._fault.onset if self._fault else -1
        self._count += 1
        self.faulty = age >= 0
        self.battery -= _USE
        if self._warmth is None:
            self._warmth = temperature
        self._warmth += (temperature - self._warmth) / _LAG
        noise, chance, jump = (
            self._rng.standard_normal(),
            self._rng.random(),
            self._rng.uniform(-1, 1),
        )
        fault = self._fault.kind if self.faulty else None
        if fault == "stuck" and age > 0:
            return self._last
        if fault == "battery sag":
            self.battery -= (0.01 + 0.04 * self._size) / 24
        if self.battery < LEAST_VOLTS:
            return math.nan
        low = max(0.0, LOW_VOLTS - self.battery)
        if fault == "dry contact":
            moisture *= self._contact(moisture)
        value = moisture + self.offset + self.per_degree * (self._warmth - _CALIBRATED)
        value += self.noise * noise * (1 + 10 * low) + 10 * low
        if fault == "drift":
            value += self._sign * (0.05 + 0.2 * self._size) * age / 24
        if fault == "spike" and chance < 0.01 + 0.04 * self._size:
            value += math.copysign(10, jump) + 20 * jump
        self._last = max(0, round(value / STEP)) / round(1 / STEP)  # exact tenths
        return self._last

    def _contact(self, moisture):
        """Share of the moisture that is seen through a gap: all at field capacity and above."""
        dry, wet = 100 * self._soil.wilting_point, 100 * self._soil.field_capacity
        closed = min(max((moisture - dry) / (wet - dry), 0.0), 1.0)
        least = 0.3 + 0.4 * self._size
        return least + (1 - least) * closed


def readings(year, fault=None, seed=0):
    """What a probe at 5 cm read in a Year of a site.

    Args:
        year: a Year.
        fault: a Fault whose onset is an hour of the year, or None.
        seed: which probe, an int from 0.

    Returns:
        Readings.

    Raises:
        ValueError: it is no Year, no Fault, or no seed.
    """
    if not isinstance(year, Year):
        raise ValueError(
            f"the year is a {type(year).__name__}: give a Year, such as season(7, 2020)"
        )
    probe = Probe(year.site, fault, seed)
    made = []
    for moisture, temperature in zip(
        year.moisture_5cm.tolist(), year.temperature.tolist(), strict=True
    ):
        made.append((probe.read(moisture, temperature), probe.battery, probe.faulty))
    values, battery, faulty = (np.array(column) for column in zip(*made, strict=True))
    return Readings(values, battery, year.moisture_5cm, faulty, fault)


def _whole(number):
    return isinstance(number, int | np.integer) and not isinstance(number, bool) and number >= 0


def _check(fault):
    """Raise ValueError unless `fault` is None or a Fault that makes sense."""
    if fault is None:
        return
    if not isinstance(fault, Fault):
        raise ValueError(f'a fault is {fault!r}: give None or a Fault, such as Fault("drift", 900)')
    if fault.kind not in FAULTS:
        raise ValueError(f"there is no fault {fault.kind!r}: there are {', '.join(FAULTS)}")
    if not (_whole(fault.onset) and _whole(fault.number)):
        raise ValueError(f"{fault} makes no sense: give whole numbers from 0 up")
