"""The trial's words in 4 s at most, for tests in which their length is not the point.

They are real rendered prompts with the line's very words, kept as the box keeps what it spoke
itself; only their middle is cut out. The last key's name and the mark stay whole.
"""

import atexit
import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from appliance.config.read import trial, trial_text
from appliance.config.settings import Config, Confirmation
from appliance.config.words.digests import digest_of
from appliance.model.audio import RATE, Sound
from appliance.model.prompts import digest
from appliance.prompts.library import RENDERED
from appliance.prompts.shipped import shipped
from appliance.prompts.store import PromptEntry, write
from tests.small.pool import AHEAD

SECONDS = 4.0
_LAST = round(1.1 * RATE)  # the last key's name, its pause, and silence


def short_trial() -> Config:
    """Return the trial's configuration, with prompts of 4 s."""
    config = trial()
    confirmed = Confirmation("Ewa Nowak", "2026-11-27", digest_of(config.office))
    office = replace(config.office, confirmed=confirmed)
    vault = replace(config.vault, prompts=str(_folder()), pool_ahead=AHEAD)
    return replace(config, office=office, vault=vault)


def short_text() -> str:
    """Return the same as a configuration file."""
    return worded(trial_text())


def worded(text: str) -> str:
    """Give an office with the trial's words, as a file, the prompts of 4 s."""
    office = short_trial().office
    assert office.confirmed is not None
    by, day, words = office.confirmed.by, office.confirmed.day, office.confirmed.words
    confirmed = f'confirmed = {{ by = "{by}", day = "{day}", words = "{words}" }}'
    vault = f'prompts = "{_folder()}"\npool_ahead = {AHEAD}\n'
    parts = text.split("\n[[line]]", 1)
    return f"{confirmed}\n\n[[line]]".join(parts) + f"\n[vault]\n{vault}"


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="short-prompts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write(folder / RENDERED, [_short(entry) for entry in shipped().entries.values()])
    return folder


def _short(entry: PromptEntry) -> tuple[PromptEntry, Sound]:
    sound = shipped().sound(entry)
    cut = max(0, sound.size - round(SECONDS * RATE))
    begin = sound.size - cut - _LAST
    short = sound if cut == 0 else np.concatenate([sound[:begin], sound[-_LAST:]])
    sha256 = digest(short)
    return (
        msgspec.structs.replace(
            entry, mark=entry.mark - cut, samples=short.size, sha256=sha256, draft=False
        ),
        short,
    )
