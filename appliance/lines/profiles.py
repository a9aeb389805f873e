"""Read profiles of line hardware: a new device is a new TOML file, not new code.

Each family of line monitors has a struct of its own: a figure that means nothing to a family is a
mistake in its profile.
"""

from typing import Any

import msgspec

from appliance import toml
from appliance.config.drivers.profiles import firmware_config, profile_names
from appliance.errors import LineError
from appliance.model.sentences.faults import device_fault
from appliance.structs import convert


class _Profile(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="family"
):
    """The figures of every family; ``monitors/<dialect>.toml`` gives the reason for each."""

    dialect: str
    baud: int  # 0: nothing is sent over the wire
    lateness_ms: int
    sees_flash: bool


class Lm1Profile(_Profile, frozen=True, tag="lm1"):
    """A monitor that reports raw facts and answers a query; the box judges.

    The times are those of phones, of the network or of a rotary dial.
    """

    banner: str
    query: str  # requests the full state
    start_seconds: float
    heartbeat_seconds: float
    lost_seconds: float
    ask_seconds: float
    answer_seconds: float
    off_hook_ms: int
    on_hook_ms: int
    flash_min_ms: int
    no_volts: float
    no_milliamps: float
    loop_break_ms: int
    disconnect_ms: int
    cut_seconds: float


class WhozzProfile(_Profile, frozen=True, tag="whozz"):
    """A unit that reports edges which it has judged itself, and never its state."""

    lines: int  # the most that a unit has
    query: str  # lists the settings
    wanted: str  # a letter for each setting, upper or lower case
    needed: str  # those of them without which it is no hook source
    between_ms: int  # two commands
    start_seconds: float
    lost_seconds: float
    ask_seconds: float
    answer_seconds: float
    ring_every_ms: int
    longest_ringing_seconds: float


class NetCallerIdProfile(_Profile, frozen=True, tag="netcallerid"):
    """A box that tells the caller's number and nothing else; nothing may be sent to it."""


class OptocouplerProfile(_Profile, frozen=True, tag="optocouplers"):
    """Optocouplers on a serial port's modem lines."""

    look_ms: int  # between two looks at the pins
    off_hook_ms: int
    on_hook_ms: int
    flash_min_ms: int
    ring_on_ms: int
    ring_off_ms: int


MonitorProfile = Lm1Profile | WhozzProfile | NetCallerIdProfile | OptocouplerProfile


def read_profile(folder: str, name: str, kind: Any) -> Any:
    """Read a profile of a kind.

    Raises:
        LineError: it holds a mistake.
    """
    try:
        text = (firmware_config() / folder / f"{name}.toml").read_text("utf-8")
        return convert(toml.loads(text), kind)
    except (OSError, UnicodeDecodeError, toml.MISTAKE, msgspec.ValidationError) as error:
        raise LineError(device_fault("profile_wrong", file=f"{folder}/{name}.toml")) from error


def monitor_dialects() -> tuple[str, ...]:
    """Return the dialects of line monitors that have a profile."""
    return profile_names("monitors")


def hook_dialects() -> tuple[str, ...]:
    """Return the dialects of monitors that can be a line's hook source."""
    found = ((dialect, monitor_profile(dialect)) for dialect in monitor_dialects())
    return tuple(name for name, profile in found if not isinstance(profile, NetCallerIdProfile))


def monitor_profile(dialect: str) -> MonitorProfile:
    """Read the profile of a line monitor.

    Raises:
        LineError: there is no such profile, or it holds a mistake.
    """
    known = monitor_dialects()
    if dialect not in known:
        raise LineError(device_fault("profile_unknown", name=dialect, known=", ".join(known)))
    profile: MonitorProfile = read_profile("monitors", dialect, MonitorProfile)
    return profile


def lm1_profile() -> Lm1Profile:
    """Read the profile of our own protocol; raise LineError if it holds a mistake."""
    profile = monitor_profile("lm1")
    if not isinstance(profile, Lm1Profile):
        raise LineError(device_fault("profile_wrong", file="monitors/lm1.toml"))
    return profile
