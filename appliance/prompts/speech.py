"""What the simulated caller and office say."""

import io
from importlib import resources

import soundfile

from appliance.model.audio import Sound


def voices() -> tuple[Sound, Sound]:
    """Return a minute of the caller's and of the office's speech, at 8 kHz and -18 dBm0."""
    return _voice("far"), _voice("near")


def _voice(side: str) -> Sound:
    data = (resources.files("appliance.prompts") / "speech" / f"{side}.wav").read_bytes()
    sound: Sound = soundfile.read(io.BytesIO(data), dtype="int16")[0]
    return sound
