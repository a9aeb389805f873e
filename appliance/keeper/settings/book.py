"""Hold the settings in force; check drafts, make versions, go back."""

import copy
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from appliance import toml
from appliance.clock import Clock
from appliance.config import read
from appliance.config.folders import Folders
from appliance.config.kept import SEED, InForce, Seed, digest
from appliance.config.mistakes import Mistake, MistakesFound, Place, mistake
from appliance.config.reach import names, proxied
from appliance.config.settings import Config, HeardVoices, retired_in
from appliance.config.validators import LANGUAGES
from appliance.config.words.doubts import OF_WORDS, Doubt, doubts
from appliance.config.words.unanswered import unanswered_anew
from appliance.errors import Refused, VaultError, ZgodaError
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.chores import attempt
from appliance.keeper.people.sessions import Caller
from appliance.keeper.settings.elsewhere import folder_elsewhere, waiting
from appliance.keeper.settings.kind import FolderKind
from appliance.keeper.settings.limits import not_here
from appliance.keeper.settings.versions import VersionStore
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.settings_rows import ConfirmationRow, SeedRow, VersionRow
from appliance.link.requests.settings import DraftKind
from appliance.model.sentences.faults import noted
from appliance.structs import from_json
from appliance.vault.disk import Disk
from appliance.vault.opening.keyring import Keyring

CHANGED, RESTORED, SEED_CHANGED = "settings_changed", "settings_restored", "seed_changed"
FAILED = "failed"
"""Types of audit entries."""

MOST_MISTAKES = 200

_HOST: Place = ("panel", "host")


@dataclass(frozen=True, slots=True)
class SettingsDraft:
    """Settings that do not hold yet."""

    text: str
    values: Mapping[str, Any]
    config: Config | None  # None: there are mistakes
    mistakes: tuple[Mistake, ...] = ()
    doubts: tuple[Doubt, ...] = ()


