"""Hunt in stretches, each in a process of its own that goes on from the corpus so far."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stretch:
    """The outcome of one process, or of several together."""

    inputs: int = 0
    seconds: int = 0
    crashes: dict[str, str] = field(default_factory=dict)
    """Where -> file of the input."""

    died: bool = False


def in_stretches(
    run: Callable[[int, int], Stretch], inputs: int, seconds: int, most: int
) -> Stretch:
    """Hunt until so many inputs were fed, so much time is over, or a process died.

    Args:
        run: lets a process hunt, given its most inputs and seconds.
        inputs: of all stretches together.
        seconds: of all stretches together.
        most: inputs of one stretch.
    """
    total = Stretch()
    while not total.died and total.inputs < inputs and total.seconds < seconds:
        part = run(min(most, inputs - total.inputs), seconds - total.seconds)
        total = Stretch(
            total.inputs + part.inputs,
            total.seconds + part.seconds,
            total.crashes | part.crashes,
            part.died or not part.inputs,
        )
    return total
