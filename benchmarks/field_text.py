"""The figures of agriculture.py as text."""


def as_text(figures):
    """All of it, a str of many lines.

    Args:
        figures: of `agriculture.measure`.
    """
    return "\n".join(
        [
            *(
                f"model {one['model']}: {one['bytes']:,} B, {one['parameters']:,} parameters"
                for one in figures["models"]
            ),
            "\nsimulated fields held out, by the hour (persistence and error in % by volume)",
            *_skill(figures["simulated"]),
            *_stations(figures["simulated_days"] + figures.get("real", [])),
            *_sending(figures),
            *_faults(figures["faults"]),
            *_watering(figures["watering"]),
            *(line for one in figures["boards"] for line in _board(one)),
            "",
            *figures["says"],
        ]
    )


def _skill(rows):
    yield (
        f"  {'model':29}{'known':14}{'weather':8}{'hours':>6}{'n':>7}{'pers.':>7}{'error':>7}"
        f"{'skill':>7}  below 10/50/90"
    )
    for one in rows:
        below = "/".join(f"{100 * share:.0f}" for share in one["below"])
        yield (
            f"  {one['model']:29}{one['known']:14}{one['weather']:8}{one['hours']:6}"
            f"{one['count']:7,}{one['persistence']:7.2f}{one['error']:7.2f}{one['skill']:7.2f}"
            f"  {below}"
        )


def _stations(rows):
    for station in dict.fromkeys(one["station"] for one in rows):
        yield f"\n{station}, by the day"
        yield from _skill([one for one in rows if one["station"] == station])


def _sending(figures):
    yield "\nmessages of 24 hours, and error at the gateway"
    yield (
        f"  {'series':19}{'way':12}{'delta %':>8}{'messages':>9}{'bytes':>7}{'mJ':>7}{'error %':>9}"
        "  saved at the same error"
    )
    for one in figures["sending"]:
        saved = "" if one.get("saved") is None else f"{100 * one['saved']:6.0f} %"
        yield (
            f"  {one['series']:19}{one['way']:12}{one['delta']:8.2f}{one['messages']:9.2f}"
            f"{one['bytes']:7.1f}{one['millijoules']:7.1f}{one['mean_error']:9.3f}{saved}"
        )
    yield "\nwhen messages and answers are lost: hours at the gateway in %, a heartbeat a day"
    for one in figures["losing"]:
        hours = ", ".join(f"{word} {100 * share:.2f}" for word, share in one["hours"].items())
        yield (
            f"  {one['series']:19}{100 * one['loss']:3.0f} % lost, {one['messages']:.2f} a day: "
            f"{hours}; largest error of told and checked hours {one['largest_error_trusted']:.2f} %"
        )


def _faults(faults):
    yield f"\nprobes that fail, {faults['sites']} simulated sites, noticed within 60 days"
    for kind, one in faults["kinds"].items():
        days = "most never" if one["days"] is None else f"{one['days']:.1f} days"
        yield (
            f"  {kind:13}noticed {100 * one['share']:.0f} %, by its name "
            f"{100 * one['named']:.0f} %, in the middle after {days}"
        )
    each = ", ".join(f"{name} {rate:.2f}" for name, rate in faults["false_flags"].items() if rate)
    yield f"  healthy: {faults['false_flags_a_year']:.2f} false flags a year ({each or 'none'})"


def _watering(rows):
    yield f"\nwater of a season at equal days of stress, {rows[0]['sites']} simulated sites, mm"
    for one in rows:
        if one["mm"] is None:
            yield f"  {one['stressed_days']:3} days  {one['rule']:28}  never has so many, or so few"
            continue
        low, high = one["mm_interval"]
        less, most = one["more_interval"]
        yield (
            f"  {one['stressed_days']:3} days  {one['rule']:28}{one['mm']:7.1f} ({low} to {high}), "
            f"{one['more']:+.1f} against the threshold ({less} to {most}); each field its own "
            f"setting {one['mm_own_setting']}"
        )


def _board(one):
    yield (
        f"\n{one['board']}: {one['equal_hours']:,} of {one['hours']:,} hours equal to this "
        f"computer, emulated in {one['seconds_emulated']:.0f} s"
    )
    yield (
        f"  flash {one['flash_bytes']:,} B (model {one['model_bytes']:,}), RAM "
        f"{one['ram_bytes']:,} B (arena {one['arena_bytes']:,}); an hour "
        f"{one['cycles_an_hour']:,} cycles, {one['ms_an_hour']:.2f} ms"
    )
    yield (
        f"  {one['messages_a_day']:.2f} messages a day, {one['waterings']} waterings; stuck after "
        f"{one['stuck_after_hours']:,} hours, flagged in hour {one['flagged_at_hour']}; "
        f"{one['wrong_hours_at_gateway']} hours wrong at the gateway, and marked so"
    )
    for way in one["power"]:
        parts = ", ".join(f"{name} {share:.1f} %" for name, share in way["percent"].items())
        days = ", ".join(f"{cell} {count:,}" for cell, count in way["days"].items())
        yield (
            f"  {way['way']}, SF{way['spreading_factor']}: {way['microamperes']:.1f} µA ({parts}); "
            f"days: {days}"
        )
