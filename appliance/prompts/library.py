"""Choose a line's prompts: the owner's own if any, else the shipped ones that fit.

The owner's folder holds ``<line name>/<language>/question.wav`` for one line, or
``<language>/question.wav`` for all (``keys``, ``notice``, ``confirmation``, ``more`` … likewise;
FLAC works too). Names of purposes may follow: ``choice-training.wav`` asks for that purpose alone,
and ``confirmation-quality-training.wav`` is said where both are agreed to. A shipped prompt never
replaces an unusable recording of the owner's: the line then lacks the prompt, asks nothing and
records nothing, and ``missing`` says why.
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
from appliance.prompts.shipped import Shipped


class Library:
    """The prompts of the box."""

    def __init__(self, owner_folder: Path | str | None = None) -> None:
        """Search the owner's folder first, if there is one."""
        self._own = Path(owner_folder) if owner_folder else None
        self._shipped = Shipped.read()
        self._same: dict[tuple[PromptRef, Spoken, int], Prompt] = {}

    def prompts(self, config: Config, line: Line) -> Mapping[Saying, Prompt]:
        """Return the prompts that the line has in its language, without missing ones.

        Lines with the same prompt share its sound, which is read-only.
        """
        return self._find(config, line)[0]

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
                words = self._words(saying, config, line, language)
            except PromptError as error:
                refused[saying.spoken] = str(error)
                continue
            if words is not None:
                found[saying] = self._shared(_prompt(saying.spoken, language, *words))
        return found, refused

    def _shared(self, prompt: Prompt) -> Prompt:
        prompt.sound.flags.writeable = False
        return self._same.setdefault((prompt.ref, prompt.spoken, prompt.mark), prompt)

    def _words(
        self, saying: Saying, config: Config, line: Line, language: str
    ) -> tuple[Sound, int, str] | None:
        """Return a prompt's sound, its mark and its words."""
        own, spoken = self._own_file(saying, line, language), saying.spoken
        if own is not None:
            return *read_owner_prompt(own, spoken), ""
        if self._shipped.fits(spoken, config, line, language):
            return *self._shipped.sound(spoken, language), self._shipped.text(spoken, language)
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
        where = f"{self._own or 'a folder named by vault.prompts'}/{language}/{spoken.value}.wav"
        what = f"line {line.name} has no {spoken.value} in {language}"
        return f"{what} that names its purposes and keys; record one as {where}"


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


def _prompt(spoken: Spoken, language: str, sound: Sound, mark: int, text: str) -> Prompt:
    sha256 = digest(sound)
    ref = PromptRef(f"{spoken.value}-{language}-{sha256[:8]}", sha256, language)
    return Prompt(ref, spoken, sound, mark, text)
