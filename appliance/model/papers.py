"""List the words of proof sheets and certificates, for paper and terminal alike."""

from collections.abc import Mapping

from appliance.language import N_
from appliance.model.certificate import IN_CALL, OrderedBy
from appliance.model.records import Origin, Reason

SPOKEN: Mapping[str, str] = {
    "question": N_("The question"),
    "keys": N_("The keys, once more"),
    "notice": N_("The notice"),
    "confirmation": N_("What is recorded for, just before the recording"),
    "more": N_("More information, on the caller's wish"),
    "choice": N_("One purpose asked alone"),
    "refused": N_("After a refusal"),
    "unanswered": N_("After no answer"),
    "withdrawn": N_("After a no during the recording"),
    "objected": N_("After an objection"),
}
"""Code word of a prompt -> its name."""

RECIPIENTS: Mapping[str, str] = {
    "caller": N_("for the caller"),
    "authority": N_("for a court or an authority"),
    "adviser": N_("for a lawyer or an insurer"),
    "office": N_("for the office itself"),
}
"""Code word of a recipient -> for whom a copy was made."""

CONTRACTS: Mapping[str, str] = {
    "conclude": N_("to conclude the contract"),
    "perform": N_("to perform the contract"),
}
"""What a contract needed the recording for."""

ORDERED_BY: Mapping[str, str] = {
    "person": N_("the person concerned"),
    "office": N_("the office"),
    "date": N_("the erasure date"),
    "authority": N_("a court or an authority"),
    OrderedBy.DEVICE: N_("the device"),
}
"""Who wanted an erasure."""

SUPPLEMENTS: Mapping[str, str] = {
    "made_anew": N_("made anew without the recording"),
    "destroyed": N_("destroyed, as the office says"),
    "asked": N_("asked to erase it"),
    "done": N_("erased it"),
    "found": N_("found since; it is to be erased by the same order"),
    "erased": N_("erased by the same order"),
    "finished": N_("finished; it contains the erasure"),
}
"""What became known after a certificate was signed."""

REASONS: Mapping[str, str] = {
    Reason.REFUSED: N_("the caller refused"),
    Reason.OFFICE_REFUSED: N_("the office refused by key"),
    Reason.REFUSED_UNSURE: N_("a key refused; it is not sure whose it was"),
    Reason.NOTHING_CHOSEN: N_("none of the purposes was chosen"),
    Reason.NO_ANSWER: N_("the question was not answered"),
    Reason.TOO_EARLY: N_("a key was pressed too early, before the question was over"),
    Reason.WRONG_KEY: N_("another key was pressed"),
    Reason.CROWDED: N_("keys were pressed too close together"),
    Reason.INTERRUPTED: N_("the office used its telephone or the button"),
    Reason.UNSURE: N_("it was not sure whose key it was"),
    Reason.NOT_HEARD: N_("the question was not heard whole"),
    Reason.HUNG_UP: N_("somebody hung up"),
    Reason.PRIVATE: N_("the call was made private"),
    Reason.EXEMPT: N_("the call is exempt"),
    Reason.MACHINE: N_("an answering machine or fax was on the line"),
    Reason.FAR_CHANGED: N_("another party came on the line"),
    Reason.NO_POLICY: N_("no rule allows it"),
    Reason.CUT: N_("the line or the power was cut"),
    Reason.STORAGE: N_("it could not be stored"),
    Reason.NOT_YET: N_("the line may not record yet"),
}

REMAINS: Mapping[str, str] = {
    "flash_may_keep_root": N_(
        "The memory card may keep old blocks of the file that held the main key; somebody with "
        "the card and special tools might find them."
    ),
    "flash_may_keep_root_under_board": N_(
        "The memory card may keep old blocks of the file that held the main key; they are of use "
        "only together with this very board."
    ),
    "backups": N_("Backups made before the erasure, until the next one on the same medium."),
    "backups_overwritten": N_(
        "Backups held it until they were made anew. A medium may keep what was removed from it; "
        "the recovery sheet would open that."
    ),
    "exports": N_("Files that were handed over before; the activity log tells when."),
}

HOLD_GROUNDS: Mapping[str, str] = {
    "expression": N_("freedom of expression and information"),
    "legal_duty": N_("a legal duty"),
    "public_health": N_("public health"),
    "archive": N_("archiving in the public interest"),
    "claims": N_("legal claims"),
}
"""Grounds of a hold, for which a held recording may be played."""

GRADES: Mapping[str, str] = {
    "A": N_("the caller and the office are heard apart from each other"),
    "B": N_("every phone of the office was enrolled, and the key was none of theirs"),
    "C": N_("the key's level was that of a caller"),
}

GROUNDS: Mapping[str, str] = {
    "consent_withdrawn": N_("The caller withdrew the consent"),
    "no_longer_needed": N_("It is no longer needed"),
    "objection": N_("The caller objected"),
    "unlawful": N_("It was recorded unlawfully"),
    "legal_obligation": N_("The law demands it"),
    "child": N_("It is of a child, from an online service"),
    IN_CALL: N_("It was discarded during the call"),
}
"""Ground of an erasure -> its words."""

ORIGINS: Mapping[str, str] = {
    Origin.ATTESTED: N_("Sealed by the recording process that this device knew."),
    Origin.NOT_ATTESTED: N_(
        "Nobody can confirm that this device recorded it. That alone is no fault."
    ),
}
"""Who made a recording -> its words."""

DIRECTIONS: Mapping[str, str] = {"incoming": N_("incoming"), "outgoing": N_("outgoing")}

UNREADABLE: Mapping[str, str] = {
    "locked": N_("Locked: nobody is logged in whose key opens it."),
    "lost": N_("These words cannot be read any more."),
}

FAULTS: Mapping[str, str] = {
    "foreign": N_("It is no proof sheet and no certificate of the program Zgoda."),
    "version": N_("It was written by a version of the program Zgoda that this one does not know."),
    "large": N_("It is larger than such a file can be."),
    "cut": N_("Its end is missing."),
    "altered": N_("It was altered, or another device signed it."),
    "mixed": N_("Its parts do not belong together."),
    "content": N_("It is signed, but a device does not write it like this."),
    "evidence": N_("What it shows of the activity log does not belong to it."),
    "reader": N_("It shows its reader what belongs to somebody else, or too little."),
    "key": N_("It is signed by another device than the one of this fingerprint."),
}
"""What is wrong with a signed file -> a sentence."""

ERASURES: Mapping[str, str] = {
    "erasing": N_("being erased"),
    "erased": N_("erased"),
    "failed": N_("the erasure failed"),
}
"""How far an erasure came."""
