"""Show, try, change and take back the settings; tell recorder and panel of a change."""

from typing import Any, Literal

from appliance.config.mistakes import Mistake, Place
from appliance.link.operations import Message, Operation, Role, WithoutRole
from appliance.model.sentences.lacking import Lacking

_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})

LONGEST_DRAFT = 256_000
"""Bytes of a draft, as much as a configuration may have."""

MOST_LISTED = 50
"""Versions in one answer."""

DraftKind = Literal["values", "text"]
"""The draft behind a request: all values as JSON, or the whole text as TOML."""


class Difference(Message, frozen=True):
    """A setting that a draft changes; an empty side means that it is not there."""

    place: Place
    before: str
    after: str


class SpokenText(Message, frozen=True):
    """What a line would say."""

    language: str
    text: str


class Statement(Message, frozen=True):
    """A statement that the person who saves has to confirm."""

    code: str
    kind: str  # ``config.words.doubts.DoubtKind``
    purpose: str  # empty: it is about the office's names
    basis: str
    words: str  # the justification, or the spoken forms; empty if it is about the basis
    sentences: tuple[SpokenText, ...] = ()  # with these forms, in each of their languages


class SpokenLength(Message, frozen=True):
    """How long an announcement lasts in the voice that says it."""

    spoken: str  # ``model.policy.PromptKind``
    purposes: tuple[str, ...]
    seconds: float
    limit: int  # seconds
    problem: Lacking | None = None  # it is too long, in its shortest words


class NextCall(Message, frozen=True):
    """What the next caller of a line meets."""

    line: str
    asked: Literal["question", "notice", "nothing"]
    """``nothing``: the line records no call, for ``lacking`` or because it has no purpose."""
    language: str
    says: tuple[str, ...]  # what the caller hears, as text
    purposes: tuple[str, ...]
    keys: dict[str, tuple[str, ...]]  # key -> purposes agreed to; none refuses
    days: int = 0  # the longest retention
    lacking: tuple[Lacking, ...] = ()  # before the line records
    words: tuple[str, ...] = ()  # what the box would say, composed, whether or not a voice has it
    voices: tuple[str, ...] = ()  # machines and people that say it; "": files of the owner's
    records_from: str = ""  # 2027-01-11, while the line may not record before that day
    time_open: bool = False  # nobody is asked before the time is confirmed
    lengths: tuple[SpokenLength, ...] = ()
    """Of each kind of announcement the one with most letters; none if there is no voice, or where
    nobody has asked for it."""


class OutdatedLine(Message, frozen=True):
    """Recordings for a line that are not said any more."""

    line: str  # its name when they were made; there may be no such line any more
    sayings: tuple[str, ...]  # ``model.policy.Saying.code``


class Author(Message, frozen=True):
    """Who made a version, and when."""

    version: int
    at: float | None  # UTC; None: it is not known
    operator: str = ""  # id
    name: str = ""  # as it was then
    undone: int | None = None  # the version that was gone back to; 0 is the seed
    sections: tuple[str, ...] = ()  # that it changed
    confirmed: tuple[str, ...] = ()  # statements, as ``<kind>.<purpose>``


class Settings(Message, frozen=True):
    """The settings in force."""

    version: int  # 0: nobody has changed the seed
    text: str
    values: dict[str, Any]
    problem: tuple[Mistake, ...] = ()
    """What is wrong with the settings, or with those that the recorder reads."""
    stuck: tuple[str, ...] = ()
    """The lines that do not follow the settings; the doctor says why."""
    seed: Literal["same", "changed", "none"] = "same"
    """``changed``: the seed was changed by hand since; it does not hold."""
    seed_source: str = ""
    author: Author | None = None
    kind: Literal["", "trial", "real"] = ""
    """Of the data folder; empty: its first recording decides."""

    @property
    def amiss(self) -> bool:
        """Say whether something is wrong with them."""
        return bool(self.problem or self.stuck)


class ShowSettings(Operation[Settings], frozen=True, tag="settings.show"):
    """Show the settings in force."""

    roles = _ADMINISTRATOR


class DraftPreview(Message, frozen=True):
    """What a draft would change."""

    version: int  # that it changes
    mistakes: tuple[Mistake, ...] = ()
    differences: tuple[Difference, ...] = ()
    statements: tuple[Statement, ...] = ()
    calls: tuple[NextCall, ...] = ()
    outdated: tuple[OutdatedLine, ...] = ()
    recorder: bool = True  # False: it could not be asked what the next caller hears
    panel: Literal["same", "restart"] = "same"
    """``restart``: pages are to be found at another address, or with another certificate."""


class TrySettings(Operation[DraftPreview], frozen=True, tag="settings.try"):
    """Check a draft whole and show what it would change; nothing is kept."""

    roles = _ADMINISTRATOR
    upload = LONGEST_DRAFT
    draft: DraftKind = "values"
    version: int | None = None  # an earlier one in place of a draft; 0 is the seed as it is now
    measured: bool = False  # ``NextCall.lengths`` are asked for: a voice speaks what nobody has yet


