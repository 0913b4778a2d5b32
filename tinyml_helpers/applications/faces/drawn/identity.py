"""Who somebody is: everything about a drawn head that stays the same from one picture to the next.

Lengths are millimetres of a life-size head: round numbers within what was measured on adults of
many peoples (L. G. Farkas et al., "International anthropometric study of facial morphology in
various ethnic groups/races", Journal of Craniofacial Surgery 16(4), 2005). They aren't fitted
to any table, and how often a trait occurs here says nothing about how often it does anywhere.
"""

from dataclasses import dataclass

import numpy as np

HAIR_STYLES = ("bald", "crop", "short", "swept", "curly", "fringe", "tied", "bob", "long")
BEARDS = ("none", "stubble", "moustache", "goatee", "full")

# Skin tone is a luminance reflectance: the share of light, as the eye weighs it, that skin returns.
# The CIE lightness L* it is drawn from spans the classes of the individual typology angle, the arc
# tangent of (L* - 50) / b* (S. Del Bino and F. Bernerd, British Journal of Dermatology 169, 2013):
# at a yellowness b* of 13, -56 degrees ("dark" lies under -30) to 61 ("very light" lies over 55).
DARKEST_LIGHTNESS, LIGHTEST_LIGHTNESS = 31.0, 73.0


@dataclass(frozen=True)
class Identity:
    """One person. Lengths in mm; change one trait with `dataclasses.replace(person, tone=0.1)`."""

    seed: int = 0
    # The head as a whole
    face_width: float = 137.0  # cheekbone to cheekbone (bizygomatic)
    jaw_width: float = 104.0  # angle of the jaw to angle of the jaw (bigonial)
    chin_width: float = 1.0  # 1 is average; above 1 a square chin, below a pointed one
    eye_to_chin: float = 113.0
    eye_to_hairline: float = 68.0
    head_depth: float = 1.0  # front to back, 1 is average
    chin_forward: float = 0.0
    cheekbone: float = 2.0  # how far the cheekbones stand out
    cheek_fat: float = 0.0  # fullness of the lower cheek; negative is hollow
    neck_width: float = 1.0
    ear_length: float = 62.0
    ear_angle: float = 18.0  # degrees the ear stands off the head
    # Eyes and eyebrows
    eye_distance: float = 63.0  # pupil to pupil
    eye_width: float = 30.5  # corner to corner of one eye (palpebral fissure)
    eye_opening: float = 11.0
    eye_tilt: float = 3.0  # degrees, the outer corner higher
    eye_depth: float = 6.0  # how deep the socket lies
    lid_fold: float = 0.6  # 0: the fold above the eye is hidden; 1: deep
    iris: float = 0.08  # reflectance
    brow_height: float = 18.0  # above the eye's centre
    brow_thickness: float = 7.0
    brow_arch: float = 3.0
    brow_tilt: float = 0.0  # mm the outer end lies above the inner one
    brow_dark: float = 0.7  # how far the brow's colour covers the skin, 0..1
    brow_ridge: float = 3.0  # how far the bone above the eyes stands out
    # Nose
    nose_length: float = 49.0  # root to base
    nose_width: float = 35.0  # across the wings
    nose_height: float = 20.0  # how far the tip stands out
    nose_bump: float = 0.0  # a hump (positive) or a hollow (negative) on the bridge
    nose_tip: float = 0.0  # mm the tip points up (positive) or down
    bridge_width: float = 7.0
    # Mouth
    mouth_width: float = 51.0
    upper_lip: float = 7.5
    lower_lip: float = 9.5
    philtrum: float = 15.0  # base of the nose to the upper lip's edge
    mouth_curve: float = 0.0  # mm the corners lie above the middle at rest
    lip_dark: float = 0.3  # how much darker than the skin the lips are, 0..1
    # Hair, beard, age, skin
    hair_style: str = "short"
    hair_color: float = 0.05  # reflectance: 0.02 black, 0.3 blond, 0.5 white
    hair_volume: float = 12.0  # thickness over the skull
    hair_parting: float = 0.0  # where the hairline is highest, mm to the picture's right
    hair_recession: float = 5.0  # mm the temples' hairline lies above the middle's
    beard: str = "none"
    beard_dense: float = 0.8
    age: float = 0.35  # 0 young, 1 old: folds, bags, spots
    moles: float = 0.3  # how many and how dark, 0..1
    tone: float = 0.3  # luminance reflectance of the skin, see random_tone


def random_tone(random):
    """A skin tone over the whole human range, evenly by lightness as the eye sees it (CIE L*).

    random: numpy Generator. Returns the luminance reflectance, 0.066 (darkest) to 0.452 (lightest).
    """
    return reflectance(random.uniform(DARKEST_LIGHTNESS, LIGHTEST_LIGHTNESS))


def reflectance(lightness):
    """Luminance reflectance Y (0..1) of a CIE lightness L* from 8 to 100 (CIE 15:2018, 8.2.1)."""
    return ((lightness + 16) / 116) ** 3


