"""Read the settings in force: the version that the keeper kept, or else the seed.

The seed is the configuration of the command line. Once a setting has been changed, the data folder
holds the settings and the seed counts no more. Each kept file ends with a line that names
its version and the digest of all before it, so that a file that was cut or changed by hand is
known as such, though it may still be good TOML.

    # zgoda settings: version 12, sha256 9f86d0…
"""

import os
import re
import stat
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.config import read
from appliance.config.drivers.driver import ROLES, Part
from appliance.config.folders import Folders, one_word, word_bytes
from appliance.config.mistakes import Mistake, MistakesFound, found, mistake, unreadable
from appliance.config.settings import Config
from appliance.digest import sha256

SEED = 0
"""The version of settings that nobody has changed yet."""

FIRST = "000001"
"""The name of version 1: a copy of the seed, made before the first change. Alone it says nothing
that the seed does not."""

LONGEST_KEPT = read.LONGEST_FILE + 200
"""Bytes of a kept file with its last line."""

MOST_NAMED = 5
"""Unknown settings that a sentence names."""

_LAST = re.compile(
    rb"# zgoda settings: version ([1-9][0-9]{0,8}), sha256 ([0-9a-f]{64})\n\Z", re.ASCII
)
_NAME = re.compile(r"[0-9]{6,9}\.toml")


@dataclass(frozen=True, slots=True)
class Seed:
    """The configuration that a data folder begins with."""

    source: str  # names it in mistakes
    text: str

    def config(self) -> Config:
        """Return it, read; raises MistakesFound."""
        return read.parse(self.text, self.source)

    def in_force(self) -> "InForce":
        """Return it as the settings in force, which nobody has changed; raises MistakesFound."""
        return InForce(SEED, self.text, self.config())

    @property
    def sha256(self) -> str:
        """Return its digest, in hex."""
        return sha256(self.text.encode()).hex()


@dataclass(frozen=True, slots=True)
class KeptText:
    """The text of a version, without its last line."""

    version: int
    text: str


@dataclass(frozen=True, slots=True)
class InForce:
    """The settings in force."""

    version: int  # ``SEED`` if nobody has changed any
    text: str
    config: Config
    problem: tuple[Mistake, ...] = ()
    """Why the copy was read in place of the file in force, or why lines have no devices."""


def read_seed(path: Path | None, folders: Folders) -> Seed:
    """Read the seed; without a path it is the folder's trial. Raises MistakesFound."""
    if path is None:
        return Seed("trial.toml", read.trial_text(language=trial_language(folders)))
    return Seed(str(path), read.read_text(path))


def trial_language(folders: Folders) -> str:
    """Return the language in which the folder's trial names its line; English by default."""
    return one_word(folders.trial, read.TRIAL_LINES) or "en"


def begin_trial(folders: Folders, language: str) -> None:
    """Let a trial that nobody has set up yet name its line in a language; raises OSError."""
    if any(path.exists() for path in folders.keyring) or language == trial_language(folders):
        return
    folders.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    folders.trial.write_bytes(word_bytes(language))


def in_force(folders: Folders, seed: Seed) -> InForce:
    """Return the settings that are kept, or else the seed; raises MistakesFound."""
    return kept_settings(folders) or seed.in_force()


def config_to_open(folders: Folders, seed: Seed) -> Config:
    """Return the settings in force; the seed where they are damaged, as the keeper then tells."""
    try:
        return in_force(folders, seed).config
    except MistakesFound:
        return seed.config()


def kept_settings(folders: Folders) -> InForce | None:
    """Return the settings that a data folder keeps; None if nobody has changed any.

    A kept file that is damaged is replaced by its copy among the versions, never by an older
    version: what the office has taken back must not come again by itself. A line whose devices this
    version cannot use has none, and the others go on.

    Raises:
        MistakesFound: none of them can be used.
    """
    kept, problem = find_kept(folders)
    if kept is None:
        return None
    try:
        config = read.parse(kept.text, str(folders.settings_now))
    except MistakesFound as error:
        newer = _by_newer(folders.settings_now, error)
        if newer is None and (usable := _without_broken_lines(error)) is not None:
            return InForce(kept.version, kept.text, usable, (*problem, *error.mistakes))
        raise newer or error from None
    return InForce(kept.version, kept.text, config, problem)


