"""Find the ISDN lines that a tunnel carries to another machine (docs/isdn-lines.md)."""

import contextlib
import ipaddress
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from installer.ssh import Address

_SEED, _KEPT = "etc/zgoda/zgoda.toml", "var/lib/zgoda/settings"


@dataclass(frozen=True, slots=True)
class Tunnel:
    """One side of a line, carried over UDP."""

    line: str
    is_bridge: bool
    """Telephones hang behind it."""
    peer: Address
    port: int
    """The peer's."""
    here: int
    """This machine's."""


def tunnels(root: Path) -> Iterator[Tunnel]:
    """Yield the tunnels of the settings in force whose peer is another machine.

    What is no setting at all is left out: the recorder would not use it either.
    """
    told = _settings(root).get("line", [])
    for line in told if isinstance(told, list) else []:
        hook = line.get("hook") if isinstance(line, dict) else None
        if not isinstance(hook, dict) or hook.get("transport") != "l1oip":
            continue
        for side in ("network", "terminal"):
            with contextlib.suppress(ValueError):
                peer, port = _end(hook.get(side))
                _, here = _end(hook.get(f"{side}_here"))
                if not peer.is_loopback:
                    is_bridge = hook.get("mode") != "tap"
                    yield Tunnel(str(line.get("name", "")), is_bridge, peer, port, here)


def _settings(root: Path) -> Mapping[str, Any]:
    """Return what the panel has kept, or else what the installation began with."""
    versions = sorted((root / _KEPT / "versions").glob("[0-9]*.toml"), reverse=True)
    for path in (root / _KEPT / "zgoda.toml", *versions[:1], root / _SEED):
        with contextlib.suppress(FileNotFoundError, ValueError, RecursionError):
            return tomllib.loads(path.read_text("utf-8"))
    return {}


def _end(text: object) -> tuple[Address, int]:
    """Return address and port; a ValueError if there is none."""
    host, _, port = str(text).rpartition(":")
    address = ipaddress.ip_address(host.strip().removeprefix("[").removesuffix("]"))
    return address, int(port)
