"""Say what became of media and backups, where somebody tries or restores one."""

from typing import Any

from flask_babel import lazy_gettext as _l

from appliance.errors import Refused

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

BACKUPS: dict[str, Any] = {
    "absent": _l("No prepared medium is plugged in."),
    "none": _l("There is no finished backup with a recording on this medium."),
    "unmarked": _l("What is plugged in was not prepared for backups."),
    "own_disk": _l("The folder for backups lies on the device's own memory card or disk."),
    "damaged": _l("Something on the backup medium was altered or is missing."),
    "failed": _l("The medium could not be read. Plug it in again."),
    "full": _l("The device's memory card is full: use a larger one."),
    "version": _l(
        "The medium holds a backup of a newer Zgoda: install that version, or use another medium."
    ),
    "other_box": _l("The medium holds another device's backup: use another medium."),
}
"""Why a backup could not be opened -> its sentence."""

WRONG_SHEET = _l(
    "That is not the sheet of this backup, or a letter is wrong. Look at each group again."
)


def stick(word: str) -> str:
    """Return the sentence of a medium; empty where nothing is to be said."""
    return str(STICKS.get(word, ""))


def backup(refusal: Refused) -> str:
    """Return the sentence for a backup that could not be opened; empty if it is something else."""
    code = refusal.code.removeprefix("backup_")
    return str(BACKUPS[code]) if code != refusal.code and code in BACKUPS else ""
