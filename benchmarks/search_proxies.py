"""What says beforehand how good a candidate will be: short training, or a figure without any.

    python benchmarks/search_proxies.py [--json] [--candidates N]

Fault models are drawn by chance from what a search would try, if they take little more of a Nano 33
BLE Sense than the committed one does. Each is trained for 27 epochs, which says how good it is; and
for 1, 3 and 9. The figures without training ("zero-cost proxies", M. S. Abdelfattah et al.,
arXiv:2101.08134) are of the untrained network, its channels pruned: its parameters, its MACs, the
size of its gradient, synflow (H. Tanaka et al., arXiv:2006.05467) and how differently it treats
different inputs (naswot, J. Mellor et al., arXiv:2006.04647).

Printed are the rank correlation with what 27 epochs give (Spearman's, with a bootstrap's 95%
interval), the seconds a candidate takes, and what the one that is best by it reaches.
"""

import time

import command
import numpy as np
from scipy.stats import spearmanr

from tinyml_helpers import compress, model_file, search
from tinyml_helpers.applications.machines import searching, training
from tinyml_helpers.applications.machines.c_watcher import INPUT_SCALE
from tinyml_helpers.datasets.machines.looks import machine_looks
from tinyml_helpers.quiet import quiet
from tinyml_helpers.search import task
from tinyml_helpers.search.proposing import propose

with quiet():
    import keras
    import tensorflow as tf

#: The committed model takes 26,100 bytes, with the program around it, and 5.3 ms.
LIMITS = search.Limits(flash_bytes=27_000, milliseconds=6)
BOARD, EPOCHS, SHORT = "nano33ble", 27, (1, 3, 9)

#: Looks that the untrained network is shown.
_LOOKS = 64


def main():
    options = command.parser(__doc__)
    options.add_argument("--candidates", type=int, default=24, metavar="N", help="how many (24)")
    options.add_argument("--processes", type=int, default=2, metavar="N", help="that train (2)")
    command.run(options, measure, as_text)


def measure(chosen):
    """All figures, a dict that JSON can hold."""
    faults = searching.Faults(distilled=[False])  # a teacher would have its say, too
    count, epochs, short = chosen.candidates, EPOCHS, SHORT
    if chosen.quick:
        count, epochs, short = 3, 2, (1,)
    candidates = drawn(faults, count)
    jobs = [
        task.Job(faults, choice, each, seed)
        for seed, choice in enumerate(candidates)
        for each in (*short, epochs)
    ]
    found = {}
    with search.Here(chosen.processes) as workers:
        for place, done in workers.each(task.do, jobs):
            found[jobs[place].seed, jobs[place].epochs] = done
    final = [found[seed, epochs].score for seed in range(count)]
    said = {
        f"{each} epochs": (
            [found[seed, each].score for seed in range(count)],
            np.mean([found[seed, each].seconds for seed in range(count)]),
        )
        for each in short
    }
    said |= {name: without_training(faults, proxy, candidates) for name, proxy in PROXIES.items()}
    return {
        "candidates": count,
        "seconds of the whole training": np.mean([found[s, epochs].seconds for s in range(count)]),
        "scores": {"best": max(final), "mean": np.mean(final), "worst": min(final)},
        "proxies": {
            name: judged(values, final) | {"seconds": seconds}
            for name, (values, seconds) in said.items()
        },
    }


def drawn(faults, count):
    """So many choices that keep the limits, by chance, no two alike."""
    costs, trials = search.Costs(BOARD), []
    while sum(not trial.why for trial in trials) < count:
        choice = propose(faults.space, trials, (), guided=False, seed=1)
        why = LIMITS.broken_by(costs.of(faults.untrained(choice)))
        if any(choice == trial.choice for trial in trials):
            why = "drawn before"
        trials.append(search.Trial(len(trials), choice, None, why, done=True))
    return [trial.choice for trial in trials if not trial.why]


