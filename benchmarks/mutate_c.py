"""How many small bugs in the C that runs on boards its tests find.

    python benchmarks/mutate_c.py [--group kernels] [--file tm_plan.c] [--count 20] [--seed 0]

Plants one small change at a time into a copy of the package (an operator, a bound, a constant, a
statement or an instruction left out) and runs the quick tests of that file. Prints each change with
what became of it, and last the share killed. Changes that don't compile, or make the same program
for this computer and for every board, don't count; some of those that survive change nothing that
matters.
"""

import argparse
import os
import random
import re
from collections import Counter
from pathlib import Path

import planted

from tinyml_helpers import toolchain
from tinyml_helpers.firmware.application import Application, header_for
from tinyml_helpers.toolchain import compiler

ROOT = Path(__file__).parent.parent
PACKAGE = Path("tinyml_helpers")
KERNELS, PROGRAMS = "micro/c/src/kernels", "applications"

#: Which files belong together, and the quick tests of them, those that find most first: "room/name"
#: is tests/room/test_name.py. A file is of the first group that has it.
GROUPS = {
    "board kernels": (f"{KERNELS}/*_m0.h {KERNELS}/*_dsp.h", "micro/kernels"),
    "kernels": (
        f"{KERNELS}/*",
        "micro/equals_tflm micro/one_change micro/writes micro/reduce micro/resize_bilinear "
        "micro/picking micro/in_place micro/limits micro/kernels micro/interpreter",
    ),
    "interpreter": (
        "micro/c/src/* micro/*.c",
        "micro/requantize micro/one_change micro/limits micro/interpreter micro/equals_tflm "
        "micro/plan fuzz/fuzz",
    ),
    "front end": ("signals/c/*", "signals/log_mel signals/log_mel_on_board"),
    "vibration": (
        "signals/vibration/c/*",
        "signals/vibration signals/speed signals/vibration_c signals/vibration_on_board",
    ),
    "programs": (
        f"{PROGRAMS}/stream/c/* {PROGRAMS}/keywords/c/listen* {PROGRAMS}/faces/c/look.* "
        f"{PROGRAMS}/machines/c/watch.* {PROGRAMS}/fields/c/field.* "
        f"{PROGRAMS}/wearables/exercises/c/workout.* {PROGRAMS}/wearables/hearts/c/heart.*",
        f"{PROGRAMS}/plug_in {PROGRAMS}/faces/on_board {PROGRAMS}/keywords/over_a_link "
        f"{PROGRAMS}/keywords/gated_on_board "
        f"{PROGRAMS}/faces/over_a_link {PROGRAMS}/machines/over_a_link "
        f"{PROGRAMS}/fields/over_a_link {PROGRAMS}/exercises/over_a_link "
        f"{PROGRAMS}/hearts/over_a_link",
    ),
    "keywords": (
        f"{PROGRAMS}/keywords/c/*",
        f"{PROGRAMS}/keywords/detector {PROGRAMS}/keywords/spotter {PROGRAMS}/keywords/wake "
        f"{PROGRAMS}/keywords/gated",
    ),
    "faces": (
        f"{PROGRAMS}/faces/c/*",
        f"{PROGRAMS}/faces/looker {PROGRAMS}/faces/boxes {PROGRAMS}/faces/crop "
        f"{PROGRAMS}/faces/unlock",
    ),
    "machines": (
        f"{PROGRAMS}/machines/c/*",
        f"{PROGRAMS}/machines/anomaly {PROGRAMS}/machines/faults {PROGRAMS}/machines/watcher "
        f"{PROGRAMS}/machines/model",
    ),
    "fields": (
        f"{PROGRAMS}/fields/c/*",
        f"{PROGRAMS}/fields/history {PROGRAMS}/fields/forecast {PROGRAMS}/fields/calibration "
        f"{PROGRAMS}/fields/faults {PROGRAMS}/fields/water {PROGRAMS}/fields/node "
        f"{PROGRAMS}/fields/shared {PROGRAMS}/fields/message {PROGRAMS}/fields/gateway "
        f"{PROGRAMS}/fields/sending",
    ),
    "exercises": (
        f"{PROGRAMS}/wearables/exercises/c/* {PROGRAMS}/wearables/exercises/rivals/c/*",
        f"{PROGRAMS}/exercises/wrist {PROGRAMS}/exercises/series {PROGRAMS}/exercises/coach "
        f"{PROGRAMS}/exercises/repetitions {PROGRAMS}/exercises/features "
        f"{PROGRAMS}/exercises/rivals",
    ),
    "hearts": (
        f"{PROGRAMS}/wearables/hearts/c/*",
        f"{PROGRAMS}/hearts/detection {PROGRAMS}/hearts/beats {PROGRAMS}/hearts/monitor",
    ),
    "firmware": (
        "firmware/c/*",
        "firmware/start firmware/messages firmware/protocol link/link link/trouble "
        f"{PROGRAMS}/live link/recording",
    ),
    "a real Pico": ("firmware/c/rp2040/*", "firmware/pico_port rp2040/witness"),
    "a real Nano": ("firmware/c/arduino/*", "export/nano_sensors export/nano_live"),
    "a Raspberry Pi": ("firmware/c/linux/*", "firmware/linux"),
    "web pages": ("../website/c/web_digit.*", "website_live/digit_ink"),
}

