"""Decide which way browsers reach the panel: loopback, or the TLS proxy.

Only the panel, its proxy and the doctor ask. A configuration whose panel may not listen is no
mistake of the whole: the recorder goes on with it.
"""

import ipaddress

from appliance.config.mistakes import MistakesFound, as_written, mistake
from appliance.config.settings import Panel

ADDRESS = "address-problem"
"""The file beside the panel's socket that says why it does not listen where it should."""

LONGEST_PROBLEM = 1000

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


def proxied(panel: Panel) -> bool:
    """Say whether the TLS proxy listens for browsers, and the panel at a socket for it alone.

    Raises:
        MistakesFound: passwords and voices would cross the network in clear.
    """
    if not panel.certificate and not is_loopback(panel.host):
        raise _unreached("no_certificate", panel)
    return bool(panel.certificate)


def _unreached(code: str, panel: Panel) -> MistakesFound:
    """Return why no browser could reach the panel."""
    return MistakesFound("", mistake(("panel", "host"), code, value=as_written(panel.host)))


def is_loopback(host: str) -> bool:
    """Say whether an address or name is surely this computer alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def names(panel: Panel) -> tuple[str, ...]:
    """Return the host names that the panel answers to; it refuses any other.

    Raises:
        MistakesFound: it listens on every address and nobody said what other computers call it.
    """
    everywhere = is_every_address(panel.host)
    if everywhere and not _told(panel):
        raise _unreached("no_names", panel)
    own = () if everywhere else (panel.host,)
    here = LOOPBACK_NAMES if everywhere or is_loopback(panel.host) else ()
    return tuple(dict.fromkeys((*here, *map(in_url, (*own, *panel.names)))))


def in_url(host: str) -> str:
    """Return an address or name as it stands in a URL: IPv6 in brackets, names in small letters."""
    return f"[{host}]" if ":" in host else host.lower()


def url(panel: Panel) -> str:
    """Return the address to type into a browser; ``names`` has found one that can be opened."""
    shown = next(iter(() if is_loopback(panel.host) else _told(panel)), panel.host)
    return f"{'https' if panel.certificate else 'http'}://{in_url(shown)}:{panel.port}/"


def _told(panel: Panel) -> list[str]:
    """Return the configured names that lead other computers here."""
    return [each for each in panel.names if not (is_loopback(each) or is_every_address(each))]


def is_every_address(host: str) -> bool:
    """Say whether a host stands for all addresses of this computer, of IPv4 and IPv6."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
