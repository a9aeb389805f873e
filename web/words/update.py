"""Say how an update ended, and why one could not be looked for or fetched."""

from typing import Any

from flask_babel import lazy_gettext as _l

OUTCOMES: dict[str, Any] = {
    "waits": _l("Installed. It runs after a restart."),
    "runs": _l("Came up well after the restart."),
    "fell_back": _l("The new version did not start correctly, so the old one was started again."),
    "replaced": _l("Replaced by another update before it ran."),
    "cut": _l("Cut off before it was finished. The version that ran was not touched."),
    "nothing": _l("No update was found on a stick: one file that ends in .raucb, not in a folder."),
    "several": _l("More than one update was plugged in. Leave only one."),
    "signature": _l("Refused: it is not signed by the maker of this device's software."),
    "older": _l("Refused: it is older than the version that ran."),
    "other_model": _l("Refused: it is meant for another kind of device."),
    "damaged": _l(
        "Refused: the file is damaged, or the stick cannot be read. Copy or fetch it anew."
    ),
    "not_fetched": _l("The fetched update was no longer there. Fetch it again."),
    "failed": _l("It could not be installed. The version that ran was not touched."),
}
"""By the words of ``appliance.card.update``."""

TROUBLES: dict[str, Any] = {
    "name": _l("There is no server of that name, or the device reaches no network."),
    "unreachable": _l("Nothing answers at this port of the server, or a firewall forbids it."),
    "late": _l("The server took too long."),
    "closed": _l("The server ended the connection."),
    "no_tls": _l("The server offers no encryption that the device takes."),
    "certificate": _l("The server's certificate does not hold, so nothing was asked of it."),
    "missing": _l("The server has no such file."),
    "redirect": _l(
        "The server points to another address. The device goes to the one set here alone."
    ),
    "no_range": _l("The server cannot send a file in parts, so the device cannot fetch it."),
    "size": _l("The file is not as long as its description says."),
    "changed": _l("The file changed on the server while it was fetched, so it is begun anew."),
    "description": _l("What stands at the address does not describe an update."),
    "other_model": _l("What stands at the address is meant for another kind of device."),
    "digest": _l("What came was not the described file, and was removed."),
    "full": _l("Too little room is left. Recordings come first, so what had come was removed."),
    "disk": _l("The device could not write it to its memory card."),
    "odd": _l("The server answered something that the device does not understand."),
}
"""By the codes of ``appliance.model.outside.update``."""


def trouble(code: str) -> str:
    """Return the sentence for what went wrong; empty for nothing."""
    return str(TROUBLES.get(code, TROUBLES["odd"])) if code else ""


def outcome(code: str) -> str:
    """Return the sentence for an outcome."""
    return str(OUTCOMES.get(code, OUTCOMES["failed"]))
