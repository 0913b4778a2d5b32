"""A search: candidates are proposed, costed, trained if they fit, and kept in a folder.

    study = Study(task, "nano33ble", folder, Limits(flash_bytes=64_000), rungs=(3, 9, 27))
    with Here(2) as workers:
        study.run(45, workers)
    for trial in study.front():
        print(trial)

Candidates come in batches. Within a batch successive halving (K. Jamieson and A. Talwalkar, AISTATS
2016) spends the epochs: all are trained a little, the best third of them longer, from the start,
and so on. Which are best is said by score and costs together (`front.ranked`).

Nothing depends on how many train, or on who is done first: what is proposed follows from whole
batches, the study's seed and the trial's number, and a training from these, too. A search that was
interrupted goes on where it was, and ends as if it hadn't been.
"""

from pathlib import Path

from tinyml_helpers import files, firmware, micro
from tinyml_helpers.search import front, task
from tinyml_helpers.search.cost import Cost, Costs, Limits
from tinyml_helpers.search.proposing import propose
from tinyml_helpers.search.record import Record, Rung, Trial
from tinyml_helpers.search.workers import Died

#: One of so many of a batch goes on to the next rung.
_KEPT = 3

#: Proposals in a row that don't fit, or were made before, after which a guide gives way to chance,
#: since it may insist; and after which a search ends.
_INSISTS, _PATIENCE = 50, 200

_ANYTHING = Limits()


class UsedUp(RuntimeError):  # noqa: N818 - it names a state, not a failure
    """There is nothing left to propose; the message says what became of the proposals."""


