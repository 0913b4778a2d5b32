"""CWRU's bearing data, on stand-ins in the official layout."""

import warnings

import numpy as np
import pytest
from scipy.io import savemat

from tinyml_helpers.datasets.machines.cwru import BEARINGS, SENSORS, cwru_bearing
from tinyml_helpers.datasets.machines.cwru_files import OFFICIAL_FILES, official_file


def write(path, number, sensors=("DE", "FE", "BA"), rpm=1796, hz=1000, seconds=0.25, rate=None):
    """A file as CWRU's: a sine wave of 1 g (DE), 2 g (FE) and 3 g (BA)."""
    rate = rate or OFFICIAL_FILES[number].rate
    time = np.arange(int(seconds * rate)) / rate
    variables = {
        f"X{number:03d}_{sensor}_time": (1 + SENSORS.index(sensor))
        * np.sin(2 * np.pi * hz * time)[:, np.newaxis]
        for sensor in sensors
    }
    if rpm is not None:
        variables[f"X{number:03d}RPM"] = np.array([[rpm]])
    path.parent.mkdir(parents=True, exist_ok=True)
    savemat(path, variables)
    return variables


def peak(samples):
    return np.abs(samples[300:-300].astype(int)).max() / 2048


def test_the_files_are_found_in_any_folder_and_come_in_the_order_of_their_numbers(tmp_path):
    write(tmp_path / "a" / "b" / "234.mat", 234)
    write(tmp_path / "97.MAT", 97, ("DE", "FE"))
    write(tmp_path / "fan" / "278.mat", 278)
    (tmp_path / "._97.mat").write_bytes(b"of macOS")
    (tmp_path / "notes.txt").write_text("no recording")
    names = [recording.name for recording in cwru_bearing(tmp_path)]
    assert names == ["97 DE", "97 FE", "234 DE", "234 FE", "278 DE", "278 FE"]


def test_a_recording_says_all_that_is_known_of_it(tmp_path):
    write(tmp_path / "172.mat", 172, rpm=1728)
    (recording,) = cwru_bearing(tmp_path, "FE")
    assert recording.name == "172 FE" and recording.sensor == "FE"
    assert (recording.kind, recording.size, recording.load) == ("inner", 0.014, 3)
    assert recording.machine == "DE inner 0.014"
    assert recording.shaft_hz == 1728 / 60
    assert recording.rate == 12_000 and recording.samples.dtype == np.int16
    assert recording.samples.shape == (3_000,)
    assert peak(recording.samples) == pytest.approx(2, rel=1e-3)


def test_all_healthy_recordings_are_one_machine(tmp_path):
    for number in (97, 100):
        write(tmp_path / f"{number}.mat", number)
    assert {one.machine for one in cwru_bearing(tmp_path)} == {"healthy"}


def test_a_damaged_bearing_is_one_machine_wherever_its_fault_sits(tmp_path):
    for number in (130, 133, 135, 144, 156):
        write(tmp_path / f"{number}.mat", number)
    assert {one.machine for one in cwru_bearing(tmp_path)} == {"DE outer 0.007"}


def test_the_orders_are_the_damaged_bearings_and_of_a_healthy_one_those_at_the_sensor(tmp_path):
    for number in (97, 105, 278):
        write(tmp_path / f"{number}.mat", number)
    orders = {one.name: one.orders for one in cwru_bearing(tmp_path, ("DE", "FE", "BA"))}
    drive, fan = BEARINGS["DE"], BEARINGS["FE"]
    assert orders == {
        **{"97 DE": drive, "97 FE": fan, "97 BA": drive},
        **{f"105 {sensor}": drive for sensor in ("DE", "FE", "BA")},
        **{f"278 {sensor}": fan for sensor in ("DE", "FE", "BA")},
    }
    assert drive != fan


def test_every_rate_comes_out_as_the_one_asked_for(tmp_path):
    for number in (97, 105, 109):
        write(tmp_path / f"{number}.mat", number, hz=500)
    for rate in (12_000, 3_200):
        for recording in cwru_bearing(tmp_path, "DE", rate):
            assert recording.rate == rate and len(recording.samples) == rate // 4
            assert peak(recording.samples) == pytest.approx(1, rel=0.02)


def test_as_recorded_each_has_the_rate_that_its_number_says(tmp_path):
    for number in (97, 105, 109):
        write(tmp_path / f"{number}.mat", number)
    rates = {one.name: one.rate for one in cwru_bearing(tmp_path, "DE", as_recorded=True)}
    assert rates == {"97 DE": 48_000, "105 DE": 12_000, "109 DE": 48_000}


