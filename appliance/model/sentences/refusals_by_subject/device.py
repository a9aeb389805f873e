"""List the refusals about the device: first steps, sheet, time, faults."""

from collections.abc import Mapping

from appliance.language import N_
from appliance.model.sentences.refusals_by_subject.refusal import (
    Refusal,
    away,
    check,
    failed,
    forbidden,
    state,
    wrong,
)

DEVICE_REFUSALS: Mapping[str, Refusal] = {
    "failed": failed(
        N_("It did not work"), N_("The device could not do this. The system log says why.")
    ),
    "archive_failed": failed(
        N_("It did not work"), N_("The archive could not do this. The system log says why.")
    ),
    "not_on_record": failed(
        N_("It did not work"),
        N_(
            "The activity log cannot be written, so nothing was done. The system log says why; "
            "perhaps the memory card or disk is full."
        ),
    ),
    "perhaps_on_record": failed(
        N_("It may have worked"),
        N_(
            "The activity log could not be written to its end. Whether this was done shows when "
            "the device has been restarted: look then. The system log says why; replace the "
            "memory card or disk."
        ),
    ),
    "eraser_failed": failed(
        N_("It did not work"),
        N_(
            "A key could not be erased for certain, so nothing counts as erased. The device "
            "tries again by itself."
        ),
    ),
    "disk_full": failed(
        N_("Too little room"), N_("The memory card or disk is full. Use a larger one.")
    ),
    "key_lost": check(
        N_("Unreadable recording"), N_("The key of this recording is gone: it was erased or lost.")
    ),
    "made_by_newer": failed(
        N_("It did not work"), N_("A newer Zgoda has written this. Install that version.")
    ),
    "made_by_older": failed(
        N_("It did not work"), N_("An older Zgoda has written this. Open it with that version.")
    ),
    "wrong_secret": wrong(
        N_("Check your entries"),
        N_("The password, the sheet or the key is wrong. Check each sign."),
    ),
    "file_damaged": failed(
        N_("It did not work"),
        N_("A file is damaged or was not made by Zgoda. The system log says which."),
    ),
    "answer_too_long": failed(
        N_("Too many at once"), N_("The answer is too large. Ask for less at once.")
    ),
    "service_away": away(
        N_("Service not running"),
        N_("A service of the device does not answer. Try again in a minute."),
    ),
    "recorder_away": away(
        N_("Service not running"),
        N_(
            "The recorder does not answer. Try again in a minute; if it still does not after five "
            "minutes, restart the device."
        ),
    ),
    "root_not_asked": failed(
        N_("It did not work"),
        N_("The device could not pass this on, so nothing was changed."),
        quotes="said",
    ),
    "archive_there": state(
        N_("Not possible now"),
        N_("This device has an archive already, so no key is stored in its board."),
    ),
    "burning": state(
        N_("Not possible now"), N_("A key is being stored in the board. Wait until that is done.")
    ),
    "no_board_key": state(N_("Not possible now"), N_("No key can be stored in this board.")),
    "words_needed": wrong(
        N_("Check your entries"), N_("Type the words exactly as the page shows them.")
    ),
    "plain": wrong(
        N_("Check your entries"),
        N_("The main key would lie open on the memory card. Accept that first."),
    ),
    "restoring": state(
        N_("Not possible now"), N_("A backup is being restored here. Finish that first.")
    ),
    "set_up_already": state(N_("Not possible now"), N_("This device is set up already. Log in.")),
    "sheet_not_shown": state(
        N_("Too late"),
        N_("The recovery sheet is no longer shown. Have a new one shown, then type from that one."),
    ),
    "wrong_group": wrong(
        N_("Check your entries"),
        N_("Group %(group)s is not as it stands on the sheet. Check each letter."),
    ),
    "wrong_groups": wrong(
        N_("Check your entries"),
        N_("These groups are not as they stand on the sheet: %(groups)s. Check each letter."),
    ),
    "sheet_letters": wrong(
        N_("Wrong recovery sheet"),
        N_(
            "A recovery sheet has %(wanted)s letters and digits; these are %(count)s. "
            "Type each of its groups."
        ),
    ),
    "sheet_mixed": wrong(
        N_("Wrong recovery sheet"),
        N_("Each group is correct, but they do not belong together. Type all from one sheet."),
    ),
    "wrong_sheet": wrong(
        N_("Wrong recovery sheet"),
        N_(
            "That is not the sheet in force, or a letter is wrong. Look at each group "
            "again; the sheet with the highest number counts."
        ),
    ),
    "sheet_elsewhere": forbidden(
        N_("Access denied"),
        N_(
            "The recovery sheet is only taken at the device itself, or with a code for a "
            "new browser."
        ),
    ),
    "sheet_too_old": state(
        N_("Not possible now"),
        N_("The recovery sheet of this archive cannot be replaced: the archive is too old."),
    ),
    "sheet_expired": state(
        N_("Too late"), N_("This recovery sheet was shown too long ago. Draw a new one.")
    ),
    "sheet_replaced": state(
        N_("Changed meanwhile"),
        N_("Another recovery sheet was confirmed meanwhile. Draw a new one."),
    ),
    "page_too_old": state(
        N_("Too late"), N_("The times were shown too long ago. Look at them again.")
    ),
    "time_impossible": wrong(
        N_("Check your entries"),
        N_("This time cannot be right: the device was made later, or it is too far ahead."),
    ),
    "not_confirmed": wrong(
        N_("Request not accepted"), N_("Nothing was done. Add --yes if you mean it.")
    ),
}
