"""Choose the voice that speaks a language on this box."""

from pathlib import Path

from appliance.model.sentences.lacking import Lacks
from appliance.prompts.voices.engine import Engine
from appliance.prompts.voices.espeak import find_espeak
from appliance.prompts.voices.pico import find_pico
from appliance.prompts.voices.piper import find_piper
from appliance.prompts.voices.respelt import find_respelt
from appliance.prompts.voices.rhvoice import find_rhvoice


def voices(language: str, owners: Path | None = None) -> list[Engine]:
    """Return all voices of a language that are here and may be used, the best first.

    Args:
        language: of the words.
        owners: the folder of the owner's Piper voices.
    """
    return [
        *find_rhvoice(language),
        *find_piper(language, owners),
        *find_pico(language),
        *find_respelt(language),
        *find_espeak(language),
    ]


def choose(language: str, name: str = "", owners: Path | None = None) -> Engine:
    """Return the best voice of a language, or the one that is named.

    Raises:
        Lacks: there is none.
    """
    found = voices(language, owners)
    for engine in found:
        if not name or engine.voice.name.casefold() == name.casefold():
            return engine
    if not found:
        raise Lacks("voice_none", language=language)
    known = ", ".join(each.voice.name for each in found)
    raise Lacks("voice_unknown", language=language, name=name, known=known)
