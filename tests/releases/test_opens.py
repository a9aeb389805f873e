"""Open what each release left: people, sound, search, audit, settings, words."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from appliance.config.kept import in_force
from appliance.errors import Refused
from appliance.keeper.audit.check import check
from appliance.keeper.audit.lines import readable
from appliance.keeper.erasure.media import HOLDS
from appliance.link.requests.audit import GetCounts
from appliance.link.requests.calls import (
    ExportCall,
    ListCalls,
    ShowCall,
    ShowCertificate,
    ShowHold,
    VerifyCalls,
)
from appliance.link.requests.exempt import ListExempt
from appliance.link.requests.login import EnterCode, LogIn
from appliance.link.requests.settings import ListVersions, ShowVersion
from appliance.model.records import Verdict
from appliance.prompts.store import Store
from appliance.vault.opening.keys import read_by_sheet, read_sheet
from appliance.vault.opening.unseal import Reader
from tests.files import whole_file
from tests.keeper.boxes import OWNER, KeeperBox
from tests.keeper.settings.changing import settings_agree
from tests.model.refusals import refuses
from tests.releases.left import RELEASES, Left, unpack
from tests.releases.make import LISTENER, OFFICER
from tests.tree import contents


@pytest.fixture(scope="module", params=RELEASES)
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Left, KeeperBox]]:
    """Today's keeper on a copy; tests here only look."""
    left = unpack(request.param, tmp_path_factory.mktemp("left"))
    box = left.open()
    yield left, box
    box.keeper.close()


def keyring(box: KeeperBox) -> Any:
    assert box.keeper.box is not None
    return box.keeper.box.keyring


def test_the_archive_is_what_the_release_left(left: Left) -> None:
    assert sorted(contents(left.folder)) == left.said["files"]


def test_every_person_logs_in(opened: tuple[Left, KeeperBox]) -> None:
    left, box = opened
    assert left.said["passwords"].keys() == {OWNER, LISTENER, OFFICER}
    for name in left.said["passwords"]:
        with refuses("wrong_password"):
            box.ask(LogIn(name, "any other phrase of theirs"))
        box.clock.advance(60)
        assert left.log_in(box, name)


def test_a_second_factor_is_asked_for_and_a_backup_code_stands_for_it_once(left: Left) -> None:
    box = left.open()
    for wanted in ("open", None):
        half = box.ask(LogIn(OFFICER, left.said["passwords"][OFFICER]))
        assert half.step == "code"
        enter = EnterCode(half.token, left.said["backup_code"])
        if wanted is not None:
            assert box.ask(enter).step == wanted
            continue
        with pytest.raises(Refused):
            box.ask(enter)
    box.keeper.close()


def test_every_recording_is_listed_and_its_verdict_stays(opened: tuple[Left, KeeperBox]) -> None:
    left, box = opened
    token, waiting = left.log_in(box), left.said["calls"]["waiting"]
    page = box.ask(ListCalls(per_page=200), token)
    assert page.unreadable == ()
    shown = {one.recording: one for one in page.calls}
    assert shown.pop(waiting).verdict is Verdict.COMPLETE, "what lay there is taken up"
    assert shown.keys() == left.said["listed"].keys()
    for rid, said in left.said["listed"].items():
        one = shown[rid]
        told = (one.number, one.seconds, one.verdict.value, one.held, one.restricted, one.due_day)
        names = ("number", "seconds", "verdict", "held", "restricted", "due_day")
        assert told == tuple(said[name] for name in names)
    verdicts = box.ask(VerifyCalls(), token).verdicts
    assert verdicts.pop(waiting) is Verdict.COMPLETE
    assert verdicts == left.said["verdicts"]


def test_every_recording_is_handed_over_whole(opened: tuple[Left, KeeperBox]) -> None:
    left, box = opened
    token = left.log_in(box)
    for rid, said in left.said["listed"].items():
        answer: Any = box.keeper.handle(ExportCall(rid), token)
        if said["restricted"]:
            with refuses("restricted"):
                whole_file(answer)
            continue
        assert hashlib.sha256(whole_file(answer)[1]).hexdigest() == said["wav_sha256"]


