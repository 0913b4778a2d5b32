"""An emulated board that finds and compares faces, and what each stage of a frame costs it."""

from dataclasses import dataclass
from itertools import pairwise

from tinyml_helpers.applications.faces.c_looker import STAGES
from tinyml_helpers.emulator.costs import Cost

#: The firmware's function that does a stage, the one that loads a model, and the one it calls
#: afterwards.
STEP, LOAD, END = "fd_step", "tm_init", "board_ready"


@dataclass(frozen=True)
class StageCost(Cost):
    """What one stage of a frame cost.

    Attributes:
        name: "detector", "boxes", "load" (the verifier into the arena that the models share, and
            the detector again), "crop", "verifier" or "compare".
    """

    name: str = ""


@dataclass(frozen=True)
class Sight(Cost):
    """What was found in a frame, and what it cost.

    Attributes:
        faces, similarity, unlocked, enrolled: as in `faces.unlock.Sight`.
        parts: a tuple of `StageCost`, those the frame went through.
    """

    faces: list = ()
    similarity: float | None = None
    unlocked: bool | None = None
    enrolled: int = 0
    parts: tuple = ()

    def __str__(self):
        lines = [f"{'stage':10}{'instructions':>14}{'cycles':>12}{'ms':>9}{'mJ':>8}"]
        for part in (*self.parts, None):
            name, cost = (part.name, part) if part else ("all", self)
            lines.append(
                f"{name:10}{cost.instructions:14,}{cost.cycles:12,}"
                f"{cost.milliseconds:9.2f}{cost.millijoules:8.3f}"
            )
        return "\n".join([*lines, "instructions emulated; cycles, ms and mJ estimated"])


class CountingClient:
    """A `client.Client` of an emulated board: what it finds comes with what it cost.

    Args:
        client: the Client.
        meter: an `emulator.Meter` that notes visits of STEP, LOAD and END.
    """

    def __init__(self, client, meter):
        self._client, self._meter = client, meter

    def look(self, frame, threshold=0.5, face_threshold=0.5):
        """A `Sight`; otherwise as the client's."""
        return self._costed(lambda: self._client.look(frame, threshold, face_threshold))

    def enrol(self, frame, face_threshold=0.5):
        """A `Sight`; otherwise as the client's."""
        return self._costed(lambda: self._client.enrol(frame, face_threshold))

    def forget(self):
        """As the client's."""
        self._client.forget()

    def _costed(self, ask):
        """What the board found, with the costs of each stage."""
        self._meter.clear()
        sight = ask()
        visits = self._meter.visits(STEP, LOAD, END)
        step = self._meter.address(STEP)
        stages, spans = iter(STAGES), {}
        for begin, end in pairwise(visits):
            name = next(stages) if begin.address == step else "load"
            spans.setdefault(name, []).append(self._meter.cost(StageCost, begin, end, name=name))
        return self._meter.cost(
            Sight,
            visits[0],
            visits[-1],
            faces=sight.faces,
            similarity=sight.similarity,
            unlocked=sight.unlocked,
            enrolled=sight.enrolled,
            parts=tuple(_together(costs) for costs in spans.values()),
        )


def _together(costs):
    """One StageCost of several with the same name."""
    fields = ["instructions", "cycles", "milliseconds", "millijoules"]
    if costs[0].flash_cycles is not None:
        fields += ["flash_cycles", "flash_milliseconds"]
    sums = {field: sum(getattr(one, field) for one in costs) for field in fields}
    return StageCost(**sums, name=costs[0].name)
