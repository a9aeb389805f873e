"""Read the settings that people write onto the memory card, on any computer.

A line is ``name = value``; ``#`` begins a comment. A file with a mistake counts as a whole as not
written: then the box takes what an untouched card says.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.config.mistakes import Mistake, MistakesFound, mistake, read_file

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
        MistakesFound: the file holds mistakes, each with its line.
    """
    try:
        content = read_file(path, LONGEST_FILE + 1)
    except MistakesFound as error:
        if error.missing:
            return CardSettings()
        raise
    if len(content) > LONGEST_FILE:
        most = LONGEST_FILE // 1024
        raise MistakesFound(path.name, mistake((), "too_large", most=most))
    return parse_settings(_decoded(content, path.name), path.name)


def parse_settings(text: str, file: str) -> CardSettings:
    """Read the text of the file.

    Raises:
        MistakesFound: it holds mistakes, each with its line.
    """
    given: dict[str, str] = {}
    wrong: list[Mistake] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not (said := line.strip()) or said.startswith("#"):
            continue
        name, value, amiss = _pair(said, number)
        if amiss is None and name in given:
            amiss = mistake((name,), "twice", number)
        if amiss is not None:
            wrong.append(amiss)
        given.setdefault(name, value)
    wanted = {_field(name): value for name, value in given.items() if value}
    settings = CardSettings() if wrong else replace(CardSettings(), **wanted)
    if wrong := wrong or list(_apart(settings)):
        raise MistakesFound(file, *wrong)
    return settings


def _decoded(content: bytes, file: str) -> str:
    """Decode what an editor of any computer may have written."""
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise MistakesFound(file, mistake((), "not_utf8")) from error


def _pair(line: str, number: int) -> tuple[str, str, Mistake | None]:
    """Return the name and the value of a line, and what is wrong with it."""
    name, equals, value = (part.strip() for part in line.partition("="))
    if not equals:
        return name, "", mistake((), "card_line", number, value=line[:40])
    if name not in CHECKS:
        unknown = mistake((), "word_unknown", number, wrong=name[:40], known=tuple(CHECKS))
        return name, "", unknown
    if value and (not value.isprintable() or '"' in value or "\\" in value):
        return name, value, mistake((name,), "card_sign", number)
    code = CHECKS[name](value) if value else ""
    if not code:
        return name, value, None
    shown = {} if name == "wifi-password" else {"value": value[:60]}
    return name, value, mistake((name,), code, number, **shown)


def _field(name: str) -> str:
    return name.replace("-", "_")


def _apart(settings: CardSettings) -> Iterator[Mistake]:
    """Yield what is wrong with values that belong together."""
    if settings.gateway and not settings.address:
        yield mistake(("gateway",), "card_gateway")
    if settings.address and settings.gateway:
        own, gateway = ipaddress.ip_interface(settings.address), settings.gateway
        if ipaddress.ip_address(gateway) not in own.network:
            network = own.network
            yield mistake(("gateway",), "card_gateway_away", gateway=gateway, network=network)
    if settings.wifi_password and not settings.wifi:
        yield mistake(("wifi-password",), "card_no_wifi")
    if settings.wifi and not (settings.wifi_password and settings.country):
        yield mistake(("wifi",), "card_wifi_half")


def _check_name(value: str) -> str:
    good = _NAME.fullmatch(value)
    return "" if good else "card_name"


def _check_interface(value: str) -> str:
    try:
        found = ipaddress.ip_interface(value)
    except ValueError:
        return "card_network"
    if "/" not in value or found.network.num_addresses == 1:
        return "card_network"
    good = found.is_private and not (found.is_loopback or found.is_multicast)
    return "" if good else "card_foreign"


def _check_address(value: str) -> str:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return "host"
    return ""


def _check_host(value: str) -> str:
    return "" if _HOST.fullmatch(value) else "card_host"


def _check_zone(value: str) -> str:
    good = _ZONE.fullmatch(value) and (ZONES / value).is_file()
    return "" if good else "card_zone"


def _check_wifi(value: str) -> str:
    return "" if len(value.encode()) <= 32 else "card_wifi"


def _check_password(value: str) -> str:
    good = 8 <= len(value) <= 63 and value.isascii()
    return "" if good else "card_password"


def _check_country(value: str) -> str:
    return "" if re.fullmatch("[A-Z]{2}", value) else "country"


def _check_yes(value: str) -> str:
    return "" if value == "yes" else "card_yes"


def _check_key(value: str) -> str:
    return "" if _KEY.fullmatch(value) else "card_key"


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
"""Name in the file -> returns the code of what is wrong with a value, or nothing."""
