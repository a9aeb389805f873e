"""List the refusals about settings and their versions."""

from collections.abc import Mapping

from appliance.language import N_
from appliance.model.sentences.refusals_by_subject.refusal import (
    Refusal,
    missing,
    state,
    wrong,
)

SETTINGS_REFUSALS: Mapping[str, Refusal] = {
    "settings_changed": state(
        N_("Changed meanwhile"),
        N_("Somebody else has changed the settings meanwhile. Look at them again."),
    ),
    "no_draft": wrong(N_("Request not accepted"), N_("This is not a draft of settings.")),
    "draft_unusable": wrong(
        N_("Check your entries"),
        N_("These settings cannot be written into the file. Change them there by hand."),
    ),
    "settings_unusable": wrong(
        N_("Check your entries"),
        N_("These settings hold a mistake and cannot be used. The device check says which."),
    ),
    "nothing_waits": wrong(
        N_("Changed meanwhile"), N_("Nothing of this name waits for a confirmation: %(statement)s.")
    ),
    "no_version": missing(N_("Not found"), N_("There is no such version of the settings.")),
    "version_unreadable": missing(
        N_("Not found"), N_("This version of the settings cannot be shown: its file is damaged.")
    ),
}
