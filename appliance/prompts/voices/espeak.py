"""Speak with espeak-ng: the last resort, hardly understood on a telephone."""

import shutil
from dataclasses import dataclass
from functools import partial

from appliance.model.audio import Sound
from appliance.model.sentences.lacking import lack
from appliance.prompts.voices.engine import Voice, run_in_cell, spoken_to_file

WARNING = lack("voice_poor")
_VOICES = {"pl": "pl+f3", "en": "en-gb+f3", "de": "de+f3"}
_WORDS_A_MINUTE = 165


@dataclass(frozen=True, slots=True)
class EspeakNg:
    """One voice of espeak-ng."""

    voice: Voice

    def speak(self, piece: str, language: str, pace: float = 1.0) -> Sound:
        """Speak a piece; see ``Engine``."""
        speed = str(round(_WORDS_A_MINUTE * pace))
        return spoken_to_file(partial(self._command, speed), piece.encode())

    def _command(self, speed: str, path: str) -> list[str]:
        return ["espeak-ng", "-v", self.voice.name, "-s", speed, "-w", path, "--stdin"]


def find_espeak(language: str) -> list[EspeakNg]:
    """Return espeak-ng's voice of a language, if the program is installed."""
    if shutil.which("espeak-ng") is None or language not in _VOICES:
        return []
    told = run_in_cell(["espeak-ng", "--version"]).decode("utf-8", "replace").split()
    version = next((word for word in told if word[0].isdigit()), "")
    voice = Voice("espeak-ng", _VOICES[language], version, "GPL-3+", language, WARNING)
    return [EspeakNg(voice)]
