"""The picture that stands for the movements of a wrist where no script runs."""

import matplotlib.pyplot as plt
import numpy as np

from tinyml_helpers.signals.orientation import matrices

#: Where the world is looked at from, degrees: round it, and above. As in wrist_arm.js.
_ROUND, _ABOVE = -55, 16

#: So many moments are drawn, until the hand is nearly as high as it ever is.
_MOMENTS, _NEARLY = 5, 0.9

#: Seconds of the curves: enough to see what repeats, and less to keep than all.
_SECONDS = 6

_LABELS = ("acceleration\n(g)", "rotation\n(rad/s)")


def figure(shown, step, limits):
    """A matplotlib figure: a column a movement, the forearm raised above its curves.

    Args:
        shown: the `wrist.Shown`.
        step: seconds between samples.
        limits: ends of the scales, g and rad/s.
    """
    names = " and ".join(one.name for one in shown)
    figure, grid = plt.subplots(
        3,
        len(shown),
        figsize=(4 * len(shown), 4.8),
        height_ratios=(1.7, 1, 1),
        squeeze=False,
        num=f"{names}: a forearm and its watch as it is raised, above acceleration (g) and "
        "rotation (rad/s) of x, y and z against time (s)",
        clear=True,
        layout="constrained",
    )
    for column, one in zip(grid.T, shown, strict=True):
        _draw_forearm(column[0], one)
        column[0].set_title(one.name, loc="left")
        seconds = np.arange(len(one.rotation)) * step
        for ax, values, most in zip(
            column[1:], (one.acceleration, one.rotation), limits, strict=True
        ):
            for axis, of, dashes in zip("xyz", values.T, ("-", "--", ":"), strict=True):
                ax.plot(seconds, of, dashes, linewidth=1.2, label=axis)
            ax.grid(False)
            ax.axhline(0, color="0.8", linestyle="-", linewidth=0.8, zorder=0)
            ax.set(xlim=(0, min(_SECONDS, seconds[-1])), ylim=(-most, most))
        column[2].set_xlabel("time (s)")
    for ax, label in zip(grid[1:, 0], _LABELS, strict=True):
        ax.set_ylabel(label)
    grid[1, 0].legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1), fontsize="small")
    return figure


def _draw_forearm(ax, one):
    """The forearm at some moments, from its lowest to its highest: the darker, the later."""
    turned = matrices(one.orientation)
    hand = one.hand * turned[:, :, 0]
    moments = _as_it_rises(hand[:, 2])
    for number, moment in enumerate(moments, 1):
        shade = 0.1 + 0.9 * (number / _MOMENTS) ** 2
        elbow_to_hand = _seen(np.outer((0, 0.6, 1), hand[moment]))
        ax.plot(*elbow_to_hand, color="0.45", alpha=shade, lw=9, solid_capstyle="round", ls="-")
        across, out = turned[moment, :, 1], turned[moment, :, 2]
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * 0.1
        watch = [
            0.7 * hand[moment] + i * hand[moment] + j * across + 0.07 * out for i, j in corners
        ]
        ax.fill(*_seen(np.array(watch)), color="C0", alpha=shade)
    ax.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), aspect="equal")
    ax.axis("off")


def _as_it_rises(height):
    """Samples from the last low one to the first high one."""
    low, high = height.min(), height.max()
    top = (height >= low + _NEARLY * (high - low)).argmax()
    bottom = height[: top + 1][::-1]
    bottom = top - (bottom <= max(bottom.min(), low + (1 - _NEARLY) * (high - low))).argmax()
    return np.linspace(bottom, top, _MOMENTS).astype(int)


def _seen(points):
    """Where the world's points, [n, 3], are in the picture: two arrays, across and up."""
    about, above = np.radians((_ROUND, _ABOVE))
    across = points @ (-np.sin(about), np.cos(about), 0)
    up = points @ (-np.sin(above) * np.cos(about), -np.sin(above) * np.sin(about), np.cos(above))
    return across, up
