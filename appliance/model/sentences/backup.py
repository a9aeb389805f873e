"""List the doctor's findings about backups, as ``findings`` does all others."""

from collections.abc import Mapping

from appliance.model.sentences.sentence import Sentence
from appliance.model.sentences.sentence import fail as _fail
from appliance.model.sentences.sentence import ok as _ok
from appliance.model.sentences.sentence import warn as _warn

BACKUP_SENTENCES: Mapping[str, Sentence] = {
    "backup.none": _warn(
        "No backups are set up: if the memory card dies, every recording is lost. Prepare a medium "
        "and name it below [backup]."
    ),
    "backup.whose": _warn(
        "The folder for backups, %(path)s, may be on another computer (%(kind)s). Is that your own "
        "or another company’s? Answer that in the settings of the folder for backups: a company "
        "that runs it receives the backups."
    ),
    "backup.first": _warn("No backup was finished yet: plug the prepared medium in at %(path)s."),
    "backup.fine": _ok("The last backup holds %(count)s recordings."),
    "backup.old": _warn("The last backup is %(days)s days old: plug the medium in at %(path)s."),
    "owed.backup": _warn(
        "A call that was erased more than a week ago is still in the backup: make a backup to "
        "%(path)s, which removes it there."
    ),
    "backup.unknown_age": _warn(
        "The last backup holds %(count)s recordings, but the device cannot tell how old it is: "
        "make a new one."
    ),
    "backup.full": _fail("The backup medium is full: use a larger one."),
    "backup.other_box": _fail("The medium holds another device's backup: use another medium."),
    "backup.newer": _fail(
        "The medium holds a newer backup than this device has made: keep it, and use another "
        "medium."
    ),
    "backup.version": _fail(
        "The medium holds a backup of a newer Zgoda: install that version, or use another medium."
    ),
    "backup.unmarked": _fail(
        "%(path)s is not prepared for backups: prepare it with zgoda backup prepare."
    ),
    "backup.own_disk": _fail(
        "%(path)s lies on the device's own memory card or disk: no backup is made until a medium "
        "is mounted there."
    ),
    "backup.damaged": _fail(
        "Something on the backup medium was altered or replaced: use another medium."
    ),
    "backup.failed": _fail(
        "The last backup could not be read or written on the medium: plug it in again, or use "
        "another medium. The system log says more."
    ),
    "backup.own": _fail(
        "The last backup failed at the device itself: look at the system log, then press Make a "
        "backup now."
    ),
    "backup.many": _fail(
        "Too many backup media are on the device’s list: remove one that was destroyed."
    ),
    "backup.waits": _fail(
        "No backup is made by itself: the restore left out recordings as due for erasure, and a "
        "backup would remove them from the medium, too. Make sure that its day was right, then "
        "press Make a backup now."
    ),
    "backup.unsaid": _fail(
        "The medium that is plugged in gets no backup yet: another one is on the list. One "
        "of two always lies apart and holds what was erased, while callers hear when their "
        "recording is deleted. Say in the settings of the office within how many days you "
        "renew each. Or destroy the other and remove it from the list on the page Backups."
    ),
    "backup.older": _warn(
        "The medium did not hold the backup that the device had last written to it: it is "
        "damaged, or somebody had it in hand."
    ),
    "backup.mended": _warn(
        "Files changed on the backup medium: %(count)s. They were written again; use another "
        "medium soon."
    ),
    "backup.stick": _warn(
        "A medium that offers itself for backups was left as it is: the page Backups says why."
    ),
    "backup.drill": _warn(
        "Nobody has tried the recovery sheet on a backup for half a year: try it on the page "
        "Backups, or run zgoda drill."
    ),
}
