"""Fetches of an update: how far they are, what ends them, and what is left of them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.card.update.story import Update
from appliance.clock import DAY, HOUR
from appliance.errors import Refused
from appliance.keeper.errands import PAUSES
from appliance.keeper.update import room
from appliance.keeper.update.fetches import GIVE_UP, MOST_ANEW, SLICE, SLOW
from appliance.link.requests.outside.update import StopFetch
from appliance.link.requests.processes.update import PIECE, BringPiece
from appliance.model.outside.update import TROUBLES
from appliance.model.release import VERSION
from tests.boxes import PASSWORD
from tests.keeper.boxes import set_up
from tests.keeper.desks import updates_of
from tests.keeper.update.fetched import ADDRESS, BUNDLE, NEWER, Fetched, as_card, described
from tests.model.refusals import refuses


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Fetched]:
    box = set_up(tmp_path / "data")
    yield Fetched(box, as_card(box, tmp_path / "card"))
    box.keeper.close()


def whole(one: Fetched) -> bytes | None:
    path = one.folder / room.WHOLE
    return path.read_bytes() if path.exists() else None


def later(one: Fetched, seconds: float) -> None:
    one.box.clock.advance(seconds)


def test_it_is_fetched_only_when_somebody_asks(one: Fetched) -> None:
    one.change()
    one.look()
    for _ in range(5):
        later(one, DAY)
        one.look()
        assert one.take().address == ""
    assert not one.folder.exists()


def test_a_fetch_goes_all_the_way(one: Fetched) -> None:
    one.set_up()
    errand = one.take()
    assert errand.address == f"https://updates.example/zgoda/zgoda-{NEWER}-arm64.raucb"
    assert (errand.size, errand.start, errand.end) == (len(BUNDLE), 0, len(BUNDLE))
    one.bring(errand)
    assert (one.state().fetching, one.state().checking) == (False, True)
    one.tell(errand)
    assert whole(one) is None, "nobody has compared it yet"
    assert one.state().checking
    one.fetches.check()

    assert whole(one) == BUNDLE
    seen = one.state()
    assert (seen.ready, seen.fetching, seen.checking, seen.why) == (NEWER, False, False, "")
    assert one.findings() == ["update.ready"]
    assert one.acts()[-3:] == [
        ("update_fetch_asked", None), ("update_fetching", None), ("update_fetched", None),
    ]  # fmt: skip
    one.fetches.tidy(VERSION)
    assert whole(one) == BUNDLE


def test_a_long_one_comes_in_several_errands(one: Fetched) -> None:
    """Between two of them mail goes out."""
    size = 2 * SLICE + 5
    one.set_up(described(size=size))
    first = one.take()
    assert (first.start, first.end) == (0, SLICE)
    one.bring(first, bytes(SLICE))
    one.tell(first)
    second = one.take()
    assert (second.start, second.end, second.tag) == (SLICE, 2 * SLICE, '"one"')


def test_after_each_cut_it_goes_on_where_it_was(one: Fetched) -> None:
    one.set_up()
    have = 0
    for cut in (SLOW, 100_000, PIECE, PIECE // 2):
        errand = one.take()
        assert (errand.start, errand.tag) == (have, '"one"' if have else "")
        one.bring(errand, upto=cut)
        one.tell(errand, "closed")
        have += cut
        assert one.state().have == have
    one.restart()
    assert one.state().fetching
    one.fetch()
    assert whole(one) == BUNDLE
    assert "update_fetch_failed" not in [type for type, _ in one.acts()]


def test_too_little_is_no_progress(one: Fetched) -> None:
    """A server that drips is asked ever more rarely, and given up in the end."""
    one.set_up()
    for pause in PAUSES:
        errand = one.take()
        one.bring(errand, upto=100)
        one.tell(errand, "late")
        assert one.state().why == "late"
        assert one.take().address == ""
        later(one, pause)
    one.ask_look()
    one.look()
    later(one, GIVE_UP)
    one.look()
    assert one.take().address == ""
    assert not one.state().fetching
    assert one.state().why == "late"
    assert not (one.folder / room.PART).exists()
    assert one.findings() == ["update.not_fetched"]


def test_what_was_fetched_and_is_not_the_described_file_is_removed(one: Fetched) -> None:
    one.set_up()
    one.fetch(bytes(len(BUNDLE)))
    assert whole(one) is None
    assert list(one.folder.iterdir()) == []
    assert (one.state().why, one.state().ready) == ("digest", "")
    assert one.acts()[-1] == ("update_fetch_failed", "why.digest")
    assert one.take().address == "", "it would come wrong again"
    one.ask_fetch()
    one.fetch()
    assert whole(one) == BUNDLE


@pytest.mark.parametrize("code", ["changed", "size"])
def test_a_part_of_another_file_is_begun_anew(one: Fetched, code: str) -> None:
    one.set_up()
    errand = one.take()
    one.bring(errand, upto=PIECE)
    one.tell(errand, code)
    assert one.state().have == 0
    later(one, PAUSES[0])
    again = one.take()
    assert (again.start, again.tag) == (0, "")


@pytest.mark.parametrize(
    "code", [code for code in TROUBLES if code not in {"digest", "full", "disk"}]
)
def test_each_trouble_is_tried_again_after_a_while(one: Fetched, code: str) -> None:
    one.set_up()
    errand = one.take()
    one.tell(errand, code)
    assert one.acts()[-1] == ("update_fetch_failed", f"why.{code}")
    assert one.take().address == ""
    later(one, PAUSES[0])
    assert one.take().address


def test_bytes_that_nobody_asked_for_are_refused(one: Fetched) -> None:
    one.set_up()
    errand = one.take()

    def bring(number: int, start: int, data: bytes, tag: str = '"one"') -> None:
        one.box.keeper.handle(BringPiece(number, start, tag), upload=data)

    for number, start, data, tag in [
        (errand.number + 1, 0, b"a", ""), (errand.number, 1, b"a", ""),
        (errand.number, -1, b"a", ""),
        (errand.number, 0, b"", ""), (errand.number, 0, b"a", 'x"\r\nHost: b'),
    ]:  # fmt: skip
        with pytest.raises(Refused) as refusal:
            bring(number, start, data, tag)
        assert refusal.value.code in {"no_errand", "not_asked_for"}
    one.bring(errand)
    with refuses("not_asked_for"):
        bring(errand.number, errand.end, b"one more")
    one.tell(errand)
    with refuses("no_errand"):
        bring(errand.number, 0, b"a")
    assert one.state().have == len(BUNDLE)


def test_a_look_takes_no_bytes(one: Fetched) -> None:
    one.change()
    errand = one.take()
    with refuses("no_errand"):
        one.box.keeper.handle(BringPiece(errand.number, 0, ""), upload=b"a")
    assert not one.folder.exists()


def leave(monkeypatch: pytest.MonkeyPatch, one: Fetched, spare: int) -> None:
    """Let so many bytes be spare on this disk, as it is."""
    seen = os.statvfs(one.box.folders.data)
    monkeypatch.setattr(room, "LEFT", seen.f_bavail * seen.f_frsize - spare)


def test_without_room_none_is_fetched(one: Fetched, monkeypatch: pytest.MonkeyPatch) -> None:
    one.change()
    one.look()
    leave(monkeypatch, one, -(2**30))
    with pytest.raises(Refused) as refusal:
        one.ask_fetch()
    assert refusal.value.code == "no_room"
    assert one.acts()[-1][0] == "update_seen"


def test_room_that_goes_under_way_ends_it_and_gives_the_room_back(
    one: Fetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    one.set_up()
    errand = one.take()
    one.bring(errand, upto=PIECE)
    leave(monkeypatch, one, -(2**30))
    with pytest.raises(Refused) as refusal:
        one.box.keeper.handle(BringPiece(errand.number, PIECE, ""), upload=b"a")
    assert refusal.value.code == "not_kept"
    one.tell(errand, "full")
    assert list(one.folder.iterdir()) == []
    assert (one.state().why, one.state().fetching) == ("full", False)
    assert one.findings() == ["update.not_fetched"]


def test_recordings_come_before_an_update_that_waits(
    one: Fetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    one.set_up()
    one.fetch()
    leave(monkeypatch, one, -(2**30))
    updates_of(one.box.keeper).tidy()
    assert list(one.folder.iterdir()) == []
    assert one.acts()[-1] == ("update_fetch_failed", "why.full")
    assert one.state().why == "full"


def test_a_disk_that_does_not_take_it_is_no_full_one(one: Fetched) -> None:
    one.set_up()
    errand = one.take()
    one.folder.write_bytes(b"")  # no folder
    with pytest.raises(Refused):
        one.bring(errand)
    one.tell(errand, "full")
    assert (one.state().why, one.state().fetching) == ("disk", False)


def test_stopped_it_is_gone_and_may_be_asked_for_again(one: Fetched) -> None:
    one.set_up()
    errand = one.take()
    one.bring(errand, upto=PIECE)
    one.box.ask(StopFetch(), one.box.log_in())
    assert list(one.folder.iterdir()) == []
    with refuses("no_errand"):
        one.tell(errand)
    assert one.take().address == ""
    assert not one.state().fetching
    one.ask_fetch()
    one.fetch()
    assert whole(one) == BUNDLE


def test_another_address_has_none_of_the_old_ones_file(one: Fetched) -> None:
    one.set_up()
    one.fetch()
    one.change("https://mirror.example/x.json")
    assert list(one.folder.iterdir()) == []
    seen = one.state()
    assert (seen.version, seen.ready, seen.looked) == ("", "", None)


def test_a_newer_one_takes_the_place_of_the_one_that_is_here(one: Fetched) -> None:
    one.set_up()
    one.fetch()
    other = BUNDLE[::-1] + b"more"
    one.ask_look()
    one.look(described(other, "0.10.0", published="2026-11-30"))
    seen = one.state()
    assert (seen.ready, seen.total, seen.have) == (NEWER, len(BUNDLE), 0)
    assert (seen.version, seen.size, seen.published) == ("0.10.0", len(other), "2026-11-30")
    assert (seen.failing, seen.code) == (None, "")
    one.ask_fetch("0.10.0")
    assert one.state().ready == ""
    one.fetch(other)
    assert whole(one) == other


def test_a_version_that_the_page_did_not_show_is_not_fetched(one: Fetched) -> None:
    one.change()
    one.look()
    for version in ("0.9.1", "0.0.1", ""):
        with refuses("no_newer"):
            one.ask_fetch(version)


def test_what_runs_or_waits_already_is_removed(one: Fetched) -> None:
    one.set_up()
    one.fetch()
    one.updates.story.append(Update(1.0, NEWER, "B", "waits", "boot"))
    updates_of(one.box.keeper).tidy()
    assert list(one.folder.iterdir()) == []
    assert one.findings() == ["update.newest"]


def test_a_file_that_nobody_knows_of_is_removed(one: Fetched) -> None:
    """A ledger that was put back, say."""
    one.folder.mkdir()
    (one.folder / room.PART).write_bytes(b"old")
    one.fetches.tidy(VERSION)
    assert list(one.folder.iterdir()) == []


def test_a_file_that_is_gone_is_not_called_ready(one: Fetched) -> None:
    one.set_up()
    one.fetch()
    (one.folder / room.WHOLE).unlink()
    assert one.state().ready == ""
    with refuses("no_update_here"):
        one.fetches.check_ready()
    one.ask_fetch()
    one.fetch()
    assert whole(one) == BUNDLE


def test_a_day_in_the_middle_of_a_fetch_it_still_looks(one: Fetched) -> None:
    one.set_up()
    later(one, DAY + HOUR)
    one.look()
    assert one.take().size == len(BUNDLE)


def test_a_power_cut_that_spoilt_what_was_written_is_found_out(one: Fetched) -> None:
    one.set_up()
    errand = one.take()
    one.bring(errand, upto=PIECE)
    one.tell(errand, "closed")
    part = one.folder / room.PART
    part.write_bytes(bytes(PIECE))  # a file system may keep the length and lose the content
    one.fetch()
    assert whole(one) is None
    assert one.state().why == "digest"


def test_a_part_that_is_longer_than_its_update_is_found_out(one: Fetched) -> None:
    one.set_up()
    errand = one.take()
    one.bring(errand)
    one.tell(errand)
    with (one.folder / room.PART).open("ab") as file:
        file.write(b"more")
    assert one.take().address == ""
    one.fetches.check()
    assert one.state().why == "digest"


def test_no_address_and_no_name_stands_in_the_audit(one: Fetched) -> None:
    one.set_up()
    one.fetch()
    text = b"".join(path.read_bytes() for path in one.box.folders.audit.glob("*.log"))
    assert ADDRESS.encode() not in text
    assert PASSWORD.encode() not in text
    assert one.box.sound_audit()


def test_a_file_that_changes_again_and_again_is_given_up(one: Fetched) -> None:
    """Each time all that was fetched is thrown away, and the office's line is full for nothing."""
    one.set_up()
    for pause in PAUSES[: MOST_ANEW - 1]:
        errand = one.take()
        one.bring(errand, upto=PIECE)
        one.tell(errand, "changed")
        assert one.state().fetching
        later(one, pause)
    errand = one.take()
    one.bring(errand, upto=PIECE)
    one.tell(errand, "size")
    assert (one.state().fetching, one.state().why) == (False, "size")
    later(one, DAY / 2)
    assert one.take().address == ""
    one.ask_fetch()
    one.fetch()
    assert whole(one) == BUNDLE


def test_after_a_short_piece_no_other_is_taken(one: Fetched) -> None:
    """Each piece is flushed to the card, one of a byte as one of a quarter of a megabyte."""
    one.set_up()
    errand = one.take()
    first = BringPiece(errand.number, 0, '"one"')
    one.box.keeper.handle(first, upload=BUNDLE[:PIECE])
    one.box.keeper.handle(BringPiece(errand.number, PIECE, '"one"'), upload=BUNDLE[PIECE:][:9])
    more = BringPiece(errand.number, PIECE + 9, '"one"')
    with refuses("not_asked_for"):
        one.box.keeper.handle(more, upload=BUNDLE[PIECE + 9 :][:9])
    assert one.state().have == PIECE + 9
    one.tell(errand, "closed")
    one.fetch()
    assert whole(one) == BUNDLE
