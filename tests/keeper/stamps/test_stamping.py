"""A day's head goes out once, and what comes back is kept whole or not at all."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.errors import Refused
from appliance.keeper.audit.lines import newest_of
from appliance.keeper.audit.stamps import day_word, kept_on, stamp_file
from appliance.keeper.errands import PAUSES, UNHEARD
from appliance.model.outside.stamps import TROUBLES
from appliance.model.proof import KeptStamp
from appliance.model.records import AuditPlace
from appliance.vault.audit.heads import Head
from appliance.vault.audit.stamps import (
    answered,
    kept_stamp,
    read_roots,
    read_stamp,
    stamp_request,
    text_of,
)
from tests.keeper.boxes import set_up
from tests.keeper.stamps.stamped_box import StampedBox
from tests.vault.audit.stamped import StampAuthority


@pytest.fixture
def one(tmp_path: Path, authority: StampAuthority) -> Iterator[StampedBox]:
    box = set_up(tmp_path / "data")
    yield StampedBox(box, authority)
    box.keeper.close()


def test_nothing_goes_out_before_an_authority_is_named(one: StampedBox) -> None:
    one.next_day()
    assert (one.take().wanted, one.take().address) == (False, "")
    assert one.findings() == ["stamp.none"]
    assert one.acts() == []


@pytest.mark.parametrize("qualified", [False, True])
def test_the_head_of_a_day_is_stamped_once(one: StampedBox, qualified: bool) -> None:
    one.name(qualified=qualified)
    assert one.take() == one.take(), "no day has ended yet"
    assert one.findings() == ["stamp.first"]
    day = one.next_day()
    one.stamp()
    kept = kept_on(one.audit.folder, day)
    assert kept is not None
    stamp = read_stamp(kept)
    assert (stamp.is_over(one.head(day)), kept.qualified) == (True, qualified)
    line = newest_of(one.audit.folder, "stamped", 1)
    assert line is not None
    assert (line.entry.sha256, line.entry.detail) == (stamp.digest, day_word(day))
    assert one.audit.before_calls == AuditPlace(seq=line.entry.seq, hash=line.digest), (
        "META's after"
    )
    assert one.take().address == "", "once"
    assert one.findings() == ["stamp.fine"]
    assert one.acts() == [("stamp_begun", day_word(day)), ("stamped", day_word(day))]
    assert one.box.sound_audit()


def test_days_on_which_nobody_was_reached_are_stamped_later(one: StampedBox) -> None:
    one.name()
    days = [one.next_day() for _ in range(3)]
    one.stamp()
    assert kept_on(one.audit.folder, days[0]) is None, "nothing was set up then"
    days = [one.next_day() for _ in range(3)]
    for day in days:
        one.stamp()
        assert kept_on(one.audit.folder, day) is not None
    assert one.take().address == ""


@pytest.mark.parametrize("code", [*TROUBLES, "nonsense"])
def test_a_failure_is_tried_again_and_stops_nothing(one: StampedBox, code: str) -> None:
    one.name()
    day = one.next_day()
    for pause in PAUSES[:3]:
        one.tell(one.take(), code=code)
        assert one.take().address == "", "later"
        assert one.findings() == ["stamp.fails"]
        one.box.clock.advance(pause)
    said = code if code in TROUBLES else "odd"
    assert one.acts()[-2:] == [("stamp_begun", day_word(day)), ("stamp_failed", f"why.{said}")]
    one.stamp()
    assert one.findings() == ["stamp.fine"]


def test_days_of_failures_are_red(one: StampedBox) -> None:
    one.name()
    one.next_day()
    one.tell(one.take(), code="late")
    for _ in range(3):
        one.next_day()
        one.tell(one.take(), code="late")
    assert one.findings() == ["stamp.stuck"]


def wrong_answers(one: StampedBox, stranger: StampAuthority, query: bytes) -> dict[str, bytes]:
    right = one.authority.answer(query)
    old = one.authority.answer(one.authority.asked[0])
    return {
        "cut": right[:-5],
        "doubled": right + right,
        "nothing": b"",
        "a page": b"<html>",
        "of a stranger": stranger.answer(query),
        "an earlier one": old,
    }


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("cut", "no_token"),
        ("doubled", "no_token"),
        ("nothing", "no_token"),
        ("a page", "no_token"),
        ("of a stranger", "stranger"),
        ("an earlier one", "other_head"),
    ],
)
def test_what_is_no_stamp_of_it_is_refused(
    one: StampedBox, stranger: StampAuthority, kind: str, code: str
) -> None:
    one.name()
    one.next_day()
    one.stamp()
    day = one.next_day()
    errand = one.take()
    one.tell(errand, wrong_answers(one, stranger, errand.query)[kind])
    assert one.acts()[-1] == ("stamp_failed", f"why.{code}")
    assert one.findings() == ["stamp.refused"]
    assert kept_on(one.audit.folder, day) is None
    one.box.clock.advance(PAUSES[0])
    one.stamp()
    assert one.findings() == ["stamp.fine"]


def test_the_answer_to_another_request_is_refused(one: StampedBox) -> None:
    one.name()
    one.next_day()
    first = one.take()
    one.tell(first, code="late")
    one.box.clock.advance(PAUSES[0])
    second = one.take()
    one.tell(second, one.authority.answer(first.query))
    assert one.acts()[-1] == ("stamp_failed", "why.other_request")


@pytest.mark.parametrize("lost", ["missing", "empty", "large", "folder", "pipe"])
def test_without_the_authoritys_certificate_nothing_is_believed(
    one: StampedBox, tmp_path: Path, lost: str
) -> None:
    roots = tmp_path / "roots.pem"
    if lost in {"empty", "large"}:
        roots.write_bytes(bytes(70_000 if lost == "large" else 0))
    elif lost == "folder":
        roots.mkdir()
    elif lost == "pipe":
        os.mkfifo(roots)
    one.name(roots=str(roots))
    one.next_day()
    one.stamp()
    assert one.findings() == ["stamp.roots"]
    assert one.acts()[-1] == ("stamp_failed", "why.roots")


def test_another_authority_is_asked_at_once(one: StampedBox, stranger: StampAuthority) -> None:
    one.name(roots=str(stranger.roots))
    one.next_day()
    errand = one.take()
    one.tell(errand, one.authority.answer(errand.query))
    assert one.take().address == ""
    one.name()
    one.stamp()
    assert one.findings() == ["stamp.fine"]


def test_word_of_what_nobody_asked_is_refused(one: StampedBox) -> None:
    one.name()
    one.next_day()
    errand = one.take()
    answer = one.authority.answer(errand.query)
    one.tell(errand, answer)
    with pytest.raises(Refused, match="no_errand"):
        one.tell(errand, answer)
    one.next_day()
    late = one.take()
    one.box.clock.advance(UNHEARD)
    one.take()
    with pytest.raises(Refused, match="no_errand"):
        one.tell(late, one.authority.answer(late.query))


@pytest.mark.parametrize("cut", ["before the file", "before the entry", "behind the entry"])
def test_a_power_cut_leaves_a_stamp_whole_or_none(
    one: StampedBox, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    one.name()
    day = one.next_day()
    if cut != "behind the entry":
        name = "keep_stamp" if cut == "before the file" else "append"
        errand = one.take()
        answer = one.authority.answer(errand.query)

        def ends(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(type(one.audit), name, ends)
            with pytest.raises(KeyboardInterrupt):
                one.tell(errand, answer)
    else:
        one.stamp()
    one.box.restart()
    one.name()
    there = kept_on(one.audit.folder, day) is not None
    assert there == (cut != "before the file")
    if not there:
        one.stamp()
    else:
        assert one.take().address == ""
    assert [act for act, _ in one.acts()].count("stamped") == 1
    assert one.take().address == ""
    assert [act for act, _ in one.acts()].count("stamped") == 1
    assert one.box.sound_audit()


def test_a_strangers_file_among_the_stamps_is_not_named(
    one: StampedBox, stranger: StampAuthority
) -> None:
    one.name(roots=str(stranger.roots))
    day = one.next_day()
    errand = one.take()
    one.tell(errand, stranger.answer(errand.query))
    assert kept_on(one.audit.folder, day) is not None
    stamp_file(one.audit.folder, day).rename(stamp_file(one.audit.folder, "2026-09-29"))
    one.box.restart()
    one.name()
    one.take()
    assert [act for act, _ in one.acts()].count("stamped") == 1


@pytest.mark.parametrize("left", ["a stranger's", "of another day", "cut", "empty"])
def test_what_lies_there_and_is_no_stamp_of_its_day_is_asked_for_again(
    one: StampedBox, stranger: StampAuthority, left: str
) -> None:
    first, day, last = one.next_day(), one.next_day(), one.next_day()
    right = text_of(answered_by(one.authority, one.head(first)))
    strange = text_of(answered_by(stranger, one.head(day)))
    there = {"a stranger's": strange, "of another day": right, "cut": right[:-2], "empty": b""}
    stamp_file(one.audit.folder, first).write_bytes(right)
    stamp_file(one.audit.folder, day).write_bytes(there[left])
    one.name()
    one.stamp()
    kept = kept_on(one.audit.folder, day)
    assert kept is not None
    assert read_stamp(kept).is_over(one.head(day))
    one.stamp()
    named = [day for act, day in one.acts() if act == "stamped"]
    assert named == [day_word(one_day) for one_day in (first, day, last)]
    assert one.take().address == ""


def test_the_first_stamp_of_all_is_named_days_behind_a_power_cut(one: StampedBox) -> None:
    day = one.next_day()
    raw = text_of(answered_by(one.authority, one.head(day)))
    stamp_file(one.audit.folder, day).write_bytes(raw)
    one.next_day()
    last = one.next_day()
    one.name()
    for _ in range(2):
        one.stamp()
    named = [day for act, day in one.acts() if act == "stamped"]
    assert (named[0], named[-1], len(named)) == (day_word(day), day_word(last), 3)


def answered_by(authority: StampAuthority, head: Head) -> KeptStamp:
    """Return an authority's stamp over a head, as it is kept."""
    request = stamp_request(head)
    answer = authority.answer(request.query)
    roots = read_roots(authority.roots.read_bytes())
    return kept_stamp(answered(answer, head, request.nonce, roots), qualified=False)
