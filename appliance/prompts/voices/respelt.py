"""Let a Polish voice read German: espeak-ng gives the sounds, Polish letters spell them.

It has a strong accent, yet a recogniser gets far more of it than of espeak-ng's own German
(figures: ``docs/words.md``), and the voice is in the public domain. A draft, until a person has
spoken.
"""

import re
import shutil
from dataclasses import dataclass

from appliance.model.audio import Sound
from appliance.model.sentences.lacking import lack
from appliance.prompts.voices.engine import Voice, run_in_cell
from appliance.prompts.voices.rhvoice import RHVoice, find_rhvoice

WARNING = lack("voice_accent")
SUFFIX = "-German"
"""After the name of the voice that reads."""

_LETTERS = (
    *(("tʃ", "cz"), ("ts", "c"), ("aɪ", "aj"), ("aʊ", "au"), ("ɔø", "oj"), ("ɔʏ", "oj")),
    *(("yː", "iu"), ("øː", "e"), ("ɜ", "er"), ("ɐ", "a"), ("ə", "y"), ("ɪ", "i"), ("ʏ", "i")),
    *(("ʊ", "u"), ("ɛ", "e"), ("œ", "e"), ("ɔ", "o"), ("ɑ", "a"), ("y", "i"), ("ø", "e")),
    *(("ç", "ch"), ("x", "ch"), ("ʃ", "sz"), ("ʒ", "ż"), ("ŋ", "ng"), ("ʁ", "r"), ("ɾ", "r")),
    *(("v", "w"), ("ɡ", "g")),
)
"""Sounds of German -> letters that are read alike in Polish, longer ones first."""

_PLAIN = frozenset("aeiouybdfghjklmnprstwzc")
_MARKS = re.compile(r"\((?:en|de)\)|[ˈˌː_ʲ‿]")  # stress, length, and changes of the language


@dataclass(frozen=True, slots=True)
class Respelt:
    """A Polish voice that reads German."""

    voice: Voice
    reader: RHVoice

    def speak(self, piece: str, language: str, pace: float = 1.0) -> Sound:
        """Speak a piece; see ``Engine``."""
        return self.reader.speak(respell(piece), "pl", pace)


def find_respelt(language: str) -> list[Respelt]:
    """Return the Polish voice that reads German best, if it and espeak-ng are installed."""
    readers = find_rhvoice("pl")
    if language != "de" or not readers or shutil.which("espeak-ng") is None:
        return []
    best = readers[0].voice
    name = f"{best.name}{SUFFIX}"
    return [Respelt(Voice("RHVoice", name, best.version, best.licence, "de", WARNING), readers[0])]


def respell(text: str) -> str:
    """Return German words in Polish letters, with the marks of the sentence between them."""
    parts = re.split(r"([.,;:!?])", text)
    return "".join(part if part in {*".,;:!?"} else _respell(part) for part in parts).strip()


def _respell(words: str) -> str:
    if not words.strip():
        return ""
    told = run_in_cell(["espeak-ng", "-q", "-v", "de", "--ipa", "--", words.strip()])
    return " " + " ".join(map(spelt, told.decode("utf-8", "replace").split()))


def spelt(sounds: str) -> str:
    """Return the sounds of a word in Polish letters; what no letter stands for is left out."""
    rest, letters = sounds.replace("yː", "iu"), ""
    rest = _MARKS.sub("", rest)
    while rest:
        sound, letter = next(
            (pair for pair in _LETTERS if rest.startswith(pair[0])), (rest[0], rest[0])
        )
        letters += letter if set(letter) <= _PLAIN | {"ż"} else ""
        rest = rest[len(sound) :]
    return letters
