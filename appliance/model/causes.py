"""Say why the red lamp flashes: to the legend beside the lamps and to the doctor alike."""

from collections.abc import Mapping

from appliance.language import N_
from appliance.model.lamps import Cause, Need
from appliance.model.sentences.sentence import Sentence, fail, warn
from appliance.model.terms import Obstacle

CAUSES: Mapping[Cause | Obstacle | Need, str] = {
    Cause.NO_LINE: N_("no line is set up."),
    Cause.FAULT: N_("%(line)s cannot be heard."),
    Cause.NOT_AT_REST: N_("%(line)s waits for its phone: hang up for a second."),
    Cause.SLOW_DISK: N_("the disk is too slow."),
    Obstacle.STORAGE: N_("%(line)s asks nobody: nothing can be stored."),
    Obstacle.LIST: N_("%(line)s asks nobody: the numbers that are never recorded are not known."),
    Obstacle.CALIBRATING: N_("%(line)s asks nobody: calibration calls are going on."),
    Obstacle.DAY: N_("%(line)s asks nobody: something is missing before its first day."),
    Obstacle.TIME: N_("%(line)s asks nobody: an administrator has to confirm the time."),
    Obstacle.LEAVING: N_("%(line)s asks nobody: it is getting other devices."),
    Obstacle.MUTE: N_("%(line)s asks nobody: its passive tap cannot speak."),
    Obstacle.PURPOSE: N_("%(line)s asks nobody: it has no purpose."),
    Obstacle.WORDS: N_("%(line)s asks nobody: its announcements are not ready."),
    Obstacle.SPEAKERS: N_("%(line)s asks nobody: everybody who speaks on it has to agree first."),
    Obstacle.JUSTIFICATION: N_(
        "%(line)s asks nobody: a purpose that callers may object to has no justification. Write "
        "one in the settings."
    ),
    Obstacle.KEYS: N_(
        "%(line)s asks nobody: its keys do not fit its purposes. Let one key agree, one refuse, "
        "and none mean two things."
    ),
    Obstacle.RULE: N_(
        "%(line)s asks nobody: no recording can hold its rule. Shorten its words in the settings."
    ),
    Obstacle.EMERGENCY: N_("%(line)s asks nobody: an emergency number was called."),
    Need.ERASURE_FAILS: N_("an erasure has failed."),
    Need.SETTINGS: N_("the settings are damaged."),
    Need.OLDER: N_("a line follows older settings."),
    Need.TIME: N_("confirm the time."),
    Need.ERASURE: N_("an erasure waits for an administrator."),
}
"""What may follow "Red flashes:"; of a line what follows is a sentence of the doctor's, too."""

PASSING = frozenset({Obstacle.CALIBRATING, Obstacle.LEAVING, Obstacle.EMERGENCY})
"""Obstacles that go by themselves."""

SILENT_SENTENCES: Mapping[str, Sentence] = {
    f"lines.silent_{why}": (warn if why in PASSING else fail)(said)
    for why, said in CAUSES.items()
    if isinstance(why, Obstacle)
}
"""The doctor's, where it has no more to say of an obstacle than the legend."""