class Changed(Message, frozen=True):
    """The outcome of a change."""

    version: int  # in force now
    mistakes: tuple[Mistake, ...] = ()
    statements: tuple[Statement, ...] = ()  # that are still to be confirmed
    recorder: Literal["taken", "away", "refused", "none"] = "none"
    """``taken``: each line follows from its next call on; ``none``: nothing was changed."""
    problem: tuple[Mistake, ...] = ()  # the recorder's, if it refused
    stuck: tuple[str, ...] = ()  # lines that do not follow

    @property
    def amiss(self) -> bool:
        """Say whether nothing was kept: for mistakes, or for what nobody has confirmed."""
        return bool(self.mistakes or self.statements)


class ChangeSettings(Operation[Changed], frozen=True, tag="settings.change"):
    """Change the settings; nothing is kept of a draft with a mistake.

    Refused if another person has changed them since ``base``.
    """

    roles = _ADMINISTRATOR
    audit = "settings_changed"
    audited = "inside"
    upload = LONGEST_DRAFT
    base: int
    draft: DraftKind = "values"
    confirmed: tuple[str, ...] = ()


class GoBack(Operation[Changed], frozen=True, tag="settings.go_back"):
    """Make an earlier version hold again, as a new one."""

    roles = _ADMINISTRATOR
    audit = "settings_changed"
    audited = "inside"
    base: int
    version: int  # 0: the seed as it is now
    confirmed: tuple[str, ...] = ()


class ConfirmWords(Operation[Changed], frozen=True, tag="settings.confirm_words"):
    """Confirm spoken words that hold already; the keeper writes name and day beside them."""

    roles = _ADMINISTRATOR
    audit = "settings_changed"
    audited = "inside"
    base: int
    confirmed: tuple[str, ...]  # codes of what waits, as ``words.ShownWords`` lists them


class VouchVoice(Operation[Changed], frozen=True, tag="settings.vouch_voice"):
    """Vouch that callers understand a voice of the box; the keeper writes name and day down."""

    roles = _ADMINISTRATOR
    audit = "settings_changed"
    audited = "inside"
    base: int
    language: str
    voice: str  # engine and voice, as ``prompts.voices.understood.named``


class Versions(Message, frozen=True):
    """Versions, the newest first."""

    now: int
    versions: tuple[Author, ...]
    more: bool = False


class ListVersions(Operation[Versions], frozen=True, tag="settings.versions"):
    """List who changed the settings and when."""

    roles = _ADMINISTRATOR
    before: int | None = None  # versions below this one; None: the newest


class ShownVersion(Message, frozen=True):
    """One version, and what it changed."""

    author: Author
    text: str
    differences: tuple[Difference, ...]


class ShowVersion(Operation[ShownVersion], frozen=True, tag="settings.version"):
    """Show an earlier version."""

    roles = _ADMINISTRATOR
    version: int


class LeaveSeed(Operation[Settings], frozen=True, tag="settings.leave_seed"):
    """Go on without a seed that was changed by hand; it is not told again."""

    roles = _ADMINISTRATOR
    audit = "seed_left"


class PanelPart(Message, frozen=True):
    """The panel's part of the settings: no secret."""

    version: int
    host: str
    port: int
    names: tuple[str, ...]
    certificate: str
    key: str
    trusted: bool | None
    purposes: dict[str, dict[str, str]]  # id -> language -> the words for it
    trial: bool  # a line is simulated


class GetPanelPart(Operation[PanelPart], frozen=True, tag="settings.panel"):
    """Ask for the panel's part, at its start."""

    roles = WithoutRole.ANYBODY


class WatchPanelPart(Operation[PanelPart], frozen=True, tag="settings.panel_watch"):
    """Watch the panel's part."""

    roles = WithoutRole.ANYBODY
    streams = True


class Taken(Message, frozen=True):
    """The recorder's word on new settings."""

    version: int  # that its lines follow, each from its next call on
    problem: tuple[Mistake, ...] = ()  # what is wrong with those that it reads
    stuck: tuple[str, ...] = ()  # the lines that go on with older ones

    @property
    def copied(self) -> bool:
        """Say whether nothing is wrong but the file: its copy was read, and all of it holds."""
        return bool(self.problem) and self.problem[-1].code == "kept_copied"

    @property
    def amiss(self) -> bool:
        """Say whether other settings hold than were saved."""
        return bool(self.stuck) or (bool(self.problem) and not self.copied)


class SettingsChanged(Operation[Taken], frozen=True, tag="settings.changed"):
    """Have the recorder read the settings in force; it answers before the lines follow."""

    roles = WithoutRole.PROCESS
    served_by = "recorder"


class NextCalls(Message, frozen=True):
    """What the next caller of each line would meet."""

    calls: tuple[NextCall, ...]
    outdated: tuple[OutdatedLine, ...] = ()


class TryCalls(Operation[NextCalls], frozen=True, tag="settings.try_calls"):
    """Ask the recorder what callers would meet under other settings; it changes nothing."""

    roles = WithoutRole.PROCESS
    served_by = "recorder"
    upload = LONGEST_DRAFT
    measured: bool = False
