"""Tables of numbers from other programs: any separator, any decimal sign, header or none."""

import codecs
import csv
import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import numpy as np

_SEPARATORS = (";", "\t", ",")  # a comma may be a decimal sign where there is another of them
_MOST = 1e30  # nothing measures more
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d\d?\.\d\d?\.\d{4}")
_TIME_OF_DAY = re.compile(r"\d\d?:\d\d(:\d\d)?")
_DATE = re.compile(rf"({_DAY.pattern}),?[T ]+{_TIME_OF_DAY.pattern}")
_GERMAN = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4}),?[T ]+(\d\d?)(:.*)")


class CsvTable:
    """The fields of a table, read column by column.

    Attributes:
        name: of the file, for messages.
        header: the columns' names, a list of str; None where there are none.
        width: how many columns there are.
    """

    def __init__(self, file):
        """Read a file: a path, or a binary file (an upload: `io.BytesIO(its bytes)`).

        A last line that was cut off, as of a program that was stopped, is left out.

        Raises:
            ValueError: it can't be read, or is no table with two columns or more.
        """
        self.name = str(file) if isinstance(file, str | Path) else "the file"
        lines = self._text(file).splitlines()
        if lines and lines[0].lower().startswith("sep="):  # for Excel
            lines[0] = ""
        rows = self._rows(lines)
        self.width = _usual_length(row for _, row in rows if _looks_measured(row))
        if not self.width:
            raise ValueError(
                f"{self.name} has no columns of numbers divided by commas, semicolons or tabs: "
                "export it as CSV"
            )
        start = next(
            index
            for index, (_, row) in enumerate(rows)
            if len(row) == self.width and _looks_measured(row)
        )
        while start and _looks_unfinished(rows[start - 1][1]):
            start -= 1
        self.header = [name.strip() for name in rows[start - 1][1]] if start else None
        if self.header and len(self.header) != self.width:
            raise ValueError(
                f"{self.name} has {len(self.header)} names for {self.width} columns in line "
                f"{rows[start - 1][0]}: export it with decimal points, or divided by semicolons"
            )
        rows = rows[start:]
        if len(rows[-1][1]) != self.width:
            rows.pop()
        for line, row in rows:
            if len(row) != self.width:
                raise ValueError(
                    f"{self.name} has {len(row)} columns in line {line} and {self.width} in the "
                    "others: repair or delete that line"
                )
        self._rows_of_numbers = rows

    def lines(self):
        """The number of each row's line in the file, from 1: a list of int."""
        return [line for line, _ in self._rows_of_numbers]

    def numbers(self, column):
        """A column's values: float64 [rows], NaN where nothing is.

        Raises:
            ValueError: a field is no number; the message names its line.
        """
        return np.array(self._each(column, _number), np.float64)

    def times(self, column):
        """A column's times since its first row, and whether they are dates.

        Returns:
            float64 [rows], NaN where nothing is: seconds, of dates, else in whatever unit the
            file has. Whole numbers keep all their digits.

        Raises:
            ValueError: a field is no time; the message names its line.
        """
        values, dates = self.moments(column)
        first = next((value for value in values if value is not None), None)
        try:
            since = [None if value is None else value - first for value in values]
        except TypeError as error:
            raise ValueError(
                f"{self.name} has dates with a time zone and others without: give all of them one"
            ) from error
        if dates:
            since = [None if value is None else value.total_seconds() for value in since]
        return np.array(since, np.float64), dates

    def moments(self, column):
        """A column's times as they stand there, and whether they are dates.

        Where a column has days only, the next one has the times of day.

        Returns:
            A list [rows] of datetime, or of int and float; None where nothing is.

        Raises:
            ValueError: a field is no time; the message names its line.
        """
        first = self._first(column)
        if not _DAY.fullmatch(first):
            dates = bool(_DATE.match(first))
            return self._each(column, _date if dates else _exact), dates
        if column + 1 >= self.width or not _TIME_OF_DAY.fullmatch(self._first(column + 1)):
            raise ValueError(
                f"{self.name} has days such as {first} and no times of day in the next column: "
                "export it with both"
            )
        return self._each(column, _date, 2), True

    def _first(self, column):
        """The first field of a column that isn't empty, or an empty one."""
        return next(filter(None, self._each(column, str)), "")

    def _each(self, column, parse, columns=1):
        values = []
        for line, row in self._rows_of_numbers:
            try:
                values.append(parse(" ".join(row[column : column + columns]).strip()))
            except (ValueError, OverflowError) as error:
                raise ValueError(
                    f"{self.name} has {row[column]!r} in line {line}, where the others have a "
                    "number or a date: repair or delete that line"
                ) from error
        return values

    def _text(self, file):
        try:
            content = Path(file).read_bytes() if isinstance(file, str | Path) else file.read()
        except OSError as error:
            raise ValueError(f"{self.name} can't be read: give a CSV file") from error
        if isinstance(content, str):
            return content
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16", "replace")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:  # Windows, for the sake of m/s²
            return content.decode("cp1252", "replace")

    def _rows(self, lines):
        """(Line's number, fields) of what isn't empty or a comment."""
        kept = [
            (number, line)
            for number, line in enumerate(lines, start=1)
            if line.strip() and not line.lstrip().startswith("#")
        ]
        middle = [line for _, line in kept[len(kept) // 2 :][:20]]
        separator = next(
            (
                sign
                for sign in _SEPARATORS
                if sum(sign in line for line in middle) > len(middle) / 2
            ),
            ",",
        )
        try:
            rows = [next(csv.reader([line], delimiter=separator)) for _, line in kept]
        except csv.Error as error:
            raise ValueError(f"{self.name} is no text: export it as CSV") from error
        # A separator at the end of every line makes no column.
        width = _usual_length(rows)
        if all(not row[-1].strip() for row in rows if len(row) == width):
            rows = [row[:-1] if len(row) == width else row for row in rows]
        return [(number, row) for (number, _), row in zip(kept, rows, strict=True)]


def _usual_length(rows):
    """How many fields most rows have; 0 of no rows."""
    counts = Counter(len(row) for row in rows)
    return counts.most_common(1)[0][0] if counts else 0


def _looks_measured(row):
    """Whether a row has two fields at least that are numbers or dates."""
    return sum(map(_is_measured, row)) >= 2


def _looks_unfinished(row):
    """Whether a row has nothing but numbers, dates and empty fields: a sensor that was silent."""
    given = [field for field in row if field.strip().lower() not in ("", "nan")]
    return bool(given) and all(map(_is_measured, given))


def _is_measured(field):
    field = field.strip()
    try:
        time = _DAY.match(field) or _TIME_OF_DAY.fullmatch(field)
        return bool(time) or (bool(field) and np.isfinite(_number(field)))
    except ValueError:
        return False


def _number(field):
    number = float(field.replace(",", ".")) if field else np.nan
    return number if abs(number) < _MOST else np.nan


def _exact(field):
    """A number, whole ones as int: nanoseconds since 1970 have more digits than a float."""
    if re.fullmatch(r"[+-]?\d{1,20}", field):
        return int(field)
    number = _number(field)
    return number if np.isfinite(number) else None


def _date(field):
    if german := _GERMAN.fullmatch(field):
        day, month, year, hour, rest = german.groups()
        field = f"{year}-{month:0>2}-{day:0>2} {hour:0>2}{rest}"
    return datetime.fromisoformat(field.replace(",", ".")) if field else None
