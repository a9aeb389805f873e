"""Decide which way browsers reach the panel: loopback, TLS proxy or, if told so, in clear.

Only the panel, its proxy and the doctor ask. A configuration whose panel may not listen is no
mistake of the whole: the recorder goes on with it.
"""

import ipaddress
from enum import StrEnum

from appliance.config.settings import Panel
from appliance.errors import ConfigError

ADDRESS = "address-problem"
"""The file beside the panel's socket that says why it does not listen where it should."""

LONGEST_PROBLEM = 1000

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


class Way(StrEnum):
    """The way from a browser to the panel."""

    LOOPBACK = "loopback"
    """The panel listens for this computer's browsers alone."""

    PROXY = "proxy"
    """The TLS proxy listens; the panel has a Unix socket that the proxy alone may use."""

    CLEAR = "clear"
    """The panel listens for other computers without TLS, because the configuration says so."""


def way(panel: Panel) -> Way:
    """Return the way that the configuration wants.

    Raises:
        ConfigError: passwords and voices would cross the network in clear, and nobody said so.
    """
    if panel.certificate:
        return Way.PROXY
    if is_loopback(panel.host):
        return Way.LOOPBACK
    if panel.allow_unencrypted:
        return Way.CLEAR
    raise ConfigError(
        f"The panel does not listen on {panel.host} without a certificate: passwords and voices "
        "would cross the network in clear. Name certificate and key below [panel], or set "
        "allow_unencrypted = true there."
    )


def is_loopback(host: str) -> bool:
    """Say whether an address or name is surely this computer alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def names(panel: Panel) -> tuple[str, ...]:
    """Return the host names that the panel answers to; it refuses any other.

    Raises:
        ConfigError: it listens on every address and nobody said what browsers call it.
    """
    everywhere = _is_every_address(panel.host)
    if everywhere and not panel.names:
        raise ConfigError(
            f"The panel does not listen on {panel.host} without names: write below [panel] what "
            'browsers call it, such as names = ["zgoda.lan", "192.168.1.20"].'
        )
    own = () if everywhere else (panel.host,)
    here = LOOPBACK_NAMES if everywhere or is_loopback(panel.host) else ()
    return tuple(dict.fromkeys((*here, *map(in_url, (*own, *panel.names)))))


def in_url(host: str) -> str:
    """Return an address or name as it stands in a URL: IPv6 in brackets, names in small letters."""
    return f"[{host}]" if ":" in host else host.lower()


def url(panel: Panel) -> str:
    """Return the address to type into a browser."""
    shown = panel.names[0] if panel.names and not is_loopback(panel.host) else panel.host
    return f"{'https' if panel.certificate else 'http'}://{in_url(shown)}:{panel.port}/"


def _is_every_address(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
