"""A list of those who speak is kept sealed; nobody vouches for one that has changed."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.clock import DAY
from appliance.errors import VaultError
from appliance.keeper.recordings.speakers.vouches import ENDED, end_restored
from appliance.link.requests.papers.speakers import (
    RemoveSpeaker,
    VouchSpeakers,
)
from appliance.model.limits import LONGEST_NAME
from appliance.model.rule import MOST_SPEAKERS
from appliance.vault.disk import Disk
from tests.keeper.boxes import OWNER, KeeperBox
from tests.keeper.recordings.speakers.asked import LINE, add, shown, told, vouch, written
from tests.keeper.settings.changing import Office
from tests.model.refusals import refuses


def acts(box: KeeperBox) -> list[str]:
    """Return what was done; who looked is left out."""
    return [each for each in box.acts() if each not in {"viewed", "keys_renewed"}]


def day_ahead(box: KeeperBox, days: int) -> str:
    return datetime.fromtimestamp(box.clock.now() + days * DAY, UTC).date().isoformat()


def test_an_administrator_vouches_by_name_and_day(box: KeeperBox, token: str) -> None:
    assert told(box) == {}
    assert shown(box, token).state == "open"
    add(box, token, "Jörg Müller")
    listed = add(box, token, "Anna Nowak")
    assert [one.name for one in listed.people] == ["Anna Nowak", "Jörg Müller"]
    assert (listed.state, told(box)) == ("open", {})

    done = vouch(box, token)
    assert (done.state, done.by, told(box)) == ("vouched", OWNER, {LINE: 2})
    assert acts(box)[-3:] == ["speaker_added", "speaker_added", "speakers_vouched"]
    entry = box.newest()
    assert entry.sha256 == written(box).lines[LINE].sealed.digest
    assert box.sound_audit()


def test_names_stand_nowhere_in_clear(box: KeeperBox, token: str) -> None:
    add(box, token, "Quirin Zschoche")
    vouch(box, token)
    box.keeper.close()
    for path in box.folders.data.rglob("*"):
        if path.is_file():
            assert b"Zschoche" not in path.read_bytes(), path
    box.keeper.open()


def test_whatever_changes_ends_it_until_somebody_vouches_anew(box: KeeperBox, token: str) -> None:
    add(box, token, "Anna")
    vouch(box, token)
    add(box, token, "Bert")
    assert (shown(box, token).state, told(box)) == ("open", {})
    vouch(box, token)
    box.ask(RemoveSpeaker(line=LINE, person_name="Anna"), token)
    assert (shown(box, token).state, told(box)) == ("open", {})
    assert acts(box)[-2:] == ["speaker_removed", ENDED]
    vouch(box, token)
    assert told(box) == {LINE: 1}
    box.ask(RemoveSpeaker(line=LINE, person_name="Bert"), token)
    assert (shown(box, token).people, told(box)) == ((), {})
    with refuses("speakers_none"):
        vouch(box, token)


def test_two_tabs(box: KeeperBox, token: str) -> None:
    """One reads the list, the other changes it: what was read is not what is vouched for."""
    add(box, token, "Anna")
    mark, other = shown(box, token).mark, box.log_in("Olga")
    add(box, other, "Bert")
    with refuses("speakers_changed"):
        box.ask(VouchSpeakers(line=LINE, mark=mark), token)
    assert told(box) == {}
    box.ask(RemoveSpeaker(line=LINE, person_name="Bert"), other)
    with refuses("speakers_changed"):
        box.ask(VouchSpeakers(line=LINE, mark=mark), token)
    assert vouch(box, token).state == "vouched"


def test_a_consent_of_a_day_to_come_waits(box: KeeperBox, token: str) -> None:
    add(box, token, "Anna", day_ahead(box, 3))
    assert vouch(box, token).state == "later"
    box.clock.advance(4 * DAY)
    again = box.log_in()
    assert shown(box, again).state == "vouched"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name_length"),
        ("   ", "name_length"),
        ("x" * 10_000, "name_length"),
        ("x" * (LONGEST_NAME + 1), "name_length"),
        ("Anna\nNowak", "name_length"),
        ("Anna\x00", "name_length"),
        ("Anna\u202egnp", "name_length"),
        ("\u2066Anna\u2069", "name_length"),
        ("Anna\u200b", "name_length"),
        ("Anna\x1b[31m", "name_length"),
    ],
)
def test_hostile_names(box: KeeperBox, token: str, name: str, code: str) -> None:
    before = box.acts()
    with refuses(code):
        add(box, token, name)
    assert shown(box, token).people == ()
    assert "speaker_added" not in box.acts()[len(before) :]


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("9999-12-31", "speaker_day_far"),
        ("2029-01-01", "speaker_day_far"),
        ("2026-02-30", "no_day"),
        ("1969-12-31", "no_day"),
        ("0001-01-01", "no_day"),
        ("", "no_day"),
        ("morgen", "no_day"),
        ("10000-01-01", "no_day"),
        ("２０２６-01-01", "no_day"),
        ("2026-01-01T00:00", "no_day"),
        ("9" * 10_000, "no_day"),
    ],
)
def test_hostile_days(box: KeeperBox, token: str, day: str, code: str) -> None:
    with refuses(code):
        add(box, token, "Anna", day)
    assert shown(box, token).people == ()


def test_the_same_person_twice(box: KeeperBox, token: str) -> None:
    add(box, token, "Anna Nowak")
    for again in ("Anna Nowak", " anna  nowak ", "ANNA NOWAK"):
        with refuses("speaker_there"):
            add(box, token, again)
    assert len(add(box, token, "Anna Nowak (Lager)").people) == 2
    add(box, token, "Jos\u00e9")
    with refuses("speaker_there"):
        add(box, token, "Jose\u0301")


def test_a_list_has_an_end(box: KeeperBox, token: str) -> None:
    for number in range(MOST_SPEAKERS):
        add(box, token, f"Person {number}")
    with refuses("speakers_full"):
        add(box, token, "One more")
    assert vouch(box, token).state == "vouched"


def test_long_names_have_an_end_before_that(box: KeeperBox, token: str) -> None:
    with refuses("speakers_full"):
        for number in range(MOST_SPEAKERS):
            add(box, token, f"{number:02}" + "\U0001d11e" * (LONGEST_NAME - 2))
    assert vouch(box, token).state == "vouched"


def test_lines_and_countries_that_are_gone(box: KeeperBox, token: str) -> None:
    with refuses("no_line"):
        add(box, token, "Anna", line="Elsewhere")
    add(box, token, "Anna")
    vouch(box, token)
    office = Office(box, token)

    values = office.values()
    values["line"][0]["name"] = "Empfang"
    assert office.change(values).mistakes == ()
    assert told(box) == {}
    gone = shown(box, token)
    assert (gone.known, gone.state, len(gone.people)) == (False, "open", 1)
    assert shown(box, token, "Empfang").people == ()
    with refuses("no_line"):
        vouch(box, token)
    values["line"][0]["name"] = LINE
    office.change(values)
    assert (shown(box, token).state, told(box)) == ("open", {}), "who vouched saw another world"

    vouch(box, token)
    values["office"]["country"] = "AT"
    assert office.change(values).mistakes == ()
    assert told(box) == {}
    with refuses("speakers_unwanted"):
        vouch(box, token)
    values["office"]["country"] = "DE"
    office.change(values)
    assert told(box) == {}, "nobody kept the list meanwhile"
    assert box.acts().count(ENDED) == 2


def test_the_recorder_is_told_again_at_a_start_and_by_the_chore(box: KeeperBox, token: str) -> None:
    add(box, token, "Anna")
    vouch(box, token)
    box.folders.speakers.unlink()
    box.restart()
    assert told(box) == {LINE: 1}
    box.folders.speakers.unlink()
    assert box.keeper.box is not None
    box.keeper.box.records.recordings.speakers.publish()
    assert told(box) == {LINE: 1}


def test_settings_that_changed_while_the_keeper_was_away(box: KeeperBox, token: str) -> None:
    """Root edits the configuration of a box that has no version of its own yet."""
    add(box, token, "Anna")
    vouch(box, token)
    box.config = replace(box.config, office=replace(box.config.office, country="PL"))
    box.restart()
    assert told(box) == {}


def test_an_older_file_that_somebody_put_back_does_not_stay(box: KeeperBox, token: str) -> None:
    """The recorder is told by a file, and root may write it while the keeper runs."""
    add(box, token, "Anna")
    vouch(box, token)
    older = box.folders.speakers.read_bytes()
    box.ask(RemoveSpeaker(line=LINE, person_name="Anna"), token)
    assert box.keeper.box is not None
    for wrong in (older, b"", b"{}", b"\x00" * (2 << 20)):
        box.folders.speakers.write_bytes(wrong)
        box.keeper.box.records.recordings.speakers.publish()
        assert told(box) == {}
    before = box.folders.speakers.stat()
    box.keeper.box.records.recordings.speakers.publish()
    assert box.folders.speakers.stat() == before, "what is right is written once"


class DeadDisk(Disk):
    def replace(self, *args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")


def test_a_full_disk_vouches_for_nobody(
    box: KeeperBox, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert box.keeper.box is not None
    lists = box.keeper.box.records.recordings.speakers
    add(box, token, "Anna")
    monkeypatch.setattr(lists, "_disk", DeadDisk())
    with pytest.raises(VaultError):
        add(box, token, "Bert")
    monkeypatch.undo()
    assert [one.name for one in shown(box, token).people] == ["Anna"]
    assert acts(box)[-1] == "failed"
    vouch(box, token)
    monkeypatch.setattr(lists, "_disk", DeadDisk())
    with pytest.raises(VaultError):
        box.ask(RemoveSpeaker(line=LINE, person_name="Anna"), token)
    assert acts(box)[-2:] == ["failed", "failed"], "the act, and the end that hangs on it"


def test_a_restored_backup_vouches_for_nobody(box: KeeperBox, token: str) -> None:
    """Who left or withdrew after the backup is on its list again."""
    add(box, token, "Anna")
    vouch(box, token)
    assert box.keeper.box is not None
    base = box.keeper.box
    end_restored(base.records.ledger, base.audit, 20_000)
    assert base.records.ledger.speakers().lists[LINE].vouch == ""
    assert (box.newest().type, box.newest().detail) == (ENDED, "restored")
    base.records.recordings.speakers.publish()
    assert told(box) == {}
    assert [one.name for one in shown(box, token).people] == ["Anna"]


def test_what_nobody_needs_any_more_is_forgotten(box: KeeperBox, token: str) -> None:
    """No recording is here that could have been made under the list: its names go."""
    add(box, token, "Anna")
    vouch(box, token)
    add(box, token, "Bert")
    assert box.keeper.box is not None
    records = box.keeper.box.records
    assert len(records.ledger.speakers().vouches) == 1
    case = next(iter(records.ledger.speakers().vouches))
    records.recordings.words.sweep(None)
    assert case in box.keeper.box.keyring.content.cases, "it is kept as long as it is named"
    records.sweep()
    assert records.ledger.speakers().vouches == {}
    assert case not in box.keeper.box.keyring.content.cases
    assert [one.name for one in shown(box, token).people] == ["Anna", "Bert"]


def test_locked_it_shows_no_names(box: KeeperBox, token: str) -> None:
    add(box, token, "Anna")
    vouch(box, token)
    assert box.keeper.box is not None
    box.keeper.box.records.lock()
    seen = box.keeper.box.records.recordings.speakers.all().lines[0]
    assert (seen.people, seen.readable, seen.by, seen.state) == ((), "locked", "", "vouched")
    assert "Anna" not in json.dumps(str(seen))
