"""Give a box's line other purposes and keys, and every prompt that it can use.

The prompts are speech without sense, cut to length: what the words are does not matter here.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import soundfile

from appliance.config.settings import Basis, Config, Purpose
from appliance.model.audio import RATE
from appliance.model.policy import PromptKind
from appliance.model.sayings import in_order, possible_sayings
from appliance.prompts.speech import simulated_voices
from tests.boxes import TrialBox

SECONDS: Mapping[PromptKind, float] = {
    PromptKind.QUESTION: 4.0,
    PromptKind.KEYS: 2.0,
    PromptKind.NOTICE: 4.0,
    PromptKind.MORE: 4.0,
    PromptKind.CHOICE: 1.8,
    PromptKind.CONFIRMATION: 1.2,
    PromptKind.REFUSED: 1.0,
    PromptKind.UNANSWERED: 1.0,
    PromptKind.WITHDRAWN: 1.2,
    PromptKind.OBJECTED: 1.2,
}
WHY = "The faults that callers report are followed up by their own words."


def worded(
    box: TrialBox,
    folder: Path,
    bases: Mapping[str, Basis],
    choices: Mapping[str, tuple[str, ...]],
    choose_key: str = "",
) -> TrialBox:
    """Return the box with a line for these purposes and keys; its prompts are in ``folder``."""
    return replace(box, config=worded_config(box.config, folder, bases, choices, choose_key))


def worded_config(
    config: Config,
    folder: Path,
    bases: Mapping[str, Basis],
    choices: Mapping[str, tuple[str, ...]],
    choose_key: str = "",
    *others: str,
) -> Config:
    """Return a configuration whose line has these purposes and keys, and speaks others as well."""
    purposes = tuple(
        Purpose(name, basis, {"pl": name}, justification=WHY if basis.can_be_objected_to else "")
        for name, basis in bases.items()
    )
    (line,) = config.lines
    line = replace(line, purposes=tuple(bases), choices=choices, choose_key=choose_key)
    line = replace(line, other_languages=others)
    for at, language in enumerate(("pl", *others)):
        _write_prompts(folder / language, purposes, choices, choose_key, skip=at * RATE // 4)
    vault = replace(config.vault, prompts=str(folder))
    return replace(config, lines=(line,), purposes=purposes, vault=vault)


def _write_prompts(
    folder: Path,
    purposes: tuple[Purpose, ...],
    choices: Mapping[str, tuple[str, ...]],
    choose_key: str,
    skip: int,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    words = simulated_voices()[1]
    for number, saying in enumerate(in_order(possible_sayings(purposes, choices, choose_key))):
        name = "-".join((saying.spoken.value, *sorted(saying.purposes)))
        start = number * RATE + skip  # no two sound the same, or last as long in two languages
        count = int(SECONDS[saying.spoken] * RATE) + skip
        soundfile.write(folder / f"{name}.wav", words[start : start + count], RATE)
