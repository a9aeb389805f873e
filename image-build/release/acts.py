"""Do the steps of a release that no other command does."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from datetime import date
from pathlib import Path

from release import changes, tables
from release.repository import git

NAME = "SHA256SUMS"


class StepFailed(Exception):
    """A step could not be done; the message says why."""


def changelog(root: Path, version: str, day: date) -> None:
    """Gather the changes into the changelog, remove their files, and commit that."""
    path = root / "CHANGELOG.md"
    gathered = changes.gather(path.read_text("utf-8"), changes.read(root / "changes"), version, day)
    path.write_text(gathered, "utf-8")
    for file in changes.files(root / "changes"):
        file.unlink()
    _commit(root, f"release: {version}", "CHANGELOG.md", "changes")


def commit_tables(root: Path) -> None:
    """Commit the tables that the long suites have written."""
    _commit(root, "docs: the tables of the long suites, run anew", *tables.PAGES)


def _commit(root: Path, subject: str, *paths: str) -> None:
    git(root, "add", "--all", "--", *paths)
    if git(root, "status", "--porcelain", "--", *paths):
        git(root, "commit", "--quiet", "--message", subject, "--", *paths)


def wheels(root: Path, folder: Path) -> None:
    """Put the wheels that were built for the card's processor into a folder of their own.

    Raises:
        StepFailed: the card's stages do not hold them.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for stage, pattern in (("python", "built/*.whl"), ("root", "zgoda-*.whl")):
        asked = [str(root / "image-build/build"), stage]
        done = subprocess.run(asked, cwd=root, check=True, stdout=subprocess.PIPE, text=True)
        found = list((root / done.stdout.strip()).glob(pattern))
        if len(found) != 1:
            raise StepFailed(f"The stage {stage} holds {len(found)} of {pattern}, not one.")
        shutil.copy(found[0], folder)


def notes(root: Path, version: str) -> Path:
    """Write what the changelog says of a version, for those who are told of it."""
    path = root / "dist" / f"zgoda-{version}-notes.md"
    path.write_text(changes.notes((root / "CHANGELOG.md").read_text("utf-8"), version), "utf-8")
    return path


def sums(folder: Path, key: Path) -> Path:
    """Write the SHA-256 of each file of a folder, and sign the list; gpg asks for the passphrase.

    Raises:
        StepFailed: the key signs nothing.
    """
    made, signed = folder / NAME, folder / f"{NAME}.asc"
    signed.unlink(missing_ok=True)
    files = sorted(path for path in folder.iterdir() if path.is_file() and path != made)
    made.write_text("".join(f"{_sha256(path)}  {path.name}\n" for path in files), "ascii")
    with tempfile.TemporaryDirectory(dir="/tmp") as home:  # the agent's socket has a short address
        around = {**os.environ, "GNUPGHOME": home}
        try:
            for words in (
                ["--batch", "--import", str(key)],
                ["--armor", "--detach-sign", "--output", str(signed), str(made)],
            ):
                subprocess.run(["gpg", "--quiet", *words], check=True, env=around)
        except subprocess.CalledProcessError as error:
            raise StepFailed(f"{key} does not sign {made}.") from error
        finally:
            subprocess.run(["gpgconf", "--kill", "gpg-agent"], check=False, env=around)
    return signed


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
