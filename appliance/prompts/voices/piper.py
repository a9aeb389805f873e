"""Speak with a Piper voice that the owner brought: a model and its JSON, of one name.

Only the two small files are read here. The model, which a stranger made, is opened in the child
alone, and there is no network in it.
"""

import json
import re
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from appliance.model.audio import Sound
from appliance.model.sentences.lacking import Lacking, Lacks, lack
from appliance.prompts.voices.engine import Voice, spoken_to_file
from appliance.structs import convert

SIZES = range(1_000_000, 150_000_001)
"""Bytes of a model; a usual one has 63 million."""

TRIAL = {
    "pl": "Dzień dobry. Tak brzmi ten głos.",
    "en": "Hello. This is how this voice sounds.",
    "de": "Guten Tag. So klingt diese Stimme.",
}
"""Language -> a sentence that shows whether a voice speaks."""

_LONGEST_JSON = 1_000_000
_NAME = re.compile(rf"({'|'.join(TRIAL)})_[A-Z]{{2}}-[A-Za-z0-9_]+-(?:x_low|low|medium|high)")


class _Audio(msgspec.Struct, frozen=True):
    sample_rate: Annotated[int, Meta(ge=8000, le=48000)]


class _PiperLanguage(msgspec.Struct, frozen=True):
    code: str


class _VoiceDescription(msgspec.Struct, frozen=True):
    """What is read of a voice's JSON."""

    audio: _Audio
    language: _PiperLanguage
    phoneme_id_map: Annotated[dict[str, list[int]], Meta(min_length=10, max_length=2000)]
    num_speakers: Annotated[int, Meta(ge=1, le=10_000)] = 1


@dataclass(frozen=True, slots=True)
class Piper:
    """A Piper voice."""

    voice: Voice
    model: Path

    def speak(self, piece: str, language: str, pace: float = 1.0) -> Sound:
        """Speak a piece; see ``Engine``. Each rendering differs a little from the last."""
        scale = f"{1 / pace:.3f}"
        model = ["--model", str(self.model), "--length-scale", scale]
        line = piece.replace("\n", " ").encode() + b"\n"
        return spoken_to_file(lambda path: [*_program(), *model, "--output-file", path], line)


def _program() -> list[str]:
    found = shutil.which("piper")
    return [found] if found else [sys.executable, "-m", "piper"]


def find_piper(language: str, folder: Path | None) -> list[Piper]:
    """Return the voices of a language in the owner's folder, without faulty ones.

    ``amiss`` tells of these.
    """
    if folder is None or not _installed():
        return []
    good = (_read(model) for model in _models(folder))
    return [each for each in good if isinstance(each, Piper) and each.voice.language == language]


def amiss(folder: Path | None) -> list[Lacking]:
    """Return each file in the owner's folder that is no voice of this box."""
    if folder is None or not (models := _models(folder)):
        return []
    if not _installed():
        return [lack("no_piper", path=folder)]
    return [each for each in map(_read, models) if isinstance(each, Lacking)]


def tried(piper: Piper) -> Sound:
    """Have a voice speak a sentence, which shows that its model is one.

    Raises:
        Lacks: it does not speak; the sentence says why.
    """
    return piper.speak(TRIAL[piper.voice.language], piper.voice.language)


def _installed() -> bool:
    return shutil.which("piper") is not None or find_spec("piper") is not None


def _models(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.onnx"))


def _read(model: Path) -> Piper | Lacking:
    """Return a voice, or why it is none."""
    try:
        return read_piper(model)
    except Lacks as error:
        return error.lacking


def read_piper(model: Path) -> Piper:
    """Check a voice's name, size and JSON.

    Raises:
        Lacks: it is not a Piper voice.
    """
    name = _NAME.fullmatch(model.stem)
    if name is None or model.suffix != ".onnx":
        raise Lacks("voice_name", file=model.name)
    beside = model.with_name(f"{model.name}.json")
    try:
        if not model.is_file() or model.stat().st_size not in SIZES:
            raise Lacks("voice_size", file=model.name)
        with beside.open("rb") as file:
            data = file.read(_LONGEST_JSON + 1)
    except OSError as error:
        raise Lacks("voice_alone", file=beside.name) from error
    if len(data) > _LONGEST_JSON:
        raise Lacks("voice_foreign", file=beside.name)
    try:
        described = convert(json.loads(data), _VoiceDescription)
    except (ValueError, RecursionError) as error:
        raise Lacks("voice_foreign", file=beside.name) from error
    if described.language.code[:2] != name[1]:
        raise Lacks(
            "voice_language", file=beside.name, spoken=described.language.code, named=name[1]
        )
    licence = "read its MODEL_CARD"
    return Piper(Voice("piper", model.stem, "", licence, name[1]), model)
