"""Say what became of media and backups, where somebody tries or restores one."""

from typing import Any

from flask_babel import lazy_gettext as _l

STICKS: dict[str, Any] = {
    "looking": _l("A medium for backups is being looked at."),
    "making": _l("An empty medium is being prepared for backups. Leave it in."),
    "not_empty": _l(
        "A medium named ZGODABACKUP holds something else and was left as it is. Empty it on a "
        "computer, then plug it in again."
    ),
    "second": _l(
        "Two media for backups are plugged in. The second one was left as it is; pull both out, "
        "then plug in one."
    ),
    "own": _l("The device's own disk is named ZGODABACKUP. It was left as it is."),
    "kind": _l(
        "A medium named ZGODABACKUP has a file system that the device does not read. Format it "
        "as exFAT or FAT on a computer, with the same name."
    ),
    "damaged": _l("The medium for backups is damaged and was left as it is. Use another one."),
    "failed": _l(
        "A medium named ZGODABACKUP could not be read or prepared. Plug it in again; if that does "
        "not help, use another one."
    ),
}
"""What root made of a medium -> its sentence; one that is mounted needs none."""


def stick(word: str) -> str:
    """Return the sentence of a medium; empty where nothing is to be said."""
    return str(STICKS.get(word, ""))
