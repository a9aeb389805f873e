"""Take new settings and prompts between calls; say what callers would meet under others."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import structs

from appliance.config import read
from appliance.config.kept import SEED, InForce
from appliance.config.mistakes import Mistake, MistakesFound, mistake
from appliance.config.settings import Config, Line, LineKind
from appliance.errors import PromptError, Refused
from appliance.link.handlers import handles
from appliance.link.requests import settings as ask
from appliance.link.requests.words import PromptsChanged
from appliance.model.policy import Policy, PromptKind
from appliance.model.sentences.lacking import Lacking, lack
from appliance.model.terms import Obstacle
from appliance.prompts.languages import in_languages, language_of
from appliance.prompts.library import Library, VoicedSaying
from appliance.prompts.words.compose import compose
from appliance.recorder.line.policy import compile_policy
from appliance.recorder.line.speakers import KnownSpeakers

log = logging.getLogger(__name__)

HEARD = (
    *(PromptKind.QUESTION, PromptKind.NOTICE, PromptKind.MORE),
    *(PromptKind.KEYS, PromptKind.CHOICE, PromptKind.CONFIRMATION),
)
"""The prompts of which a preview shows the words, in their order."""

Lengths = Callable[[Config, Line, Sequence[VoicedSaying]], tuple[ask.SpokenLength, ...]]
"""Measures what a line says."""

ReadSettings = Callable[[], InForce]
"""Reads the settings in force, when they were changed."""


class RecorderSettingsDesk:
    """The recorder's settings: which it follows, and why not the newest."""

    def __init__(  # noqa: PLR0913 - it stands on so many parts
        self,
        config: Config,
        read_settings: ReadSettings | None,
        follow: Callable[[Config], tuple[str, ...]],
        told: Callable[[], None] = lambda: None,
        too_soon: Callable[[Line], Obstacle | None] = lambda line: None,
        speakers: KnownSpeakers | None = None,
        *,
        prompts: Path | None = None,
        lengths: Lengths = lambda config, line, voiced: (),
    ) -> None:
        """Begin with the settings that the lines were built from.

        Args:
            config: those.
            read_settings: reads the settings in force; None: nobody can change them.
            follow: lets the lines follow others; returns which do not, and why.
            told: called when the problem may have changed.
            too_soon: says what of its first day, or of the time, keeps a line from recording.
            speakers: knows for which lines somebody vouches that all who speak have agreed.
            prompts: the folder of the panel's prompts.
            lengths: measures how long announcements last; nothing without a voice.
        """
        self._config, self._prompts, self._lengths = config, prompts, lengths
        self._read, self._follow, self._told = read_settings, follow, told
        self._too_soon, self._speakers = too_soon, speakers
        self._lock = threading.Lock()
        self._version = SEED
        self._misread: tuple[Mistake, ...] = ()  # why the newest settings cannot be read
        self.older = False
        """No line follows the newest settings: they cannot be used."""
        self._stuck: tuple[str, ...] = ()  # lines that do not follow
        if read_settings is not None:
            self._begin(read_settings)

    def _begin(self, read_settings: ReadSettings) -> None:
        try:
            now = read_settings()
        except MistakesFound as error:
            self._misread, self.older = error.mistakes, True
            return
        self._misread = now.problem
        self._version = now.version if now.config == self._config else SEED

    @property
    def taken(self) -> ask.Taken:
        """Say which settings the lines follow, and why older ones than they should."""
        return ask.Taken(self._version, self._misread, self._stuck)

    @handles(ask.SettingsChanged)
    def _changed(self, operation: ask.SettingsChanged) -> ask.Taken:
        if self._read is None:
            return ask.Taken(self._version, (mistake((), "kept_at_start"),))
        with self._lock:
            try:
                self._take(self._read())
            except MistakesFound as error:
                # What works goes on as it is.
                self._misread, self.older = error.mistakes, True
                log.error("the settings are not taken: %s", error)
            self._told()
            return self.taken

    def mended(self, stuck: tuple[str, ...]) -> None:
        """Take note which lines do not follow, after some could be made, or could not."""
        with self._lock:
            self._stuck = stuck
            self._told()

    @handles(PromptsChanged)
    def _reread(self, operation: PromptsChanged) -> ask.Taken:
        """Let the lines read their prompts anew, under the settings that they follow."""
        with self._lock:
            self._stuck = self._follow(self._config)
            self._told()
            return self.taken

    def _take(self, now: InForce) -> None:
        told = self._follow(now.config) if now.config != self._config else self._stuck
        self._misread, self._stuck, self.older = now.problem, told, False
        self._config, self._version = now.config, now.version

    @handles(ask.TryCalls)
    def _try(self, operation: ask.TryCalls, sent: bytes) -> ask.NextCalls:
        try:
            config = read.parse(sent.decode("utf-8"), "settings")
        except (UnicodeDecodeError, MistakesFound):
            raise Refused("settings_unusable") from None
        library = Library(config.vault.prompts or None, self._prompts)
        return ask.NextCalls(
            tuple(
                structs.replace(
                    _next_call(config, line, library, self._speakers),
                    records_from=line.records_from if self._too_soon(line) is Obstacle.DAY else "",
                    time_open=self._too_soon(line) is Obstacle.TIME,
                    lengths=self._measured(config, line, library) if operation.measured else (),
                )
                for line in (each for one in config.lines for each in in_languages(config, one))
            ),
            tuple(ask.OutdatedLine(*each) for each in library.outdated_by_line(config).items()),
        )

    def _measured(
        self, config: Config, line: Line, library: Library
    ) -> tuple[ask.SpokenLength, ...]:
        return self._lengths(config, line, library.survey(config, line))


