"""List the refusals about mail, updates and their errands."""

from collections.abc import Mapping

from appliance.language import N_
from appliance.model.sentences.refusals_by_subject.refusal import (
    Refusal,
    failed,
    state,
    wrong,
)

OUTSIDE_REFUSALS: Mapping[str, Refusal] = {
    "mail_place": wrong(
        N_("Check your entries"),
        N_("Some of this is wrong: %(fields)s. Open the page Mail and check each."),
    ),
    "mail_secret": wrong(
        N_("Check your entries"), N_("Type the password that the mail server knows for this user.")
    ),
    "no_mail": state(N_("Not possible now"), N_("No mail is set up. Set it up first.")),
    "no_errand": state(N_("Request not accepted"), N_("The sending service has no such task.")),
    "no_update_address": wrong(
        N_("Check your entries"), N_("This is not the address of an update. Check it sign by sign.")
    ),
    "no_network_updates": state(
        N_("Not possible now"), N_("This device is not updated from the network.")
    ),
    "no_stick_updates": state(
        N_("Not possible now"), N_("This device is not updated from a USB stick.")
    ),
    "update_running": state(
        N_("Not possible now"), N_("An update is being installed already. Wait until it is done.")
    ),
    "no_restart_waits": state(
        N_("Not possible now"), N_("No update waits for a restart. Look at the page again.")
    ),
    "no_address": state(
        N_("Not possible now"), N_("No address for updates is set up. Set it up first.")
    ),
    "no_newer": state(
        N_("Changed meanwhile"), N_("No such newer version was found. Look at the page again.")
    ),
    "no_room": failed(
        N_("Too little room"), N_("Too little room is left on the memory card for the update.")
    ),
    "no_update_here": state(N_("Not possible now"), N_("No update was fetched. Fetch it first.")),
    "not_asked_for": state(N_("Request not accepted"), N_("These bytes were not asked for.")),
    "not_kept": failed(N_("Too little room"), N_("The update cannot be kept on the memory card.")),
}
