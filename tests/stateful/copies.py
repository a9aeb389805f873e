"""Say what a copy must hold, and hold medium and restored boxes against it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import day_of
from appliance.config.folders import Folders
from appliance.keeper.audit.check import check
from appliance.keeper.audit.lines import readable
from appliance.keeper.backup.checking import check_backup
from appliance.keeper.backup.medium import FOLDER
from appliance.keeper.backup.opened import OpenedBackup, open_backup
from appliance.keeper.backup.restore import restore
from appliance.keeper.backup.wanted import RestoreWishes
from appliance.keeper.service import Keeper
from appliance.keeper.time.chip import Boot
from appliance.link.requests.calls import CallList, ListCalls
from appliance.link.requests.login import LogIn
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.keys import read_by_sheet, read_sheet
from appliance.vault.opening.shard import open_shard
from appliance.vault.opening.unseal import Reader
from tests.boxes import CHEAP
from tests.keeper.boxes import OWNER
from tests.keeper.chips import NO_CHIP
from tests.proofs import prove_here
from tests.stateful.agreement import keys_in, keys_of, nothing_opens, take_note
from tests.stateful.box import Box, sound_of
from tests.stateful.clock import LyingClock
from tests.stateful.dictionary import Call

FRESH = "four green lanterns overhead"
"""The owner's password in a restored box."""


@dataclass(frozen=True)
class Copied:
    """What was to be copied, at the moment at which it was."""

    number: int
    entries: dict[str, RecordingEntry]
    """Recording -> what the box knew of it; the comparison after each step vouches for that."""
    people: frozenset[str]


def note_copy(box: Box) -> Copied:
    """Return what a copy that was made just now must hold."""
    take_note(box)
    keyring, office = box.opened.keyring, box.office
    entries = {call.rid: keyring.entry(call.rid) for call in office.living}
    return Copied(number_on(box.stick), entries, frozenset(office.people))


def number_on(stick: Path) -> int:
    """Return the number of the copy in force."""
    return check_backup(stick).number


# -- the medium --------------------------------------------------------------------------------


@contextmanager
def opened(box: Box, stick: Path) -> Iterator[OpenedBackup]:
    """Open the copy in force with the sheet."""
    backup = open_backup(stick, read_sheet(box.sheet))
    try:
        yield backup
    finally:
        backup.close()


def medium_agrees(box: Box, stick: Path, copied: Copied, *, finished: bool) -> None:
    """Compare the medium with what was copied; once finished, it holds nothing else.

    Args:
        box: whose copy it is.
        stick: the medium's folder.
        copied: what the copy in force must hold.
        finished: False after a cut: more may lie there.
    """
    found = check_backup(stick)
    assert (found.number, found.bad) == (copied.number, ())
    lying = {path.name for path in (stick / FOLDER / "rec").iterdir()}
    with opened(box, stick) as backup:
        assert backup.manifest.recordings.keys() == copied.entries.keys()
        keys = {key for keys in _shards_of(backup) for key in keys}
    if finished:
        assert lying == copied.entries.keys()
        assert [path.name for path in (stick / FOLDER).glob("copy-*")] == [f"copy-{found.number}"]
        for call in box.office.calls.values():
            if call.gone and call.rid not in copied.entries:
                nothing_opens(call, keys)


def _shards_of(backup: OpenedBackup) -> Iterator[list[bytes]]:
    for sid, key in backup.content.shards.items():
        raw = backup.shards[f"{sid.hex()}.{key.generation}.0"]
        yield list(keys_of(open_shard(key.key, sid, key.generation, raw)))


# -- a box that is made of it ------------------------------------------------------------------


def restored_agrees(box: Box, stick: Path, copied: Copied, folder: Path) -> None:
    """Lose the box, restore the medium onto another one, and compare that.

    The person names by their certificates everything that was erased since, and the true day.
    """
    calls, today = box.office.calls, day_of(box.clock.true)
    erased = {rid for rid in copied.entries if calls[rid].state == "erased"}
    due = {rid for rid, one in copied.entries.items() if one.due(today)} - erased
    back = copied.entries.keys() - erased - due
    certified = frozenset(rid for rid, call in calls.items() if call.state == "erased")

    folders, clock = Folders(folder / "data"), LyingClock()
    clock.true = box.clock.true
    wanted = RestoreWishes(OWNER, FRESH, today, erased=certified, cost=CHEAP)
    with opened(box, stick) as backup:
        done = restore(backup, folders, box.config, wanted, clock)
    assert (done.bad, done.bad_papers, done.lost_keys) == ((), (), 0)
    assert (done.erased, done.due, done.recordings) == (len(erased), len(due), len(back))
    assert set(done.without_password) == copied.people - {OWNER}
    assert {path.name for path in folders.recordings.iterdir()} == back
    keys = keys_in(folders)
    for call in calls.values():
        if call.rid not in back:
            nothing_opens(call, keys)
    _starts(box, folders, clock, {rid: copied.entries[rid] for rid in back}, erased | due)


def _starts(
    box: Box,
    folders: Folders,
    clock: LyingClock,
    back: dict[str, RecordingEntry],
    left: set[str],
) -> None:
    """Start a keeper on the restored folder; everything but what was left opens with the sheet."""
    keeper = Keeper(box.config, folders, clock, cost=CHEAP, boot=Boot("b0ffff", NO_CHIP))
    keeper._box.prove = prove_here
    keeper.open()
    try:
        assert keeper.box is not None
        keyring = keeper.box.keyring
        content = keyring.content
        reading = read_by_sheet(read_sheet(box.sheet), content.sheet.sealed, content.vault_id)
        assert {rid for rid, _ in keyring.taken_up()} == back.keys()
        for rid, was in back.items():
            call, entry = box.office.calls[rid], keyring.entry(rid)
            assert (entry.held, entry.restricted) == (was.held, was.restricted)
            assert (entry.due_day, entry.call) == (was.due_day, was.call)
            with Reader.open(folders.recordings / rid, reading, keyring.private(rid)) as reader:
                assert sound_of(reader) == call.digest
        audit = check(folders.audit, keeper.box.audit.public_key, keyring.anchor)
        assert audit.sound, audit.problem
        gone = {e.rid for e, _ in readable(folders.audit) if e.type == "erased" and e.rid}
        assert gone >= left
        assert not gone & back.keys()
        _listed(keeper, [box.office.calls[rid] for rid in back])
    finally:
        keeper.close()


def _listed(keeper: Keeper, back: list[Call]) -> None:
    """Log the owner in with the new password: the list shows the calls that came back."""
    session = keeper.handle(LogIn(OWNER, FRESH))
    found = keeper.handle(ListCalls(per_page=200), session.token)  # type: ignore[union-attr]
    assert isinstance(found, CallList)
    assert found.unreadable == ()
    assert found.total == len({call.call for call in back})
    assert {one.recording for one in found.calls} <= {call.rid for call in back}