def judged(values, final):
    """How well some values order candidates as the scores of the whole training do."""
    values, final = np.array(values, float), np.array(final)
    random = np.random.default_rng(0)
    again = random.integers(len(final), size=(2000, len(final)))
    with np.errstate(invalid="ignore"), quiet():
        spread = [correlation(values[rows], final[rows]) for rows in again]
    low, high = np.nanquantile(spread, (0.025, 0.975))
    return {
        "correlation": correlation(values, final),
        "interval": [float(low), float(high)],
        "score of its best": float(final[values.argmax()]),
    }


def correlation(one, other):
    """Spearman's rank correlation, -1 to 1; NaN if all of one are alike."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(spearmanr(one, other).statistic)


def without_training(faults, proxy, candidates):
    """(a figure for each candidate, seconds each)."""
    looks = machine_looks()[0].take(slice(0, 97 * _LOOKS, 97))
    x = tf.constant(training.inputs(looks).astype(np.float32) * INPUT_SCALE)
    values, begun = [], time.monotonic()
    for seed, choice in enumerate(candidates):
        keras.utils.set_random_seed(seed)
        model = compress.prune_channels(faults.build(choice), choice["keep"])
        values.append(float(proxy(model, x, looks.kinds)))
    return values, (time.monotonic() - begun) / len(candidates)


def parameters(model, x, kinds):
    """How many a candidate has."""
    return model.count_params()


def gradient(model, x, kinds):
    """The size of the loss's gradient by all weights."""
    with tf.GradientTape() as tape:
        loss = keras.losses.sparse_categorical_crossentropy(kinds, model(x, training=True))
        loss = tf.reduce_mean(loss)
    slopes = tape.gradient(loss, model.trainable_weights)
    return sum(float(tf.norm(slope)) for slope in slopes)


def synflow(model, x, kinds):
    """What all paths through the network let through, as the logarithm of the sum of weights times
    gradient, when all weights are positive and the input is ones.
    """
    for weight in model.trainable_weights:
        weight.assign(tf.abs(weight))
    scores = keras.Model(model.inputs, model.layers[-2].output)
    with tf.GradientTape() as tape:
        through = tf.reduce_sum(scores(tf.ones_like(x[:1]), training=False))
    weights = [w for w in scores.trainable_weights if len(w.shape) > 1]
    slopes = tape.gradient(through, weights)
    return np.log(sum(float(tf.reduce_sum(w * s)) for w, s in zip(weights, slopes, strict=True)))


def naswot(model, x, kinds):
    """How differently ReLUs switch for different inputs: the logarithm of a determinant."""
    relus = [layer for layer in model.layers if isinstance(layer, keras.layers.ReLU)]
    on = [np.asarray(keras.Model(model.inputs, relu.output)(x)) > 0 for relu in relus]
    on = [switches.reshape(len(x), -1) for switches in on]
    on = np.concatenate(on, axis=1).astype(np.float64)
    return np.linalg.slogdet(on @ on.T + (1 - on) @ (1 - on).T)[1]


def macs(model, x, kinds):
    """Multiply-accumulates of an inference."""
    return model_file.read(compress.quantize(search.unlike(model), "int8", x.numpy()[:8])).macs


PROXIES = {
    "parameters": parameters,
    "MACs": macs,
    "gradient": gradient,
    "synflow": synflow,
    "naswot": naswot,
}


def as_text(figures):
    """The figures as lines."""
    scores = figures["scores"]
    lines = [
        f"{figures['candidates']} candidates, trained for {EPOCHS} epochs, "
        f"{figures['seconds of the whole training']:.1f} s each: AUC {scores['worst']:.4f} to "
        f"{scores['best']:.4f}, {scores['mean']:.4f} in the mean",
        "",
        f"{'':12} {'correlation':>11} {'95% interval':>16} {'seconds':>8} {'its best reaches':>17}",
    ]
    for name, row in figures["proxies"].items():
        low, high = row["interval"]
        lines.append(
            f"{name:12} {row['correlation']:11.2f} {low:8.2f} to {high:4.2f} "
            f"{row['seconds']:8.1f} {row['score of its best']:17.4f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
