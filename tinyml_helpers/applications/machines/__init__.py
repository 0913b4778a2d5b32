"""Predictive maintenance: what it takes to have a board watch a machine, and say what will fail.

    board.flash(machines.Application(tflite_bytes))
    looks = board.client.run(samples, Settings.of(recording))  # int16

A stream of vibration: what is here is a model of faults and a model of what is usual on the machine
at hand, their C and what runs that C on this computer. It knows streams, and no other application.
"""

from tinyml_helpers.applications.machines.application import Application

__all__ = ["Application"]
