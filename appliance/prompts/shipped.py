"""Read the shipped prompts, and decide which lines they fit.

A caller must hear the very purposes and keys of the line. The shipped prompts name two purposes
and three keys, so they fit only a line with exactly these; ``texts.toml`` holds them.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Literal

import msgspec
import soundfile

from appliance.config.settings import Basis, Config, Line
from appliance.model.audio import Sound
from appliance.model.policy import Spoken
from appliance.model.prompts import digest

_HERE = resources.files("appliance.prompts")


class _Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``texts.toml``."""

    purposes: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]]
    objection: Mapping[Literal["key"], str]  # the key that the notice names
    says: Mapping[str, Mapping[str, str]]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Shipped:
    """The contents of ``texts.toml`` and ``marks.toml``."""

    texts: _Texts
    marks: Mapping[str, Mapping[str, int]]

    @classmethod
    def read(cls) -> "Shipped":
        """Read both files from the package."""
        texts = msgspec.convert(_toml("texts.toml"), _Texts)
        return cls(texts, msgspec.convert(_toml("marks.toml"), dict[str, dict[str, int]]))

    def sound(self, spoken: Spoken, language: str) -> tuple[Sound, int]:
        """Read a shipped prompt and its mark."""
        sound = read_wav(_HERE / language / f"{spoken.value}.wav")
        return sound, self.marks[language][spoken.value]

    def text(self, spoken: Spoken, language: str) -> str:
        """Return the words of a shipped prompt."""
        return " ".join(self.texts.words[language][spoken.value])

    def fits(self, spoken: Spoken, config: Config, line: Line, language: str) -> bool:
        """Return whether a shipped prompt is true of a line."""
        if spoken not in self.texts.words[language]:
            return False
        if spoken is Spoken.CONFIRMATION:
            return True
        if not self._says_the_same(config, line, language):
            return False
        if spoken is Spoken.NOTICE:
            objectionable = self._all(config, line, lambda basis: basis.can_be_objected_to)
            return objectionable and _sets(line.choices) == {self.texts.objection["key"]: set()}
        consent = self._all(config, line, lambda basis: basis is Basis.CONSENT)
        return consent and _sets(line.choices) == _sets(self.texts.choices)

    def _says_the_same(self, config: Config, line: Line, language: str) -> bool:
        if set(line.purposes) != set(self.texts.purposes):
            return False
        says = self.texts.says.get(language, {})
        return all(
            config.purpose(name).says.get(language) == says.get(name) for name in line.purposes
        )

    @staticmethod
    def _all(config: Config, line: Line, holds: Callable[[Basis], bool]) -> bool:
        return all(holds(config.purpose(name).basis) for name in line.purposes)


def shipped_words() -> Mapping[str, tuple[str, str]]:
    """Return the words of the shipped prompts: hash of the sound -> text and language."""
    shipped = Shipped.read()
    return {
        digest(shipped.sound(Spoken(spoken), language)[0]): (" ".join(pieces), language)
        for language, words in shipped.texts.words.items()
        for spoken, pieces in words.items()
    }


def read_wav(file: Traversable) -> Sound:
    """Read the samples of a WAV in the package.

    By its path: reading from memory goes through callbacks, which need writable and executable
    memory, and the recorder's unit forbids that.
    """
    with resources.as_file(file) as path:
        sound: Sound = soundfile.read(path, dtype="int16")[0]
    return sound


def _sets(choices: Mapping[str, tuple[str, ...]]) -> dict[str, set[str]]:
    return {key: set(agreed) for key, agreed in choices.items()}


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text("utf-8"))
