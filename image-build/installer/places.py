"""Read the list of what goes where on a box, ``places.toml``."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
LIST = REPOSITORY / "image-build" / "places.toml"

OPTIONS = (
    *("board", "eeprom", "firewall", "firewall-ssh"),
    *("no-swap", "ssh-keys", "ssh-off", "uart", "usb", "watchdog"),
)
"""What is touched only when somebody asks for it."""


class ListError(Exception):
    """The list does not say what goes where; the message says which entry is wrong."""


class Now(StrEnum):
    """What becomes of a unit when it was installed."""

    START = "start"
    RESTART = "restart"
    RELOAD = "reload"
    BOOT = "at the next boot"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that is started at every boot."""

    name: str
    now: Now


@dataclass(frozen=True, slots=True)
class Places:
    """What belongs on a box, for a choice of options."""

    program: str
    files: Mapping[str, Path]
    """Path on the box -> file in the repository."""
    links: Mapping[str, str]
    """Path on the box -> where it leads."""
    units: tuple[Unit, ...]
    """In the order in which they start."""

    def names(self, now: Now) -> list[str]:
        """Return the units with which something is done now."""
        return [unit.name for unit in self.units if unit.now is now]


def read(options: Collection[str] = (), root: Path = REPOSITORY) -> Places:
    """Return what belongs on a box.

    Args:
        options: names of OPTIONS that were asked for.
        root: the repository, or a copy of what the list names.

    Raises:
        ListError: an entry names no file, a place twice, or an option that there is not.
    """
    told = tomllib.loads((root / LIST.relative_to(REPOSITORY)).read_text("utf-8"))
    files: dict[str, Path] = {}
    for entry in _chosen(told["place"], options):
        found = sorted(path for path in root.glob(entry["from"]) if path.is_file())
        if not found:
            raise ListError(f"places.toml: there is no {entry['from']} in the repository.")
        for path in found:
            place = entry["to"] + path.name if entry["to"].endswith("/") else entry["to"]
            if place in files:
                raise ListError(f"places.toml: two files go to {place}.")
            files[place] = path
    links = {entry["from"]: entry["to"] for entry in _chosen(told["link"], options)}
    units = tuple(
        Unit(entry["name"], Now(entry["now"])) for entry in _chosen(told["unit"], options)
    )
    return Places(told["program"], files, links, units)


def _chosen(entries: list[dict[str, Any]], options: Collection[str]) -> list[dict[str, Any]]:
    for option in (each for entry in entries for each in _of(entry)):
        if option not in OPTIONS:
            raise ListError(f"places.toml: there is no option {option}.")
    return [entry for entry in entries if not _of(entry) or set(_of(entry)) & set(options)]


def _of(entry: dict[str, Any]) -> list[str]:
    """Return the options of which any brings an entry; none: it is always there."""
    told = entry.get("option", [])
    return [told] if isinstance(told, str) else told
