"""The rivals of the network that names exercises: macro-F1, bytes and cycles.

    python benchmarks/wearable_rivals.py [--json] [--quick]

48 features with logistic regression and with a random forest, on the watch exercises, each person
left out in turn. Cycles are estimated by the model of `tinyml_helpers.emulator.cycles`.
"""

import command

from tinyml_helpers.applications.wearables.exercises import c_coach, training
from tinyml_helpers.applications.wearables.exercises.rivals import compared
from tinyml_helpers.datasets import watch_exercises

#: People of --quick.
_FEW = ("seglearn 1", "seglearn 2")


def measure(chosen):
    """The figures, as `compared.figures`; of two people with --quick."""
    some = [training.Series.of(motion, c_coach.CLASSES) for motion in watch_exercises()]
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
        f"{figures['people']} people, each left out in turn: macro-F1 over windows of 2 s, the "
        "mean of people (integers, as on the chip)"
    )
    yield (
        f"  {'rival':21}{'windows':9}"
        + "".join(f"{way:>9}" for way in compared.WAYS)
        + f"{'worst':>9}{'random':>9}{'as in floats %':>16}"
    )
    for one in figures["rivals"]:
        ways = "".join(f"{one[way]:9.3f}" for way in (*compared.WAYS, "worst"))
        random = f"{one['random_windows']:.3f}" if "random_windows" in one else ""
        yield f"  {one['rival']:21}{one['trained']:9}{ways}{random:>9}{100 * one['agrees']:16.2f}"


def _people(figures):
    yield "\nby person, straight"
    for one in figures["rivals"]:
        each = " ".join(f"{found['straight']:.2f}" for found in one["by_person"].values())
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
