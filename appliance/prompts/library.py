"""Choose a line's prompts: the owner's own, else composed ones with the line's very words.

The owner's folder holds ``<line name>/<language>/question.wav`` for one line, or
``<language>/question.wav`` for all (``keys``, ``notice``, ``confirmation``, ``more`` … likewise;
FLAC works too). Names of purposes may follow: ``choice-training.wav`` asks for that purpose alone,
and ``confirmation-quality-training.wav`` is said where both are agreed to. Its folder ``rendered``
holds what a speech engine of the box spoke. A rendered or shipped prompt is said only if its words
are those that the composer makes of today's settings, and it never replaces an unusable recording
of the owner's: the line then lacks the prompt, asks nothing and records nothing, and ``missing``
says why.
"""

from collections.abc import Mapping
from pathlib import Path

from appliance.config.settings import Config, Line
from appliance.errors import PromptError
from appliance.model.audio import Sound
from appliance.model.policy import PromptRef, Saying, Spoken
from appliance.model.prompts import Prompt, digest
from appliance.model.sayings import in_order, needed_sayings, possible_sayings
from appliance.prompts.owner import read_owner_prompt
from appliance.prompts.shipped import shipped
from appliance.prompts.store import Entry, Store
from appliance.prompts.words.compose import variants
from appliance.prompts.words.confirmed import unconfirmed

RENDERED = "rendered"
"""The folder, in the owner's, of what an engine of this box spoke."""


class Library:
    """The prompts of the box."""

    def __init__(self, owner_folder: Path | str | None = None) -> None:
        """Search the owner's folder first, if there is one."""
        self._own = Path(owner_folder) if owner_folder else None
        self._rendered = Store.read(self._own / RENDERED) if self._own else None
        self._same: dict[tuple[PromptRef, Spoken, int], Prompt] = {}

    def prompts(self, config: Config, line: Line) -> Mapping[Saying, Prompt]:
        """Return the prompts that the line has in its language, without missing ones.

        Lines with the same prompt share its sound, which is read-only.
        """
        return self._find(config, line)[0]

    def given(self) -> tuple[Prompt, ...]:
        """Return every prompt that a line was given so far."""
        return tuple(self._same.values())

    def missing(self, config: Config, line: Line) -> tuple[str, ...]:
        """Return a sentence for each kind of prompt that the line needs but lacks."""
        found, refused = self._find(config, line)
        lacking = [each for each in in_order(needed_prompts(config, line)) if each not in found]
        kinds = dict.fromkeys(each.spoken for each in lacking)
        return tuple(refused.get(kind) or self._unsaid(kind, config, line) for kind in kinds)

    def _find(self, config: Config, line: Line) -> tuple[dict[Saying, Prompt], dict[Spoken, str]]:
        language = language_of(config, line)
        found: dict[Saying, Prompt] = {}
        refused: dict[Spoken, str] = {}
        for saying in in_order(_possible(config, line)):
            try:
                prompt = self._prompt(saying, config, line, language)
            except PromptError as error:
                refused[saying.spoken] = str(error)
                continue
            if prompt is not None:
                found[saying] = self._shared(prompt)
        return found, refused

    def _shared(self, prompt: Prompt) -> Prompt:
        prompt.sound.flags.writeable = False
        return self._same.setdefault((prompt.ref, prompt.spoken, prompt.mark), prompt)

    def _prompt(self, saying: Saying, config: Config, line: Line, language: str) -> Prompt | None:
        """Return a prompt of the line, if there is one with the right words."""
        own, spoken = self._own_file(saying, line, language), saying.spoken
        if own is not None:
            return _prompt(spoken, language, *read_owner_prompt(own, spoken))
        found = self._composed(saying, config, line, language)
        if found is None:
            return None
        store, entry = found
        sound = store.sound(entry)
        return _prompt(spoken, language, sound, entry.mark, entry.text, entry.title)

    def _composed(
        self, saying: Saying, config: Config, line: Line, language: str
    ) -> tuple[Store, Entry] | None:
        """Find what an engine spoke: on this box first, where a person confirmed its words."""
        ways = [words.text for words in variants(config, line, language, saying)]
        stores = [shipped()]
        if self._rendered is not None and not unconfirmed(config, line, language):
            stores.insert(0, self._rendered)
        for store in stores:
            for text in ways:
                if entry := store.find(language, saying.spoken, text):
                    return store, entry
        return None

    def _own_file(self, saying: Saying, line: Line, language: str) -> Path | None:
        if self._own is None:
            return None
        folders = (self._own / line.name / language, self._own / language)
        files = [
            folder / f"{name}{kind}"
            for name in _file_names(saying)
            for folder in folders
            for kind in (".wav", ".flac")
        ]
        return next((file for file in files if file.exists()), None)

    def _unsaid(self, spoken: Spoken, config: Config, line: Line) -> str:
        language = language_of(config, line)
        if self._rendered is not None and (unsure := unconfirmed(config, line, language)):
            return unsure[0]
        file = f"{language}/{spoken.value}.wav"
        where = f"{self._own}/{file}" if self._own else f"{file} in the folder of vault.prompts"
        what = f"line {line.name} has no {spoken.value} in {language} that names its purposes"
        return f"{what} and keys; have it spoken by `zgoda words --speak`, or record it as {where}"


def language_of(config: Config, line: Line) -> str:
    """Return the language of a line's prompts."""
    return line.language or config.office.languages[0]


def needed_prompts(config: Config, line: Line) -> frozenset[Saying]:
    """Return the prompts that a line needs before it may record; none without a purpose."""
    purposes = [config.purpose(name) for name in line.purposes]
    return needed_sayings(purposes, line.choices, line.choose_key)


def _file_names(saying: Saying) -> tuple[str, ...]:
    """Return the names of an own recording: that for these purposes first, then that for all."""
    kind = saying.spoken.value
    exact = "-".join((kind, *sorted(saying.purposes)))
    return (exact,) if saying.spoken is Spoken.CHOICE else (exact, kind)


def _possible(config: Config, line: Line) -> frozenset[Saying]:
    purposes = [config.purpose(name) for name in line.purposes]
    return possible_sayings(purposes, line.choices, line.choose_key)


def _prompt(
    spoken: Spoken, language: str, sound: Sound, mark: int, text: str = "", voice: str = ""
) -> Prompt:
    sha256 = digest(sound)
    ref = PromptRef(f"{spoken.value}-{language}-{sha256[:8]}", sha256, language)
    return Prompt(ref, spoken, sound, mark, text, voice)
