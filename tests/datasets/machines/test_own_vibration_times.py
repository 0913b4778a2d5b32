"""When a student's own vibration was measured, by the times in its file."""

from datetime import datetime, timedelta

import numpy as np
import places
import pytest
from vibration_files import is_tone, rows, shaken, times, write

from tinyml_helpers.datasets.machines.own_vibration import vibration_csv


@pytest.mark.parametrize(
    "title, size",
    [
        ("Time (s)", 1),
        ("seconds_elapsed", 1),
        ("t [ms]", 1e3),
        ("millis", 1e3),
        ("time_us", 1e6),
        ("Time (µs)", 1e6),
        ("micros()", 1e6),
        ("timestamp in nanoseconds", 1e9),
        ("time ns", 1e9),
    ],
)
def test_the_header_says_in_what_times_are(tmp_path, title, size):
    t = times()
    path = write(tmp_path, f"{title},x (g)", rows(t * size, shaken(t)[0], form="{:.12g}"))
    assert is_tone(vibration_csv(path, 200), 20, 0.1, 0.03)


@pytest.mark.parametrize("rate", [25, 200, 1600, 12_000])
@pytest.mark.parametrize("size", [1, 1e3, 1e6, 1e9])
def test_where_the_header_does_not_the_steps_do(tmp_path, rate, size):
    seconds = 8 if rate < 1000 else 2
    t = times(rate, seconds)
    lines = rows(77 * size + t * size, shaken(t, hz=rate / 20)[2], form="{:.13g}")
    recording = vibration_csv(write(tmp_path, None, lines), rate, unit="g")
    assert len(recording.samples) == pytest.approx(seconds * rate, abs=2)
    assert is_tone(recording, rate / 20, 0.5)


def test_a_unit_that_is_given_is_believed(tmp_path):
    t = times(50, 4)  # in seconds it would be one of 5 Hz
    path = write(tmp_path, "time (s),x (m/s2)", rows(t / 10, shaken(t, 2)[2]))
    with pytest.raises(ValueError, match=r"lasts 0\.4 seconds: .* give time_unit"):
        vibration_csv(path, 50)
    path = write(tmp_path, "time (s),x (m/s2)", rows(t * 1000, shaken(t, 2)[2]))
    assert is_tone(vibration_csv(path, 50, unit="g", time_unit="ms"), 2, 0.5)


@pytest.mark.parametrize("unit", ["us", "µs", "μs"])  # the micro sign, and the Greek letter
def test_microseconds_by_any_sign(tmp_path, unit):
    t = times()
    path = write(tmp_path, "time (s),x (g)", rows(1e6 * t, shaken(t)[2]))
    assert is_tone(vibration_csv(path, 200, time_unit=unit), 20, 0.5)


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%dT%H:%M:%S.%f",
        "%Y-%m-%d %H:%M:%S.%f",
        "%Y-%m-%dT%H:%M:%S.%fZ",
        "%Y-%m-%dT%H:%M:%S.%f+02:00",
        "%Y-%m-%d %H:%M:%S,%f",
    ],
)
def test_times_may_be_dates(tmp_path, form):
    t = times()
    start = datetime(2026, 11, 28, 23, 59, 59)
    stamps = [(start + timedelta(seconds=value)).strftime(form) for value in t]
    lines = [f'"{stamp}",{x:.6f}' for stamp, x in zip(stamps, shaken(t)[2], strict=True)]
    path = write(tmp_path, "date,x (g)", lines)
    assert is_tone(vibration_csv(path, 200), 20, 0.5)


@pytest.mark.parametrize("jitter", [0.1, 0.3])
def test_times_that_jitter_are_evened_out(tmp_path, jitter):
    t = times(104.6, 6, jitter)
    path = write(tmp_path, "time (s),x (g)", rows(t, shaken(t, hz=12)[2]))
    recording = vibration_csv(path, 100)
    assert len(recording.samples) == 600
    assert is_tone(recording, 12, 0.5)


def test_what_is_too_high_for_the_rate_does_not_fold_down(tmp_path):
    t = times(12_000, 1.5)
    path = write(tmp_path, "time (s),x (g)", rows(t, shaken(t, hz=1_000)[2]))
    samples = vibration_csv(path, 1_600).samples / 2048
    assert np.abs(samples[100:-100]).max() < 0.003


def test_a_few_lines_written_twice_do_no_harm(tmp_path):
    t = times(seconds=4)
    lines = rows(t, shaken(t)[2])
    for index in (700, 400, 90):
        lines.insert(index, lines[index])
    assert is_tone(vibration_csv(write(tmp_path, "time (s),x (g)", lines), 200), 20, 0.5)


