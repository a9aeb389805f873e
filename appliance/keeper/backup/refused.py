"""Say as a refusal why a backup cannot be opened or restored."""

from collections.abc import Mapping

from appliance.errors import Refused
from appliance.keeper.backup.medium import BackupFailed

CODES: Mapping[str, str] = {
    "absent": "backup_absent",
    "none": "backup_none",
    "unmarked": "backup_unmarked",
    "own_disk": "backup_own_disk",
    "damaged": "backup_damaged",
    "full": "backup_full",
    "version": "backup_version",
    "older": "backup_older",
    "other_box": "backup_other_box",
    "failed": "backup_failed",
}
"""Code of a backup that failed -> that of the refusal; of others it could not be read."""


def refused(error: BackupFailed) -> Refused:
    """Return the refusal for a backup that could not be opened or restored."""
    return Refused(CODES[error.code if error.code in CODES else "failed"])
