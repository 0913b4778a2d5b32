"""What others measured on such chips, beside the cycles that are counted here.

    python benchmarks/published.py [--only MODEL] [--json]

Times of TFLM, or of Arm's CMSIS-NN below another runtime, are others', each with its source. Cycles
a MAC follow from them, at the clock of the board. Beside them stands what is counted of TFLM with
CMSIS-NN (chips.py; without wait states, and without what instructions wait for each other), and
what our interpreter is estimated to take of the same shapes on the board here that has the same
core: without wait states, and with those of its flash (`tinyml_helpers.emulator.flash`; of a Pico
as pico-sdk sets it up).

Neither is the very program that was measured: versions, compilers and their settings differ, and an
STM32 has other caches before its flash than an nRF52840. So the distance says how far a count may
be from a board, not why.
"""

import argparse
import json
from dataclasses import asdict, dataclass

import chips
import shapes

from tinyml_helpers import emulator, model_file
from tinyml_helpers.emulator import flash
from tinyml_helpers.report import bench


@dataclass(frozen=True)
class Timing:
    """A time that somebody measured and published.

    Attributes:
        model: as in shapes.py; "visual_wake_words" is person_detector with 3 channels in.
        runtime: what ran it.
        chip: the board.
        core: "nano33ble" for a Cortex-M4, "pico" for a Cortex-M0+: the board here that has it.
        hertz: its clock.
        milliseconds: of an inference.
        source: where it stands.
    """

    model: str
    runtime: str
    chip: str
    core: str
    hertz: int
    milliseconds: float
    source: str


_MLPERF = "mlcommons/tiny_results_v{0}, {1}/performance/results.txt, median"
_REFERENCE = _MLPERF.format("0.5", "closed/reference/results/Nucleo-L4R5ZI/{0}")
_OCTOML = _MLPERF.format("1.0", "closed/OctoML/results/microtvm_cmsis_nn/NUCLEO_L4R5ZI/{0}")
_L4R5ZI = "NUCLEO-L4R5ZI", "nano33ble", 120_000_000

TIMINGS = (
    Timing(
        "person_detector",
        "TFLM, CMSIS-NN",
        "NUCLEO-F413ZH",
        "nano33ble",
        100_000_000,
        386.595,
        "Samsung/ONE issue 7598, comment of 2021-09-15; the clock is the chip's highest",
    ),
    Timing(
        "person_detector",
        "TFLM, CMSIS-NN",
        "Arduino Nano 33 BLE",
        "nano33ble",
        64_000_000,
        1200.0,
        "hyperedge.tech, Optimizing a low-cost camera for machine vision, 2021-02-09: 1.2 s",
    ),
    Timing(
        "person_detector",
        "TFLM, CMSIS-NN",
        "Raspberry Pi Pico",
        "pico",
        125_000_000,
        823.658,
        "usefulsensors/pico-tflmicro, benchmark_results.txt, one core; the clock is pico-sdk's",
    ),
    Timing(
        "person_detector",
        "TFLM, CMSIS-NN",
        "Raspberry Pi Pico",
        "pico",
        125_000_000,
        782.0,
        "raspberrypi/pico-tflmicro at 238ad54, benchmark_results.txt, one core; clock as above",
    ),
    Timing("ds_cnn", "TFLM 2.3.1, CMSIS-NN", *_L4R5ZI, 1e3 / 5.497, _REFERENCE.format("kws")),
    Timing("visual_wake_words", "TFLM 2.3.1", *_L4R5ZI, 1e3 / 1.665, _REFERENCE.format("vww")),
    Timing("resnet", "TFLM 2.3.1", *_L4R5ZI, 1e3 / 1.420, _REFERENCE.format("ic")),
    Timing("autoencoder", "TFLM 2.3.1", *_L4R5ZI, 1e3 / 99.487, _REFERENCE.format("ad")),
    Timing("ds_cnn", "microTVM, CMSIS-NN", *_L4R5ZI, 1e3 / 10.019, _OCTOML.format("kws")),
    Timing("visual_wake_words", "microTVM, CMSIS-NN", *_L4R5ZI, 1e3 / 3.320, _OCTOML.format("vww")),
    Timing("resnet", "microTVM, CMSIS-NN", *_L4R5ZI, 1e3 / 2.567, _OCTOML.format("ic")),
    Timing("autoencoder", "microTVM, CMSIS-NN", *_L4R5ZI, 1e3 / 116.212, _OCTOML.format("ad")),
)

#: The shape here that stands for a model that was measured, and the MACs that one has more.
_STANDS_FOR = {"visual_wake_words": ("person_detector", 48 * 48 * 8 * 9 * 2)}


def rows(timings=TIMINGS):
    """A dict for each timing: its fields, and cycles a MAC measured, counted and estimated.

    Args:
        timings: `Timing`s.
    """
    ours, made = {}, []
    for timing in timings:
        name, more = _STANDS_FOR.get(timing.model, (timing.model, 0))
        if (name, timing.core) not in ours:
            ours[name, timing.core] = _ours(shapes.tflite(name), timing.core)
        macs, run = ours[name, timing.core]
        cycles = timing.milliseconds / 1e3 * timing.hertz
        made.append(
            asdict(timing)
            | {
                "measured": cycles / (macs + more),
                "counted": chips.TFLM[name][chips.BOARDS.index(timing.core)],
                "ours": run.cycles / macs,
                "ours_with_flash": run.flash_cycles / macs,
            }
        )
    return made


def _ours(tflite_bytes, core):
    """A model's MACs, and the Run of an inference on the board here that has a core."""
    model = model_file.read(tflite_bytes)
    board = emulator.Board(core, flash=flash.PICO_QUAD if core == "pico" else True)
    board.flash(tflite_bytes)
    return model.macs, board.invoke(*bench.inputs_of(model, seed=0))


def as_text(table):
    """The rows as lines, and their sources."""
    lines = [
        f"{'model':19}{'runtime':22}{'board':21}{'MHz':>4}{'ms':>9}{'a MAC':>7}{'counted':>9}"
        f"{'ours':>7}{'+flash':>7}"
    ]
    sources = []
    for number, row in enumerate(table, start=1):
        lines.append(
            f"{row['model']:19}{row['runtime']:22}{row['chip']:21}{row['hertz'] / 1e6:4.0f}"
            f"{row['milliseconds']:9.1f}{row['measured']:7.2f}{row['counted']:9.1f}"
            f"{row['ours']:7.2f}{row['ours_with_flash']:7.2f}  [{number}]"
        )
        sources.append(f"[{number}] {row['source']}")
    return "\n".join(
        [
            *lines,
            "ms, and cycles a MAC that follow from it: measured by others. Counted: TFLM with "
            "CMSIS-NN (chips.py).",
            "Ours, without and with the waits of flash: estimated, on the Nano or the Pico.",
            *sources,
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    names = sorted({timing.model for timing in TIMINGS})
    parser.add_argument("--only", choices=names, help="one model's timings")
    chosen = parser.parse_args()
    table = rows([one for one in TIMINGS if chosen.only in (None, one.model)])
    print(json.dumps(table, indent=2) if chosen.json else as_text(table))


if __name__ == "__main__":
    main()
