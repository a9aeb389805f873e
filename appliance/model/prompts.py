"""A prompt as it goes to the line."""

import hashlib
from dataclasses import dataclass

from appliance.model.audio import Sound
from appliance.model.policy import PromptRef, Spoken

LEVEL_DB = 6.0
"""A prompt heard further than this from the calibrated level was not heard."""

TALK_OVER = 0.2
"""A prompt of whose words a larger part was talked over was not heard."""


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """Words to be said on the line, and where their mark is."""

    ref: PromptRef
    spoken: Spoken
    sound: Sound  # [samples] at 8 kHz, levelled
    mark: int
    """Sample at which the last key's name ends; the length where no key is named."""


def digest(sound: Sound) -> str:
    """Return the hash by which a sound is known: of its samples, as they go to the line."""
    return hashlib.sha256(sound.astype("<i2").tobytes()).hexdigest()
