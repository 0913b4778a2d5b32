"""The figures of face_detection.py as text."""


def as_text(figures):
    """All of it, a str of many lines.

    Args:
        figures: of `face_detection.measure`.
    """
    parts = (
        _models(figures),
        _patches(figures["patches"]),
        _scenes(figures["scenes"]),
        _identities(figures["identities"]),
        _attacks(figures["attacks"]),
        *(_board(one) for one in figures["boards"]),
        _sizes(figures["sizes"]),
        _conditions(figures["conditions"]),
        _pairs(figures["pairs"], figures["known_again"]),
        figures["says"],
    )
    return "\n\n".join("\n".join(lines) for lines in parts)


def _models(figures):
    for one in figures["models"]:
        yield (
            f"{one['model']}: {one['model_bytes']:,} bytes of flash, arena {one['arena_bytes']:,}, "
            f"{one['macs']:,} MACs, {one['parameters']:,} parameters; "
            f"threshold {figures['thresholds'][one['model']]:.3f}"
        )


def _patches(rows):
    yield "is it a face? area under the ROC, on patches      faces  others     AUC  95 %"
    for one in rows:
        low, high = one["auc_95"]
        yield (
            f"{one['model']:6} {one['tested_on']:41}{one['faces']:7,}{one['others']:8,}"
            f"{one['auc']:8.3f}  {low:.3f} to {high:.3f}"
        )


def _scenes(rows):
    yield "where are faces? at IoU 0.4     seen as  pictures  faces  too small  found  wrong"
    for one in rows:
        yield (
            f"{one['model']:6} {one['tested_on']:23}  {one['looked_at']:7}{one['pictures']:10,}"
            f"{one['faces']:7,}{one['too_small']:11,}{one['found']:7,}{one['wrong']:7,}"
        )
        yield (
            f"        recall {_share(one, 'recall')}, precision {_share(one, 'precision')}, "
            f"average precision {_percent(one['average_precision'])}"
        )
        if one["best"]:
            yield (
                f"        were the threshold {one['best']['threshold']:.2f} (the best here, "
                f"instead of {one['threshold']:.2f}): {_percent(one['best']['recall'])} and "
                f"{_percent(one['best']['precision'])}"
            )


def _identities(rows):
    yield "whose face is it? equal error rates (%); usual: turned by 30° at most, face uncovered"
    for one in rows:
        yield (
            f"{one['model']:6} {one['tested_on']}: {one['pictures']:,} pictures of "
            f"{one['people']:,} people, {one['boxes']} boxes{_ways(one['ways'])}"
        )
        if one["singles"]:
            yield f"        {one['singles']} with one picture: as impostors only"
        for name in ("templates", "pairs"):
            yield from _protocol(one[name])


def _protocol(one):
    yield (
        f"        {_share(one, 'equal_error_rate')}: {one['protocol']}, {one['genuine']:,} genuine "
        f"and {one['impostor']:,} impostor trials"
    )
    text = f"            false accepts 1.0, false rejects {_percent(one['rejects_at_1'])}"
    if "threshold" in one:
        text += (
            f"; at the threshold {one['threshold']:.3f}: false accepts "
            f"{_percent(one['false_accepts'])}, false rejects {_percent(one['false_rejects'])}"
        )
    yield text


def _attacks(rows):
    yield "a drawn person enrolled by five pictures, and others of theirs shown: unlocked (%)"
    for one in rows:
        yield f"  {one['shown']:6} {_share(one, 'unlocked')} of {one['pictures']:,}"


def _ways(ways):
    """How faces were found in the pictures."""
    meaning = {
        "found": "found",
        "unsure": "found below the threshold",
        "centre": "none found, the centre taken",
    }
    return "".join(f", {count:,} {meaning[way]}" for way, count in ways.items())


def _board(one):
    yield f"on {one['board']}, emulated"
    yield (
        f"  as this computer: boxes of {one['frames_with_equal_boxes']} of {one['frames']} frames, "
        f"{one['frames_with_equal_verdict']} of {one['frames']} verdicts "
        f"({one['unlocked']} unlocked)"
    )
    yield (
        f"  flash {one['flash_bytes']:,} B, of it models {one['model_bytes']:,}; RAM "
        f"{one['ram_bytes']:,} B, of it arena {one['arena_bytes']:,}, frame "
        f"{one['frame_bytes']:,}, stack {one['stack_bytes']:,}"
    )
    yield f"  a frame: {_cost(one['looking'])}, {one['looking']['frames_a_second']} frames a second"
    for name, cost in one["parts"].items():
        yield f"    {name:9} {_cost(cost)}"


def _cost(one):
    return (
        f"{one['cycles']:12,} cycles, {one['milliseconds']:9,.2f} ms, {one['millijoules']:7.3f} mJ "
        "(estimated)"
    )


def _sizes(rows):
    yield "the same weights on frames of other sizes, int8, drawn scenes (%)"
    boards = list(rows[0]["boards"])
    yield (
        "  size  of all faces  recall  precision   million MACs  arena    "
        + "  ".join(f"{name:>28}" for name in boards)
    ).rstrip()
    for one in rows:
        yield (
            f"{one['size']:6}{_percent(one['recall_of_all']):>14}{_percent(one['recall']):>8}"
            f"{_percent(one['precision']):>11}{one['macs'] / 1e6:15.2f}{one['arena_bytes']:9,}    "
            + "  ".join(f"{_speed(one['boards'][name]):>28}" for name in boards)
        )
    yield "  of all faces: of those with 14 pixels or more in the largest frame"
    for one in rows:
        for name in boards:
            if "says" in one["boards"][name]:
                yield f"  at {one['size']} px: {one['boards'][name]['says']}"


def _speed(one):
    if "says" in one:
        return "doesn't fit"
    return f"{one['frames_a_second']:.2f} fps, {one['millijoules']:.2f} mJ"


def _conditions(conditions):
    yield "recall (%) on drawn scenes, int8, by condition (faces)"
    for name, rows in conditions.items():
        shares = (f"{one['value']}: {_percent(one['recall'])} ({one['faces']})" for one in rows)
        yield f"  {name:10} " + ", ".join(shares)


def _pairs(found, known):
    """Two tables of shades by lights: recall, and how often a person isn't known again."""
    lights = list(dict.fromkeys(one["light"] for one in found))
    for title, rows, key in (
        ("recall (%) on the same drawn faces, by skin and light", found, "recall"),
        ("not known again (%) in other light than even", known, "rejected"),
    ):
        yield f"{title}; shade 0 is the darkest"
        yield "  shade " + "".join(f"{light:>7}" for light in lights)
        cells = {(one["shade"], one["light"]): one[key] for one in rows if not one["yaw"]}
        for shade in sorted({shade for shade, _ in cells}):
            yield f"  {shade:5} " + "".join(
                f"{_percent(cells.get((shade, light))):>7}" for light in lights
            )
        turned = (f"{one['yaw']}°: {_percent(one[key])}" for one in rows if one["yaw"])
        yield "  turned, in even light: " + ", ".join(turned)


def _share(one, name):
    """A share of a row in percent, with its interval."""
    if one[name] is None:
        return "-"
    if one[f"{name}_95"] is None:
        return _percent(one[name])
    low, high = one[f"{name}_95"]
    return f"{_percent(one[name])} ({_percent(low)} to {_percent(high)})"


def _percent(share):
    return "-" if share is None else f"{100 * share:.1f}"
