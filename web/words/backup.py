"""Name what the page of the backups shows: stages of a copy, and how often one is made."""

from typing import Any

from flask_babel import lazy_gettext as _l

STAGES: dict[str, Any] = {
    "looking": _l("Looking at the medium"),
    "recordings": _l("Copying recordings"),
    "papers": _l("Copying announcements, settings and the activity log"),
    "keys": _l("Writing the keys"),
    "removing": _l("Removing what was erased"),
}

NO_DRILL: dict[str, Any] = {
    "no_medium": _l("Plug the backup in, then the sheet can be tried on it."),
    "no_backup": _l(
        "No backup was finished on the medium yet. Make one, then try the sheet on it."
    ),
    "no_recording": _l(
        "The backup holds no recording yet. Make a backup after the first recorded call, then try "
        "the sheet on it."
    ),
}
"""What keeps people from trying the sheet -> what to do."""

EVERY: dict[str, Any] = {
    "day": _l("every day"),
    "week": _l("every week"),
    "hand": _l("only when somebody asks for it"),
}
