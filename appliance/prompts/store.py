"""Keep prompts: a folder of FLAC files and ``index.toml``.

The index names of each prompt its words, mark, hash, engine and voice, and of a recording who spoke
it and when. A prompt is found by its very words, so that one which was made for other purposes or
keys is never said.
"""

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
import soundfile
from msgspec import Meta

from appliance.digest import sha256
from appliance.model.audio import RATE, Sound
from appliance.model.policy import PromptKind, Saying
from appliance.model.prompts import digest
from appliance.model.sentences.lacking import Lacks
from appliance.structs import convert

INDEX = "index.toml"
_LONGEST_INDEX = 4_000_000  # bytes: about 4,000 prompts
_Text = Annotated[str, Meta(min_length=1, max_length=2000)]


class PromptEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One prompt of the index."""

    file: Annotated[str, Meta(pattern=r"^[a-z0-9_]+(-[a-z0-9_]+)*\.flac$", max_length=200)]
    language: Annotated[str, Meta(pattern="^[a-z]{2}$")]
    spoken: PromptKind
    pieces: Annotated[tuple[_Text, ...], Meta(min_length=1, max_length=8)]
    mark: Annotated[int, Meta(ge=1, le=90 * RATE)]  # sample
    samples: Annotated[int, Meta(ge=1, le=90 * RATE)]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]  # of the samples
    engine: _Text
    voice: _Text
    version: str = ""
    other_language: str = ""  # of the sentence that offers it, as below; empty: there is none
    other_engine: str = ""
    other_voice: str = ""
    draft: bool = False  # a voice that is hard to understand: a person should speak instead
    purposes: tuple[_Text, ...] = ()  # of a person's recording, as all below: those of the saying
    line: Annotated[str, Meta(max_length=80)] = ""  # for which it was made
    by: Annotated[str, Meta(max_length=200)] = ""  # who listened and confirmed it
    day: Annotated[str, Meta(pattern=r"^(\d{4}-\d\d-\d\d)?$")] = ""
    text_sha256: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")] = ""  # of the words

    @property
    def text(self) -> str:
        """Return the words."""
        return " ".join(self.pieces)

    @property
    def saying(self) -> Saying:
        """Return what a person's recording says."""
        return Saying(self.spoken, frozenset(self.purposes))

    @property
    def title(self) -> str:
        """Return engine, voice and version."""
        return f"{self.engine} {self.voice} {self.version}".strip()


