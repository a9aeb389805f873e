"""Reach the folder of a backup on a server, step by step by way of the courier.

Nothing that the server says is believed further than it can be checked here: names are compared
with those that a copy has, and only ever sent back; sizes and numbers of entries have limits; what
is read is never longer than what was asked for.
"""

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from appliance.keeper.backup.far.ferry import Ferry, Told
from appliance.keeper.backup.medium import (
    FOLDER,
    MARK,
    PARTS,
    PLACES,
    RECORDINGS,
    TEMPORARY,
    BackupFailed,
)
from appliance.keeper.backup.place import Sized, Wanted, digest_of
from appliance.link.requests.processes.steps import (
    LONGEST_NAME,
    MOST_ENTRIES,
    PIECE,
    Loan,
    NextStep,
    SftpStep,
    StepKind,
)
from appliance.model.outside.sftp import TROUBLES
from appliance.model.sentences.faults import in_words, noted

MOST_FILES = 200_000
"""Entries of a folder there, ours or not; no box has so many, and each takes memory here."""

MOST_READ = 24 * 2**20
"""Bytes of a file that is read whole into memory: the manifest of some 200,000 recordings."""

MOST_OTHERS = 400_000
"""Entries of folders there that are none of ours, in one trip: a server can invent any number."""

MOST_IDLE = 300
"""Steps of a trip that bring next to nothing: a server that drips ends no copy, but never stops."""

MOST_SIZE = 2**50

SAMPLE = 32 * 2**20
"""Bytes of recordings and parts, drawn by lot, that each copy reads back and compares."""

_NAME = re.compile(rf"[A-Za-z0-9_.-]{{1,{LONGEST_NAME}}}")
_LOT = secrets.SystemRandom()

SAYS = {
    "name": in_words("server_name"),
    "unreachable": in_words("server_unreachable"),
    "late": in_words("server_late"),
    "closed": in_words("server_closed"),
    "algorithms": in_words("server_algorithms"),
    "host_key": in_words("server_host_key"),
    "login": in_words("server_login"),
    "no_sftp": in_words("server_no_sftp"),
    "no_rename": in_words("server_no_rename"),
    "denied": in_words("server_denied"),
    "full": in_words("server_full"),
    "altered": in_words("server_altered"),
    "other_box": in_words("server_other_box"),
    "odd": in_words("server_odd"),
}
"""Code of a trouble -> what it is."""


def trouble(code: str) -> BackupFailed:
    """Return the failure of a code that the courier told."""
    code = code if code in TROUBLES and code in SAYS else "odd"
    return BackupFailed(code, SAYS[code])


@dataclass(slots=True)
class _Folder:
    """What a folder holds, by the server's word and ours since."""

    files: dict[str, int] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)

    def has(self, name: str) -> bool:
        return name in self.files or name in self.folders


