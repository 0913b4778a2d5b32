"""Face detection and face unlock in figures: how right, how fast, how large, and for whom.

    python benchmarks/face_detection.py [--json] [--patches DIR] [--scenes FILE] [--identities DIR]

Tests the models of `data/face_models`, float and int8, on drawn faces held out and on the real
ones that ship with packages; with the options also on pictures of one's own, of any size and
format. Cycles, milliseconds and energy of boards are estimated from emulated instructions;
everything else is measured here.
"""

from collections import Counter
from typing import NamedTuple

import command
import numpy as np
from face_text import as_text

from tinyml_helpers import emulator, micro, model_file
from tinyml_helpers.applications.faces import Application, answers, trained, unlock
from tinyml_helpers.applications.faces.crop import crops
from tinyml_helpers.applications.faces.drawn import photo_of
from tinyml_helpers.applications.faces.measuring import (
    conditions,
    evaluation,
    scoring,
    sizes,
    trials,
)
from tinyml_helpers.applications.faces.training.detector_training import patch_scores
from tinyml_helpers.datasets import letterbox, lfw_patches
from tinyml_helpers.datasets.pictures import drawn_faces
from tinyml_helpers.datasets.pictures.boxes_file import boxes_file
from tinyml_helpers.datasets.pictures.picture_folder import patch_folder, people_folder

SIZE = 96
#: Sides of pictures read from outside: no frame or tile shows them larger, and a patch is small.
LARGEST, LARGEST_PATCH = 1024, 192
DRAWN, USUAL, PACKAGED, GIVEN = "drawn, held out", "drawn, usual", "real, of packages", "given"


class Model(NamedTuple):
    """A detector and a verifier, both in float or both in int8."""

    kind: str
    detector: object
    verifier: object


class Given(NamedTuple):
    """What the options point at, or None."""

    patches: object
    scenes: object
    identities: object


def main():
    options = command.parser(__doc__)
    options.add_argument("--patches", metavar="DIR", help="pictures in two folders, face and other")
    options.add_argument("--scenes", metavar="FILE", help="a .json file: photographs and boxes")
    options.add_argument(
        "--identities", metavar="DIR", help="pictures of people, a folder a person"
    )
    command.run(options, lambda chosen: measure(read(chosen), chosen.quick), as_text)


def read(chosen):
    """What the options point at, as Given: first of all, so that a wrong one stops at once."""
    return Given(
        chosen.patches and patch_folder(chosen.patches, LARGEST_PATCH),
        chosen.scenes and boxes_file(chosen.scenes, LARGEST),
        chosen.identities and people_folder(chosen.identities, LARGEST),
    )


def measure(given, quick=False):
    """All figures, a dict that JSON can hold."""
    missing = [name for name in Given._fields if not getattr(given, name)]
    says = [f"no {name} of your own were tested: add --{name}" for name in missing]
    models = [
        Model("float", *(trained.committed_keras(name) for name in trained.MODELS)),
        Model("int8", *(trained.committed(name) for name in trained.MODELS)),
    ]
    thresholds = {name: trained.metrics()[name]["threshold"] for name in trained.MODELS}
    (train, test), portraits = drawn_faces.drawn_scenes(), drawn_faces.drawn_faces()[1]
    pairs = drawn_faces.drawn_pairs()
    if quick:
        train, test = train.take(slice(100)), test.take(slice(20))
        portraits, pairs = (
            all_of_them.take(np.isin(all_of_them.who, np.unique(all_of_them.who)[:4]))
            for all_of_them in (portraits, pairs)
        )
    drawn, int8 = test.at(SIZE), models[-1]
    find = evaluation.finder(int8.detector)
    return {
        "models": [
            footprint(name, *[getattr(one, name) for one in models]) for name in trained.MODELS
        ],
        "thresholds": thresholds,
        "patches": [row for model in models for row in on_patches(model, given.patches)],
        "scenes": [
            row
            for model in models
            for row in on_scenes(model, drawn, given.scenes, thresholds["detector"])
        ],
        "identities": [
            row
            for model in models
            for row in on_people(model, portraits, given.identities, thresholds, says)
        ],
        "attacks": list(on_attacks(int8, portraits, thresholds)),
        "boards": [
            on_board(one, int8, portraits, 2 if quick else 10, thresholds) for one in sizes.BOARDS
        ],
        "sizes": list(
            sizes.by_size(
                models[0].detector,
                test,
                train.take(slice(None, None, 8)),
                sizes.SIZES[:1] if quick else sizes.SIZES,
                threshold=thresholds["detector"],
            )
        ),
        "conditions": conditions.on_scenes(find, drawn, thresholds["detector"]),
        "pairs": conditions.on_pairs(find(pairs.images), pairs, thresholds["detector"]),
        "known_again": conditions.similarities_on_pairs(
            int8.verifier, pairs, thresholds["verifier"]
        ),
        "says": says,
    }