class _Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    prompt: tuple[PromptEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of rendered prompts."""

    folder: Path
    entries: Mapping[tuple[str, PromptKind, str], PromptEntry]  # language, kind, words -> prompt

    @classmethod
    def read(cls, folder: Path) -> "Store":
        """Read a folder's index; a folder without one has no prompts.

        Raises:
            PromptError: the index cannot be read; an OSError is its cause where the system, not
                what is in the file, is to blame.
        """
        path = folder / INDEX
        try:
            with path.open("rb") as file:
                data = file.read(_LONGEST_INDEX + 1)
            index = _parsed(data, path)
        except FileNotFoundError:
            return cls(folder, {})
        except Lacks:
            raise
        except (OSError, ValueError) as error:
            raise Lacks("damaged", path=path) from error
        return cls(folder, {(e.language, e.spoken, e.text): e for e in index.prompt})

    def find(self, language: str, spoken: PromptKind, text: str) -> PromptEntry | None:
        """Return the prompt of this kind with these very words, if there is one."""
        return self.entries.get((language, spoken, text))

    def sound(self, entry: PromptEntry) -> Sound:
        """Read a prompt's samples.

        By its path: reading from memory goes through callbacks, which need writable and executable
        memory, and the recorder's unit forbids that.

        Raises:
            PromptError: the file is not there, or is not that which was rendered.
        """
        path = self.folder / entry.language / entry.file
        try:
            with soundfile.SoundFile(path) as file:
                right = (file.samplerate, file.channels, file.frames) == (RATE, 1, entry.samples)
                sound: Sound = file.read(0 if not right else -1, dtype="int16")
        except (OSError, soundfile.SoundFileError) as error:
            raise Lacks("damaged", path=path) from error
        if not right or digest(sound) != entry.sha256 or entry.mark > entry.samples:
            raise Lacks("damaged", path=path)
        return sound


def file_name(saying: Saying, sha256: str) -> str:
    """Return the name of a prompt's file, however many purposes the saying names."""
    return f"{saying.code[:120].rstrip('-')}-{sha256[:8]}.flac"


def text_digest(text: str) -> str:
    """Return the SHA-256, in hex, of words."""
    return sha256(text.encode()).hex()


def write(folder: Path, rendered: Iterable[tuple[PromptEntry, Sound]]) -> None:
    """Replace what a folder holds by these prompts; raises as ``put`` does."""
    put(folder, (), rendered)


def put(
    folder: Path,
    kept: Iterable[PromptEntry],
    added: Iterable[tuple[PromptEntry, Sound]],
    *,
    gone: Iterable[PromptEntry] | None = None,
    aside: str = "",
) -> None:
    """Let a folder hold these prompts and no other, each on the medium before the index names it.

    A power cut leaves the old index or the new one, and every sound that either names.

    Args:
        folder: has an index, or will have.
        kept: prompts whose sounds are there.
        added: others, with their sounds.
        gone: the only prompts whose sounds are deleted; None: all that the index does not name.
        aside: a name that the old index keeps.

    Raises:
        OSError: the index is as it was.
        PromptError: likewise; it could not be read again as it would be written.
    """
    sounds = [*added]
    entries = [*kept, *(entry for entry, _ in sounds)]
    index = folder / INDEX
    text = _checked("\n".join(map(_written, entries)), entries, index)
    for entry, sound in sounds:
        path = folder / entry.language / entry.file
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        soundfile.write(new, sound, RATE, format="FLAC", subtype="PCM_16")
        _settle(new)
        new.replace(path)
    for language in {entry.language for entry in entries}:
        _settle(folder / language)
    new = index.with_suffix(".new")
    new.write_text(text, "utf-8")
    _settle(new)
    if aside:
        (folder / aside).unlink(missing_ok=True)
        (folder / aside).hardlink_to(index)
    new.replace(index)
    _settle(folder)
    named = {folder / entry.language / entry.file for entry in entries}
    there = {*folder.glob("[a-z][a-z]/*.flac")}
    if gone is not None:
        there &= {folder / entry.language / entry.file for entry in gone}
    for path in (*there - named, *folder.glob("[a-z][a-z]/*.new")):
        path.unlink()


def _checked(text: str, entries: Sequence[PromptEntry], path: Path) -> str:
    try:
        read = _parsed(text.encode("utf-8"), path).prompt
    except ValueError as error:
        raise Lacks("unwritable", path=path) from error
    if read != tuple(entries):
        raise Lacks("unwritable", path=path)
    return text


def _parsed(data: bytes, path: Path) -> _Index:
    """Return the prompts that an index names; raises ValueError if it is none."""
    if len(data) > _LONGEST_INDEX:
        raise Lacks("damaged", path=path)
    return convert(tomllib.loads(data.decode("utf-8")), _Index)


def _settle(path: Path) -> None:
    """Wait until a file or a folder's entries are on the medium."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _written(entry: PromptEntry) -> str:
    fields = msgspec.to_builtins(entry)
    values = {name: value for name, value in fields.items() if value not in ("", False, ())}
    lines = [f"{name} = {_value(value)}" for name, value in values.items()]
    return "\n".join(["[[prompt]]", *lines, ""])


def _value(value: object) -> str:
    kinds: Mapping[type, Callable[[object], str]] = {
        bool: lambda each: str(each).lower(),
        int: str,
        str: _quoted,
    }
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_quoted(each) for each in value) + "]"
    return kinds[type(value)](value)


def _quoted(text: object) -> str:
    escaped = re.sub(r'[\\"]', r"\\\g<0>", str(text))
    return f'"{escaped}"'
