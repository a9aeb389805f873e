"""Read the speech of the simulated caller and office."""

from functools import cache
from importlib import resources
from pathlib import Path

from appliance.model.audio import Sound
from appliance.prompts.levels import levelled
from appliance.prompts.owner import read_wave, resample_to_line
from appliance.prompts.shipped import read_wav


@cache
def simulated_voices() -> tuple[Sound, Sound]:
    """Return a minute of the caller's and of the office's speech, at 8 kHz and -18 dBm0.

    All lines share both, read-only.
    """
    folder = resources.files("appliance.prompts") / "speech"
    both = read_wav(folder / "far.wav"), read_wav(folder / "near.wav")
    for voice in both:
        voice.flags.writeable = False
    return both


def read_voice(path: Path) -> Sound:
    """Read a simulated caller's voice from a WAV or FLAC, at 8 kHz and -18 dBm0.

    Raises:
        PromptError: the file is no sound, or silent.
    """
    return levelled(resample_to_line(path, *read_wave(path)))
