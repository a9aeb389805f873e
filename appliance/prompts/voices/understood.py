"""Declare how well each voice is understood on a telephone, language by language.

The figures are those of ``docs/words.md``: how many of a hundred words a recogniser gets wrong,
the mean over question, keys and second layer. For voices that do not ship it is the mean over five
prompts of the same measure (``docs/decisions/voices-that-are-understood.md``).
"""

from collections.abc import Mapping

MOST_WRONG = 30
"""Of a hundred words. A real line asks in a voice above it, or in one that was never measured, only
after an administrator has heard it and vouched for it."""

WORDS_WRONG: Mapping[tuple[str, str, str], int] = {
    ("RHVoice", "Natan", "pl"): 16,
    ("RHVoice", "Michal", "pl"): 10,
    ("RHVoice", "Alicja", "pl"): 11,
    ("RHVoice", "Magda", "pl"): 14,
    ("RHVoice", "Slt", "en"): 5,
    ("RHVoice", "Alan", "en"): 5,
    ("RHVoice", "Natan-German", "de"): 39,
    ("pico", "en-GB", "en"): 12,
    ("pico", "de-DE", "de"): 20,
    ("espeak-ng", "pl+f3", "pl"): 99,
    ("espeak-ng", "en-gb+f3", "en"): 38,
    ("espeak-ng", "de+f3", "de"): 96,
}
"""Engine, voice, language -> words wrong of a hundred."""


def words_wrong(engine: str, voice: str, language: str) -> int | None:
    """Return how many of a hundred words are got wrong; None where nobody has measured it."""
    return WORDS_WRONG.get((engine, voice, language))


def is_clear(engine: str, voice: str, language: str) -> bool:
    """Say whether callers understand a voice without anybody's vouching for it."""
    wrong = words_wrong(engine, voice, language)
    return wrong is not None and wrong <= MOST_WRONG


def named(engine: str, voice: str) -> str:
    """Return how a voice is named where somebody vouches for it: of any version."""
    return f"{engine} {voice}"
