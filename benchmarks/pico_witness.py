"""The real Pico's firmware on an RP2040 that others made, beside this project's own emulator.

    python benchmarks/pico_witness.py [--json]

Runs the bundled models, and those of the folder that `TINYML_MODELS` names as far as they fit, as
the UF2 file for a real Pico on rp2040js behind tests/support/rp2040's rules, over USB; and counts
the cycles of the same inference here and there. Both count by Arm's table, with memory that never
waits: neither knows the flash's waits and their cache. rp2040js gives LR and PC no cycle where they
are pushed and popped; "but for LR, PC" is what still differs once they have one: 2 cycles, for the
timer that is read behind each inference. Boot is from power-on to the answer to a first PING, of
the chip's time; over USB a computer takes some 145 ms of it to take the device into use.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import elsewhere

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import witness  # noqa: E402

from tinyml_helpers import emulator, firmware, link, micro  # noqa: E402
from tinyml_helpers.firmware import protocol  # noqa: E402
from tinyml_helpers.report import bench  # noqa: E402

MARKS = ("tm_invoke", "board_ready")
SECONDS = 600  # that one inference may take here


@dataclass(frozen=True)
class Compared:
    """One model.

    Attributes:
        model: its name.
        uf2_bytes: of the file.
        equal: whether the witness gave the bytes that this computer gives.
        cycles: of an inference on this project's emulator.
        witness_cycles: of the same on the witness.
        links: LR pushed and PC popped in it.
        faults: sentences about what the firmware did wrong.
        mips: million instructions a second of a processor's time that the witness takes.
    """

    model: str
    uf2_bytes: int
    equal: bool
    cycles: int
    witness_cycles: int
    links: int
    faults: list
    mips: float


def models():
    """Bytes of every model, by name."""
    paths = [*sorted((ROOT / "data").glob("*/*.tflite")), *elsewhere.models()]
    return {path.stem: path.read_bytes() for path in paths}


def chip(program, folder, line):
    """A witness with the UF2 file of a program; and the file's bytes."""
    elf = firmware.build(program, "pico", real=True).elf
    path = Path(folder) / "firmware.uf2"
    path.write_bytes(firmware.uf2(elf))
    return witness.Chip(uf2=path, line=line, elf=elf, marks=MARKS), path.stat().st_size


def compare(name, tflite_bytes, folder):
    """A `Compared`; None if the model is too large for a Pico, or for the micro-interpreter."""
    try:
        made, uf2_bytes = chip(tflite_bytes, folder, "usb")
        ours = emulator.Board("pico")
        ours.flash(tflite_bytes)
    except (firmware.DoesNotFit, micro.CannotRun):
        return None
    inputs = bench.inputs_of(micro.Interpreter(tflite_bytes).model, seed=0)
    with made as pico:
        output = link.open(pico.port, tflite_bytes, timeout=SECONDS).invoke(*inputs).output
        report = pico.report()
    expected = micro.Interpreter(tflite_bytes).invoke(*inputs)
    place = [visit[0] for visit in report.visits].index("tm_invoke")
    (_, _, start, links), (_, _, stop, more) = report.visits[place : place + 2]
    return Compared(
        name,
        uf2_bytes,
        bench.as_bytes(output) == bench.as_bytes(expected),
        ours.invoke(*inputs).cycles,
        stop - start,
        more - links,
        list(report.faults.values()),
        report.instructions / report.seconds / 1e6,
    )


def first_answer_ms(tflite_bytes, folder, line):
    """From power-on to the end of the answer to a PING, in ms of the chip's time."""
    made, _ = chip(tflite_bytes, folder, line)
    with made as pico:
        pico.send(protocol.frame(protocol.PING, 1))
        reader, answers = protocol.Reader(), ()
        while not answers:
            data, milliseconds = pico.receive(2000)
            if not data:
                raise ValueError(f"no answer over {line}: {pico.report().faults}")
            answers = reader.feed(data)
        return milliseconds


def table(results, boots):
    """The figures, as text."""
    lines = [
        f"{'model':23}{'UF2 bytes':>10}{'cycles here':>13}{'rp2040js':>13}{'differs':>9}"
        f"{'but for LR, PC':>16}  equal"
    ]
    for one in results:
        share = one.witness_cycles / one.cycles - 1
        left = one.witness_cycles + one.links - one.cycles
        lines.append(
            f"{one.model:23}{one.uf2_bytes:10,}{one.cycles:13,}{one.witness_cycles:13,}"
            f"{share:+9.2%}{left:+16,}  {'yes' if one.equal else 'NO'}"
        )
        lines += [f"    fault: {fault}" for fault in one.faults]
    speeds = [one.mips for one in results]
    lines.append(f"\nthe witness: {min(speeds):.1f} to {max(speeds):.1f} MIPS")
    for line, milliseconds in boots.items():
        lines.append(f"power-on to the first answer over {line}: {milliseconds:.0f} ms")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--only", nargs="*", help="names of models to compare; all if left out")
    chosen = parser.parse_args()
    found = {
        name: data for name, data in models().items() if not chosen.only or name in chosen.only
    }
    if missing := witness.missing():
        sys.exit(f"pico_witness: {missing}")
    with tempfile.TemporaryDirectory() as folder:
        compared = [compare(name, data, folder) for name, data in found.items()]
        results = [one for one in compared if one]
        smallest = min(found.values(), key=len)
        boots = {line: first_answer_ms(smallest, folder, line) for line in ("uart", "usb")}
    if chosen.json:
        figures = {"models": [asdict(one) for one in results], "first_answer_ms": boots}
        print(json.dumps(figures, indent=2))
    else:
        print(table(results, boots))
    return 0


if __name__ == "__main__":
    sys.exit(main())
