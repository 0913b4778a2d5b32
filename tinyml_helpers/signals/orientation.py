"""Which way a sensor points, from its acceleration and rotation."""

import math

import numpy as np
from scipy.spatial.transform import Rotation

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
    ups = acceleration / np.maximum(_lengths(acceleration), np.finfo(float).tiny)
    # Between two samples it turned as fast as on average at both.
    turned = (rotation[1:] + rotation[:-1]) / 2
    now = _least_turn(ups[0])
    found = [now.as_quat(scalar_first=True)]
    for up, turn in zip(ups[1:], turned, strict=True):
        now = now * Rotation.from_rotvec(turn / rate)
        # Only now: against the last orientation, whatever turns would look like an error.
        error = np.cross(up, now.inv().apply([0, 0, 1]))
        now = now * Rotation.from_rotvec(_GAIN * error / rate)
        found.append(now.as_quat(scalar_first=True))
    return np.array(found)


def matrices(quaternions):
    """The rotation matrices of unit quaternions.

    Args:
        quaternions: [..., 4], w, x, y, z.

    Returns:
        float64 [..., 3, 3]: the columns are the sensor's x, y, z as the world has them.
    """
    quaternions = np.asarray(quaternions, float)
    made = Rotation.from_quat(quaternions.reshape(-1, 4), scalar_first=True).as_matrix()
    return made.reshape(*quaternions.shape[:-1], 3, 3)


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
    if math.hypot(*quaternion) <= 1e-6:
        quaternion = (0.0, 1.0, 0.0, 0.0)
    return Rotation.from_quat(quaternion, scalar_first=True)
