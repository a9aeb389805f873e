"""Say how a recording is, for panel and terminal alike."""

from collections.abc import Mapping

from appliance.language import N_
from appliance.model.records import Origin, Verdict
from appliance.model.terms import AnswerBasis

VERDICTS: Mapping[str, tuple[str, str]] = {
    Verdict.COMPLETE: (N_("complete"), N_("Every part is there and unaltered.")),
    Verdict.CUT: (N_("cut"), N_("It ends early; what is there is unaltered.")),
    Verdict.DAMAGED: (N_("damaged"), N_("Parts cannot be read any more.")),
    Verdict.TAMPERED: (N_("tampered"), N_("It does not agree with the activity log.")),
    Verdict.MISSING: (N_("missing"), N_("The activity log knows it, but the file is gone.")),
    Verdict.KEY_LOST: (N_("key lost"), N_("No key opens it, and it was not erased.")),
    Verdict.SHREDDED: (N_("erased"), N_("Its key was destroyed.")),
}
"""Verdict -> its word, and its sentence."""

ORIGIN_NAMES: Mapping[str, str] = {
    Origin.ATTESTED: N_("attested"),
    Origin.NOT_ATTESTED: N_("not attested"),
}

ANSWERS: Mapping[str, str] = {
    AnswerBasis.REVERSAL: N_("the exchange reversed the line's polarity"),
    AnswerBasis.CONNECT: N_("the ISDN exchange connected the call"),
    AnswerBasis.RINGBACK_AND_VOICE: N_("the ringing ended and a voice was heard"),
    AnswerBasis.BUTTON: N_("the office pressed the button for it"),
}
"""How a call counted as answered."""

MARKS: Mapping[str, str] = {
    "pause": N_("Recording paused"),
    "resume": N_("Recording went on"),
    "blank": N_("A key was made silent"),
    "gap": N_("Sound is missing"),
    "withdrawn": N_("Recording for a purpose ended"),
}
