"""Show what the lines say, have it spoken, record it oneself.

The keeper holds the prompts of the panel (``DATA/prompts``) and writes them alone. What a
stranger's file or a speech engine may do to its reader happens in a child of the recorder, which
has nothing that opens a recording.
"""

from typing import Literal

from msgspec import field

from appliance.link.operations import Done, Message, Operation, Role, WithoutRole
from appliance.link.requests.settings import OutdatedLine, Statement, Taken
from appliance.model.sentences.lacking import Lacking
from appliance.model.takes import LARGEST_TAKE, Measure

_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})

Origin = Literal["person", "file", "box", "shipped", "nobody"]


class Recording(Message, frozen=True):
    """Who recorded a prompt, and when."""

    take: str  # ``prompts.recorded.name_of``
    by: str
    day: str  # 2026-11-27
    text: str
    line: str  # for which it was made, as all below; no line, language or purpose has to be there
    language: str
    spoken: str
    purposes: tuple[str, ...] = ()


class ShownSaying(Message, frozen=True, kw_only=True):
    """One thing that a line may have to say."""

    code: str  # ``question``, ``confirmation-training``: unlike those of the line's others
    spoken: str  # ``model.policy.PromptKind``
    purposes: tuple[str, ...]
    needed: bool  # without it the line asks nobody
    pieces: tuple[str, ...]  # the words of today; none: a form is missing
    limit: int  # seconds
    origin: Origin = "nobody"
    text: str = ""  # that is said; empty if nobody knows it
    seconds: float = 0.0
    voice: str = ""  # engine and voice
    draft: bool = False  # a voice that is hard to understand
    recorded: Recording | None = None
    outdated: Recording | None = None
    """A recording of other words, which is not said any more."""
    problem: Lacking | None = None  # why it cannot be said, though something is there


class ShownLine(Message, frozen=True):
    """What a line says, in one of its languages."""

    line: str
    language: str
    sayings: tuple[ShownSaying, ...]
    lacking: tuple[Lacking, ...] = ()  # why the line asks nobody
    beside: bool = False  # beside its own language, in which it is named without this one


class SpeechProgress(Message, frozen=True):
    """How far the box is with speaking."""

    going: bool
    done: int = 0
    total: int = 0
    waits: bool = False  # for the end of a call
    spoken: int = 0  # that are new, once it is over
    code: str = ""  # of the refusal by which it failed
    values: dict[str, int | str] = field(default_factory=dict)  # of its sentence


class ShownWords(Message, frozen=True):
    """What all lines say."""

    version: int  # of the settings
    lines: tuple[ShownLine, ...]
    unread: tuple[Statement, ...]  # words that nobody has confirmed
    speaking: SpeechProgress | None = None  # None: nothing was spoken since the keeper began
    unsaid: tuple[Recording, ...] = ()
    """Recordings of other words than today's, which are not said, apart from those of sayings."""
    problems: tuple[Lacking, ...] = ()


class ShowWords(Operation[ShownWords], frozen=True, tag="words.show"):
    """Show what the lines say, and who says it; the page repeats it while the box speaks."""

    roles = _ADMINISTRATOR
    keeps_awake = False


class OutdatedRecordings(Message, frozen=True):
    """All recordings that are out of date."""

    lines: tuple[OutdatedLine, ...]


class ShowOutdated(Operation[OutdatedRecordings], frozen=True, tag="words.outdated"):
    """List the recordings whose words are not those of the settings any more."""

    roles = _ADMINISTRATOR


class SpokenSound(Message, frozen=True):
    """Raw bytes follow: a WAV as a caller hears it, through A-law at 8 kHz."""

    seconds: float


class HearSaying(Operation[SpokenSound], frozen=True, tag="words.hear"):
    """Hear what a line says."""

    roles = _ADMINISTRATOR
    sends_bytes = True
    line: str
    code: str
    language: str = ""  # one of the line's; empty: its own


class SpeakWords(Operation[Done], frozen=True, tag="words.speak"):
    """Have a voice of the box speak what the lines say; ``ShowWords`` tells how far it is.

    Refused while it goes on.
    """

    roles = _ADMINISTRATOR
    audit = "words_spoken"
    again: bool = False  # also what was spoken before


