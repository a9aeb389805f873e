"""A box that begins anew from its backup goes on with its stamps; none is made twice."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.clock import DAY
from appliance.commands.main import zgoda
from appliance.config.folders import Folders
from appliance.keeper.audit.lines import newest_of, readable
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.stamps import day_word, kept_on, stamp_days, stamps_folder
from appliance.keeper.backup.snapshot import Snapshot, take
from appliance.link.requests.calls import Recipient
from appliance.link.requests.proof import GetProof
from appliance.link.requests.time import ConfirmTime
from appliance.model.records import AuditPlace
from appliance.vault.audit.stamps import read_stamp
from appliance.vault.opening.keyring import Keyring
from tests.keeper.backup.copies import backed_up_box, backups
from tests.keeper.backup.restored import FRESH, begin_again, new_keeper
from tests.keeper.boxes import OWNER
from tests.keeper.stamps.stamped_box import StampedBox
from tests.tree import contents
from tests.vault.audit.stamped import StampAuthority
from tests.web.conftest import Panel


class Restored:
    """A box whose heads are stamped, and the one that begins anew from its backup."""

    def __init__(self, folder: Path, authority: StampAuthority) -> None:
        box, self.medium = backed_up_box(folder)
        self.folder, self.old = folder, StampedBox(box, authority)
        self.old.name()
        box.clock.advance(time.time() - 3 * DAY - box.clock.now())  # the authority has its own time
        self.old.audit.append("viewed", "nobody")

    def days(self, count: int, one: StampedBox | None = None) -> None:
        """Let days end, and have each stamped."""
        for _ in range(count):
            (one or self.old).next_day()
            (one or self.old).stamp()

    def begin_again(self) -> StampedBox:
        """Lose the first box, and restore the backup into a new folder."""
        box = self.old.box
        box.keeper.close()
        begin_again(box, self.medium, self.folder / "new")
        box = new_keeper(box, self.folder / "new")
        token = box.log_in(OWNER, FRESH)
        told = ConfirmTime(at=box.clock.now(), uptime=box.clock.monotonic(), password=FRESH)
        box.ask(told, token)
        new = StampedBox(box, self.old.authority)
        new.name()
        return new


@pytest.fixture
def one(tmp_path: Path, authority: StampAuthority) -> Iterator[Restored]:
    made = Restored(tmp_path, authority)
    yield made
    made.old.box.keeper.close()


def record(one: StampedBox) -> str:
    """Record a call that ends now, as a recorder does that was told the entry before it."""
    panel = Panel(one.box, None, None)  # type: ignore[arg-type]  # nobody looks at it
    return panel.record(after=one.audit.before_calls)


def proof(one: StampedBox, rid: str, file: Path) -> Path:
    token = one.box.log_in(OWNER, FRESH)
    answer = one.box.keeper.handle(GetProof(rid, Recipient.OFFICE), token)
    file.write_bytes(answer[1])  # type: ignore[index]
    return file


def verify(*words: Path | str) -> tuple[int, set[str]]:
    done = CliRunner().invoke(zgoda, ["verify-proof", *map(str, words), "--json"])
    assert "Traceback" not in done.output
    return done.exit_code, {one["code"] for one in json.loads(done.output)["evidence"]}


def stamped(one: StampedBox) -> list[str | None]:
    """Return the days that the log calls stamped, in its order."""
    entries = (entry for entry, _ in readable(one.box.folders.audit))
    return [entry.detail for entry in entries if entry.type == "stamped"]


def each_stamp_is_over_its_head(one: StampedBox) -> None:
    audit = one.audit.folder
    named = {e.sha256: e.detail for e, _ in readable(audit) if e.type == "stamped"}
    for day in stamp_days(audit):
        kept = kept_on(audit, day)
        assert kept is not None
        stamp = read_stamp(kept)
        assert stamp.is_over(one.head(day)), day
        assert named[stamp.digest] == day_word(day), day


def test_stamps_verify_there_and_the_next_call_goes_on_from_the_newest(
    one: Restored, tmp_path: Path
) -> None:
    one.days(3)
    first = record(one.old)
    place, before = one.old.audit.before_calls, stamped(one.old)
    files = contents(stamps_folder(one.old.audit.folder))
    assert backups(one.old.box).run(), backups(one.old.box).seen().trouble
    new = one.begin_again()

    assert contents(stamps_folder(new.audit.folder)) == files
    assert (new.audit.before_calls, stamped(new)) == (place, before)
    assert new.take().address == "", "no day has ended since"
    second = record(new)
    day = new.audit.day
    one.days(1, new)
    assert stamped(new) == [*before, day_word(day)]
    each_stamp_is_over_its_head(new)
    assert new.box.sound_audit()
    told_of = [proof(new, rid, tmp_path / rid) for rid in (first, second)]
    for told in (told_of[:1], told_of[1:], told_of):
        log = "--audit", new.box.folders.audit
        rc, codes = verify(*told, "--authority", new.authority.roots, *log)
        assert rc == 0, codes
        assert codes >= {"witness_stamp", "stamp_after", "stamp_until", "between"}
    new.box.keeper.close()


def test_days_that_waited_for_their_stamp_are_stamped_by_the_new_box(one: Restored) -> None:
    one.days(1)
    waiting = [one.old.next_day() for _ in range(2)]
    before = stamped(one.old)
    assert backups(one.old.box).run(), backups(one.old.box).seen().trouble
    new = one.begin_again()
    for _ in waiting:
        new.stamp()
    assert new.take().address == ""
    assert stamped(new) == [*before, *map(day_word, waiting)]
    each_stamp_is_over_its_head(new)
    new.box.keeper.close()


@pytest.mark.parametrize("count", [1, 2])
def test_what_was_stamped_while_the_copy_was_written_is_named_in_the_new_box(
    one: Restored, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """The log is that of the copy's beginning; stamps of days before lie in it without a word."""
    one.days(1)
    waiting = [one.old.next_day() for _ in range(count)]
    before = stamped(one.old)

    def taking(folders: Folders, keyring: Keyring, audit: AuditLog) -> Snapshot:
        snapshot = take(folders, keyring, audit)
        for _ in waiting:
            one.old.stamp()
        return snapshot

    monkeypatch.setattr("appliance.keeper.backup.backups.take", taking)
    assert backups(one.old.box).run(), backups(one.old.box).seen().trouble
    new = one.begin_again()
    assert stamp_days(new.audit.folder)[-count:] == waiting
    assert stamped(new) == before
    assert new.take().address == "", "none is asked for again"
    assert stamped(new) == [*before, *map(day_word, waiting)]
    each_stamp_is_over_its_head(new)
    line = newest_of(new.audit.folder, "stamped", 1)
    assert line is not None
    assert new.audit.before_calls == AuditPlace(seq=line.entry.seq, hash=line.digest)
    new.box.keeper.close()


def test_a_day_that_went_on_behind_the_copy_is_stamped_by_the_new_box(one: Restored) -> None:
    """Head and stamp of the day of the copy are those of entries that the copy has not."""
    one.days(2)
    day = one.old.audit.day
    assert backups(one.old.box).run(), backups(one.old.box).seen().trouble
    one.old.audit.append("viewed", "nobody")
    one.days(1)
    assert kept_on(one.old.audit.folder, day) is not None
    new = one.begin_again()
    assert kept_on(new.audit.folder, day) is None
    new.next_day()
    new.stamp()
    assert stamped(new).count(day_word(day)) == 1
    each_stamp_is_over_its_head(new)
    new.box.keeper.close()