class Study:
    """A search, in a folder; an older one that is there goes on.

    Args:
        task: the `Task`.
        board_id: of an emulated board.
        folder: where everything is kept; it is made if need be.
        limits: `Limits` that no candidate may break: one that does isn't trained.
        against: which of `Cost`'s fields are to be small, while the score is to be large.
        guided: False to propose by chance.
        rungs: epochs of the first, second, ... training; a single number trains all alike.
        batch: candidates that are proposed together.
        seed: of proposals and trainings.

    Raises:
        ValueError: an argument won't do, or the folder holds a search with other settings.
    """

    def __init__(
        self, task, board_id, folder, limits=_ANYTHING, *, against=("flash_bytes", "milliseconds"),
        guided=True, rungs=(27,), batch=9, seed=0,
    ):  # fmt: skip
        if not rungs or rungs[0] < 1 or list(rungs) != sorted(set(rungs)):
            raise ValueError(f"rungs are epochs, each more than the one before, not {rungs}")
        if batch < 1 or set(against) - set(Cost._fields):
            raise ValueError(f"choose a batch of 1 or more, and costs of {', '.join(Cost._fields)}")
        self.task, self.board_id, self.limits, self.seed = task, board_id, limits, seed
        self.against, self.guided, self.rungs, self.batch = against, guided, tuple(rungs), batch
        self._costs = Costs(board_id)
        self._folder = Path(folder)
        (self._folder / "models").mkdir(parents=True, exist_ok=True)
        settings = {
            "space": task.space.values, "board": board_id, "limits": limits._asdict(),
            "against": against, "guided": guided, "rungs": rungs, "batch": batch, "seed": seed,
        }  # fmt: skip
        self._record = Record(self._folder / "search.json", settings)

    @property
    def trials(self):
        """All candidates so far: a list of `Trial`, in the order they were proposed."""
        return list(self._record.trials)

    def front(self):
        """Of the candidates with the longest training those that nobody beats, the best first."""
        whole = [t for t in self.trials if t.epochs == self.rungs[-1] and t.score is not None]
        if not whole:
            return []
        out = front.beaten([t.score for t in whole], [t.costs(self.against) for t in whole])
        best = [trial for trial, is_beaten in zip(whole, out, strict=True) if not is_beaten]
        return sorted(best, key=lambda trial: -trial.score)

    def model(self, number):
        """The .tflite file of a trial's longest training, as bytes.

        Raises:
            ValueError: it wasn't trained.
        """
        try:
            return self._model_file(number).read_bytes()
        except FileNotFoundError:
            raise ValueError(f"trial {number} wasn't trained: there is no model of it") from None

    def run(self, trials, workers, watch=lambda trial: None):
        """Go on until so many candidates have been trained.

        Args:
            trials: how many in all, with those of before; whole batches are trained.
            workers: such as a `workers.Here`.
            watch: called with each `Trial` that is done.

        Raises:
            UsedUp: hardly anything fits, or everything was tried.
        """
        while True:
            batch = [trial for trial in self.trials if not trial.done]
            trained = sum(trial.done and trial.score is not None for trial in self.trials)
            if not batch and trained >= trials:
                return
            if not any(trial.rungs for trial in batch):
                self._fill(batch)
            for trial in self._trained(batch, workers):
                watch(trial)

    def _fill(self, batch):
        """Propose candidates until a batch is whole; or nearly, if no more are to be had."""
        while len(batch) < self.batch:
            try:
                batch.append(self._proposed())
            except UsedUp:
                if not batch:
                    raise
                return

    def _proposed(self):
        """The next candidate that is new and keeps the limits: a `Trial`."""
        for tries in range(_PATIENCE):
            guided = self.guided and tries < _INSISTS
            choice = propose(
                self.task.space, self.trials, self.against, guided, self.seed, self.batch
            )
            cost, why = None, "proposed before"
            if all(choice != trial.choice for trial in self.trials):
                cost, why = self._cost(choice)
            trial = Trial(len(self.trials), choice, cost, why, done=bool(why))
            self._record.keep(trial)
            if not why:
                return trial
        raise UsedUp(f"of {_PATIENCE} proposals none was new and kept the limits; the last: {why}")

    def _cost(self, choice):
        """A choice's `Cost` or None, and why it isn't to be trained or ""."""
        try:
            cost = self._costs.of(self.task.untrained(choice))
        except (firmware.DoesNotFit, micro.CannotRun) as error:
            return None, str(error).splitlines()[0]
        return cost, self.limits.broken_by(cost)

    def _trained(self, batch, workers):
        """Train a batch, rung by rung: a list of its `Trial`s, done."""
        batch = {trial.number: trial for trial in batch}
        alive = list(batch)
        for place, epochs in enumerate(self.rungs):
            left = [n for n in alive if len(batch[n].rungs) == place]
            jobs = [task.Job(self.task, batch[n].choice, epochs, self.seed + n) for n in left]
            for at, done in workers.each(task.do, jobs):
                trial = self._with(batch[left[at]], epochs, done)
                batch[trial.number] = trial
                self._record.keep(trial)
            alive = self._best([batch[n] for n in alive], place)
        finished = [trial._replace(done=True) for trial in batch.values()]
        for trial in finished:
            self._record.keep(trial)
        return finished

    def _with(self, trial, epochs, done):
        """A trial with one more training."""
        if isinstance(done, Died):
            return trial._replace(why=str(done), rungs=(*trial.rungs, Rung(epochs, None, 0.0)))
        files.write_whole(self._model_file(trial.number), done.tflite)
        return trial._replace(rungs=(*trial.rungs, Rung(epochs, done.score, done.seconds)))

    def _best(self, trials, place):
        """The numbers of those that go on from a rung, in order.

        That rung's scores count: where a search goes on, some have been on the next one already.
        """
        trials = [trial for trial in trials if trial.rungs[place].score is not None]
        scores = [trial.rungs[place].score for trial in trials]
        costs = [trial.costs(self.against) for trial in trials]
        order = front.ranked(scores, costs) if trials else []
        kept = order[: max(1, len(trials) // _KEPT)]
        return sorted(trials[place].number for place in kept)

    def _model_file(self, number):
        return self._folder / "models" / f"{number:04}.tflite"