def identity(seed):
    """The person of this number: `Identity`. The same number is always the same person.

    seed: whole number >= 0. Raises ValueError otherwise.
    """
    if int(seed) != seed or seed < 0:
        raise ValueError(f"A person's number is a whole number from 0, not {seed!r}.")
    random = np.random.default_rng([int(seed), 5])
    # Three hidden traits tie the measures together, as sex, weight and age do in people.
    male = random.uniform(0, 1)  # pushed towards 0 and 1 below, but every mixture occurs
    male = 0.5 + 0.5 * np.sign(male - 0.5) * abs(2 * male - 1) ** 0.5
    weight = random.normal()
    age = random.beta(1.6, 2.0)
    tone = random_tone(random)

    def measure(mean, spread, male_more=0.0, heavy_more=0.0, low=-np.inf, high=np.inf):
        value = random.normal(mean, spread) + male_more * (male - 0.5) + heavy_more * weight
        return float(np.clip(value, low, high))

    face_width = measure(137, 5, 7, 3, 120, 158)
    style, volume = _hair(random, male, age)
    dark_hair = tone < 0.18 or random.random() < 0.65
    color = random.uniform(0.012, 0.05) if dark_hair else random.uniform(0.05, 0.2)
    if random.random() < (age - 0.35) * 1.1:
        color = random.uniform(0.1, 0.35)  # grey
    return Identity(
        seed=int(seed),
        face_width=face_width,
        jaw_width=float(np.clip(measure(104, 6, 8, 3.5), 88, face_width - 14)),
        chin_width=measure(1, 0.13, 0.12, 0, 0.7, 1.4),
        eye_to_chin=measure(113, 5.5, 8, 0, 99, 131),
        eye_to_hairline=measure(66, 7, 3, 0, 50, 84),
        head_depth=measure(1, 0.04),
        chin_forward=measure(0, 3, 2),
        cheekbone=measure(2, 1.5, -0.5, -0.5, 0, 6),
        cheek_fat=measure(0, 2.0, -1, 2.0, -5, 8),
        neck_width=measure(1, 0.07, 0.18, 0.05, 0.75, 1.3),
        ear_length=measure(62, 4, 4),
        ear_angle=measure(18, 8, 0, 0, 4, 42),
        eye_distance=measure(63, 3.3, 2, 0, 54, 73),
        eye_width=measure(30.5, 1.9, 0.5, 0, 25, 35.5),
        eye_opening=measure(11, 1.5, -0.8, -0.2, 7, 14),
        eye_tilt=measure(3, 3, -2),
        eye_depth=measure(6, 2.2, 2, -0.7, 1, 12),
        lid_fold=float(random.uniform(0, 1)),
        iris=float(random.choice([0.03, 0.05, 0.09, 0.14])),
        brow_height=measure(18, 2.6, -3, 0, 12, 25),
        brow_thickness=measure(7, 1.8, 2, 0, 3, 12),
        brow_arch=measure(3, 1.8, -1.5, 0, -0.5, 8),
        brow_tilt=measure(1, 2.5, -1),
        brow_dark=float(random.uniform(0.45, 1)),
        brow_ridge=measure(2.5, 1.6, 2.5, 0, 0, 8),
        nose_length=measure(49, 3.8, 3, 0, 40, 60),
        nose_width=measure(35, 4.0, 3, 0.5, 26, 48),
        nose_height=measure(20, 2.6, 2, 0, 13, 28),
        nose_bump=measure(0, 1.4, 0.8),
        nose_tip=measure(0, 2.5, -1.5, 0, -6, 6),
        bridge_width=measure(7, 1.3, 0.8, 0.2, 4.5, 11),
        mouth_width=measure(51, 4.2, 3, 0.5, 40, 64),
        upper_lip=measure(7.5, 2.2, -1, 0, 2.5, 13),
        lower_lip=measure(9.5, 2.2, -0.8, 0, 4.5, 15),
        philtrum=measure(15, 2.4, 1.5, 0, 9, 21),
        mouth_curve=measure(0, 1.6),
        lip_dark=float(np.clip(random.normal(0.3 - 0.12 * (male - 0.5), 0.1), 0.05, 0.6)),
        hair_style=style,
        hair_color=float(color),
        hair_volume=volume,
        hair_parting=float(random.uniform(-30, 30)),
        hair_recession=measure(4, 5, 8 * age),
        beard=_beard(random, male),
        beard_dense=float(random.uniform(0.45, 1)),
        age=float(age),
        moles=float(random.uniform(0, 1)),
        tone=float(tone),
    )


def _hair(random, male, age):
    """Style and thickness (mm): any style for anybody, but not equally often."""
    odds = [1, 2, 3, 3, 2, 1, 1, 0.5, 0.3] if male > 0.5 else [0.15, 0.5, 1, 1.5, 2, 2, 2.5, 2.5, 4]
    odds = np.array(odds)
    odds[0] *= 0.4 + 2 * age
    style = str(random.choice(HAIR_STYLES, p=odds / odds.sum()))
    low, high = {
        "bald": (0, 0.5),
        "crop": (1, 4),
        "tied": (3, 10),
        "curly": (14, 38),
        "short": (6, 16),
    }.get(style, (8, 24))
    return style, float(random.uniform(low, high))


def _beard(random, male):
    odds = [0.5, 0.2, 0.1, 0.1, 0.1] if male > 0.5 else [1, 0, 0, 0, 0]
    return str(random.choice(BEARDS, p=odds))
