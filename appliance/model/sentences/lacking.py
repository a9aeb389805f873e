"""List what may be missing before a line speaks and records: each code with its sentence.

Whoever finds it names the code and its values; whoever shows it translates the sentence.
"""

from collections.abc import Mapping

from msgspec import Struct

from appliance.config.mistakes import bounded
from appliance.config.words.vocabulary import with_language
from appliance.errors import PromptError
from appliance.language import N_, translated

LACKING: Mapping[str, str] = {
    "words": N_("Nobody has spoken the words of line %(line)s yet, with its purposes and keys."),
    # of a sound file
    "no_sound": N_("%(path)s cannot be read as sound: save it as WAV or FLAC."),
    "odd_sound": N_("%(path)s holds values that are no sound: save it as 16-bit WAV."),
    "format": N_("%(path)s has the format %(format)s: save it as WAV or FLAC."),
    "packed": N_("%(path)s is compressed (%(format)s): save it as 16-bit WAV."),
    "channels": N_(
        "%(path)s has %(count)s channels at %(rate)s Hz: save it with one or two at 8000 to "
        "48000 Hz."
    ),
    "long": N_("%(path)s is longer than %(longest)s s: shorten it."),
    "short": N_("%(path)s is too short: record it again."),
    "clipped": N_("%(path)s is distorted: record it again with less gain."),
    "silent": N_("%(path)s is silent: record it again closer to the microphone."),
    "mark_unread": N_("%(path)s cannot be read: write mark_ms = 9200, for example."),
    "mark_alone": N_("%(path)s may hold mark_ms alone: write mark_ms = 9200, for example."),
    "mark_outside": N_(
        "%(path)s names %(mark)s ms, but the speech ends at %(end)s ms: correct it."
    ),
    "changed": N_("A recording in %(path)s was changed by hand: record it again."),
    "unwritable": N_("The announcement cannot be noted in %(path)s: speak or record it again."),
    "damaged": N_(
        "%(path)s is damaged: have the announcements spoken again, or record them again."
    ),
    # of voices
    "no_piper": N_("Voices lie in %(path)s, but Piper is not installed."),
    "voice_name": N_(
        "%(file)s is not named like pl_PL-gosia-medium.onnx, in Polish, English or German."
    ),
    "voice_size": N_("%(file)s has not the size of a voice, 1 to 150 MB."),
    "voice_alone": N_("%(file)s cannot be read: put it beside the model."),
    "voice_foreign": N_("%(file)s does not describe a Piper voice."),
    "voice_language": N_("%(file)s speaks “%(spoken)s”, not “%(named)s” as its name says."),
    "voice_none": N_(
        "The device has no voice for “%(language)s”: install RHVoice, or record the words yourself."
    ),
    "voice_unknown": N_(
        "The device has no voice %(name)s for “%(language)s”. Choose one of these: %(known)s."
    ),
    "voice_poor": N_(
        "The voice espeak-ng is hard to understand on a telephone: record the words yourself, or "
        "install RHVoice."
    ),
    "voice_accent": N_(
        "A Polish voice reads the German words with a strong accent: record them yourself."
    ),
    # of a program that speaks
    "engine_failed": N_("The speech program %(program)s reports: %(detail)s."),
    "engine_ended": N_("The speech program %(program)s ended with exit code %(number)s."),
    "engine_slow": N_("The speech program %(program)s took too long and was stopped."),
    "engine_mute": N_("The speech program left no sound: choose another voice."),
    "engine_voiceless": N_("RHVoice finds none of its voices: install the voices again."),
    # of words that last too long
    "long_offer": N_(
        "In “%(language)s” the sentence that offers this language takes %(lasts)s s, and may take "
        "%(limit)s. Record the announcement yourself, or leave the language out."
    ),
    "long_question": N_(
        "In “%(language)s” the question takes %(lasts)s s, and may take %(limit)s. Leave the "
        "town out of the office’s spoken name, or set one key to choose one by one."
    ),
    "long_notice": N_(
        "In “%(language)s” the notice takes %(lasts)s s, and may take %(limit)s. Leave the town "
        "out of the office’s spoken name, or shorten the other way to contract."
    ),
    "long_more": N_(
        "In “%(language)s” the details take %(lasts)s s, and may take %(limit)s. Shorten the "
        "spoken legal name, or where the whole notice can be read."
    ),
    "long_keys": N_(
        "In “%(language)s” the keys take %(lasts)s s, and may take %(limit)s. Set one key to "
        "choose one by one."
    ),
    "long_purposes": N_(
        "In “%(language)s” a sentence that names the purposes takes %(lasts)s s, and may take "
        "%(limit)s. Shorten the words of the purposes."
    ),
    "long_words": N_(
        "In “%(language)s” an announcement takes %(lasts)s s, and may take %(limit)s. Choose "
        "another voice."
    ),
    "voice_unclear": N_(
        "The voice “%(voice)s” is hard to understand on a telephone: %(wrong)s of 100 words are "
        "heard wrong. Record the words yourself, or hear the voice on the page Announcements and "
        "vouch for it."
    ),
    "voice_unmeasured": N_(
        "It was never measured how well the voice “%(voice)s” is understood on a telephone. Record "
        "the words yourself, or hear the voice on the page Announcements and vouch for it."
    ),
    # of the settings
    "office_unconfirmed": N_("Nobody has confirmed how the office’s name is spoken."),
    "purpose_unconfirmed": N_("Nobody has confirmed the words of purpose “%(name)s”."),
    "office_unsaid": N_("The office’s spoken name is missing in “%(language)s”. Add it."),
    "form_missing": N_(
        "The purpose “%(name)s” has no words for “%(form)s” in “%(language)s”. Add them."
    ),
    "speakers": N_(
        "Nobody vouches that everybody who speaks on line %(line)s agreed to be recorded, as § 201 "
        "of the German Criminal Code (StGB) wants it. Open Consent of the staff."
    ),
    "speakers_later": N_(
        "Not everybody who speaks on line %(line)s has agreed to be recorded before %(day)s."
    ),
    "justification": N_("The purpose “%(name)s” has no justification."),
}
"""Code -> English sentence. A code is for ever: whoever renames one retires the old."""


class Lacking(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that is missing before a line records."""

    code: str  # of ``LACKING``
    values: dict[str, str] = {}

    def sentence(self, language: str = "en") -> str:
        """Return what is missing."""
        shown = with_language(self.values, lambda text: translated(text, language))
        return translated(LACKING[self.code], language) % shown


def lack(code: str, /, **values: object) -> Lacking:
    """Make one; a misspelt code or a missing value fails at once."""
    made = Lacking(code, {name: bounded(value) for name, value in values.items()})
    made.sentence()
    return made


class Lacks(PromptError):
    """Something that a line would say cannot be said; ``lacking`` says why."""

    def __init__(self, code: str, /, **values: object) -> None:
        self.lacking = lack(code, **values)
        super().__init__(self.lacking.sentence())
