"""Say how an update ended."""

from typing import Any

from flask_babel import lazy_gettext as _l

OUTCOMES: dict[str, Any] = {
    "waits": _l("Installed. It runs after a restart."),
    "runs": _l("Came up well after the restart."),
    "fell_back": _l("The new version did not come up well, so the old one was started again."),
    "replaced": _l("Replaced by another update before it ran."),
    "cut": _l("Cut off before it was finished. The version that ran was not touched."),
    "nothing": _l("No update was found on a stick: one file that ends in .raucb, not in a folder."),
    "several": _l("More than one update was plugged in. Leave only one."),
    "signature": _l("Refused: it is not signed by the maker of this box's software."),
    "older": _l("Refused: it is older than the version that ran."),
    "other_model": _l("Refused: it is meant for another kind of box."),
    "damaged": _l("Refused: the file is damaged, or the stick cannot be read. Copy it anew."),
    "failed": _l("It could not be installed. The version that ran was not touched."),
}
"""By the words of ``appliance.card.update``."""


def outcome(code: str) -> str:
    """Return the sentence for an outcome."""
    return str(OUTCOMES.get(code, OUTCOMES["failed"]))
