"""Makes the trained models of beats, and measures them on simulated hearts never seen.

    python data/heart_models/make_beats.py

Takes some minutes. Training differs a little between machines, and so do the models. Thresholds are
chosen on hearts that are neither trained on nor tested on. `benchmarks/wearables.py` tries the
models on real hearts, which have no say in them.
"""

import json

from tinyml_helpers.applications.wearables.hearts import examples, training
from tinyml_helpers.applications.wearables.hearts.measuring import ways
from tinyml_helpers.applications.wearables.hearts.measuring.figures import of_early
from tinyml_helpers.applications.wearables.hearts.trained import FOLDER
from tinyml_helpers.datasets import simulated_hearts
from tinyml_helpers.files import write_whole

#: Hearts to choose thresholds by and to test on, and seconds of each.
CHOOSE_BY = range(500_000, 500_080)
HELD_OUT = range(simulated_hearts.TEST_HEARTS, simulated_hearts.TEST_HEARTS + 50)
SECONDS = 1800

#: False alarms a day that are allowed, with 100,000 beats.
A_DAY = (100, 1000)


def main():
    hearts = list(examples.varied(range(training.HEARTS)))
    models = {way: training.train_twice(hearts, way == ways.BOTH) for way in ways.WAYS[1:]}
    for way, (model, tflite) in models.items():
        write_whole(FOLDER / f"{way}.tflite", tflite)
        model.save(FOLDER / f"{way}.keras")
    chosen = thresholds(models)
    held_out = [
        simulated_hearts.recording(simulated_hearts.heart(number), SECONDS) for number in HELD_OUT
    ]
    pairs = {way: (tflite, model) for way, (model, tflite) in models.items()}
    early = of_early(held_out, pairs, chosen)
    figures = {"thresholds": chosen, "simulated hearts held out": early}
    write_whole(FOLDER / "metrics.json", json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


def thresholds(models):
    """Of each way, by false alarms allowed a day: a dict of dicts.

    A monitor learns its heart's usual beat by its threshold. So it is chosen twice, the second time
    with what the monitor sees by the first.
    """
    hearts = [
        simulated_hearts.recording(simulated_hearts.heart(number), SECONDS) for number in CHOOSE_BY
    ]
    made = {str(a_day): {} for a_day in A_DAY}
    for a_day in A_DAY:
        for way in ways.WAYS:
            settings = {}
            for _ in range(2):
                if way == ways.INTERVALS:
                    heard = [examples.of(one, **settings) for one in hearts]
                    suspicions = [ways.by_intervals(one) for one in heard]
                else:
                    heard = [examples.of(one, models[way][1], **settings) for one in hearts]
                    suspicions = [ways.by_scores(one.scores) for one in heard]
                chosen = ways.threshold_for(suspicions, heard, way, a_day)
                name = "early" if way == ways.INTERVALS else "threshold"
                settings = {name: 100 - chosen if way == ways.INTERVALS else chosen}
            made[str(a_day)][way] = chosen
    return made


if __name__ == "__main__":
    main()
