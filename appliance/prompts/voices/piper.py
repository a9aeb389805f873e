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

from appliance.errors import PromptError
from appliance.model.audio import Sound
from appliance.prompts.voices.engine import Voice, spoken_to_file

SIZES = range(1_000_000, 150_000_001)
"""Bytes of a model; a usual one has 63 million."""

_LONGEST_JSON = 1_000_000
_NAME = re.compile(r"([a-z]{2})_[A-Z]{2}-[A-Za-z0-9_]+-(?:x_low|low|medium|high)")


class _Audio(msgspec.Struct, frozen=True):
    sample_rate: Annotated[int, Meta(ge=8000, le=48000)]


class _Language(msgspec.Struct, frozen=True):
    code: str


class _Described(msgspec.Struct, frozen=True):
    """What is read of a voice's JSON."""

    audio: _Audio
    language: _Language
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
    """Return the voices of a language in the owner's folder, without those that are amiss."""
    if folder is None or not folder.is_dir():
        return []
    if shutil.which("piper") is None and find_spec("piper") is None:
        return []
    good = []
    for model in sorted(folder.glob(f"{language}_*.onnx")):
        try:
            good.append(read_piper(model))
        except PromptError:
            continue
    return good


def read_piper(model: Path) -> Piper:
    """Check a voice's name, size and JSON.

    Raises:
        PromptError: it is not a Piper voice; the sentence says what is wrong.
    """
    name = _NAME.fullmatch(model.stem)
    if name is None or model.suffix != ".onnx":
        raise PromptError(f"{model.name}: is not named like pl_PL-gosia-medium.onnx")
    beside = model.with_name(f"{model.name}.json")
    try:
        if not model.is_file() or model.stat().st_size not in SIZES:
            raise PromptError(f"{model.name}: has not the size of a voice, 1 to 150 MB")
        with beside.open("rb") as file:
            data = file.read(_LONGEST_JSON + 1)
    except OSError as error:
        raise PromptError(f"{beside.name}: cannot be read; put it beside the model") from error
    if len(data) > _LONGEST_JSON:
        raise PromptError(f"{beside.name}: is too large for a voice's description")
    try:
        described = msgspec.convert(json.loads(data), _Described)
    except (ValueError, RecursionError) as error:
        raise PromptError(f"{beside.name}: does not describe a Piper voice") from error
    if described.language.code[:2] != name[1]:
        raise PromptError(f"{beside.name}: speaks {described.language.code!r}, not {name[1]}")
    licence = "read its MODEL_CARD"
    return Piper(Voice("piper", model.stem, "", licence, name[1]), model)
