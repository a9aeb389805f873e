"""List the refusals about backups, restoring, and the server for backups."""

from collections.abc import Mapping

from appliance.language import N_
from appliance.model.sentences.refusals_by_subject.refusal import (
    Refusal,
    away,
    check,
    failed,
    missing,
    state,
    wrong,
)

BACKUP_REFUSALS: Mapping[str, Refusal] = {
    "no_backup_place": state(
        N_("Not possible now"),
        N_("No place for backups is set up. Choose one on the page Backups."),
    ),
    "backup_running": state(
        N_("Not possible now"), N_("A backup is being made. Wait until it is done.")
    ),
    "no_medium": missing(
        N_("Not found"), N_("The device knows no such medium. Look at the list of media again.")
    ),
    "no_step": wrong(N_("Request not accepted"), N_("The sending service has no such step.")),
    "folder_not_empty": state(
        N_("Not possible now"),
        N_(
            "The folder %(folder)s is not empty (%(found)s). Restore into an empty data "
            "folder, or see zgoda forget."
        ),
    ),
    "chip_taken": state(
        N_("Not possible now"),
        N_(
            "The chip holds the key of another archive, which nothing would open any more. "
            "If that memory card is lost, add --overwrite-chip."
        ),
    ),
    "no_administrator_there": missing(
        N_("Not found"),
        N_("No administrator in the backup has this name. Their names are: %(names)s."),
    ),
    "due_that_day": state(
        N_("Check your entries"),
        N_(
            "Recordings whose time is over on this day: %(count)s. They would not come "
            "back. Look at the date again."
        ),
    ),
    "names_unknown": state(
        N_("Check your entries"),
        N_(
            "Names of erased recordings that the backup does not know: %(count)s (%(names)s). "
            "With one wrong letter or digit, an erased recording would come back. Compare each "
            "name with its certificate."
        ),
    ),
    "ahead": state(
        N_("Check your entries"),
        N_(
            "By its own clock the backup was made later than this day. Look at the date again; if "
            "it is right, the old device’s clock was ahead."
        ),
    ),
    "doubtful": wrong(
        N_("Check your entries"),
        N_("Line %(line)s names a recording that is mistyped. Correct it."),
    ),
    "restore_running": state(
        N_("Not possible now"), N_("A backup is being restored already. Wait until it is done.")
    ),
    "trial_away": away(
        N_("Service not running"), N_("The device could not try the sheet. Try again in a minute.")
    ),
    "wrong_backup_sheet": wrong(
        N_("Wrong recovery sheet"),
        N_("That is not the sheet of this backup, or a letter is wrong. Look at each group again."),
    ),
    "restore_failed": failed(
        N_("It did not work"),
        N_("The restore broke off: a file could not be read or written."),
        quotes="said",
    ),
    "backup_absent": state(N_("Backup not usable"), N_("No prepared medium is plugged in.")),
    "backup_none": state(
        N_("Backup not usable"), N_("There is no finished backup with a recording on this medium.")
    ),
    "backup_unmarked": state(
        N_("Backup not usable"), N_("The medium that is plugged in was not prepared for backups.")
    ),
    "backup_own_disk": state(
        N_("Backup not usable"),
        N_("The folder for backups lies on the device’s own memory card or disk."),
    ),
    "backup_damaged": check(
        N_("Backup not usable"),
        N_("Something on the backup medium was altered or is missing. Use another medium."),
    ),
    "backup_failed": failed(
        N_("Backup not usable"), N_("The medium could not be read. Plug it in again.")
    ),
    "backup_full": state(
        N_("Too little room"), N_("The device’s memory card is full. Use a larger one.")
    ),
    "backup_version": state(
        N_("Backup not usable"),
        N_(
            "The medium holds a backup of a newer Zgoda: install that version, or use "
            "another medium."
        ),
    ),
    "backup_older": state(
        N_("Backup not usable"),
        N_("An older Zgoda made the backup: restore it with that version."),
    ),
    "backup_other_box": state(
        N_("Backup not usable"), N_("The medium holds another device’s backup. Use another medium.")
    ),
    "nobody_receives": state(
        N_("Not possible now"),
        N_(
            "Callers hear that recordings are passed to nobody. Before backups go to %(server)s, "
            "name who runs it in the settings of the office; or say that it is your own server."
        ),
    ),
    "backup_days_open": state(
        N_("Not possible now"),
        N_(
            "A backup that is made by hand holds what was erased until somebody renews it, and "
            "callers hear when their recording is deleted. Say in the settings of the office "
            "within how many days you renew it."
        ),
    ),
    "backup_left": state(
        N_("Not possible now"),
        N_(
            "The backup stays on the server of before. It holds what is erased from now on, "
            "while callers hear when their recording is deleted. First say in the settings "
            "of the office within how many days you have it removed there. Then take it off "
            "the list on the page Backups."
        ),
    ),
    "sftp_place": wrong(
        N_("Check your entries"),
        N_(
            "Some of this is wrong: %(fields)s. Open the page of the server for backups and "
            "check each."
        ),
    ),
    "no_sftp": state(
        N_("Not possible now"), N_("No backups to a server are set up. Set them up first.")
    ),
    "host_key_changed": state(
        N_("Changed meanwhile"), N_("The server has not shown that key. Ask it for its key again.")
    ),
}