def footprint(name, keras_model, tflite):
    """What a model takes, on any board."""
    return {
        "model": name,
        "model_bytes": len(tflite),
        "parameters": keras_model.count_params(),
        "macs": model_file.read(tflite).macs,
        "arena_bytes": micro.Interpreter(tflite).arena_used_bytes,
    }


def on_patches(model, given):
    """Rows of a detector's area under the ROC, on patches: a face or not?"""
    lfw = lfw_patches()
    sets = {"LFW, held out": (list(lfw.x_test[..., 0]), lfw.y_test)}
    if given:
        sets[GIVEN] = given.images, given.labels
    for title, (images, labels) in sets.items():
        scores = patch_scores(model.detector, images)
        yield {
            "model": model.kind,
            "tested_on": title,
            "faces": int(labels.sum()),
            "others": int(len(labels) - labels.sum()),
            "auc": round(scoring.auc(labels, scores), 4),
            "auc_95": [round(edge, 4) for edge in scoring.auc_interval(labels, scores)],
        }


def on_scenes(model, drawn, given, threshold):
    """Rows of a detector's recall and precision: on drawn scenes, and on photographs."""
    find, kind = evaluation.finder(model.detector), {"model": model.kind}
    found = find(drawn.images)
    figures = evaluation.detection(found, drawn.boxes, threshold, hidden=drawn.hidden)
    yield kind | {"tested_on": DRAWN, "looked_at": "whole"} | figures
    for title, photographs in ((PACKAGED, drawn_faces.real_scenes()), (GIVEN, given)):
        if photographs:
            both = evaluation.in_photographs(
                find, photographs.images, photographs.boxes, SIZE, threshold
            )
            for how, figures in both.items():
                yield kind | {"tested_on": title, "looked_at": how} | figures


def on_people(model, portraits, given, thresholds, says):
    """Rows of a verifier's errors: on drawn people, and on given ones; adds to `says`."""
    find, easy = evaluation.finder(model.detector), conditions.are_usual(portraits)
    cut = {(DRAWN, "true"): (crops(portraits.images, portraits.boxes), portraits.who, None)}
    sets = {DRAWN: (portraits.images, portraits.who)}
    if given:
        sets[GIVEN] = given.images, given.labels
    for title, (images, who) in sets.items():
        codes, ways = evaluation.faces_of(find, images, SIZE, thresholds["detector"])
        cut[title, "the detector's"] = codes, who, np.array(ways)
    for (title, boxes), (codes, who, ways) in list(cut.items()):
        if title == DRAWN:
            cut[USUAL, boxes] = codes[easy], who[easy], ways if ways is None else ways[easy]
    for (title, boxes), (codes, who, ways) in cut.items():
        ways = {} if ways is None else dict(Counter(ways.tolist()))
        row = {"model": model.kind, "tested_on": title, "boxes": boxes, "ways": ways}
        vectors = answers.embeddings(model.verifier, codes)
        try:
            yield row | evaluation.verification(vectors, who, thresholds["verifier"])
        except ValueError as error:
            if model.kind == "int8":
                says.append(f"the {title} people can't be used: {error}")


