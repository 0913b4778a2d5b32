"""Searches for a fault model that were run once, since each takes ten minutes and more.

    study = stored_searches.study(folder, "three_aims", seed=0)
    print(search.table(study))

`data/searches/make_searches.py` runs them, and `data/searches.md` describes what it keeps.
"""

import json
import shutil
from pathlib import Path

from tinyml_helpers import files, search
from tinyml_helpers.applications.machines.searching import Faults

#: Where they are.
FOLDER = Path(__file__).parents[3] / "data" / "searches"

BOARD = "nano33ble"

#: What the committed model takes of that board, with the program around it, is what others may.
LIMITS = search.Limits(flash_bytes=26_100, milliseconds=5.32)

#: How a search is guided, by its kind: by score, flash and time; by the score alone; or not at all.
KINDS = {
    "three_aims": {"against": ("flash_bytes", "milliseconds"), "guided": True},
    "score_alone": {"against": (), "guided": True},
    "chance": {"against": (), "guided": False},
}

#: Each kind was run with these seeds, until so many candidates had been trained.
SEEDS, TRIALS = (0, 1, 2), 45

#: The one whose models are kept, too.
SHOWN = ("three_aims", 0)


def begun(folder, kind, seed):
    """A `search.Study` as the stored ones are, in a folder; one that is there goes on.

    Args:
        folder: where it is kept.
        kind: one of KINDS.
        seed: an int.
    """
    return search.Study(
        Faults(), BOARD, folder, LIMITS, rungs=(3, 9, 27), batch=9, seed=seed, **KINDS[kind]
    )


def study(folder, kind=SHOWN[0], seed=SHOWN[1]):
    """A stored search, copied into a folder.

    Args:
        folder: where to; what a search left there is replaced.
        kind: one of KINDS.
        seed: one of SEEDS.

    Returns:
        A `search.Study`. Only that of SHOWN has its models.

    Raises:
        ValueError: there is no such search.
    """
    kept, folder = _file(kind, seed), Path(folder)
    (folder / "models").mkdir(parents=True, exist_ok=True)
    files.write_whole(folder / "search.json", kept.read_bytes())
    if (kind, seed) == SHOWN:
        shutil.copytree(FOLDER / "models", folder / "models", dirs_exist_ok=True)
    return begun(folder, kind, seed)


def record(kind, seed):
    """All candidates of a stored search: a list of dicts, the fields of `search.Trial`."""
    return json.loads(_file(kind, seed).read_text(encoding="utf-8"))["trials"]


def results():
    """What the candidates came to that were trained to the end: see `data/searches.md`.

    Returns:
        A dict of name to a list of rows.
    """
    return json.loads((FOLDER / "results.json").read_text(encoding="utf-8"))


def _file(kind, seed):
    file = FOLDER / f"{kind}_{seed}.json"
    if kind not in KINDS or not file.is_file():
        names = ", ".join(f"{kind} {seed}" for kind in KINDS for seed in SEEDS)
        raise ValueError(f"no search {kind!r} with seed {seed} is stored: choose from {names}")
    return file