class SettingsBook:
    """The settings of a box with a vault. Threads may share it."""

    def __init__(
        self,
        folders: Folders,
        seed: Seed,
        keyring: Keyring,
        ledger: Ledger,
        audit: AuditLog,
        clock: Clock,
        disk: Disk,
    ) -> None:
        """Find the settings in force and finish what a power cut left.

        Where there are settings and none can be used, the seed serves the keeper, and ``problem``
        says so: recordings are kept and erased all the same, and an administrator can go back to an
        earlier version.

        The seed holds until an administrator changes something; the keyring knows the kind of the
        data folder, and where backups go.
        """
        self.seed = seed
        self.store = VersionStore(folders, seed, ledger, disk)
        self.kind = FolderKind(folders, keyring, disk)
        self._keyring, self._ledger, self._audit, self._clock = keyring, ledger, audit, clock
        self._lock = threading.Lock()
        self.problem: tuple[Mistake, ...] = ()
        self.now: InForce = self._found()
        attempt("settings", self._see_unfinished)
        attempt("settings", self._see_seed)

    def _found(self) -> InForce:
        try:
            if self.store.mend(lambda number: self._failed(number, KEEPER)):
                self._audit.append(RESTORED, KEEPER, detail=f"v{self.store.find().version}")
            return self.store.find()
        except MistakesFound as error:
            self.problem = error.mistakes
        except ZgodaError:
            self.problem = (mistake((), "kept_unwritten"),)
        return InForce(SEED, self.seed.text, self.seed.config(), self.problem)

    @property
    def values(self) -> dict[str, Any]:
        """Return the values in force."""
        return toml.loads(self.now.text)

    def settle_kind(self) -> None:
        """Let the first recording decide the data folder's kind; raises VaultError."""
        self.kind.settle(self.now.config)

    @property
    def server_elsewhere(self) -> str:
        """Return the server that backups go to, unless it is the office's own."""
        return self._keyring.content.backups_elsewhere

    @property
    def seed_changed(self) -> bool:
        """Say whether the seed was changed by hand, and nobody has dealt with it."""
        if self.now.version == SEED:
            return False
        seen = self._ledger.seed()
        return seen is not None and seen.settled != self.seed.sha256

    def leave_seed(self) -> None:
        """Go on without the seed as it is now."""
        self._ledger.see_seed(SeedRow(sha256=self.seed.sha256, settled=self.seed.sha256))

    def draft_of(self, kind: DraftKind, sent: bytes) -> SettingsDraft:
        """Return a draft as it was sent, checked whole; raises Refused."""
        try:
            if kind == "text":
                return self._answered(self.checked(sent.decode("utf-8")))
            values = from_json(sent, dict[str, Any])
            read.check(values)  # first, for what is no setting may take minutes to write
            return self._answered(self.checked(_rewritten(self.now.text, values)))
        except MistakesFound as error:
            return SettingsDraft("", values, None, self._mistakes(error))
        except (UnicodeDecodeError, msgspec.DecodeError, RecursionError):
            raise Refused("no_draft") from None
        except ZgodaError as error:
            raise Refused("draft_unusable") from error

    def _answered(self, draft: SettingsDraft) -> SettingsDraft:
        """Return a draft; what it asks anew and nobody answers is a mistake in it."""
        if draft.config is None:
            return draft
        mistakes = tuple(unanswered_anew(draft.config, self.now.config))
        return replace(draft, config=None, mistakes=mistakes, doubts=()) if mistakes else draft

    def checked(self, text: str) -> SettingsDraft:
        """Check a text whole: every mistake is found."""
        if len(text.encode()) > read.LONGEST_FILE:
            return SettingsDraft(text, {}, None, (read.too_large(),))
        try:
            config = read.parse(text, "settings")
        except MistakesFound as error:
            values = toml.loads(text) if error.readable is not None else {}
            return SettingsDraft(text, values, None, self._mistakes(error))
        values = toml.loads(text)
        if mistakes := (*self._not_for_the_panel(config), *self._retired_anew(values)):
            return SettingsDraft(text, values, None, mistakes)
        return SettingsDraft(text, values, config, (), doubts(config, self.now.config))

    def _not_for_the_panel(self, config: Config) -> Iterator[Mistake]:
        """Yield what is wrong with a good configuration where the panel is to make it."""
        yield from not_here(config, self.now.config, self._root_said())
        yield from self.kind.strange(config, self.now.config)
        yield from self._not_so(config)
        yield from _reach(config)

    def _not_so(self, config: Config) -> Iterator[Mistake]:
        """Yield what a draft says of the office that is not so, or not its author's to say."""
        was, now = (each.office.voices or HeardVoices() for each in (self.now.config, config))
        for language in LANGUAGES:
            if now.of(language) not in {"", was.of(language)}:
                yield mistake(("office", "voices", language), "vouched_there")
        claims = config.office.recipients == "nobody" != self.now.config.office.recipients
        if claims and (server := self.server_elsewhere):
            yield mistake(("office", "recipients"), "backups_elsewhere", server=server)
        moves = config.backup != self.now.config.backup
        if self.waits_unsaid(config) and not self.waits_unsaid(self.now.config):
            yield mistake(read.DAYS_ASKED, "backups_by_hand")
        nobody = config.office.recipients == "nobody" and (claims or moves)
        if nobody and (folder := folder_elsewhere(config)):
            place = ("office", "recipients") if claims else ("backup", "whose")
            yield mistake(place, "backups_in_folder", path=folder)

    def waits_unsaid(self, config: Config) -> bool:
        """Say whether a backup waits for a person, and the office does not say how long."""
        content = self._keyring.content
        return not config.office.backup_days and bool(waiting(config, content.sftp, content.media))

    def _retired_anew(self, values: Mapping[str, Any]) -> Iterator[Mistake]:
        """Yield each setting of earlier versions that is not there already."""
        for place in retired_in(values):
            if place not in retired_in(self.values):
                yield mistake(place, "retired")

    def _mistakes(self, error: MistakesFound) -> tuple[Mistake, ...]:
        """Return all mistakes of a draft, those included that the panel alone may not make.

        Where something cannot be read, a default stands for it: nothing is said of that.
        """
        found = list(error.mistakes)
        if isinstance(error.readable, Config):
            places = {each.place for each in found}
            more = self._not_for_the_panel(error.readable)
            found += [each for each in more if not _is_of(each.place, places)]
        return tuple(found[:MOST_MISTAKES])

    def with_names(
        self, draft: SettingsDraft, who: Caller, codes: Collection[str]
    ) -> SettingsDraft:
        """Return a draft with ``confirmed`` beside all spoken words that a person has confirmed."""
        said = [each for each in draft.doubts if each.kind in OF_WORDS and each.code in codes]
        if not said:
            return draft
        values = copy.deepcopy(dict(draft.values))
        purposes = {each["id"]: each for each in values.get("purpose", [])}
        for doubt in said:
            table = purposes[doubt.purpose] if doubt.purpose else values["office"]
            table["confirmed"] = self._confirmation(who, doubt.about)
        return replace(self.checked(_rewritten(draft.text, values)), doubts=draft.doubts)

    def vouched(self, who: Caller, language: str, voice: str) -> SettingsDraft:
        """Return settings that vouch for a voice; raises MistakesFound if none can say so."""
        values = self.values
        heard = values["office"].setdefault("voices", {})
        heard[language] = self._confirmation(who, voice)
        read.check(values)
        text = _rewritten(self.now.text, values)
        return SettingsDraft(text, values, read.parse(text, "settings"))

    def _confirmation(self, who: Caller, words: str) -> dict[str, str]:
        day = datetime.fromtimestamp(self._clock.now(), UTC).date().isoformat()
        return {"by": who.name, "day": day, "words": words}

    def _root_said(self) -> Config:
        """Return the seed as root wrote it; what is in force if it cannot be read any more."""
        try:
            return self.seed.config()
        except MistakesFound:
            return self.now.config

    def hold(
        self,
        base: int,
        draft: SettingsDraft,
        who: Caller,
        confirmed: Collection[str],
        undone: int | None,
    ) -> InForce:
        """Make a draft hold, on the record first; a draft that changes nothing makes no version.

        Raises:
            Refused: ``settings_changed``: another person has changed the settings since ``base``.
            VaultError: nothing changed.
        """
        with self._lock:
            self.check_base(base)
            if draft.text == self.now.text and not self.problem:
                return self.now
            row = self._row(draft, who, confirmed, undone)
            self._audit.append(CHANGED, who.actor, detail=f"v{row.number}")
            try:
                self.store.keep(draft.text, row)
            except Exception as error:
                if not self._holds(row.number):
                    self._failed(row.number, who.actor)
                    attempt("settings", lambda: self.store.take_back(row.number))
                    if isinstance(error, ZgodaError):
                        raise
                    raise VaultError(
                        noted("settings_unkept", "The settings were not kept.")
                    ) from error
            self.now, self.problem = self.store.find(), ()
            if undone == SEED:
                self.leave_seed()
            return self.now

    def check_base(self, base: int) -> None:
        """Refuse a change of settings that are not in force any more."""
        if base != self.now.version:
            raise Refused("settings_changed")

    def _row(
        self, draft: SettingsDraft, who: Caller, confirmed: Collection[str], undone: int | None
    ) -> VersionRow:
        was, now = self.values, draft.values
        sections = [key for key in dict.fromkeys((*was, *now)) if was.get(key) != now.get(key)]
        return VersionRow(
            number=self.store.next_version(self.now.version),
            at=self._clock.now(),
            author=who.operator,
            name=who.name,
            undone=undone,
            sections=tuple(sections),
            sha256=digest(draft.text),
            confirmed=tuple(
                ConfirmationRow(doubt.kind.value, doubt.purpose, doubt.about)
                for doubt in draft.doubts
                if doubt.code in confirmed
            ),
        )

    def _holds(self, number: int) -> bool:
        """Say whether a version holds, though its last write failed."""
        try:
            return self.store.find().version == number
        except MistakesFound:
            return False

    def _failed(self, number: int, actor: str) -> None:
        self._audit.append(FAILED, actor, detail=_said(number))

    def _see_unfinished(self) -> None:
        """Put it on the record that a change came to nothing: a power cut ended it.

        Its entry was on the disk, and neither its file nor its row.
        """
        pending = 0
        for entry in self._audit.unsettled():
            if entry.type == CHANGED and entry.detail is not None:
                pending = int(entry.detail.removeprefix("v"))
            elif entry.type == FAILED and entry.detail == _said(pending):
                pending = 0
        if pending > self.now.version:
            self._failed(pending, KEEPER)

    def _see_seed(self) -> None:
        """Put it on the record when the seed was changed by hand."""
        seen = self._ledger.seed()
        if seen is not None and seen.sha256 == self.seed.sha256:
            return
        if seen is not None:
            self._audit.append(SEED_CHANGED, KEEPER)
        settled = seen.settled if seen is not None else self.seed.sha256
        self._ledger.see_seed(SeedRow(sha256=self.seed.sha256, settled=settled))


def _said(version: int) -> str:
    """Return how an entry names a change that failed."""
    return f"settings.v{version}"


def _is_of(place: Place, known: Collection[Place]) -> bool:
    """Say whether something at a place may come of a mistake at another, known one."""
    if place == _HOST:  # which certificates and names have a say in
        return any(each[:1] == place[:1] for each in known)
    return any(place[: len(each)] == each or each[: len(place)] == place for each in known)


def _reach(config: Config) -> tuple[Mistake, ...]:
    """Return why nobody could reach the panel; other processes can do with such settings."""
    try:
        proxied(config.panel)
        names(config.panel)
    except MistakesFound as error:
        return error.mistakes
    return ()


def _rewritten(text: str, values: Mapping[str, Any]) -> str:
    from appliance.keeper.settings.draft import rewritten  # noqa: PLC0415 - tomlkit takes 2 MB

    return rewritten(text, values)
