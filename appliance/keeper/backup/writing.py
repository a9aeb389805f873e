"""Write one copy onto a medium; whatever stops it, the copy before stays as it was.

The order is that of ``docs/format.md``, section 12: bodies and parts that are missing, the copy's
own folder, the manifest (the commit), and only then is removed what belongs to none.
"""

import contextlib
import hashlib
import io
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from appliance.config.folders import Folders
from appliance.errors import FileFormatError
from appliance.keeper.backup import manifest as manifests
from appliance.keeper.backup import parts
from appliance.keeper.backup.manifest import Manifest, copy_folder
from appliance.keeper.backup.medium import PARTS, RECORDINGS, BackupFailed
from appliance.keeper.backup.parts import BackupPart
from appliance.keeper.backup.place import CopyPlace, Sized, digest_of, pieces_of, size_of
from appliance.keeper.backup.removing import remove_folder, remove_others
from appliance.keeper.backup.snapshot import Snapshot
from appliance.model.sentences.faults import noted
from appliance.vault.disk import open_ordinary
from appliance.vault.opening.backup import age

ROUNDS = 30
"""Copies in which each recording on the medium is read once and compared."""


@dataclass(slots=True)
class Progress:
    """How far a copy is; another thread reads it."""

    stage: str = "looking"  # then recordings, papers, keys, removing
    done: int = 0  # recordings
    total: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    mended: int = 0  # files on the medium that were altered, and were written again
    stop: threading.Event = field(default_factory=threading.Event)

    def go_on(self) -> None:
        """Stop here if the keeper ends; raises BackupFailed."""
        if self.stop.is_set():
            raise BackupFailed(
                "stopped",
                noted("backup_stopped", "The backup was stopped; it goes on at the next start."),
            )

    def through(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Pass on what is read or written, however much it is; raises BackupFailed as ``go_on``."""
        for piece in pieces:
            self.go_on()
            yield piece


@dataclass(frozen=True, slots=True)
class CopyOrder:
    """What a copy is made of."""

    folders: Folders
    snapshot: Snapshot
    number: int
    made_at: float  # UTC
    clock_ok: bool
    key: bytes  # the box key's public half
    sign: Callable[[bytes], bytes]
    living: Callable[[str], bool]  # says whether a recording still has a key
    seed: bytes  # the configuration's text


def read_manifest(medium: CopyPlace, own: bytes | None = None) -> Manifest | None:
    """Return the manifest in force; None if no copy was finished.

    Args:
        medium: open.
        own: the only key that may have signed; any may if None.

    Raises:
        BackupFailed: ``damaged``, ``other_box``, or another medium's.
        OSError: it cannot be read.
    """
    try:
        raw = medium.read(manifests.NAME, most=manifests.MOST_BYTES)
    except FileNotFoundError:
        return None
    found = manifests.decode(raw, own)
    if found.medium != medium.id:
        raise BackupFailed(
            "damaged",
            noted("backup_others", "The manifest on the medium belongs to another medium."),
        )
    return found


def write_copy(
    medium: CopyPlace, before: Manifest | None, order: CopyOrder, at: Progress
) -> Manifest:
    """Write a copy, commit it, and remove what belongs to none.

    Args:
        medium: prepared.
        before: the manifest in force, if it can be trusted.
        order: the copy.
        at: told how far it is; may stop it.

    Returns:
        The manifest in force now.

    Raises:
        BackupFailed: ``stopped`` or ``damaged``.
        OSError: medium or box did not take or give a file.
    """
    for folder in (RECORDINGS, PARTS):
        medium.clear_unfinished(folder)
    recordings = dict(_Bodies(medium, before, order, at).copied())
    medium.sync_folder(RECORDINGS)
    at.stage = "papers"
    index, there = _write_parts(medium, before, order, at)
    medium.sync_folder(PARTS)
    at.stage = "keys"
    copy = _write_keys(medium, order, index)
    made = Manifest(
        medium=medium.id,
        number=order.number,
        made_at=order.made_at,
        clock_ok=order.clock_ok,
        vault=order.snapshot.keyring.content.vault_id.hex(),
        key=order.key.hex(),
        generation=order.snapshot.keyring.generation,
        audit_seq=order.snapshot.audit_seq,
        audit_hash=order.snapshot.audit_hash,
        copy=copy,
        recordings=recordings,
        parts=there,
    )
    at.go_on()
    medium.confirm(made.files)
    signed = manifests.encode(made, order.sign)
    written = medium.write([signed], manifests.NAME)
    medium.sync_folder()
    medium.confirm({(): {manifests.NAME: written}})
    at.stage = "removing"
    remove_others(medium, made)
    return made


class _Bodies:
    """The recordings, as they are: each is copied once."""

    def __init__(
        self, medium: CopyPlace, before: Manifest | None, order: CopyOrder, at: Progress
    ) -> None:
        self._medium, self._order, self._at = medium, order, at
        self._known = before.recordings if before is not None else {}
        self._there = medium.sizes(RECORDINGS)

    def copied(self) -> Iterator[tuple[str, Sized]]:
        """Copy what is missing; yield each recording of the copy with size and digest."""
        at, wanted = self._at, self._order.snapshot.keyring.recordings
        at.total = len(wanted)
        missing = [rid for rid in wanted if not self._is_there(rid)]
        at.bytes_total = sum(map(self._size, missing))
        self._refuse_if_full(at.bytes_total)
        at.stage = "recordings"
        for rid in wanted:
            at.go_on()
            sized = self._one(rid)
            at.done += 1
            if sized is not None:
                yield rid, sized

    def _refuse_if_full(self, needed: int) -> None:
        if needed > self._medium.free():
            raise BackupFailed(
                "full", noted("backup_medium_full", "The medium is full: use a larger one.")
            )

    def _one(self, rid: str) -> Sized | None:
        """Return a recording on the medium; None if the box has none any more."""
        again = self._medium.reads_back and self._is_its_round(rid)
        if self._is_there(rid) and not again:
            return self._known[rid]
        try:
            own = open_ordinary(self._order.folders.recordings / rid)
        except (OSError, FileFormatError):
            # Erased just now, or lost on the box: then the medium's is the better one.
            return self._known[rid] if self._is_there(rid) and self._order.living(rid) else None
        with own as file:
            return self._same(rid, file) or self._copy(rid, file)

    def _same(self, rid: str, file: io.FileIO) -> Sized | None:
        """Return a file of the medium that is the right one already.

        What a manifest names is compared with its digest; what a cut left without a manifest, with
        the box's own file. One of another size is not read.
        """
        if rid not in self._there:
            return None
        known = self._known.get(rid)
        by_manifest = known is not None and self._medium.reads_back
        size = known[0] if known is not None and by_manifest else size_of(file)
        right = None
        if self._there[rid] == size:
            right = known if by_manifest else self._sized(file)
            if self._medium.reads_back:  # elsewhere a cut leaves none under its name
                there = self._medium.pieces(RECORDINGS, rid, most=size + 1)
                right = right if digest_of(self._at.through(there)) == right else None
        self._at.mended += right is None and known is not None
        return right

    def _sized(self, file: io.FileIO) -> Sized:
        found = digest_of(self._at.through(_own(pieces_of(file))))
        file.seek(0)
        return found

    def _copy(self, rid: str, file: io.FileIO) -> Sized:
        return self._medium.write(self._counted(_own(pieces_of(file))), RECORDINGS, rid)

    def _counted(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in self._at.through(pieces):
            self._at.bytes_done += len(piece)
            yield piece

    def _is_there(self, rid: str) -> bool:
        known = self._known.get(rid)
        return known is not None and self._there.get(rid) == known[0]

    def _is_its_round(self, rid: str) -> bool:
        return int(rid[:4], 16) % ROUNDS == self._order.number % ROUNDS

    def _size(self, rid: str) -> int:
        try:
            return (self._order.folders.recordings / rid).stat().st_size
        except OSError:
            return 0


def _write_parts(
    medium: CopyPlace, before: Manifest | None, order: CopyOrder, at: Progress
) -> tuple[dict[str, BackupPart], dict[str, Sized]]:
    """Write the parts that are missing; return the index, and all parts with size and digest."""
    content = order.snapshot.keyring.content
    names = parts.names(content.box_key, content.backup_recipient)
    known = before.parts if before is not None else {}
    lying = medium.sizes(PARTS)
    index: dict[str, BackupPart] = {}
    there: dict[str, Sized] = {}

    def put(path: str, sized: Sized, clear: Iterable[bytes]) -> None:
        name = names.of(path, sized[1])
        index[path] = BackupPart(path, name, *sized)
        size = lying.get(f"{name}.age")
        if name in known and size == known[name][0]:
            there[name] = known[name]
        else:
            at.mended += name in known and size is not None
            sealed = age.seal(clear, content.backup_recipient)
            there[name] = medium.write(sealed, PARTS, f"{name}.age")

    put(parts.SEED, _sized(order.seed), [order.seed])
    head = order.snapshot.head
    if head is not None:
        put(head[0], _sized(head[1]), [head[1]])
    for path, file in parts.files(order.folders):
        at.go_on()
        most = order.snapshot.ends.get(path)
        if _is_later(path, order.snapshot):
            continue
        with contextlib.suppress(FileNotFoundError), open_ordinary(file) as opened:
            sized = digest_of(at.through(_own(pieces_of(opened, most))))
            opened.seek(0)
            put(path, sized, _exactly(_own(pieces_of(opened, sized[0])), sized))
    return index, there


def _is_later(path: str, snapshot: Snapshot) -> bool:
    """Say whether a file of the audit was begun, or may have been replaced, since a snapshot."""
    if path.startswith(("audit/heads/", "audit/stamps/")):
        return snapshot.head is None or _file(path) >= _file(snapshot.head[0])
    return path.startswith("audit/") and path not in snapshot.ends


def _file(path: str) -> str:
    return path.rpartition("/")[2]


def _sized(raw: bytes) -> Sized:
    return len(raw), parts.digest_of_text(raw)


def _own(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pass a file of the box on; say so where it is the box that does not give it."""
    try:
        yield from pieces
    except OSError as error:
        why = error.strerror or str(error)
        raise BackupFailed(
            "own",
            noted(
                "backup_own_files",
                f"A file of the box itself cannot be read: {why}.",
                because=error,
            ),
        ) from error


def _exactly(pieces: Iterable[bytes], sized: Sized) -> Iterator[bytes]:
    """Pass a file on; raise BackupFailed if it is not what it was when its digest was taken."""
    taken, size = hashlib.sha256(), 0
    for piece in pieces:
        taken.update(piece)
        size += len(piece)
        yield piece
    if (size, taken.hexdigest()) != sized:
        raise BackupFailed(
            "own",
            noted("backup_changed", "A file of the box changed while it was copied; try again."),
        )


def _write_keys(
    medium: CopyPlace, order: CopyOrder, index: dict[str, BackupPart]
) -> dict[str, Sized]:
    """Write the copy's own folder: keyring, shards, ledger, index."""
    folder, copy = copy_folder(order.number), order.snapshot.keyring
    recipient = copy.content.backup_recipient
    if folder in medium.folders():
        remove_folder(medium, folder)  # of an attempt that was cut
    medium.make_folder(folder)
    medium.make_folder(folder, "keys")
    written = {}
    for name, raw in copy.shards.items():
        written[name] = medium.write([raw], folder, "keys", name)
    written["ledger"] = medium.write([order.snapshot.ledger], folder, "ledger")
    sealed = age.seal([parts.encode_index(index)], recipient)
    written["index.age"] = medium.write(sealed, folder, "index.age")
    sealed = age.seal([copy.plain], recipient)
    written["keyring.age"] = medium.write(sealed, folder, "keyring.age")
    medium.sync_folder(folder, "keys")
    medium.sync_folder(folder)
    medium.sync_folder()
    return written
