"""In Germany a line records only while all who speak on it are vouched for."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from appliance.call.eligibility import obstacle
from appliance.config.read import trial
from appliance.exchange.scene import Scene
from appliance.keeper.recordings.speakers.vouches import tell
from appliance.link.requests.doctor import ExamineLines
from appliance.link.requests.processes.news import TellDay, TellSpeakers
from appliance.link.requests.settings import NextCalls, TryCalls
from appliance.model.rule import RuleSpeakers, SpeakersFile, StatedSpeakers
from appliance.model.terms import Obstacle
from appliance.prompts.library import Library
from appliance.recorder.line.policy import compile_policy
from appliance.recorder.line.speakers import KnownSpeakers, with_speakers
from appliance.recorder.line.told_speakers import ToldSpeakers
from appliance.vault.disk import Disk
from tests.boxes import TrialBox
from tests.recorder.line.test_following_settings import Office
from tests.recorder.test_records_from import FullDisk

SEALED = RuleSpeakers(count=2, day=20_790, digest="ab" * 32)
TODAY, DAY = "2026-12-02", 20_789
CALL = Scene.ordinary("+48223334455", "1", talk=1.0)


def german(box: TrialBox, country: str = "DE") -> TrialBox:
    return replace(
        box, config=replace(box.config, office=replace(box.config.office, country=country))
    )


def write(path: Path, *lines: str, last: int = DAY) -> None:
    path.parent.mkdir(exist_ok=True, parents=True)
    stated = StatedSpeakers(sealed=SEALED, last=last)
    said = SpeakersFile(lines=dict.fromkeys(lines, stated))
    tell(path, msgspec.json.encode(said), Disk())


def hold(office: Office, *lines: str, last: int = DAY) -> None:
    """Write a file, and let the recorder hear that it is the one that holds."""
    path = office.box.folders.speakers
    write(path, *lines, last=last)
    office.recorder.handle(TellSpeakers(sha256(path.read_bytes()).hexdigest()), None, b"")


def called(office: Office) -> list[tuple[str, str | None]]:
    office.let_call(CALL)
    office.recorder.line("Reception").thread.settle()
    found, office.outcomes[:] = list(office.outcomes), []
    return found


def test_nobody_is_asked_until_somebody_vouches_and_from_the_next_call_on_after(
    trial_box: TrialBox,
) -> None:
    office = Office(german(trial_box))
    try:
        office.recorder.start()
        office.recorder.handle(TellDay(TODAY), None, b"")
        assert called(office) == [("unrecorded", "no_policy")]
        (status,) = office.recorder.statuses()
        assert (status.obstacle, status.agreed, status.complete) == (Obstacle.SPEAKERS, False, True)

        hold(office, "Reception")
        assert called(office) == [("recorded", None)]
        (status,) = office.recorder.statuses()
        assert (status.obstacle, status.agreed) == (None, True)

        hold(office)
        assert called(office) == [("unrecorded", "no_policy")], "a consent was withdrawn"
        hold(office, "reception", "Reception ", "Reception 2")
        assert called(office) == [("unrecorded", "no_policy")], "another line's list"
        hold(office, "Reception", last=DAY + 1)
        assert called(office) == [("unrecorded", "no_policy")], "one agrees from tomorrow on"
        office.recorder.handle(TellDay("2026-12-03"), None, b"")
        assert called(office) == [("recorded", None)]
        office.recorder.handle(TellDay(""), None, b"")
        assert called(office) == [("unrecorded", "no_policy")], "nobody knows the day any more"
    finally:
        office.recorder.close()

    first, second = office.box.recordings()
    for rid in (first, second):
        with office.box.open(rid) as reader:
            assert reader.rule.speakers == SEALED


def again(office: Office) -> Office:
    """Start the recorder anew."""
    office.recorder.close()
    fresh = Office(office.box)
    fresh.recorder.start()
    return fresh


@pytest.mark.parametrize("restarted", [False, True])
def test_no_call_is_recorded_on_a_list_that_was_put_back(
    trial_box: TrialBox, restarted: bool
) -> None:
    """The keeper is stopped, and root puts back the file of before a consent was withdrawn."""
    office = Office(german(trial_box))
    path = office.box.folders.speakers
    try:
        office.recorder.start()
        office.recorder.handle(TellDay(TODAY), None, b"")
        hold(office, "Reception")
        assert called(office) == [("recorded", None)]
        older = path.read_bytes()
        hold(office)
        path.write_bytes(older)
        office = again(office) if restarted else office
        assert called(office) == [("unrecorded", "no_policy")]
        hold(office, "Reception")
        assert called(office) == [("recorded", None)], "somebody vouches anew"
        office = again(office) if restarted else office
        assert called(office) == [("recorded", None)], "the keeper is not needed"
    finally:
        office.recorder.close()


def test_no_file_holds_of_which_the_keeper_has_told_nothing(tmp_path: Path) -> None:
    path, kept = tmp_path / "speakers.json", tmp_path / "recorder/speakers"
    write(path, "Reception")
    told = ToldSpeakers(kept)
    known = KnownSpeakers(path, lambda day: True, told.holds)
    assert known.of("Reception") is None
    told.tell(sha256(path.read_bytes()).hexdigest())
    assert known.of("Reception") == SEALED
    told.tell("0" * 64)
    assert known.of("Reception") is None, "also a file that has not changed"


@pytest.mark.parametrize(
    "kept", [b"", b"ab" * 32, b"ab\n", b"\xff" * 64 + b"\n", b"AB" * 32 + b"\n"]
)
def test_a_damaged_word_lets_no_file_hold(tmp_path: Path, kept: bytes) -> None:
    path = tmp_path / "speakers"
    path.write_bytes(kept)
    told = ToldSpeakers(path)
    assert not told.holds(b"")
    digest = sha256(b"{}").hexdigest()
    told.tell(digest)
    assert ToldSpeakers(path).holds(b"{}")


def test_a_full_disk_keeps_no_older_word(tmp_path: Path) -> None:
    """Else a restart would let an older file hold."""
    path = tmp_path / "speakers"
    ToldSpeakers(path).tell(sha256(b"older").hexdigest())
    told = ToldSpeakers(path, FullDisk())
    told.tell(sha256(b"newer").hexdigest())
    assert told.holds(b"newer")
    again = ToldSpeakers(path)
    assert not again.holds(b"older")
    assert not again.holds(b"newer")


@pytest.mark.parametrize("word", ["", "ab", "AB" * 32, "ab" * 32 + "\n", "zz" * 32])
def test_a_word_that_is_no_digest_does_not_reach_the_recorder(word: str) -> None:
    raw = msgspec.json.encode(TellSpeakers(word))
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(raw, type=TellSpeakers)


def test_elsewhere_nothing_of_it_is_asked_or_sealed(trial_box: TrialBox) -> None:
    for country in ("PL", "AT", "CH"):
        office = Office(german(trial_box, country))
        hold(office, "Reception")
        try:
            office.recorder.start()
            assert called(office) == [("recorded", None)], country
        finally:
            office.recorder.close()
    for rid in trial_box.recordings():
        with trial_box.open(rid) as reader:
            assert reader.rule.speakers is None


def test_why_is_said_by_preview_and_device_check(trial_box: TrialBox) -> None:
    office = Office(german(trial_box))
    text = Path("appliance/config/trial.toml").read_text("utf-8").replace('"PL"', '"DE"')

    def seen() -> tuple[str, list[str], list[str]]:
        calls = office.recorder.handle(TryCalls(), None, text.encode())
        assert isinstance(calls, NextCalls)
        (line,) = calls.calls
        found = office.recorder.handle(ExamineLines(), None, b"").found
        agreed = [each for each in found if each.id == "lines.not_agreed"]
        codes = [each.code for finding in agreed for each in finding.lacking]
        return line.asked, [each.code for each in line.lacking if "speakers" in each.code], codes

    try:
        office.recorder.handle(TellDay(TODAY), None, b"")
        assert seen() == ("nothing", ["speakers"], ["speakers"])
        hold(office, "Reception", last=DAY + 30)
        assert seen() == ("nothing", ["speakers_later"], ["speakers_later"])
        hold(office, "Reception")
        assert seen()[1:] == ([], [])
    finally:
        office.recorder.close()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-5]),
        lambda path: path.write_bytes(b"\xff" * 40),
        lambda path: path.write_bytes(b"[" * 100_000),
        lambda path: path.write_bytes(b" " * 2_000_000),
        lambda path: path.write_text('{"speakers":2,"lines":{}}'),
        lambda path: path.write_text('{"lines":{"Reception":{"last":1}}}'),
        lambda path: path.write_text(
            '{"lines":{"Reception":{"last":1,"sealed":{"count":0,"day":1,"digest":"%s"}}}}'
            % ("a" * 64)
        ),
        lambda path: path.write_text(
            '{"lines":{"Reception":{"last":1,"sealed":{"count":1,"day":1,"digest":"Anna"}}}}'
        ),
        lambda path: (path.unlink(), path.mkdir()),
    ],
)
def test_in_doubt_nobody_vouches(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    path = tmp_path / "speakers.json"
    known = KnownSpeakers(path, lambda day: True, lambda raw: True)
    write(path, "Reception")
    assert known.of("Reception") == SEALED
    spoil(path)
    assert known.of("Reception") is None
    assert known.lacking("DE", "Reception") is not None
    assert known.lacking("PL", "Reception") is None


@pytest.mark.parametrize(("country", "found"), [*itertools.product(("DE", "PL"), (None, SEALED))])
def test_a_policy_without_the_list_asks_nobody_however_whole_it_is(
    country: str, found: RuleSpeakers | None
) -> None:
    """Also one that something has compiled that never heard of lists."""
    config = trial()
    config = replace(config, office=replace(config.office, country=country))
    (line, *_) = config.lines
    prompts = Library().prompts(config, line)
    grades = frozenset({"A"})
    policy = compile_policy(config, line, prompts, grades=grades, lateness_ms=0, sees_flash=True)
    whole = with_speakers(policy, found)

    assert (policy.complete, whole.complete) == (True, True)
    assert obstacle(policy) is (Obstacle.SPEAKERS if country == "DE" else None)
    lacks = country == "DE" and found is None
    assert obstacle(whole) is (Obstacle.SPEAKERS if lacks else None)
    assert whole.rule is not None
    assert whole.rule.speakers == (found if country == "DE" else None)
    assert structs.replace(whole.rule, speakers=None) == policy.rule
