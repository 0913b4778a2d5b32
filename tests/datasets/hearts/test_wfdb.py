"""WFDB records: what is written is read, and what is damaged is refused in a sentence."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wfdb_writer import CODES, annotation_bytes, signal_bytes, write_record

from tinyml_helpers.datasets.hearts.annotations import SYMBOLS, read_annotations
from tinyml_helpers.datasets.hearts.ecg import AAMI, CLASSES, NOTHING, Note
from tinyml_helpers.datasets.hearts.wfdb import read_record

SAMPLES = np.array([[995, 1011], [-3, 2047], [-2047, 0], [1024, 7]])
BEATS = [Note(1, "N"), Note(2, "V")]

_small = st.integers(-128, 127)
_marks = st.lists(
    st.builds(
        Note,
        place=st.integers(0, 200_000),
        symbol=st.sampled_from(sorted(CODES)),
        subtype=_small,
        channel=_small,
        number=_small,
        text=st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=9),
    )
)


@pytest.fixture
def record(tmp_path):
    return write_record(tmp_path, "x1", SAMPLES, BEATS)


def changed(path, old, new):
    """The header with a piece of text replaced."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return path


@given(
    st.integers(1, 3).flatmap(
        lambda leads: st.lists(
            st.lists(st.integers(-2047, 2047), min_size=leads, max_size=leads), min_size=1
        )
    ),
    st.sampled_from(["212", "16"]),
)
@settings(deadline=None)
def test_samples_that_were_written_are_read(rows, form):
    samples = np.array(rows)
    with tempfile.TemporaryDirectory() as folder:
        names = ("I", "II", "a V5")
        path = write_record(Path(folder), "x1", samples, [], form, rate=128, leads=names)
        found = read_record(path)
    assert found.samples.dtype == np.int16 and np.array_equal(found.samples, samples)
    assert (found.record, found.rate, found.leads) == ("x1", 128, names[: samples.shape[1]])
    np.testing.assert_allclose(found.millivolts, (samples - 1024) / 200, rtol=1e-6)


@given(_marks)
@settings(deadline=None)
def test_marks_that_were_written_are_read(marks):
    marks = sorted(marks, key=lambda mark: mark.place)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x1.atr"
        file.write_bytes(annotation_bytes(marks))
        assert read_annotations(file, 360) == marks


def test_beats_have_their_class_and_all_else_is_a_note(tmp_path):
    symbols = "N+LaVFA/Q~|e?nfr"
    marks = [Note(place, symbol) for place, symbol in enumerate(symbols)]
    found = read_record(write_record(tmp_path, "x1", np.zeros((20, 1), int), marks))
    assert "".join(found.symbols) == "NLaVFA/Qe?nfr"
    assert "".join(found.classes) == "NNSVFSQQNQSQV"
    assert found.beats.tolist() == [symbols.index(symbol) for symbol in found.symbols]
    assert [note.symbol for note in found.notes] == ["+", "~", "|"]


def test_every_class_is_a_class_and_every_code_is_one_symbol():
    assert set(AAMI.values()) == set(CLASSES) and set(AAMI) <= set(SYMBOLS)
    assert all(SYMBOLS[code] == symbol for symbol, code in CODES.items())
    named = SYMBOLS.replace(" ", "")
    assert len(SYMBOLS) == 42 and len(set(named)) == len(named) == 39


@pytest.mark.parametrize(("form", "missing"), [("212", -2048), ("16", -32768)])
def test_what_was_not_recorded_is_no_voltage(tmp_path, form, missing):
    samples = np.array([[5, missing], [missing, 6]])
    found = read_record(write_record(tmp_path, "x1", samples, [], form))
    assert found.samples.tolist() == [[5, NOTHING], [NOTHING, 6]]
    assert np.isnan(found.millivolts).tolist() == [[False, True], [True, False]]


def test_gain_and_zero_are_the_headers_or_wfdbs_usual_ones(record):
    changed(record, "212 200 11 1024 995", "212 100(512)/mV 11 1024 995")
    changed(record, "212 200 11 1024 1011", "212 0 11 1024 1011")
    found = read_record(record)
    assert (found.gains.tolist(), found.zeros.tolist()) == ([100, 200], [512, 1024])
    record.write_text("x1 2\nx1.dat 212\nx1.dat 212\n")
    found = read_record(record.with_suffix(""))
    assert (found.rate, found.leads) == (250, ("", ""))
    assert (found.gains.tolist(), found.zeros.tolist()) == ([200, 200], [0, 0])
    assert np.array_equal(found.samples, SAMPLES)


def test_leads_may_be_in_files_of_their_own(record):
    (record.parent / "v5.dat").write_bytes(signal_bytes(SAMPLES[:, 1], "16"))
    record.with_suffix(".dat").write_bytes(signal_bytes(SAMPLES[:, 0], "212"))
    text = record.read_text().replace("x1.dat 212 200 11 1024 1011", "v5.dat 16 200 11 1024 1011")
    record.write_text(text)
    assert np.array_equal(read_record(record).samples, SAMPLES)
    (record.parent / "v5.dat").write_bytes(signal_bytes(SAMPLES[:3, 1], "16"))
    record.write_text("x1 2\nx1.dat 212\nv5.dat 16\n")
    with pytest.raises(ValueError, match="has signal files of different lengths"):
        read_record(record)


