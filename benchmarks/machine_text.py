"""The figures of predictive_maintenance.py as text."""


def as_text(figures):
    """All of it, a str of many lines.

    Args:
        figures: of `predictive_maintenance.measure`.
    """
    model = figures["model"]
    return "\n".join(
        [
            f"fault model: {model['bytes']:,} B, {model['macs']:,} MACs, "
            f"{model['parameters']:,} parameters",
            *_simulated(figures["simulated"]),
            *_real(figures),
            *_lives(figures["lives"]),
            *(line for one in figures["boards"] for line in _board(one)),
            "",
            *figures["says"],
        ]
    )


def _simulated(rows):
    yield "\nsimulated machines held out, single looks"
    yield f"  {'model':21}{'faults':14}{'looks':>6}{'AUC':>8}{'pAUC':>8}{'named %':>9}"
    for one in rows:
        yield (
            f"  {one['model']:21}{one['faults']:14}{one['looks']:6,}{one['auc']:8.3f}"
            f"{one['partial_auc']:8.3f}{100 * one['named']:9.1f}"
        )


def _real(figures):
    if "real" not in figures:
        return
    yield "\nreal bearings, decisions of three looks (AUC of single looks beside)"
    yield f"  {'model':21}{'recording':14}{'AUC':>7}{'pAUC':>7}{'(look)':>8}  named"
    for one in figures["real"]:
        if "named" in one:
            named = one["named"] + ("" if one["right"] else f", but is {one['kind']}")
        else:
            named = f"{100 * one['right']:.0f} % right"
        name = one["name"] if "named" in one else f"{one['sensor']}: {one['name']}"
        yield (
            f"  {one['model']:21}{name:14}{one['auc']:7.3f}{one['partial_auc']:7.3f}"
            f"{one['auc_of_looks']:8.3f}  {named}"
        )
    yield "\nreal healthy recordings, int8: decisions with a false alarm"
    for one in figures["real_health"]:
        yield (
            f"  {one['name']:14}the bearing at {one['bearing']} watched: "
            f"{100 * one['false_alarms']:.1f} %"
        )


def _lives(lives):
    yield (
        f"\nsimulated lives: {lives['machines']} healthy machines to choose margins on, as many to "
        f"test on; {lives['failing']} machines that fail, each of every fault"
    )
    yield (
        f"  asked: {100 * lives['rate_asked']:.2f} % of decisions a false alarm, one a week; "
        f"anomaly, loudness and kurtosis alarm after {lives['persist']} looks in a row"
    )
    faults = list(lives["watchers"][0]["days_of_warning"])
    yield (
        f"  {'days of warning':18}"
        + "".join(f"{fault:>14}" for fault in faults)
        + f"{'missed':>8}{'false alarms':>14}"
    )
    for one in lives["watchers"]:
        yield (
            f"  {one['watcher']:18}"
            + "".join(f"{one['days_of_warning'][fault]:14.1f}" for fault in faults)
            + f"{one['missed']:8}{100 * one['false_alarms']:12.2f} % of "
            + f"{one['healthy_decisions']:,}"
        )
        if one.get("named_right") is not None:
            yield f"  {'':18}the right part at the first alarm: {100 * one['named_right']:.0f} %"
    yield "  AUC of the anomaly model on faults of 0 dB and louder, commissioned on"
    for whose, found in lives["anomaly_auc"].items():
        row = ", ".join(f"{fault} {value:.3f}" for fault, value in found.items())
        yield f"    {whose} health: {row}"


def _board(one):
    yield f"\n{one['board']}, emulated: {one['equal_looks']} of {one['looks']} looks as here"
    yield (
        f"  flash {one['flash_bytes']:,} B, of it model {one['model_bytes']:,}; "
        f"RAM {one['ram_bytes']:,} B, of it arena {one['arena_bytes']:,}"
    )
    yield (
        f"  a look {one['cycles']:,} cycles, {one['ms']} ms, {one['mj']} mJ; "
        f"{one['load_percent']} % of the time if it looks always"
    )
    for row in one["power"]:
        days = ", ".join(f"{name} {count:,} days" for name, count in row["days"].items())
        yield (
            f"  {row['sensor']} (hears {row['hears_hz']:,.0f} Hz) and LoRa at SF"
            f"{row['spreading_factor']}: {row['microamperes']} µA, radio "
            f"{row['radio_percent']} %; {days}; estimated"
        )
