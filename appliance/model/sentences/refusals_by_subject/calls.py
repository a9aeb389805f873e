"""List the refusals about recordings and calls: finding, playing, handing over, holding."""

from collections.abc import Mapping

from appliance.language import N_
from appliance.model.sentences.refusals_by_subject.refusal import (
    Refusal,
    busy,
    check,
    failed,
    forbidden,
    gone,
    missing,
    state,
    wrong,
)

CALLS_REFUSALS: Mapping[str, Refusal] = {
    "not_found": missing(
        N_("Page not found"), N_("There is no such page or call. It may have been erased.")
    ),
    "no_recording": missing(
        N_("Not found"), N_("No recording has an id that begins with %(id)s. Check the id.")
    ),
    "id_short": wrong(
        N_("Check your entries"),
        N_("Type at least %(least)s hexadecimal digits of a recording’s id."),
    ),
    "erased": gone(N_("Erased"), N_("This call was erased. No key opens it.")),
    "tampered": check(
        N_("Not the encrypted recording"),
        N_("This file was changed since it was encrypted. It is neither played nor handed over."),
    ),
    "part_tampered": check(
        N_("Not the encrypted recording"),
        N_(
            "Part %(part)s of %(parts)s of this call was changed since it was encrypted. The "
            "call is neither played nor handed over."
        ),
    ),
    "unreadable": check(
        N_("Unreadable recording"),
        N_("What this file says of its call cannot be read. It is neither played nor handed over."),
    ),
    "restricted": forbidden(
        N_("Access denied"),
        N_("Processing of this recording is restricted (Art. 18 GDPR). It is only kept."),
    ),
    "purpose_closed": forbidden(
        N_("Access denied"),
        N_("This recording may not be listened to for this purpose. Choose another one."),
    ),
    "pieces": forbidden(
        N_("Only in the player"),
        N_(
            "The sound is heard in the player and is not given as a file. A privacy officer "
            "can hand over a copy."
        ),
    ),
    "sound_ahead": busy(
        N_("Only in the player"),
        N_("The sound is given no faster than a player needs it. Wait a second, then try again."),
    ),
    "playback_over": missing(N_("Too late"), N_("This playback is over. Open the call again.")),
    "no_range": wrong(
        N_("Request not accepted"), N_("The sound has no such part: it is %(total)s bytes long.")
    ),
    "number_told": state(
        N_("Not possible now"), N_("The network told this caller’s number. It stays as it is.")
    ),
    "no_number": wrong(
        N_("Check your entries"),
        N_("That is not a telephone number. Write it with its digits, perhaps after a plus sign."),
    ),
    "number_not_listed": missing(N_("Not found"), N_("This number is not on the list.")),
    "list_full": state(
        N_("Not possible now"), N_("The list holds %(most)s numbers already. Take one off first.")
    ),
    "recipient_long": wrong(
        N_("Check your entries"), N_("Name the recipient in at most %(most)s characters.")
    ),
    "paper_lacks": wrong(
        N_("Check your entries"),
        N_(
            "A copy for an authority needs the authority’s name, its file number, the legal basis "
            "and who signed the paper."
        ),
    ),
    "silence_of_nobody": wrong(
        N_("Check your entries"),
        N_("Only a copy for an authority has a file number, a legal basis and a silence."),
    ),
    "silence_past": wrong(
        N_("Check your entries"), N_("Choose a day to come for the end of the silence.")
    ),
    "silence_long": wrong(
        N_("Check your entries"),
        N_("The day of a silence lies at most twelve months ahead. Choose an earlier one."),
    ),
    "no_copy": missing(N_("Not found"), N_("There is no such copy for an authority.")),
    "copy_closed": state(
        N_("Not possible now"),
        N_("This call cannot be added to that copy. Hand it over on its own."),
    ),
    "erased_for_recipient": state(
        N_("Erased for this recipient"),
        N_(
            "The erasure date of this call is over, and only a silenced hold keeps it. For a "
            "caller or an adviser it counts as erased: answer as you do for an erased call. "
            "Copies and proofs leave for an authority or the office alone."
        ),
    ),
    "no_silence": missing(N_("Not found"), N_("There is no such silence any more.")),
    "silence_end_waits": state(
        N_("Not possible now"), N_("A request to end this silence already waits.")
    ),
    "reason_length": wrong(
        N_("Check your entries"), N_("Give the reason in 1 to %(most)s characters.")
    ),
    "held": state(N_("Held"), N_("This call is held on a legal ground. Lift the hold first.")),
    "held_already": state(N_("Held"), N_("This call is held already. Its hold stays as it is.")),
    "not_held": state(N_("Not possible now"), N_("This call is not held.")),
    "review_past": wrong(N_("Check your entries"), N_("Choose a day to come for the review.")),
    "no_day": wrong(
        N_("Check your entries"), N_("%(day)s is not a day. Write it like 2026-11-25.")
    ),
    "proof_too_large": failed(
        N_("It did not work"), N_("The proof of this call is larger than one can be.")
    ),
    "words_gone": missing(N_("Not found"), N_("These words are no longer kept.")),
    "no_actor": wrong(
        N_("Check your entries"), N_("Write the id of a person, as the activity log shows it.")
    ),
    "no_entry_type": wrong(
        N_("Check your entries"), N_("There is no such type of entry in the activity log.")
    ),
    "no_purpose": wrong(
        N_("Check your entries"), N_("There is no such purpose. Look at the list of purposes.")
    ),
}
