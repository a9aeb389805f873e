"""Show, try and change the settings; tell recorder and panel of a change."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from appliance.config.kept import SEED, InForce
from appliance.config.mistakes import MistakesFound
from appliance.config.settings import Config, retired_in
from appliance.config.words.doubts import Doubt, DoubtKind, unread
from appliance.config.words.unanswered import unanswered
from appliance.errors import LinkError, Refused, ZgodaError
from appliance.keeper.people.sessions import Caller
from appliance.keeper.settings.book import SettingsBook, SettingsDraft
from appliance.keeper.settings.elsewhere import folder_elsewhere
from appliance.keeper.storage.settings_rows import VersionRow
from appliance.link.handlers import handles
from appliance.link.requests import settings as ask
from appliance.model.findings import Finding, find
from appliance.model.lamps import Need
from appliance.prompts.words.sentences import in_sentences

LOOK_SECONDS = 1.0
"""A stream shows at least so often that it goes on."""


class PanelNews:
    """The panel's part of the settings in force, for the panel to ask and to watch."""

    def __init__(self, now: InForce) -> None:
        self._changed = threading.Condition()
        self._now = now

    def tell(self, now: InForce) -> None:
        """Take the settings that hold now."""
        with self._changed:
            self._now = now
            self._changed.notify_all()

    @handles(ask.GetPanelPart)
    def _get(self, operation: ask.GetPanelPart, who: Caller) -> ask.PanelPart:
        return panel_part(self._now)

    @handles(ask.WatchPanelPart)
    def _watch(self, operation: ask.WatchPanelPart, who: Caller) -> Iterator[ask.PanelPart | None]:
        shown: InForce | None = None
        while True:
            with self._changed:
                if self._now is shown:
                    self._changed.wait(LOOK_SECONDS)
                fresh = self._now
            yield panel_part(fresh) if fresh is not shown else None
            shown = fresh


def panel_part(now: InForce) -> ask.PanelPart:
    """Return the panel's part of settings."""
    panel = now.config.panel
    return ask.PanelPart(
        version=now.version,
        host=panel.host,
        port=panel.port,
        names=panel.names,
        certificate=panel.certificate,
        key=panel.key,
        trusted=panel.trusted,
        purposes={purpose.id: dict(purpose.label) for purpose in now.config.purposes},
        trial=now.config.trial,
    )


