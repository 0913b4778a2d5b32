"""How a picture was taken: pose, light, expression, what is in the way; not who it shows."""

from dataclasses import dataclass

import numpy as np

GLASSES = ("none", "thin", "thick", "dark")
OCCLUSIONS = ("none", "hand", "mask", "scarf", "hair", "object")
HATS = ("none", "beanie", "cap", "brim")


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One picture's circumstances. `Shot()` is frontal, neutral and evenly lit."""

    # Pose, degrees; 0, 0, 0 looks into the camera.
    yaw: float = 0.0  # positive: towards the picture's right
    pitch: float = 0.0  # positive: looking up
    roll: float = 0.0  # positive: tilted clockwise in the picture
    distance: float = 1500.0  # mm from the camera to the head: near lenses swell the nose
    # Light. Directions in degrees, seen from the head.
    azimuth: float = 20.0  # of the main light: 0 beside the camera, 90 from the picture's right
    elevation: float = 35.0  # of the main light: 0 level, 90 straight above
    ambient: float = 0.5  # share of the light that comes from all around, 0..1
    softness: float = 0.5  # of the main light: 0 a bare bulb or the sun, 1 a big window
    exposure: float = 0.0  # stops: +1 is twice the light
    contrast: float = 1.0  # of the finished picture about middle grey
    shine: float = 0.3  # how much the skin gleams, 0..1
    # Expression, each 0..1 unless said
    smile: float = 0.0  # -0.5 (sullen) to 1
    mouth_open: float = 0.0
    brow_raise: float = 0.0  # -1 (frown) to 1
    eyes_closed: float = 0.0
    gaze: float = 0.0  # -1 the picture's left to 1 its right
    # What is in the way
    glasses: str = "none"  # one of GLASSES
    occlusion: str = "none"  # one of OCCLUSIONS
    hat: str = "none"  # one of HATS
    clothes: float = 0.2  # reflectance of the shirt
    seed: int = 0  # places the hand, the object, the folds of cloth


def random_shot(random, hard=1.0, **fixed):
    """A `Shot` drawn at random.

    random: numpy Generator. hard: 0 (a person before a webcam: small angles, soft light, nothing in
    the way) to 1 (anything a camera meets). fixed: fields of Shot to keep as given, e.g. yaw=30.
    Raises ValueError for a `hard` outside 0..1.
    """
    if not 0 <= hard <= 1:
        raise ValueError(f"hard goes from 0 to 1, not {hard!r}.")

    def angle(spread, limit):
        return float(np.clip(random.normal(0, spread * (0.35 + 0.65 * hard)), -limit, limit))

    def sometimes(chance, names, odds=None):
        return str(random.choice(names[1:], p=odds)) if random.random() < chance else names[0]

    smiling = random.random() < 0.5
    toothy = random.random() < (0.6 if smiling else 0.2)
    chosen = {
        "yaw": angle(20, 60),
        "pitch": angle(9, 25),
        "roll": angle(7, 25),
        "distance": float(np.exp(random.uniform(np.log(450), np.log(4000)))),
        "azimuth": angle(40, 120),
        "elevation": float(np.clip(random.normal(35, 12 + 14 * hard), -25, 85)),
        "ambient": float(random.uniform(0.6 - 0.4 * hard, 0.85)),
        "softness": float(random.uniform(0.7 - 0.7 * hard, 1)),
        "exposure": float(random.normal(0, 0.15 + 0.25 * hard)),
        "contrast": float(np.clip(random.normal(1, 0.05 + 0.1 * hard), 0.7, 1.35)),
        "shine": float(random.uniform(0, 0.4 + 0.4 * hard)),
        "smile": float(random.uniform(0.3, 1) if smiling else random.uniform(-0.3, 0.25)),
        "mouth_open": float(
            (random.uniform(0.15, 0.5) if smiling else random.uniform(0.1, 0.9)) if toothy else 0.0
        ),
        "brow_raise": float(np.clip(random.normal(0, 0.4), -1, 1)),
        "eyes_closed": float(1.0 if random.random() < 0.04 else random.uniform(0, 0.3)),
        "gaze": float(np.clip(random.normal(0, 0.4), -1, 1)),
        "glasses": sometimes(0.2, GLASSES, (0.4, 0.4, 0.2)),
        "occlusion": sometimes(0.1 * hard, OCCLUSIONS),
        "hat": sometimes(0.08 * hard, HATS),
        "clothes": float(random.choice([0.02, 0.05, 0.1, 0.2, 0.4, 0.75])),
        "seed": int(random.integers(2**31)),
    }
    if random.random() < 0.25 * hard:  # a flash beside the lens
        chosen |= {"azimuth": float(random.normal(0, 6)), "elevation": float(random.uniform(2, 18))}
        chosen |= {"ambient": float(random.uniform(0.15, 0.5)), "softness": 0.1, "shine": 0.7}
    return Shot(**{**chosen, **fixed})
