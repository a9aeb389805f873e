"""Name the steps of a release, each a command, in their order."""

import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from release.refusals import Asked

WHEELS = "build/release/wheels"
"""What is built for arm64, of which the card and the package there are made."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command, and what it is for."""

    what: str
    command: tuple[str, ...]
    surroundings: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return it as a shell takes it."""
        told = [f"{name}={shlex.quote(value)}" for name, value in self.surroundings.items()]
        return " ".join([*told, shlex.join(self.command)])


def steps(asked: Asked, *, root: bool | None = None) -> Iterator[Step]:
    """Yield the steps.

    Args:
        asked: what is asked for; ``problems`` has found nothing.
        root: whether this is root; None: as it is.
    """
    as_root = () if (os.geteuid() == 0 if root is None else root) else ("sudo",)
    own, found = (sys.executable, "-m", "release"), {"PYTHONPATH": "image-build"}
    if asked.everything:
        yield Step("the long suites", (*as_root, "make", "faults"))
        yield Step("the long suites, on a real kernel", ("make", "vm-test"))
        yield Step("their tables", (*own, "tables"), found)
    yield Step("what any user can test", ("make", "test"))
    yield Step("what needs root", (*as_root, "make", "test-root"))
    yield Step("the lives of built cards", ("make", "image-test"))
    yield Step("the changelog", (*own, "changelog", asked.version), found)
    keyring = {"ZGODA_KEYRING": os.path.abspath(asked.sign[2])}
    yield Step("the card", ("make", "image"), keyring)
    yield Step("its update", ("make", "bundle", f"SIGN={shlex.join(asked.sign)}"))
    holes = {"ADVISORIES": asked.advisories} if asked.advisories else {}
    yield Step("the parts, against published holes", ("make", "audit"), holes)
    yield Step("the package for amd64", ("make", "deb"))
    yield Step("what the card has built for arm64", (*own, "wheels", WHEELS), found | keyring)
    arm = f"WITH=--architecture arm64 --wheels {WHEELS}"
    yield Step("the package for arm64", ("make", "deb", arm))
    yield Step("the packages, by Debian's rules", ("make", "deb-lint"))
    yield Step("the apt repository", ("make", "repository", f"KEY={asked.key}"))
    yield Step("the notes", (*own, "notes", asked.version), found)
    yield Step("the sums, signed", (*own, "sums", asked.key), found)