class Draft(Message, frozen=True, kw_only=True):
    """A recording that nobody has confirmed yet; it ends with the keeper, or after half an hour."""

    draft: str
    line: str
    code: str
    spoken: str
    purposes: tuple[str, ...]
    pieces: tuple[str, ...]
    language: str
    measures: tuple[Measure, ...]
    seconds: float = 0.0
    mark: float = 0.0  # s
    refused: bool = False
    peaks: tuple[int, ...] = ()  # 0 to 100, of equal parts: to be drawn
    clicks: tuple[float, ...] = ()  # s
    checks: tuple[str, ...] = ()
    """All that the person who listened has to confirm: ``whole``, ``controller``,
    ``purpose.<id>``, ``key.<digit>``, ``refusal``, ``mark``."""


class SendTakes(Operation[Draft], frozen=True, tag="words.take"):
    """Send a recording: one file, or all up to the last key and that key's name; nothing is kept.

    The raw bytes are the files, one behind the other.
    """

    roles = _ADMINISTRATOR
    upload = LARGEST_TAKE
    line: str
    code: str
    sizes: tuple[int, ...]  # bytes of each file
    language: str = ""  # one of the line's; empty: its own


class ShowDraft(Operation[Draft], frozen=True, tag="words.draft"):
    """Show a recording that waits for confirmation."""

    roles = _ADMINISTRATOR
    draft: str


class HearDraft(Operation[SpokenSound], frozen=True, tag="words.hear_draft"):
    """Hear it as a caller will, with a beep at the mark where there is one."""

    roles = _ADMINISTRATOR
    sends_bytes = True
    draft: str
    last: bool = False  # only the last three seconds, for the beep


class KeepTake(Operation[Done], frozen=True, tag="words.keep"):
    """Confirm and keep a recording; the lines say it from their next call on.

    Refused if words or recording are not those of the draft any more.
    """

    roles = _ADMINISTRATOR
    audit = "prompt_kept"
    audited = "inside"
    draft: str
    confirmed: tuple[str, ...]  # every one of the checks


class DropTake(Operation[Done], frozen=True, tag="words.drop"):
    """Remove a person's recording: of today's words, or one that is out of date."""

    roles = _ADMINISTRATOR
    audit = "prompt_dropped"
    audited = "inside"
    take: str  # as ``Recording.take``


class PromptsChanged(Operation[Taken], frozen=True, tag="words.changed"):
    """Have the recorder read the prompts; each line says them from its next call on."""

    roles = WithoutRole.PROCESS
    served_by = "recorder"


class MeasuredTakes(Message, frozen=True):
    """What the recorder's child made of a recording; the prompt's samples follow."""

    measures: tuple[Measure, ...]
    samples: int = 0
    mark: int = 0
    clicks: tuple[int, ...] = ()


class MeasureTakes(Operation[MeasuredTakes], frozen=True, tag="words.measure"):
    """Have a recording read, measured and fitted to the line."""

    roles = WithoutRole.PROCESS
    served_by = "recorder"
    sends_bytes = True
    upload = LARGEST_TAKE
    sizes: tuple[int, ...]
    limit: int  # seconds
    named: bool  # the last word names a key


class SpokenPrompt(Message, frozen=True, kw_only=True):
    """A prompt that an engine spoke: the fields of ``prompts.store.PromptEntry``."""

    file: str
    language: str
    spoken: str
    pieces: tuple[str, ...]
    mark: int
    samples: int
    sha256: str
    engine: str
    voice: str
    version: str
    draft: bool
    other_language: str = ""
    other_engine: str = ""
    other_voice: str = ""


class SpeakingNow(Message, frozen=True):
    """How far it is; the samples of a prompt follow where there is one."""

    done: int
    total: int
    prompt: SpokenPrompt | None = None
    fresh: bool = False  # it was not there before
    waits: bool = False


class SpeakPrompts(Operation[SpeakingNow], frozen=True, tag="words.speak_prompts"):
    """Have an engine speak all that the lines say, never during a call."""

    roles = WithoutRole.PROCESS
    served_by = "recorder"
    streams = True
    again: bool = False
