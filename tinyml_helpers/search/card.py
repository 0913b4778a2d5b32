"""The card of a model that a search found: what it is, how it came to be chosen, what it takes.

Its form is that of the cards beside the models in `data`.
"""

import hashlib
import textwrap

from tinyml_helpers import boards, model_file
from tinyml_helpers.search import candidates

#: A paragraph is a line, until it is wrapped.
_TEXT = """\
# Model card: `{name}`

{place} It was searched for with `{task}`, to run on {board}.

- The model: `model.tflite`, int8, {size:,} bytes; `{name}.c` and `{name}.h` hold the same bytes \
for a C program, and `project` is a whole one for the board. SHA-256: {sha256}.
- In: {inputs}. Out: {outputs}. A real number is scale × (code - zero point).
- Operators: {operators}.

## How it was searched for
{proposals} {trainings}

| choice | out of | this model |
|---|---|---|
{choices}

- Limits: {limits}.
- Proposed {how}, {aims}; {batch} at a time; seed {seed}.

## What it takes
One inference on {board}, and the memory of a program that runs this model alone. Memory: linked. \
Cycles: estimated, from the shapes of the operators where they are known, else emulated. Time and \
energy follow from them.

| | |
|---|---|
{costs}

## How good it is
Score: {score:.4f} on the data kept for choosing, after {epochs}.

That is optimistic. It was chosen by this very score out of {compared}, and who is first among \
many has been lucky, too: the winner's curse (G. C. Cawley and N. L. C. Talbot, Journal of Machine \
Learning Research 11 (2010), 2079-2107). How far the score falls on new data, the search can't tell.

{test}

## Known failures
None has been looked for: the search knows one number of each model. Before this one is used, \
look at what it gets wrong.
"""

_TESTED = "On the test data, measured once, after it had been chosen: {:.4f}."
_UNTESTED = "It has not been measured on test data. Do that once, and write the figure here."


def text(study, number, name, test=None):
    """The card of a trained candidate, a str of Markdown.

    Args:
        study: the `Study`.
        number: the candidate's.
        name: what the model is called.
        test: its score on the test data, measured once; None if it wasn't.

    Raises:
        ValueError: the candidate wasn't trained.
    """
    tflite = study.model(number)
    trial, known = study.trials[number], candidates.kinds(study)
    model, board = model_file.read(tflite), boards.get(study.board_id)
    filled = _TEXT.format(
        name=name,
        place=_PLACES[known[number]].format(number=number),
        task=_task_name(study),
        board=f"{board.name} ({board.id})",
        size=len(tflite),
        sha256=hashlib.sha256(tflite).hexdigest(),
        inputs="; ".join(map(_tensor, model.inputs)),
        outputs="; ".join(map(_tensor, model.outputs)),
        operators=", ".join(model.operator_names),
        proposals=_proposals(study, known),
        trainings=_trainings(study, known),
        choices=_rows(
            (one, ", ".join(map(str, values)), trial.choice[one])
            for one, values in study.task.space.values.items()
        ),
        limits=candidates.limits(study),
        how="by a guided sampler" if study.guided else "by chance",
        aims=_aims(study.against),
        batch=study.batch,
        seed=study.seed,
        costs=_rows(
            (candidates.WORDS[cost][0], candidates.with_unit(cost, value))
            for cost, value in trial.cost._asdict().items()
        ),
        score=trial.score,
        epochs=_counted(trial.epochs, "epoch"),
        compared=_scored(known),
        test=_UNTESTED if test is None else _TESTED.format(test),
    )
    return "".join(f"{_wrapped(line)}\n" for line in filled.splitlines())


_PLACES = {
    "front": "Candidate {number} of a search, and on its front: none of those trained to the end "
    "is at least as good in score and costs, and better in one of them.",
    "beaten": "Candidate {number} of a search. It is not on its front: another one is at least as "
    "good in score and costs, and better in one of them.",
    "part": "Candidate {number} of a search, which did not train it to the end.",
}


def _aims(against):
    little = " and ".join(candidates.WORDS[cost][0] for cost in against)
    return f"for a high score and little {little}" if little else "for a high score alone"


def _proposals(study, known):
    refused = sum(kind == "refused" for kind in known.values())
    proposed = len(known) - sum(kind == "again" for kind in known.values())
    return (
        f"{_counted(proposed, 'candidate')} out of {len(study.task.space):,} possible ones; "
        f"{refused} of them refused before training, since they can't run or break a limit."
    )


def _trainings(study, known):
    whole = sum(kind in ("front", "beaten") for kind in known.values())
    trained = f"{_scored(known)} trained"
    if len(study.rungs) == 1:
        return f"{trained}, for {_counted(study.rungs[0], 'epoch')} each."
    rungs = ", ".join(map(str, study.rungs))
    return (
        f"{trained}, and the best of each batch again, for longer ({rungs} epochs): {whole} of "
        "them to the end."
    )


def _scored(known):
    """How many have a score, such as "12 models"."""
    return _counted(sum(kind in ("front", "beaten", "part") for kind in known.values()), "model")


def _task_name(study):
    kind = type(study.task)
    return f"{kind.__module__}.{kind.__qualname__}"


def _tensor(tensor):
    """A tensor's dtype and shape, and its scale if it has a single one."""
    said = f"{tensor.dtype} {list(tensor.shape)}"
    if len(tensor.scale) != 1:
        return said
    return f"{said}, scale {tensor.scale[0]!s}, zero point {tensor.zero_point[0]}"


def _wrapped(line):
    """A paragraph in lines of at most 100; a table's row stays one."""
    if line.startswith("|"):
        return line
    return textwrap.fill(line, 100, subsequent_indent="  " if line.startswith("- ") else "")


def _rows(rows):
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)


def _counted(count, noun):
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
