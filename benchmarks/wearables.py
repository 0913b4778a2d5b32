"""Wearables in figures: strangers' exercises, repetitions, beats, early ones, and two boards.

    python benchmarks/wearables.py [--json] [--quick] [--test DIR] [--train DIR] [--ecg DIR]

Each of the ten people of `datasets.watch_exercises` is left out in turn: a network learns on the
others. With --test it does so on people in sp_sw_har's layout (DIR has DATA/sXX/), or learns from
those of --train and is tried on the rest. --ecg is a folder of WFDB records, such as MIT-BIH's.
Cycles, milliseconds and currents are estimated; everything else is measured here. Takes about a
quarter of an hour on two cores; people to try, or all of MIT-BIH, take as long again or more.
"""

import command
import wearable_boards
import wearable_rivals
import wearable_strangers
import wearable_text

from tinyml_helpers import datasets
from tinyml_helpers.applications.wearables.exercises import training
from tinyml_helpers.applications.wearables.exercises.measuring import repetitions
from tinyml_helpers.applications.wearables.hearts.measuring.figures import figures as of_hearts

#: Of --quick: one pass over a little.
_QUICK = training.DEFAULT._replace(epochs=1)


def main():
    options = command.parser(__doc__)
    options.add_argument("--test", metavar="DIR", help="people to try, as sp_sw_har has them")
    options.add_argument("--train", metavar="DIR", help="people to learn from before, likewise")
    options.add_argument("--ecg", metavar="DIR", help="WFDB records, as MIT-BIH's are")
    command.run(options, measure, as_text)


def as_text(figures):
    """All of it, a str of many lines; figures as of `measure`."""
    return wearable_text.as_text(figures, wearable_rivals.as_text(figures["rivals"]))


def measure(chosen):
    """All figures, a dict that JSON can hold."""
    if chosen.train is not None and chosen.test is None:
        raise ValueError("--train says whom to learn from: say with --test whom to try it on")
    # What was given is read first: nobody should wait for a quarter of an hour to hear it won't do.
    people = {
        name: wearable_strangers.read(folder)
        for name, folder in (("tried", chosen.test), ("learned", chosen.train))
        if folder is not None
    }
    if chosen.ecg is not None:
        datasets.mitbih(chosen.ecg)
    recipe = _QUICK if chosen.quick else training.DEFAULT
    motions = datasets.watch_exercises()
    few = motions[:28] if chosen.quick else motions
    says = []
    figures = {
        "exercises": wearable_strangers.on_exercises(few, recipe, chosen.quick),
        "random_windows": wearable_strangers.leak(few, recipe),
        "committed": list(wearable_strangers.committed_on_stranger(motions)),
        "rivals": wearable_rivals.measure(chosen),
        "repetitions": repetitions.figures(few),
        "hearts": of_hearts(
            chosen.ecg, **({"hearts": 3, "seconds": 120} if chosen.quick else {"learn": True})
        ),
        "boards": list(wearable_boards.rows(motions, chosen.quick)),
        "says": says,
    }
    if chosen.test is None:
        says.append("nobody's daily movements were tried: add --test DIR")
    else:
        figures["people"] = list(wearable_strangers.on_people(recipe=recipe, says=says, **people))
    if chosen.ecg is None:
        says.append("no real heart was tried: add --ecg DIR")
    return figures


if __name__ == "__main__":
    main()
