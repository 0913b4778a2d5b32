"""The figures of wearables.py as text."""

from tinyml_helpers.applications.wearables.exercises.c_coach import CLASSES

_WAYS = ("straight", "turned", "mirrored", "voted")


def as_text(figures, rivals):
    """All of it, a str of many lines.

    Args:
        figures: of `wearables.measure`.
        rivals: the text of figures["rivals"].
    """
    return "\n".join(
        [
            *_exercises(figures),
            "",
            rivals,
            *_repetitions(figures["repetitions"]),
            *_hearts(figures["hearts"]),
            *(line for row in figures["boards"] for line in _board(row)),
            *_people(figures.get("people", [])),
            "",
            *figures["says"],
        ]
    )


def _exercises(figures):
    found = figures["exercises"]
    yield "macro-F1 of exercises, each person left out in turn"
    yield from _ways(found["people"])
    yield "  means over people"
    for one in found["summary"]:
        ways = "".join(f"{one[way]:9.3f}" for way in _WAYS)
        yield f"  {one['model']:9}{one['people']:14}{ways}   worst {one['worst']:.3f}"
    yield f"  random windows instead of strangers: {figures['random_windows']:.3f}"
    yield "\nwhat was done (rows) and what was said (int8, windows)"
    for name, row in zip(CLASSES, found["confusion"], strict=False):
        yield f"  {name:20}" + "".join(f"{count:6}" for count in row)
    yield "\nsessions as a stream, each person left out in turn (int8; right in percent of time)"
    for one in found["streams"]:
        yield (
            f"  {one['person']:13} exercises {one['named_percent']:5.1f}, pauses "
            f"{one['pauses_left_alone_percent']:5.1f}; of {one['series']} series "
            f"{one['never_named']} never named, {one['named_and_within_one']} named and counted "
            f"within one; named after {one['named_after_seconds']} s"
        )
    yield "\nthe models that come along, on the one person neither has seen"
    yield from _ways(figures["committed"], sizes=True)


def _ways(rows, sizes=False):
    yield (
        f"  {'model':9}{'person':14}" + "".join(f"{way:>9}" for way in _WAYS) + f"{'accuracy':>10}"
    )
    for one in rows:
        ways = "".join(f"{one[way]:9.3f}" for way in _WAYS)
        size = f"   {one['bytes']:,} B, {one['macs']:,} MACs" if sizes else ""
        yield f"  {one['model']:9}{one['person']:14}{ways}{one['accuracy']:10.3f}{size}"


def _repetitions(found):
    yield "\nrepetitions, share of series within one (mean error)"
    for people, shares in found["within one"].items():
        errors = found["mean error"][people]
        yield f"  {people:10}" + ", ".join(
            f"{what} {100 * share:.1f} % ({errors[what]:.2f})" for what, share in shares.items()
        )
    for name in ("by person", "by exercise", "peaks by exercise"):
        yield f"  {name}: " + ", ".join(f"{who} {100 * s:.0f} %" for who, s in found[name].items())
    yield "  delay in seconds: " + ", ".join(
        f"{name} {value:.2f}" for name, value in found["delay"].items()
    )
    yield "  counted a minute where nothing is done: " + ", ".join(
        f"{name} {value:.2f}" for name, value in found["rest"].items()
    )
    yield "  two in a row, within one: " + ", ".join(
        f"{name} {100 * share:.1f} %" for name, share in found["two in a row"].items()
    )


def _hearts(found):
    simulated = found["simulated"]
    yield f"\n{simulated['persons']} simulated hearts no model has seen: beats found"
    for noise, beats in simulated["beats"].items():
        yield f"  noise {noise:14}" + _beats(beats)
    yield from _early(simulated["early"])
    for split, some in found.get("records", {}).items():
        yield f"\n{split}, {some['persons']} persons: beats found" + _beats(some["beats"])
        yield from _early(some["early"])
        if "proves" in some:
            yield f"  {some['proves']}"
    learnt = found.get("learnt from DS1, tested on DS2")
    if learnt:
        yield "\na model that has learnt from DS1 besides, on DS2"
        yield from _early(learnt["early"])


def _beats(beats):
    return "".join(f"  {name} {_share(share)}" for name, share in beats.items())


def _share(share):
    if share["value"] is None:
        return "none"
    low, high = share["by_persons"] or share["by_beats"]
    return f"{100 * share['value']:.2f} % ({100 * low:.2f} to {100 * high:.2f})"


def _early(early):
    for a_day, ways in early.items():
        yield f"  early beats, thresholds for {a_day} false alarms a day"
        for way, one in ways.items():
            alarms = one["false alarms a day"]
            worst = one["atrial"]["least"]
            yield (
                f"    {way:10} atrial {_share(one['atrial'])}, worst heart "
                f"{'none' if worst is None else f'{100 * worst:.0f} %'}; ventricular "
                f"{_share(one['ventricular'])}; precision {_share(one['precision'])}; "
                f"{alarms['value']:.0f} false alarms a day ({alarms['low']:.0f} to "
                f"{alarms['high']:.0f})"
            )
            if "float" in one:
                yield (
                    f"    {'':10} in float: atrial {_share(one['float']['atrial'])}; ventricular "
                    f"{_share(one['float']['ventricular'])}"
                )
            if "named" in one:
                yield f"    {'':10} marked as, and called: " + ", ".join(
                    f"{name} {dict(row)}" for name, row in one["named"].items()
                )


def _board(one):
    parts = ", ".join(f"{name} {share} %" for name, share in one["percent"].items())
    yield (
        f"\n{one['stream']} on {one['board']}: {one['equal_hops']} of {one['hops']} hops equal to "
        f"this computer's; {one['flash_bytes']:,} B flash, {one['ram_bytes']:,} B RAM, arena "
        f"{one['arena_bytes']:,} B"
    )
    yield (
        f"  estimated: {one['cycles_a_hop']:,} cycles a hop, {one['ms_a_hop']} ms, load "
        f"{one['load_percent']} %; {one['microamperes']:,} uA ({parts}), "
        f"{one['days_on_100_mah']} days on 100 mAh"
    )
    for exercise, right, hops, counted in one.get("told", ()):
        yield f"    {exercise:18} named {right} of {hops} half seconds, counted {counted}"
    if "called" in one:
        yield f"    marked {one['marked']}, called {one['called']} in {one['seconds']} s"


def _people(rows):
    for device in dict.fromkeys(row["device"] for row in rows):
        yield f"\nmacro-F1 of daily movements, {device}"
        yield from _ways([row for row in rows if row["device"] == device])
