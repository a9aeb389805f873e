"""In Germany a line records only while all who speak on it are vouched for."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from appliance.call.eligibility import obstacle
from appliance.config.read import trial
from appliance.exchange.scene import Scene
from appliance.keeper.recordings.speakers.vouches import tell
from appliance.link.requests.doctor import ExamineLines
from appliance.link.requests.processes.news import TellDay
from appliance.link.requests.settings import NextCalls, TryCalls
from appliance.model.rule import RuleSpeakers, SpeakersFile, StatedSpeakers
from appliance.model.terms import Obstacle
from appliance.prompts.library import Library
from appliance.recorder.line.policy import compile_policy
from appliance.recorder.line.speakers import KnownSpeakers, with_speakers
from appliance.vault.disk import Disk
from tests.boxes import TrialBox
from tests.recorder.line.test_following_settings import Office

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


def called(office: Office) -> list[tuple[str, str | None]]:
    office.let_call(CALL)
    office.recorder.line("Reception").thread.settle()
    found, office.outcomes[:] = list(office.outcomes), []
    return found


def test_nobody_is_asked_until_somebody_vouches_and_from_the_next_call_on_after(
    trial_box: TrialBox,
) -> None:
    office = Office(german(trial_box))
    path = office.box.folders.speakers
    try:
        office.recorder.start()
        office.recorder.handle(TellDay(TODAY), None, b"")
        assert called(office) == [("unrecorded", "no_policy")]
        (status,) = office.recorder.statuses()
        assert (status.obstacle, status.agreed, status.complete) == (Obstacle.SPEAKERS, False, True)

        write(path, "Reception")
        assert called(office) == [("recorded", None)]
        (status,) = office.recorder.statuses()
        assert (status.obstacle, status.agreed) == (None, True)

        write(path)
        assert called(office) == [("unrecorded", "no_policy")], "a consent was withdrawn"
        write(path, "reception", "Reception ", "Reception 2")
        assert called(office) == [("unrecorded", "no_policy")], "another line's list"
        write(path, "Reception", last=DAY + 1)
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


def test_elsewhere_nothing_of_it_is_asked_or_sealed(trial_box: TrialBox) -> None:
    for country in ("PL", "AT", "CH"):
        office = Office(german(trial_box, country))
        write(office.box.folders.speakers, "Reception")
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
    path = office.box.folders.speakers
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
        write(path, "Reception", last=DAY + 30)
        assert seen() == ("nothing", ["speakers_later"], ["speakers_later"])
        write(path, "Reception")
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
    known = KnownSpeakers(path, lambda day: True)
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