class SettingsDesk:
    """The handlers of the settings."""

    def __init__(
        self,
        book: SettingsBook,
        recorder: "RecorderQuestions",
        held: Callable[[InForce], None],
        name_of: Callable[[str], str],
    ) -> None:
        """Begin.

        Args:
            book: holds the settings.
            recorder: asks the recorder.
            held: called with settings that hold from now on.
            name_of: returns the name of an operator's id, empty if there is none.
        """
        self._book, self._recorder, self._held = book, recorder, held
        self._name_of = name_of
        self.taken = ask.Taken(SEED)
        """Says why the recorder goes on with older settings."""
        self._owed = False

    @handles(ask.ShowSettings)
    def _show(self, operation: ask.ShowSettings, who: Caller) -> ask.Settings:
        return self._settings()

    @handles(ask.TrySettings)
    def _try(self, operation: ask.TrySettings, who: Caller, sent: bytes) -> ask.DraftPreview:
        from appliance.keeper.settings.draft import differences  # noqa: PLC0415 - tomlkit takes 2 MB

        book, now = self._book, self._book.now
        if operation.version is not None:
            draft = book.checked(book.store.text(operation.version))
        else:
            draft = book.draft_of(operation.draft, sent)
        if draft.config is None:
            return ask.DraftPreview(now.version, mistakes=draft.mistakes)
        calls = self._recorder.calls(draft.text, measured=operation.measured)
        return ask.DraftPreview(
            version=now.version,
            differences=differences(book.values, draft.values),
            statements=tuple(_statement(doubt, draft.config) for doubt in draft.doubts),
            calls=calls.calls if calls is not None else (),
            outdated=calls.outdated if calls is not None else (),
            recorder=calls is not None,
            panel="same" if draft.config.panel == now.config.panel else "restart",
        )

    @handles(ask.ChangeSettings)
    def _change(self, operation: ask.ChangeSettings, who: Caller, sent: bytes) -> ask.Changed:
        self._book.check_base(operation.base)
        draft = self._book.draft_of(operation.draft, sent)
        return self._hold(operation.base, draft, who, operation.confirmed)

    @handles(ask.GoBack)
    def _go_back(self, operation: ask.GoBack, who: Caller) -> ask.Changed:
        self._book.check_base(operation.base)
        draft = self._book.checked(self._book.store.text(operation.version))
        return self._hold(operation.base, draft, who, operation.confirmed, operation.version)

    @handles(ask.ConfirmWords)
    def _confirm(self, operation: ask.ConfirmWords, who: Caller) -> ask.Changed:
        """Confirm words that hold already, such as those of the seed."""
        self._book.check_base(operation.base)
        draft = self._book.checked(self._book.now.text)
        if draft.config is None:
            return ask.Changed(operation.base, mistakes=draft.mistakes)
        said = unread(draft.config)
        if unknown := set(operation.confirmed) - {doubt.code for doubt in said}:
            raise Refused("nothing_waits", statement=min(unknown))
        draft = replace(draft, doubts=said)
        draft = self._book.with_names(draft, who, operation.confirmed)
        return self._keep(operation.base, draft, who, operation.confirmed)

    @handles(ask.VouchVoice)
    def _vouch(self, operation: ask.VouchVoice, who: Caller) -> ask.Changed:
        """Let an administrator vouch for a voice that was heard through a telephone's band."""
        self._book.check_base(operation.base)
        try:
            draft = self._book.vouched(who, operation.language, operation.voice)
        except MistakesFound as error:
            return ask.Changed(operation.base, mistakes=error.mistakes)
        return self._keep(operation.base, draft, who, ())

    def _hold(
        self,
        base: int,
        draft: SettingsDraft,
        who: Caller,
        confirmed: tuple[str, ...],
        undone: int | None = None,
    ) -> ask.Changed:
        version = self._book.now.version
        if draft.config is None:
            return ask.Changed(version, mistakes=draft.mistakes)
        left = [doubt for doubt in draft.doubts if doubt.code not in confirmed]
        if left:
            said = tuple(_statement(doubt, draft.config) for doubt in left)
            return ask.Changed(version, statements=said)
        draft = self._book.with_names(draft, who, confirmed)
        return self._keep(base, draft, who, confirmed, undone)

    def _keep(
        self,
        base: int,
        draft: SettingsDraft,
        who: Caller,
        confirmed: tuple[str, ...],
        undone: int | None = None,
    ) -> ask.Changed:
        now = self._book.hold(base, draft, who, confirmed, undone)
        if now.version == base:
            return ask.Changed(base)
        self._held(now)
        return self._told()

    def unread(self) -> tuple[int, tuple[ask.Statement, ...]]:
        """Return the version in force, and its words that nobody has confirmed."""
        now = self._book.now
        said = tuple(_statement(doubt, now.config) for doubt in unread(now.config))
        return now.version, said

    @property
    def need(self) -> Need:
        """Say whether settings are damaged, or the recorder follows older ones."""
        if self._book.problem:
            return Need.SETTINGS
        return Need.OLDER if self.taken.problem or self.taken.stuck else Need.NOTHING

    def examine(self) -> Iterator[Finding]:
        """Find what is wrong with the settings."""
        if self._book.problem:
            yield find("configuration.damaged", *self._book.problem)
        if self._book.seed_changed:
            yield find("configuration.seed_changed", file=self._book.seed.source)
        for place in retired_in(self._book.values):
            yield find("configuration.retired", key=".".join(place))
        config = self._book.now.config
        nobody = config.office.recipients == "nobody"
        if nobody and (server := self._book.server_elsewhere):
            yield find("configuration.nobody_elsewhere", server=server)
        if nobody and (folder := folder_elsewhere(config)):
            yield find("configuration.nobody_folder", path=folder)
        if self._book.waits_unsaid(config):
            yield find("configuration.backup_days_open")
        for each in unanswered(config):
            yield find(f"configuration.{each.code}", name=each.name)

    def look_again(self) -> None:
        """Let the first recording decide the folder's kind; tell a recorder that was away.

        Call it now and then. Raises VaultError.
        """
        self._book.settle_kind()
        if self._owed:
            self._told()

    def tell(self) -> None:
        """Tell the recorder which settings hold, after it was away."""
        self._told()

    def _told(self) -> ask.Changed:
        version = self._book.now.version
        try:
            taken = self._recorder.changed()
        except (LinkError, Refused):
            self._owed = True
            return ask.Changed(version, recorder="away")
        self._owed, self.taken = False, taken
        refused = taken.amiss or taken.version != version
        return ask.Changed(
            version,
            recorder="refused" if refused else "taken",
            problem=taken.problem,
            stuck=taken.stuck,
        )

    @handles(ask.ListVersions)
    def _list(self, operation: ask.ListVersions, who: Caller) -> ask.Versions:
        below = operation.before
        numbers = [n for n in self._book.store.numbers() if below is None or n < below]
        shown = numbers[: ask.MOST_LISTED]
        return ask.Versions(
            now=self._book.now.version,
            versions=tuple(self._author(self._book.store.row(number)) for number in shown),
            more=len(numbers) > len(shown),
        )

    @handles(ask.ShowVersion)
    def _show_version(self, operation: ask.ShowVersion, who: Caller) -> ask.ShownVersion:
        from appliance import toml  # noqa: PLC0415
        from appliance.keeper.settings.draft import differences  # noqa: PLC0415 - tomlkit takes 2 MB

        store = self._book.store
        text = store.text(operation.version)
        older = [number for number in store.numbers() if number < operation.version]
        before = store.text(older[0]) if older else text
        try:
            found = differences(toml.loads(before), toml.loads(text))
        except toml.MISTAKE as error:
            raise Refused("version_unreadable") from error
        return ask.ShownVersion(self._author(store.row(operation.version)), text, found)

    @handles(ask.LeaveSeed)
    def _leave_seed(self, operation: ask.LeaveSeed, who: Caller) -> ask.Settings:
        self._book.leave_seed()
        return self._settings()

    def _settings(self) -> ask.Settings:
        book, now = self._book, self._book.now
        held = now.version != SEED
        return ask.Settings(
            version=now.version,
            text=now.text,
            values=book.values,
            problem=book.problem or self.taken.problem,
            stuck=self.taken.stuck,
            seed="none" if not held else "changed" if book.seed_changed else "same",
            seed_source=book.seed.source,
            author=self._author(book.store.row(now.version)) if held else None,
            kind=book.kind.now,
        )

    def _author(self, row: VersionRow) -> ask.Author:
        return ask.Author(
            version=row.number,
            at=row.at,
            operator=row.author,
            name=row.name or self._name_of(row.author),
            undone=row.undone,
            sections=row.sections,
            confirmed=tuple(f"{each.kind}.{each.purpose}" for each in row.confirmed),
        )


