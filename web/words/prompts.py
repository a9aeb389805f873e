"""Say what the lines say, who says it, and how good a recording of one's own is."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from appliance.link.requests.settings import SpokenLength
from appliance.link.requests.words import Draft, Recording, ShownLine, ShownSaying
from appliance.model.takes import Measure
from web.words.settings import SECTIONS

SAYINGS = {
    "question": _l("Question"),
    "keys": _l("Keys, repeated"),
    "notice": _l("Notice"),
    "confirmation": _l("Confirmation"),
    "more": _l("More, on request"),
    "choice": _l("One purpose asked alone"),
    "refused": _l("After a refusal"),
    "unanswered": _l("After no answer"),
    "withdrawn": _l("After a no during the recording"),
    "objected": _l("After an objection"),
}

ORIGINS = {
    "person": _l("spoken by %(who)s, %(day)s"),
    "file": _l("a file in the folder of announcements; nobody has confirmed its words"),
    "box": _l("spoken by this device: %(voice)s"),
    "shipped": _l("as shipped: %(voice)s"),
}

UNCLEAR = frozenset({"voice_unclear", "voice_unmeasured"})
"""What a real line lacks until somebody vouches for its voice."""


def is_unclear(saying: ShownSaying) -> bool:
    """Say whether a saying is there, in a voice that is hard to understand."""
    return saying.problem is not None and saying.problem.code in UNCLEAR


def unclear(line: ShownLine) -> list[str]:
    """Return the voices of a line that nobody vouches for, each once."""
    found = [
        each.problem.values["voice"]
        for each in line.sayings
        if each.problem is not None and each.problem.code in UNCLEAR
    ]
    return list(dict.fromkeys(found))


CHECKS = {
    "whole": _l("Every word of the text is said, and no other."),
    "controller": _l("It is plain who records."),
    "purpose": _l("The purpose is named: %(what)s."),
    "key": _l("The key %(what)s is named, with what it does."),
    "refusal": _l("It says how to refuse."),
    "mark": _l("The last key’s name is over when the beep begins."),
}

DONE = {
    "kept": _l("Kept. The lines say it from their next call on."),
    "dropped": _l("Removed."),
    "speaking": _l("The device speaks now."),
    "confirmed": _l("Confirmed."),
    "nothing": _l("Choose what you have read aloud."),
    "vouched": _l("Kept. Lines with this voice ask their next caller."),
}
"""Outcome of an act -> its sentence."""

NAMES = {
    "format": _l("File"),
    "length": _l("Length"),
    "speech": _l("Loudness of the recording"),
    "level": _l("Loudness on the line"),
    "noise": _l("Noise"),
    "reverberation": _l("Echo of the room"),
    "hum": _l("Hum"),
    "clipping": _l("Overload"),
    "clicks": _l("Clicks"),
    "silence": _l("Pauses"),
    "treble": _l("Clearness"),
    "tones": _l("Tones"),
    "pause": _l("Pause before the last key"),
}

VERDICTS = {"good": _l("good"), "warn": _l("look at it"), "refuse": _l("record it again")}

_GOOD = {
    "length": _l("It is short enough."),
    "speech": _l("The microphone was near enough."),
    "level": _l("It is as loud as people on the telephone."),
    "noise": _l("The room is quiet."),
    "reverberation": _l("The room does not echo."),
    "hum": _l("There is no hum."),
    "clipping": _l("Nothing is overloaded."),
    "clicks": _l("Nothing clicks."),
    "silence": _l("The pauses are short."),
    "treble": _l("The voice is clear."),
    "tones": _l("There are no tones in it."),
    "pause": _l("The last key’s name stands alone."),
}
_WARN = {
    "speech": _l("It is soft; speak nearer to the microphone."),
    "level": _l("It is a little too soft or too loud for the telephone."),
    "noise": _l("There is noise; close the window, or go to a quieter room."),
    "reverberation": _l("The room echoes; speak nearer to the microphone."),
    "hum": _l("A device hums nearby. Callers do not hear it: it is filtered out."),
    "clipping": _l("It is overloaded in places; speak a little farther away."),
    "clicks": _l("Something clicks; look at the marks in the picture."),
    "silence": _l("There is a long pause; speak on without waiting."),
    "treble": _l("The voice is muffled; turn towards the microphone."),
}
_REFUSE = {
    "format": _l("This is no sound that the device can read. Record it here, or save it as WAV."),
    "length": _l("It is too long; speak faster, or shorten the words in the settings."),
    "speech": _l("Hardly anything is to be heard. Choose the right microphone, and come nearer."),
    "level": _l("Single loud words hide the others; speak evenly."),
    "noise": _l("Too noisy for callers to understand. Go to a quieter room."),
    "reverberation": _l("The room echoes too much. Go to a room with carpet or curtains."),
    "clipping": _l("It is overloaded. Speak farther away, or turn the microphone down."),
    "clicks": _l("Something clicks many times. Do not touch microphone or table."),
    "silence": _l("There is too long a pause; speak on without waiting."),
    "treble": _l("The voice is too muffled. Uncover the microphone, and turn towards it."),
    "tones": _l("There are tones of keys or of a telephone in it. Record where none sounds."),
    "pause": _l(
        "We cannot hear where the last key’s name ends. Record that name as a second take."
    ),
}
_SENTENCES = {"good": _GOOD, "warn": _WARN, "refuse": _REFUSE}

_UNITS = {
    "length": "s",
    "silence": "s",
    "pause": "s",
    "reverberation": "ms",
    "speech": "dB",
    "level": "dBm0",
    "noise": "dB",
    "hum": "dB",
    "treble": "dB",
    "clipping": "%",
}


def sentence(measure: Measure) -> str:
    """Return what a measure means, and what to do."""
    return str(_SENTENCES[measure.verdict].get(measure.name, VERDICTS[measure.verdict]))


def figure(measure: Measure) -> str:
    """Return a measure's figure with its unit; empty for one that has none."""
    if measure.name in {"format"}:
        return ""
    unit = _UNITS.get(measure.name, "")
    number = f"{measure.value:g}".replace("-", "−")
    return f"{number} {unit}".strip()


def title(saying: ShownSaying | Draft | Recording | SpokenLength, purpose: Any) -> str:
    """Return the name of something that a line says; ``purpose`` gives a purpose's words."""
    name = str(SAYINGS.get(saying.spoken, saying.spoken))
    if not saying.purposes:
        return name
    return f"{name}: {', '.join(purpose(each) for each in saying.purposes)}"


def namer(draft: Mapping[str, Any], language: str) -> Callable[[str], str]:
    """Return what names a purpose of a draft, by its id; no id stands for the office."""
    labels = {str(each.get("id")): each.get("label", {}) for each in draft.get("purpose", [])}

    def named(purpose: str) -> str:
        if not purpose:
            return str(SECTIONS["office"])
        label = labels.get(purpose, {})
        return str(label.get(language) or next(iter(label.values()), purpose))

    return named


def origin(saying: ShownSaying) -> str:
    """Return who says it; empty if nobody does."""
    if saying.origin == "nobody":
        return ""
    said = saying.recorded
    values = {
        "voice": saying.voice,
        "who": said.by if said else "",
        "day": said.day if said else "",
    }
    return str(ORIGINS[saying.origin]) % values


def check(code: str, purpose: Any) -> str:
    """Return what a person confirms by a code."""
    kind, _, what = code.partition(".")
    return str(CHECKS[kind]) % {"what": purpose(what) if kind == "purpose" else what}
