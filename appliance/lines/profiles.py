"""Read profiles of line hardware: a new device is a new TOML file, not new code."""

import tomllib
from importlib import resources
from importlib.resources.abc import Traversable

import msgspec

from appliance.errors import LineError


class MonitorProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The protocol of a serial line monitor and the limits for its reports.

    The times are those of phones, of the network or of a rotary dial;
    ``monitors/<dialect>.toml`` gives the reason for each.
    """

    dialect: str
    baud: int
    banner: str
    query: str  # requests the full state
    start_seconds: float
    heartbeat_seconds: float
    lost_seconds: float
    ask_seconds: float
    answer_seconds: float
    lateness_ms: int
    sees_flash: bool
    off_hook_ms: int
    on_hook_ms: int
    flash_min_ms: int
    no_volts: float
    no_milliamps: float
    loop_break_ms: int
    disconnect_ms: int
    cut_seconds: float


def firmware_config() -> Traversable:
    """Return the folder of hardware profiles, in the installed package or the checkout."""
    package = resources.files("appliance")
    installed = package / "firmware_config"
    if installed.is_dir():
        return installed
    with resources.as_file(package) as folder:
        return folder.parent / "firmware-config"


def monitor_dialects() -> tuple[str, ...]:
    """Return the dialects of line monitors that have a profile."""
    folder = firmware_config() / "monitors"
    return tuple(sorted(e.name[:-5] for e in folder.iterdir() if e.name.endswith(".toml")))


def monitor_profile(dialect: str) -> MonitorProfile:
    """Read the profile of a line monitor.

    Raises:
        LineError: there is no such profile, or it holds a mistake.
    """
    folder = firmware_config() / "monitors"
    known = monitor_dialects()
    if dialect not in known:
        raise LineError(f"no line monitor speaks {dialect!r}; known are: {', '.join(known)}")
    try:
        text = (folder / f"{dialect}.toml").read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), MonitorProfile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LineError(f"the profile monitors/{dialect}.toml holds a mistake: {error}") from error
