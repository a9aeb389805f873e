"""Put a line's devices together by hand: ways and questions come from what drivers declare."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext

from appliance.config.declare import Setting
from appliance.config.drivers.driver import (
    DeviceKind,
    Driver,
    Options,
    chosen_by_hand,
    named,
    usual,
)
from appliance.config.drivers.known import BY_NAME, combinations
from appliance.link.requests.devices import PluggedDevices
from web.settings.fields import Field, question

Values = dict[str, Any]
Form = Mapping[str, str]
Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """Drivers that make a line together."""

    drivers: Mapping[str, Driver]
    """Role -> who plays it."""

    @property
    def name(self) -> str:
        """Return what a form calls it."""
        return "+".join(dict.fromkeys(each.name for each in self.drivers.values()))

    @property
    def title(self) -> str:
        """Return its name."""
        return " + ".join(dict.fromkeys(gettext(each.label) for each in self.drivers.values()))

    @property
    def simulated(self) -> bool:
        """Say whether there is no device."""
        return all(each.simulated for each in self.drivers.values())

    @property
    def holds_to_hear(self) -> bool:
        """Say whether it holds the line in calls: that is proposed with what it costs."""
        return self.kind("audio", {}).holds_to_hear

    def key(self, role: str, option: str) -> str:
        """Return what a form calls an option: the roles of one driver share it."""
        return f"{self.name}.{self.drivers[role].name}.{option}"

    def kind(self, role: str, said: Mapping[str, Any]) -> type[Options]:
        """Return a role's options, of the kind that is said, or else of the usual one."""
        declared = self.drivers[role].role(role)
        return declared.of({**usual(declared.plain), **said})

    def said(self, role: str, form: Form) -> Values:
        """Return what a form says of a role's options; an empty answer says nothing."""
        keys = self.drivers[role].role(role).settings
        typed = {key: form.get(self.key(role, key), "").strip() for key in keys}
        return {key: text for key, text in typed.items() if text}

    def parts(self, form: Form, line: Line) -> Values:
        """Return a line's devices as a form says them; what it does not ask stays."""
        made = {}
        for role, driver in self.drivers.items():
            said = self.said(role, form)
            options = self.kind(role, said)
            chosen = {key: said[key] for key in chosen_by_hand(options) if key in said}
            now = {"driver": driver.name, **usual(options), **chosen}
            made[role] = now | kept(line, role, now) | chosen
        return made


def kept(line: Line, role: str, now: Mapping[str, Any]) -> Values:
    """Return a role's options as they were, if it has the same driver and kind.

    What somebody chooses anew does not stay, such as a port.
    """
    before, declared = line.get(role), BY_NAME[now["driver"]].role(role)
    if not isinstance(before, Mapping):
        return {}
    same = all(before.get(key) == now.get(key) for key in ("driver", declared.by))
    anew = chosen_by_hand(declared.of(now))
    return {key: each for key, each in before.items() if same and key not in anew}


WAYS = {way.name: way for way in map(Way, combinations()) if way.simulated or not way.holds_to_hear}
"""Name -> way."""

SIMULATION = next(name for name, way in WAYS.items() if way.simulated)


@dataclass(frozen=True, slots=True)
class Pick:
    """One choice of a way."""

    field: Field
    chosen: str
    shown: str  # what the page had chosen before somebody changed it


@dataclass(frozen=True, slots=True)
class Picks:
    """The choices of one page."""

    found: PluggedDevices
    line: Line
    form: Form
    warned: bool

    def ways(self) -> Iterator[tuple[Way, list[Pick]]]:
        """Yield the ways that what is plugged in allows, with their choices."""
        for way in WAYS.values():
            picks = {
                pick.field.key: pick for role in way.drivers for pick in self._picks(way, role)
            }
            possible = all(
                pick.field.options or pick.field.kind != "one" for pick in picks.values()
            )
            if possible and not way.simulated:
                yield way, list(picks.values())

    def _picks(self, way: Way, role: str) -> Iterator[Pick]:
        before = self.line.get(role)
        if not isinstance(before, Mapping) or before.get("driver") != way.drivers[role].name:
            before = {}
        options = way.kind(role, dict(before) | way.said(role, self.form))
        places = named(options)
        for declared in chosen_by_hand(options).values():
            key, place = declared.key, places.get(declared.key)
            now = str(before.get(key, declared.default if before else usual(options).get(key, "")))
            field = replace(question(declared), key=way.key(role, key))
            offered = self._offered(declared, place, options, now)
            if offered is not None:
                others = [each for each in places if places[each] is place]
                at = others.index(key) if place else 0  # the second of two begins with the second
                names = [*offered][at:] + [*offered][:at] if at < len(offered) else []
                options_here = {each: offered[each] for each in names}
                field = replace(field, kind="one", hint="", options=options_here)
                now = now if now in offered else next(iter(names), "")
            before_it = field.key if self.warned else f"shown-{field.key}"
            chosen = self.form.get(field.key, now)
            yield Pick(field, chosen, self.form.get(before_it, now))

    def _offered(
        self, declared: Setting, place: DeviceKind | None, options: type[Options], now: str
    ) -> Mapping[str, str] | None:
        """Return what may be chosen; None where anything may be typed."""
        plugged = {
            DeviceKind.CARD: {c.id: f"{c.name} ({c.id})" for c in self.found.cards if c.speaks},
            DeviceKind.PORT: {port.device: port.name or port.device for port in self.found.ports},
            DeviceKind.BUS: {card.name: card.name for card in self.found.isdn},
        }
        profiles = {"dialect": self.found.dialects, "profile": self.found.profiles}
        if place in plugged:
            return plugged[place]
        if declared.key in profiles:
            none = {} if declared.needed else {"": "–"}
            return none | {name: name for name in profiles[declared.key]}
        words = declared.kind.words
        offered = (*(options.by_hand.get(declared.key) or words), now)
        return {word: gettext(words[word]) for word in words if word in offered} or None