def test_what_is_too_high_for_the_rate_does_not_fold_down(tmp_path):
    write(tmp_path / "97.mat", 97, hz=7_000)
    (recording,) = cwru_bearing(tmp_path, "DE")
    assert peak(recording.samples) < 0.002


def test_of_two_recordings_in_a_file_its_own_is_taken(tmp_path):
    both = write(tmp_path / "99.mat", 99, rpm=1753)
    neighbour = write(tmp_path / "other.mat", 98, rpm=1772, seconds=0.5)
    (tmp_path / "other.mat").unlink()
    savemat(tmp_path / "99.mat", {**neighbour, **both})
    (recording,) = cwru_bearing(tmp_path, "DE")
    assert len(recording.samples) == 3_000 and recording.shaft_hz == 1753 / 60


def test_the_only_recording_in_a_file_is_its_own_whatever_its_number(tmp_path):
    variables = write(tmp_path / "3001.mat", 3001, ("DE",), rpm=None)
    savemat(tmp_path / "3001.mat", {"X056_DE_time": variables["X3001_DE_time"]})
    (recording,) = cwru_bearing(tmp_path)
    assert recording.name == "3001 DE" and recording.size == 0.028
    assert recording.shaft_hz == 1797 / 60


def test_two_recordings_of_which_none_is_the_files_are_refused(tmp_path):
    savemat(tmp_path / "174.mat", {f"X{number}_DE_time": np.ones(9) for number in (172, 173)})
    with pytest.raises(ValueError, match=r"174\.mat should hold .*X174_DE_time.*X172 and X173"):
        cwru_bearing(tmp_path)


def test_a_file_without_a_recording_is_refused(tmp_path):
    savemat(tmp_path / "105.mat", {"x": 1})
    with pytest.raises(ValueError, match=r"105\.mat should hold .* and holds nothing"):
        cwru_bearing(tmp_path)


@pytest.mark.parametrize("load, rpm", list(enumerate((1797, 1772, 1750, 1730))))
def test_without_a_speed_the_published_one_is_taken(tmp_path, load, rpm):
    write(tmp_path / f"{97 + load}.mat", 97 + load, rpm=None)
    assert cwru_bearing(tmp_path, "DE")[0].shaft_hz == rpm / 60
    write(tmp_path / f"{97 + load}.mat", 97 + load, rpm=np.nan)
    assert cwru_bearing(tmp_path, "DE")[0].shaft_hz == rpm / 60


def test_a_sensor_that_only_some_have_is_given_for_those(tmp_path):
    write(tmp_path / "97.mat", 97, ("DE", "FE"))
    write(tmp_path / "105.mat", 105)
    assert [one.name for one in cwru_bearing(tmp_path, ["BA"])] == ["105 BA"]


def test_where_nothing_has_the_sensor_it_says_so(tmp_path):
    write(tmp_path / "3001.mat", 3001, ("DE",))
    with pytest.raises(ValueError, match=r"no \.mat file with a recording of FE or BA: give"):
        cwru_bearing(tmp_path, ("FE", "BA"))
    with pytest.raises(ValueError, match=r"no \.mat file"):
        cwru_bearing(tmp_path / "nowhere")


@pytest.mark.parametrize("sensors", ["X", ("DE", "XE"), ()])
def test_a_sensor_that_is_none_is_refused(tmp_path, sensors):
    with pytest.raises(ValueError, match="give some of DE, FE, BA"):
        cwru_bearing(tmp_path, sensors)


def test_a_recording_that_is_there_twice_is_refused(tmp_path):
    write(tmp_path / "105.mat", 105)
    write(tmp_path / "IR007_0.mat", 105)
    with pytest.raises(ValueError, match=r"both CWRU's recording 105: take one out"):
        cwru_bearing(tmp_path)


@pytest.mark.parametrize("name", ["104", "bearing", "IR007", "IR009_0", "IR007_0_118", "OR007_0"])
def test_a_file_that_cannot_be_placed_is_named(tmp_path, name):
    savemat(tmp_path / f"{name}.mat", {"X001_DE_time": np.ones(9)})
    with pytest.raises(ValueError, match=rf"{name}\.mat can't be placed .* take it out"):
        cwru_bearing(tmp_path)


