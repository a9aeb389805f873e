"""Draw the history of a device, and keep each file that leaves it with what it rests on."""

import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from appliance.clock import DAY
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.keeper.audit.heads import head_days, read_head
from appliance.keeper.audit.lines import months, readable
from appliance.keeper.first_run.create import make_eraser, open_audit
from appliance.link.requests.calls import ExportCall, Recipient
from appliance.vault.audit.entries import AuditEntry
from appliance.vault.certificate import read_certificate
from appliance.vault.opening.keyring import Keyring
from appliance.vault.proof import read_proof
from tests.files import whole_file
from tests.keeper.office import OFFICER, LateClock, Office
from tests.keeper.recordings.certified.orders import erase, file, settle
from tests.samples import PAPER
from tests.security.evidence.test_s28_one_story_of_one_device import (
    call,
    end_day,
    kept_head,
    take,
)
from tests.security.evidence.test_s29_a_stamp_from_outside import StampedOffice
from tests.vault.audit.stamped import StampAuthority

MAIN, CLONE = "main", "clone"
BACK = 30 * DAY
"""So far the clock is put back."""


@dataclass(frozen=True)
class Kept:
    """A file that somebody kept."""

    path: Path
    kind: str  # proof, certificate, head or log
    branch: str
    rests_on: int
    """The newest entry that it names; of a log, its last one."""
    answered_by: int
    """With the log up to this entry everything that it names is in the log."""
    doubtful: bool = False
    """The clock was put back before it was made."""


@dataclass
class History:
    """A device, perhaps a clone of its folder, and all that left it."""

    office: Office
    stamps: StampedOffice
    folder: Path
    seed: int
    draw: random.Random
    kept: list[Kept] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)  # that are not erased
    erased: list[str] = field(default_factory=list)
    branch: str = MAIN
    fork: int = 0
    """The last entry that device and clone have in common; 0: there is no clone."""
    put_back: bool = False
    late_calls: set[str] = field(default_factory=set)
    """Recordings of calls that were made once the clock was put back."""

    @property
    def roots(self) -> Path:
        """Return the certificate of the authority."""
        return self.stamps.authority.roots

    def named(self) -> list[tuple[AuditEntry, str]]:
        """Return the log's entries with their hashes."""
        return list(readable(self.office.folders.audit))

    def _path(self, kind: str) -> Path:
        return self.folder / f"{len(self.kept):02d}-{self.branch}-{kind}"

    def _keep(self, path: Path, kind: str, rests_on: int, answered_by: int) -> None:
        one = Kept(path, kind, self.branch, rests_on, answered_by, self.put_back)
        self.kept.append(one)

    # -- what happens ------------------------------------------------------------------------------

    def called(self) -> None:
        """Record a call."""
        self.office.clock.advance(60)
        self.calls.append(call(self.office))
        self.late_calls |= {self.calls[-1]} if self.put_back else set()

    def proved(self) -> None:
        """Hand a proof out."""
        if self.calls:
            self.prove(self.draw.choice(self.calls), self.draw.choice(list(Recipient)))

    def prove(self, rid: str, recipient: Recipient) -> None:
        """Hand out the proof of a recording to somebody."""
        path = self._path("proof")
        take(self.office, rid, path, recipient)
        seqs = {digest: entry.seq for entry, digest in self.named()}
        newest = seqs[read_proof(path.read_bytes()).annex.audit_hash]
        self._keep(path, "proof", newest, self.office.audit.newest[0])

    def copied(self) -> None:
        """Hand a copy out; every second for an authority is silenced."""
        if not self.calls:
            return
        rid, kind = self.draw.choice(self.calls), self.draw.choice(list(Recipient))
        paper = PAPER if kind is Recipient.AUTHORITY else {}
        silent = (
            {"silent_until": self._in_three_months()} if paper and self.draw.random() < 0.5 else {}
        )
        said: dict[str, Any] = {"words": "Anna", **paper, **silent}
        whole_file(self.office.answer(ExportCall(rid, recipient=kind, **said)))

    def _in_three_months(self) -> str:
        return time.strftime("%Y-%m-%d", time.gmtime(self.office.clock.now() + 90 * DAY))

    def listened(self) -> None:
        """Put on record that somebody listened."""
        if self.calls:
            rid = self.draw.choice(self.calls)
            self.office.audit.append("played", OFFICER.actor, rid, detail="for.training")

    def gone(self) -> None:
        """Erase one call, or two by one order, and take out the certificates."""
        if not self.calls or self.put_back:
            return
        self.draw.shuffle(self.calls)
        count = self.draw.choice([1, min(2, len(self.calls))])
        rids, self.calls = self.calls[:count], self.calls[count:]
        erase(self.office, *rids)
        settle(self.office)
        self.erased += rids
        self.certified()

    def certified(self) -> None:
        """Take out the certificates of an erasure."""
        if not self.erased:
            return
        rid = self.draw.choice(self.erased)
        for reader in ("caller", "office"):
            path = self._path("certificate")
            path.write_bytes(file(self.office, rid, reader))
            read = read_certificate(path.read_bytes())
            said = "certified", read.certificate.id, f"to.{reader}"
            entries = [entry for entry, _ in self.named()]
            seqs = [one.seq for one in entries if (one.type, one.case, one.detail) == said]
            head = read.head.seq if read.head is not None else 0
            self._keep(path, "certificate", max(seqs[0], head), max(seqs[-1], head))

    def day_ended(self) -> None:
        """Let a day end; somebody outside keeps its head."""
        day = self.office.audit.day
        end_day(self.office)
        self.office.confirm()
        self.office.records.sweep()
        self.head_kept(day)

    def head_kept(self, day: str) -> None:
        """Keep a head as somebody outside does."""
        if (head := read_head(self.office.folders.audit, day)) is not None:
            path = kept_head(self.office, day, self._path("head"))
            self._keep(path, "head", head.seq, head.seq)

    def stamped(self) -> None:
        """Have the head of the day stamped as it ends; only a day of the authority's can be."""
        if self.office.audit.day not in self._real_days() or self.branch == CLONE:
            return
        self.head_kept(self.stamps.stamp())

    def _real_days(self) -> set[str]:
        return {time.strftime("%Y-%m-%d", time.gmtime(time.time() - DAY * ago)) for ago in (0, 1)}

    def log_kept(self) -> None:
        """Keep a copy of the log, or one that is cut off behind an entry."""
        newest = self.office.audit.newest[0]
        until = self.draw.choice([newest, newest, self.draw.randint(1, newest)])
        path = self._path("log")
        shutil.copytree(self.office.folders.audit, path)
        for log in months(path):
            lines = log.read_bytes().splitlines(keepends=True)
            log.write_bytes(b"".join(lines[: max(0, until - _first(lines) + 1)]))
        for day in head_days(path):
            head = read_head(path, day)
            if head is None or head.seq > until:
                (path / "heads" / f"{day}.json").unlink()
        self._keep(path, "log", until, until)

    def clock_back(self) -> None:
        """Put the clock back under the keeper."""
        self.office.clock.advance(-BACK)
        self.put_back = True


