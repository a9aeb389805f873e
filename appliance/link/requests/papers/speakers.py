"""Name who speaks on lines for the office; vouch that a list is whole (§ 201 StGB)."""

from typing import Literal

from appliance.link.operations import Message, Operation, Role

DESK = frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})

SpeakersState = Literal["open", "later", "vouched"]
"""Nobody vouches; somebody does, and a consent is of a day to come; somebody does."""


class ShownSpeaker(Message, frozen=True):
    """A person who speaks on a line."""

    name: str
    day: int  # of their consent, in days since 1970-01-01


class LineSpeakers(Message, frozen=True, kw_only=True):
    """The list of a line."""

    line: str
    state: SpeakersState = "open"
    people: tuple[ShownSpeaker, ...] = ()
    readable: Literal["yes", "locked", "lost"] = "yes"
    mark: str = ""  # names the list as it is shown; another one is not vouched for by it
    by: str = ""  # who vouches
    day: int = 0  # since when, in days since 1970-01-01
    last: int = 0  # the day of the newest consent
    known: bool = True  # the settings have such a line


class AllSpeakers(Message, frozen=True):
    """The lists of all lines."""

    wanted: bool  # the office is where no line records without
    lines: tuple[LineSpeakers, ...]


class ShowSpeakers(Operation[AllSpeakers], frozen=True, tag="speakers.show"):
    """Look who speaks on lines."""

    roles = DESK
    audit = "viewed"
    audited = "once"

    @property
    def seen(self) -> tuple[object, ...]:
        """Return what a person sees by it."""
        return ("speakers",)


class AddSpeaker(Operation[LineSpeakers], frozen=True, tag="speakers.add"):
    """Add a person who speaks on a line; whoever vouched for the list does so no more."""

    roles = DESK
    audit = "speaker_added"
    audited = "inside"  # once it is known that the list can take them
    line: str
    person_name: str
    day: str  # of their consent


class RemoveSpeaker(Operation[LineSpeakers], frozen=True, tag="speakers.remove"):
    """Take a person off: they left, or withdraw their consent. Nobody vouches for the list then."""

    roles = DESK
    audit = "speaker_removed"
    audited = "inside"
    line: str
    person_name: str


class VouchSpeakers(Operation[LineSpeakers], frozen=True, tag="speakers.vouch"):
    """Vouch that nobody else speaks on a line, and that each person has agreed."""

    roles = ADMINISTRATOR
    audit = "speakers_vouched"
    audited = "inside"
    line: str
    mark: str  # of the list that was shown
