"""A search on a cluster: the same as on one computer, whoever dies in between."""

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import threading
import time

import pytest
import ray_cluster
import toy_jobs
from places import ROOT
from toy_search import Beside, Toy

from tinyml_helpers import search
from tinyml_helpers.search import on_ray

pytestmark = [
    pytest.mark.skipif(
        sys.platform != "linux", reason="Ray joins computers to a cluster on Linux only"
    ),
    pytest.mark.skipif(
        not importlib.util.find_spec("ray"), reason="needs what `course.py cluster` installs"
    ),
]


@pytest.fixture(scope="module")
def cluster():
    with contextlib.ExitStack() as stack:
        try:
            started = stack.enter_context(ray_cluster.two_computers())
        except ray_cluster.NotStartedError as reason:
            pytest.skip(str(reason))
        yield started


@pytest.fixture(scope="module")
def workers(cluster):
    address, _ = cluster
    with search.OnRay(address) as joined:
        yield joined


def test_where_there_is_no_cluster_it_says_so():
    with (
        pytest.raises(ConnectionError, match=r"no Ray cluster at 127\.0\.0\.1:9 lets"),
        search.OnRay("127.0.0.1:9"),
    ):
        pass


def test_who_has_another_token_is_kept_out(cluster):
    program = "import sys; from tinyml_helpers import search; search.OnRay(sys.argv[1]).__enter__()"
    other = {"RAY_AUTH_TOKEN": "another", "RAY_gcs_server_port_wait_time_s": "1"}  # tried once
    done = subprocess.run(
        [sys.executable, "-c", program, cluster[0]],
        env=os.environ | other | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode
    assert "Unauthenticated" in done.stderr
    assert "lets this program in" in done.stderr


def test_both_computers_work(workers):
    assert workers.processes == 2
    assert dict(workers.each(toy_jobs.squared, [3, 1, 4, 1])) == {0: 9, 1: 1, 2: 16, 3: 1}


def test_what_a_job_raises_is_raised(workers):
    with pytest.raises(ValueError, match="2 is wrong"):
        list(workers.each(toy_jobs.wrong, [2]))


def test_another_process_does_the_job_of_one_that_died(workers, tmp_path):
    ((_, second),) = workers.each(toy_jobs.dies_once, [tmp_path / "first"])
    assert second != int((tmp_path / "first").read_text())


def test_a_job_that_kills_whoever_does_it_is_given_up(workers, monkeypatch):
    monkeypatch.setattr(on_ray, "TRIES", 1)  # a process takes its time to begin
    ((_, done),) = workers.each(toy_jobs.dies, [None])
    assert isinstance(done, search.Died)
    assert dict(workers.each(toy_jobs.squared, [3])) == {0: 9}


def test_a_cluster_finds_the_same_trial_for_trial(workers, tmp_path):
    found = []
    for folder, who in (("here", Beside()), ("there", workers)):
        study = search.Study(Toy(), "pico", tmp_path / folder, rungs=(1, 3), batch=3)
        study.run(6, who)
        found.append(
            [
                trial._replace(rungs=tuple(rung._replace(seconds=0) for rung in trial.rungs))
                for trial in study.trials
            ]
        )
        assert json.loads((tmp_path / folder / "search.json").read_text())["trials"]
    assert found[0] == found[1]


def test_a_computer_that_goes_away_takes_no_job_with_it(cluster, workers, tmp_path):
    _, switch_off = cluster
    jobs = [tmp_path / str(number) for number in range(2)]

    def while_both_work():
        while not all(path.exists() for path in jobs):
            time.sleep(0.1)
        switch_off()
        for path in jobs:
            path.with_suffix(".go").touch()

    thread = threading.Thread(target=while_both_work)
    thread.start()
    assert sorted(place for place, _ in workers.each(toy_jobs.waits_for_a_word, jobs)) == [0, 1]
    thread.join()
    # Each line is a process that began: one job was done again.
    assert sorted(len(path.read_text().splitlines()) for path in jobs) == [1, 2]