def test_a_record_without_annotations_has_no_beats(record):
    record.with_suffix(".atr").unlink()
    found = read_record(record, annotator=None)
    assert len(found.beats) == len(found.symbols) == len(found.classes) == 0
    with pytest.raises(ValueError, match=r"x1.atr can't be read: download the record's .atr, too"):
        read_record(record)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("x1 2 360 4", "", "has no name and number of leads in its first line"),
        ("x1 2 360", "x1/3 2 360", "is of a record in segments"),
        ("x1 2 360", "x1 3 360", "has lines of 2 leads and says 3"),
        ("x1 2 360", "x1 2 0", "has 2 leads at 0 samples a second"),
        ("x1 2 360 4", "x1 2 360 5", "holds 4 samples a lead, and should 5: it is cut off"),
        ("x1 2 360 4", f"x1 2 360 {'9' * 30}", "which is too large: download it"),
        ("212 200 11 1024 995", "80 200 11 1024 995", "has a signal of format 80"),
        ("212 200 11 1024 995", "212x2 200 11 1024 995", "has a signal of format 212x2"),
        ("212 200 11 1024 995", "16 200 11 1024 995", "has two formats in x1.dat"),
        ("212 200 11", "212 200/mmHg 11", "has a signal in 'mmHg': only mV are read"),
        ("212 200 11", "212 2e999 11", "has a gain of 2e999"),
        ("212 200 11", "212 wide 11", "which is no line of a lead"),
        ("x1.dat 212 200 11 1024 995", "../x1.dat 212 200 11 1024 995", "a file beside the header"),
        ("x1.dat 212 200 11 1024 995", "y.dat 212 200 11 1024 995", "y.dat can't be read"),
        ("1024 995", "1024 996", "begins with 995 and the header says 996"),
        ("0 MLII", "1 MLII", None),
    ],
)
def test_a_header_that_does_not_fit_is_refused(record, old, new, says):
    changed(record, old, new)
    if says is None:  # a block size is nobody's business
        assert len(read_record(record).samples) == 4
        return
    with pytest.raises(ValueError) as caught:
        read_record(record)
    assert says in str(caught.value)


def test_a_changed_sample_does_not_fit_the_checksum(record):
    signal = bytearray(record.with_suffix(".dat").read_bytes())
    signal[-1] ^= 1
    record.with_suffix(".dat").write_bytes(signal)
    with pytest.raises(ValueError, match="hasn't the checksum that the header says"):
        read_record(record)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is cut off before its end mark"),
        (annotation_bytes(BEATS)[:-2], "is cut off before its end mark"),
        (annotation_bytes(BEATS)[:-1], "is cut off before its end mark"),
        (b"\x00\xec\x00\x00", "is cut off before its end mark"),  # half of a longer way
        (b"\x01\xf4\x00\x00", "begins with no mark"),
        (b"\x01\x04\x09\xfcab", "is cut off before its end mark"),  # a text of nine
        (b"\x01\xac\x00\x00", "has the code 43, which WFDB doesn't define"),
        (b"\x01\x3c\x00\x00", "has the code 15, which WFDB doesn't define"),
        (annotation_bytes([Note(4, "N")]), "marks sample 4 of 4"),
        (
            b"\x03\x04" + b"\x00\xec\xff\xff\xfe\xff" + b"\x00\x04\x00\x00",
            "goes back in time at sample 1",
        ),
        (
            annotation_bytes([Note(0, '"', text="## time resolution: 250")]),
            "counts 250 samples a second and its record has 360",
        ),
    ],
)
def test_damaged_annotations_are_refused(record, content, says):
    record.with_suffix(".atr").write_bytes(content)
    with pytest.raises(ValueError) as caught:
        read_record(record)
    assert f"{record.with_suffix('.atr')} " in str(caught.value) and says in str(caught.value)


def test_annotations_at_the_records_rate_may_say_so(record):
    marks = [Note(0, '"', text="## time resolution: 360"), *BEATS]
    record.with_suffix(".atr").write_bytes(annotation_bytes(marks))
    assert read_record(record).beats.tolist() == [1, 2]


@given(
    st.sampled_from([".hea", ".dat", ".atr"]),
    st.binary(max_size=40),
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 255)), max_size=4),
    st.booleans(),
)
@settings(deadline=None, max_examples=600)
def test_no_bytes_make_it_fail_but_in_a_sentence(ending, fresh, changes, whole):
    with tempfile.TemporaryDirectory() as folder:
        path = write_record(Path(folder), "x1", SAMPLES, BEATS)
        file = path.with_suffix(ending)
        content = bytearray(file.read_bytes())
        for place, byte in changes:
            content[place % len(content)] = byte
        file.write_bytes(fresh if whole else bytes(content))
        try:
            found = read_record(path)
        except ValueError as error:
            assert str(path.parent) in str(error)
        else:
            assert len(found.samples) and found.samples.dtype == np.int16
            assert np.all(np.diff(found.beats) >= 0)
