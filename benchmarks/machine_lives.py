"""Simulated lives for predictive_maintenance.py: false alarms, and days of warning.

Margins and thresholds are chosen on machines of one kind of numbers, and tried on others.
"""

import os

import machine_autoencoder
import numpy as np

from tinyml_helpers.applications.machines import offline, trained
from tinyml_helpers.applications.machines.measuring import lives
from tinyml_helpers.applications.machines.measuring.separation import auc
from tinyml_helpers.applications.machines.watcher import Settings
from tinyml_helpers.datasets.machines.simulated import TEST_MACHINES
from tinyml_helpers.datasets.machines.simulated.faults import BEARING_FAULTS, SHAFT_FAULTS

#: The first machines to choose on and to test on; no fault model has seen either.
CHOSEN_ON, TESTED_ON = 2000, TEST_MACHINES + 2000

#: A false alarm a week, with a decision every ten minutes.
RATE = 1 / 1008

#: Faults at least as loud as the healthy noise, for what any watcher should see.
_LOUD = 0.0


def measured(machines, quick):
    """Figures of `machines` healthy lives to choose on, as many to test on, and faulty ones."""
    workers, looks = os.cpu_count() or 1, 40 if quick else 240
    settings = Settings(learn=64, settle=16) if quick else Settings()
    machines, failing = (2, 1) if quick else (machines, max(1, machines // 3))
    shared = {"looks": looks, "settings": settings, "workers": workers}
    chosen_on = lives.watch(range(CHOSEN_ON, CHOSEN_ON + machines), **shared)
    tested_on = lives.watch(range(TESTED_ON, TESTED_ON + machines), **shared)
    ending = lives.watch(
        range(TESTED_ON + machines, TESTED_ON + machines + failing),
        (*BEARING_FAULTS, *SHAFT_FAULTS),
        **shared,
    )
    persist = settings.persist
    rows = []
    for watcher in lives.WATCHERS:
        margin = lives.margin_for(chosen_on, watcher, persist, RATE)
        raised = [lives.alarms(one.scores[watcher], margin, persist) for one in ending]
        rate, decisions = lives.false_alarm_rate(tested_on, watcher, margin, persist)
        rows.append(_row(watcher, margin, rate, decisions, ending, raised))
    rows.append(_fault_model(tested_on, ending, settings))
    return {
        "machines": machines,
        "failing": failing,
        "looks": looks,
        "persist": persist,
        "rate_asked": RATE,
        "watchers": rows,
        "anomaly_auc": _whose_health(ending, chosen_on, settings),
        "autoencoder": machine_autoencoder.measured(ending[:1] if quick else ending, _LOUD, quick),
    }


def _row(watcher, margin, rate, decisions, ending, raised):
    days = {}
    for one, alarms in zip(ending, raised, strict=True):
        days.setdefault(one.fault, []).append(lives.days_of_warning(one, alarms))
    return {
        "watcher": watcher,
        "margin": round(margin, 2),
        "false_alarms": round(rate, 5),
        "healthy_decisions": decisions,
        "days_of_warning": {fault: round(float(np.mean(some)), 1) for fault, some in days.items()},
        "missed": sum(day == 0 for some in days.values() for day in some),
        "lives": len(ending),
    }


def _fault_model(tested_on, ending, settings):
    """The fault model, with the watcher's own threshold, which each machine's health may raise."""
    model = trained.committed()

    def suspects(one):
        bearing = settings._replace(
            inner=one.bearing.inner, outer=one.bearing.outer, ball=one.bearing.ball
        )
        orders = np.concatenate([one.commissioning_orders, one.orders])
        first = len(one.commissioning_orders)
        scores = offline.scores(model, offline.inputs(orders, bearing))
        return np.array(offline.judge(scores, bearing, first)[1][first:], object)

    false = np.concatenate([suspects(one) != np.array(None) for one in tested_on])
    found = [suspects(one) for one in ending]
    raised = [named != np.array(None) for named in found]
    row = _row("fault model", settings.threshold, float(false.mean()), len(false), ending, raised)
    named = [
        names[np.argmax(alarms & (one.days >= one.onset))] == one.fault
        for one, alarms, names in zip(ending, raised, found, strict=True)
        if one.fault in BEARING_FAULTS and (alarms & (one.days >= one.onset)).any()
    ]
    return row | {"named_right": round(float(np.mean(named)), 3) if named else None}


def _whose_health(ending, others, settings):
    """AUC of the anomaly model on loud faults, commissioned on the machine or on others."""
    needed = settings.learn + settings.settle
    strangers = np.concatenate([one.commissioning for one in others])
    strangers = strangers[np.random.default_rng(0).permutation(len(strangers))[:needed]]
    made = {}
    for one in ending:
        loud = one.decibels >= _LOUD
        healthy = one.days < one.onset
        for name, first in (("own", one.commissioning), ("others'", strangers)):
            found = offline.anomalies(np.concatenate([first, one.bands]), settings)
            scores = found.score[len(first) :].astype(float)
            if loud.any() and healthy.any():
                made.setdefault(name, {}).setdefault(one.fault, []).append(
                    auc(scores[healthy], scores[loud])
                )
    return {
        name: {fault: round(float(np.mean(some)), 3) for fault, some in faults.items()}
        for name, faults in made.items()
    }
