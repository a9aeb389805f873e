"""Gather changes, each a file of its own, into the changelog."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

KINDS = ("added", "changed", "deprecated", "removed", "fixed", "security")
"""As Keep a Changelog has them, and in its order."""

LONGEST = 400
"""The most characters of a change."""

NAME = re.compile(rf"[a-z0-9]+(?:-[a-z0-9]+)*\.({'|'.join(KINDS)})\.md")
SENTENCES = re.compile(r"[A-Z`“*].*[.!”]")
UNRELEASED = "unreleased"


class UnfitError(ValueError):
    """What stands in the changes or in the changelog cannot become a release."""


@dataclass(frozen=True, slots=True)
class Change:
    """What users notice of one change."""

    kind: str
    text: str


def read(folder: Path) -> list[Change]:
    """Return the changes of a folder, by name.

    Raises:
        UnfitError: a file has another name, or more or less than one line of sentences.
    """
    return [_change(path) for path in files(folder)]


def files(folder: Path) -> list[Path]:
    """Return the files of a folder's changes, by name."""
    return sorted(path for path in folder.iterdir() if path.name != "README.md")


def _change(path: Path) -> Change:
    named = NAME.fullmatch(path.name)
    if not named:
        raise UnfitError(f"{path.name}: a change is named NAME.KIND.md, KIND {', '.join(KINDS)}.")
    text = path.read_text("utf-8").removesuffix("\n")
    if not SENTENCES.fullmatch(text):
        raise UnfitError(f"{path.name}: a change is one line of whole sentences.")
    if len(text) > LONGEST:
        raise UnfitError(f"{path.name}: {len(text)} characters; {LONGEST} at most.")
    return Change(named[1], text)


def gather(changelog: str, changes: Iterable[Change], version: str, day: date) -> str:
    """Return the changelog with a version of that day on top.

    A first version that is described already gets the day alone: whoever reads of it had none
    before that could differ.

    Raises:
        UnfitError: the version is out already, or nothing has changed.
    """
    waiting = _heading(version, UNRELEASED)
    if waiting in changelog:
        return changelog.replace(waiting, _heading(version, day.isoformat()), 1)
    if f"## [{version}]" in changelog:
        raise UnfitError(f"CHANGELOG.md has {version} already.")
    listed = sorted(changes, key=lambda change: KINDS.index(change.kind))
    if not listed:
        raise UnfitError(f"changes/ holds nothing that {version} changes.")
    section = _heading(version, day.isoformat()) + "\n\n" + _by_kind(listed)
    above, older, rest = changelog.partition("## [")
    return above.rstrip("\n") + "\n\n" + section + "\n" + older + rest


def _heading(version: str, day: str) -> str:
    return f"## [{version}] – {day}"


def _by_kind(changes: Sequence[Change]) -> str:
    parts = [
        f"### {kind.capitalize()}\n\n" + "".join(f"- {text}\n" for text in texts)
        for kind in KINDS
        if (texts := [change.text for change in changes if change.kind == kind])
    ]
    return "\n".join(parts)


def notes(changelog: str, version: str) -> str:
    """Return what the changelog says of a version: a release's notes.

    Raises:
        UnfitError: it says nothing of that version.
    """
    begins = changelog.find(f"## [{version}]")
    if begins < 0:
        raise UnfitError(f"CHANGELOG.md says nothing of {version}.")
    ends = changelog.find("\n## [", begins + 1)
    return changelog[begins : len(changelog) if ends < 0 else ends].rstrip("\n") + "\n"
