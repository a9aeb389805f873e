"""Name the audit's acts about what leaves the box, and what comes in."""

from typing import Any

from flask_babel import lazy_gettext as _l

from web.words import update

OUTSIDE: dict[str, Any] = {
    "backup_started": _l("Backup begun"),
    "backup_made": _l("Backup finished"),
    "backup_failed": _l("Backup failed"),
    "backup_older": _l("Another backup on the medium than the last one"),
    "backup_forgotten": _l("Backup medium removed from the list"),
    "sftp_changed": _l("Backups by SFTP set up or changed"),
    "sftp_looked": _l("Key of the server for backups asked for"),
    "sftp_accepted": _l("Key of the server for backups accepted"),
    "sftp_stopped": _l("Backups by SFTP stopped"),
    "sftp_begun": _l("Backup by SFTP begun"),
    "sftp_made": _l("Backup by SFTP finished"),
    "sftp_failed": _l("Backup by SFTP failed"),
    "mail_changed": _l("Mail set up or changed"),
    "mail_asked": _l("E-mail requested"),
    "mail_stopped": _l("Mail stopped"),
    "mail_begun": _l("E-mail passed on for sending"),
    "mail_sent": _l("Mail sent"),
    "mail_failed": _l("E-mail was not sent"),
    "stamp_begun": _l("Time stamp asked for"),
    "stamped": _l("Time stamp kept"),
    "stamp_failed": _l("Time stamp not received"),
    "drill_done": _l("Recovery sheet tried on a backup"),
    "restored": _l("Device restored from a backup"),
    **update.ACTS,
}
"""Type of an entry -> what happened."""
