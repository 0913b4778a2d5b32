"""The figures of keyword_spotting.py as text."""

from keyword_streams_text import table


def as_text(figures):
    """All of it, a str of many lines.

    Args:
        figures: of `keyword_spotting.measure`.
    """
    return "\n".join(
        [
            *_accuracy(figures["accuracy"]),
            f"\nfront end: {figures['features_a_second']:,} clips a second and core, measured",
            *(line for one in figures["boards"] for line in _board(one)),
            *(line for one in figures["streams"] for line in _stream(one)),
            *(line for one in figures["conditions"] for line in table(one)),
            *_lesson(figures),
            "",
            *figures["says"],
        ]
    )


def _lesson(figures):
    if "lesson_seconds" in figures:
        yield f"\nlesson: {figures['lesson_seconds']} s"


def _accuracy(rows):
    yield "right (%)           tested on                  clips  float  int8  int8, ten words alone"
    for one in rows:
        shares = _percent(one["float"]), _percent(one["int8"]), _percent(one["ten_words_int8"])
        row = f"{one['model']:19} {one['tested_on']:25} {one['clips']:6,}"
        yield row + "{:>7}{:>6}{:>23}".format(*shares)
    for one in rows:
        yield f"\n{one['model']}, int8, {one['tested_on']}: said (rows), and taken for (columns)"
        names = [name.strip("_") for name in one["names"]]
        yield "".join(f"{name:>8}" for name in ["", *names])
        for name, counts in zip(names, one["confusion"], strict=True):
            yield f"{name:>8}" + "".join(f"{count or '.':>8}" for count in counts)


def _percent(share):
    return "-" if share is None else f"{100 * share:.1f}"


def _board(one):
    yield f"\n{one['model']} on {one['board']}, emulated"
    yield (
        f"  as this computer: features of {one['hops_with_equal_features']:,} of {one['hops']:,} "
        f"hops, scores of {one['inferences_with_equal_scores']} of {one['inferences']} inferences, "
        f"{one['hops_with_equal_verdict']:,} of {one['hops']:,} verdicts "
        f"({one['detections']} words)"
    )
    yield (
        f"  flash {one['flash_bytes']:,} B, of it model {one['model_bytes']:,}; "
        f"RAM {one['ram_bytes']:,} B, of it arena {one['arena_bytes']:,}"
    )
    yield (
        f"  a hop's features {one['front_end_cycles']:,} cycles, {one['front_end_ms']} ms, "
        f"{one['front_end_load_percent']} % of the time; a hop of the gate {one['gate_cycles']:,} "
        "cycles (estimated)"
    )
    yield (
        f"  an inference {one['inference_cycles']:,} cycles, {one['inference_ms']} ms, "
        f"{one['inference_mj']} mJ; all together {one['load_percent']} % of the time (estimated)"
    )
    yield (
        f"  at most {one['most_waiting']:,} samples wait for the processor, "
        f"{one['most_waiting'] / 16:.0f} ms of sound (estimated)"
    )


def _stream(one):
    yield f"\n{one['model']} on a stream of {one['voices']}, threshold {one['chosen']['threshold']}"
    if not one["target_met"]:
        yield f"  no threshold gives {one['target']} false accepts an hour or fewer"
    yield f"  chosen on   {one['hours']:g} h, {one['keywords']:3} keywords: {_point(one['chosen'])}"
    yield "  least false rejects there with at most " + ", ".join(
        f"{most} false accepts an hour: {share}" for most, share in _trade(one["curve"])
    )
    yield f"  tested on   {one['hours']:g} h, {one['tested_keywords']:3} keywords: " + _point(
        one["tested"]
    )
    yield f"  with a gate open {one['awake']:4.0%} of the time: {_point(one['gated'])}"
    yield f"  an hour of sound takes {one['seconds_an_hour']} s here"
    for at in one["power"]:
        if "says" in at:
            yield f"  {at['board']}: {at['says']}"
            continue
        for how in ("always", "gated"):
            lives = ", ".join(f"{name} {days}" for name, days in at[f"{how}_days"].items())
            yield f"  {at['board']}, {how}: {at[f'{how}_ma']} mA; days: {lives} (estimated)"


def _trade(curve):
    """The least share of false rejects for some rates of false accepts."""
    for most in (1, 5, 20, 60):
        rejects = [at["false_rejects"] for at in curve if at["false_accepts_an_hour"] <= most]
        yield most, f"{min(rejects):.0%}" if rejects else "none"


def _point(at):
    late = "" if at["latency"] is None else f", {at['latency']:.2f} s after the word"
    return (
        f"{at['false_rejects']:.1%} false rejects, {at['false_accepts_an_hour']:.1f} false accepts "
        f"an hour (95 %: at most {at['at_most']:.1f}){late}"
    )
