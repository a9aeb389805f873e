"""Speak the words of the box's own lines by its best engine, and keep what is right already.

This happens when settings change, never during a call. What is spoken here is said only where a
person has confirmed the forms (``words.confirmed``).
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.config.settings import Config, Line
from appliance.errors import PromptError
from appliance.model.policy import Saying
from appliance.prompts.library import RENDERED, language_of
from appliance.prompts.render import Rendered, render_line
from appliance.prompts.shipped import shipped
from appliance.prompts.store import Entry, Store, write
from appliance.prompts.voices.choose import choose
from appliance.prompts.voices.engine import Engine
from appliance.prompts.words.compose import Words, compose, variants

VOICES = "voices"
"""The folder, in the owner's, of Piper voices that the owner brought."""


def speak_on_box(
    config: Config,
    owners: Path,
    choose_voice: Callable[[str], Engine] | None = None,
    *,
    again: bool = False,
) -> Iterator[Entry]:
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
    before = _readable(owners / RENDERED)
    kept: dict[str, Rendered] = {}
    new: dict[str, Rendered] = {}
    for line in config.lines:
        if not line.purposes:
            continue
        language = language_of(config, line)
        known = {} if again else _known(before, config, line, language)
        kept |= known
        texts = {entry.text for entry, _ in known.values()}

        def done(saying: Saying, words: Words, texts: set[str] = texts, at: str = language) -> bool:
            return words.text in texts or bool(shipped().find(at, saying.spoken, words.text))

        engine = choose_voice(language)
        for entry, sound in render_line(config, line, language, engine, done):
            new[entry.sha256] = (entry, sound)
    write(owners / RENDERED, (kept | new).values())
    yield from (entry for entry, _ in new.values())


def _readable(folder: Path) -> Store:
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
