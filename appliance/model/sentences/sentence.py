"""Define a sentence of the doctor's, with its level."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """The level of a finding and its English text."""

    level: Level
    english: str


ok = partial(Sentence, "ok")
warn = partial(Sentence, "warn")
fail = partial(Sentence, "fail")
