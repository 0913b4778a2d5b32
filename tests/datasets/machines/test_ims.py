"""The IMS run-to-failure data, on stand-ins in the official layout."""

import numpy as np
import pytest

from tinyml_helpers.datasets.machines.ims import NATIVE_RATE, ORDERS, SHAFT_HZ, ims_run

ROWS = NATIVE_RATE


def write(path, columns=4, rows=ROWS, hz=1000):
    """A snapshot: column c is a sine wave of (c + 1) / 10 with three decimals, as the real ones."""
    wave = np.sin(2 * np.pi * hz * np.arange(rows) / NATIVE_RATE)
    path.parent.mkdir(parents=True, exist_ok=True)
    table = wave[:, np.newaxis] * (1 + np.arange(columns)) / 10
    np.savetxt(path, table, fmt="%.3f", delimiter="\t", newline="\r\n")


def peak(recording):
    return np.abs(recording.samples[200:-200].astype(int)).max() / 2048


@pytest.fixture(scope="module")
def second_test(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ims") / "2nd_test"
    for name in ("2004.02.12.10.42.39", "2004.02.12.10.32.39", "2004.02.19.06.22.39"):
        write(folder / name)
    (folder / "Readme Document.pdf").write_bytes(b"%PDF")
    (folder / "._2004.02.12.10.32.39").write_bytes(b"of macOS")
    return folder


def test_the_snapshots_are_in_the_order_of_their_times(second_test):
    run = ims_run(second_test)
    assert len(run) == 3
    assert run.times.dtype == "datetime64[s]"
    expected = ["2004-02-12T10:32:39", "2004-02-12T10:42:39", "2004-02-19T06:22:39"]
    assert run.times.astype(str).tolist() == expected
    assert repr(run) == "ImsRun: 3 snapshots from 2004-02-12 10:32:39 to 2004-02-19 06:22:39"


def test_a_snapshot_is_a_recording_at_12_khz(second_test):
    one = ims_run(second_test).snapshot(1, 3)
    assert one.name == "2004.02.12.10.42.39 bearing 3" and one.sensor == "bearing 3"
    assert one.rate == 12_000 and one.samples.dtype == np.int16
    assert len(one.samples) == 12_000
    assert peak(one) == pytest.approx(0.3, abs=0.003)
    assert one.shaft_hz == pytest.approx(33.333, abs=0.001) and one.orders == ORDERS
    assert one.kind is None and one.machine == "IMS test 2, bearing 3"


def test_a_snapshot_as_recorded_has_every_value_of_its_column(second_test):
    run = ims_run(second_test)
    one = run.snapshot(-1, 1, rate=NATIVE_RATE)
    table = np.loadtxt(second_test / "2004.02.19.06.22.39")
    assert np.array_equal(one.samples, np.rint(table[:, 0] * 2048))


def test_the_first_test_has_two_sensors_for_each_bearing(tmp_path):
    write(tmp_path / "2003.10.22.12.06.24", columns=8)
    run = ims_run(tmp_path)
    for bearing in (1, 2, 3, 4):
        for axis, column in (("x", 2 * bearing - 1), ("y", 2 * bearing)):
            one = run.snapshot(0, bearing, axis)
            assert peak(one) == pytest.approx(column / 10, abs=0.003)
            assert one.sensor == f"bearing {bearing} {axis}"


def test_the_other_tests_have_one(second_test):
    with pytest.raises(ValueError, match='one sensor for each bearing: ask for axis="x"'):
        ims_run(second_test).snapshot(0, 1, "y")


@pytest.mark.parametrize(
    "name, failed",
    [
        ("2003.10.22.12.06.24", {3: "inner", 4: "ball"}),
        ("2003.11.25.23.39.56", {3: "inner", 4: "ball"}),
        ("2004.02.12.10.32.39", {1: "outer"}),
        ("2004.03.04.09.27.46", {3: "outer"}),
        ("2004.04.18.02.42.55", {3: "outer"}),
        ("1999.01.01.00.00.00", {}),
    ],
)
def test_what_had_failed_at_each_tests_end_is_known_by_its_time(tmp_path, name, failed):
    write(tmp_path / "4th_test" / "txt" / name, rows=3)
    assert ims_run(tmp_path).failed == failed


def test_the_orders_give_the_frequencies_published_for_2000_turns_a_minute():
    """236.4, 296.9 and 139.9 Hz (the roller's spin): Qiu et al. 2006."""
    assert ORDERS.outer * SHAFT_HZ == pytest.approx(236.4, abs=0.05)
    assert ORDERS.inner * SHAFT_HZ == pytest.approx(296.9, abs=0.05)
    assert ORDERS.ball / 2 * SHAFT_HZ == pytest.approx(139.9, abs=0.05)


def test_a_folder_without_snapshots_is_refused(tmp_path):
    (tmp_path / "1st_test.rar").write_bytes(b"Rar!")
    with pytest.raises(ValueError, match="holds no files with names such as"):
        ims_run(tmp_path)
    with pytest.raises(ValueError, match="holds no files with names such as"):
        ims_run(tmp_path / "nowhere")


def test_several_tests_at_once_are_refused(tmp_path):
    write(tmp_path / "1st_test" / "2003.10.22.12.06.24", 8, rows=3)
    write(tmp_path / "2nd_test" / "2004.02.12.10.32.39", rows=3)
    with pytest.raises(ValueError, match=r"2 folders, such as .*1st_test and .*2nd_test: give"):
        ims_run(tmp_path)


def test_a_name_that_is_no_time_is_refused(tmp_path):
    write(tmp_path / "2004.02.31.10.32.39", rows=3)
    with pytest.raises(ValueError, match=r"2004\.02\.31\.10\.32\.39 is named after no time"):
        ims_run(tmp_path)


@pytest.mark.parametrize("rows, columns", [(ROWS - 1, 4), (ROWS, 5), (1, 4), (ROWS, 1)])
def test_a_snapshot_of_another_size_is_named(tmp_path, rows, columns):
    write(tmp_path / "2004.02.12.10.32.39", columns, rows)
    message = rf"\.39 has {rows:,} rows of {columns} values and .* unpack the archive again"
    with pytest.raises(ValueError, match=message):
        ims_run(tmp_path).snapshot(0, 1)


@pytest.mark.parametrize("content", [b"", b"0.1\t0.2\n0.1\n", b"a\tb\tc\td\n", b"\xff\xfe\x00"])
def test_a_damaged_snapshot_is_named(tmp_path, content):
    (tmp_path / "2004.02.12.10.32.39").write_bytes(content)
    with pytest.raises(ValueError, match=r"2004\.02\.12\.10\.32\.39 .*: unpack the archive again"):
        ims_run(tmp_path).snapshot(0, 1)


def test_a_value_that_is_no_number_is_refused(tmp_path):
    write(tmp_path / "2004.02.12.10.32.39")
    text = (tmp_path / "2004.02.12.10.32.39").read_text()
    (tmp_path / "2004.02.12.10.32.39").write_text(text.replace("0.100", "nan", 1))
    with pytest.raises(ValueError, match="holds what is no finite number"):
        ims_run(tmp_path).snapshot(0, 1)


def test_a_damaged_snapshot_leaves_the_others_to_be_read(second_test, tmp_path):
    write(tmp_path / "2004.02.12.10.32.39")
    (tmp_path / "2004.02.12.10.42.39").write_bytes(b"")
    assert ims_run(tmp_path).snapshot(0, 2).kind is None


@pytest.mark.parametrize("bearing, axis", [(0, "x"), (5, "x"), ("1", "x"), (1, "z")])
def test_a_bearing_or_axis_that_is_none_is_refused(second_test, bearing, axis):
    with pytest.raises(ValueError, match="give a bearing from 1 to 4"):
        ims_run(second_test).snapshot(0, bearing, axis)


@pytest.mark.parametrize("index", [3, -4])
def test_a_snapshot_that_is_none_is_refused(second_test, index):
    with pytest.raises(IndexError, match=f"there is no snapshot {index}: there are 3"):
        ims_run(second_test).snapshot(index, 1)


def test_snapshots_asked_for_in_any_order_are_the_same(tmp_path):
    names = "2004.02.12.10.32.39", "2004.02.12.10.42.39"
    for name, hz in zip(names, (500, 1500), strict=True):
        write(tmp_path / name, hz=hz)
    alone = {(i, b): ims_run(tmp_path).snapshot(i, b).samples for i in (0, 1) for b in (1, 4)}
    run = ims_run(tmp_path)
    for key in ((0, 1), (1, 1), (1, 4), (0, 4), (1, 4)):
        assert np.array_equal(run.snapshot(*key).samples, alone[key])
    assert not np.array_equal(alone[0, 1], alone[1, 1])
