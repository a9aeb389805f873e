"""Ask for devices that a person puts together by hand, each choice with what is chosen now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from appliance.config.drivers.isdn import MODES
from appliance.config.drivers.sides import SIDES
from appliance.link.requests.devices import PluggedDevices
from web.setup.devices import MODEM, Form

Line = Mapping[str, Any]
Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Pick:
    """One choice of a way that is put together by hand."""

    name: str  # in the form
    label: str
    options: Options
    chosen: str
    shown: str  # what the page had chosen before somebody changed it


@dataclass(frozen=True, slots=True)
class WayByHand:
    """A way to make a line by hand."""

    name: str
    title: str
    about: str
    picks: tuple[Pick, ...]


class Picks:
    """The choices of one page."""

    def __init__(self, line: Line, form: Form | None, *, warned: bool) -> None:
        """Take the settings of the line, what the browser sent, and whether it was warned."""
        self._form, self._warned = form or {}, warned
        self._hook = _part(line, "hook")
        self._audio = _part(line, "audio")

    def ways(self, found: PluggedDevices) -> Iterator[WayByHand]:
        """Yield the ways that what is plugged in allows."""
        if found.cards and found.ports:
            yield WayByHand(
                "sound",
                gettext("A USB sound card, and a hook sensor"),
                gettext(
                    "The USB sound card hears and speaks; a line monitor or a voice modem sees "
                    "that the phone is lifted."
                ),
                tuple(self._sound(found)),
            )
        if len(found.isdn) > 1:
            yield WayByHand(
                "isdn",
                gettext("Two ISDN cards"),
                gettext("One on the network's bus, one on the phone's."),
                tuple(self._isdn(found)),
            )

    def _sound(self, found: PluggedDevices) -> Iterator[Pick]:
        cards = [(card.id, f"{card.name} ({card.id})") for card in found.cards if card.speaks]
        yield self._pick("card", gettext("USB sound card"), cards, self._audio.get("card"))
        ports = [(port.device, port.name or port.device) for port in found.ports]
        yield self._pick("port", gettext("Serial device"), ports, self._hook.get("port"))
        kinds = [*((each, each) for each in found.dialects), *_modems(found.profiles)]
        yield self._pick("dialect", gettext("What it is"), kinds, self._dialect())
        usual = "both" if self._audio.get("driver") == "sound" else "voltage/current"
        now = str(self._audio.get("sides", usual))
        yield self._pick("sides", gettext("How the USB sound card is wired"), _wirings(now), now)

    def _isdn(self, found: PluggedDevices) -> Iterator[Pick]:
        cards = [(card.name, card.name) for card in found.isdn]
        network, terminal = self._hook.get("network"), self._hook.get("terminal")
        yield self._pick("network", gettext("Card towards the network"), cards, network)
        yield self._pick("terminal", gettext("Card towards the phone"), cards[::-1], terminal)
        modes = [(mode, gettext(said)) for mode, said in MODES.items()]
        yield self._pick("mode", gettext("What the device does"), modes, self._hook.get("mode"))

    def _dialect(self) -> str:
        """Return the choice of what sees the phone now."""
        if self._hook.get("driver") != "modem":
            return str(self._hook.get("dialect", ""))
        profile = self._hook.get("profile")
        return f"{MODEM}:{profile}" if profile else MODEM

    def _pick(self, name: str, label: str, options: Options, now: object) -> Pick:
        known = [each for each, _ in options]
        usual = str(now) if now in known else (known[0] if known else "")
        chosen = self._form.get(name, usual)
        before = name if self._warned else f"shown-{name}"
        return Pick(name, label, options, chosen, self._form.get(before, usual))


def _part(line: Line, role: str) -> Mapping[str, Any]:
    part = line.get(role)
    return part if isinstance(part, Mapping) else {}


def _modems(profiles: Iterable[str]) -> Options:
    named = [(f"{MODEM}:{each}", gettext("Voice modem: %(kind)s", kind=each)) for each in profiles]
    return [(MODEM, gettext("Voice modem, which says what it is")), *named] if named else []


def _wirings(now: str) -> Options:
    """Return how an adapter may be wired; a bus's two sides only where it is set so now."""
    words = ("voltage/current", "both", *(["far/near"] if now == "far/near" else []))
    return [(word, gettext(SIDES[word])) for word in words]
