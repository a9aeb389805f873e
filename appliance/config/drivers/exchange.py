"""Declare the simulated telephone exchange."""

from dataclasses import dataclass
from typing import Annotated

from appliance.config import declare as a
from appliance.config.declare import Also
from appliance.config.drivers.driver import SIDES, Driver, Options
from appliance.config.drivers.profiles import profile_of
from appliance.language import N_


# fmt: off
@dataclass(frozen=True, slots=True)
class ExchangeHook(Options):
    """What sees the phone of a simulated line."""

    modem: Annotated[str, N_("Simulated voice modem, such as conexant"), Also(
        docs="an emulated [voice modem](modems.md) in place of the line monitor, such as "
        "`conexant`; the line then runs in real time"), profile_of("emulated")] = ""

    def deaf_to_pulses(self, *, alone: bool) -> bool:
        """Say whether a modem is there in place of the monitor."""
        return bool(self.modem)


@dataclass(frozen=True, slots=True)
class ExchangeAudio(Options):
    """What hears a simulated line."""

    sides: Annotated[str, N_("What the channels carry"), Also(
        docs="`far/near` makes it an ISDN line, `both` one signal"), a.word(SIDES)
        ] = "voltage/current"

    @property
    def one_signal(self) -> bool:
        """Say whether its channel carries both parties."""
        return self.sides == "both"
# fmt: on


EXCHANGE = Driver(
    "exchange",
    N_("Simulated telephone exchange"),
    {"hook": ExchangeHook, "audio": ExchangeAudio, "prompt": Options},
    whole="half_simulated",
    simulated=True,
)
