"""What the simulated caller and office say."""

import io
from importlib import resources
from pathlib import Path

import soundfile

from appliance.model.audio import Sound
from appliance.prompts.levels import levelled
from appliance.prompts.owner import narrow, read_wave


def voices() -> tuple[Sound, Sound]:
    """Return a minute of the caller's and of the office's speech, at 8 kHz and -18 dBm0."""
    return _voice("far"), _voice("near")


def _voice(side: str) -> Sound:
    data = (resources.files("appliance.prompts") / "speech" / f"{side}.wav").read_bytes()
    sound: Sound = soundfile.read(io.BytesIO(data), dtype="int16")[0]
    return sound


def read_voice(path: Path) -> Sound:
    """Return a simulated caller's voice from a WAV or FLAC, at 8 kHz and -18 dBm0.

    Raises:
        PromptError: it cannot be read as sound, or it is silent.
    """
    return levelled(narrow(path, *read_wave(path)))
