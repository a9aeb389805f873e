"""Speak the words of the box's own lines by its best engine; keep what is right already.

This happens when settings change, never during a call. What is spoken here is said only where a
person has confirmed the forms (``words.confirmed``).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from appliance.config.settings import Config, Line
from appliance.errors import PromptError
from appliance.model.audio import Sound
from appliance.model.policy import Saying
from appliance.prompts.languages import in_languages, language_of
from appliance.prompts.library import RENDERED
from appliance.prompts.render import Rendered, render_line
from appliance.prompts.shipped import shipped
from appliance.prompts.store import PromptEntry, Store, write
from appliance.prompts.voices.choose import choose
from appliance.prompts.voices.engine import Engine
from appliance.prompts.words.compose import PromptWords, compose, variants

VOICES = "voices"
"""The folder, in the owner's, of Piper voices that the owner brought."""


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """One prompt of the lines, spoken just now or before."""

    entry: PromptEntry
    sound: Sound
    fresh: bool


def speak_on_box(
    config: Config,
    owners: Path,
    choose_voice: Callable[[str], Engine] | None = None,
    *,
    again: bool = False,
) -> Iterator[PromptEntry]:
    """Render what the lines of a configuration lack, and forget what they no longer say.

    Args:
        config: the owner's settings.
        owners: the folder that ``vault.prompts`` names.
        choose_voice: language -> engine; the box's best without it.
        again: also speak what was spoken already, for another voice.

    Yields:
        each prompt that is new, once all of them are written.

    Raises:
        PromptError: words are missing or too long, or there is no voice; nothing is changed then.
    """
    choose_voice = choose_voice or (lambda language: choose(language, "", owners / VOICES))
    said = list(voice_lines(config, readable(owners / RENDERED), choose_voice, again=again))
    write(owners / RENDERED, ((each.entry, each.sound) for each in said))
    yield from (each.entry for each in said if each.fresh)


def voice_lines(
    config: Config, before: Store, choose_voice: Callable[[str], Engine], *, again: bool = False
) -> Iterator[RenderedPrompt]:
    """Yield all that a voice of this box is to say on the lines, each as soon as it is spoken.

    Args:
        config: the owner's settings.
        before: what was spoken before.
        choose_voice: language -> engine.
        again: also speak what was spoken already.

    Raises:
        PromptError: words are missing or too long, or there is no voice.
    """
    seen: set[str] = set()
    for line in _spoken(config):
        language = language_of(config, line)
        known = {} if again else _known(before, config, line, language)
        texts = {entry.text for entry, _ in known.values()}

        def done(
            saying: Saying, words: PromptWords, texts: set[str] = texts, at: str = language
        ) -> bool:
            return words.text in texts or bool(shipped().find(at, saying.spoken, words.text))

        engine = choose_voice(language)
        rendered = render_line(config, line, language, engine, done, choose_voice)
        both = chain(((False, each) for each in known.values()), ((True, e) for e in rendered))
        for fresh, (entry, sound) in both:
            if entry.sha256 not in seen:
                seen.add(entry.sha256)
                yield RenderedPrompt(entry, sound, fresh)


def how_many(config: Config) -> int:
    """Return how many sayings the lines have, those included that ship; an estimate of the work."""
    return sum(len(compose(config, line, language_of(config, line))) for line in _spoken(config))


def _spoken(config: Config) -> Iterator[Line]:
    """Return the lines that say anything, each in every language that it speaks."""
    for line in config.lines:
        if line.purposes:
            yield from in_languages(config, line)


def readable(folder: Path) -> Store:
    """Return what was rendered before; nothing if its index is broken, since all is made again."""
    try:
        return Store.read(folder)
    except PromptError:
        return Store(folder, {})


def _known(before: Store, config: Config, line: Line, language: str) -> dict[str, Rendered]:
    """Return the prompts of a line that are there and whole."""
    found: dict[str, Rendered] = {}
    for saying in compose(config, line, language):
        for words in variants(config, line, language, saying):
            entry = before.find(language, saying.spoken, words.text)
            if entry is None:
                continue
            try:
                found[entry.sha256] = (entry, before.sound(entry))
            except PromptError:
                continue
            break
    return found
