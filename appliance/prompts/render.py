"""Render composed words by a speech engine, measure them, and shorten what is too long."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import ceil

import numpy as np

from appliance.config.settings import Config, Line
from appliance.model.audio import RATE, Sound, samples
from appliance.model.policy import PromptKind, Saying
from appliance.model.prompts import digest
from appliance.model.sentences.lacking import Lacks
from appliance.prompts.levels import active_power, levelled
from appliance.prompts.store import PromptEntry, file_name
from appliance.prompts.voices.engine import Engine
from appliance.prompts.words.compose import OFFER_SECONDS, PromptWords, compose, variants
from appliance.signals.pcm import to_sound

PAUSE = samples(0.15)
"""Before the last key's name, so that its end is known by measuring it alone."""

FASTEST = 1.10
"""Of the voice's own pace; up to here a listener loses nothing."""

_TAIL = samples(0.10)  # after it, so that no player cuts its end
_PACES = (1.0, 1.05, FASTEST)

_TOO_LONG = {
    PromptKind.QUESTION: "long_question",
    PromptKind.NOTICE: "long_notice",
    PromptKind.MORE: "long_more",
    PromptKind.KEYS: "long_keys",
    PromptKind.CONFIRMATION: "long_purposes",
    PromptKind.WITHDRAWN: "long_purposes",
    PromptKind.CHOICE: "long_purposes",
}
"""Kind -> what says that it is too long and how it becomes shorter."""

Rendered = tuple[PromptEntry, Sound]


def join(pieces: Sequence[Sound]) -> tuple[Sound, int]:
    """Join spoken pieces by known pauses; return the prompt at its level, and its mark."""
    parts: list[Sound] = []
    for piece in pieces:
        parts += [np.zeros(PAUSE, np.int16)] if parts else []
        parts.append(piece)
    words = np.concatenate(parts)
    return levelled(np.concatenate([words, np.zeros(_TAIL, np.int16)])), words.size


def speak(
    words: PromptWords, engine: Engine, language: str, pace: float = 1.0, offer: Sound | None = None
) -> tuple[Sound, int]:
    """Speak words piece by piece; return the prompt and its mark.

    Args:
        words: what is said.
        engine: speaks.
        language: of the words.
        pace: of the voice.
        offer: the sentence that offers another language, as its own voice spoke it.
    """
    first, *rest = words.pieces
    if words.offer is None or offer is None:
        pieces = [engine.speak(piece, language, pace) for piece in words.pieces]
        return join(pieces)
    before, _, after = first.partition(words.offer.text)
    own = [engine.speak(part.strip(), language, pace) for part in (before, after, *rest)]
    return join([own[0], _as_loud(offer, own[0]), *own[1:]])


def _as_loud(sound: Sound, other: Sound) -> Sound:
    """Return what one voice spoke, as loud as what another did."""
    power = active_power(sound)
    gain = (active_power(other) / power) ** 0.5 if power else 1.0
    peak = float(np.abs(sound.astype(np.int32)).max(initial=1))
    return to_sound(sound.astype(np.float64) * min(gain, 32767 / peak))


def speak_offer(words: PromptWords, choose: Callable[[str], Engine]) -> tuple[Sound, Engine] | None:
    """Speak the sentence that offers another language; return it, and who spoke it.

    Args:
        words: what a line says; None comes back where they offer no other language.
        choose: language -> engine.

    Raises:
        Lacks: it lasts too long, or there is no voice.
    """
    if words.offer is None:
        return None
    language, engine, seconds = words.offer.language, choose(words.offer.language), 0.0
    for pace in _PACES:
        sound = engine.speak(words.offer.text, language, pace)
        seconds = sound.size / RATE
        if seconds <= OFFER_SECONDS:
            return sound, engine
    raise Lacks("long_offer", language=language, lasts=ceil(seconds), limit=OFFER_SECONDS)


def render(
    ways: Iterable[PromptWords],
    engine: Engine,
    language: str,
    saying: Saying,
    choose: Callable[[str], Engine] | None = None,
) -> Rendered:
    """Speak the longest words that fit their limit, faster only if the shortest do not.

    Args:
        ways: to say the same, each shorter than the one before.
        engine: speaks.
        language: of the words.
        saying: what is said.
        choose: language -> engine that offers it; the same engine without it.

    Raises:
        Lacks: even the shortest words last too long; the sentence says what to shorten.
    """
    tried = [(words, 1.0) for words in ways]
    tried += [(tried[-1][0], pace) for pace in _PACES[1:]]
    offered = speak_offer(tried[0][0], choose or (lambda _: engine))
    offer, other = offered or (None, None)
    seconds = 0.0
    for words, pace in tried:
        sound, mark = speak(words, engine, language, pace, offer)
        seconds = sound.size / RATE
        if seconds <= words.limit:
            return _entry(words, engine, language, saying, sound, mark, other), sound
    limit = tried[-1][0].limit
    code = _TOO_LONG.get(saying.spoken, "long_words")
    raise Lacks(code, language=language, lasts=ceil(seconds), limit=limit)


def render_line(
    config: Config,
    line: Line,
    language: str,
    engine: Engine,
    done: Callable[[Saying, PromptWords], bool] = lambda *_: False,
    choose: Callable[[str], Engine] | None = None,
) -> Iterator[Rendered]:
    """Render all that a line may have to say in a language.

    Args:
        config: the owner's settings.
        line: one of its lines.
        language: one of the office's.
        engine: speaks.
        done: says whether words are rendered already.
        choose: language -> engine that offers it to callers who hear another.

    Raises:
        Lacks: words are missing, too long, or the engine does not speak.
    """
    for saying in compose(config, line, language):
        ways = list(variants(config, line, language, saying))
        if not any(done(saying, words) for words in ways):
            yield render(ways, engine, language, saying, choose)


def _entry(
    words: PromptWords,
    engine: Engine,
    language: str,
    saying: Saying,
    sound: Sound,
    mark: int,
    other: Engine | None,
) -> PromptEntry:
    sha256, voice = digest(sound), engine.voice
    return PromptEntry(
        file=file_name(saying, sha256),
        language=language,
        spoken=saying.spoken,
        pieces=words.pieces,
        mark=mark,
        samples=sound.size,
        sha256=sha256,
        engine=voice.engine,
        voice=voice.name,
        version=voice.version,
        other_language=words.offer.language if words.offer and other else "",
        other_engine=other.voice.engine if other else "",
        other_voice=other.voice.name if other else "",
        draft=bool(voice.warning or (other and other.voice.warning)),
    )
