"""Declare voice modems."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from appliance.config import declare as a
from appliance.config.declare import Also
from appliance.config.drivers.driver import (
    ROLES,
    DeviceKind,
    Driver,
    Options,
    RoleOptions,
)
from appliance.config.drivers.profiles import profile_of
from appliance.config.mistakes import Mistake, mistake
from appliance.language import N_


# fmt: off
@dataclass(frozen=True, slots=True)
class ModemPart(Options):
    """What every role has."""

    by_hand: ClassVar[Mapping[str, Sequence[str]]] = {"profile": ()}
    port: Annotated[str, N_("Serial port"), DeviceKind.PORT, Also(
        hint=N_("Such as /dev/serial/by-id/…."), example='"/dev/serial/by-id/usb-…"',
        docs="its serial port, by a lasting name below "
        "`/dev/serial/by-id`"), a.TEXT]
    profile: Annotated[str, N_("Profile of the modem"), Also(
        docs="how it is driven: `conexant` `conexant-no-trv` `usr5637` `silabs` `phone-jack` "
        "`generic`",
        without="the modem's own words choose"), profile_of("modems")] = ""


@dataclass(frozen=True, slots=True)
class ModemHook(ModemPart):
    """What sees the phone."""

    short_loop: Annotated[bool, N_("Short loop: the voltage falls little when a phone is lifted"),
        a.FLAG] = False

    def deaf_to_pulses(self, *, alone: bool) -> bool:
        """Say that it sees lifts alone, beside an adapter."""
        return not alone


@dataclass(frozen=True, slots=True)
class ModemAudio(ModemPart):
    """What hears the line: it holds it."""

    holds_to_hear: ClassVar[bool] = True
    holds_line: Annotated[bool, N_("The modem may hold the line in calls"), Also(
        docs="has to be `true` where the sound comes through the modem: it then holds the line "
        "in calls that come in"),
        a.FLAG] = False

    @property
    def one_signal(self) -> bool:
        """Say that it hears both parties at once."""
        return True
# fmt: on


def _whole_line(roles: RoleOptions, others: Collection[str]) -> Iterator[Mistake]:
    """Check that sound through a modem was chosen in so many words, and for a whole line."""
    by_modem = [role for role in ("audio", "prompt") if role in roles]
    if not by_modem:
        return
    ports = {each.port for each in roles.values() if isinstance(each, ModemPart) and each.port}
    audio = roles.get("audio")
    if others or len(ports) > 1:
        yield mistake((by_modem[0], "driver"), "modem_not_whole")
    elif isinstance(audio, ModemAudio) and not audio.holds_line:
        yield mistake(("audio", "driver"), "modem_holds", option="holds_line")


MODEM = Driver(
    "modem",
    N_("Voice modem"),
    {"hook": ModemHook, "audio": ModemAudio, "prompt": ModemPart},
    together=(frozenset({"hook"}), frozenset(ROLES)),
    check=_whole_line,
)
