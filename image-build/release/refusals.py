"""Say what stands in the way of a release, all of it at once."""

import platform
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from release import changes, tables
from release.repository import git

HOLES = ("PyPI/all.zip", "Debian/all.zip")
"""What ``make audit`` takes from the place of published holes."""

SIGNERS = 3
"""An update is signed with a key and its certificate; the authority's certificate goes along."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The release that a maintainer asks for."""

    version: str
    key: str  # file of the OpenPGP secret key that signs packages and sums
    sign: tuple[str, ...]  # files: key, certificate, and the authority's, which cards believe
    day: date
    advisories: str = ""  # address of published holes, if not osv.dev's
    everything: bool = False  # the long suites run, too


def problems(root: Path, asked: Asked, machine: str = platform.machine()) -> Iterator[str]:
    """Yield each reason for which there is no release yet, as a sentence.

    Args:
        root: the work tree.
        asked: what is asked for.
        machine: this computer's processor.
    """
    if machine != "x86_64":
        yield "A release is built on x86-64: PyAudio for amd64 is compiled on the spot."
    yield from _versions(root, asked)
    if changed := git(root, "status", "--porcelain").splitlines():
        yield f"The tree is not clean, and what differs is in no commit: {_few(changed)}."
    if any((root / "dist").glob("*")):
        yield "dist/ is not empty: move away what lies there, or it would be published, too."
    yield from _files(asked)
    if not asked.everything:
        yield from tables.old(root)


def _versions(root: Path, asked: Asked) -> Iterator[str]:
    told = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    program = re.search(
        r'^__version__ = "(.*)"$', (root / "appliance/__init__.py").read_text("utf-8"), re.MULTILINE
    )
    if not asked.version:
        yield f"Say which version is to be released: VERSION={told}."
    elif asked.version != told:
        yield f"pyproject.toml is of version {told}, and not {asked.version}."
    if not program or program[1] != told:
        yield f"appliance/__init__.py and pyproject.toml name two versions; the latter {told}."
    if git(root, "tag", "--list", f"v{told}"):
        yield f"{told} is released already: there is a tag v{told}."
    try:
        log = (root / "CHANGELOG.md").read_text("utf-8")
        changes.gather(log, changes.read(root / "changes"), told, asked.day)
    except changes.UnfitError as error:
        yield str(error)


def _files(asked: Asked) -> Iterator[str]:
    if not asked.key:
        yield "Name the file with the OpenPGP secret key that signs the packages: KEY=FILE."
    elif not Path(asked.key).is_file():
        yield f"There is no key {asked.key}."
    if len(asked.sign) != SIGNERS:
        yield 'Name what signs the update of the card: SIGN="KEY CERTIFICATE KEYRING".'
    yield from (f"There is no file {name}." for name in asked.sign if not Path(name).is_file())
    if any("development" in Path(name).parts for name in asked.sign):
        yield "The key for development signs no release."
    address = urlsplit(asked.advisories)
    if asked.advisories and address.scheme not in {"https", "file"}:
        yield f"ADVISORIES={asked.advisories} is no address: https://… or file:///FOLDER."
    for name in HOLES if address.scheme == "file" else ():
        if not (Path(address.path) / name).is_file():
            yield f"There is no {Path(address.path) / name}, with the holes that are published."


def _few(lines: list[str]) -> str:
    more = f" and {len(lines) - 3} more" if len(lines) > 3 else ""
    return ", ".join(line.split()[-1] for line in lines[:3]) + more
