"""List the refusals about announcements and their recordings."""

from collections.abc import Mapping

from appliance.language import N_
from appliance.model.sentences.refusals_by_subject.refusal import (
    Refusal,
    away,
    busy,
    failed,
    missing,
    state,
    wrong,
)

WORDS_REFUSALS: Mapping[str, Refusal] = {
    "speaking": busy(
        N_("Device is busy"),
        N_("The device is speaking or measuring an announcement. Wait until it is done."),
    ),
    "recorder_ends": away(
        N_("Service not running"), N_("The recorder is stopping. Try again in a minute.")
    ),
    "answer_odd": failed(
        N_("It did not work"), N_("The recorder’s answer does not fit together. Record it again.")
    ),
    "no_announcement": missing(N_("Not found"), N_("No line says this announcement.")),
    "unspoken": missing(
        N_("Not found"),
        N_("This announcement was not spoken yet. Record it, or have the device speak it."),
    ),
    "announcement_unusable": failed(
        N_("It did not work"), N_("An announcement cannot be spoken or used.")
    ),
    "speech_odd": failed(
        N_("It did not work"),
        N_("The recorder’s answer does not fit together. Have the announcements spoken again."),
    ),
    "speech_outdated": state(
        N_("Changed meanwhile"),
        N_("The settings have changed meanwhile. Have the announcements spoken again."),
    ),
    "announcements_not_kept": failed(
        N_("It did not work"), N_("The announcements could not be kept."), quotes="said"
    ),
    "form_missing": state(
        N_("Not possible now"),
        N_("A form of a word is missing in this language. Add it in the settings."),
    ),
    "take_files": wrong(N_("Request not accepted"), N_("A recording is one sound file or two.")),
    "take_long": wrong(
        N_("Check your entries"), N_("An announcement lasts at most %(most)s s. Make it shorter.")
    ),
    "take_gone": missing(N_("Too late"), N_("This recording is no longer there. Record it again.")),
    "take_silent": missing(
        N_("Not found"), N_("Nothing can be heard of this recording. Record it again.")
    ),
    "take_unusable": state(
        N_("Not possible now"), N_("This recording cannot be played on the line. Record it again.")
    ),
    "unconfirmed": wrong(
        N_("Check your entries"), N_("Listen, and confirm each point; or record it again.")
    ),
    "words_changed": state(
        N_("Changed meanwhile"), N_("The words have changed meanwhile. Record them again.")
    ),
    "take_changed": state(
        N_("Changed meanwhile"),
        N_("Somebody else has recorded this meanwhile. Listen to that recording first."),
    ),
    "no_take": missing(N_("Not found"), N_("There is no such recording of an announcement.")),
    "no_sound": missing(N_("Not found"), N_("There is no such sound.")),
}