def on_attacks(model, portraits, thresholds, each=2):
    """Rows of how often a person's other pictures unlock: live, and held up as a photo."""
    find = evaluation.finder(model.detector)

    def seen(frames):
        faces, _ = evaluation.faces_of(find, frames, SIZE, thresholds["detector"])
        return answers.embeddings(model.verifier, faces)

    own = [np.flatnonzero(portraits.who == who) for who in np.unique(portraits.who)]
    last = trials.ENROLMENTS + each
    frames = [letterbox(portraits.images[n], [], SIZE)[0] for rows in own for n in rows[:last]]
    vectors = seen(frames).reshape(len(own), last, -1)
    live = [one for n, one in enumerate(frames) if n % last >= trials.ENROLMENTS]
    shown = {"live": vectors[:, trials.ENROLMENTS :]}
    for kind in ("print", "phone"):
        held = [photo_of(one, kind, seed=n) for n, one in enumerate(live)]
        shown[kind] = seen(held).reshape(len(own), each, -1)
    for kind, tried in shown.items():
        enrolled = vectors[:, : trials.ENROLMENTS]
        similar = [trials.against(*pair) for pair in zip(enrolled, tried, strict=True)]
        hits, count = int((np.array(similar) >= thresholds["verifier"]).sum()), len(own) * each
        shares = evaluation.share(hits, count), evaluation.between(hits, count)
        row = dict(zip(("unlocked", "unlocked_95"), shares, strict=True))
        yield {"shown": kind, "pictures": count, **row}


def on_board(board_id, model, portraits, looks, thresholds):
    """Size and speed of a board that looks, and in how many frames it equals this computer."""
    board = emulator.Board(board_id)
    board.flash(Application(model.detector, model.verifier))
    here = unlock.Unlock(
        model.detector, model.verifier, thresholds["verifier"], thresholds["detector"]
    )
    frames, enrolling = frames_of(portraits, here, looks)
    face, same = thresholds["detector"], thresholds["verifier"]
    pairs = [(board.client.enrol(frame, face), here.enrol(frame)) for frame in enrolling]
    pairs += [(board.client.look(frame, same, face), here.look(frame)) for frame in frames]
    looked = [there for there, _ in pairs[len(enrolling) :] if there.similarity is not None]
    parts = {part.name: [] for one in looked for part in one.parts}
    for one in looked:
        for part in one.parts:
            parts[part.name].append(part.cycles)
    size = board.footprint
    return {
        "board": board_id,
        "frames": len(pairs),
        "frames_with_equal_boxes": sum(there.faces == on_this.faces for there, on_this in pairs),
        "frames_with_equal_verdict": sum(
            (there.similarity, there.unlocked) == (on_this.similarity, on_this.unlocked)
            for there, on_this in pairs
        ),
        "unlocked": sum(bool(there.unlocked) for there, _ in pairs),
        "model_bytes": size.model_bytes,
        "flash_bytes": size.flash_bytes,
        "arena_bytes": size.arena_bytes,
        "frame_bytes": size.parts["frame"],
        "stack_bytes": size.stack_bytes,
        "ram_bytes": size.ram_bytes,
        "looking": sizes.cost(board, np.mean([one.cycles for one in looked])),
        "parts": {name: sizes.cost(board, np.mean(took)) for name, took in parts.items()},
    }


def frames_of(portraits, here, looks):
    """Frames to look at, of several people, and five of the first one to enrol before."""
    frames = [letterbox(image, [], SIZE)[0] for image in portraits.images]
    alone = [n for n, frame in enumerate(frames) if len(here.look(frame).faces) == 1]
    owner = Counter(portraits.who[alone].tolist()).most_common(1)[0][0]
    own = [n for n in alone if portraits.who[n] == owner]
    enrolling, tried = own[:5], own[5:]
    others = [n for n in alone if portraits.who[n] != owner]
    chosen = (tried[: looks // 2] + others)[:looks]
    return [frames[n] for n in chosen], [frames[n] for n in enrolling]


if __name__ == "__main__":
    main()
