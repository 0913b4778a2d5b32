"""What `keyword_search.py` has found, as lines."""

import numpy as np
import searches

KINDS = ("guided", "chance")


def mean(rows, key):
    """Of a figure over several rows."""
    return float(np.mean([row[key] for row in rows]))


def as_text(figures):
    """The figures as lines."""
    lines = [
        f"{figures['trained']} trained, {figures['refused']} refused, "
        f"{figures['seconds a trial']:.0f} s a trial"
    ]
    for name, rows in figures["again"].items():
        won = figures["won with"].get(name)
        lines.append(f"{name:10} {f'won with {won:.4f}; ' if won else ''}again: {_said(rows)}")
    for kind in KINDS:
        of_kind = [rows for name, rows in figures["again"].items() if name.startswith(kind)]
        if of_kind:
            means = [{key: mean(rows, key) for key in ("score", "test")} for rows in of_kind]
            lines.append(f"winners of {kind}, again: {_said(means)}")
    for name, rows in figures["averaged"].items():
        lines.append(f"by hand, input averaged {name}: {_costs(rows[0])}; {_said(rows)}")
    for name, rows in figures["further"].items():
        lines.append(f"{name}, thoroughly: {_costs(rows[0])}; {_said(rows)}")
    tests = [rows[0]["test"] for rows in figures["further"].values()]
    luck = np.sqrt(np.mean(tests) * (1 - np.mean(tests)) / figures["test clips"])
    lines.append(
        f"these {len(tests)}, tested, with the first seed: {min(tests):.4f} to {max(tests):.4f}, "
        f"standard deviation {np.std(tests):.4f}; the luck of {figures['test clips']} clips: "
        f"{luck:.4f}"
    )
    chosen = ", ".join(f"{name} {value}" for name, value in figures["found"].items())
    lines.append(f"found: {chosen}")
    for how in ("plain", "taught"):
        for name, rows in figures[how].items():
            lines.append(f"{name}, {how}: {_costs(rows[0])}; {_said(rows)}")
    for name, three in figures["differences"].items():
        lines.append(f"{name} minus by hand, tested, over people: {searches.said(three)}")
    for name, one in figures["cheaper"].items():
        lines.append(f"{name}: {_costs(one['rows'][0])}; {_said(one['rows'])}")
        lines.append(f"  minus as it is, tested, over people: {searches.said(one['more'])}")
    return "\n".join(lines)


def _costs(row):
    return (
        f"{row['flash']:,} bytes of flash (model {row['model bytes']:,}), "
        f"{row['milliseconds']:.1f} ms, {row['macs']:,} MACs"
    )


def _said(rows):
    """Scores and tests of rows, each with its mean's interval if there are several."""
    texts = []
    for key, meaning in (("score", "to choose by"), ("test", "tested")):
        values = [row[key] for row in rows]
        one = f"{values[0]:.4f}"
        text = searches.said(searches.mean_and_interval(values)) if len(values) > 1 else one
        texts.append(f"{meaning} {text}")
    return ", ".join(texts)
