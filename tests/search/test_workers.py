"""Who trains: all jobs are done, once, whoever dies."""

import pytest
import toy_jobs

from tinyml_helpers import search


@pytest.fixture(scope="module")
def two():
    with search.Here(2) as workers:
        yield workers


def test_all_jobs_are_done(two):
    assert dict(two.each(toy_jobs.squared, [3, 1, 4, 1, 5])) == {0: 9, 1: 1, 2: 16, 3: 1, 4: 25}
    assert list(two.each(toy_jobs.squared, [])) == []


def test_what_a_job_raises_is_raised(two):
    with pytest.raises(ValueError, match="2 is wrong"):
        list(two.each(toy_jobs.wrong, [2]))
    assert dict(two.each(toy_jobs.squared, [3])) == {0: 9}


def test_another_process_does_the_job_of_one_that_died(two, tmp_path):
    ((_, second),) = two.each(toy_jobs.dies_once, [tmp_path / "first"])
    assert second != int((tmp_path / "first").read_text())


def test_a_job_that_kills_whoever_does_it_is_given_up_and_no_other(two):
    done = dict(two.each(toy_jobs.dies, [None]))
    assert isinstance(done[0], search.Died)
    assert "3 processes" in str(done[0])
    assert dict(two.each(toy_jobs.squared, [3, 4])) == {0: 9, 1: 16}


def test_nobody_to_train_is_refused():
    with pytest.raises(ValueError, match="at least one process"):
        search.Here(0)
