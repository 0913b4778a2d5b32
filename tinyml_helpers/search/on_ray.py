"""Who trains: the processes of a Ray cluster, on as many computers as have joined it.

    with OnRay() as workers:
        study.run(90, workers)

`cluster/README.md` says how to start one. P. Moritz et al., Ray: A Distributed Framework for
Emerging AI Applications, OSDI 2018.
"""

import socket

from tinyml_helpers.search.workers import TRIES, Died


class OnRay:
    """Processes of a Ray cluster: as many as it has processors.

    Args:
        address: of the cluster, such as "192.168.0.7:6379"; "auto" is the one on this computer.

    Raises:
        ModuleNotFoundError: Ray isn't installed.
    """

    def __init__(self, address="auto"):
        try:
            import ray
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                "Ray isn't installed: `python course.py cluster` adds it."
            ) from error
        self._ray, self._address = ray, address

    def __enter__(self):
        """Join the cluster.

        Raises:
            ConnectionError: none at this address lets this program in.
        """
        try:
            if self._address != "auto":  # Ray would go on trying
                host, _, port = self._address.rpartition(":")
                socket.create_connection((host, int(port)), timeout=10).close()
            self._ray.init(self._address, logging_level="warning", log_to_driver=False)
        except (OSError, ValueError, self._ray.exceptions.AuthenticationError) as error:
            raise ConnectionError(
                f"no Ray cluster at {self._address} lets this program in: start one, with the "
                "words and the token that `python course.py cluster` prints"
            ) from error
        return self

    def __exit__(self, *_):
        self._ray.shutdown()

    @property
    def processes(self):
        """How many jobs run at once: an int."""
        return int(self._ray.cluster_resources().get("CPU", 0))

    def each(self, function, jobs):
        """Do all jobs: as `Here.each`."""
        remote = self._ray.remote(num_cpus=1, max_retries=TRIES - 1)(_done)
        places = {remote.remote(function, job): place for place, job in enumerate(jobs)}
        left = list(places)
        try:
            while left:
                (first,), left = self._ray.wait(left)
                yield places[first], self._result(first)
        finally:
            for future in left:
                self._ray.cancel(future)

    def _result(self, future):
        """What a job returned, or a `Died`; what it raised is raised."""
        errors = self._ray.exceptions
        try:
            return self._ray.get(future)
        except (errors.WorkerCrashedError, errors.NodeDiedError):
            return Died(f"{TRIES} processes that trained it died")
        except errors.RayTaskError as error:
            raise error.cause from None


def _done(function, job):
    return function(job)
