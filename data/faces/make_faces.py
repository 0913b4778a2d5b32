"""Make data/faces: `python data/faces/make_faces.py [FOLDER]`.

Needs nothing but the workbook's own packages; takes some minutes. Writes for each part a sheet of
pictures (.jpg), and a table (.csv) that says in the same order whom each shows, where, and how it
was taken.
"""

import csv
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # the workbook may not be installed

from tinyml_helpers.applications.faces import drawn  # noqa: E402
from tinyml_helpers.applications.faces.drawn import background, identity, photo  # noqa: E402
from tinyml_helpers.datasets.pictures import drawn_faces  # noqa: E402

#: People: training ones for scenes, and for portraits; test ones for scenes, portraits and pairs.
TRAIN_SCENES = range(2000)
TRAIN_PORTRAITS = range(10_000, 10_200)
TEST_SCENES = range(drawn.TEST_PEOPLE, drawn.TEST_PEOPLE + 600)
TEST_PORTRAITS = range(drawn.TEST_PEOPLE + 10_000, drawn.TEST_PEOPLE + 10_060)
PAIRS = range(drawn.TEST_PEOPLE + 20_000, drawn.TEST_PEOPLE + 20_040)

#: What the tables say about a face besides who and where it is.
CONDITIONS = (
    "yaw", "pitch", "roll", "azimuth", "elevation", "ambient", "softness", "exposure",
    "smile", "mouth_open", "eyes_closed", "glasses", "occlusion", "hat",
)  # fmt: skip

#: The four lights of the pairs. Each is all that changes: with `dim` there is a quarter of the
#: light, and with `back` the lamp stands behind the head.
LIGHTS = {
    "even": {"azimuth": 10.0, "elevation": 30.0, "ambient": 0.75, "exposure": 0.0},
    "side": {"azimuth": 85.0, "elevation": 20.0, "ambient": 0.2, "exposure": 0.0},
    "back": {"azimuth": 150.0, "elevation": 35.0, "ambient": 0.35, "exposure": -0.7},
    "dim": {"azimuth": 10.0, "elevation": 30.0, "ambient": 0.75, "exposure": -2.0},
}

#: JPEG quality: what keeps all files below 9 MB.
QUALITY = {"portraits": 85, "scenes": 82, "pairs": 80}


def main(folder):
    """Make all parts in `folder`."""
    workers = os.cpu_count()
    train = drawn.scenes(1, 800, 160, TRAIN_SCENES, workers, hard=0.6, photographs="free")
    save_scenes(folder / "train_scenes", train)
    test = drawn.scenes(2, 300, 160, TEST_SCENES, workers, hard=0.6, photographs="free")
    save_scenes(folder / "test_scenes", test)
    portraits = drawn.portraits(3, TRAIN_PORTRAITS, 8, workers=workers, photographs="free")
    save_portraits(folder / "train_portraits", portraits)
    portraits = drawn.portraits(4, TEST_PORTRAITS, 10, workers=workers, photographs="free")
    save_portraits(folder / "test_portraits", portraits)
    save_pairs(folder / "pairs")
    total = sum(file.stat().st_size for file in folder.glob("*.*"))
    print(f"{total:,} bytes in all")


def save_scenes(path, scenes):
    """The scenes' sheet and table."""
    sheet(path, [scene.image for scene in scenes], 20, QUALITY["scenes"])
    rows = []
    for number, scene in enumerate(scenes):
        for box, who, shot in zip(scene.boxes, scene.who, scene.shots, strict=True):
            rows.append({"scene": number, "hidden": 0, **described(box, int(who), shot)})
        for box in scene.hidden:
            place = dict(zip(("left", "top", "right", "bottom"), rounded(box), strict=True))
            rows.append({"scene": number, "hidden": 1, **place})
    table(path, rows)


def save_portraits(path, portraits):
    """The portraits' sheet and table."""
    sheet(path, [portrait.image for portrait in portraits], 40, QUALITY["portraits"])
    table(path, [described(one.box, one.who, one.shot) for one in portraits])


def save_pairs(path):
    """The same people with one thing changed at a time."""
    shades = [
        identity.reflectance(lightness)
        for lightness in np.linspace(identity.DARKEST_LIGHTNESS, identity.LIGHTEST_LIGHTNESS, 6)
    ]
    cases = [(shade, light, 0) for light in drawn_faces.PAIR_LIGHTS for shade in range(6)]
    cases += [(3, "even", yaw) for yaw in drawn_faces.PAIR_YAWS if yaw]
    images, rows = [], []
    for number in PAIRS:
        for shade, light, yaw in cases:
            one = paired(number, shades[shade], light, yaw)
            images.append(one.image)
            row = described(one.box, number, one.shot) | {"tone": round(shades[shade], 4)}
            rows.append({**row, "shade": shade, "light": light})
    sheet(path, images, len(cases), QUALITY["pairs"])
    table(path, rows)


def paired(number, tone, light, yaw):
    """A Portrait of person `number`, all by chance but the skin's tone, the light and the yaw."""
    random = np.random.default_rng([5, number])
    person = replace(identity.identity(number), tone=float(tone))
    shot = drawn.random_shot(
        random, 0, yaw=float(yaw), pitch=0.0, roll=0.0, glasses="none", contrast=1.0, clothes=0.3
    )
    shot = replace(shot, **LIGHTS[light])
    picture = background.background(random, 96, "free")
    if light == "dim":  # as for the face
        picture = photo.exposed(picture, LIGHTS["dim"]["exposure"])
    head = drawn.draw(person, shot, 30)
    # The renderer's camera lets in more light for dark skin. Here it doesn't: the shirt tells.
    other = drawn.draw(replace(person, tone=0.4), shot, 30)
    shirt = np.s_[-12:]
    brighter = other.grey[shirt].mean() / head.grey[shirt].mean()
    head = head._replace(grey=np.clip(head.grey * brighter, 0, 1))
    middle = 48 + random.uniform(-12, 12, 2)
    box, _ = drawn.put(picture, head, middle)
    picture = photo.noisy(photo.defocused(picture, 0.4), 0.01, 0.01, random)
    return drawn.Portrait(photo.codes(picture), box, number, shot)


def described(box, number, shot):
    """A row of the table: a face's box, who it is, and how it was taken."""
    row = {"who": number, "tone": round(identity.identity(number).tone, 4)}
    row |= dict(zip(("left", "top", "right", "bottom"), rounded(box), strict=True))
    for name in CONDITIONS:
        value = getattr(shot, name)
        row[name] = value if isinstance(value, str) else round(value, 2)
    return row


def rounded(box):
    """A box to a hundredth of a pixel, as a list of float."""
    return [round(float(edge), 2) for edge in box]


def sheet(path, images, columns, quality):
    """Write pictures of one size into one JPEG file, row by row."""
    rows = [np.hstack(images[n : n + columns]) for n in range(0, len(images), columns)]
    file = path.with_suffix(".jpg")
    # A side that is a multiple of 8: no block of JPEG lies in two pictures.
    Image.fromarray(np.vstack(rows)).save(file, quality=quality, optimize=True)
    print(f"{file.name}: {len(images):,} pictures, {file.stat().st_size:,} bytes")


def table(path, rows):
    """Write the rows, with the columns of the first that has all of them."""
    columns = max((list(row) for row in rows), key=len)
    with path.with_suffix(".csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "data" / "faces"
    target.mkdir(parents=True, exist_ok=True)
    main(target)
