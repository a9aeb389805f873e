"""Render the prompts that ship, and the speech of the simulated callers: ``make prompts``.

The trial's words are spoken in the clearest voice of each language that may be passed on. Which
voices these are, and why: ``docs/decisions/voices-that-are-understood.md``.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile

from appliance.config.read import trial
from appliance.config.settings import Config, Line
from appliance.model.audio import RATE, Sound, samples
from appliance.model.sentences.lacking import Lacks
from appliance.prompts.levels import levelled
from appliance.prompts.render import Rendered, render_line
from appliance.prompts.shipped import SHIPPED
from appliance.prompts.store import write
from appliance.prompts.voices.choose import choose
from appliance.prompts.voices.engine import Engine, Voice
from appliance.prompts.voices.espeak import EspeakNg

VOICES: Mapping[str, tuple[str, str]] = {
    "pl": ("RHVoice", "Natan"),
    "en": ("RHVoice", "Slt"),
    "de": ("RHVoice", "Natan-German"),
}
"""Language -> engine and voice of the shipped prompts."""

_HERE = Path(__file__).parent
_SPEECH_SECONDS = 60
_FAR, _NEAR = ("pl+m3", 1.0), ("pl+f2", 170 / 165)


def shipping_engine(language: str) -> Engine:
    """Return the engine that speaks what ships.

    Raises:
        Lacks: it is not installed here.
    """
    engine, voice = VOICES[language]
    found = choose(language, voice)
    if found.voice.engine != engine:
        name, known = f"{engine} {voice}", found.voice.title
        raise Lacks("voice_unknown", language=language, name=name, known=known)
    return found


def shipped_lines(config: Config) -> Iterator[tuple[Line, str]]:
    """Return the lines whose words ship, each with a language."""
    for line in config.lines:
        for language in config.office.languages:
            yield replace(line, language=language), language


def render_shipped(folder: Path = SHIPPED) -> None:
    """Write the shipped prompts; with an engine missing nothing is changed."""
    config = trial()
    engines = {language: shipping_engine(language) for language in config.office.languages}
    rendered: dict[str, Rendered] = {}
    for line, language in shipped_lines(config):
        for entry, sound in render_line(config, line, language, engines[language]):
            rendered[entry.sha256] = (entry, sound)
    write(folder, rendered.values())


def render_speech(folder: Path = _HERE / "speech") -> None:
    """Write the speech of the simulated caller and office, in A-law as the network carries it."""
    lines = tomllib.loads((folder / "dialogue.toml").read_text("utf-8"))
    for side, (voice, pace) in {"far": _FAR, "near": _NEAR}.items():
        engine = EspeakNg(Voice("espeak-ng", voice, "", "GPL-3+", "pl"))
        parts: list[Sound] = []
        for text in lines[side]:
            parts += [engine.speak(text, "pl", pace), np.zeros(samples(0.35), np.int16)]
        sound = levelled(np.concatenate(parts)[: _SPEECH_SECONDS * RATE])
        soundfile.write(folder / f"{side}.wav", sound, RATE, subtype="ALAW")


if __name__ == "__main__":
    render_shipped()
    render_speech()
