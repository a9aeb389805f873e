"""Speak with RHVoice, where its library and voices are installed.

Only voices whose licence lets an office use them are known here: five others of Debian's packages
forbid commercial use or changes, and are never offered.
"""

import ctypes.util
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from appliance.model.audio import Sound
from appliance.model.sentences.lacking import Lacks
from appliance.prompts.voices.engine import Voice, at_line_rate, run_in_cell

DATA = Path("/usr/share/RHVoice")

_FREE = {
    "pl": {
        "Natan": "public domain",
        "Michal": "public domain",
        "Alicja": "CC BY 4.0",
        "Magda": "CC BY 4.0",
    },
    "en": {"Slt": "CMU ARCTIC, free for any use", "Alan": "as RHVoice: GPL-2+"},
}
"""Language -> voice -> its licence, the best understood first."""


@dataclass(frozen=True, slots=True)
class RHVoice:
    """One voice of RHVoice, through its library in a child."""

    voice: Voice

    def speak(self, piece: str, language: str, pace: float = 1.0) -> Sound:
        """Speak a piece; see ``Engine``."""
        command = [sys.executable, "-m", "appliance.prompts.voices.rhvoice_child"]
        told = run_in_cell([*command, self.voice.name, f"{pace:.3f}", str(DATA)], piece.encode())
        rate, _, samples = told.partition(b"\n")
        if rate == b"voiceless":
            raise Lacks("engine_voiceless")
        if not rate.isdigit() or len(samples) < 2:
            raise Lacks("engine_mute")
        wave = np.frombuffer(samples, "<i2").astype(np.float64) / 32768
        return at_line_rate(wave, int(rate))


def find_rhvoice(language: str, data: Path = DATA) -> list[RHVoice]:
    """Return the installed voices of a language that may be offered."""
    library = ctypes.util.find_library("RHVoice")
    if library is None:
        return []
    return [
        RHVoice(Voice("RHVoice", name, _version(library), licence, language))
        for name, licence in _FREE.get(language, {}).items()
        if (data / "voices" / name.casefold()).is_dir()
    ]


@cache
def _version(library: str) -> str:
    told = run_in_cell([sys.executable, "-m", "appliance.prompts.voices.rhvoice_child", library])
    return told.decode("ascii", "replace").strip()
