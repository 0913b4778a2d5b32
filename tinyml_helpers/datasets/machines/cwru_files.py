"""What each file of Case Western Reserve University's bearing data holds: none says so itself."""

import re
from typing import NamedTuple

#: A line: samples a second in thousands; the end of the motor whose bearing is damaged; the
#: university's name for the fault, thousandths of an inch and, of an outer race, the hour of the
#: clock it sits at (the load zone is at 6); the files' numbers with a load of 0, 1, 2 and 3 hp.
#: Source: the four tables at engineering.case.edu/bearingdatacenter/download-data-file. The normal
#: recordings' rate isn't in them: by their length and their lines it is 48 kHz.
_TABLE = """
48 -- Normal   97   98   99   100
12 DE IR007    105  106  107  108
12 DE IR014    169  170  171  172
12 DE IR021    209  210  211  212
12 DE IR028    3001 3002 3003 3004
12 DE B007     118  119  120  121
12 DE B014     185  186  187  188
12 DE B021     222  223  224  225
12 DE B028     3005 3006 3007 3008
12 DE OR007@6  130  131  132  133
12 DE OR014@6  197  198  199  200
12 DE OR021@6  234  235  236  237
12 DE OR007@3  144  145  146  147
12 DE OR021@3  246  247  248  249
12 DE OR007@12 156  158  159  160
12 DE OR021@12 258  259  260  261
48 DE IR007    109  110  111  112
48 DE IR014    174  175  176  177
48 DE IR021    213  214  215  217
48 DE B007     122  123  124  125
48 DE B014     189  190  191  192
48 DE B021     226  227  228  229
48 DE OR007@6  135  136  137  138
48 DE OR014@6  201  202  203  204
48 DE OR021@6  238  239  240  241
48 DE OR007@3  148  149  150  151
48 DE OR021@3  250  251  252  253
48 DE OR007@12 161  162  163  164
48 DE OR021@12 262  263  264  265
12 FE IR007    278  279  280  281
12 FE IR014    274  275  276  277
12 FE IR021    270  271  272  273
12 FE B007     282  283  284  285
12 FE B014     286  287  288  289
12 FE B021     290  291  292  293
12 FE OR007@6  294  295  296  297
12 FE OR014@6  313  -    -    -
12 FE OR021@6  315  -    -    -
12 FE OR007@3  298  299  300  301
12 FE OR014@3  310  309  311  312
12 FE OR021@3  -    316  317  318
12 FE OR007@12 302  305  306  307
"""

_KINDS = {"NORMAL": "normal", "IR": "inner", "OR": "outer", "B": "ball"}
_FAULT = re.compile(r"(normal|IR|OR|B)(\d{3})?(?:@(\d+))?", re.IGNORECASE)
#: "IR007_0", "OR021@6_1", "Normal_3" as whole words of a name, and the number that may follow.
_NAME = re.compile(
    r"(?<![A-Za-z0-9])((?:normal|(?:IR|B)\d{3}|OR\d{3}@\d+)_[0-3])(?!\d)(?:.*_(\d{2,4})$)?",
    re.IGNORECASE,
)
#: Words in a file's or a folder's name that say which of the tables it is from.
_RATES = {"12k": 12_000, "48k": 48_000}
_ENDS = {"drive": "DE", "de": "DE", "fan": "FE", "fe": "FE"}


class OfficialFile(NamedTuple):
    """What the university's tables say of a file.

    Attributes:
        number: its name, 97 to 3008.
        label: the university's name, such as "OR007@6_0".
        kind: "normal", "inner", "outer" or "ball".
        size: the fault's diameter in inches, or None.
        load: the motor's, 0 to 3 horsepower.
        end: where the damaged bearing is, "DE" (drive end) or "FE" (fan end), or None.
        position: of a fault on an outer race, the hour of the clock: 3, 6 or 12; else None.
        rate: samples a second as recorded.
    """

    number: int
    label: str
    kind: str
    size: float | None
    load: int
    end: str | None
    position: int | None
    rate: int


def _entries():
    for line in _TABLE.strip().splitlines():
        thousands, end, fault, *numbers = line.split()
        letters, thousandths, hour = _FAULT.fullmatch(fault).groups()
        for load, number in enumerate(numbers):
            if number != "-":
                yield OfficialFile(
                    number=int(number),
                    label=f"{fault}_{load}",
                    kind=_KINDS[letters.upper()],
                    size=int(thousandths) / 1000 if thousandths else None,
                    load=load,
                    end=None if end == "--" else end,
                    position=int(hour) if hour else None,
                    rate=1000 * int(thousands),
                )


#: A file's number -> OfficialFile: 161 of them.
OFFICIAL_FILES = {entry.number: entry for entry in _entries()}


def official_file(name, inside, folders=()):
    """Which of the official files one is, by its name and by the numbers of its variables.

    Args:
        name: without ".mat": its number, or a common name such as "IR007_0" or
            "12k_Drive_End_IR007_0_105".
        inside: the numbers that its variables' names have, a collection of int. They decide
            between files of the same common name.
        folders: names of the folders it is in, which may say "48k" or "fan".

    Returns:
        OfficialFile, or None if it can be none or several.
    """
    if name.isdecimal():
        return OFFICIAL_FILES.get(int(name))
    match = _NAME.search(name)
    if not match:
        return None
    label, number = match[1].upper(), int(match[2] or 0)
    if number in OFFICIAL_FILES:
        # The number says which it is, even where a copy's name has another load.
        entry = OFFICIAL_FILES[number]
        return entry if _fault(entry.label) == _fault(label) else None
    able = [entry for entry in OFFICIAL_FILES.values() if entry.label.upper() == label]
    within = [entry for entry in able if entry.number in inside]
    if len(within) != 1:
        words = set(re.split(r"[^a-z0-9]+", " ".join([name, *folders]).lower()))
        rates = {_RATES[word] for word in words & _RATES.keys()}
        ends = {_ENDS[word] for word in words & _ENDS.keys()}
        within = [
            entry
            for entry in able
            if (not rates or entry.rate in rates or entry.end is None)
            and (not ends or entry.end in ends or entry.end is None)
        ]
    return within[0] if len(within) == 1 else None


def _fault(label):
    """ "IR007" of "IR007_0"."""
    return label.upper().rpartition("_")[0]
