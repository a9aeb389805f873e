"""Read the prompts that ship with the package: the trial's words, in three languages."""

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import soundfile

from appliance.model.audio import Sound
from appliance.prompts.store import Store

SHIPPED = Path(str(resources.files("appliance.prompts") / "shipped"))


@cache
def shipped() -> Store:
    """Return the shipped prompts; their sounds are read when they are asked for."""
    return Store.read(SHIPPED)


def shipped_words() -> dict[str, tuple[str, str]]:
    """Return the words of the shipped prompts: hash of the sound -> text and language."""
    return {each.sha256: (each.text, each.language) for each in shipped().entries.values()}


def read_wav(file: Traversable) -> Sound:
    """Read the samples of a WAV in the package.

    By its path: reading from memory goes through callbacks, which need writable and executable
    memory, and the recorder's unit forbids that.
    """
    with resources.as_file(file) as path:
        sound: Sound = soundfile.read(path, dtype="int16")[0]
    return sound
