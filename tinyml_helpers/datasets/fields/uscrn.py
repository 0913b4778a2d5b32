"""NOAA's U.S. Climate Reference Network: weather and soil by the day or by the hour."""

import re
from datetime import datetime
from pathlib import Path

import numpy as np

from tinyml_helpers.datasets.fields.series import MEGAJOULES_OF_AN_HOUR, Soil, at_every_step

DEPTHS_CM = (5, 10, 20, 50, 100)

#: The fields of products daily01 and hourly02 (format 03), in their order. Source: the readme.txt
#: beside the files, "Data fields".
_DAILY = (
    "WBANNO LST_DATE CRX_VN LONGITUDE LATITUDE T_DAILY_MAX T_DAILY_MIN T_DAILY_MEAN T_DAILY_AVG "
    "P_DAILY_CALC SOLARAD_DAILY SUR_TEMP_DAILY_TYPE SUR_TEMP_DAILY_MAX SUR_TEMP_DAILY_MIN "
    "SUR_TEMP_DAILY_AVG RH_DAILY_MAX RH_DAILY_MIN RH_DAILY_AVG"
)
_HOURLY = (
    "WBANNO UTC_DATE UTC_TIME LST_DATE LST_TIME CRX_VN LONGITUDE LATITUDE T_CALC T_HR_AVG T_MAX "
    "T_MIN P_CALC SOLARAD SOLARAD_FLAG SOLARAD_MAX SOLARAD_MAX_FLAG SOLARAD_MIN SOLARAD_MIN_FLAG "
    "SUR_TEMP_TYPE SUR_TEMP SUR_TEMP_FLAG SUR_TEMP_MAX SUR_TEMP_MAX_FLAG SUR_TEMP_MIN "
    "SUR_TEMP_MIN_FLAG RH_HR_AVG RH_HR_AVG_FLAG"
)
_SOIL = [f"SOIL_{what}_{depth}" for what in ("MOISTURE", "TEMP") for depth in DEPTHS_CM]
DAILY = _DAILY.split() + [f"{name}_DAILY" for name in _SOIL]
HOURLY = _HOURLY.split() + _SOIL

#: Which field is which attribute of a Soil, by the day and by the hour.
_ROLES = {
    "rain": ("P_DAILY_CALC", "P_CALC"),
    "temperature": ("T_DAILY_AVG", "T_HR_AVG"),
    "coldest": ("T_DAILY_MIN", "T_MIN"),
    "warmest": ("T_DAILY_MAX", "T_MAX"),
    "radiation": ("SOLARAD_DAILY", "SOLARAD"),
}
_ABOUT = {"WBANNO", "UTC_DATE", "UTC_TIME", "LST_DATE", "LST_TIME"}
_ABOUT |= {"CRX_VN", "LONGITUDE", "LATITUDE", "SUR_TEMP_DAILY_TYPE", "SUR_TEMP_TYPE"}

#: Missing is the lowest that fits a field: -99, -9999, -99999. Nothing measured here is as low.
_MISSING = -99

#: What lies beside the data, by how its name begins.
_NO_DATA = ("readme", "headers", "license")

_OFFICIAL_NAME = re.compile(r"CRN[A-Z]\d{4}-\d{4}-(.+)")


def uscrn(path):
    """The stations in a file of the U.S. Climate Reference Network, or in a folder of files.

    Files are as NOAA has them, product daily01 or hourly02 (28 or 38 fields between spaces, no
    header), or the same fields with a header of the official names, between commas or spaces.
    Files of one station are joined. Times are the station's standard time, all the year.

    Args:
        path: a .txt or .csv file; or a folder of them, in folders or not. The names say the
            station: `CRND0103-2014-KS_Manhattan_6_SSW.txt` or `KS_Manhattan_6_SSW.csv`.

    Returns:
        A list of Soil by name, one for each station; two for one with days and hours. The
        depths are DEPTHS_CM, or those that a header has. In `other` are all further numbers by
        their official names and in official units; what NOAA flags as erroneous is NaN.

    Raises:
        ValueError: there is no such file, it has another layout, a line is broken, or a time is
            there twice; the message names file and line.
    """
    parts = {}
    for file in _files(path):
        match = _OFFICIAL_NAME.fullmatch(file.stem)
        hours, fields = _read(file)
        parts.setdefault((match[1] if match else file.stem, hours), []).append(fields)
    return [_soil(site, hours, some) for (site, hours), some in sorted(parts.items())]


def _files(path):
    path = Path(path)
    if path.is_file():
        return [path]
    files = [
        file
        for file in sorted(path.rglob("*"))
        if file.suffix.lower() in (".txt", ".csv")
        and file.is_file()
        and not file.name.startswith(".")
        and not file.name.lower().startswith(_NO_DATA)
    ]
    if not files:
        raise ValueError(
            f"{path} holds no .txt or .csv file: give a file of daily01 or hourly02, or a folder "
            "of them"
        )
    return files


