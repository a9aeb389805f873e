"""Choose a line's prompts: people's recordings first, then what a voice of the box spoke.

Apart from files of the owner's, a prompt is said only if its words are those that the composer
makes of today's settings. In this order a saying is looked for:

1. among the recordings that a person made and confirmed in the panel (``DATA/prompts/own``);
2. in the owner's folder: ``<line name>/<language>/question.wav`` for one line, or
   ``<language>/question.wav`` for all (``keys``, ``notice``, ``confirmation``, ``more`` …
   likewise; FLAC works too). Names of purposes may follow: ``choice-training.wav`` asks for that
   purpose alone. Nobody knows what such a file says: it is said all the same, and pages tell that
   nobody has confirmed its words;
3. among what a voice of the box spoke (``DATA/prompts/spoken``, ``rendered`` in the owner's
   folder), if a person has confirmed the forms;
4. among the shipped prompts.

A recording whose words are not today's is never said; ``unsaid`` tells it, whether or not a line
still has its place. One that is damaged is
not replaced: the line then lacks the prompt, asks nothing and records nothing, and ``missing`` says
why.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from appliance.config.settings import Config, Line
from appliance.errors import PromptError
from appliance.model.audio import Sound
from appliance.model.policy import PromptKind, PromptRef, Saying
from appliance.model.prompts import Prompt, digest
from appliance.model.sayings import in_order, needed_sayings, possible_sayings
from appliance.model.sentences.lacking import Lacking, Lacks, lack
from appliance.prompts.languages import in_languages, language_of
from appliance.prompts.owner import read_owner_prompt
from appliance.prompts.shipped import shipped
from appliance.prompts.store import PromptEntry, Store, text_digest
from appliance.prompts.voices.understood import is_clear, named, words_wrong
from appliance.prompts.words.compose import PromptWords, variants
from appliance.prompts.words.confirmed import unconfirmed
from appliance.prompts.words.facts import more_key_of

RENDERED = "rendered"
"""The folder, in the owner's, of what an engine of this box spoke."""

OWN, SPOKEN = "own", "spoken"
"""The same in the data folder: recordings, and what an engine spoke."""

_Key = tuple[str, PromptKind, str]  # language, kind, words: that of a store's entries
_Place = tuple[str, Saying, str]  # language, what is said, name of the line

Origin = Literal["person", "file", "box", "shipped", "nobody"]
"""Who spoke: a person in the panel; a file of the owner's; a voice of this box; one that ships."""


@dataclass(frozen=True, slots=True)
class VoicedSaying:
    """A saying of a line, and who says it."""

    saying: Saying
    ways: tuple[PromptWords, ...] = ()  # to say it today; none: a form is missing
    prompt: Prompt | None = None
    origin: Origin = "nobody"
    entry: PromptEntry | None = None  # of the index that it was found in
    outdated: PromptEntry | None = None  # a person's recording for this place, of other words
    problem: Lacking | None = None  # why it cannot be said, where something is there
    unvouched: Prompt | None = None
    """That is not said on a real line, since its voice is hard to understand."""


