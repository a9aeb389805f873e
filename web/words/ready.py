"""Say why a line that would be ready does not ask its next caller."""

from typing import Any

from flask_babel import lazy_gettext as _l

from appliance.model.records import LineStatus
from appliance.model.terms import Obstacle
from web.words import formats, words

NOT_READY = _l("Not ready")
"""The name of a line that could ask, if what stands against it were mended."""

NAMES: dict[Obstacle, Any] = {
    Obstacle.KIND: _l("Never asked"),
    Obstacle.CALIBRATING: _l("Calibration calls"),
    Obstacle.EMERGENCY: _l("Silent for now"),
}

SENTENCES: dict[Obstacle, Any] = {
    Obstacle.KIND: _l("Calls on a line of this kind are never asked and never recorded."),
    Obstacle.STORAGE: _l(
        "Nothing can be stored: there is no room on the disk, or no key. Nobody is asked."
    ),
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
