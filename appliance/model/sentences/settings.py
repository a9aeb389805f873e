"""List the doctor's findings about the settings, as ``findings`` does all others."""

from collections.abc import Mapping

from appliance.model.sentences.sentence import Sentence
from appliance.model.sentences.sentence import fail as _fail
from appliance.model.sentences.sentence import ok as _ok
from appliance.model.sentences.sentence import warn as _warn

SETTINGS_SENTENCES: Mapping[str, Sentence] = {
    "configuration.trial": _ok(
        "This is a trial: it only ever records simulated calls. It may do without a board key "
        "(then the main key lies in a plain file, protection level E0), a clock chip, a time "
        "server, backups and a computer without swap. With a real line the device check asks for "
        "them."
    ),
    "configuration.valid": _ok("Valid; lines: %(lines)s, purposes: %(purposes)s."),
    "configuration.mistake": _fail("The configuration holds a mistake: correct it."),
    "configuration.not_taken": _fail(
        "Not all settings hold as they were saved: look at the settings and save them again."
    ),
    "configuration.copied": _warn(
        "The settings file cannot be used; its copy serves in its place."
    ),
    "configuration.not_followed": _fail(
        "These lines do not follow the settings: %(lines)s. Restart the recorder when their "
        "devices work."
    ),
    "configuration.damaged": _fail(
        "The settings cannot be read: go back to an earlier version in the panel."
    ),
    "configuration.denied": _warn(
        "%(file)s was looked at: this user may not read the settings saved in the panel. Look "
        "again as root."
    ),
    "configuration.seed_changed": _warn(
        "%(file)s was changed by hand and does not apply: the settings in the panel do. Look at "
        "the difference there and import it or leave it."
    ),
    "configuration.retired": _warn(
        "%(key)s is no setting any more and has no effect: remove it from the settings."
    ),
    "configuration.recipients_open": _warn(
        "Does anybody else receive recordings? Answer that in the settings of the office: callers "
        "hear nothing of it until then."
    ),
    "configuration.nobody_elsewhere": _fail(
        "Callers hear that recordings are passed to nobody, and backups go to the server "
        "%(server)s: name who runs it in the settings of the office, or say on the page about "
        "SFTP that it is your own."
    ),
    "configuration.nobody_folder": _fail(
        "Callers hear that recordings are passed to nobody, and backups go to the folder %(path)s, "
        "which may be on another company’s computer: name who runs it in the settings of the "
        "office, or say in those of the folder for backups that it is your own."
    ),
    "configuration.backup_days_open": _fail(
        "Callers hear when their recording is deleted, and a backup that the device does not renew "
        "by itself holds it for longer: say in the settings of the office within how many days you "
        "renew it, or destroy it and remove it from the list on the page Backups."
    ),
    "configuration.officer_open": _warn(
        "Callers may speak of health or other sensitive data. Name your data protection officer "
        "in the settings of the office, or make sure with a lawyer that you need none."
    ),
    "configuration.officer_says_open": _warn(
        "Callers who ask for more do not hear who the office’s data protection officer is: say "
        "how that is spoken, in the settings of the office."
    ),
    "configuration.contract_open": _warn(
        "The purpose “%(name)s” is recorded for a contract: say in its settings whether to "
        "conclude or to perform it. Callers are not told until then."
    ),
}