def _first(lines: list[bytes]) -> int:
    """Return the number of the first of some lines."""
    return int(lines[0].split(b",", 1)[0].removeprefix(b'{"seq":')) if lines else 1


ACTS: dict[str, tuple[int, Callable[[History], None]]] = {
    "call": (3, History.called),
    "copy": (2, History.copied),
    "listen": (1, History.listened),
    "proof": (4, History.proved),
    "erase": (2, History.gone),
    "certificate": (1, History.certified),
    "day": (2, History.day_ended),
    "log": (2, History.log_kept),
}
"""What happens, and how often."""

WAYS = ("honest", "stamped", "cloned", "put back")
"""How a history ends."""


def history(folder: Path, authority: StampAuthority, seed: int) -> History:
    """Draw a history.

    Args:
        folder: for the device and all that leaves it.
        authority: whose stamps it asks for.
        seed: decides everything.
    """
    draw, way = random.Random(seed), WAYS[seed % len(WAYS)]
    one = StampedOffice(folder / "box", authority, qualified=bool(seed % 3))
    (folder / "kept").mkdir()
    told = History(one.office, one, folder / "kept", seed, draw)
    if way == "stamped":
        one.to_yesterday()
        one.office.confirm()
        told.stamped()
    told.called()
    _acts(told, 8)
    if way == "stamped":
        told.stamped()
        told.proved()
        told.certified()
    elif way == "cloned":
        _cloned(told, folder / "clone")
    elif way == "put back":
        told.clock_back()
        told.called()
        _acts(told, 4)
    for _ in range(2):
        told.called()
        told.prove(told.calls[-1], Recipient.OFFICE)
    told.log_kept()
    told.office.close()
    return told


def _acts(told: History, count: int) -> None:
    kinds = [act for often, act in ACTS.values() for _ in range(often)]
    for _ in range(count):
        told.draw.choice(kinds)(told)


def _cloned(told: History, data: Path) -> None:
    """Copy the folder; the device goes on, and so does its clone, from the same moment."""
    office = told.office
    office.audit.sign_head()
    told.fork = office.audit.newest[0]
    shutil.copytree(office.folders.data, data, ignore=shutil.ignore_patterns("run"))
    at, calls, erased = office.clock.now(), list(told.calls), list(told.erased)
    office.audit.append("viewed", OFFICER.actor)
    _acts(told, 4)
    told.day_ended()
    told.log_kept()
    office.close()
    folders, clock = Folders(data), LateClock(at)
    config = replace(trial(), vault=replace(trial().vault, pool_ahead=12))
    eraser = make_eraser(folders, config)
    keyring = Keyring.open(folders.keyring, eraser)
    audit = open_audit(folders, keyring, clock)
    clone = Office(folders, clock, keyring, eraser, audit, office.sheet, office.boot)
    # Its next call has an id of its own, and takes a key that the device took, too.
    clone.sounds |= {f"of {MAIN}: {rid}": sound for rid, sound in office.sounds.items()}
    clone.confirm()
    clone.unlock()
    told.office, told.branch = clone, CLONE
    told.calls, told.erased = calls, erased
    clone.audit.append("logged_out", OFFICER.actor)
    _acts(told, 4)
    told.proved()
    told.day_ended()
