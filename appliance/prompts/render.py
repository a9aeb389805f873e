"""Render the shipped prompts and the speech of the simulated callers: ``make prompts``.

espeak-ng speaks each piece by itself; pauses of known length join the pieces, so the mark, the end
of the last key's name, is measured on that word alone and not guessed from a sentence.
``marks.toml`` keeps it in samples.
"""

import subprocess
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile
import soxr

from appliance.errors import PromptError
from appliance.model.audio import RATE, Sound, samples
from appliance.prompts.levels import active_end, levelled

HERE = Path(__file__).parent
LANGUAGES = {"pl": ("pl+f3", 185), "en": ("en-gb+f3", 178), "de": ("de+f3", 178)}
"""Language -> espeak-ng voice and words a minute."""

_PAUSE = samples(0.15)  # before the last key's name
_TAIL = samples(0.10)  # after it, so that no player cuts its end
_SPEECH_SECONDS = 60
_FAR, _NEAR = ("pl+m3", 165), ("pl+f2", 170)


def speak(text: str, voice: str, pace: int) -> Sound:
    """Render a text by espeak-ng at 8 kHz, without silence at its ends.

    Raises:
        PromptError: espeak-ng is not installed or failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spoken.wav"
        command = ["espeak-ng", "-v", voice, "-s", str(pace), "-w", str(path), text]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise PromptError(f"espeak-ng does not speak; install it: {error}") from error
        wave, rate = soundfile.read(path, dtype="float64")
    narrow = soxr.resample(wave, rate, RATE, quality="VHQ")
    sound: Sound = np.rint(np.clip(narrow, -1, 1) * 32767).astype(np.int16)
    return sound[active_start(sound) : active_end(sound)]


def active_start(sound: Sound) -> int:
    """Return the sample, to 5 ms, at which speech begins."""
    return sound.size - active_end(sound[::-1])


def _silence(count: int) -> Sound:
    return np.zeros(count, np.int16)


def render(pieces: Sequence[str], voice: str, pace: int) -> tuple[Sound, int]:
    """Render a prompt of one piece, or of words and the last key's name; return it and its mark."""
    parts: list[Sound] = []
    for piece in pieces:
        parts += [_silence(_PAUSE)] if parts else []
        parts.append(speak(piece, voice, pace))
    words = np.concatenate(parts)
    return levelled(np.concatenate([words, _silence(_TAIL)])), words.size


def render_prompts() -> None:
    """Write the WAVs of all languages and ``marks.toml``."""
    texts = tomllib.loads((HERE / "texts.toml").read_text("utf-8"))
    lines = ["# Written by render.py: the mark of each prompt, in samples at 8 kHz.\n"]
    for language, (voice, pace) in LANGUAGES.items():
        lines.append(f"\n[{language}]\n")
        (HERE / language).mkdir(exist_ok=True)
        for name, pieces in texts["words"][language].items():
            sound, mark = render(pieces, voice, pace)
            soundfile.write(HERE / language / f"{name}.wav", sound, RATE, subtype="PCM_16")
            lines.append(f"{name} = {mark}\n")
    (HERE / "marks.toml").write_text("".join(lines), "utf-8")


def render_speech() -> None:
    """Write the speech of the simulated caller and office, in A-law as the network carries it."""
    lines = tomllib.loads((HERE / "speech" / "dialogue.toml").read_text("utf-8"))
    for side, (voice, pace) in {"far": _FAR, "near": _NEAR}.items():
        parts: list[Sound] = []
        for text in lines[side]:
            parts += [speak(text, voice, pace), _silence(samples(0.35))]
        sound = levelled(np.concatenate(parts)[: _SPEECH_SECONDS * RATE])
        path = HERE / "speech" / f"{side}.wav"
        soundfile.write(path, sound, RATE, subtype="ALAW")


if __name__ == "__main__":
    render_prompts()
    render_speech()
