"""Lay files, links and lines below a root folder, and take them away again.

What was laid is written down in the root itself. So a second time changes nothing, an upgrade
removes what the new version no longer has, and a removal needs no list. A file below /etc that its
owner has changed is left as it is, always.
"""

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

RECORD = "/usr/lib/zgoda/installed.json"
_OWNERS = "/etc/"


class TreeError(Exception):
    """Something stands in the way; the message says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What there is to be."""

    files: Mapping[str, bytes]
    links: Mapping[str, str]
    lines: Mapping[str, str] = field(default_factory=dict)
    """File -> a line at its end, which it is to have; the file must exist."""
    dropped: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """File of one line -> beginnings of words that it must not have."""


@dataclass(slots=True)
class Record:
    """What was laid: enough to take it away."""

    files: dict[str, str] = field(default_factory=dict)
    """Path -> digest of what was written."""
    links: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    dropped: dict[str, list[str]] = field(default_factory=dict)
    """File -> words that it had."""
    begun: list[str] = field(default_factory=list)
    """Paths where nothing was, and that were to be laid when it was cut off: all there is ours."""
    folders: list[str] = field(default_factory=list)
    """Made for any of this."""
    options: list[str] = field(default_factory=list)
    environment: str = ""
    """Folder of the Python environment."""
    sources: str = ""
    """What it was made of but for the wheels of a folder: the key of the environment without."""
    started: bool = True
    """Whether the system has taken up what was laid last."""
    hostname: tuple[str, str] | None = None
    """The name given, and the one before."""


