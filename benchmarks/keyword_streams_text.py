"""The figures of keyword_streams.py as text."""


def as_text(figures):
    """All of it, a str of many lines.

    Args:
        figures: of `keyword_streams.measured`.
    """
    tables = (line for one in figures["tables"] for line in table(one))
    return "\n".join([*tables, "", *figures["says"]]).lstrip("\n")


def table(one):
    """The lines of one model's table.

    Args:
        one: of `keyword_streams.table`.
    """
    yield (
        f"\n{one['model']} under conditions, {one['people']} {one['voices']}: "
        f"{one['hours']:g} h mixed, {one['rows'][-1]['hours']:g} h each of the others, other words "
        f"from {one['unknown_clips']} clips; an inference every "
        f"{one['hops_per_inference']} hops, {one['average']} averaged"
    )
    if not one["target_met"]:
        yield "  no threshold gives 1 false accept an hour or fewer; the highest is used"
    yield (
        f"  {'':26}{'':5}  {'threshold ' + str(one['threshold']) + ', of the mixed':40}"
        "best threshold of each row, missed %"
    )
    yield (
        f"  {'':26}{'said':>5}  {'missed % [95 %]':18}{'FA/h':>8}{'delay, late s':>14}"
        f"  {'at 1 FA/h':18} {'at 5 FA/h':18}"
    )
    for row in one["rows"]:
        at = row["at_threshold"]
        yield (
            f"  {row['condition']:26}{at['said']:5}  {_missed(at)}"
            f"{at['false_accepts_an_hour']:8.1f}{_delay(at):>14}"
            f"  {_missed(row['best']['1'])} {_missed(row['best']['5'])}"
        ).rstrip()
    yield f"  by word, mixed, threshold {one['threshold']}, missed of said: " + ", ".join(
        f"{word} {missed}/{said}" for word, (said, missed) in one["words"].items()
    )
    yield from _people(one["spread"])
    for half in one["halves"]:
        yield from _half(half)
    if not one["halves"]:
        yield "  no threshold could be chosen on half of the people: they are too few"


def _people(spread):
    if spread["people"]:
        quarter, middle, three = (f"{100 * share:.0f} %" for share in spread["quarters"])
        yield (
            f"  {spread['people']} people said three keywords or more: "
            f"{spread['mostly_missed']:.0%} of them are missed more than half of the time; the "
            f"middle one {middle}, a quarter at most {quarter}, a quarter at least {three}"
        )


def _half(half):
    chosen, tested = half["chosen"], half["tested"]
    yield (
        f"  threshold {chosen['threshold']} chosen for {half['rate']} FA/h on "
        f"{half['people'][0]} people (missed {_missed(chosen).strip()}), used on the "
        f"{half['people'][1]} others: missed {_missed(tested).strip()} of {tested['said']}, "
        f"{tested['false_accepts_an_hour']:.1f} FA/h (95 %: at most {tested['at_most']:.1f})"
    )


def _missed(at):
    """Percent missed and its interval, 18 characters."""
    if at is None or at["missed"] is None:
        return f"{'-':18}"
    low, high = at["interval"]
    return f"{100 * at['missed']:5.1f} [{100 * low:4.1f} {100 * high:5.1f}]"


def _delay(at):
    return "-" if at["delay"] is None else f"{at['delay']:.2f}, {at['late']:.2f}"
