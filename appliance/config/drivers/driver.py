"""Define how a driver declares itself: its options by role, and its facts.

Options are a dataclass of declared settings, as any section is. Where they hang on one of them, a
monitor's on its dialect, there is a dataclass for each kind. What a driver would refuse at opening
is refused here: by an option's own check, by ``wrong`` over several, or over the roles of a line.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar, get_type_hints

from appliance.config.declare import Setting, asked
from appliance.config.mistakes import Mistake
from appliance.language import N_

ROLES = ("hook", "audio", "prompt")
"""What a line's devices do for it."""


SIDES: Mapping[str, str] = {
    "both": N_("One channel: the line has to be calibrated by calibration calls"),
    "voltage/current": N_("Two channels, voltage and current: it knows whose key was pressed"),
    "far/near": N_("Two channels, the other party and the office"),
}
"""What the channels of a line's sound may carry."""


class DeviceKind(Enum):
    """What the value of an option names; two lines cannot have the same device."""

    PORT = "port"  # a serial port, the path of a device
    CARD = "card"  # a sound card
    BUS = "bus"  # a card of an ISDN bus
    END = "end"  # an address and its port

    @property
    def is_path(self) -> bool:
        """Say whether the recorder opens it as a file: the panel may name devices alone."""
        return self not in {DeviceKind.CARD, DeviceKind.BUS, DeviceKind.END}


@dataclass(frozen=True, slots=True)
class Part:
    """One of a line's three roles, as the settings have it: the name of its driver, and options."""

    driver: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Beside:
    """A device that only tells who calls, beside one that sees the phone."""

    driver: str
    port: str
    said_by: Sequence[str]
    """The options of the other one that name it."""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a part: none, and the facts of most drivers."""

    shared_by: ClassVar[str] = ""
    """The option that tells the lines of one device apart; empty: it has one line."""

    holds_to_hear: ClassVar[bool] = False
    """It hears only while it holds the line, as one more phone would."""

    by_hand: ClassVar[Mapping[str, Sequence[str]]] = {}
    """Option -> the words of which somebody chooses who puts a line together, the usual one first;
    nobody is asked where there is one alone."""

    @property
    def may_speak(self) -> bool:
        """Say whether something can be said on the line."""
        return True

    @property
    def one_signal(self) -> bool:
        """Say whether both parties are heard as one signal."""
        return False

    @property
    def beside(self) -> "Beside | None":
        """Return the device of another driver that tells who calls, if one does."""
        return None

    def deaf_to_pulses(self, *, alone: bool) -> bool:
        """Say whether nothing tells what a phone dials by pulses; alone, it is the whole line."""
        return False

    def wrong(self) -> Iterator[Mistake]:
        """Yield what is wrong between options; each may be blank, where it was wrong itself."""
        yield from ()


@dataclass(frozen=True, slots=True)
class ByKind:
    """The options of a role; where they hang on one of them, those of each kind."""

    plain: type[Options]
    """Of a kind that is not known here, and where nobody has said which it is."""
    by: str = ""
    kinds: Mapping[str, type[Options]] = field(default_factory=dict)
    kind_of: Callable[[str], str] = str
    """Returns the kind of what the option says: a dialect's is the family of its profile."""

    def of(self, options: Mapping[str, Any]) -> type[Options]:
        """Return what options a part of such options has."""
        word = str(options.get(self.by, ""))
        return self.kinds.get(self.kind_of(word), self.plain) if word else self.plain

    def having(self, key: str) -> tuple[str, ...]:
        """Return the kinds that have an option."""
        return tuple(name for name, each in self.kinds.items() if key in keys(each))

    @property
    def classes(self) -> Mapping[str, type[Options]]:
        """Return all options that there may be, by their kind; the plain ones stand under none."""
        return {"": self.plain, **self.kinds}

    @property
    def settings(self) -> Mapping[str, Setting]:
        """Return every option that there may be, by its key, in the order of declaration."""
        return {each.key: each for section in self.classes.values() for each in asked(section)}


RoleOptions = Mapping[str, Options]
"""Role -> the options of the part, where it is this driver's."""


Check = Callable[[RoleOptions, Collection[str]], Iterator[Mistake]]
"""Takes the roles that a line gives this driver, and those that others have."""


@dataclass(frozen=True, slots=True)
class Driver:
    """The half of a driver that anybody may read; ``DEVICE`` in its package is the other."""

    name: str
    label: str
    roles: Mapping[str, type[Options] | ByKind]
    together: Collection[frozenset[str]] = ()
    """The roles that a line may give it at once; all that it has, if nothing is said."""
    whole: str = ""
    """It plays all three roles or none: the code of the mistake; empty: it may play some."""
    simulated: bool = False
    """There is no device, and nobody works at the line."""
    digital: bool = False
    """Between calls a line is silent, and its levels are the network's."""
    check: Check = lambda roles, others: iter(())
    """Yields what is wrong between the roles of a line."""

    def plays(self, roles: Collection[str]) -> bool:
        """Say whether it may play just these roles of a line."""
        return frozenset(roles) in (self.together or {frozenset(self.roles)})

    def role(self, role: str) -> ByKind:
        """Return what options a role has."""
        declared = self.roles[role]
        return declared if isinstance(declared, ByKind) else ByKind(declared)


def keys(section: type[Options]) -> tuple[str, ...]:
    """Return the keys of options."""
    return tuple(each.key for each in asked(section))


def filled(section: type[Options], options: Mapping[str, Any]) -> Options:
    """Return options as their class, with something blank for what is needed and missing."""
    given = {
        each.key: options.get(each.key, each.kind.blank)
        for each in asked(section)
        if each.key in options or each.needed
    }
    return section(**given)


def named(section: type[Options]) -> Mapping[str, DeviceKind]:
    """Return the options that name a device."""
    hints = get_type_hints(section, include_extras=True)
    said = ((key, each) for key in keys(section) for each in hints[key].__metadata__)
    return {key: each for key, each in said if isinstance(each, DeviceKind)}


def usual(section: type[Options]) -> dict[str, str]:
    """Return what a line that is put together by hand says unless somebody chooses."""
    return {key: words[0] for key, words in section.by_hand.items() if words}


def chosen_by_hand(section: type[Options]) -> dict[str, Setting]:
    """Return what somebody is asked who puts a line together: what it needs, and what it offers."""
    return {
        each.key: each
        for each in asked(section)
        if (each.needed or each.key in section.by_hand)
        and len(section.by_hand.get(each.key, ())) != 1
    }