def _without_broken_lines(error: MistakesFound) -> Config | None:
    """Return settings in which the lines have no devices whose devices are mistaken.

    An earlier version has kept them, whose reader let more through: the other lines go on. With any
    other mistake nothing is returned, since it could let the box do what nobody has allowed.
    """
    config, broken = error.readable, set()
    for each in error.mistakes:
        match each.place:
            case ("line", int(number), str(role), *_) if role in ROLES:
                broken.add(number)
            case _:
                return None
    if not isinstance(config, Config):
        return None
    none = Part("")
    lines = tuple(
        replace(line, hook=none, audio=none, prompt=none) if number in broken else line
        for number, line in enumerate(config.lines)
    )
    return replace(config, lines=lines)


def _by_newer(path: Path, error: MistakesFound) -> MistakesFound | None:
    """Say so if kept settings name some that are unknown here: the keeper kept none such."""
    unknown = list(dict.fromkeys(one.key for one in error.mistakes if one.unknown))
    return found("kept_newer", path=path, unknown=unknown[:MOST_NAMED]) if unknown else None


def find_kept(folders: Folders) -> tuple[KeptText | None, tuple[Mistake, ...]]:
    """Return the version in force, and why its copy was read if it was; None if none is kept.

    Raises:
        MistakesFound: there are settings, and none of them can be read.
    """
    try:
        return read_kept(folders.settings_now), ()
    except MistakesFound as error:
        why, names = error, version_files(folders)
    if why.missing and (not names or names[-1].stem == FIRST):
        return None, ()
    if not names:
        raise MistakesFound("", *why.mistakes, mistake((), "kept_alone"))
    try:
        return read_kept(names[-1]), (*why.mistakes, mistake((), "kept_copied"))
    except MistakesFound as copy:
        raise MistakesFound("", *why.mistakes, *copy.mistakes) from copy


def version_files(folders: Folders) -> list[Path]:
    """Return the files of all versions, the newest last; raises MistakesFound."""
    try:
        files = [p for p in folders.settings_versions.iterdir() if _NAME.fullmatch(p.name)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unreadable(folders.settings_versions, error) from error
    return sorted(files, key=lambda path: int(path.stem))


def version_file(folders: Folders, version: int) -> Path:
    """Return the file of a version."""
    return folders.settings_versions / f"{version:06}.toml"


def read_kept(path: Path) -> KeptText:
    """Read a kept file; whether its settings are right is not checked.

    Raises:
        MistakesFound: it is missing, cannot be read, was cut, or was changed by hand.
    """
    try:
        data = _bytes(path)
    except OSError as error:
        raise unreadable(path, error) from error
    last = _LAST.search(data[-200:])
    body = data[: len(data) - len(last[0])] if last else b""
    if last is None or sha256(body).hex().encode() != last[2]:
        raise found("kept_cut", path=path)
    try:
        return KeptText(int(last[1]), body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise found("file_not_utf8", path=path) from error


def _bytes(path: Path) -> bytes:
    """Read an ordinary file; a pipe in its place could hold up its reader for ever."""
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise found("file_special", path=path)
        return file.read(LONGEST_KEPT + 1)


def encode_kept(version: int, text: str) -> bytes:
    """Return the bytes of a kept file; the text ends with a newline."""
    last = f"# zgoda settings: version {version}, sha256 {digest(text)}\n"
    return _body(text) + last.encode()


def digest(text: str) -> str:
    """Return the SHA-256, in hex, of a text as a kept file has it."""
    return sha256(_body(text)).hex()


def _body(text: str) -> bytes:
    return f"{text.removesuffix(chr(10))}\n".encode()
