"""List the doctor's findings about a line's sound and grade, and why a lamp flashes red.

What stands in the way of a grade names the line, what is missing, and what to do about it. Why
the red lamp flashes is said to the legend beside the lamps and to the doctor alike.
"""

from collections.abc import Mapping

from appliance.language import N_
from appliance.model.lamps import Cause, Need
from appliance.model.sentences.sentence import Sentence
from appliance.model.sentences.sentence import fail as _fail
from appliance.model.sentences.sentence import ok as _ok
from appliance.model.sentences.sentence import warn as _warn
from appliance.model.terms import Obstacle

LINE_SENTENCES: Mapping[str, Sentence] = {
    "sound.nothing": _warn(
        "%(line)s: nothing at all comes in on the channel “%(channel)s”, not even noise. Look at "
        "the cable and at the input of the USB sound card."
    ),
    "sound.clips": _warn(
        "%(line)s: the channel “%(channel)s” is too loud for the USB sound card, %(count)s "
        "samples were cut off in the last ten seconds. Turn its input down (alsamixer, F4)."
    ),
    "sound.hums": _warn(
        "%(line)s hums on the channel “%(channel)s”: %(level)s dBm0, from mains of %(hertz)s Hz. "
        "Look at the isolation of the tap, and keep its cable away from power cables."
    ),
    "sound.offset": _warn(
        "%(line)s: the channel “%(channel)s” has an offset of %(percent)s %% of full scale, "
        "which takes room from speech. The line tap lacks a transformer or capacitor, or the USB "
        "sound card is faulty."
    ),
    "sound.alike": _warn(
        "%(line)s: both channels are the same signal, so there is no voltage and current, and no "
        "key can be told. The USB sound card has one input, or the line tap is not wired for two."
    ),
    "sound.tones_back": _ok(
        "%(line)s: the tones came back after %(ms)s ms, %(level)s dB against what was sent, and "
        "nothing controlled their level."
    ),
    "sound.controls_gain": _warn(
        "%(line)s: something controls the gain. Tones 20 dB apart came back %(apart)s dB apart, "
        "and the dial tone moved by %(dial)s dB. Switch it off: alsamixer, F6 for the sound "
        "card, Auto Gain Control, M; then alsactl store."
    ),
    "sound.gain_on": _warn(
        "%(card)s of %(line)s controls its gain, so no level means anything. Switch it off: "
        "alsamixer, F6 for the sound card, Auto Gain Control, M; then alsactl store."
    ),
    "sound.speaks_off": _warn(
        "%(line)s: the device’s sound arrives %(level)s dB off its level. Set the output of the "
        "USB sound card (alsamixer, F3), or calibrate the line anew."
    ),
    "grade.best": _ok("%(line)s: evidence grade A; nothing stands in the way."),
    "grade.by_devices": _ok(
        "%(line)s: evidence grade A by its devices; its sound is not being measured now."
    ),
    "grade.enrolled": _ok("%(line)s: evidence grade B; every phone is enrolled."),
    "grade.one_signal": _warn(
        "%(line)s hears both parties as one signal, which is never evidence grade A: a "
        "two-channel line tap on a stereo USB sound card gives it, or ISDN."
    ),
    "grade.turned": _warn(
        "%(line)s: the two channels of its tap are wired the wrong way round, so no key counts: "
        "exchange them."
    ),
    "grade.modem_alone": _warn(
        "%(line)s hears through its modem alone, which is never evidence grade A: let a USB "
        "sound card with a line tap hear the line, and the modem tell ring, number and hook."
    ),
    "grade.cannot_speak": _warn(
        "%(line)s cannot speak, so nobody can agree on it: a passive ISDN tap has to become a "
        "bridge."
    ),
    "grade.not_calibrated": _warn(
        "%(line)s was never calibrated: evidence grade B needs every phone enrolled and three "
        "calibration calls (zgoda calibrate)."
    ),
    "grade.not_measured": _warn(
        "%(line)s: it was not measured whether two tones 20 dB apart read so."
    ),
    "grade.gain": _warn(
        "%(line)s: two tones 20 dB apart read %(reads)s dB. The USB sound card controls its "
        "gain, and no level means anything; switch that off, or use another one."
    ),
    "grade.calls": _warn(
        "%(line)s: calibration calls from outside, %(calls)s of %(wanted)s; each with %(keys)s "
        "keys or more."
    ),
    "grade.no_phone": _warn("%(line)s: no phone was enrolled."),
    "grade.not_pressed": _warn("%(line)s, phone %(phone)s, alone: not pressed were %(keys)s."),
    "grade.not_pressed_second": _warn(
        "%(line)s, phone %(phone)s, with a second phone off-hook: not pressed were %(keys)s."
    ),
    "grade.press_again": _warn(
        "%(line)s, phone %(phone)s: the only phone's keys are pressed twice each; press them again."
    ),
    "grade.others": _warn("%(line)s: there are phones on the line that are not enrolled."),
    "grade.alike": _warn(
        "%(line)s: only %(share)s of the callers' keys could be told from the office's for sure. "
        "Levels and frequencies are too much alike on this line; a two-channel line tap tells "
        "them."
    ),
    "grade.varies": _warn(
        "%(line)s, phone %(phone)s: its level varies by %(spread)s dB from press to press."
    ),
    "grade.strange": _warn(
        "%(line)s, phone %(phone)s: %(keys)s sounded unlike its other keys; was another phone "
        "used? Enrol it again."
    ),
    "grade.too_close": _warn(
        "%(line)s: the office's quietest key was %(apart)s dB louder than the callers' loudest; "
        "%(wanted)s dB are needed."
    ),
}

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
    f"lines.silent_{why}": (_warn if why in PASSING else _fail)(said)
    for why, said in CAUSES.items()
    if isinstance(why, Obstacle)
}
"""The doctor's, where it has no more to say of an obstacle than the legend."""
