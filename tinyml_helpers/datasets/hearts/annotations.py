"""Annotation files of WFDB, in MIT format: what was marked at which sample.

Two bytes a mark, the lower first: ten bits of how many samples after the mark before, and six of a
code. Some codes are no marks and say more of one. Source: the WFDB Applications Guide, "annot(5)",
and its list of annotation codes (G. B. Moody, physionet.org).
"""

import re

from tinyml_helpers.datasets.hearts.ecg import Note

#: The symbols of codes 0 to 41, in their order.
SYMBOLS = ' NLRaVFJASEj/Q~ | sT*D"=pB^t+u?![]en@xf()r'

#: Codes that are no marks: a longer way, and what the mark before has of number, subtype, channel
#: and text.
SKIP, NUMBER, SUBTYPE, CHANNEL, TEXT = range(59, 64)

#: How WFDB says, in a text at the begin, at what rate the samples of the marks are counted.
_RESOLUTION = re.compile(r"## time resolution: ([\d.]+)")


def read_annotations(file, rate):
    """The marks of an annotation file, a list of Note in their order.

    Args:
        file: its Path.
        rate: samples a second of the record.

    Raises:
        ValueError: the file can't be read, is cut off, has a code that WFDB doesn't define, goes
            back in time, or counts at another rate; the message names it.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ValueError(f"{file} can't be read: download the record's .atr, too") from error
    words = _Words(file, content)
    marks, place, number, channel = [], 0, 0, 0
    while True:
        code, way = words.next()
        if code == way == 0:
            break
        if code == SKIP:
            place += words.long()
        elif code in (NUMBER, SUBTYPE, CHANNEL, TEXT):
            if not marks:
                raise ValueError(f"{file} begins with no mark: it is no annotation file of WFDB")
            mark, small = marks[-1], (way & 255) - 256 * (way >> 7 & 1)
            if code == NUMBER:
                number, marks[-1] = small, mark._replace(number=small)
            elif code == CHANNEL:
                channel, marks[-1] = small, mark._replace(channel=small)
            elif code == SUBTYPE:
                marks[-1] = mark._replace(subtype=small)
            else:
                text = words.take(way).rstrip(b"\0").decode("latin-1")
                marks[-1] = mark._replace(text=text)
        else:
            place += way
            if not (code < len(SYMBOLS) and SYMBOLS[code] != " ") and code != 0:
                raise ValueError(
                    f"{file} has the code {code}, which WFDB doesn't define: it is damaged, or no "
                    "annotation file of WFDB"
                )
            if place < (marks[-1].place if marks else 0):
                raise ValueError(f"{file} goes back in time at sample {place}: download it again")
            if code:
                marks.append(Note(place, SYMBOLS[code], 0, channel, number))
    _check_rate(file, marks, rate)
    return marks


class _Words:
    """The bytes of a file, two by two."""

    def __init__(self, file, content):
        self._file, self._content, self._at = file, content, 0

    def take(self, count):
        """So many bytes, and one more that nothing is in if they are odd."""
        taken = self._content[self._at : self._at + count]
        self._at += count + count % 2
        if self._at > len(self._content):
            raise ValueError(f"{self._file} is cut off before its end mark: download it again")
        return taken

    def next(self):
        """A code and what stands with it."""
        word = int.from_bytes(self.take(2), "little")
        return word >> 10, word & 1023

    def long(self):
        """Four bytes with a sign, the higher two first."""
        high, low = self.take(2), self.take(2)
        return int.from_bytes(low + high, "little", signed=True)


def _check_rate(file, marks, rate):
    for mark in marks:
        said = _RESOLUTION.match(mark.text)
        if said and said[1] != f"{rate:g}":
            raise ValueError(
                f"{file} counts {said[1]} samples a second and its record has {rate:g}: give "
                "annotations at the record's own rate"
            )
