"""Say how a line is, why one that would be ready asks nobody, and what the lamps mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from appliance.model.lamps import Cause, Light, Sign
from appliance.model.records import LineStatus
from appliance.model.sentences.lines import CAUSES
from appliance.model.terms import DialogueWait, Obstacle
from web.words import formats, words


@dataclass(frozen=True, slots=True)
class StateWords:
    """A state of a line: its name and a sentence."""

    name: Any
    sentence: Any


UNKNOWN_STATE = StateWords(
    _l("Unknown"), _l("The line cannot be judged; nothing is asked or recorded.")
)

STATES = {
    "unknown": StateWords(
        _l("Starting"),
        _l("Waiting to see the phone on its hook before anything is asked."),
    ),
    "idle": StateWords(_l("Ready"), _l("The next caller will be asked.")),
    "ended": StateWords(_l("Call ended"), _l("The call is over.")),
    "ringing": StateWords(_l("Ringing"), _l("Somebody calls.")),
    "dialling": StateWords(
        _l("Dialling"), _l("The office dials; the device stays silent and only listens.")
    ),
    "settling": StateWords(_l("Picked up"), _l("The device waits for a pause, then it speaks.")),
    "asking": StateWords(_l("Explaining"), _l("The device tells the caller about the recording.")),
    "awaiting": StateWords(_l("Waiting for the key"), _l("The caller may press a key now.")),
    "informing": StateWords(
        _l("More information"),
        _l("The caller asked for more and hears how long a recording is kept, and all rights."),
    ),
    "choosing": StateWords(_l("Choosing"), _l("The caller is asked about each purpose by itself.")),
    "confirming": StateWords(
        _l("Recording begins"),
        _l("The caller hears that the call is recorded from now on."),
    ),
    "recording": StateWords(
        _p("state of a line", "Recording"),
        _l("The call is being recorded and encrypted at once."),
    ),
    "paused": StateWords(_l("Paused"), _l("Silence is written until recording goes on.")),
    "refused": StateWords(_l("Refused"), _l("The call goes on and nothing of it is kept.")),
    "exempt": StateWords(
        _l("Neither asking nor recording"),
        _l("From here on nobody is asked or recorded in this call."),
    ),
    "private": StateWords(_l("Private"), _l("This call was made private.")),
    "retryable": StateWords(
        _l("Not recorded"), _l("The call goes on unrecorded; it can be asked again.")
    ),
    "machine": StateWords(
        _l("Answering machine or fax"),
        _l("An answering machine or fax is on the line; the device is silent."),
    ),
    "far_changed": StateWords(
        _l("Another party"),
        _l("Somebody else may be on the line, who has not agreed; nothing is recorded."),
    ),
    "fault": StateWords(
        _l("Fault"),
        _l(
            "The line cannot be heard. Telephone calls go on as always, except behind an ISDN "
            "bridge."
        ),
    ),
}

AWAITED = {
    DialogueWait.LATE_EVENTS: StateWords(
        _l("Before recording"),
        _l("Before it may record, the device waits a moment in case somebody hangs up."),
    ),
    DialogueWait.SECOND_STAR: StateWords(
        _l("Star key of the office"),
        _l("Somebody in the office pressed the star key; the device stops asking."),
    ),
}
"""What a dialogue waits for, where the state's own words would not be so."""

UNRECORDED = _l("The call goes on unrecorded.")
"""Of a refused call of which something is kept, or one that cannot be asked again."""

KEPT = _l("What was recorded before stays.")
"""Of a call that was recorded and no longer is."""

NOT_READY = _l("Not ready")
"""The name of a line that could ask, if what stands against it were mended."""

NAMES: dict[Obstacle, Any] = {
    Obstacle.KIND: _l("Never asked"),
    Obstacle.CALIBRATING: _l("Calibration calls"),
    Obstacle.EMERGENCY: _l("Silent for now"),
}

