"""Simulated arms against what is computed by hand, and against what must be so of any movement."""

import numpy as np
import places
import pytest
from scipy.spatial.transform import Rotation

from tinyml_helpers import datasets
from tinyml_helpers.datasets.motion import simulated
from tinyml_helpers.datasets.motion.series import G
from tinyml_helpers.datasets.motion.simulated import NAMES, Pose

RATE, HEIGHT = 500, 1.75
TIMES = np.arange(2 * RATE) / RATE
INSIDE = slice(5, -5)  # differences reach over the ends


def sensed(**joints):
    """Acceleration and rotation, each [n, 3], of joints' angles in degrees, numbers or [n]."""
    angles = np.stack(np.broadcast_arrays(*Pose(**joints), TIMES)[:-1], axis=1)
    made = simulated.sensed(angles, RATE, HEIGHT)
    assert made.shape == (len(TIMES) - 1, 6)
    return made[INSIDE, :3], made[INSIDE, 3:]


@pytest.mark.parametrize(
    ("pose", "up"),
    [
        (Pose(), "-x"),  # hanging
        (Pose(abduction=90), "+z"),  # sideways, the palm down
        (Pose(abduction=180), "+x"),
        (Pose(flexion=90), "-y"),  # to the front, the thumb up
        (Pose(flexion=90, pronation=90), "+z"),  # the palm down
        (Pose(elbow=90), "-y"),
        (Pose(elbow=90, outward=60), "-y"),
        (Pose(abduction=90, outward=90), "-y"),  # sideways, the thumb up
    ],
)
def test_an_arm_at_rest_feels_gravity_alone(pose, up):
    acceleration, rotation = sensed(**pose._asdict())
    expected = np.zeros(3)
    expected["xyz".index(up[1])] = G if up[0] == "+" else -G
    assert np.allclose(acceleration, expected, atol=1e-6) and np.allclose(rotation, 0, atol=1e-9)


def test_a_straight_arm_that_swings_is_a_pendulum():
    turn, hertz = np.radians(40), 2 * np.pi * 0.7
    theta = turn * np.sin(hertz * TIMES)
    acceleration, rotation = sensed(flexion=np.degrees(theta))
    length = (simulated.UPPER + simulated.FORE) * HEIGHT
    speed, rise = turn * hertz * np.cos(hertz * TIMES), -(hertz**2) * theta
    along = -G * np.cos(theta) - length * speed**2  # x points to the hand, inwards is negative
    across = -G * np.sin(theta) - length * rise  # y points to the back
    by_hand = np.stack([along, across, 0 * theta], axis=1)[:-1][INSIDE]
    assert np.allclose(acceleration, by_hand, atol=0.01)
    half = np.gradient(theta, 1 / RATE)[:-1][INSIDE]  # to the front is about -z
    assert np.allclose(rotation, np.stack([0 * half, 0 * half, -half], axis=1), atol=0.02)


def test_a_forearm_that_turns_like_a_turntable_is_pulled_to_the_elbow():
    acceleration, rotation = sensed(elbow=90, outward=np.degrees(3 * TIMES))
    assert np.allclose(acceleration, [-9 * simulated.FORE * HEIGHT, -G, 0], atol=0.001)
    assert np.allclose(rotation, [0, -3, 0], atol=1e-6)  # y points down


def test_a_palm_that_is_turned_goes_nowhere():
    acceleration, rotation = sensed(flexion=90, pronation=np.degrees(TIMES))
    assert np.allclose(np.linalg.norm(acceleration, axis=1), G)
    assert np.allclose(rotation, [1, 0, 0], atol=1e-6)  # of a left hand


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_ends_where_it_began_and_at_rest(name):
    motion = simulated.exercise(name, person=2, repetitions=5)
    middle = (motion.rotation[:-1] + motion.rotation[1:]) / 2
    turns = Rotation.from_rotvec(middle / motion.rate)
    frames, frame = [], Rotation.identity()
    for turn in turns:
        frames.append(frame)
        frame = frame * turn
    assert np.degrees(frame.magnitude()) < 12
    # What began and ends at rest was pushed on average by nothing but what carries its weight.
    felt = Rotation.concatenate(frames).apply(motion.acceleration[:-1]).mean(axis=0)
    assert np.allclose(felt, motion.acceleration[0], atol=0.3)


@pytest.mark.parametrize("name", NAMES)
def test_a_motion_has_as_many_repetitions_as_were_asked_for(name):
    few, more = (simulated.exercise(name, person=4, repetitions=n) for n in (8, 16))
    assert np.isclose(len(more.times) / len(few.times), 2, atol=0.1)
    assert (more.rate, more.place, more.activity) == (50, "left", name)
    assert more.person == "simulated 4" and more.source == f"simulated 4 left {name}"
    assert more.acceleration.shape == more.rotation.shape == (len(more.times), 3)
    main = more.rotation[:, np.abs(more.rotation).mean(axis=0).argmax()]
    spectrum = np.abs(np.fft.rfft(main * np.hanning(len(main)), 2**14))[: 2**12]
    often = spectrum.argmax() * 50 / 2**14 * more.times[-1]
    assert np.isclose(often, 16, atol=1)


def test_a_pendulum_swings_as_the_rod_does_that_it_nearly_is():
    lasts = [simulated.exercise("pendulum", person, 10).times[-1] / 10 for person in range(20)]
    shortest, longest = (2 * np.pi * np.sqrt(2 * 0.44 * high / (3 * G)) for high in (1.55, 1.9))
    assert shortest - 0.01 < min(lasts) < 1.40 < 1.46 < max(lasts) < longest + 0.01
    sheet = (places.DATA / "arms.md").read_text(encoding="utf-8")
    assert f"once in {shortest:.2f} to {longest:.2f} s" in sheet


def test_the_same_person_does_the_same_again_and_others_do_otherwise():
    one, again, other = (simulated.exercise("abduction", person, 3) for person in (1, 1, 2))
    assert np.array_equal(one.acceleration, again.acceleration)
    assert np.array_equal(one.rotation, again.rotation)
    assert len(one.times) != len(other.times)
    assert datasets.simulated_arms is simulated


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("push-up",), "one of pendulum, abduction"),
        (("pendulum", -1), "person is -1: give a whole number from 0 up"),
        (("pendulum", 0.5), "person is 0.5"),
        (("pendulum", 0, 2), "repetitions is 2: give a whole number from 3 up"),
        (("pendulum", 0, True), "repetitions is True"),
    ],
)
def test_what_isn_t_an_exercise_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        simulated.exercise(*arguments)


def test_the_datasheet_has_each_exercise_s_times_and_the_contents_name_it():
    sheet = (places.DATA / "arms.md").read_text(encoding="utf-8")
    for name, done in simulated.EXERCISES.items():
        (row,) = [line for line in sheet.splitlines() if line.startswith(f"| {name} |")]
        assert row.endswith(f"| {', '.join(map(str, done.seconds))} |")
        turned = {round(abs(angle)) for pose in (done.start, done.end) for angle in pose} - {0}
        said = {int(word.strip("°,|")) for word in row.split() if word.strip(",").endswith("°")}
        assert said <= turned and said
    assert "(arms.md)" in (places.DATA / "README.md").read_text(encoding="utf-8")
