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

EVERY: dict[str, Any] = {
    "day": _l("every day"),
    "week": _l("every week"),
    "hand": _l("only when somebody asks for it"),
}
