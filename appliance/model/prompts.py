"""Define a prompt as it goes to the line, and when it counts as heard."""

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.digest import sha256
from appliance.model.audio import Sound
from appliance.model.policy import PromptKind, PromptRef

LEVEL_DB = 6.0
"""A prompt further than this from its calibrated level counts as not heard."""

TALK_OVER = 0.2
"""A prompt with a larger part of its words talked over counts as not heard."""


LONGEST_SECONDS: Mapping[PromptKind, int] = {
    PromptKind.QUESTION: 30,
    PromptKind.NOTICE: 30,
    PromptKind.MORE: 35,
    PromptKind.KEYS: 12,
    PromptKind.CHOICE: 8,
    PromptKind.CONFIRMATION: 8,
    PromptKind.REFUSED: 8,
    PromptKind.UNANSWERED: 8,
    PromptKind.WITHDRAWN: 8,
    PromptKind.OBJECTED: 8,
}
"""A prompt of each kind lasts so long at most: as lawful words need, and no longer."""


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """A prompt's sound and its mark."""

    ref: PromptRef
    spoken: PromptKind
    sound: Sound  # [samples] at 8 kHz, levelled
    mark: int
    """Sample at which the last key's name ends; the length if the prompt names no key."""
    text: str = ""
    """The words; empty if the office recorded the prompt itself and wrote none down."""
    voice: str = ""
    """The engine and the voice that spoke; empty if a person did."""


def digest(sound: Sound) -> str:
    """Return the SHA-256 of a sound's samples as they go to the line."""
    return sha256(sound.astype("<i2").tobytes()).hex()
