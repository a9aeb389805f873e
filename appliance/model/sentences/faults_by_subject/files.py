"""List what can be wrong with a file of the archive, a recording, a proof or a sheet."""

from collections.abc import Mapping

from appliance.language import N_

FILE_FAULTS: Mapping[str, str] = {
    "archive_file_damaged": N_(
        "A file of the archive is damaged, was altered, or belongs elsewhere."
    ),
    "recording_file_damaged": N_(
        "The recording’s file is damaged, was altered, or is of an unknown version."
    ),
    "recording_changed": N_("The recording is not the one that was kept: it was changed."),
    "recording_unkept": N_("The recording could not be kept."),
    "proof_wrong": N_("The proof sheet is damaged, was altered, or is another device’s."),
    "certificate_wrong": N_("The certificate is damaged, was altered, or is another device’s."),
    "stamp_wrong": N_("The time stamp is damaged, or the certificates that it goes by are."),
    "made_by_newer_program": N_("A newer Zgoda made this: install that version."),
    "made_by_older_program": N_("An older Zgoda made this: open it with that version."),
    "sheet_count": N_(
        "A recovery sheet has %(groups)s groups of %(group)s letters and digits; these are "
        "%(count)s in all."
    ),
    "sheet_mixed_up": N_("Each group of the sheet is correct, but they do not belong together."),
    "sheet_group_letters": N_(
        "Group %(number)s of the sheet is not %(letters)s letters and digits."
    ),
    "sheet_group_typo": N_("Group %(number)s of the sheet has a typing mistake."),
    "sheet_groups_typo": N_("These groups of the sheet have a typing mistake: %(numbers)s."),
    "password_is_wrong": N_("The password is wrong."),
    "data_older": N_(
        "An older Zgoda made the data folder %(path)s: open it with that version, or begin with "
        "an empty folder."
    ),
    "data_newer": N_(
        "A newer Zgoda made the data folder %(path)s: install that version, or restore a backup "
        "into an empty data folder."
    ),
    "data_unmarked": N_(
        "%(path)s does not say which layout the data folder has; restore it from a backup."
    ),
    "no_pool": N_("There are no recording keys yet: set the device up first."),
    "pool_empty": N_("No recording key is left; the archive service has to make more."),
    "pool_of_another": N_(
        "The recording keys were signed by another device: they were replaced. Restore the data "
        "folder."
    ),
    "little_room": N_("Only %(free)s MiB are free, %(needed)s MiB are needed."),
    "capture_unusable": N_(
        "The capture cannot be used: it is no such file, is cut or damaged, or is there already."
    ),
    "update_unknown": N_("This describes no update for this device."),
    "log_unwritten": N_("The activity log cannot be written, so nothing was done."),
    "log_unsure": N_(
        "The activity log could not be written to its end: whether this was done shows at the next "
        "start."
    ),
    "log_damaged": N_("The activity log is damaged, or it was altered."),
    "settings_unkept": N_("The settings were not kept."),
    "settings_unwritable": N_("These settings cannot be written into a file."),
    "child_busy": N_("Too much is being read or handed over at once: wait for one copy to end."),
}
