"""Which way a sensor points, from its acceleration and rotation."""

import math

import numpy as np

#: How fast the tilt follows the acceleration, per second: half an error is gone after 1.4 s.
_GAIN = 0.5


def orientations(acceleration, rotation, rate):
    """The orientation of a sensor over time, by a complementary filter.

    The rotation is summed up; what it gets wrong in tilt is slowly corrected by the acceleration,
    which on average points up. Nothing corrects the heading: it starts at 0, as the sensor lies
    then, and drifts with the gyroscope's offset. Where the recording begins in the middle of a
    movement the tilt is wrong for some seconds. Where the sensor is, nobody knows from this.

    Source: R. Mahony, T. Hamel and J.-M. Pflimlin, Nonlinear complementary filters on the special
    orthogonal group, IEEE Transactions on Automatic Control 53 (2008), 1203-1218: the explicit
    filter, with one direction and without an estimate of the offset.

    Args:
        acceleration: [n, 3], along the sensor's x, y, z, any unit, gravity included: at rest the
            axis that points up reads positive.
        rotation: [n, 3], about the same axes in rad/s, positive as a right-handed screw turns.
        rate: samples a second.

    Returns:
        float64 [n, 4], unit quaternions w, x, y, z that turn the sensor's axes into the world's,
        whose z points up; their sign never jumps from one to the next.

    Raises:
        ValueError: shapes that don't fit, no sample, a rate that isn't above 0, or values that are
            missing (NaN) or without end.
    """
    acceleration, rotation = _checked(acceleration, rotation, rate)
    ups = (acceleration / np.maximum(_lengths(acceleration), np.finfo(float).tiny)).tolist()
    # Between two samples it turned as fast as on average at both.
    turned = ((rotation[1:] + rotation[:-1]) / 2).tolist()
    now = _least_turn(ups[0])
    found = [now]
    for up, turn in zip(ups[1:], turned, strict=True):
        now = _turned(now, [speed / rate for speed in turn])
        # Only now: against the last orientation, whatever turns would look like an error.
        now = _turned(now, [_GAIN * error / rate for error in _cross(up, _world_up(now))])
        found.append(now)
    return np.array(found)


def matrices(quaternions):
    """The rotation matrices of unit quaternions.

    Args:
        quaternions: [..., 4], w, x, y, z.

    Returns:
        float64 [..., 3, 3]: the columns are the sensor's x, y, z as the world has them.
    """
    w, x, y, z = np.moveaxis(np.asarray(quaternions, float), -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, -1) for row in rows], -2)


def _checked(acceleration, rotation, rate):
    acceleration, rotation = np.asarray(acceleration, float), np.asarray(rotation, float)
    shapes = [list(values.shape) for values in (acceleration, rotation)]
    if acceleration.ndim != 2 or shapes[0] != shapes[1] or shapes[0][1] != 3 or not shapes[0][0]:
        raise ValueError(
            f"acceleration is {shapes[0]} and rotation {shapes[1]}: give both as [n, 3]"
        )
    if not (np.isfinite(acceleration).all() and np.isfinite(rotation).all()):
        raise ValueError("samples are missing (NaN) or without end: give a stretch without gaps")
    if not 0 < rate < math.inf:
        raise ValueError(f"the rate is {rate}: give samples a second, more than 0")
    return acceleration, rotation


def _lengths(vectors):
    return np.sqrt((vectors**2).sum(axis=1, keepdims=True))


def _least_turn(up):
    """The shortest turn that brings a direction of the sensor, a unit vector, to the world's z."""
    x, y, z = up
    quaternion = (1 + z, y, -x, 0.0)
    # A sensor on its face may turn about either axis.
    return _unit(quaternion) if math.hypot(*quaternion) > 1e-6 else (0.0, 1.0, 0.0, 0.0)


def _world_up(quaternion):
    """The world's z as the sensor sees it: the last row of its matrix."""
    w, x, y, z = quaternion
    return 2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)


def _cross(a, b):
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


def _turned(quaternion, angles):
    """A quaternion turned on about the sensor's own axes, by a vector of radians."""
    angle = math.hypot(*angles)
    sine = math.sin(angle / 2) / angle if angle else 0.5
    c, (i, j, k) = math.cos(angle / 2), (sine * part for part in angles)
    w, x, y, z = quaternion
    return _unit(
        (
            w * c - x * i - y * j - z * k,
            w * i + x * c + y * k - z * j,
            w * j - x * k + y * c + z * i,
            w * k + x * j - y * i + z * c,
        )
    )


def _unit(quaternion):
    length = math.hypot(*quaternion)
    return tuple(part / length for part in quaternion)
