"""Have a child read and measure a person's recording; take from it no more than was agreed."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from appliance.errors import PromptError
from appliance.model.audio import RATE, Sound
from appliance.model.takes import LineTake, Measure
from appliance.prompts.voices.engine import run_in_cell
from appliance.structs import from_json

_LONGEST_LINE = 64_000
_CANNOT = LineTake((Measure("format", "refuse"),))


def measure(
    files: Sequence[bytes], *, limit: float, named: bool, country: str
) -> tuple[LineTake, Sound]:
    """Return what becomes of a recording, and the prompt's samples.

    Args:
        files: one take, or all up to the last key and that key's name; WAV or FLAC, as they came.
        limit: seconds that the prompt may last.
        named: its last word names a key.
        country: of the network's tones.
    """
    with tempfile.TemporaryDirectory(prefix="take-") as folder:
        out = Path(folder) / "out"
        paths = [Path(folder) / f"{number}.take" for number in range(len(files))]
        for path, raw in zip(paths, files, strict=True):
            path.write_bytes(raw)
        what = (str(out), str(limit), "named" if named else "plain", country, *map(str, paths))
        try:
            run_in_cell((sys.executable, "-m", "appliance.prompts.takes.child", *what))
            with out.open("rb") as file:
                data = file.read(_LONGEST_LINE + round((limit + 60) * RATE * 2))
        except (PromptError, OSError):  # whatever the file did to its reader
            return _CANNOT, np.zeros(0, np.int16)
    return _checked(data)


def _checked(data: bytes) -> tuple[LineTake, Sound]:
    line, _, raw = data.partition(b"\n")
    try:
        said = from_json(line, LineTake)
        sound: Sound = np.frombuffer(raw, "<i2").astype(np.int16)
    except (msgspec.DecodeError, ValueError):
        return _CANNOT, np.zeros(0, np.int16)
    if sound.size != said.samples or not 0 <= said.mark <= said.samples:
        return _CANNOT, np.zeros(0, np.int16)
    return said, sound
