"""Say what a watched line shows: hook, events, channels, and the check by tones."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from appliance.link.requests.doctor import Channel, CheckStage, CheckStopped, Happened

HOOKS: dict[str, Any] = {
    "on": _l("On the hook"),
    "off": _l("Off the hook"),
    "unknown": _l("Not known yet: hang up for a second."),
}

HAPPENED: dict[Happened, Any] = {
    "off_hook": _l("Off the hook"),
    "on_hook": _l("On the hook"),
    "ring": _l("Ring"),
    "caller_id": _l("A caller’s number was sent"),
    "flash": _l("Flash: the hook was pressed for a moment"),
    "loop_break": _l("The current in the line stopped for a moment"),
    "disconnect": _l("The network switched the line off for a moment"),
    "reversal": _l("The network swapped the wires’ polarity"),
    "fault": _l("A device of the line failed"),
    "restored": _l("The device works again"),
    "gap": _l("Sound was missing"),
}

CHANNELS: dict[Channel, Any] = {
    "both": _l("both parties"),
    "far": _p("channel", "caller"),
    "near": _p("channel", "office"),
    "voltage": _p("channel", "voltage"),
    "current": _p("channel", "current"),
}

FIGURES: dict[str, Any] = {
    "unheard": _l("No sound has been measured yet. It takes a second."),
    "private": _l("Nothing is measured in a call that is not to be recorded."),
}

STAGES: dict[CheckStage, Any] = {
    "none": _l("Not done since the device started."),
    "lift": _l("Lift the phone now, and press nothing."),
    "dial_tone": _l("The device waits for the dial tone. Press nothing and say nothing."),
    "playing": _l("The device plays tones and listens. Press nothing and say nothing."),
    "done": _l("Done."),
    "stopped": _l("Broken off."),
}

STOPPED: dict[CheckStopped, Any] = {
    "call": _l("A call came in."),
    "key": _l("A key was pressed, so the device fell silent at once."),
    "no_dial_tone": _l(
        "There was no dial tone, or it ended. Only while it sounds does the device play."
    ),
    "hung_up": _l("The phone was put down too early."),
    "emergency": _l("An emergency number was called: nothing is said on this line now."),
    "expired": _l("Nobody lifted the phone within a minute."),
    "ended": _l("Somebody ended it here."),
    "no_sound": _l("Sound was missing, or a device failed."),
    "lost": _l(
        "Nothing of the tones came back. Look at the cables, and at the output of the USB sound "
        "card."
    ),
    "disturbed": _l("Somebody spoke, or there was noise, so the levels mean nothing."),
}

NO_TONES = _l("No tones can be played and heard on this line.")
