"""Fields that don't exist: weather, water in the soil and what a probe says of it, by the hour.

    from tinyml_helpers.datasets.fields import simulated

    year = simulated.season(7, 2020)                    # rain only
    year.times, year.rain, year.moisture_5cm, year.stress
    simulated.years(range(60), 2020, lambda now: 20.0 * (now.moisture_root < 18))   # a closed loop
    simulated.readings(year, simulated.Fault("drift", onset=3000)).values

A site is a number: the same number is the same climate, soil and crop everywhere, and has the same
weather in a year. Numbers from `TEST_SITES` on are for tests; no model trains on them. The
datasheet, `data/fields.md`, says what is modelled, from which sources, and what is not. This folder
knows how soil and crops take up and lose water, and nothing of what a model makes of it.
"""

from tinyml_helpers.datasets.fields.simulated.crops import CROPS, TEXTURES
from tinyml_helpers.datasets.fields.simulated.sensor import FAULTS, Fault, Probe, Readings, readings
from tinyml_helpers.datasets.fields.simulated.site import (
    TEST_SITES,
    Now,
    Site,
    Year,
    season,
    site,
    years,
)

__all__ = [
    "CROPS",
    "FAULTS",
    "TEST_SITES",
    "TEXTURES",
    "Fault",
    "Now",
    "Probe",
    "Readings",
    "Site",
    "Year",
    "readings",
    "season",
    "site",
    "years",
]
