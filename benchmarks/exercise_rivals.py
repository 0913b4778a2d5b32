"""The rivals of the network that names exercises: macro-F1, bytes and cycles.

    python benchmarks/exercise_rivals.py [--json] [--quick]

48 features with logistic regression and with a random forest, on the watch exercises, each person
left out in turn. Cycles are estimated by the model of `tinyml_helpers.emulator.cycles`.
"""

import command

from tinyml_helpers.applications.wearables.exercises import training
from tinyml_helpers.applications.wearables.exercises.rivals import compared
from tinyml_helpers.datasets import watch_exercises
from tinyml_helpers.datasets.motion.watch_exercises import EXERCISES

#: People of --quick.
_FEW = ("seglearn 1", "seglearn 2", "seglearn 3")


def measure(chosen):
    """The figures, as `compared.figures`; of three people with --quick."""
    names = list(EXERCISES.values())
    some = [training.Series.of(motion, names) for motion in watch_exercises()]
    if chosen.quick:
        some = [one for one in some if one.person in _FEW]
    return compared.figures(some)


def as_text(figures):
    """All of it, a str of many lines.

    Args:
        figures: of `compared.figures`.
    """
    return "\n".join([*_accuracy(figures), *_people(figures), *_boards(figures)])


def _accuracy(figures):
    yield (
        f"{figures['people']} people, each left out in turn; macro-F1 of {figures['windows']:,} "
        "windows of 2 s, by person (integers, as on the chip)"
    )
    yield (
        f"  {'rival':21}{'windows':9}{'straight':>9}{'worst':>8}{'turned':>8}{'random':>8}"
        f"{'as in floats %':>16}"
    )
    for one in figures["rivals"]:
        random = f"{one['random_windows']:.3f}" if "random_windows" in one else ""
        yield (
            f"  {one['rival']:21}{one['trained']:9}{one['macro_f1']:9.3f}{one['worst']:8.3f}"
            f"{one['turned']:8.3f}{random:>8}{100 * one['agrees']:16.2f}"
        )


def _people(figures):
    yield "\nby person"
    for one in figures["rivals"]:
        each = " ".join(f"{score:.2f}" for score in one["by_person"].values())
        yield f"  {one['rival']:21}{one['trained']:9}{each}"


def _boards(figures):
    yield "\na window on an emulated board, features and decision"
    yield (
        f"  {'rival':21}{'windows':9}{'board':12}{'flash':>8}{'tables':>8}{'stack':>7}"
        f"{'cycles':>9}{'most':>9}{'ms':>7}"
    )
    for one in figures["rivals"]:
        for spent in one["boards"]:
            yield (
                f"  {one['rival']:21}{one['trained']:9}{spent['board']:12}"
                f"{spent['flash_bytes']:8,}{spent['table_bytes']:8,}{spent['stack_bytes']:7,}"
                f"{spent['cycles']:9,}{spent['most_cycles']:9,}{spent['milliseconds']:7.2f}"
            )


if __name__ == "__main__":
    command.run(command.parser(__doc__), measure, as_text)
