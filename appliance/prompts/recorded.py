"""Keep people's recordings.

A recording stays when its words are not today's any more: it is said again once they are, as after
going back to earlier settings. ``DATA/prompts/own`` has the form of ``store``.
"""

from pathlib import Path

from appliance.errors import PromptError
from appliance.model.audio import Sound
from appliance.model.policy import PromptKind
from appliance.prompts.store import PromptEntry, Store, put, text_digest

DAMAGED = "index.damaged"
"""An index that could not be read, kept for an administrator who wants to look."""

MOST_KEPT = 200
"""Recordings at once; beyond them the oldest makes room."""


def keep(folder: Path, entry: PromptEntry, sound: Sound) -> None:
    """Add a recording, in place of one with the same words.

    An index that is damaged is set aside once the recording is written, so that a person who
    records anew is not held up by it. The sounds that it named stay as long as it lies there:
    who mends it has them back.

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


def drop(folder: Path, gone: PromptEntry) -> None:
    """Remove a recording; raises as ``keep`` does, and PromptError for an unreadable index."""
    there = entries(folder)
    kept = [each for each in there if _key(each) != _key(gone)]
    _put(folder, kept, [], [each for each in there if each not in kept])


def _put(
    folder: Path,
    kept: list[PromptEntry],
    added: list[tuple[PromptEntry, Sound]],
    gone: list[PromptEntry],
    aside: str = "",
) -> None:
    spared = aside or (folder / DAMAGED).exists()
    put(folder, kept, added, gone=gone if spared else None, aside=aside)


def entries(folder: Path) -> list[PromptEntry]:
    """Return all recordings, the oldest first; raises PromptError if the index is unreadable."""
    return list(Store.read(folder).entries.values())


def name_of(entry: PromptEntry) -> str:
    """Return a recording's name in requests, 64 hex digits: no other has its words."""
    return text_digest("\n".join((entry.language, entry.spoken.value, entry.text)))


def named(folder: Path, name: str) -> PromptEntry | None:
    """Return the recording of a name, if there is one; none of an index that is unreadable."""
    try:
        return next((each for each in entries(folder) if name_of(each) == name), None)
    except PromptError:
        return None


def found(folder: Path, language: str, spoken: PromptKind, text: str) -> PromptEntry | None:
    """Return the recording of these words, if there is one; raises as ``entries`` does."""
    try:
        return Store.read(folder).find(language, spoken, text)
    except PromptError:
        return None


def _key(entry: PromptEntry) -> tuple[str, PromptKind, str]:
    return entry.language, entry.spoken, entry.text