class Library:
    """The prompts of the box."""

    def __init__(
        self, owner_folder: Path | str | None = None, kept: Path | str | None = None
    ) -> None:
        """Read what there is.

        Args:
            owner_folder: ``vault.prompts`` of the settings.
            kept: the folder of the panel's prompts (``Folders.prompts``).
        """
        self._own = Path(owner_folder) if owner_folder else None
        here = [Path(kept) / SPOKEN] if kept else []
        here += [self._own / RENDERED] if self._own else []
        self.problems: list[Lacking] = []
        """Indexes that cannot be read; the lines then say what they can without them."""
        self._rendered = [self._read(folder) for folder in here]
        self._recorded = self._read(Path(kept) / OWN) if kept else Store(Path(OWN), {})
        self._same: dict[tuple[PromptRef, PromptKind, int], Prompt] = {}
        self._today: tuple[Config, Mapping[_Key, Collection[_Place]]] | None = None

    def _read(self, folder: Path) -> Store:
        try:
            return Store.read(folder)
        except Lacks as error:
            self.problems.append(error.lacking)
            return Store(folder, {})

    def prompts(self, config: Config, line: Line) -> Mapping[Saying, Prompt]:
        """Return the prompts that the line has in its language, without missing ones.

        Lines with the same prompt share its sound, which is read-only.
        """
        voiced = self.survey(config, line)
        return {each.saying: each.prompt for each in voiced if each.prompt is not None}

    def all_prompts(self, config: Config) -> Iterator[Prompt]:
        """Yield what the lines can say, each in every language that it speaks."""
        for line in config.lines:
            for each in in_languages(config, line):
                yield from self.prompts(config, each).values()

    def given(self) -> tuple[Prompt, ...]:
        """Return every prompt that a line was given so far."""
        return tuple(self._same.values())

    def missing(self, config: Config, line: Line) -> tuple[Lacking, ...]:
        """Return why the line lacks prompts that it needs in any language, each reason once."""
        found: list[Lacking] = []
        for each in in_languages(config, line):
            for why in self.missing_in(config, each):
                if why not in found:
                    found.append(why)
        return tuple(found)

    def missing_in(self, config: Config, line: Line) -> Iterator[Lacking]:
        """Yield why the line lacks prompts that it needs in its own language alone."""
        needed = needed_prompts(config, line)
        lacking = {
            each.saying.spoken: each
            for each in reversed(self.survey(config, line))
            if each.prompt is None and each.saying in needed
        }
        for kind in PromptKind:
            if kind in lacking:
                yield self._unsaid(lacking[kind], config, line)

    def survey(self, config: Config, line: Line) -> tuple[VoicedSaying, ...]:
        """Return all that a line may have to say, and who says it."""
        language = language_of(config, line)
        return tuple(self._voiced(each, config, line, language) for each in _all(config, line))

    def one(self, config: Config, line: Line, code: str) -> VoicedSaying | None:
        """Return one saying of a line, by its code; None if the line has none such."""
        language = language_of(config, line)
        saying = next((each for each in _all(config, line) if each.code == code), None)
        return self._voiced(saying, config, line, language) if saying is not None else None

    def unsaid(self, config: Config) -> tuple[PromptEntry, ...]:
        """Return people's recordings that no line says, since the settings make other words now.

        Those of lines, languages and purposes that are no more are among them.
        """
        today = self._places(config)
        return tuple(each for key, each in self._recorded.entries.items() if key not in today)

    def outdated(self, config: Config) -> tuple[PromptEntry, ...]:
        """Return those of the unsaid recordings that none of today's words has replaced.

        One that has been replaced waits for earlier settings to come back.
        """
        today = self._places(config)
        replaced = {place for key in self._recorded.entries for place in today.get(key, ())}
        return tuple(each for each in self.unsaid(config) if _place(each) not in replaced)

    def outdated_by_line(self, config: Config) -> Mapping[str, tuple[str, ...]]:
        """Return the codes of what is out of date, by the name of the line it was made for."""
        found: dict[str, tuple[str, ...]] = {}
        for each in self.outdated(config):
            found[each.line] = (*found.get(each.line, ()), each.saying.code)
        return found

    def _places(self, config: Config) -> "Mapping[_Key, Collection[_Place]]":
        """Return all words that the lines have today, in every length, with their places."""
        if not self._recorded.entries:
            return {}
        if self._today is None or self._today[0] is not config:
            self._today = config, _places(config)
        return self._today[1]

    def _voiced(self, saying: Saying, config: Config, line: Line, language: str) -> VoicedSaying:
        ways = _ways(saying, config, line, language)
        outdated = self._outdated(saying, config, line, language)
        spoken = saying.spoken
        entry, origin = None, "nobody"
        prompt: Prompt | None = None
        problem: Lacking | None = None
        try:
            if (entry := self._spoken_by_a_person(saying, language, ways)) is not None:
                origin, prompt = "person", _from(self._recorded, entry)
            elif (own := self._own_file(saying, line, language)) is not None:
                origin, prompt = "file", _prompt(spoken, language, *read_owner_prompt(own, spoken))
            elif (found := self._composed(saying, config, line, language, ways)) is not None:
                store, entry = found
                origin = "shipped" if store is shipped() else "box"
                prompt = _from(store, entry, entry.title)
        except Lacks as error:
            problem = error.lacking
        if prompt is not None:
            prompt = self._shared(prompt)
        unvouched = None
        if origin in {"box", "shipped"} and entry is not None and not line.simulated:
            problem = unclear(config, entry)
            unvouched, prompt = (prompt, None) if problem is not None else (None, prompt)
        return VoicedSaying(saying, ways, prompt, origin, entry, outdated, problem, unvouched)  # type: ignore[arg-type]  # one of the five

    def _shared(self, prompt: Prompt) -> Prompt:
        prompt.sound.flags.writeable = False
        return self._same.setdefault((prompt.ref, prompt.spoken, prompt.mark), prompt)

    def _spoken_by_a_person(
        self, saying: Saying, language: str, ways: tuple[PromptWords, ...]
    ) -> PromptEntry | None:
        """Return a confirmed recording with one of the words of today.

        Raises:
            Lacks: the index was changed by hand.
        """
        tried = (self._recorded.find(language, saying.spoken, words.text) for words in ways)
        entry = next((each for each in tried if each is not None), None)
        if entry is not None and entry.text_sha256 != text_digest(entry.text):
            raise Lacks("changed", path=self._recorded.folder)
        return entry

    def _outdated(
        self, saying: Saying, config: Config, line: Line, language: str
    ) -> PromptEntry | None:
        """Return the newest recording for this place, if none of them has the words of today."""
        here = language, saying, line.name
        placed = [each for each in self.outdated(config) if _place(each) == here]
        return max(placed, key=lambda each: each.day, default=None)

    def _composed(
        self,
        saying: Saying,
        config: Config,
        line: Line,
        language: str,
        ways: tuple[PromptWords, ...],
    ) -> tuple[Store, PromptEntry] | None:
        """Find what an engine spoke: on this box first, where a person confirmed its words."""
        stores = [shipped()]
        if self._rendered and not unconfirmed(config, line, language):
            stores = [*self._rendered, *stores]
        for store in stores:
            for words in ways:
                if entry := store.find(language, saying.spoken, words.text):
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

    def _unsaid(self, voiced: VoicedSaying, config: Config, line: Line) -> Lacking:
        language = language_of(config, line)
        if voiced.problem is not None:
            return voiced.problem
        if any(store.entries for store in self._rendered) and (
            unsure := unconfirmed(config, line, language)
        ):
            return unsure[0]
        return lack("words", line=line.name)