def test_a_case_and_what_was_taken_back_in_it_are_there(opened: tuple[Left, KeeperBox]) -> None:
    left, box = opened
    desk, rid = left.said["desk"], left.said["calls"]["restricted"]
    token = left.log_in(box)
    assert box.keeper.box is not None
    records = box.keeper.box.records
    records.sweep()
    (case,), (entry,) = records.ledger.cases(), records.ledger.endings()
    words = records.recordings.words
    assert words.open(case.words, "case") == (desk["words"], "yes")
    assert (case.case, case.recordings, entry.recording) == (desk["case"], (rid,), rid)
    state = keyring(box).entry(rid)
    (ending,) = entry.endings
    bits = sum(1 << place for place in ending.places)
    assert (state.ended_purposes, state.ended_day, state.due_day) == (bits, ending.day, ending.due)
    assert (ending.purposes, ending.day) == ((desk["purpose"],), desk["day"])
    shown = box.ask(ShowCall(rid), token)
    assert desk["purpose"] not in shown.open_purposes + shown.call.meta.purposes


def test_the_sheet_opens_every_recording(opened: tuple[Left, KeeperBox]) -> None:
    left, box = opened
    content = keyring(box).content
    reading = read_by_sheet(read_sheet(left.said["sheet"]), content.sheet.sealed, content.vault_id)
    there = {name: rid for name, rid in left.said["calls"].items() if name != "erased"}
    assert {rid for rid, _ in keyring(box).taken_up()} == set(there.values())
    for name, rid in there.items():
        path = left.folders.recordings / rid
        with Reader.open(path, reading, keyring(box).private(rid)) as reader:
            whole = name not in {"cut", "begun"}
            assert (reader.survey.verdict == "complete", reader.samples > 0) == (whole, True)


def test_a_search_finds_each_call_by_its_number(opened: tuple[Left, KeeperBox]) -> None:
    left, box = opened
    token, calls, numbers = left.log_in(box), left.said["calls"], left.said["numbers"]
    wanted = {"caller": {"whole", "held", "cut"}, "second": {"restricted"}, "added": {"unknown"}}
    for number, names in wanted.items():
        assert left.found(box, token, numbers[number]) == {calls[name] for name in names}
    assert left.found(box, token, numbers["exempt"]) == set()


def test_the_audit_goes_on_unbroken(opened: tuple[Left, KeeperBox]) -> None:
    left, box = opened
    assert box.keeper.box is not None
    first = box.keeper.box.audit.public_key
    found = check(left.folders.audit, first, keyring(box).anchor)
    assert (found.sound, found.problem) == (True, "")
    said = left.said["audit"]
    entries = {entry.seq: digest for entry, digest in readable(left.folders.audit)}
    assert entries[said["entries"]] == said["head"]
    assert found.entries > said["entries"]
    assert not {"recovered", "keys_lost", "audit_cut"} & set(box.acts())


def test_the_certificate_says_what_it_said(opened: tuple[Left, KeeperBox]) -> None:
    left, box = opened
    made = box.ask(ShowCertificate(left.said["calls"]["erased"]), left.log_in(box))
    assert [made.state, made.ground, made.level, made.seq] == left.said["certificate"]
    assert HOLDS in made.remains, "the copy on the medium is older"


def test_words_that_people_typed_can_be_read(opened: tuple[Left, KeeperBox]) -> None:
    left, box = opened
    token = left.log_in(box)
    hold = box.ask(ShowHold(left.said["calls"]["held"]), token)
    assert (hold.reason, hold.review) == ("Skarga z września", "2027-06-30")
    (exempt,) = box.ask(ListExempt(), token).numbers
    assert exempt.number == left.said["numbers"]["exempt"].replace(" ", "")


def test_the_settings_hold_with_all_their_versions(opened: tuple[Left, KeeperBox]) -> None:
    left, box = opened
    token, said = left.log_in(box), left.said["settings"]
    assert in_force(left.folders, left.seed).version == said["version"]
    assert settings_agree(box, token) == said["pauses"][str(said["version"])]
    for number, pause in said["pauses"].items():
        shown = box.ask(ShowVersion(int(number)), token)
        assert f"pause_minutes = {pause}\n" in shown.text
    rows = box.ask(ListVersions(), token).versions
    assert [row.name for row in rows if row.version > 1] == [OWNER] * (said["version"] - 1)


def test_prompts_and_counts_are_kept(opened: tuple[Left, KeeperBox]) -> None:
    left, box = opened
    store = Store.read(left.folders.own_voice)
    (entry,) = store.entries.values()
    assert entry.sha256 == left.said["own_prompt"]
    assert store.sound(entry).size == entry.samples
    assert box.keeper.box is not None
    assert box.keeper.box.records.recordings.prompts.sound(left.said["said"]) is not None
    rows, said = box.ask(GetCounts(days=36500), left.log_in(box)).rows, left.said["counts"]
    assert sum(row[-1] for row in rows) == sum(row[-1] for row in said) + 1
