"""Machines that don't exist: what an accelerometer on them would say, healthy and failing.

    from tinyml_helpers.datasets.machines import simulated

    pump = simulated.machine(7)
    simulated.recording(pump, seconds=2)                                  # healthy
    simulated.recording(pump, seconds=2, fault=simulated.Fault("inner", decibels=6))
    simulated.life(7, "outer")                                            # weeks, up to its end

A machine is a number: the same number is the same machine everywhere. Numbers from `TEST_MACHINES`
on are for tests; no model trains on them. The datasheet, `data/machines.md`, says what is modelled,
from which sources, and what is not. This folder knows how machines vibrate, and nothing of what a
front end or a model makes of it.
"""

from tinyml_helpers.datasets.machines.simulated.faults import FAULTS, Fault
from tinyml_helpers.datasets.machines.simulated.life import Life, life
from tinyml_helpers.datasets.machines.simulated.machine import TEST_MACHINES, Machine, machine
from tinyml_helpers.datasets.machines.simulated.vibration import RATE, acceleration, recording

__all__ = [
    "FAULTS",
    "RATE",
    "TEST_MACHINES",
    "Fault",
    "Life",
    "Machine",
    "acceleration",
    "life",
    "machine",
    "recording",
]
