"""Who trains: processes on this computer, one candidate each at a time. `on_ray` has others train.

    with Here(processes=2) as workers:
        for place, done in workers.each(task.do, jobs):
            ...

A process that dies takes only the job with it that it was doing: another one does it again, which
gives the same, since a job says its seed. A job that has lost three processes is given up.
"""

import concurrent.futures
import multiprocessing
import queue
from concurrent.futures.process import BrokenProcessPool

#: Processes that a job may lose.
TRIES = 3


class Died(RuntimeError):  # noqa: N818 - it names a state, not a failure
    """A job's processes died, one after the other; the message says how many."""


class Here:
    """Processes on this computer.

    Args:
        processes: how many; each trains on one thread.

    Raises:
        ValueError: there would be none.
    """

    def __init__(self, processes=2):
        if processes < 1:
            raise ValueError(f"at least one process has to train, not {processes}")
        self.processes = processes
        self._idle = queue.SimpleQueue()  # a pool of one process each, so that they die alone

    def __enter__(self):
        for _ in range(self.processes):
            self._idle.put(self._new())
        return self

    def __exit__(self, *_):
        for _ in range(self.processes):
            self._idle.get().shutdown(cancel_futures=True)

    def each(self, function, jobs):
        """Do all jobs.

        Args:
            function: of a module, called with a job.
            jobs: a list.

        Yields:
            (place in the list, what the function returned or a `Died`), as they come. What the
            function raises is raised.
        """
        with concurrent.futures.ThreadPoolExecutor(self.processes) as threads:
            places = {
                threads.submit(self._one, function, job): place for place, job in enumerate(jobs)
            }
            try:
                for future in concurrent.futures.as_completed(places):
                    yield places[future], future.result()
            finally:
                threads.shutdown(cancel_futures=True)

    def _one(self, function, job):
        pool = self._idle.get()
        try:
            for _ in range(TRIES):
                try:
                    return pool.submit(function, job).result()
                except BrokenProcessPool:
                    pool.shutdown()
                    pool = self._new()
            return Died(f"{TRIES} processes that trained it died")
        finally:
            self._idle.put(pool)

    @staticmethod
    def _new():
        # TensorFlow doesn't survive a fork.
        context = multiprocessing.get_context("spawn")
        return concurrent.futures.ProcessPoolExecutor(1, mp_context=context)
