"""Read the device of each of a line's three roles, with what its driver needs."""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from appliance.config import validators as valid
from appliance.config.settings import Part
from appliance.config.table import Table

Options = Mapping[str, Callable[[object], object]]


@dataclass(frozen=True, slots=True)
class Driver:
    """The options of a driver's table beside ``driver``."""

    roles: frozenset[str]
    required: Mapping[str, str]  # option -> example
    optional: Options = field(default_factory=dict)
    audio: Options = field(default_factory=dict)  # optional in the audio role alone
    hook: Options = field(default_factory=dict)  # the same of the hook


_ALL = frozenset({"hook", "audio", "prompt"})
_PORT = {"port": '"/dev/serial/by-id/usb-…"'}
_TAPPED = {"sides": partial(valid.valid_word, words=("both", "voltage/current", "far/near"))}
_HEARD: Options = {
    "rate": partial(valid.valid_hundreds, low=16000, high=48000),
    "sides": partial(valid.valid_word, words=("both", "voltage/current", "far/near")),
}

_STRICTER: Mapping[str, Callable[[object], str]] = {"card": valid.valid_card}
"""Required options that take less than any text."""

DRIVERS: Mapping[str, Driver] = {
    "exchange": Driver(_ALL, {}, audio=_TAPPED, hook={"modem": valid.valid_text}),
    "sound": Driver(frozenset({"audio", "prompt"}), {"card": '"LineTap"'}, audio=_HEARD),
    "monitor": Driver(
        frozenset({"hook"}),
        {"dialect": '"lm1"', **_PORT},
        {
            "line": partial(valid.valid_whole, low=1, high=8),
            "off_hook": valid.valid_serial_pin,
            "ringing": valid.valid_serial_pin,
            "caller_port": valid.valid_text,
            "caller": partial(valid.valid_word, words=("netcallerid", "modem")),
        },
    ),
    "modem": Driver(
        _ALL,
        _PORT,
        {"profile": valid.valid_text},
        audio={"holds_line": valid.valid_flag},
        hook={"short_loop": valid.valid_flag},
    ),
    "isdn": Driver(_ALL, {}),
}


TRANSPORTS = ("l1oip", "kernel")
"""Ways to an ISDN line: a tunnel over UDP, or cards of the kernel's (mISDN)."""

MODES = ("tap", "bridge")
"""A passive tap listens to both sides; a bridge stands between them, forwards and speaks."""

_ENDS = {
    "network": '"127.0.0.1:9311"',  # the end that the network is behind
    "terminal": '"127.0.0.1:9312"',  # the end that the phone is behind
    "network_here": '"127.0.0.1:9301"',  # the end of that tunnel on this box
    "terminal_here": '"127.0.0.1:9302"',  # the end of that tunnel on this box
}
_CARDS = {
    "network": '"HFC-S_USB.1"',  # the card on the network's bus
    "terminal": '"HFC-S_USB.2"',  # the card on the phone's bus
}


_DIALECTS: Mapping[str, tuple[str, ...]] = {
    "line": ("whozz",),
    "off_hook": ("optocouplers",),
    "ringing": ("optocouplers",),
    "caller_port": ("optocouplers", "lm1"),
    "caller": ("optocouplers", "lm1"),
}
"""Option of a monitor -> the dialects that have it."""


def read_part(table: Table, role: str) -> Part:
    """Read the driver of one of a line's three roles."""
    if role not in table:
        table.required(role, valid.valid_text, otherwise="", example='{ driver = "exchange" }')
        return Part("")
    part = table.table(role)
    known = [name for name, driver in DRIVERS.items() if role in driver.roles]
    name = part.required(
        "driver", partial(valid.valid_word, words=known), otherwise="", example=f'"{known[-1]}"'
    )
    if not name:
        return Part("")  # nothing says which other keys are right
    driver = DRIVERS[name]
    options: dict[str, object] = {
        option: part.required(
            option, _STRICTER.get(option, valid.valid_text), otherwise="", example=example
        )
        for option, example in driver.required.items()
    }
    of_role = {"audio": driver.audio, "hook": driver.hook}.get(role, {})
    options |= part.given(**driver.optional, **of_role)
    if name == "monitor":
        _check_dialect(part, options)
    if name == "isdn":
        options |= _read_isdn(part, role)
    part.finish()
    return Part(name, options)


def _read_isdn(part: Table, role: str) -> dict[str, Any]:
    """Return the options of an ISDN line's part; all of them stand in ``hook``."""
    if role != "hook":
        return {}
    need = partial(part.required, otherwise="")
    transport = need("transport", partial(valid.valid_word, words=TRANSPORTS), example='"l1oip"')
    mode = need("mode", partial(valid.valid_word, words=MODES), example='"bridge"')
    options = {"transport": transport, "mode": mode}
    if transport == "kernel":
        options |= {key: need(key, valid.valid_text, example=_CARDS[key]) for key in _CARDS}
        _check_different(part, options, ("network", "terminal"))
    elif transport == "l1oip":
        options |= {key: need(key, valid.valid_end, example=_ENDS[key]) for key in _ENDS}
        options |= {"id": need("id", valid.valid_tunnel_id, example='"5a2b4c6d"')}
        options |= part.given(over_vpn=valid.valid_flag)
        _check_ends(part, options)
    return options


def _check_ends(part: Table, options: dict[str, Any]) -> None:
    _check_different(part, options, ("network", "terminal"))
    _check_different(part, options, ("network_here", "terminal_here"))
    if options.get("over_vpn"):
        return
    for key in _ENDS:
        if options[key] and not ipaddress.ip_address(valid.parse_end(options[key])[0]).is_loopback:
            part.wrong("tunnel_open", key)


def _check_different(part: Table, options: dict[str, Any], keys: tuple[str, str]) -> None:
    first, second = keys
    if options[first] and options[first] == options[second]:
        part.wrong("same_side", second)


def _check_dialect(part: Table, options: Mapping[str, object]) -> None:
    """Note each option that a monitor's dialect lacks, and each that it needs."""
    dialect = options["dialect"]
    for option, dialects in _DIALECTS.items():
        if option in options and dialect not in dialects:
            part.wrong("of_dialect", option, dialects=dialects)
    if options["port"] and options.get("caller_port") == options["port"]:
        part.wrong("own_port", "caller_port")
    if "caller" in options and "caller_port" not in options:
        part.wrong("without_port", "caller")
    if dialect == "optocouplers" and "off_hook" not in part:
        part.wrong("missing", "off_hook", example='off_hook = "not dcd"')
    if dialect == "netcallerid":
        part.wrong("tells_no_hook", "dialect")
