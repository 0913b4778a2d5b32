"""A simulated field to grow in, for tests: ten days in which much happens to its probe."""

import functools

import numpy as np
from streaming import Stream

from tinyml_helpers.applications.fields import Application, trained
from tinyml_helpers.applications.fields.gateway import Gateway
from tinyml_helpers.applications.fields.node import Node, Settings, samples
from tinyml_helpers.datasets import simulated_fields

#: A site that no model trained on, and a summer's first hour there.
SITE, YEAR, FIRST = simulated_fields.TEST_SITES + 3, 2020, 4000
HOURS = 240

#: It waters, and sends, within ten days.
THIRSTY = Settings(start="2020-06-15T16", heartbeat=12, line=25.0, dose=5.0, hour=9)

#: Hours of: a spike, another and a third; the first without a reading, and with one again; the
#: first of a battery that is low. And the one from which on the probe is stuck.
SPIKES, SILENT, HEARD_AGAIN, LOW, STUCK = (25, 32, 38), 60, 63, 110, 140


def tflite():
    """The model that comes with this project."""
    return trained.committed(trained.SIMULATED)


@functools.cache
def year():
    """The site's whole year, a `simulated_fields.Year`, and what a healthy probe reads of it."""
    made = simulated_fields.season(SITE, YEAR)
    return made, simulated_fields.readings(made)


def healthy(hours=HOURS):
    """int16 [hours, 4]: with a probe in health."""
    made, read = year()
    part = slice(FIRST, FIRST + hours)
    return samples(read.values[part], made.temperature[part], made.rain[part], read.battery[part])


@functools.cache
def eventful():
    """int16 [240, 4]: with all that SPIKES and its neighbours say."""
    made = healthy()
    made[list(SPIKES), 0] += 2000
    made[SILENT:HEARD_AGAIN, 0] = -(2**15)
    made[LOW:, 3] = 3050
    made[STUCK:, 0] = made[STUCK, 0]
    return made


def node(settings=THIRSTY):
    """A `Node` here."""
    return Node(tflite(), settings)


def answered(client, hours, every=1):
    """What a client makes of hours whose frames a gateway answers, at hours that `every` divides.

    The gateway expects rain, the more the later.
    """
    gateway, made = Gateway(tflite(), THIRSTY.start, THIRSTY.delta, THIRSTY.heartbeat), []
    for number, sample in enumerate(hours):
        made += client.push(sample[np.newaxis])
        ahead = np.array([1.0, 2, 3]) * number / 10
        answer = gateway.hour(made[-1].frame or None, ahead)
        if answer and number % every == 0:
            client.heard(answer)
    return made


STREAM = Stream(Application(tflite()), THIRSTY, eventful(), Node, "node", slowest=0.1)


def column(hours, name):
    """One attribute of all hours, as an array."""
    return np.array([getattr(hour, name) for hour in hours])
