"""Speak with SVOX Pico, where ``pico2wave`` is installed."""

import re
import shutil
from dataclasses import dataclass

from appliance.model.audio import Sound
from appliance.prompts.voices.engine import Voice, spoken_to_file

_LANGUAGES = {"en": "en-GB", "de": "de-DE"}


@dataclass(frozen=True, slots=True)
class Pico:
    """Pico's voice of a language."""

    voice: Voice

    def speak(self, piece: str, language: str, pace: float = 1.0) -> Sound:
        """Speak a piece; see ``Engine``."""
        plain = re.sub(r"[<>&]", " ", piece)  # it reads marks among the words
        speed = f'<speed level="{round(100 * pace)}">{plain}</speed>' if pace != 1 else plain
        return spoken_to_file(lambda path: ["pico2wave", "-l", self.voice.name, "-w", path, speed])


def find_pico(language: str) -> list[Pico]:
    """Return Pico's voice of a language, if the program is installed."""
    if shutil.which("pico2wave") is None or language not in _LANGUAGES:
        return []
    licence = "said to be Apache-2.0, without the voice's source"
    return [Pico(Voice("pico", _LANGUAGES[language], "", licence, language))]
