"""List the refusals about erasing: one call, several, all, and what is due."""

from collections.abc import Mapping

from appliance.language import N_
from appliance.model.sentences.refusals_by_subject.refusal import (
    Refusal,
    forbidden,
    missing,
    state,
    wrong,
)

ERASURE_REFUSALS: Mapping[str, Refusal] = {
    "no_calls_chosen": wrong(N_("Check your entries"), N_("Choose the calls first.")),
    "too_many": wrong(
        N_("Too many at once"),
        N_(
            "At most %(most)s recordings can be erased at once. Choose fewer, and repeat it "
            "for the rest."
        ),
    ),
    "prove_again": forbidden(
        N_("Wrong password"), N_("To erase %(count)s recordings at once, type your password again.")
    ),
    "no_certificate": missing(
        N_("Not found"), N_("There is no certificate of this recording’s erasure.")
    ),
    "not_by_hand": missing(
        N_("Not found"), N_("No person has ordered the erasure of this recording.")
    ),
    "no_log": state(N_("Not possible now"), N_("There is no activity log to make a list from.")),
    "time_unconfirmed": state(
        N_("Not possible now"),
        N_("Nothing is due for erasure while the time is not confirmed. Confirm the time first."),
    ),
    "list_changed": state(
        N_("Changed meanwhile"), N_("The list has changed meanwhile. Look at it again.")
    ),
    "asked_already": state(
        N_("Not possible now"),
        N_("Somebody has already asked to erase all recordings. Look at the page again."),
    ),
    "held_unnamed": state(N_("Held"), N_("Some recordings are held. Name each of them as well.")),
    "order_over": state(
        N_("Changed meanwhile"), N_("This request no longer waits. Look at the page again.")
    ),
    "second_person_needed": state(
        N_("Not for your own account"), N_("Another person has to confirm what you have asked for.")
    ),
    "too_new": state(
        N_("Not possible now"),
        N_(
            "Your account got its password from another person less than a day ago. Until a "
            "day has passed it does not count as a second person."
        ),
    ),
}
