"""The foundation's figures: lessons, models and code, measured on this computer.

    python benchmarks/foundation.py [--json]

Prints for each lesson its seconds (a fresh kernel, headless), the median and longest code cell in
lines, and the number of cells; for the digits network of Start here the bytes, accuracy and answers
unlike Keras's of each quantization; for the network of Smaller models the bytes, gzipped bytes and
accuracy of each way to make it smaller; and the lines of `tinyml_helpers`.
Times are this computer's and vary by the load on it.
"""

import argparse
import gzip
import json
import statistics
import tempfile
import time
from pathlib import Path

import tinyml_helpers
from tinyml_helpers.quiet import quiet

ROOT = Path(__file__).parent.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    as_json = parser.parse_args().json
    figures = {
        "lessons": [lesson(path) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))],
        "digits": digits_models(),
        "smaller": smaller_models(),
        "lines": lines_of_helpers(),
    }
    print(json.dumps(figures, indent=2) if as_json else as_text(figures))


def lesson(path):
    """Seconds and cell sizes of one notebook."""
    from tinyml_helpers.course import lesson_runner

    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    lengths = [sum(bool(line.strip()) for line in source.splitlines()) for source in sources]
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, quiet():
        lesson_runner.run(path, Path(folder))
    return {
        "lesson": path.stem,
        "seconds": round(time.perf_counter() - start, 1),
        "code_cells": len(lengths),
        "median_lines": statistics.median(lengths),
        "longest_lines": max(lengths),
    }


def digits_models():
    """Accuracy (%), bytes and answers that differ from the float model, by quantization."""
    with quiet():
        import keras
    from tinyml_helpers import compress, datasets
    from tinyml_helpers.runtimes import litert, tflm

    digits = datasets.digits()
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(16, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(digits.x_train, digits.y_train, epochs=25, batch_size=32, verbose=0)
    keras_says = model.predict(digits.x_test, verbose=0).argmax(1)
    rows = []
    for mode in ("float32", "dynamic", "int8", "int16x8"):
        file = compress.quantize(model, mode, representative=digits.x_train[:200])
        run = tflm.predict if mode != "dynamic" and tflm.available() else litert.predict
        says = run(file, digits.x_test).argmax(1)
        rows.append(
            {
                "mode": mode,
                "runtime": run.__module__.rpartition(".")[2],
                "bytes": len(file),
                "accuracy": round(100 * float((says == digits.y_test).mean()), 1),
                "differs_from_keras": int((says != keras_says).sum()),
                "of": len(says),
            }
        )
    return rows


def smaller_models():
    """Bytes, gzipped bytes and accuracy (%) of each compressed model of Smaller models, int8."""
    with quiet():
        import keras
    from tinyml_helpers import compress, datasets
    from tinyml_helpers.runtimes import litert

    layers, digits, rows = keras.layers, datasets.digits(), []

    def train(model, epochs, *callbacks):
        model.compile("adam", "sparse_categorical_crossentropy")
        x, y = digits.x_train, digits.y_train
        model.fit(x, y, epochs=epochs, batch_size=32, verbose=0, callbacks=list(callbacks))

    def keep(name, file, accuracy):
        share = round(100 * accuracy(file, digits.x_test, digits.y_test), 1)
        gzipped = len(gzip.compress(file))
        rows.append({"model": name, "bytes": len(file), "gzip": gzipped, "accuracy": share})

    def keep_int8(name, model):
        file = compress.quantize(model, "int8", representative=digits.x_train[:200])
        keep(name, file, litert.accuracy)
        return file

    def student():
        keras.utils.set_random_seed(1)
        narrow = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu")
        ends = layers.Flatten(), layers.Dense(10, activation="softmax")
        return keras.Sequential([keras.Input((8, 8, 1)), narrow, *ends])

    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(32, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    train(model, 20)
    keep_int8("baseline", model)
    pruned = keras.models.clone_model(model)
    pruned.set_weights(model.get_weights())
    train(pruned, 10, compress.MagnitudePruning(0.8, end_step=300))
    keep_int8("pruned 80%", pruned)
    for share in (0.5, 0.25):
        narrow = compress.prune_channels(model, keep=share)
        train(narrow, 15)
        keep_int8(f"{share:.0%} of the channels", narrow)
    clustered = compress.cluster_weights(model, 16)
    train(clustered, 5, compress.WeightClustering())
    file = keep_int8("16 clusters", clustered)
    keep("16 clusters, tables", compress.lut_compress(file), accuracy_by_micro)
    alone, taught = student(), student()
    train(alone, 15)
    keep_int8("student, alone", alone)
    compress.distil(taught, model, digits.x_train, digits.y_train, epochs=15, verbose=0)
    keep_int8("student, taught", taught)
    return rows


def accuracy_by_micro(file, x, labels):
    """The share of right answers, 0..1; LiteRT doesn't read look-up tables."""
    from tinyml_helpers import micro

    return float((micro.predict(file, x).argmax(1) == labels).mean())


def lines_of_helpers():
    """Lines that are neither blank nor comments, by file of the helper package."""
    folder = Path(tinyml_helpers.__file__).parent
    files = sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)
    counts = {}
    for path in files:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        counts[path.relative_to(folder).as_posix()] = sum(
            bool(line) and not line.startswith("#") for line in lines
        )
    return counts


def as_text(figures):
    rows = ["lesson                   seconds  code cells  median lines  longest"]
    for row in figures["lessons"]:
        rows.append(
            f"{row['lesson']:24} {row['seconds']:7} {row['code_cells']:11} "
            f"{row['median_lines']:13g} {row['longest_lines']:8}"
        )
    rows.append("\ndigits    runtime    bytes  accuracy %  answers unlike Keras")
    for row in figures["digits"]:
        rows.append(
            f"{row['mode']:9} {row['runtime']:8} {row['bytes']:7,} {row['accuracy']:11} "
            f"{row['differs_from_keras']:8} of {row['of']}"
        )
    rows.append("\nsmaller                     bytes    gzip  accuracy %")
    for row in figures["smaller"]:
        rows.append(f"{row['model']:22} {row['bytes']:10,} {row['gzip']:7,} {row['accuracy']:11}")
    rows.append(
        f"\ntinyml_helpers: {sum(figures['lines'].values()):,} lines in "
        f"{len(figures['lines'])} files, longest {max(figures['lines'].values())}"
    )
    return "\n".join(rows)


if __name__ == "__main__":
    main()
