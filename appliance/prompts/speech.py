"""What the simulated caller and office say."""

from importlib import resources

from appliance.model.audio import Sound
from appliance.prompts.shipped import read_wav


def voices() -> tuple[Sound, Sound]:
    """Return a minute of the caller's and of the office's speech, at 8 kHz and -18 dBm0."""
    folder = resources.files("appliance.prompts") / "speech"
    return read_wav(folder / "far.wav"), read_wav(folder / "near.wav")
