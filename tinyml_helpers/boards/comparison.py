"""All boards in one table."""

from tinyml_helpers.boards.figures import BOARDS, KIB


def table():
    """All boards side by side, as text, a line each; power, at work and asleep, in milliwatts."""
    form = "{:15} {:31} {:19} {:>6} {:>10} {:>11} {:>7} {:>8}  {}".format
    lines = [form("id", "core", "arithmetic", "MHz", "flash KiB", "RAM KiB", "mW", "asleep", "of")]
    for board in BOARDS.values():
        memory = _scaled(board.flash_bytes, KIB), _scaled(board.ram_bytes, KIB)
        power = _scaled(board.active_watts, 1e-3), _scaled(board.sleep_watts, 1e-3)
        figures = _scaled(board.clock_hz, 1e6), *memory, *power, board.active.scope
        lines.append(form(board.id, board.core, board.arithmetic, *figures))
    return "\n".join(lines)


def _scaled(value, unit):
    """`value` in `unit`s: whole from 100 up, three digits below, "-" for None."""
    if value is None:
        return "-"
    return f"{value / unit:,.0f}" if value >= 100 * unit else f"{value / unit:.3g}"