def test_a_damaged_file_is_named(tmp_path):
    write(tmp_path / "105.mat", 105)
    content = (tmp_path / "105.mat").read_bytes()
    for damaged in (content[: len(content) // 2], b"", b"<html>not found</html>" * 50):
        (tmp_path / "105.mat").write_bytes(damaged)
        with pytest.raises(ValueError, match=r"105\.mat can't be read as a \.mat file: download"):
            cwru_bearing(tmp_path)


@pytest.mark.parametrize("values", [[1, np.nan], [], "text", [1j]])
def test_a_sensor_without_accelerations_is_refused(tmp_path, values):
    savemat(tmp_path / "105.mat", {"X105_DE_time": values})
    with pytest.raises(ValueError, match=r"105\.mat holds no acceleration for DE: download"):
        cwru_bearing(tmp_path, "DE")


def test_what_is_clipped_is_said_once_for_a_recording(tmp_path):
    savemat(tmp_path / "105.mat", {"X105_DE_time": [[0.0], [17.0], [-20.0]]})
    with pytest.warns(UserWarning, match="105 DE exceeds 16 g: 2 of its 3 samples") as caught:
        cwru_bearing(tmp_path, "DE")
    assert len(caught) == 1
    savemat(tmp_path / "105.mat", {"X105_DE_time": [[0.0], [15.0], [-15.0]]})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cwru_bearing(tmp_path, "DE")


def test_the_table_has_the_161_files_of_the_universitys_four_tables():
    tables = [(entry.rate, entry.end) for entry in OFFICIAL_FILES.values()]
    assert len(tables) == 161
    counts = {which: tables.count(which) for which in set(tables)}
    assert counts == {
        (48_000, None): 4,
        (12_000, "DE"): 60,
        (48_000, "DE"): 52,
        (12_000, "FE"): 45,
    }


def test_no_recording_stands_in_the_table_twice():
    keys = {(entry.rate, entry.end, entry.label) for entry in OFFICIAL_FILES.values()}
    assert len(keys) == 161


@pytest.mark.parametrize(
    "number, label, end, rate, position",
    [
        (100, "Normal_3", None, 48_000, None),
        (108, "IR007_3", "DE", 12_000, None),
        (158, "OR007@12_1", "DE", 12_000, 12),
        (217, "IR021_3", "DE", 48_000, None),
        (237, "OR021@6_3", "DE", 12_000, 6),
        (265, "OR021@12_3", "DE", 48_000, 12),
        (277, "IR014_3", "FE", 12_000, None),
        (293, "B021_3", "FE", 12_000, None),
        (305, "OR007@12_1", "FE", 12_000, 12),
        (309, "OR014@3_1", "FE", 12_000, 3),
        (310, "OR014@3_0", "FE", 12_000, 3),
        (315, "OR021@6_0", "FE", 12_000, 6),
        (318, "OR021@3_3", "FE", 12_000, 3),
        (3008, "B028_3", "DE", 12_000, None),
    ],
)
def test_files_at_the_edges_of_the_tables(number, label, end, rate, position):
    entry = OFFICIAL_FILES[number]
    assert (entry.label, entry.end, entry.rate, entry.position) == (label, end, rate, position)
    assert entry.load == int(label[-1])


@pytest.mark.parametrize("number", OFFICIAL_FILES)
def test_every_file_is_known_by_its_common_names(number):
    entry = OFFICIAL_FILES[number]
    ends = {"DE": "Drive_End", "FE": "Fan_End", None: ""}
    prefix = f"{entry.rate // 1000}k_{ends[entry.end]}"
    assert official_file(str(number), []) == entry
    assert official_file(entry.label, [number]) == entry
    assert official_file(entry.label.lower(), [number]) == entry
    assert official_file(f"{prefix}_{entry.label}", []) == entry
    assert official_file(f"{prefix}_{entry.label}_{number}", []) == entry
    folder = f"{entry.rate // 1000}k {ends[entry.end].replace('_', ' ')} Bearing Fault Data"
    assert official_file(entry.label, [], [folder, "Inner Race", "0007"]) == entry


def test_a_common_name_that_several_files_have_needs_a_number_or_a_folder():
    assert official_file("IR007_0", []) is None
    assert official_file("IR007_0", [], ["12k"]) is None
    assert official_file("IR007_0", [], ["12k", "Fan End"]).number == 278
    assert official_file("IR007_0", [109]).number == 109
    assert official_file("IR007_0_12k_DE", []).number == 105
    assert official_file("IR007_0_12k_FE", []).number == 278
    assert official_file("IR028_0", [56]).number == 3001


def test_of_a_name_whose_load_and_number_differ_the_number_is_believed():
    assert official_file("12k_Fan_End_IR014_1_276", [275]).number == 276
