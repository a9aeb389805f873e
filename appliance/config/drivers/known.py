"""List the drivers of lines: one explicit tuple, and no discovery."""

from collections.abc import Iterator, Mapping
from typing import Any

from appliance.config.drivers.driver import (
    ROLES,
    Beside,
    DeviceKind,
    Driver,
    Options,
    Part,
    filled,
    named,
)
from appliance.config.drivers.exchange import EXCHANGE
from appliance.config.drivers.isdn import ISDN
from appliance.config.drivers.modem import MODEM
from appliance.config.drivers.monitor import MONITOR
from appliance.config.drivers.sound import SOUND

DRIVERS: tuple[Driver, ...] = (EXCHANGE, SOUND, MONITOR, MODEM, ISDN)

BY_NAME: Mapping[str, Driver] = {driver.name: driver for driver in DRIVERS}

SIMULATED = frozenset(driver.name for driver in DRIVERS if driver.simulated)
"""Drivers behind which there is no device."""


def combinations() -> Iterator[Mapping[str, Driver]]:
    """Yield role and driver of all that can make a line; what hears it speaks, too."""
    for sound in DRIVERS:
        hooks = [sound] if sound.plays(ROLES) else []
        if sound.plays(("audio", "prompt")):
            hooks += [each for each in DRIVERS if each.plays(("hook",))]
        yield from ({"hook": hook, "audio": sound, "prompt": sound} for hook in hooks)


def declared(role: str, part: Part) -> Options:
    """Return a part's options as its driver declares them; none of an unknown driver."""
    return filled(options_of(role, part.driver, part.options), part.options)


def beside(hook: Mapping[str, Any]) -> Beside | None:
    """Return the device that only tells who calls, beside what sees the phone, if there is one."""
    return declared("hook", Part(str(hook.get("driver", "")), hook)).beside


def devices(role: str, part: Part) -> Iterator[tuple[str, DeviceKind, str]]:
    """Yield option, kind and name of each device that a part names."""
    for key, kind in named(options_of(role, part.driver, part.options)).items():
        if value := part.options.get(key):
            yield key, kind, str(value)


def number_at_device(role: str, part: Part) -> int:
    """Return the number of a line at a device of several, 0 where a device has one line."""
    options = declared(role, part)
    return int(getattr(options, options.shared_by)) if options.shared_by else 0


def options_of(role: str, name: str, options: Mapping[str, Any]) -> type[Options]:
    """Return what options a part has by its driver's name; none of an unknown driver."""
    driver = BY_NAME.get(name)
    if driver is None or role not in driver.roles:
        return Options
    return driver.role(role).of(options)
