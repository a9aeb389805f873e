"""Define a reaction: the delay of a report or an act, in milliseconds of line time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from appliance.model.audio import RATE
from benchmarks.row import Row

Measure = Callable[[int], float]
"""Measures once; everything random follows from the seed."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction in one part, or in several with a figure each."""

    what: str
    measures: Mapping[str, Measure]
    target: float | None = None  # milliseconds; None: reported
    seeds: int = 5
    waits_ms: float = 0.0
    """What comes on top in real time, where frames wait for each other; at speed none does."""

    def row(self) -> Row:
        """Measure each part with every seed; the worst counts, as it is in real time."""
        worst = {
            part: max(measure(seed) for seed in range(self.seeds)) + self.waits_ms
            for part, measure in self.measures.items()
        }
        figures = ", ".join(f"{part} {took:.0f}".strip() for part, took in worst.items())
        what = f"{self.what}, worst of {self.seeds}"
        if self.target is None:
            return Row(what, f"{figures} ms", "reported")
        met = max(worst.values()) <= self.target
        return Row(what, f"{figures} ms", f"≤ {self.target:.0f} ms", met=met)


def alone(measure: Measure) -> Mapping[str, Measure]:
    """Return the only part of a reaction."""
    return {"": measure}


def ms(samples: int) -> float:
    """Return a time in milliseconds."""
    return samples * 1000 / RATE
