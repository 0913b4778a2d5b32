"""How soon a node notices that its probe fails, and how often it says so of a healthy one.

    found = faulty(tflite_bytes, range(TEST_SITES, TEST_SITES + 60), 2021)
    found.kinds["drift"].share

Thresholds of probe.c were chosen on sites below `simulated_fields.TEST_SITES`.
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.fields import c_node
from tinyml_helpers.applications.fields.node import Node, Settings, samples
from tinyml_helpers.datasets import simulated_fields

#: Which alarm names which of `simulated_fields.FAULTS`.
NAMED = {
    "stuck": "stuck",
    "spike": "spikes",
    "drift": "drift",
    "dry contact": "dry contact",
    "battery sag": "battery",
}

#: Days of the year in which faults begin, and how long they are waited for.
FIRST_DAY, LAST_DAY, DAYS = 100, 270, 60


class Found(NamedTuple):
    """What was noticed of one kind of fault.

    Attributes:
        share: of the probes, how many had an alarm within DAYS, 0 to 1.
        named: of the probes, how many had the kind's own alarm within DAYS, 0 to 1.
        days: from the fault's begin to the first alarm, the median; infinite if most had none.
    """

    share: float
    named: float
    days: float


class Faulty(NamedTuple):
    """What a node makes of failing probes, and of healthy ones.

    Attributes:
        kinds: a `Found` by the kinds of `simulated_fields.FAULTS`.
        false_flags: how often a year an alarm of a healthy probe begins, by c_node.ALARMS.
        sites: how many sites it was measured on.
    """

    kinds: dict
    false_flags: dict
    sites: int

    @property
    def false_flags_a_year(self):
        """All alarms together."""
        return sum(self.false_flags.values())

    def __str__(self):
        lines = [f"{self.sites} sites: noticed within {DAYS} days, by its name, days to an alarm"]
        lines += [
            f"  {kind:12}{found.share:6.0%}{found.named:6.0%}{found.days:8.1f}"
            for kind, found in self.kinds.items()
        ]
        lines += [f"  false flags {self.false_flags_a_year:.2f} a year of a healthy probe"]
        lines += [f"    {name:12}{rate:.2f}" for name, rate in self.false_flags.items() if rate]
        return "\n".join(lines)


def faulty(tflite_bytes, sites, year):
    """Measure it on simulated sites, rain only; some seconds for each ten of them.

    Args:
        tflite_bytes: the model.
        sites: numbers of sites, a list of ints.
        year: which, an int.

    Returns:
        A `Faulty`.

    Raises:
        ValueError: there is no such site or year.
        As `node.Node`.
    """
    node = Node(tflite_bytes)
    flags = np.zeros((0, len(c_node.ALARMS)))
    first = {kind: [] for kind in simulated_fields.FAULTS}
    years = simulated_fields.years(sites, year)
    for place, field in enumerate(years):
        healthy = _alarms(node, field, None)
        begun = healthy & ~np.vstack([np.zeros_like(healthy[:1]), healthy[:-1]])
        flags = np.vstack([flags, begun.sum(axis=0) * 8760 / len(healthy)])
        for kind in first:
            onset = 24 * (FIRST_DAY + (37 * place) % (LAST_DAY - FIRST_DAY))
            fault = simulated_fields.Fault(kind, onset)
            after = _alarms(node, field, fault)[onset : onset + 24 * DAYS]
            own = after[:, c_node.ALARMS.index(NAMED[kind])]
            first[kind].append((_first_day(after.any(axis=1)), _first_day(own)))
    kinds = {}
    for kind, days in first.items():
        any_day, own_day = np.array(days).T
        noticed = np.isfinite(any_day).mean(), np.isfinite(own_day).mean()
        kinds[kind] = Found(*map(float, noticed), days=float(np.median(any_day)))
    rates = dict(zip(c_node.ALARMS, flags.mean(axis=0).tolist(), strict=True))
    return Faulty(kinds, rates, len(years))


def _alarms(node, field, fault):
    """Which alarms there are hour by hour: bool [hours, alarms]."""
    read = simulated_fields.readings(field, fault)
    node.reset(Settings(start=field.times[0]))
    made = node.records(samples(read.values, field.temperature, field.rain, read.battery))
    return (made["alarms"][:, np.newaxis] >> np.arange(len(c_node.ALARMS)) & 1).astype(bool)


def _first_day(alarm):
    return np.argmax(alarm) / 24 if alarm.any() else np.inf
