"""Read the settings that people write onto the memory card, on any computer.

A line is ``name = value``; ``#`` begins a comment. A file with a mistake counts as a whole as not
written: then the box takes what an untouched card says.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.errors import ConfigError

LONGEST_FILE = 16384
"""Bytes; the file as it is delivered has some 2,000."""

ZONES = Path("/usr/share/zoneinfo")
"""Of Debian's package tzdata."""

_ZONE = re.compile(r"[A-Za-z]+(/[A-Za-z0-9_+-]+){0,2}")
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,253}[A-Za-z0-9])?")
_KEY = re.compile(
    r"(ssh-ed25519|ecdsa-sha2-nistp256|ssh-rsa) [A-Za-z0-9+/]{40,1024}={0,2}( [\w@.-]*)?"
)


@dataclass(frozen=True, slots=True)
class CardSettings:
    """The network of a box, as the card says it."""

    name: str = "zgoda"  # browsers find the box at NAME.local
    address: str = ""  # with its network, as 192.168.1.20/24; empty: the network gives one
    gateway: str = ""
    dns: str = ""
    time_server: str = ""
    time_zone: str = "Europe/Warsaw"  # of the office: a file below ZONES
    wifi: str = ""
    wifi_password: str = ""
    country: str = ""  # of the radio's rules
    usb_network: str = ""  # "yes": a network adapter that is plugged into USB is used
    chip_anew: str = ""  # "yes": another vault's key in the clock module's chip is overwritten
    ssh_key: str = ""  # whose owner may log in; empty: nobody


def read_settings(path: Path) -> CardSettings:
    """Read the file; without one, all is as on an untouched card.

    Raises:
        ConfigError: the file holds mistakes; the text names each with its line.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_FILE + 1)
    except FileNotFoundError:
        return CardSettings()
    except OSError as error:
        raise ConfigError(f"{path.name} cannot be read: {error.strerror}.") from error
    if len(content) > LONGEST_FILE:
        raise ConfigError(f"{path.name} has more than {LONGEST_FILE} bytes; shorten it.")
    return parse_settings(_decoded(content, path.name), path.name)


def parse_settings(text: str, file: str) -> CardSettings:
    """Read the text of the file.

    Raises:
        ConfigError: it holds mistakes; the text names each with its line.
    """
    found: dict[str, str] = {}
    wrong: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not (said := line.strip()) or said.startswith("#"):
            continue
        try:
            name, value = _pair(said)
            if name in found:
                raise ConfigError(f"{name} stands there twice; keep one of them.")
            found[name] = value
        except ConfigError as error:
            wrong.append(f"{file}, line {number}: {error}")
    given = {_field(name): value for name, value in found.items() if value}
    settings = replace(CardSettings(), **given)
    wrong = wrong or [f"{file}: {sentence}" for sentence in _apart(settings)]
    if wrong:
        raise ConfigError("\n".join(wrong))
    return settings


def _decoded(content: bytes, file: str) -> str:
    """Decode what an editor of any computer may have written."""
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is no plain text; save it as text, in UTF-8.") from error


def _pair(line: str) -> tuple[str, str]:
    name, equals, value = (part.strip() for part in line.partition("="))
    if not equals:
        raise ConfigError(f"{line[:40]!r} has no equals sign; write name = value.")
    if name not in CHECKS:
        raise ConfigError(f"{name[:40]!r} is unknown; known are: {', '.join(CHECKS)}.")
    if not value:
        return name, ""
    if not value.isprintable() or '"' in value or "\\" in value:
        raise ConfigError(
            f"{name} has a quotation mark, a backslash or a sign that does not print."
        )
    if problem := CHECKS[name](value):
        shown = name if name == "wifi-password" else f"{name} = {value[:60]}"
        raise ConfigError(f"{shown} {problem}.")
    return name, value


def _field(name: str) -> str:
    return name.replace("-", "_")


def _apart(settings: CardSettings) -> list[str]:
    """Return what is wrong with values that belong together."""
    wrong = []
    if settings.gateway and not settings.address:
        wrong.append("gateway needs an address; add one, or remove the gateway.")
    if settings.address and settings.gateway:
        own = ipaddress.ip_interface(settings.address)
        if ipaddress.ip_address(settings.gateway) not in own.network:
            wrong.append(f"the gateway {settings.gateway} is not in the network {own.network}.")
    if settings.wifi_password and not settings.wifi:
        wrong.append("wifi-password needs wifi, the name of the network.")
    if settings.wifi and not (settings.wifi_password and settings.country):
        wrong.append("wifi needs wifi-password and country, such as PL.")
    return wrong


def _check_name(value: str) -> str:
    good = _NAME.fullmatch(value)
    return (
        "" if good else "is no name for a device; use small letters, digits and hyphens, as zgoda"
    )


def _check_interface(value: str) -> str:
    try:
        found = ipaddress.ip_interface(value)
    except ValueError:
        return "is no address with its network; write it as 192.168.1.20/24"
    if "/" not in value or found.network.num_addresses == 1:
        return "does not say its network; write it as 192.168.1.20/24"
    good = found.is_private and not (found.is_loopback or found.is_multicast)
    return "" if good else "is no address of an office's own network, as 192.168.1.20/24 is"


def _check_address(value: str) -> str:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return "is no address, as 192.168.1.1 is"
    return ""


def _check_host(value: str) -> str:
    return "" if _HOST.fullmatch(value) else "is neither a name nor an address of a computer"


def _check_zone(value: str) -> str:
    good = _ZONE.fullmatch(value) and (ZONES / value).is_file()
    return "" if good else "is no time zone, as Europe/Warsaw is"


def _check_wifi(value: str) -> str:
    return "" if len(value.encode()) <= 32 else "is longer than the 32 bytes that a name may have"


def _check_password(value: str) -> str:
    good = 8 <= len(value) <= 63 and value.isascii()
    return "" if good else "is no password of a radio network: 8 to 63 letters, digits and signs"


def _check_country(value: str) -> str:
    return "" if re.fullmatch("[A-Z]{2}", value) else "is no country; write two capitals, as PL"


def _check_yes(value: str) -> str:
    return "" if value == "yes" else "is not yes; write yes, or put a # before the line"


def _check_key(value: str) -> str:
    return "" if _KEY.fullmatch(value) else "is no public key, as ssh-ed25519 AAAA… is"


CHECKS: Mapping[str, Callable[[str], str]] = {
    "name": _check_name,
    "address": _check_interface,
    "gateway": _check_address,
    "dns": _check_address,
    "time-server": _check_host,
    "time-zone": _check_zone,
    "wifi": _check_wifi,
    "wifi-password": _check_password,
    "country": _check_country,
    "usb-network": _check_yes,
    "chip-anew": _check_yes,
    "ssh-key": _check_key,
}
"""Name in the file -> says what is wrong with a value, or nothing."""
