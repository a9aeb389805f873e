"""Define what is measured of a prompt that a person recorded."""

from typing import Literal

from msgspec import Struct

Verdict = Literal["good", "warn", "refuse"]

Measured = Literal[
    "format",
    "length",
    "speech",
    "level",
    "noise",
    "reverberation",
    "hum",
    "clipping",
    "clicks",
    "silence",
    "treble",
    "tones",
    "pause",
]
"""``format`` is no sound that can be read; ``pause`` that before the last key's name."""

LARGEST_TAKE = 1_900_000
"""Bytes of a recording's files together: the panel takes no more at once. Of whatever a browser
can read the page makes 16 bits at 16 kHz: 59 seconds of it fit."""

SPARE_SECONDS = 15
"""A file may be so much longer than its prompt: people wait before they speak."""


class Measure(Struct, frozen=True, forbid_unknown_fields=True):
    """One figure and what it means for callers."""

    name: Measured
    verdict: Verdict
    value: float = 0.0
    """``length``, ``silence``, ``pause`` in s; ``level`` in dBm0; ``speech`` in dBFS; ``noise``,
    ``hum``, ``treble`` in dB under the speech; ``reverberation`` in ms; ``clipping`` in percent;
    ``clicks``, ``tones``: how many."""


class LineTake(Struct, frozen=True, forbid_unknown_fields=True):
    """A recording as the line would say it; without samples if it cannot be said at all."""

    measures: tuple[Measure, ...]
    samples: int = 0
    mark: int = 0  # sample
    clicks: tuple[int, ...] = ()  # samples

    @property
    def refused(self) -> bool:
        """Say whether it must be recorded again."""
        return not self.samples or any(each.verdict == "refuse" for each in self.measures)
