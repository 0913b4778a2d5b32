"""How much a node sends, what that costs, and how wrong its gateway is: three ways to send.

    often = [on_change(levels, delta) for delta in (0.25, 0.5, 1)]
    seldom = [dual(tflite_bytes, levels, start, delta) for delta in (0.25, 0.5, 1)]
    saved(seldom, often)  # shares of messages, at the same error

All send frames of the same kind and hear the same answer; see c/message.h.
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.fields import c_node, radio
from tinyml_helpers.applications.fields.gateway import hours_since_1970, packed_settings, percent

_DAY, _PERCENT = 24, 100
_FRAME_LOST, _ANSWER_LOST = 1, 2


class Sending(NamedTuple):
    """What a way to send comes to over a series of hours.

    Attributes:
        messages, bytes, millijoules: a day. Hours without a reading don't count. Bytes are the
            payload's; the energy is the radio's, estimated.
        mean_error, largest_error: at the gateway, percent by volume, over hours with a reading
            and an estimate.
        estimates: float64 [hours], the gateway's, as it knows them at the end; NaN before the first
            message.
        status: str [hours], each a word of c_node.STATUS; None if the gateway keeps none.
    """

    messages: float
    bytes: float
    millijoules: float
    mean_error: float
    largest_error: float
    estimates: np.ndarray
    status: np.ndarray | None = None


def every_hour(levels, spreading_factor=7):
    """A message an hour.

    Args:
        levels: float [hours], percent by volume; NaN where there is no reading, and no message.
        spreading_factor: of LoRa, 7 to 12.

    Returns:
        A `Sending`.

    Raises:
        ValueError: levels aren't that, or there is no such spreading factor.
    """
    counted = _counted(levels)
    return _sent(levels, counted, counted != c_node.NO_LEVEL, spreading_factor)


def on_change(levels, delta, heartbeat=168, spreading_factor=7):
    """A message when the reading is off by more than delta from the last one that was sent.

    Args:
        levels, spreading_factor: as `every_hour`.
        delta: percent by volume, 0.05 to 10.
        heartbeat: hours without a message at most, 1 to 168.

    Returns:
        A `Sending`.

    Raises:
        ValueError: as `every_hour`, or a setting is out of its range.
    """
    packed_settings(delta, heartbeat)
    counted, steps = _counted(levels), round(delta * _PERCENT)
    held = np.full_like(counted, c_node.NO_LEVEL)
    sends = np.zeros(len(counted), bool)
    last, known = 0, c_node.NO_LEVEL
    for hour, level in enumerate(counted.tolist()):
        due = known == c_node.NO_LEVEL or abs(level - known) > steps or hour - last >= heartbeat
        if level != c_node.NO_LEVEL and due:
            last, known, sends[hour] = hour, level, True
        held[hour] = known
    return _sent(levels, held, sends, spreading_factor)


def dual(tflite_bytes, levels, start, delta, loss=0.0, seed=0, heartbeat=168, spreading_factor=7):
    """A message when the reading is off by more than delta from what both ends guess.

    Args:
        tflite_bytes: the model of both ends.
        levels, delta, heartbeat, spreading_factor: as `on_change`.
        start: datetime64, when the first hour begins.
        loss: share of messages that are lost, and of answers, 0 to 1.
        seed: of what is lost.

    Returns:
        A `Sending`, with the gateway's status.

    Raises:
        ValueError: as `on_change`, or loss is no share.
        As `c_node.loaded`.
    """
    settings, counted = packed_settings(delta, heartbeat), _counted(levels)
    lost = radio.Link(loss, seed).loses((len(counted), 2)) @ (_FRAME_LOST, _ANSWER_LOST)
    lost = lost.astype(np.uint8)
    estimates = np.zeros_like(counted)
    status, sizes = np.zeros(len(counted), np.uint8), np.zeros(len(counted), np.uint8)
    model = c_node.loaded(tflite_bytes)
    apart = c_node.load().so_link_all(
        model.handle,
        model.handle,
        settings,
        counted.ctypes.data,
        lost.ctypes.data,
        hours_since_1970(start),
        len(counted),
        estimates.ctypes.data,
        status.ctypes.data,
        sizes.ctypes.data,
    )
    assert apart == 0, "node and gateway guess apart"
    return _result(levels, estimates, sizes, spreading_factor, np.array(c_node.STATUS)[status])


def saved(curve, baseline):
    """The shares of messages that one way to send saves, where another has the same mean error.

    Args:
        curve: a list of `Sending`, or of anything with `messages` and `mean_error`.
        baseline: the same of the other way, at two errors or more; between them the logarithm of
            its messages is taken to be a straight line of its error.

    Returns:
        float64 [len(curve)], 1 - messages / messages of the baseline; NaN where the error is beyond
        the baseline's.

    Raises:
        ValueError: the baseline has less than two points.
    """
    if len(baseline) < 2:
        raise ValueError("a baseline needs two points at least: give it two deltas or more")
    points = sorted((one.mean_error, np.log(one.messages)) for one in baseline)
    errors, logs = np.array(points).T
    own = np.array([(one.mean_error, one.messages) for one in curve])
    return 1 - own[:, 1] / np.exp(np.interp(own[:, 0], errors, logs, np.nan, np.nan))


def _counted(levels):
    """Float [hours] as the C counts it."""
    levels = np.asarray(levels, np.float64)
    most = np.iinfo(np.int16).max
    if levels.ndim != 1 or np.isnan(levels).all():
        raise ValueError("levels has no reading, or not one dimension: give a number an hour")
    counted = np.where(np.isnan(levels), c_node.NO_LEVEL, np.rint(levels * _PERCENT))
    if (np.abs(counted[~np.isnan(levels)]) > most).any():
        raise ValueError(f"levels reaches beyond {most / _PERCENT:g}%: give percent by volume")
    return counted.astype(np.int16)


def _sent(levels, estimates, sends, spreading_factor):
    return _result(levels, estimates, sends * c_node.LEVEL_BYTES, spreading_factor)


def _result(levels, estimates, sizes, spreading_factor, status=None):
    """A `Sending`. sizes: int [hours], bytes sent in each, 0 for no message."""
    estimates = percent(estimates)
    errors = np.abs(estimates - levels)
    errors = errors[~np.isnan(errors)]
    days = np.count_nonzero(~np.isnan(levels)) / _DAY
    cost = sum(
        count * radio.millijoules(int(size), spreading_factor, c_node.ANSWER_BYTES)
        for size, count in zip(*np.unique(sizes[sizes > 0], return_counts=True), strict=True)
    )
    return Sending(
        np.count_nonzero(sizes) / days,
        float(sizes.sum(dtype=np.int64) / days),
        float(cost / days),
        float(errors.mean()) if len(errors) else np.nan,
        float(errors.max(initial=0)),
        estimates,
        status,
    )