#: Made by a script, whose test makes it again: a change there says nothing.
MADE = (
    *("tables.h", "band_tables.h", "filter_tables.h", "spectrum_tables.h", "side_table.h"),
    "fft.c",  # constants only, for the code in fft_radix4.h
)

#: What is changed, and into what.
CHANGES = (
    (r" <= ", (" < ",)),
    (r" < ", (" <= ",)),
    (r" >= ", (" > ",)),
    (r" > ", (" >= ",)),
    (r" == ", (" != ",)),
    (r" != ", (" == ",)),
    (r" && ", (" || ",)),
    (r" \|\| ", (" && ",)),
    (r" \+ ", (" - ",)),
    (r" - ", (" + ",)),
    (r" / ", (" * ",)),
    (r" << ", (" >> ",)),
    (r" >> ", (" << ",)),
    (r"(?<= )\+= ", ("-= ",)),
    (r"\b\d+(?=u?\b(?!\.))", ("{}+1", "{}-1")),
    (r"\bcontinue;", (";",)),
    (r"\bbreak;", (";",)),
)
#: In the strings of assembly.
ASSEMBLY = (
    (r'"[^"\n]*\\n"', ('""',)),
    (r"(?<=#)\d+", ("({}+1)", "({}-1)")),
)
#: Words for pytest: without what is slow, and told by others.
QUICK = ("-k", "not other_computers and not libfuzzer")

_STATEMENT = re.compile(r"^\s+[\w>\-.*\[\]]+(?: [+\-|]?= [^;{]*|\([^;{]*\)|\+\+);$")
_STRING = r'"(?:\\.|[^"\\])*"'
_NO_CODE = r"//.*|^\s*#.*"


def sites(text):
    """Every small change of a C file.

    Args:
        text: the file's.

    Returns:
        A list of (start, end, what is put there instead).
    """
    found = []
    for changes, hidden in ((CHANGES, f"{_NO_CODE}|{_STRING}"), (ASSEMBLY, _NO_CODE)):
        shown = _without(hidden, text)
        for pattern, instead in changes:
            for match in re.finditer(pattern, shown):
                found += [(*match.span(), new.format(match[0])) for new in instead]
    start = 0
    for line in _without(f"{_NO_CODE}|{_STRING}", text).splitlines(keepends=True):
        if _STATEMENT.match(line.rstrip("\n")):
            found.append((start, start + len(line) - 1, ";"))
        start += len(line)
    return sorted(found)


def _without(pattern, text):
    return re.sub(pattern, lambda hidden: "\0" * len(hidden[0]), text, flags=re.MULTILINE)


