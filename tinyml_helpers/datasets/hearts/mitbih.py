"""The MIT-BIH Arrhythmia Database: two leads of 47 people for half an hour, every beat marked."""

from pathlib import Path

from tinyml_helpers.datasets.hearts.wfdb import read_record

_RECORDS = {
    "DS1": "101 106 108 109 112 114 115 116 118 119 122 "
    "124 201 203 205 207 208 209 215 220 223 230",
    "DS2": "100 103 105 111 113 117 121 123 200 202 210 "
    "212 213 214 219 221 222 228 231 232 233 234",
    "paced": "102 104 107 217",
}

#: The records of de Chazal, O'Dwyer and Reilly (IEEE Transactions on Biomedical Engineering 51
#: (2004), 1196-1206): DS1 to train on, DS2 to test on, and the paced hearts of neither.
SPLITS = {name: tuple(records.split()) for name, records in _RECORDS.items()}

#: Record 202 is of the man of 201, says the database's own guide.
_SAME_PERSON = {"202": "201"}


def mitbih(folder, records=None):
    """Records of the MIT-BIH Arrhythmia Database, or of another in its layout.

    Args:
        folder: with `100.hea`, `100.dat`, `100.atr`, ..., in folders or not.
        records: "DS1", "DS2" or "paced" (see SPLITS), or a list of names; None for all there are
            but those in `x_mitdb`, which are more of the same people.

    Returns:
        A list of Ecg by name.

    Raises:
        ValueError: there are no records, one asked for is missing or there twice, or a file is
            damaged (see `read_record`); the message names it.
    """
    headers = {}
    for file in sorted(Path(folder).rglob("*.hea")):
        if file.stem in headers:
            raise ValueError(
                f"{file} and {headers[file.stem]} are both record {file.stem}: take one out of the "
                "folder"
            )
        headers[file.stem] = file
    if not headers:
        raise ValueError(
            f"{folder} holds no .hea file: give the folder with the records, such as 100.hea, "
            "100.dat and 100.atr"
        )
    names = _names(records) if records is not None else _but_more_of_the_same(headers)
    missing = [name for name in names if name not in headers]
    if missing:
        raise ValueError(f"{folder} lacks records {', '.join(missing)}: download them, too")
    found = [read_record(headers[name]) for name in names]
    return [one._replace(person=_SAME_PERSON.get(one.person, one.person)) for one in found]


def _but_more_of_the_same(headers):
    return [name for name in sorted(headers) if not name.startswith("x_")]


def _names(records):
    if isinstance(records, str):
        if records not in SPLITS:
            raise ValueError(f"records are {records!r}: give {', '.join(SPLITS)}, a list, or None")
        return SPLITS[records]
    return [str(name) for name in records]