@dataclass(slots=True)
class Report:
    """What was done, in the order of doing."""

    laid: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Sentences: what was left alone, and why."""


class Tree:
    """A system below a root folder."""

    def __init__(self, root: Path) -> None:
        """Read what was laid there before; nothing is changed.

        Raises:
            TreeError: the record cannot be read.
        """
        self.root = root.resolve()
        self.report = Report()
        self.record = self._read()

    def at(self, path: str) -> Path:
        """Return where a path of the system lies.

        Raises:
            TreeError: a link below the root leads out of it.
        """
        place = self.root / path.lstrip("/")
        if not place.parent.resolve().is_relative_to(self.root):
            raise TreeError(f"{place.parent} leads out of {self.root}: nothing is written there.")
        return place

    def check(self, wanted: Wanted) -> None:
        """See that nothing is in the way.

        Raises:
            TreeError: it names everything that is.
        """
        ours = {*self.record.files, *self.record.links, *self.record.begun}
        taken = [
            path
            for path in (*wanted.files, *wanted.links)
            if path not in ours and os.path.lexists(self.at(path)) and not path.startswith(_OWNERS)
            if not self._is_so(path, wanted)
        ]
        if taken:
            raise TreeError(
                f"{', '.join(taken)} is there already and was not put there by this installer. "
                "Move it away first."
            )
        for path in (*wanted.lines, *wanted.dropped):
            if not self.at(path).is_file():
                raise TreeError(f"{self.at(path)} is not there: is this a Raspberry Pi?")

    def lay(self, wanted: Wanted) -> None:
        """Make everything as it is wanted, and remove what was laid before and no longer is."""
        self._begin(wanted)
        self._remove(wanted)
        for path, content in wanted.files.items():
            self._lay_file(path, content)
        for path, target in wanted.links.items():
            self._lay_link(path, target)
        for path, line in wanted.lines.items():
            self._add_line(path, line)
        for path, beginnings in wanted.dropped.items():
            self._drop_words(path, beginnings)
        self.record.begun = []

    def write(self, path: str, content: bytes, mode: int = 0o644) -> None:
        """Put a file in place whole or not at all."""
        place = self.at(path)
        self._make_folder(place.parent)
        new = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
        try:
            with new.open("xb") as file:
                file.write(content)
            with contextlib.suppress(PermissionError):  # the card's boot partition has no modes
                new.chmod(mode)
            new.replace(place)
        except BaseException:
            new.unlink(missing_ok=True)
            raise

    def keep_record(self) -> None:
        """Write down what was laid."""
        text = json.dumps(asdict(self.record), indent=1, sort_keys=True) + "\n"
        if self._bytes(RECORD) != text.encode():
            self.write(RECORD, text.encode())

    def drop_record(self) -> None:
        """Forget what was laid, after all of it was removed."""
        self.at(RECORD).unlink(missing_ok=True)
        self._clear_folders()

    def _begin(self, wanted: Wanted) -> None:
        """Write down what is going to be laid, so that it is known after a power cut."""
        there = {*self.record.files, *self.record.links}
        begun = {*self.record.begun}
        new = [
            path
            for path in (*wanted.files, *wanted.links)
            if path not in there and (path in begun or not os.path.lexists(self.at(path)))
        ]
        left = [path for path in self.record.begun if path not in there and path not in new]
        for path in left:
            if not path.startswith(_OWNERS):
                self.at(path).unlink(missing_ok=True)
        self.record.begun = new
        if new:
            for path in (*new, RECORD):
                self._record_missing(self.at(path).parent)
            self.keep_record()

    # -- one at a time ----------------------------------------------------------------------------

    def _lay_file(self, path: str, content: bytes) -> None:
        there, ours = self._bytes(path), self.record.files.get(path)
        digest = digest_of(content)
        if there == content:
            self.record.files[path] = digest
        elif there is not None and path.startswith(_OWNERS) and ours != digest_of(there):
            self.report.left.append(f"{path} is its owner's, and stays as it is.")
        elif there is None and ours is not None and path.startswith(_OWNERS):
            self.report.left.append(f"{path} was removed by its owner, and stays away.")
        else:
            self.write(path, content)
            self.record.files[path] = digest
            self.report.laid.append(path)

    def _lay_link(self, path: str, target: str) -> None:
        place = self.at(path)
        if place.is_symlink() and place.readlink() == Path(target):
            self.record.links[path] = target
            return
        known = path in self.record.links or path in self.record.begun
        # A file is never ours where a link is laid: systemctl edit --full puts one in its place.
        if os.path.lexists(place) and not (known and place.is_symlink()):
            self.report.left.append(f"{path} is its owner's, and stays as it is.")
            return
        self._make_folder(place.parent)
        new = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
        new.symlink_to(target)
        new.replace(place)
        self.record.links[path] = target
        self.report.laid.append(f"{path} -> {target}")

    def _add_line(self, path: str, line: str) -> None:
        text = self.at(path).read_text("utf-8")
        if line not in text.splitlines():
            between = "" if text.endswith("\n") or not text else "\n"
            self.write(path, f"{text}{between}[all]\n{line}\n".encode())
            self.record.lines[path] = line
            self.report.laid.append(f"{path}: {line}")

    def _drop_words(self, path: str, beginnings: tuple[str, ...]) -> None:
        words = self.at(path).read_text("utf-8").split()
        gone = [word for word in words if word.startswith(beginnings)]
        if gone:
            self.write(path, (" ".join(word for word in words if word not in gone) + "\n").encode())
            self.record.dropped[path] = [*self.record.dropped.get(path, []), *gone]
            self.report.laid.append(f"{path}: without {' '.join(gone)}")

    def _remove(self, wanted: Wanted) -> None:
        """Take away what was laid before and is not wanted now."""
        for path in [path for path in self.record.files if path not in wanted.files]:
            self._remove_file(path)
        for path in [path for path in self.record.links if path not in wanted.links]:
            place, target = self.at(path), self.record.links.pop(path)
            if place.is_symlink() and place.readlink() == Path(target):
                place.unlink()
                self.report.removed.append(path)
        for path in [path for path in self.record.lines if path not in wanted.lines]:
            self._take_line(path, self.record.lines.pop(path))
        for path in [path for path in self.record.dropped if path not in wanted.dropped]:
            self._give_words(path, self.record.dropped.pop(path))
        self._clear_folders()

    def _remove_file(self, path: str) -> None:
        there, digest = self._bytes(path), self.record.files.pop(path)
        if there is None:
            return
        if path.startswith(_OWNERS) and digest_of(there) != digest:
            self.report.left.append(f"{path} was changed by its owner, and stays.")
            return
        self.at(path).unlink()
        self.report.removed.append(path)

    def _take_line(self, path: str, line: str) -> None:
        text = self._bytes(path)
        if text is not None:
            ours = f"[all]\n{line}\n"
            kept = text.decode("utf-8").replace(ours, "", 1)
            self.write(path, kept.replace(f"{line}\n", "", 1).encode())
            self.report.removed.append(f"{path}: {line}")

    def _give_words(self, path: str, words: list[str]) -> None:
        text = self._bytes(path)
        if text is not None:
            there = text.decode("utf-8").split()
            back = [word for word in words if word not in there]
            self.write(path, (" ".join([*back, *there]) + "\n").encode())
            self.report.removed.append(f"{path}: again with {' '.join(words)}")

    def _make_folder(self, folder: Path) -> None:
        """Make a folder and those above it, and write down which there were not."""
        self._record_missing(folder)
        for each in reversed([each for each in (folder, *folder.parents) if not each.exists()]):
            each.mkdir(mode=0o755)
            each.chmod(0o755)  # whatever the umask

    def _record_missing(self, folder: Path) -> None:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        names = ["/" + str(each.relative_to(self.root)) for each in missing]
        self.record.folders += [name for name in names if name not in self.record.folders]

    def _clear_folders(self) -> None:
        """Remove those of our folders that are empty now."""
        for folder in sorted(self.record.folders, reverse=True):
            with contextlib.suppress(OSError):
                self.at(folder).rmdir()
        self.record.folders = [each for each in self.record.folders if self.at(each).is_dir()]

    def _is_so(self, path: str, wanted: Wanted) -> bool:
        if path in wanted.links:
            place = self.at(path)
            return place.is_symlink() and place.readlink() == Path(wanted.links[path])
        return self._bytes(path) == wanted.files[path]

    def _bytes(self, path: str) -> bytes | None:
        place = self.at(path)
        if place.is_symlink() or not place.is_file():
            return None
        return place.read_bytes()

    def _read(self) -> Record:
        content = self._bytes(RECORD)
        if content is None:
            return Record()
        try:
            told = json.loads(content)
            if told.get("hostname"):
                told["hostname"] = tuple(told["hostname"])
            return Record(**told)
        except (ValueError, TypeError, AttributeError):
            raise TreeError(
                f"{self.at(RECORD)} cannot be read, and tells what was installed. "
                "Remove it, and install again."
            ) from None


def digest_of(content: bytes) -> str:
    """Return what the record holds of a file."""
    return hashlib.sha256(content).hexdigest()
