"""Choose a line's prompts: the owner's own if any, else the shipped ones that fit.

The owner's folder holds ``<line name>/<language>/question.wav`` for one line, or
``<language>/question.wav`` for all (``keys``, ``notice`` and ``confirmation`` likewise; FLAC works
too). A shipped prompt never replaces an unusable recording of the owner's: the line then lacks the
prompt, asks nothing and records nothing, and ``missing`` says why.
"""

from collections.abc import Mapping
from pathlib import Path

from appliance.config.settings import Basis, Config, Line
from appliance.errors import PromptError
from appliance.model.audio import Sound
from appliance.model.policy import PromptRef, Spoken
from appliance.model.prompts import Prompt, digest
from appliance.prompts.owner import read_owner_prompt
from appliance.prompts.shipped import Shipped


class Library:
    """The prompts of the box."""

    def __init__(self, owner_folder: Path | str | None = None) -> None:
        """Search the owner's folder first, if there is one."""
        self._own = Path(owner_folder) if owner_folder else None
        self._shipped = Shipped.read()
        self._same: dict[tuple[PromptRef, Spoken, int], Prompt] = {}

    def prompts(self, config: Config, line: Line) -> Mapping[Spoken, Prompt]:
        """Return the prompts that the line has in its language, without missing ones.

        Lines with the same prompt share its sound, which is read-only.
        """
        return self._find(config, line)[0]

    def missing(self, config: Config, line: Line) -> tuple[str, ...]:
        """Return a sentence for each prompt that the line needs but lacks."""
        found, refused = self._find(config, line)
        needed = needed_prompts(config, line)
        return tuple(
            refused.get(spoken) or self._unsaid(spoken, config, line)
            for spoken in Spoken
            if spoken in needed and spoken not in found
        )

    def _find(self, config: Config, line: Line) -> tuple[dict[Spoken, Prompt], dict[Spoken, str]]:
        language = language_of(config, line)
        found: dict[Spoken, Prompt] = {}
        refused: dict[Spoken, str] = {}
        for spoken in Spoken:
            try:
                words = self._words(spoken, config, line, language)
            except PromptError as error:
                refused[spoken] = str(error)
                continue
            if words is not None:
                found[spoken] = self._shared(_prompt(spoken, language, *words))
        return found, refused

    def _shared(self, prompt: Prompt) -> Prompt:
        prompt.sound.flags.writeable = False
        return self._same.setdefault((prompt.ref, prompt.spoken, prompt.mark), prompt)

    def _words(
        self, spoken: Spoken, config: Config, line: Line, language: str
    ) -> tuple[Sound, int, str] | None:
        """Return a prompt's sound, its mark and its words."""
        own = self._own_file(spoken, line, language)
        if own is not None:
            return *read_owner_prompt(own), ""
        if self._shipped.fits(spoken, config, line, language):
            return *self._shipped.sound(spoken, language), self._shipped.text(spoken, language)
        return None

    def _own_file(self, spoken: Spoken, line: Line, language: str) -> Path | None:
        if self._own is None:
            return None
        folders = (self._own / line.name / language, self._own / language)
        files = [
            folder / f"{spoken.value}{kind}" for folder in folders for kind in (".wav", ".flac")
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


def needed_prompts(config: Config, line: Line) -> frozenset[Spoken]:
    """Return the prompts that a line needs before it may record; none without a purpose."""
    bases = {config.purpose(name).basis for name in line.purposes}
    if not bases:
        return frozenset()
    if Basis.CONSENT in bases:
        return frozenset({Spoken.QUESTION, Spoken.KEYS, Spoken.CONFIRMATION})
    return frozenset({Spoken.NOTICE, Spoken.CONFIRMATION})


def _prompt(spoken: Spoken, language: str, sound: Sound, mark: int, text: str) -> Prompt:
    sha256 = digest(sound)
    ref = PromptRef(f"{spoken.value}-{language}-{sha256[:8]}", sha256, language)
    return Prompt(ref, spoken, sound, mark, text)