class RecorderQuestions:
    """What the settings ask of the recorder."""

    def __init__(
        self,
        changed: Callable[[], ask.Taken],
        calls: Callable[[ask.TryCalls, bytes], ask.NextCalls],
    ) -> None:
        """Ask by these two; both raise LinkError while it is away."""
        self.changed = changed
        self._calls = calls

    def calls(self, text: str, *, measured: bool = False) -> ask.NextCalls | None:
        """Return what callers would meet under a text; None if the recorder is away."""
        try:
            return self._calls(ask.TryCalls(measured=measured), text.encode())
        except ZgodaError:
            return None


def _statement(doubt: Doubt, config: Config) -> ask.Statement:
    kind = doubt.kind
    if not doubt.purpose:
        names = _said(config.office.controller_says)
        return ask.Statement(doubt.code, kind.value, "", "", names, _sentences(config))
    purpose = config.purpose(doubt.purpose)
    reasons = filter(None, (purpose.justification, purpose.care_reason))
    words = " ".join(reasons) if kind is DoubtKind.JUSTIFIED else ""
    if kind is DoubtKind.WORDS:
        forms = (purpose.full, purpose.short, purpose.label)
        more = (purpose.law_says, purpose.interest_says, purpose.other_way_says)
        words = "; ".join(map(_said, filter(None, (*forms, *more))))
    said = _sentences(config, purpose.id) if kind is DoubtKind.WORDS else ()
    return ask.Statement(doubt.code, kind.value, purpose.id, purpose.basis.value, words, said)


def _sentences(config: Config, purpose: str = "") -> tuple[ask.SpokenText, ...]:
    return tuple(ask.SpokenText(*each) for each in in_sentences(config, purpose))


def _said(forms: Mapping[str, str]) -> str:
    return ", ".join(forms.values())
