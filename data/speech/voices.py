"""Who speaks: every voice is an engine's voice, reshaped into a person of its own."""

import zlib
from dataclasses import dataclass

import numpy as np
from engines import FESTIVAL

#: What size of vocal tract each recorded voice has: 1 for a man, less makes lower formants.
SIZES = {"slt": 1.16, "rms": 1.0, "awb": 1.0, "kal16": 1.0, "kal": 1.0, "ked": 1.0}

FLITE = ("slt", "rms", "awb", "kal16")

ESPEAK_ACCENTS = (
    "en-us", "en-us", "en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbclan",
    "en-gb-x-gbcwmd", "en-029", "en-us-nyc",
)  # fmt: skip

#: espeak-ng's variants that sound like somebody, and whether it is a woman. Left out: whispers,
#: robots, and those without a third formant, which no throat lacks.
ESPEAK_VARIANTS = {
    "Alex": 0, "Andrea": 1, "Annie": 1, "Denis": 0, "Diogo": 0, "Gene": 0,
    "Gene2": 0, "Henrique": 0, "Hugo": 0, "Jacky": 0, "Marco": 0, "Mario": 0,
    "Michael": 0, "Mike": 0, "Nguyen": 0, "RicishayMax": 0, "Storm": 0, "adam": 0, "anika": 1,
    "antonio": 0, "belinda": 1, "benjamin": 0, "boris": 0, "caleb": 0, "david": 0, "ed": 0,
    "edward": 0, "f1": 1, "f2": 1, "f3": 1, "f4": 1, "f5": 1, "iven2": 0, "john": 0,
    "klatt": 0, "klatt2": 0, "klatt3": 0, "klatt4": 0, "linda": 1, "m1": 0, "m2": 0, "m3": 0,
    "m4": 0, "m5": 0, "m6": 0, "m7": 0, "m8": 0, "marcelo": 0, "max": 0, "michel": 0, "miguel": 0,
    "norbert": 0, "pablo": 0, "paul": 0, "pedro": 0, "quincy": 0, "rob": 0, "robert": 0,
    "sandro": 0, "shelby": 1, "steph": 1, "steph2": 1, "steph3": 1, "travis": 0, "victor": 0,
    "zac": 0,
}  # fmt: skip

#: How many voices are made from each base to train on; and how many from espeak-ng's variants to
#: train on and to test on. All recorded bases train: they are too few to keep one back.
TRAIN = {"slt": 38, "rms": 38, "awb": 38, "kal16": 12, "kal": 18, "ked": 18}
ESPEAK_TRAIN, ESPEAK_TEST = 90, 44

#: The variants that only the test part uses.
TEST_VARIANTS = (
    "Hugo", "belinda", "boris", "f3", "f5", "klatt4", "m5", "paul", "quincy", "steph2", "victor",
)  # fmt: skip


@dataclass(frozen=True)
class Voice:
    """One invented speaker.

    Attributes:
        name: such as "slt-07".
        engine: "flite", "festival" or "espeak-ng".
        base: the engine's voice.
        accent: espeak-ng's accent; "" for the others.
        vocoded: whether the vocoder reshapes it; else it is resized only.
        seed: of everything that varies from word to word.
        shape: keyword arguments of `shape.reshape`.
    """

    name: str
    engine: str
    base: str
    accent: str
    vocoded: bool
    seed: int
    shape: dict


def everyone():
    """All voices: two lists of Voice, to train on and to test on."""
    kept = [variant for variant in ESPEAK_VARIANTS if variant not in TEST_VARIANTS]
    train = [(base, number) for base, count in TRAIN.items() for number in range(count)]
    train += [(kept[n % len(kept)], n // len(kept)) for n in range(ESPEAK_TRAIN)]
    variants = len(TEST_VARIANTS)
    test = [(TEST_VARIANTS[n % variants], n // variants) for n in range(ESPEAK_TEST)]
    return [invent(*each) for each in train], [invent(*each, plain=True) for each in test]


def invent(base, number, plain=False):
    """The `number`-th Voice made from an engine's voice `base`; a `plain` one is near to it."""
    seed = zlib.crc32(f"{base}-{number}".encode())
    random = np.random.default_rng(seed)
    engine = "flite" if base in FLITE else "festival" if base in FESTIVAL else "espeak-ng"
    size = SIZES.get(base, 1.16 if ESPEAK_VARIANTS.get(base) else 1.0)
    kind = random.choice(["man", "woman", "child"], p=[0.45, 0.37, 0.18])
    low, high = {"man": (0.92, 1.08), "woman": (1.07, 1.24), "child": (1.2, 1.4)}[kind]
    deep, shrill = {"man": (82, 160), "woman": (160, 265), "child": (215, 350)}[kind]
    shape = {
        "tract": float(np.clip(random.uniform(low, high) / size, 0.8, 1.4)),
        "bends": tuple(random.normal(1, 0.045, 3).tolist()),
        "tilt": float(random.normal(0, 1.5)),
        "pitch": float(np.exp(random.uniform(np.log(deep), np.log(shrill)))),
        "liveliness": float(random.uniform(0.5, 1.6)),
        "breath": float(random.choice([0, 0, random.uniform(0, 0.35)])),
        "tempo": float(random.uniform(0.8, 1.3)),
    }
    if random.random() < 0.02:
        shape["pitch"] = 0.0  # whispers
    vocoded = shape["pitch"] == 0 or bool(random.random() < 0.5)
    accents = ESPEAK_ACCENTS
    if plain:
        vocoded, accents = False, ESPEAK_ACCENTS[:5]
        shape["tract"] = float(np.clip(shape["tract"], 0.9, 1.12))
    accent = str(random.choice(accents)) if engine == "espeak-ng" else ""
    return Voice(f"{base}-{number:02d}", engine, base, accent, vocoded, seed, shape)