def test_samples_that_come_in_bursts_are_evenly_spaced(tmp_path):
    t = times(seconds=5)
    late = np.ceil(t * 25) / 25  # fetched 25 times a second
    path = write(tmp_path, "time (s),x (g)", rows(late, shaken(t)[2]))
    recording = vibration_csv(path, 200)
    spectrum = np.abs(np.fft.rfft(recording.samples * np.hanning(len(recording.samples))))
    hz = np.fft.rfftfreq(len(recording.samples), 1 / 200)
    assert hz[spectrum.argmax()] == pytest.approx(20, abs=0.25)
    assert np.sqrt(np.mean(np.square(spectrum[np.abs(hz - 20) > 2]))) < spectrum.max() / 1000


def test_a_clock_too_coarse_for_the_samples_does_no_harm(tmp_path):
    t = times(1_600, 2)
    path = write(tmp_path, "ms,x (g)", rows(np.floor(1000 * t), shaken(t, 100)[2]))
    samples = vibration_csv(path, 1_600, time_unit="ms").samples / 2048
    assert np.abs(samples[50:-50]).max() == pytest.approx(0.5, rel=0.01)


def test_a_gap_is_said(tmp_path):
    t = times()
    lines = rows(t, shaken(t)[2])
    path = write(tmp_path, "time (s),x (g)", lines[:300] + lines[306:])
    with pytest.raises(ValueError, match=r"fan\.csv jumps by 0\.035 seconds before line 302, wher"):
        vibration_csv(path, 200)
    path = write(tmp_path, "time (s),x (g)", lines[:300] + lines[302:])
    assert is_tone(vibration_csv(path, 200), 20, 0.5)


def test_a_gap_among_bursts_is_said(tmp_path):
    t = np.ceil(times(seconds=6) * 25) / 25
    lines = rows(t, shaken(t)[2])
    path = write(tmp_path, "time (s),x (g)", lines[:400] + lines[600:])
    with pytest.raises(ValueError, match="jumps by 1 seconds before line 402"):
        vibration_csv(path, 200)


def test_a_clock_that_counts_seconds_is_said(tmp_path):
    t = times(seconds=5)
    path = write(tmp_path, "time (s),x (g)", rows(np.floor(t), shaken(t)[2]))
    with pytest.raises(ValueError, match=r"jumps by 1 seconds .* have the clock give finer times"):
        vibration_csv(path, 100)


def test_going_back_in_time_is_said(tmp_path):
    t = times()
    lines = rows(t, shaken(t)[2])
    path = write(tmp_path, "time (s),x (g)", lines[300:] + lines[:300])
    with pytest.raises(ValueError, match=r"fan\.csv goes back in time at line 303: cut it there"):
        vibration_csv(path, 200)


def test_less_than_a_second_is_said(tmp_path):
    t = times(seconds=0.9)
    path = write(tmp_path, "time (s),x (g)", rows(t, shaken(t)[2]))
    with pytest.raises(ValueError, match=r"lasts 0\.9 seconds: record at least one"):
        vibration_csv(path, 200)


def test_a_rate_that_was_not_recorded_is_refused(plain):
    with pytest.raises(ValueError, match="has 200 samples a second, which can't become 12,000"):
        vibration_csv(plain, 12_000)
    assert len(vibration_csv(plain, 240).samples) == 721


@pytest.mark.parametrize("rate", [0, -1, 99.5, None, "200"])
def test_a_rate_that_is_none_is_refused(plain, rate):
    with pytest.raises(ValueError, match="give a whole number of samples a second"):
        vibration_csv(plain, rate)


def test_dates_of_which_only_some_have_a_time_zone_are_refused(tmp_path):
    lines = [f"2026-11-28T10:00:0{s}{zone},1" for s, zone in enumerate(["Z", "", "Z"])]
    with pytest.raises(ValueError, match="dates with a time zone and others without"):
        vibration_csv(write(tmp_path, "date,x (g)", lines), 1)


@pytest.mark.parametrize("name", ["s01_01_sp.csv", "s01_01_sw.csv"])
def test_a_real_phones_and_a_real_watchs_samples_are_delivered_late_and_read(name):
    folder = places.outside("TINYML_REAL_DATA", "sp_sw_har")
    path = folder / "DATA" / "s01" / name
    recording = vibration_csv(path, 100, unit="m/s2")
    stamps = [int(line.split(",")[6]) for line in path.read_text().splitlines()[1:]]
    seconds = (stamps[-1] - stamps[0]) / 1000
    assert len(recording.samples) / 100 == pytest.approx(seconds, abs=0.1)
    assert recording.sensor in ("x", "y", "z")
