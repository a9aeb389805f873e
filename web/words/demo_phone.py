"""Name the demo phone's states, sounds and hints in the reader's language."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from appliance.model.demo_phone import LiveDo, Party, Sounding, State
from appliance.model.terms import DialogueWait
from web.words import ready

PHONES: Mapping[Party, Any] = {
    "caller": _l("The caller's phone"),
    "office": _l("The office's phone"),
    "third": _l("Somebody else's phone"),
}

STATES: Mapping[State, Any] = {
    "on_hook": _l("On the hook"),
    "ringing": _l("It rings"),
    "silent": _l("Off the hook"),
    "dial_tone": _l("Dial tone: dial now"),
    "dialling": _l("Dialling"),
    "calling": _l("It rings at the other end"),
    "busy": _l("Busy tone: hang up"),
    "talking": _l("In conversation"),
    "held": _l("On hold"),
}

TONES = {
    "dial": _l("the dial tone"),
    "ringback": _l("the ringing tone"),
    "busy": _l("the busy tone"),
    "call_waiting": _l("the call-waiting tone"),
}

SPOKEN = {
    "question": _l("the device asks"),
    "keys": _l("the device repeats the keys"),
    "notice": _l("the device says that it records"),
    "confirmation": _l("the device says that it records now"),
    "more": _l("the device tells more about the recording"),
    "choice": _l("the device asks for one purpose"),
    "refused": _l("the device says that it does not record"),
    "unanswered": _l("the device says that it does not record"),
    "withdrawn": _l("the device says what ends, and what it goes on recording for"),
    "objected": _l("the device says that the objection is accepted"),
}

VOICES = {
    "caller": _l("the caller speaks"),
    "office": _l("the office speaks"),
    "third": _l("somebody else speaks"),
}

ACTS: Mapping[LiveDo, Any] = {
    "call": _l("Call the office"),
    "lift": _p("a telephone", "Answer"),
    "hang_up": _l("Hang up"),
    "talk": _l("Talk"),
    "flash": _l("Hold or swap"),
}

NUMBERS = {
    "zofia": ("+48600555012", "Zofia Testowa"),
    "adam": ("+48325550123", "Adam Testowy"),
    "hidden": ("", ""),
}
"""Numbers of callers; none is anybody's."""

SECOND = ("+48585550142", "Maria Testowa")
"""Who calls with the third phone."""

HINTS = {
    "idle": _l(
        "Be the caller: press “Call the office”. Or lift the office's phone to dial somebody."
    ),
    "taken": _l("A simulated caller is on this line. The phones are free when that call is over."),
    "ringing": _l("The office's phone rings. Answer it."),
    "dialling": _l(
        "Dial with the keys of the office's phone: nine digits for an ordinary call, or 112 to see "
        "that nobody is asked when help is called, nor who calls back within half an hour."
    ),
    "called": _l("The phone out in the network rings. Answer it there."),
    "connected": _l("Both are connected."),
    "settling": _l("Both are connected. The device waits for a pause, then it speaks."),
    "asking": _l(
        "When the question is over, press a key on the caller's phone: the device says which one "
        "agrees and which one refuses. Or press none."
    ),
    "asking_no_key": _l(
        "The device tells the caller about the recording. Nobody has to press a key."
    ),
    "awaiting": _l(
        "Now press a key on the caller's phone: the device has said which one agrees and which "
        "one refuses. Or press none."
    ),
    DialogueWait.LATE_EVENTS: ready.AWAITED[DialogueWait.LATE_EVENTS].sentence,
    DialogueWait.SECOND_STAR: ready.AWAITED[DialogueWait.SECOND_STAR].sentence,
    "informing": _l("The caller asked for more information. The keys are said when it is over."),
    "informing_no_key": _l(
        "The caller asked for more information and hears it. Nobody has to press a key."
    ),
    "choosing": _l(
        "The device asks for each purpose by itself and says which key agrees to it. No key means "
        "no."
    ),
    "confirming": _l("The device says that it records. Recording begins when it has said so."),
    "paused": ready.STATES["paused"].sentence,
    "recording": _l(
        "The call is being recorded. Let both talk, then hang up and find it under Calls."
    ),
    "unrecorded": _l(
        "Nothing of this call is kept. It goes on as calls do; hang up whenever you like."
    ),
    "stopped": _l("Nothing more is recorded. What was recorded before, if anything, stays."),
    "busy": _l("The call is over. Hang up what is still off the hook."),
}


def heard(sound: Sounding) -> Any:
    """Return a sound's name."""
    match sound.kind:
        case "tone":
            return TONES.get(sound.what, sound.what)
        case "prompt":
            return SPOKEN.get(sound.spoken, sound.spoken)
        case "voice":
            return VOICES.get(sound.by, sound.by)
        case _:
            return _l("key %(key)s", key=sound.what)
