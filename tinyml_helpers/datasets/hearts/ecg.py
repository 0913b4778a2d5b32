"""What every electrocardiogram is read as, and which class each beat is of."""

from typing import NamedTuple

import numpy as np

#: AAMI's classes: normal, supraventricular ectopic, ventricular ectopic, fusion, unknown or paced.
CLASSES = ("N", "S", "V", "F", "Q")

#: The class of each of WFDB's symbols for a beat. Source: ANSI/AAMI EC57 as P. de Chazal,
#: M. O'Dwyer and R. B. Reilly apply it to MIT-BIH (IEEE Transactions on Biomedical Engineering 51
#: (2004), 1196-1206, table I). B, r, n and ?, which MIT-BIH hasn't, go by what WFDB says they are:
#: bundle branch block, R on T of the ventricles, supraventricular escape, not classified.
AAMI = (
    dict.fromkeys("NLRejB", "N")
    | dict.fromkeys("AaJSn", "S")
    | dict.fromkeys("VEr", "V")
    | {"F": "F"}
    | dict.fromkeys("/fQ?", "Q")
)

#: A sample that wasn't recorded.
NOTHING = -32768


class Note(NamedTuple):
    """A mark at a sample.

    Attributes:
        place: which sample, an int from 0.
        symbol: WFDB's, one character: "N", "+", "~", ...
        subtype: an int whose meaning depends on the symbol, mostly 0.
        channel: which lead it is of, an int, mostly 0.
        number: an int of whoever wrote the file, mostly 0.
        text: of a change of rhythm for one: "(AFIB".
    """

    place: int
    symbol: str
    subtype: int = 0
    channel: int = 0
    number: int = 0
    text: str = ""


class Ecg(NamedTuple):
    """An electrocardiogram with its beats.

    Attributes:
        record: its name, str.
        person: whose it is, str: what is split must be split by it.
        rate: samples a second, an int, or a float if it isn't whole.
        samples: int16 [n, leads], as the converter gave them; NOTHING where nothing was recorded.
        gains: float64 [leads], counts a mV.
        zeros: int64 [leads], counts at 0 mV.
        leads: a tuple of their names, such as ("MLII", "V5").
        beats: int64 [beats], the sample at which each is marked, rising: its R peak or near it.
        symbols: str [beats] of one character, WFDB's: "N", "A", "V", ...
        classes: str [beats] of one character, of CLASSES.
        notes: a tuple of Note: the marks that are no beats, such as a change of rhythm ("+") or
            of the signal's quality ("~").
    """

    record: str
    person: str
    rate: int | float
    samples: np.ndarray
    gains: np.ndarray
    zeros: np.ndarray
    leads: tuple
    beats: np.ndarray
    symbols: np.ndarray
    classes: np.ndarray
    notes: tuple = ()

    @property
    def millivolts(self):
        """The samples in mV, float32 [n, leads]; NaN where nothing was recorded."""
        volts = ((self.samples - self.zeros) / self.gains).astype(np.float32)
        volts[self.samples == NOTHING] = np.nan
        return volts


def ecg(marks, **rest):
    """An Ecg of its marks, a list of Note of beats and others in order, and all else of it."""
    beats = [mark for mark in marks if mark.symbol in AAMI]
    symbols = np.array([mark.symbol for mark in beats], "U1")
    return Ecg(
        beats=np.array([mark.place for mark in beats], np.int64),
        symbols=symbols,
        classes=np.array([AAMI[symbol] for symbol in symbols], "U1"),
        notes=tuple(mark for mark in marks if mark.symbol not in AAMI),
        **rest,
    )
