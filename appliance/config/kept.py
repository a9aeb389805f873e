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
from dataclasses import dataclass
from pathlib import Path

from appliance.config import read
from appliance.config.folders import Folders
from appliance.config.mistakes import MistakesFound
from appliance.config.settings import Config
from appliance.digest import sha256
from appliance.errors import ConfigError, in_short

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
        """Return it, read.

        Raises:
            ConfigError: it holds mistakes.
        """
        return read.parse(self.text, self.source)

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
    problem: str = ""
    """Says why the copy was read in place of the file in force."""


def read_seed(path: Path | None) -> Seed:
    """Read the seed; without a path it is the trial's.

    Raises:
        ConfigError: it cannot be read or is no text.
    """
    if path is None:
        return Seed("trial.toml", read.trial_text())
    return Seed(str(path), read.read_text(path))


def in_force(folders: Folders, seed: Seed) -> InForce:
    """Return the settings in force in a data folder.

    A kept file that is damaged is replaced by its copy among the versions, never by an older
    version: what the office has taken back must not come again by itself.

    Raises:
        ConfigError: no settings can be used; the text says why.
    """
    kept, problem = find_kept(folders)
    if kept is None:
        return InForce(SEED, seed.text, seed.config())
    try:
        config = read.parse(kept.text, str(folders.settings_now))
    except MistakesFound as error:
        raise _by_newer(folders.settings_now, error) or error from None
    return InForce(kept.version, kept.text, config, problem)


def _by_newer(path: Path, found: MistakesFound) -> ConfigError | None:
    """Say so if kept settings name some that are unknown here: the keeper kept none such."""
    unknown = list(dict.fromkeys(one.key for one in found.mistakes if one.unknown))
    if not unknown:
        return None
    return ConfigError(
        f"{path} was made by a newer Zgoda, with settings that this one does not know "
        f"({in_short(', '.join(unknown[:MOST_NAMED]))}): install that version, or go back to "
        "earlier settings."
    )


def find_kept(folders: Folders) -> tuple[KeptText | None, str]:
    """Return the version in force, and why its copy was read if it was; None if none is kept.

    Raises:
        ConfigError: there are settings, and none of them can be read.
    """
    problem = ""
    try:
        return read_kept(folders.settings_now), ""
    except FileNotFoundError:
        names = version_files(folders)
        if not names or names[-1].stem == FIRST:
            return None, ""
        problem = f"{folders.settings_now} is missing."
    except ConfigError as error:
        names, problem = version_files(folders), str(error)
    if not names:
        raise ConfigError(f"{problem} There is no copy of it: put one back from a backup.")
    try:
        return read_kept(names[-1]), problem
    except (ConfigError, OSError) as error:
        raise ConfigError(f"{problem} Its copy is no better: {error}") from error


def version_files(folders: Folders) -> list[Path]:
    """Return the files of all versions, the newest last.

    Raises:
        ConfigError: the folder cannot be read.
    """
    try:
        found = [p for p in folders.settings_versions.iterdir() if _NAME.fullmatch(p.name)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ConfigError(
            f"{folders.settings_versions} cannot be read: {error.strerror}"
        ) from error
    return sorted(found, key=lambda path: int(path.stem))


def version_file(folders: Folders, version: int) -> Path:
    """Return the file of a version."""
    return folders.settings_versions / f"{version:06}.toml"


def read_kept(path: Path) -> KeptText:
    """Read a kept file; whether its settings are right is not checked.

    Raises:
        FileNotFoundError: there is none.
        ConfigError: it cannot be read, was cut, or was changed by hand.
    """
    try:
        data = _bytes(path)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    last = _LAST.search(data[-200:])
    body = data[: len(data) - len(last[0])] if last else b""
    if last is None or sha256(body).hex().encode() != last[2]:
        raise ConfigError(f"{path} was cut, or changed by hand; change settings in the panel.")
    try:
        return KeptText(int(last[1]), body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text.") from error


def _bytes(path: Path) -> bytes:
    """Read an ordinary file; a pipe in its place could hold up its reader for ever."""
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ConfigError(f"{path} is no ordinary file.")
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