def unclear(config: Config, entry: PromptEntry) -> Lacking | None:
    """Return why a voice of the box may ask no caller of a real line; None if it may.

    It is understood by its figures, or an administrator has heard it and vouches for it.
    """
    voices = [(entry.engine, entry.voice, entry.language)]
    if entry.other_language:
        voices.append((entry.other_engine, entry.other_voice, entry.other_language))
    found = (_unclear(config, *each) for each in voices)
    return next((why for why in found if why is not None), None)


def _unclear(config: Config, engine: str, voice: str, language: str) -> Lacking | None:
    vouched = config.office.voices.of(language) if config.office.voices is not None else ""
    if is_clear(engine, voice, language) or vouched == named(engine, voice):
        return None
    wrong = words_wrong(engine, voice, language)
    if wrong is None:
        return lack("voice_unmeasured", voice=named(engine, voice))
    return lack("voice_unclear", voice=named(engine, voice), wrong=wrong)


def needed_prompts(config: Config, line: Line) -> frozenset[Saying]:
    """Return the prompts that a line needs before it may record; none without a purpose."""
    purposes = [config.purpose(name) for name in line.purposes]
    return needed_sayings(purposes, line.choices, line.choose_key)


def _file_names(saying: Saying) -> tuple[str, ...]:
    """Return the names of an own recording: that for these purposes first, then that for all."""
    exact = saying.code
    return (exact,) if saying.spoken is PromptKind.CHOICE else (exact, saying.spoken.value)


def _all(config: Config, line: Line) -> list[Saying]:
    purposes = [config.purpose(name) for name in line.purposes]
    possible = in_order(possible_sayings(purposes, line.choices, line.choose_key))
    told = bool(more_key_of(purposes, line))
    return [each for each in possible if told or each.spoken is not PromptKind.MORE]


def _ways(saying: Saying, config: Config, line: Line, language: str) -> tuple[PromptWords, ...]:
    """Return the words of today, each way shorter than the one before; none if a form lacks."""
    try:
        return tuple(variants(config, line, language, saying))
    except PromptError:
        return ()


def _places(config: Config) -> Mapping[_Key, Collection[_Place]]:
    found: dict[_Key, set[_Place]] = {}
    for line in (each for one in config.lines for each in in_languages(config, one)):
        language = language_of(config, line)
        for saying in _all(config, line):
            for words in _ways(saying, config, line, language):
                places = found.setdefault((language, saying.spoken, words.text), set())
                places.add((language, saying, line.name))
    return found


def _place(entry: PromptEntry) -> _Place:
    """Return what a recording was made for."""
    return entry.language, entry.saying, entry.line


def _from(store: Store, entry: PromptEntry, voice: str = "") -> Prompt:
    sound = store.sound(entry)
    return _prompt(entry.spoken, entry.language, sound, entry.mark, entry.text, voice)


def _prompt(
    spoken: PromptKind, language: str, sound: Sound, mark: int, text: str = "", voice: str = ""
) -> Prompt:
    sha256 = digest(sound)
    ref = PromptRef(f"{spoken.value}-{language}-{sha256[:8]}", sha256, language)
    return Prompt(ref, spoken, sound, mark, text, voice)
