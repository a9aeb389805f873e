"""Show what the lines say, keep people's recordings, have the box speak."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from appliance.config.settings import Config, Line
from appliance.errors import LinkError, PromptError, Refused
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.handlers.lines import RecorderLink
from appliance.keeper.handlers.words.drafts import Drafts, HeldDraft, as_heard, new_name, peaks
from appliance.keeper.handlers.words.speaking import SpeakingJob
from appliance.keeper.people.sessions import Caller
from appliance.keeper.reading.wav import Wav
from appliance.keeper.surroundings import Surroundings
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests import words as ask
from appliance.link.requests.settings import OutdatedLine, Statement
from appliance.model.audio import RATE, Sound
from appliance.model.policy import Saying
from appliance.model.prompts import digest
from appliance.model.takes import LineTake
from appliance.prompts import recorded
from appliance.prompts.checks import NAMED, checks
from appliance.prompts.languages import in_languages, language_of
from appliance.prompts.library import Library, VoicedSaying, needed_prompts
from appliance.prompts.store import PromptEntry, file_name, text_digest

KEPT, DROPPED = "prompt_kept", "prompt_dropped"

Unread = Callable[[], tuple[int, tuple[Statement, ...]]]


class WordsDesk:
    """The handlers of the prompts."""

    def __init__(
        self, around: Surroundings, recorder: RecorderLink, audit: AuditLog, unread: Unread
    ) -> None:
        """Begin.

        Args:
            around: settings in force, folders and clock.
            recorder: speaks and measures.
            audit: of the acts.
            unread: returns the version of the settings, and which words nobody has confirmed.
        """
        self._around, self._recorder, self._audit = around, recorder, audit
        self._unread = unread
        self._drafts = Drafts(around.clock)
        self._keeping = threading.Lock()
        self._job = SpeakingJob(around, recorder, audit)

    @handles(ask.ShowWords)
    def _show(self, operation: ask.ShowWords, who: Caller) -> ask.ShownWords:
        config, library = self._around.config, self._library()
        version, unread = self._unread()
        lines = tuple(
            _shown(config, line, each, library)
            for line in config.lines
            for each in in_languages(config, line)
        )
        placed = {each.outdated for line in lines for each in line.sayings if each.outdated}
        unsaid = (_recording(each) for each in library.unsaid(config))
        return ask.ShownWords(
            version=version,
            lines=lines,
            unread=unread,
            speaking=self._job.now,
            unsaid=tuple(each for each in unsaid if each not in placed),
            problems=tuple(library.problems),
        )

    @handles(ask.ShowOutdated)
    def _outdated(self, operation: ask.ShowOutdated, who: Caller) -> ask.OutdatedRecordings:
        config, library = self._around.config, self._library()
        return ask.OutdatedRecordings(
            tuple(OutdatedLine(*each) for each in library.outdated_by_line(config).items())
        )

    @handles(ask.HearSaying)
    def _hear(self, operation: ask.HearSaying, who: Caller) -> tuple[ask.SpokenSound, bytes]:
        _, voiced = self._find(operation.line, operation.code, operation.language)
        prompt = voiced.prompt or voiced.unvouched
        if prompt is None:
            raise Refused("unspoken")
        return _wav(as_heard(prompt.sound, beep=False))

    @handles(ask.SpeakWords)
    def _speak(self, operation: ask.SpeakWords, who: Caller) -> Done:
        self._job.begin(operation.again, who)
        return Done()

    @handles(ask.SendTakes)
    def _take(self, operation: ask.SendTakes, who: Caller, sent: bytes) -> ask.Draft:
        line, voiced = self._find(operation.line, operation.code, operation.language)
        if not voiced.ways:
            raise Refused("form_missing")
        sizes = operation.sizes
        if len(sizes) not in {1, 2} or min(sizes) <= 0 or sum(sizes) != len(sent):
            raise Refused("take_files")
        saying, words = voiced.saying, voiced.ways[0]
        named = saying.spoken in NAMED
        asked = ask.MeasureTakes(sizes=sizes, limit=words.limit, named=named)
        try:
            told, raw = self._recorder.measure_takes(asked, sent)
        except LinkError:
            raise Refused("recorder_away") from None
        sound = _checked(told, raw)
        before = self._recorded(line, saying, words.text)
        shown = self._draft(line, voiced, told, sound)
        mark, at = told.mark, self._around.clock.monotonic()
        held = HeldDraft(
            shown, sound, mark, words, who.operator, before.sha256 if before else "", at
        )
        self._drafts.put(held)
        return shown

    @handles(ask.ShowDraft)
    def _show_draft(self, operation: ask.ShowDraft, who: Caller) -> ask.Draft:
        return self._drafts.find(operation.draft, who).shown

    @handles(ask.HearDraft)
    def _hear_draft(self, operation: ask.HearDraft, who: Caller) -> tuple[ask.SpokenSound, bytes]:
        held = self._drafts.find(operation.draft, who)
        if not held.sound.size:
            raise Refused("take_silent")
        beep = "mark" in held.shown.checks
        return _wav(as_heard(held.sound, beep=beep, last=operation.last))

    @handles(ask.KeepTake)
    def _keep(self, operation: ask.KeepTake, who: Caller) -> Done:
        held = self._drafts.find(operation.draft, who)
        shown = held.shown
        if shown.refused:
            raise Refused("take_unusable")
        if set(operation.confirmed) != set(shown.checks):
            raise Refused("unconfirmed")
        with self._keeping:
            line, voiced = self._find(shown.line, shown.code, shown.language)
            saying = voiced.saying
            before = self._recorded(line, saying, held.words.text)
            now = checks(saying, self._around.config, line)
            if held.words not in voiced.ways or now != shown.checks:
                raise Refused("words_changed")
            if (before.sha256 if before else "") != held.before:
                raise Refused("take_changed")
            entry = self._entry(held, line, saying, who)
            self._audit.append(KEPT, who.actor, sha256=entry.sha256, detail=_detail(entry))
            self._written(who, entry, lambda: recorded.keep(self._folder, entry, held.sound))
        self._drafts.drop(operation.draft)
        self._job.tell_recorder()
        return Done()

    @handles(ask.DropTake)
    def _drop(self, operation: ask.DropTake, who: Caller) -> Done:
        with self._keeping:
            gone = recorded.named(self._folder, operation.take)
            if gone is None:
                raise Refused("no_take")
            self._audit.append(DROPPED, who.actor, sha256=gone.sha256, detail=_detail(gone))
            self._written(who, gone, lambda: recorded.drop(self._folder, gone))
        self._job.tell_recorder()
        return Done()

    def _written(self, who: Caller, entry: PromptEntry, write: Callable[[], None]) -> None:
        try:
            write()
        except (OSError, PromptError) as error:
            self._audit.append("failed", who.actor, detail=_detail(entry))
            if isinstance(error, OSError):
                raise Refused("announcements_not_kept", said=error.strerror or "") from error
            raise

    @property
    def _folder(self) -> Path:
        return self._around.folders.own_voice

    def _library(self) -> Library:
        around = self._around
        return Library(around.config.vault.prompts or None, around.folders.prompts)

    def _recorded(self, line: Line, saying: Saying, text: str) -> PromptEntry | None:
        language = language_of(self._around.config, line)
        return recorded.found(self._folder, language, saying.spoken, text)

    def _find(self, name: str, code: str, language: str) -> tuple[Line, VoicedSaying]:
        """Return a line as it is in a language, its own where none is named, and a saying of it.

        Raises:
            Refused: ``no_announcement``.
        """
        config = self._around.config
        named = next((each for each in config.lines if each.name == name), None)
        spoken = in_languages(config, named) if named is not None else ()
        wanted = language or (language_of(config, spoken[0]) if spoken else "")
        line = next((each for each in spoken if language_of(config, each) == wanted), None)
        if line is not None:
            voiced = self._library().one(config, line, code)
            if voiced is not None:
                return line, voiced
        raise Refused("no_announcement")

    def _draft(
        self, line: Line, voiced: VoicedSaying, told: ask.MeasuredTakes, sound: Sound
    ) -> ask.Draft:
        config, saying, words = self._around.config, voiced.saying, voiced.ways[0]
        taken = LineTake(told.measures, sound.size, told.mark)
        return ask.Draft(
            draft=new_name(),
            line=line.name,
            code=saying.code,
            spoken=saying.spoken.value,
            purposes=tuple(sorted(saying.purposes)),
            pieces=words.pieces,
            language=language_of(config, line),
            measures=told.measures,
            seconds=round(sound.size / RATE, 2),
            mark=round(told.mark / RATE, 2),
            refused=taken.refused,
            peaks=peaks(sound),
            clicks=tuple(round(at / RATE, 2) for at in told.clicks[:20]),
            checks=checks(saying, config, line),
        )

    def _entry(self, held: HeldDraft, line: Line, saying: Saying, who: Caller) -> PromptEntry:
        sha256, text = digest(held.sound), held.words.text
        day = datetime.fromtimestamp(self._around.clock.now(), UTC).date().isoformat()
        return PromptEntry(
            file=file_name(saying, sha256),
            language=language_of(self._around.config, line),
            spoken=saying.spoken,
            pieces=held.words.pieces,
            mark=held.mark,
            samples=held.sound.size,
            sha256=sha256,
            engine="person",
            voice=who.name or who.operator,
            purposes=tuple(sorted(saying.purposes)),
            line=line.name,
            by=who.name or who.operator,
            day=day,
            text_sha256=text_digest(text),
        )


def _shown(config: Config, own: Line, line: Line, library: Library) -> ask.ShownLine:
    needed = needed_prompts(config, line)
    return ask.ShownLine(
        line=line.name,
        language=language_of(config, line),
        sayings=tuple(
            _saying(each, each.saying in needed) for each in library.survey(config, line)
        ),
        lacking=tuple(library.missing_in(config, line)),
        beside=language_of(config, own) != language_of(config, line),
    )


def _saying(voiced: VoicedSaying, needed: bool) -> ask.ShownSaying:
    saying, prompt, entry = voiced.saying, voiced.prompt, voiced.entry
    words = voiced.ways[0] if voiced.ways else None
    return ask.ShownSaying(
        code=saying.code,
        spoken=saying.spoken.value,
        purposes=tuple(sorted(saying.purposes)),
        needed=needed,
        pieces=words.pieces if words else (),
        limit=words.limit if words else 0,
        origin=voiced.origin if prompt is not None else "nobody",
        text=prompt.text if prompt is not None else "",
        seconds=round(prompt.sound.size / RATE, 1) if prompt is not None else 0.0,
        voice=prompt.voice if prompt is not None else "",
        draft=entry is not None and entry.draft,
        recorded=_recording(entry) if voiced.origin == "person" and entry else None,
        outdated=_recording(voiced.outdated) if voiced.outdated else None,
        problem=voiced.problem,
    )


def _recording(entry: PromptEntry) -> ask.Recording:
    return ask.Recording(
        take=recorded.name_of(entry),
        by=entry.by,
        day=entry.day,
        text=entry.text,
        line=entry.line,
        language=entry.language,
        spoken=entry.spoken.value,
        purposes=entry.purposes,
    )


def _checked(told: ask.MeasuredTakes, raw: bytes) -> Sound:
    """Return a prompt's samples; the recorder's word is not enough for their number."""
    sound: Sound = np.frombuffer(raw[: len(raw) // 2 * 2], "<i2").astype(np.int16)
    if sound.size != told.samples or not 0 <= told.mark <= sound.size or sound.size > 90 * RATE:
        raise Refused("answer_odd")
    return sound


def _detail(entry: PromptEntry) -> str:
    return f"{entry.spoken.value}.{entry.language}"


def _wav(sound: Sound) -> tuple[ask.SpokenSound, bytes]:
    raw = Wav(1, sound.size).header() + sound.astype("<i2").tobytes()
    return ask.SpokenSound(round(sound.size / RATE, 2)), raw
