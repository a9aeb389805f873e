"""Measure how long announcements last, in the voice that says them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from appliance.model.audio import RATE
from appliance.model.policy import PromptKind, Saying
from appliance.model.sentences.lacking import Lacking, Lacks
from appliance.prompts.library import VoicedSaying
from appliance.prompts.render import render
from appliance.prompts.voices.engine import Engine

MEASURED = (
    *(PromptKind.QUESTION, PromptKind.NOTICE, PromptKind.KEYS, PromptKind.MORE),
    *(PromptKind.CHOICE, PromptKind.CONFIRMATION, PromptKind.WITHDRAWN),
)
"""Announcements whose words settings make longer, in the order in which they are shown."""

_MOST_KNOWN = 500

_Spoken = tuple[float, Lacking | None]  # seconds, and why they are too many
_Words = tuple[tuple[str, ...], str, PromptKind, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True)
class Length:
    """How long an announcement lasts."""

    saying: Saying
    seconds: float
    limit: int
    problem: Lacking | None = None  # it is too long, in its shortest words


class Lengths:
    """Remembers what a voice took for which words, since it always takes as long."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._known: dict[_Words, _Spoken] = {}

    def of(
        self, voiced: Sequence[VoicedSaying], language: str, choose: Callable[[str], Engine]
    ) -> list[Length]:
        """Return the length of each kind of announcement: of that with most letters.

        Args:
            voiced: what a line says, and who says it.
            language: of the line.
            choose: language -> voice of the device that would speak what nobody has spoken.

        Raises:
            PromptError: there is no voice, or it does not speak.
        """
        longest = {each.saying.spoken: each for each in sorted(voiced, key=_letters) if each.ways}
        return [self._one(longest[kind], language, choose) for kind in MEASURED if kind in longest]

    def _one(self, voiced: VoicedSaying, language: str, choose: Callable[[str], Engine]) -> Length:
        limit = voiced.ways[0].limit
        prompt = voiced.prompt or voiced.unvouched
        if prompt is not None:
            return Length(voiced.saying, prompt.sound.size / RATE, limit)
        seconds, problem = self._spoken(voiced, language, choose)
        return Length(voiced.saying, seconds, limit, problem)

    def _spoken(
        self, voiced: VoicedSaying, language: str, choose: Callable[[str], Engine]
    ) -> _Spoken:
        pieces = tuple(words.pieces for words in voiced.ways)
        offer = voiced.ways[0].offer
        voices = tuple(choose(each) for each in (language, *([offer.language] if offer else [])))
        titles = tuple(each.voice.title for each in voices)
        key = (titles, language, voiced.saying.spoken, pieces)
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = _measured(voiced, language, choose)
        return self._known[key]


def _measured(voiced: VoicedSaying, language: str, choose: Callable[[str], Engine]) -> _Spoken:
    try:
        entry, _ = render(voiced.ways, choose(language), language, voiced.saying, choose)
    except Lacks as error:
        if "lasts" not in error.lacking.values:
            raise
        return float(error.lacking.values["lasts"]), error.lacking
    return entry.samples / RATE, None


def _letters(voiced: VoicedSaying) -> int:
    return len(voiced.ways[0].text) if voiced.ways else 0