class FarMedium:
    """The open folder of a backup on a server."""

    reads_back = False

    def __init__(self, ferry: Ferry, loan: Loan, stopped: Callable[[], bool]) -> None:
        """Log in; ``settle`` finds out whose backups lie there.

        Args:
            ferry: of a trip that has begun.
            loan: where to, and the keys for it.
            stopped: says whether the copy is to end.

        Raises:
            BackupFailed: a code of ``model.outside.sftp``, or ``stopped``.
        """
        self._ferry, self._stopped = ferry, stopped
        self._known: dict[str, _Folder] = {}
        self._others = self._idle = 0
        self.id = ""
        self._do("open", loan=loan)

    def settle(self, medium: str, *, ours: bool) -> None:
        """Read the mark, or make one.

        Args:
            medium: the id that a new mark gets.
            ours: a copy was written there under this id, so another's is no longer taken.

        Raises:
            BackupFailed: ``unmarked``, ``other_box``, or as any step.
        """
        self.make_folder()
        top = self._folder()
        if FOLDER in top.files:
            found = MARK.fullmatch(self.read(FOLDER, most=64))
            if found is None or (ours and found[1].decode() != medium):
                raise BackupFailed("other_box", SAYS["other_box"])
            self.id = found[1].decode()
        else:
            held = {name for name in top.files if not TEMPORARY.fullmatch(name)} | top.folders
            if held and not ours:
                raise BackupFailed(
                    "unmarked",
                    noted("server_unmarked", "The folder on the server holds something else."),
                )
            self.write([f"zgoda backup medium {medium}\n".encode()], FOLDER)
            self.id = medium
        for place in PLACES:
            self.make_folder(place)

    # -- reading --------------------------------------------------------------------------------

    def read(self, *names: str, most: int) -> bytes:
        """Read a whole file; raises FileNotFoundError, or BackupFailed as any step."""
        most = min(most, MOST_READ)
        whole = bytearray()
        for piece in self.pieces(*names, most=most + 1):
            whole += piece
        if len(whole) > most:
            raise BackupFailed(
                "damaged", noted("server_crowded", f"{'/'.join(names)} on the server is too large.")
            )
        return bytes(whole)

    def pieces(self, *names: str, most: int) -> Iterator[bytes]:
        """Yield a file's bytes, no more than so many."""
        done, path, short = 0, "/".join(names), False
        while done < most:
            size = min(PIECE, most - done)
            _, raw = self._step(SftpStep("read", path=path, offset=done, size=size))
            if not raw:
                return
            if len(raw) > size:
                raise trouble("odd")
            self._idle += short  # it was none of the last
            if self._idle > MOST_IDLE:
                raise trouble("late")
            yield raw
            done, short = done + len(raw), len(raw) < size

    def sizes(self, *folders: str) -> dict[str, int]:
        """Return the whole files of a folder; none if it is not there."""
        try:
            files = self._folder(*folders).files
        except FileNotFoundError:
            return {}
        return {name: size for name, size in files.items() if not TEMPORARY.fullmatch(name)}

    def folders(self, *folders: str) -> list[str]:
        """Return the folders in a folder."""
        return list(self._folder(*folders).folders)

    def free(self) -> int:
        """Return the bytes that may be written, by the server's word; many if it has none."""
        return max(self._do("free")[0].size, 0)

    def confirm(self, wanted: Wanted) -> None:
        """List everything anew, read back what is small and some of the rest, drawn by lot.

        What is another is removed there, so that the next attempt writes it again.
        """
        self._known.clear()
        lots: list[tuple[tuple[str, ...], Sized]] = []
        for folders, files in wanted.items():
            there = self.sizes(*folders)
            for name, sized in files.items():
                if there.get(name) != sized[0]:
                    raise trouble("altered")
                if folders in {(RECORDINGS,), (PARTS,)}:
                    lots.append(((*folders, name), sized))
                else:
                    self._compare((*folders, name), sized)
        _LOT.shuffle(lots)
        left = SAMPLE
        for number, (names, sized) in enumerate(lots):
            if number == 0 or sized[0] <= left:  # else long recordings would never be compared
                left = max(left - sized[0], 0)
                self._compare(names, sized)

    # -- writing --------------------------------------------------------------------------------

    def write(self, pieces: Iterable[bytes], *names: str) -> Sized:
        """Write a file under a name of its own, and rename it once it is whole and synced."""
        *folders, name = names
        fresh = f".{secrets.token_hex(6)}.part"
        taken, size = hashlib.sha256(), 0
        for piece, last in _with_last(_of_size(pieces)):
            taken.update(piece)
            told = self._put(names, "/".join((*folders, fresh)), size, piece, last)
            size += len(piece)
            if last and told[0].size != size:
                raise trouble("altered")
        held = self._known.get("/".join(folders))
        if held is not None:
            held.files[name] = size
        return size, taken.hexdigest()

    def _put(
        self, names: tuple[str, ...], fresh: str, offset: int, piece: bytes, last: bool
    ) -> Told:
        step = SftpStep("put", path="/".join(names), fresh=fresh, offset=offset, last=last)
        try:
            return self._step(step, piece)
        except BackupFailed as error:
            # A server that is full mostly says just that it failed.
            if error.code != "odd" or self.free() > len(piece):
                raise
            raise trouble("full") from error

    def remove(self, *names: str) -> None:
        """Remove a file if it is there."""
        with suppress(FileNotFoundError):
            self._do("remove", *names)
        held = self._known.get("/".join(names[:-1]))
        if held is not None:
            held.files.pop(names[-1], None)

    def make_folder(self, *names: str) -> None:
        """Make a folder unless it is there."""
        self._do("mkdir", *names)
        held = self._known.get("/".join(names[:-1])) if names else None
        if held is not None:
            held.folders.add(names[-1])

    def remove_folder(self, *names: str) -> None:
        """Remove an empty folder."""
        self._do("rmdir", *names)
        self._known.pop("/".join(names), None)
        held = self._known.get("/".join(names[:-1]))
        if held is not None:
            held.folders.discard(names[-1])

    def clear(self, *folders: str) -> None:
        """Remove all files of a folder."""
        for name in list(self._folder(*folders).files):
            self.remove(*folders, name)

    def clear_unfinished(self, *folders: str) -> None:
        """Remove what a cut left half written."""
        for name in list(self._folder(*folders).files):
            if TEMPORARY.fullmatch(name):
                self.remove(*folders, name)

    def sync_folder(self, *folders: str) -> None:
        """Do nothing: the protocol syncs files alone."""

    # -- within ---------------------------------------------------------------------------------

    def _do(self, kind: StepKind, *names: str, loan: Loan | None = None) -> Told:
        return self._step(SftpStep(kind, path="/".join(names), loan=loan))

    def _step(self, step: SftpStep, raw: bytes = b"") -> Told:
        told = self._ferry.do(step, raw, self._stopped)
        code = told[0].code
        if code == "missing":
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), step.path)
        if code:
            raise trouble(code)
        return told

    def _compare(self, names: tuple[str, ...], wanted: Sized) -> None:
        if digest_of(self.pieces(*names, most=wanted[0] + 1)) != wanted:
            self.remove(*names)
            raise trouble("altered")

    def _folder(self, *folders: str) -> _Folder:
        path = "/".join(folders)
        if path in self._known:
            return self._known[path]
        ours = not folders or path in PLACES
        found = self._listed(*folders, ours=ours)
        if ours:  # others are removed as they come, and kept nowhere
            self._known[path] = found
        return found

    def _count(self, told: NextStep, seen: int, *, ours: bool, new: bool) -> None:
        """Count what a list tells; raises BackupFailed once it is more than there can be."""
        self._others += 0 if ours else max(len(told.entries), 1)
        self._idle += told.more and not new
        many = seen > MOST_FILES or self._others > MOST_OTHERS or self._idle > MOST_IDLE
        if many or len(told.entries) > MOST_ENTRIES:
            raise BackupFailed(
                "damaged", noted("server_crowded", "The folder on the server holds too many files.")
            )

    def _listed(self, *folders: str, ours: bool) -> _Folder:
        found, seen, kind = _Folder(), 0, "list"
        while True:
            told, _ = self._do("list" if kind == "list" else "more", *folders)
            kind, seen = "more", seen + max(len(told.entries), 1)
            new = any(not found.has(one.name) for one in told.entries)
            self._count(told, seen, ours=ours, new=new)
            for one in told.entries:
                if _NAME.fullmatch(one.name) is None or set(one.name) <= {"."}:
                    continue  # none of ours
                if one.kind == "folder":
                    found.folders.add(one.name)
                elif one.kind == "file" and 0 <= one.size <= MOST_SIZE:
                    found.files[one.name] = one.size
            if not told.more:
                return found


def _of_size(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in pieces that a step can carry, gathered from smaller ones."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    yield bytes(held)


def _with_last(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield each piece, and whether it is the last; there is one at least."""
    before = next(pieces)
    for piece in pieces:
        yield before, False
        before = piece
    yield before, True
