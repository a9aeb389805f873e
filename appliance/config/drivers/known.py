"""List the drivers of lines: one explicit tuple, and no discovery."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from appliance.config.drivers.driver import Driver, Naming, Options, filled, named
from appliance.config.drivers.exchange import EXCHANGE
from appliance.config.drivers.isdn import ISDN
from appliance.config.drivers.modem import MODEM
from appliance.config.drivers.monitor import MONITOR
from appliance.config.drivers.sound import SOUND

DRIVERS: tuple[Driver, ...] = (EXCHANGE, SOUND, MONITOR, MODEM, ISDN)

BY_NAME: Mapping[str, Driver] = {driver.name: driver for driver in DRIVERS}


class _Part(Protocol):
    """A part of a line, as the settings have it."""

    @property
    def driver(self) -> str:
        """Return the name of its driver."""

    @property
    def options(self) -> Mapping[str, Any]:
        """Return what it says beside the driver."""


def declared(role: str, part: _Part) -> Options:
    """Return a part's options as its driver declares them; none of an unknown driver."""
    driver = BY_NAME.get(part.driver)
    if driver is None or role not in driver.roles:
        return Options()
    return filled(driver.of(role, part.options), part.options)


def devices(role: str, part: _Part) -> Iterator[tuple[str, Naming, str]]:
    """Yield option, kind and name of each device that a part names."""
    driver = BY_NAME.get(part.driver)
    if driver is None or role not in driver.roles:
        return
    for key, kind in named(driver.of(role, part.options)).items():
        if value := part.options.get(key):
            yield key, kind, str(value)