def _read(file):
    """A file's step in hours, and its name, lines, times and fields (name -> float64 [lines])."""
    try:
        # Lines that NOAA's own transfer lost are null characters.
        text = file.read_text(encoding="utf-8-sig").replace("\0", " ")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{file} can't be read as text: download it again") from error
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise ValueError(f"{file} is empty: download it again")
    separator = "," if "," in lines[0][1] else None
    rows = [(n, [field.strip() for field in line.split(separator)]) for n, line in lines]
    names = _layout(file, rows[0][1])
    if rows[0][1][: len(names)] == names:
        rows = rows[1:]
    used = [
        (column, name)
        for column, name in enumerate(names)
        if name in DAILY + HOURLY and not name.endswith("_TYPE")
    ]
    values = np.array([_numbers(file, n, row, names, used) for n, row in rows], np.float64)
    if not len(values):
        raise ValueError(f"{file} has a header and no lines below: download it again")
    fields = dict(zip([name for _, name in used], values.T, strict=True))
    numbers = [number for number, _ in rows]
    hours = 1 if "LST_TIME" in names else 24
    stations = np.unique(fields.get("WBANNO", 0))
    if len(stations) > 1:
        raise ValueError(
            f"{file} has {len(stations)} stations: give files of one station, as in the folders of "
            "the years"
        )
    clock = fields.get("LST_TIME", np.zeros(len(values)))
    times = [_time(file, *of) for of in zip(numbers, fields["LST_DATE"], clock, strict=True)]
    times = np.array(times, "datetime64[h]")
    if hours == 1:  # the hour that ends then
        times -= np.timedelta64(1, "h")
    return hours, (file, numbers, times, fields)


def _layout(file, first):
    """The names of the columns: the header's own, or by how many there are."""
    if "LST_DATE" in first:
        wanted = f"SOIL_MOISTURE_5{'' if 'LST_TIME' in first else '_DAILY'}"
        if wanted not in first:
            raise ValueError(
                f"{file} has a header with LST_DATE and without {wanted}: use the official names "
                "of daily01 or hourly02"
            )
        twice = {name for name in first if first.count(name) > 1}
        if twice:
            raise ValueError(f"{file} has {min(twice)} twice in its header: delete one of them")
        return first
    for names in (DAILY, HOURLY):
        kind = next(column for column, name in enumerate(names) if name.endswith("_TYPE"))
        if len(first) == len(names) and first[kind].isalpha():
            return names
    raise ValueError(
        f"{file} has {len(first)} fields in its first line, which is neither daily01 "
        f"({len(DAILY)}) nor hourly02 ({len(HOURLY)}): download one of these, or give a header "
        "with the official names"
    )


def _numbers(file, number, row, names, used):
    if len(row) != len(names):
        raise ValueError(
            f"{file} has {len(row)} fields in line {number} instead of {len(names)}: delete the "
            "line, or download the file again"
        )
    try:
        values = [float(row[column] or "nan") for column, _ in used]
    except ValueError:
        values = [np.inf]
    if np.inf in values or -np.inf in values:
        name, field = next((name, row[column]) for column, name in used if not _finite(row[column]))
        raise ValueError(
            f"{file} has {field!r} for {name} in line {number}, which is no number: delete the "
            "line, or download the file again"
        )
    return values


def _finite(field):
    try:
        return not np.isinf(float(field or "nan"))
    except ValueError:
        return False


def _time(file, number, date, clock):
    """A line's date and hour, a datetime."""
    try:
        time = datetime.strptime(f"{date:08.0f} {clock:04.0f}", "%Y%m%d %H%M")
    except ValueError:
        time = None
    if time is None or time.minute or not 2000 <= time.year < 2100:
        raise ValueError(
            f"{file} has LST_DATE {date:.0f} and time {clock:04.0f} in line {number}, which is no "
            "full hour since 2000: delete the line, or download the file again"
        )
    return time


def _soil(site, hours, parts):
    """A station's files, joined."""
    times = np.concatenate([times for _, _, times, _ in parts])
    where = [(file, number) for file, numbers, _, _ in parts for number in numbers]
    order = np.argsort(times, kind="stable")
    (twice,) = np.nonzero(np.diff(times[order]).astype(np.int64) == 0)
    if len(twice):
        (one, line), (other, other_line) = (where[order[twice[0] + more]] for more in (0, 1))
        raise ValueError(
            f"{one}, line {line}, and {other}, line {other_line}, are both "
            f"{times[order[twice[0]]]}: delete one of them"
        )
    names = list(dict.fromkeys(name for *_, fields in parts for name in fields))
    nothing = [np.full(len(numbers), np.nan) for _, numbers, _, _ in parts]
    values = np.stack(
        [
            np.concatenate(
                [
                    fields.get(name, empty)
                    for (*_, fields), empty in zip(parts, nothing, strict=True)
                ]
            )
            for name in names
        ],
        axis=1,
    )
    times, values = at_every_step(times[order], values[order], hours)
    values[values <= _MISSING] = np.nan
    columns = dict(zip(names, values.T, strict=True))
    for name in [name for name in names if name.endswith("_FLAG")]:
        wrong = columns.pop(name) > 0
        if name.removesuffix("_FLAG") in columns:
            columns[name.removesuffix("_FLAG")][wrong] = np.nan
    ending = "_DAILY" if hours == 24 else ""
    depths = [depth for depth in DEPTHS_CM if f"SOIL_MOISTURE_{depth}{ending}" in columns]
    moisture = [columns.pop(f"SOIL_MOISTURE_{depth}{ending}") for depth in depths]
    weather = {role: columns.pop(by[hours == 1], None) for role, by in _ROLES.items()}
    if hours == 1 and weather["radiation"] is not None:
        weather["radiation"] = weather["radiation"] * MEGAJOULES_OF_AN_HOUR
    return Soil(
        site=site,
        times=times,
        step_hours=hours,
        moisture=100 * np.stack(moisture, axis=1),
        depths_cm=tuple(depths),
        **weather,
        other={name: column for name, column in columns.items() if name not in _ABOUT},
    )
