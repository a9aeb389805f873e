"""Read, measure and fit a person's recording: the program of a child that may fail.

``python -m appliance.prompts.takes.child OUT LIMIT NAMED COUNTRY FILE [FILE]`` writes a line of
JSON (``model.takes.LineTake``) and then samples of 16 bits. The files are strangers': whatever they
hold is met here, in a process without a network (``voices.cell``). Else it may do what the
recorder may, so ``takes.run`` takes no answer that does not fit together.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from appliance.errors import PromptError
from appliance.model.sentences.lacking import Lacks
from appliance.model.takes import SPARE_SECONDS, LineTake, Measure
from appliance.prompts.levels import SILENT_DBM0
from appliance.prompts.owner import read_wave
from appliance.prompts.takes.fit import active_dbm0, at_line_rate, fitted, high_passed, speech_runs
from appliance.prompts.takes.measure import Take, measured
from appliance.signals.pcm import to_sound

_CLIPPED = 0.999


def taken(
    paths: Sequence[Path], *, limit: float, named: bool, country: str
) -> tuple[LineTake, bytes]:
    """Return what becomes of a recording, and its samples."""
    try:
        takes = [_read(path, limit) for path in paths]
    except PromptError:
        return LineTake((Measure("format", "refuse"),)), b""
    loudest = max(active_dbm0(take.wave) for take in takes)
    if loudest < SILENT_DBM0 or not all(take.runs for take in takes):
        return LineTake((Measure("speech", "refuse", round(loudest - 3.14, 1)),)), b""
    prompt = fitted([(take.wave, take.runs) for take in takes])
    measures, clicks = measured(takes, prompt, limit=limit, named=named, country=country)
    sound = to_sound(prompt)
    said = LineTake(tuple(measures), sound.size, sound.size, tuple(clicks))
    return said, sound.astype("<i2").tobytes()


def _read(path: Path, limit: float) -> Take:
    wave, rate = read_wave(path, limit + SPARE_SECONDS)
    if wave.size < rate // 10:
        raise Lacks("short", path=path)
    raw = at_line_rate(wave, rate)
    passed = high_passed(raw)
    clipped = float(np.mean(np.abs(wave) >= _CLIPPED))
    return Take(passed, raw, tuple(speech_runs(passed)), clipped)


def main() -> None:
    """Do what the arguments say."""
    out, limit, named, country, *files = sys.argv[1:]
    said, raw = taken(
        [Path(file) for file in files], limit=float(limit), named=named == "named", country=country
    )
    Path(out).write_bytes(msgspec.json.encode(said) + b"\n" + raw)


if __name__ == "__main__":
    main()
