"""The real CWRU recordings where they are, and what would give the healthy one away."""

import numpy as np
import places
import pytest
from scipy.signal import welch

from tinyml_helpers.datasets.machines.cwru import cwru_bearing
from tinyml_helpers.datasets.machines.recording import clipped


@pytest.fixture(scope="module")
def real():
    folder = places.outside("TINYML_REAL_DATA", "cwru_bearing")
    return {one.name: one for one in cwru_bearing(folder, ("DE", "FE", "BA"))}


def test_the_extract(real):
    assert len(real) == 29 and "97 BA" not in real
    kinds = {one.name: one.kind for one in real.values() if one.sensor == "DE"}
    assert kinds == {
        "97 DE": "normal",
        **{f"{number} DE": "inner" for number in (105, 169, 209)},
        **{f"{number} DE": "ball" for number in (118, 185, 222)},
        **{f"{number} DE": "outer" for number in (130, 197, 234)},
    }
    sizes = [one.size for one in real.values() if one.sensor == "DE" and one.size]
    assert sorted(set(sizes)) == [0.007, 0.014, 0.021]
    assert {one.rate for one in real.values()} == {12_000}
    assert all(29.9 < one.shaft_hz < 30 for one in real.values())


def test_nothing_in_the_extract_is_clipped(real):
    assert sum(clipped(one.samples) for one in real.values()) == 0
    loudest = max(real.values(), key=lambda one: np.abs(one.samples.astype(int)).max())
    assert loudest.name == "234 DE"
    assert np.abs(loudest.samples.astype(int)).max() / 2048 == pytest.approx(6.653, abs=0.001)


def test_the_shaft_turns_in_the_healthy_recording_as_often_as_its_file_says(real):
    healthy = real["97 DE"]
    spectrum = np.abs(np.fft.rfft(healthy.samples * np.hanning(len(healthy.samples))))
    hz = np.fft.rfftfreq(len(healthy.samples), 1 / healthy.rate)
    low = (hz > 10) & (hz < 45)
    assert hz[low][spectrum[low].argmax()] == pytest.approx(healthy.shaft_hz, abs=0.3)


def test_the_outer_races_fault_is_rolled_over_as_often_as_its_order_says(real):
    one = real["130 DE"]
    envelope = np.abs(one.samples.astype(float))
    spectrum = np.abs(np.fft.rfft(envelope - envelope.mean()))
    orders = np.fft.rfftfreq(len(envelope), 1 / one.rate) / one.shaft_hz
    near = (orders > 2) & (orders < 5)
    assert orders[near][spectrum[near].argmax()] == pytest.approx(one.orders.outer, rel=0.02)


def test_no_edge_of_a_filter_tells_the_healthy_recording_from_the_others(real):
    for sensor in ("DE", "FE"):
        drops = {one.name: drop(one) for one in real.values() if one.sensor == sensor}
        healthy = drops.pop(f"97 {sensor}")
        assert min(drops.values()) - 3 < healthy < max(drops.values()) + 3


def drop(recording):
    """How many dB less there is from 5.7 to 5.9 kHz than from 5 to 5.4 kHz."""
    hz, power = welch(recording.samples.astype(float), recording.rate, nperseg=480)
    level = 10 * np.log10(power)
    return level[(hz >= 5000) & (hz <= 5400)].mean() - level[(hz >= 5700) & (hz <= 5900)].mean()


def test_the_datasheet_says_what_the_real_recordings_hold(real):
    sheet = (places.DATA / "cwru_bearing.md").read_text(encoding="utf-8")
    for number in {name.split()[0] for name in real}:
        (line,) = (line for line in sheet.splitlines() if line.startswith(f"| {number} |"))
        fault, *peaks = (cell.strip() for cell in line.strip("|").split("|")[1:])
        one = real[f"{number} DE"]
        part = {"normal": "none", "ball": "ball"}.get(one.kind, f"{one.kind} race")
        assert fault == (f"{part}, {one.size:.3f}" if one.size else part)
        for sensor, said in zip(("DE", "FE", "BA"), peaks, strict=True):
            samples = real[f"{number} {sensor}"].samples if said else None
            assert bool(said) == (f"{number} {sensor}" in real)
            assert not said or said == f"{np.abs(samples.astype(int)).max() / 2048:.2f}"
    drops = [drop(one) for one in real.values() if one.kind != "normal" and one.sensor != "BA"]
    assert f"{np.floor(min(drops)):.0f} to {np.ceil(max(drops)):.0f} dB less" in sheet
    offsets = [one.samples.mean() / 2048 for one in real.values() if one.sensor == "DE"]
    assert f"{min(offsets):.3f} to {max(offsets):.3f} g at the drive end" in sheet
