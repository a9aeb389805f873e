"""Live through random histories of a keyring, and know what has to be in it."""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import structs

from appliance.config.folders import Folders
from appliance.vault.disk import Disk
from appliance.vault.opening.content import KeyringContent
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import public_half
from tests.chips import EmulatedChip

DAY = 20_807


def content() -> KeyringContent:
    """Return a keyring's first content."""
    keys = [os.urandom(32) for _ in range(5)]
    return KeyringContent(
        vault_id=os.urandom(16),
        reading_key=public_half(keys[0]),
        audit_key=keys[1],
        list_key=keys[2],
        ledger_key=keys[3],
        box_key=keys[4],
    )


def eraser_at(
    folders: Folders, disk: Disk, board: bytes | None, chip: EmulatedChip | None
) -> Eraser:
    """Return an eraser that knows nothing of what was before: the chip, or the file."""
    return chip.eraser() if chip is not None else FileEraser(folders.root, board, disk=disk)


def boot(
    folders: Folders, disk: Disk, board: bytes | None = None, chip: EmulatedChip | None = None
) -> tuple[Keyring, Eraser]:
    """Open a keyring as the keeper does at its start, and finish what a power cut interrupted."""
    eraser = eraser_at(folders, disk, board, chip)
    keyring = Keyring.open(folders.keyring, eraser, disk=disk)
    eraser.wipe_others(keyring.generation)
    keyring.clean()
    return keyring, eraser


@dataclass
class Truth:
    """What was promised, and what is on its way and may be there or not."""

    entries: dict[str, RecordingEntry] = field(default_factory=dict)
    private: dict[str, bytes] = field(default_factory=dict)
    erased: dict[str, bytes] = field(default_factory=dict)
    changing: dict[str, RecordingEntry] = field(default_factory=dict)
    leaving: tuple[str, ...] = ()

    def check(self, keyring: Keyring) -> None:
        """Hold a keyring that was just opened against it."""
        there = {rid: RecordingEntry() for rid in keyring.unused()} | dict(keyring.taken_up())
        assert keyring.lost_shards == 0
        assert not self.erased.keys() & there.keys(), "an erased key came back"
        gone = self.entries.keys() - there.keys()
        assert gone in (set(), set(self.leaving)), "keys were lost, or half a batch"
        for rid in self.entries.keys() - gone:
            assert keyring.private(rid) == self.private[rid]
            allowed = [self.entries[rid], self.changing.get(rid, self.entries[rid])]
            assert there[rid] in allowed, "an entry was lost"


@dataclass
class History:
    """A keyring in a folder, and what happens to it."""

    folders: Folders
    disk: Disk
    chance: random.Random
    truth: Truth = field(default_factory=Truth)
    seen: Callable[[], None] = lambda: None
    board: bytes | None = None
    largest: int = 9
    chip: EmulatedChip | None = None

    def __post_init__(self) -> None:
        self.eraser = eraser_at(self.folders, self.disk, self.board, self.chip)
        self.keyring = Keyring.create(self.folders.keyring, self.eraser, content(), disk=self.disk)
        self.refill()

    def live(self, acts: int) -> None:
        """Let so many things happen."""
        kinds = (self.take_up, self.take_up, self.hold, self.erase, self.refill, self.restart)
        for _ in range(acts):
            self.chance.choice(kinds)()
            self.seen()

    def refill(self) -> None:
        """Make keys."""
        for rid in self.keyring.refill(self.chance.randint(1, self.largest)):
            self.truth.entries[rid] = RecordingEntry()
            self.truth.private[rid] = self.keyring.private(rid)

    def take_up(self) -> None:
        """Note due days of some that were unused."""
        self._change(self._some(taken_up=False), due_day=DAY + self.chance.randint(0, 90))

    def hold(self) -> None:
        """Hold some, or release them; some lose purposes at the same time, or get a note."""
        some, drawn = self._some(taken_up=True)[:2], self.chance.random()
        ended = int(drawn * 8)
        day = DAY + ended if ended else None
        note = int(drawn * 16) % 2 == 1
        self._change(some, held=drawn < 0.3, ended_purposes=ended, ended_day=day, has_note=note)

    def erase(self) -> None:
        """Erase some of those that nothing holds, and finish it."""
        some = [r for r in self._some(taken_up=True) if not self.truth.entries[r].held]
        self.truth.leaving = tuple(some)
        self.keyring.erase(some)
        for rid in some:
            self.truth.erased[rid] = self.truth.private.pop(rid)
            del self.truth.entries[rid]
        self.truth.leaving = ()
        self.seen()
        self.eraser.wipe_others(self.keyring.generation)
        self.keyring.clean()

    def restart(self) -> None:
        """Open it afresh."""
        self.keyring, self.eraser = boot(self.folders, self.disk, self.board, self.chip)
        self.truth.check(self.keyring)

    def _some(self, *, taken_up: bool) -> list[str]:
        fitting = [r for r, e in self.truth.entries.items() if (e.due_day is not None) is taken_up]
        return self.chance.sample(fitting, min(len(fitting), self.chance.randint(1, 6)))

    def _change(self, rids: list[str], **fields: object) -> None:
        fresh = {rid: structs.replace(self.truth.entries[rid], **fields) for rid in rids}
        self.truth.changing = fresh
        assert self.keyring.change(rids, lambda rid, _: fresh[rid]) == set(rids)
        self.truth.entries.update(fresh)
        self.truth.changing = {}


def begin(
    folder: Path,
    disk: Disk,
    seed: int,
    board: bytes | None = None,
    chip: EmulatedChip | None = None,
) -> History:
    """Begin a history in an empty folder."""
    return History(Folders(folder), disk, random.Random(seed), board=board, chip=chip)