def files():
    """Every C file that is changed, as a path in ROOT, with its group's name: a dict."""
    found = {}
    for name, (patterns, _) in GROUPS.items():
        for pattern in patterns.split():
            for path in sorted((ROOT / PACKAGE).glob(pattern)):
                if path.suffix in (".c", ".h") and path.name not in MADE:
                    found.setdefault(Path(os.path.relpath(path, ROOT)), name)
    return found


def tests_of(group):
    """Arguments of pytest: the quick tests of a group."""
    places = map(Path, GROUPS[group][1].split())
    return [f"tests/{place.parent.as_posix()}/test_{place.name}.py" for place in places]


class Programs:
    """What C becomes, for this computer and for the boards.

    Args:
        scratch: a folder for what is made for each program.
    """

    def __init__(self, scratch):
        (scratch / "program_application.h").write_text(header_for(Application(b"")), "utf-8")
        self._scratch = scratch
        self._folders = sorted({path.parent for path in files()} | {PACKAGE / "micro/c/include"})
        common = [*compiler._COMMON, "-g0"]  # no folders and lines
        here = [*common, "-O2", "-target", compiler._this_computer()]
        board = [*(flag for flag in compiler._BOARD if flag != "-g"), *common, "-Os"]
        self._targets = [here, [*here, "-DTM_DSP"], [*here, "-DTM_LIVE"]]
        self._targets += [[*compiler._CORES[name], *board] for name in ("nano33ble", "pico")]

    def changed(self, path, copy):
        """Compile what a file is part of, until something differs from what it is unchanged.

        Args:
            path: of the file, in ROOT.
            copy: a folder like ROOT, where the file is changed.

        Returns:
            What differs, hashable; None if nothing does, or it doesn't compile.
        """
        units = [one for one in files() if one.suffix == ".c" and path.name in self._read(one)]
        for unit in sorted(units, key=lambda unit: (unit.stem != path.stem, unit)):
            was, made = self._objects(ROOT, unit), self._objects(copy, unit)
            if any(new is None and old is not None for new, old in zip(made, was, strict=True)):
                return None
            if made != was:
                return unit, made
        return None

    def _include(self, root):
        return [self._scratch, *(root / folder for folder in self._folders)]

    def _read(self, unit):
        """Names of the files that are read to compile one."""
        return {name for name, _ in compiler._with_headers([ROOT / unit], self._include(ROOT))}

    def _objects(self, root, unit):
        """A file's object for each target, None where it doesn't compile."""
        made, include = [], self._include(root)
        for target in self._targets:
            flags = [*target, *(f"-I{folder}" for folder in include)]
            try:
                made.append(compiler._object(root / unit, flags, include).read_bytes())
            except toolchain.CompileError:
                made.append(None)
        return tuple(made)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--group", action="append", choices=GROUPS, help="all of them otherwise")
    options.add_argument("--file", action="append", help="name of a C file; all of them otherwise")
    options.add_argument("--count", type=int, default=20, help="changes to try")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    groups = {
        path: group
        for path, group in files().items()
        if group in (given.group or GROUPS) and path.name in (given.file or [path.name])
    }
    changes = [(path, site) for path in groups for site in sites((ROOT / path).read_text("utf-8"))]
    random.Random(given.seed).shuffle(changes)
    counts = Counter()
    with planted.copied() as copy:
        os.environ["TINYML_CACHE"] = str(copy.parent / "cache")  # of what is compiled here, too
        words = {group: [*tests_of(group), *QUICK] for group in set(groups.values())}
        limits = {group: planted.limit(copy, words[group]) for group in words}
        programs, tried = Programs(copy.parent), set()
        while changes and counts.total() < given.count:
            path, (start, end, instead) = changes.pop()
            text = (ROOT / path).read_text("utf-8")
            with planted.changed(copy, path, text[:start] + instead + text[end:]):
                program = programs.changed(path, copy)
                if program is None or program in tried:
                    continue
                tried.add(program)
                group = groups[path]
                killed = not planted.passes(copy, words[group], limits[group])
            where = f"{path.name}:{text.count(chr(10), 0, start) + 1}"
            planted.tell(counts, killed, where, text[start:end].strip(), instead.strip())
    print(planted.share(counts))


if __name__ == "__main__":
    main()
