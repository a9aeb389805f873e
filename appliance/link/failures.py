"""Name a failure that is no refusal by a code, for the other process to say.

Its text is for this process's log: it is English, and may quote what only an administrator of the
system should read. What is wrong with a device or an announcement is a code of its own.
"""

from collections.abc import Mapping

from appliance.errors import (
    ConfigError,
    EraserFailed,
    FileFormatError,
    KeyLost,
    LineError,
    LinkError,
    MadeByNewer,
    MadeByOlder,
    MessageRefused,
    NotOnRecord,
    PerhapsOnRecord,
    PromptError,
    Refused,
    StorageFull,
    Tampered,
    VaultError,
    WrongSecret,
    ZgodaError,
)
from appliance.model.sentences.faults import text_of
from appliance.model.sentences.lacking import Lacks

CODES: Mapping[type[ZgodaError], str] = {
    Tampered: "tampered",
    KeyLost: "key_lost",
    MadeByNewer: "made_by_newer",
    MadeByOlder: "made_by_older",
    WrongSecret: "wrong_secret",
    EraserFailed: "eraser_failed",
    StorageFull: "disk_full",
    NotOnRecord: "not_on_record",
    PerhapsOnRecord: "perhaps_on_record",
    ConfigError: "settings_unusable",
    FileFormatError: "file_damaged",
    VaultError: "archive_failed",
    MessageRefused: "answer_too_long",
    LinkError: "service_away",
}
"""Kind of failure -> its code; the first that fits counts."""

_SAY_ALL = (Tampered, KeyLost, MadeByNewer, MadeByOlder, WrongSecret)


def refusal_of(error: Exception) -> Refused:
    """Return a failure as a refusal; a fault of ours is ``failed``."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, LineError):
        found = text_of(error).fault
        told = {"fault": found.code, **found.values}
        return Refused("line_failed", seconds=0, **told)
    if isinstance(error, Lacks):
        lacking = error.lacking
        return Refused("announcement_unusable", seconds=0, lacks=lacking.code, **lacking.values)
    if isinstance(error, PromptError):
        return Refused("announcement_unusable")
    for kind in CODES:
        if isinstance(error, kind):
            return Refused(CODES[kind])
    return Refused("failed")


def is_logged(error: Exception) -> bool:
    """Say whether the log has to say more than the code does."""
    return isinstance(error, ZgodaError) and not isinstance(
        error, (Refused, LineError, PromptError, *_SAY_ALL)
    )