SENTENCES: dict[Obstacle, Any] = {
    Obstacle.KIND: _l("Calls on a line of this kind are never asked and never recorded."),
    Obstacle.STORAGE: _l("Nothing can be stored, so nobody is asked. The device check says why."),
    Obstacle.LIST: _l(
        "The device does not know the numbers that are never recorded, so nobody is asked. They "
        "come with the archive service: it has to run."
    ),
    Obstacle.CALIBRATING: _l("Nobody is asked while calibration calls are going on."),
    Obstacle.DAY: _l("Nobody is asked or recorded here before the line’s first day."),
    Obstacle.TIME: _l(
        "Nobody is asked before an administrator confirms the time: callers hear when a recording "
        "is erased."
    ),
    Obstacle.LEAVING: _l("Nobody is asked until the line has its new devices."),
    Obstacle.MUTE: _l(
        "Nobody is asked or recorded: the line has a passive tap, which cannot speak."
    ),
    Obstacle.PURPOSE: _l("Nobody is asked: the line has no purpose. The settings name it."),
    Obstacle.WORDS: _l(
        "Nobody is asked: an announcement is missing, or nobody has confirmed it. The device "
        "check says which."
    ),
    Obstacle.SPEAKERS: _l(
        "Nobody is asked or recorded: everybody who speaks on this line has to agree first. Open "
        "Consent of the staff."
    ),
    Obstacle.JUSTIFICATION: _l(
        "Nobody is asked: a purpose that callers may object to has no justification. Write one "
        "in the settings."
    ),
    Obstacle.KEYS: _l(
        "Nobody is asked: the keys do not fit the purposes. Look at the line's settings."
    ),
    Obstacle.RULE: _l(
        "Nobody is asked: no recording can hold the line's rule. Shorten its words in the settings."
    ),
}

LACKING = _l("Something is missing before it can ask then. The device check says what.")
"""Of a line that waits for its first day and is not complete."""

NOTICE = _l("The next caller hears a notice and is then recorded.")
"""Of a line whose bases need no answer."""

OLDER = _l("The line still follows older settings. The device check says why.")
"""Of a line, while the newest settings do not hold."""


def state(status: LineStatus) -> StateWords:
    """Return the words for a line's state."""
    if status.awaited in AWAITED:
        return AWAITED[status.awaited]
    said = STATES.get(status.state, UNKNOWN_STATE)
    untrue = status.kept if status.state == "refused" else not status.again
    plain = untrue and status.state in {"refused", "retryable"}
    return StateWords(said.name, UNRECORDED) if plain else said


def name(status: LineStatus) -> Any:
    """Return the name of an idle line that does not ask; empty if it does."""
    if status.state != "idle" or status.obstacle is None:
        return ""
    if status.waits:
        day = formats.that_day(status.records_from)
        return _l("Ready from %(day)s", day=day) if day else _l("Ready, not yet")
    return NAMES.get(status.obstacle, NOT_READY)


def sentence(status: LineStatus) -> Any:
    """Return what the next caller of an idle line meets, if that is no question; else nothing."""
    if status.state != "idle":
        return ""
    if status.obstacle is None:
        return NOTICE if status.notice else ""
    if status.obstacle is Obstacle.EMERGENCY:
        until = formats.clock(status.exempt_until)
        return _l("An emergency number was called: until %(time)s no caller is asked.", time=until)
    if status.obstacle is Obstacle.DAY:
        until = words.not_before(status.records_from) if status.records_from else ""
        said = until or SENTENCES[Obstacle.DAY]
        return said if status.complete and status.agreed else f"{said} {LACKING}"
    return SENTENCES[status.obstacle]


LAMPS: Mapping[tuple[str, Light], Any] = {
    ("green", Light.STEADY): _l("Green: ready."),
    ("green", Light.WINK): _l("Green flashes: everything is set up, the first day is to come."),
    ("amber", Light.BLINKING): _l("Yellow blinks: asking."),
    ("red", Light.STEADY): _l("Red: recording."),
    ("red", Light.BLINKING): _l("Red blinks: paused."),
    ("red", Light.WINK): _l("Red flashes: %(cause)s"),
}
"""A lit lamp and its meaning."""

ANNOUNCING = _l("Yellow blinks: announcing.")
"""The meaning of the yellow lamp on a line that asks for no key."""


def legend(sign: Sign) -> str:
    """Return what a lamp that shines means."""
    line = sign.line
    if sign.cause is Cause.FIRST_DAY and line is not None and line.records_from:
        day = formats.that_day(line.records_from)
        return str(_l("Green flashes: ready from %(day)s.", day=day))
    if sign.cause is Cause.ASKING and line is not None and line.notice:
        return str(ANNOUNCING)
    words = str(LAMPS[sign.lamp, sign.light])
    if sign.light is not Light.WINK or sign.lamp != "red":
        return words
    return words % {"cause": gettext(CAUSES[sign.cause]) % {"line": line.line if line else ""}}
