"""List why a backup cannot be made or read."""

from collections.abc import Mapping

from appliance.language import N_

BACKUP_FAULTS: Mapping[str, str] = {
    "backup_waits": N_(
        "The restore left out recordings as due for erasure, and a backup would remove them from "
        "the medium, too: make sure that its day was right."
    ),
    "backup_unsaid": N_(
        "The medium gets no backup before the office says within how many days it renews "
        "each of its media."
    ),
    "backup_many": N_(
        "Too many backup media are on the device’s list: remove one that was destroyed."
    ),
    "backup_others": N_("The medium holds another device’s backup: use another medium."),
    "backup_newer_there": N_(
        "The medium holds a newer backup than this device has made: keep it, and use another "
        "medium."
    ),
    "backup_own_files": N_("A file of the device itself could not be read for the backup."),
    "backup_changed": N_("A file of the device changed while it was copied: try again."),
    "backup_unfinished": N_("There is no finished backup on this medium."),
    "backup_empty": N_("The backup holds no recording to try the sheet on."),
    "backup_altered": N_(
        "The backup is damaged: something in it was altered or is missing. Use another medium."
    ),
    "backup_file_missing": N_("%(file)s is missing on the medium."),
    "backup_file_odd": N_("%(file)s on the medium is no ordinary file, or too large."),
    "backup_crowded": N_("The medium holds too many files or folders: use another medium."),
    "backup_stopped": N_("The backup was stopped; it goes on at the next start."),
    "backup_by_newer": N_(
        "The backup was made by a newer Zgoda: install that version, or use another medium."
    ),
    "backup_by_older": N_("An older Zgoda made the backup: restore it with that version."),
    "backup_medium_full": N_("The medium is full: use a larger one."),
    "backup_medium_odd": N_(
        "Something else lies in place of a folder on the medium: prepare another medium."
    ),
    "backup_medium_fails": N_("The medium could not be read or written: %(detail)s."),
    "backup_medium_absent": N_("There is no medium at %(path)s: plug it in, or prepare one."),
    "backup_medium_unmarked": N_(
        "The folder is not prepared for backups: prepare it with zgoda backup prepare."
    ),
    "backup_on_own_disk": N_(
        "%(path)s lies on the device’s own memory card or disk: mount the medium there first."
    ),
    "backup_ledger": N_("The archive’s book of reasons does not open, so it was not copied."),
    "server_name": N_("There is no server of that name, or the device reaches no network."),
    "server_unreachable": N_(
        "Nothing answers at this port of the server, or a firewall forbids it."
    ),
    "server_late": N_("The server took too long."),
    "server_closed": N_("The server ended the connection."),
    "server_algorithms": N_("The server knows no encryption that is good enough."),
    "server_host_key": N_(
        "The server shows another key than the one that was accepted: nothing was sent."
    ),
    "server_login": N_(
        "The server does not let the device in: its authorized_keys lacks the device’s line."
    ),
    "server_no_sftp": N_("The server lets the device in, but offers it no files."),
    "server_no_rename": N_(
        "The server cannot put one file in another’s place: use another server."
    ),
    "server_denied": N_("The server forbids the folder."),
    "server_full": N_("The server’s disk is full."),
    "server_altered": N_("The server gives back something else than it was given."),
    "server_other_box": N_(
        "The folder on the server holds another device’s backup: use another folder."
    ),
    "server_unmarked": N_("The folder on the server holds something else: use an empty one."),
    "server_crowded": N_(
        "The folder on the server holds too many files, or a file that is too large."
    ),
    "server_unaccepted": N_(
        "Nobody has accepted the server’s key yet: compare it on the page about SFTP."
    ),
    "server_odd": N_("The server answered something that the device does not understand."),
    "sending_away": N_("The sending service does not run, so nothing goes out."),
    "sheet_of_another": N_(
        "This recovery sheet belongs to another office, or a newer one has replaced it."
    ),
    "drill_unstarted": N_("The device could not try the sheet: %(detail)s."),
    "drill_ended": N_("Trying the sheet took too long, or ended early: try again."),
}