def _next_call(
    config: Config, line: Line, library: Library, speakers: KnownSpeakers | None
) -> ask.NextCall:
    """Return what the next caller of a line would meet who is asked in its language."""
    voiced = library.survey(config, line)
    prompts = {each.saying: each.prompt for each in voiced if each.prompt is not None}
    policy = compile_policy(
        config, line, prompts, grades=frozenset({"A"}), lateness_ms=0, sees_flash=True
    )
    unagreed = speakers.lacking(config.office.country, line.name) if speakers is not None else None
    asked = "nothing"
    lacking = tuple(_lacking(config, line, policy, library))
    whole = policy.complete and not (line.other_languages and lacking)  # none without the others
    if whole and line.kind is LineKind.PHONE and unagreed is None:
        asked = "question" if policy.consent_purposes else "notice"
    said = [(each.saying.spoken, _words(each)) for each in voiced]
    return ask.NextCall(
        line=line.name,
        asked=asked,  # type: ignore[arg-type]  # one of the three
        language=language_of(config, line),
        says=tuple(
            dict.fromkeys(text for one in HEARD for kind, text in said if kind is one and text)
        ),
        purposes=line.purposes,
        keys={key: tuple(agreed) for key, agreed in line.choices.items()},
        days=max((purpose.retention_days for purpose in policy.purposes), default=0),
        lacking=(*lacking, *filter(None, [unagreed])),
        words=_composed(config, line),
        voices=tuple(dict.fromkeys(_spoken_by(each) for each in voiced if each.prompt)),
    )


def _spoken_by(voiced: VoicedSaying) -> str:
    """Return the voice or the person that says it; empty for a file, of which nobody knows."""
    if voiced.origin == "person" and voiced.entry is not None:
        return voiced.entry.by
    return voiced.prompt.voice if voiced.prompt is not None else ""


def _composed(config: Config, line: Line) -> tuple[str, ...]:
    """Return the words that the settings make, in the order in which a caller hears them."""
    try:
        found = compose(config, line, language_of(config, line)) if line.purposes else {}
    except PromptError:
        return ()
    said = [(saying.spoken, words.text) for saying, words in found.items()]
    return tuple(dict.fromkeys(text for one in HEARD for kind, text in said if kind is one))


def _words(voiced: VoicedSaying) -> str:
    """Return what is said; where nothing can be said yet, what will be."""
    if voiced.prompt is not None:
        return voiced.prompt.text
    return voiced.ways[0].text if voiced.ways else ""


def _lacking(config: Config, line: Line, policy: Policy, library: Library) -> Iterator[Lacking]:
    """Yield all that is missing before the line records."""
    yield from library.missing(config, line)
    for purpose in policy.purposes:
        if purpose.basis.can_be_objected_to and not purpose.justification:
            yield lack("justification", name=purpose.id)
