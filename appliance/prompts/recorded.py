"""Keep people's recordings, and list what the person who listened has to confirm.

A recording stays when its words are not today's any more: it is said again once they are, as after
going back to earlier settings. ``DATA/prompts/own`` has the form of ``store``.
"""

from collections.abc import Iterator
from pathlib import Path

from appliance.config.settings import Config, Line
from appliance.errors import PromptError
from appliance.model.audio import Sound
from appliance.model.policy import Saying, Spoken
from appliance.prompts.store import Entry, Store, put

DAMAGED = "index.damaged"
"""An index that could not be read, kept for whoever wants to look."""

MOST_KEPT = 200
"""Recordings at once; beyond them the oldest makes room."""

NAMED = frozenset({Spoken.QUESTION, Spoken.KEYS, Spoken.CHOICE})
"""What ends with the name of a key, after which that key counts."""


def checks(saying: Saying, config: Config, line: Line) -> tuple[str, ...]:
    """Return the codes of all that has to be heard in a recording.

    ``whole``: every word and no other; ``controller``; ``purpose.<id>``; ``key.<digit>``;
    ``refusal``; ``mark``: the last key's name is over when the beep comes.
    """
    return ("whole", *_checks(saying, config, line))


def _checks(saying: Saying, config: Config, line: Line) -> Iterator[str]:
    spoken = saying.spoken
    asked = [name for name in line.purposes if config.purpose(name).basis == "consent"]
    if spoken in {Spoken.QUESTION, Spoken.NOTICE, Spoken.MORE}:
        yield "controller"
    named = line.purposes if spoken in {Spoken.QUESTION, Spoken.NOTICE} else ()
    if spoken is Spoken.KEYS:
        named = tuple(asked)
    yield from (f"purpose.{name}" for name in line.purposes if name in {*named, *saying.purposes})
    if spoken in {Spoken.QUESTION, Spoken.KEYS}:
        yield from (f"key.{key}" for key, agreed in line.choices.items() if agreed)
        if line.choose_key:
            yield f"key.{line.choose_key}"
    refusing = any(not agreed for agreed in line.choices.values())
    if refusing and spoken in {Spoken.QUESTION, Spoken.KEYS, Spoken.NOTICE, Spoken.CHOICE}:
        yield "refusal"
    if spoken in NAMED:
        yield "mark"


def keep(folder: Path, entry: Entry, sound: Sound) -> None:
    """Add a recording, in place of one with the same words.

    An index that is damaged is set aside once the recording is written, so that somebody who
    records anew is not held up by it. The sounds that it named stay as long as it lies there:
    whoever mends it has them back.

    Raises:
        OSError: nothing changed; also where the index is there and cannot be read now.
        PromptError: nothing changed; the recording cannot be written into an index.
    """
    damaged = False
    try:
        there = entries(folder)
    except PromptError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None
        there, damaged = [], True
    others = [each for each in there if _key(each) != _key(entry)]
    kept = others[-MOST_KEPT + 1 :]
    gone = [each for each in there if each not in kept]
    _put(folder, kept, [(entry, sound)], gone, aside=DAMAGED if damaged else "")


def drop(folder: Path, gone: Entry) -> None:
    """Remove a recording; raises as ``keep`` does, and PromptError for an unreadable index."""
    there = entries(folder)
    kept = [each for each in there if _key(each) != _key(gone)]
    _put(folder, kept, [], [each for each in there if each not in kept])


def _put(
    folder: Path,
    kept: list[Entry],
    added: list[tuple[Entry, Sound]],
    gone: list[Entry],
    aside: str = "",
) -> None:
    spared = aside or (folder / DAMAGED).exists()
    put(folder, kept, added, gone=gone if spared else None, aside=aside)


def entries(folder: Path) -> list[Entry]:
    """Return all recordings, the oldest first; raises PromptError if the index is unreadable."""
    return list(Store.read(folder).entries.values())


def found(folder: Path, language: str, spoken: Spoken, text: str) -> Entry | None:
    """Return the recording of these words, if there is one; raises as ``entries`` does."""
    try:
        return Store.read(folder).find(language, spoken, text)
    except PromptError:
        return None


def _key(entry: Entry) -> tuple[str, Spoken, str]:
    return entry.language, entry.spoken, entry.text
