"""List the refusals about people, their passwords and their roles."""

from collections.abc import Mapping

from appliance.language import N_
from appliance.model.sentences.refusals_by_subject.refusal import (
    Refusal,
    missing,
    state,
    wrong,
)

PEOPLE_REFUSALS: Mapping[str, Refusal] = {
    "password_short": wrong(
        N_("Check your entries"),
        N_("The password is too short. Use at least %(least)s characters."),
    ),
    "password_long": wrong(
        N_("Check your entries"), N_("The password is too long. Use at most %(most)s characters.")
    ),
    "password_repeats": wrong(
        N_("Check your entries"), N_("The password repeats itself. Choose several unrelated words.")
    ),
    "password_common": wrong(
        N_("Check your entries"),
        N_(
            "This password is easy to guess: common words, your name or the office’s. "
            "Choose several unrelated words."
        ),
    ),
    "same_password": wrong(
        N_("Check your entries"), N_("This is the old password. Choose another one.")
    ),
    "name_length": wrong(
        N_("Check your entries"),
        N_("A name has 1 to %(most)s printable characters. Choose another one."),
    ),
    "name_taken": state(
        N_("Check your entries"),
        N_("There is already an account of this name. Choose another name."),
    ),
    "speaker_there": state(
        N_("Check your entries"),
        N_("This name is on the list already. Write something beside it that tells them apart."),
    ),
    "speaker_day_far": wrong(
        N_("Check your entries"),
        N_("A consent may be dated a year ahead at most. Choose an earlier day."),
    ),
    "no_speaker": missing(N_("Not found"), N_("Nobody of this name is on the list any more.")),
    "speakers_full": state(
        N_("Not possible now"), N_("The list holds %(most)s people at most. Remove one first.")
    ),
    "speakers_none": state(
        N_("Not possible now"), N_("The list is empty. Add everybody who speaks on the line.")
    ),
    "speakers_changed": state(
        N_("Not possible now"),
        N_("Another person changed the list meanwhile. Read it once more, then vouch for it."),
    ),
    "speakers_unwanted": state(
        N_("Not possible now"),
        N_("The office is not in Germany: its lines record without this list."),
    ),
    "no_role": wrong(N_("Check your entries"), N_("Choose at least one role.")),
    "no_person": missing(
        N_("Not found"), N_("There is no such person, or their account was removed.")
    ),
    "no_account": missing(
        N_("Not found"), N_("There is no account of this name. Look at the list of people.")
    ),
    "no_administrator": missing(
        N_("Not found"), N_("No administrator has this name. Type the name that you log in with.")
    ),
    "too_many_people": state(
        N_("Not possible now"), N_("There are %(most)s accounts already. Remove one first.")
    ),
    "administrator_needed": state(
        N_("Role still needed"),
        N_(
            "Somebody with a password of their own must always have the role Management. "
            "Give it to somebody else first."
        ),
    ),
    "privacy_officer_needed": state(
        N_("Role still needed"),
        N_(
            "Somebody must always have the role Data protection, because nobody else can erase. "
            "Give it to somebody else first."
        ),
    ),
    "yourself": state(
        N_("Not for your own account"),
        N_("You cannot do this to your own account. Ask another administrator."),
    ),
    "second_factor_set": state(
        N_("Not possible now"), N_("A second factor is set already. Remove it first.")
    ),
    "no_second_factor": state(
        N_("Not possible now"), N_("No second factor is set, so none can be removed.")
    ),
    "app_needed": state(N_("Not possible now"), N_("Set up an authenticator app first.")),
}
