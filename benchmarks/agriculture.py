"""Agriculture in figures: skill, calibration, messages and error, water at equal stress, boards.

    python benchmarks/agriculture.py [--json] [--test PATH] [--park PATH] [--quick]

The models of `data/field_models` are tried on simulated fields that they didn't learn from, and
with --test on real stations: PATH is a file of the U.S. Climate Reference Network, by the day or by
the hour, or a folder of them (of the one station whose days were learned from, those up to 2013 are
left out). --park is SIMPaCT's folder, hours of a park's soil, for messages. Cycles, milliseconds,
currents and the radio's energy are estimated; everything else is measured here. Takes some ten
minutes on two cores.
"""

import command
import field_boards
import field_sending
import field_skill
import field_watering
from field_text import as_text

from tinyml_helpers.applications.fields import trained
from tinyml_helpers.applications.fields.measuring.faulty import faulty
from tinyml_helpers.datasets import simpact, uscrn
from tinyml_helpers.datasets import simulated_fields as fields

#: Faults are looked for in this year.
FAULTY_YEAR = 2021


def main():
    options = command.parser(__doc__)
    options.add_argument("--test", metavar="PATH", help="real stations, as USCRN's are")
    options.add_argument("--park", metavar="PATH", help="SIMPaCT's folder")
    command.run(options, measure, as_text)


def measure(chosen):
    """All figures, a dict that JSON can hold."""
    # What was given is read first: nobody should wait to hear it won't do.
    stations = None if chosen.test is None else uscrn(chosen.test)
    park = None if chosen.park is None else simpact(chosen.park)
    made = field_skill.forecasters(chosen.quick)
    figures = {
        "models": field_skill.sizes(),
        "simulated": list(field_skill.on_simulated(made, chosen.quick)),
        "simulated_days": list(field_skill.on_simulated_days(made, chosen.quick)),
        "says": [],
    }
    series = {"30 simulated sites": field_sending.simulated(chosen.quick)}
    if stations is None:
        figures["says"].append("nothing was tried on real stations: add --test PATH")
    else:
        figures["real"] = list(field_skill.on_stations(made, stations, figures["says"]))
        series["hourly stations"] = field_sending.hourly(stations)
    if park is not None:
        series["SIMPaCT's park"] = field_sending.park(park)
    figures["sending"] = [
        row for name, some in series.items() if some for row in field_sending.curve(some, name)
    ]
    figures["losing"] = [
        row for name, some in series.items() if some for row in field_sending.losing(some, name)
    ]
    figures["faults"] = on_faults(chosen.quick)
    figures["watering"] = list(field_watering.rows(chosen.quick))
    figures["boards"] = [
        field_boards.on_board(board, chosen.quick) for board in ("nano33ble", "pico")
    ]
    return figures


def on_faults(quick):
    """What the node notices of failing probes at simulated sites it never saw."""
    sites = range(fields.TEST_SITES, fields.TEST_SITES + (3 if quick else 60))
    found = faulty(trained.committed(trained.SIMULATED), sites, FAULTY_YEAR)
    return {
        "sites": found.sites,
        "kinds": {
            kind: {
                "share": round(one.share, 3),
                "named": round(one.named, 3),
                "days": round(one.days, 2) if one.days < float("inf") else None,
            }
            for kind, one in found.kinds.items()
        },
        "false_flags_a_year": round(found.false_flags_a_year, 3),
        "false_flags": {name: round(rate, 3) for name, rate in found.false_flags.items()},
    }


if __name__ == "__main__":
    main()
