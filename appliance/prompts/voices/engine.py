"""Define what a speech engine is, and run one in its child."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from appliance.errors import in_short
from appliance.model.audio import RATE, Sound
from appliance.model.sentences.lacking import Lacking, Lacks
from appliance.prompts.levels import active_end
from appliance.prompts.voices.understood import words_wrong

LONGEST_SECONDS = 120
"""That an engine may take for one piece: a large model may load for half a minute."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of an engine."""

    engine: str
    name: str
    version: str
    licence: str
    language: str
    warning: Lacking | None = None
    """Why an office should rather speak itself; None for a voice that is understood."""

    @property
    def words_wrong(self) -> int | None:
        """Return how many of a hundred words are got wrong on a telephone; None: not measured."""
        return words_wrong(self.engine, self.name, self.language)

    @property
    def title(self) -> str:
        """Return engine, voice and version, as it is kept with a prompt."""
        return f"{self.engine} {self.name} {self.version}".strip()


class Engine(Protocol):
    """Something that speaks."""

    @property
    def voice(self) -> Voice:
        """The voice that speaks."""

    def speak(self, piece: str, language: str, pace: float = 1.0) -> Sound:
        """Speak a piece at 8 kHz, without silence at its ends.

        Args:
            piece: one or more sentences, or a key's name.
            language: of the words.
            pace: times the voice's usual speed.

        Raises:
            Lacks: the engine does not speak; the sentence says why.
        """


def run_in_cell(command: Sequence[str], words: bytes = b"") -> bytes:
    """Run a program without a network; return what it printed.

    Raises:
        Lacks: it is not there, failed, or took longer than ``LONGEST_SECONDS``.
    """
    cell = [sys.executable, "-m", "appliance.prompts.voices.cell", *command]
    try:
        done = subprocess.run(
            cell, input=words, capture_output=True, check=True, timeout=LONGEST_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise Lacks("engine_slow", program=_name(command)) from error
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode("utf-8", "replace").strip().splitlines()
        if not told:
            raise Lacks("engine_ended", program=_name(command), number=error.returncode) from error
        detail = in_short(told[-1]).rstrip(".")
        raise Lacks("engine_failed", program=_name(command), detail=detail) from error
    return done.stdout


def _name(command: Sequence[str]) -> str:
    """Return the name of a program, also of a module that Python runs."""
    module = command[0] == sys.executable and command[1:2] == ["-m"]
    return command[2].rpartition(".")[2] if module else Path(command[0]).name


def spoken_to_file(command: Callable[[str], Sequence[str]], words: bytes = b"") -> Sound:
    """Run a program that speaks into a WAV; return its sound at 8 kHz, trimmed.

    Args:
        command: the path of the WAV -> program and arguments.
        words: its standard input.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spoken.wav"
        run_in_cell(command(str(path)), words)
        try:
            wave, rate = soundfile.read(path, dtype="float64", always_2d=True)
        except (OSError, soundfile.SoundFileError) as error:
            raise Lacks("engine_mute") from error
    return at_line_rate(wave.mean(axis=1), rate)


def at_line_rate(wave: NDArray[np.float64], rate: int) -> Sound:
    """Resample speech to 8 kHz and cut the silence at its ends.

    Raises:
        Lacks: nothing was said.
    """
    narrow = soxr.resample(wave, rate, RATE, quality="VHQ")
    sound: Sound = np.rint(np.clip(narrow, -1, 1) * 32767).astype(np.int16)
    cut = sound[active_start(sound) : active_end(sound)]
    if not cut.size:
        raise Lacks("engine_mute")
    return cut


def active_start(sound: Sound) -> int:
    """Return the sample, to 5 ms, at which speech begins."""
    return sound.size - active_end(sound[::-1])
