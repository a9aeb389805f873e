"""List the refusals about lines, what is plugged in, and trying them."""

from collections.abc import Mapping

from appliance.language import N_
from appliance.model.sentences.refusals_by_subject.refusal import (
    Refusal,
    busy,
    failed,
    missing,
    state,
    wrong,
)

LINES_REFUSALS: Mapping[str, Refusal] = {
    "no_line": missing(N_("Not found"), N_("There is no line called %(line)s.")),
    "line_failed": failed(N_("It did not work"), N_("A device of the line failed.")),
    "line_broken": failed(
        N_("It did not work"),
        N_("The line %(line)s cannot start. The device check says why."),
    ),
    "line_silent": failed(N_("It did not work"), N_("The line does not answer. Try again.")),
    "line_in_use": state(N_("Line is in use"), N_("Somebody is on this line. Hang up first.")),
    "line_not_idle": state(
        N_("Line is in use"), N_("The line is not idle. Hang up, and wait until nothing rings.")
    ),
    "tones_playing": state(
        N_("Line is in use"), N_("Tones are being played on this line. Wait until that is over.")
    ),
    "help_called": state(
        N_("Line is in use"),
        N_(
            "An emergency number was called on this line, so nothing is said on it now. Try "
            "again later."
        ),
    ),
    "machine_line": state(
        N_("Not possible now"),
        N_("This line belongs to a machine, such as a fax: nothing is ever said on it."),
    ),
    "no_tones": state(N_("Not possible now"), N_("No tones can be played and heard on this line.")),
    "call_on": state(
        N_("Line is in use"), N_("A call is on. Ask what is plugged in when it is over.")
    ),
    "asking_devices": busy(
        N_("Device is busy"), N_("Devices are being asked already. Look again in half a minute.")
    ),
    "not_calibrating": state(
        N_("Not possible now"), N_("This line is not being calibrated now. Begin again.")
    ),
    "calibration_ended": state(
        N_("It did not work"), N_("The calibration ended before all was heard. Begin again.")
    ),
    "calibration_not_kept": failed(
        N_("It did not work"),
        N_("The figures of the calibration could not be kept. The system log says why."),
    ),
    "not_measured": state(
        N_("Not possible now"),
        N_("The announcements were not measured with this phone alone yet. Do that first."),
    ),
    "phone_name": wrong(
        N_("Check your entries"),
        N_("A phone’s name has 1 to %(most)s letters, digits, blanks, dots or dashes."),
    ),
    "not_simulated": state(N_("Not possible now"), N_("Only a simulated line can be called here.")),
    "not_all_simulated": state(
        N_("Not possible now"), N_("Only a device whose lines are all simulated may ask sooner.")
    ),
    "one_call": state(
        N_("Line is in use"), N_("A simulated call is on already. Wait until it is over.")
    ),
}
