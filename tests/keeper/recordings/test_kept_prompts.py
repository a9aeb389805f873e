"""Prompts are kept by their hash for as long as a recording can name them, and no longer."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.errors import LinkError, VaultError
from appliance.keeper.recordings import prompts as kept_prompts
from appliance.keeper.recordings.prompts import KeptPrompts
from appliance.link.requests import calls as ask
from appliance.link.requests.processes.prompts_in_use import PromptInUse, PromptsInUse
from tests.keeper.office import TODAY, Office

YES, NO = b"\1\0" * 4000, b"\2\0" * 4000


def sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def in_use(*sounds: bytes, days: int = 90) -> PromptsInUse:
    made = [
        PromptInUse(sha(raw), "question", f"question-pl-{sha(raw)[:8]}", "pl", "Dzień dobry.", "")
        for raw in sounds
    ]
    return PromptsInUse(tuple(made), days)


@dataclass
class Source:
    """The recorder, as far as it gives sounds."""

    sounds: list[bytes] = field(default_factory=lambda: [YES, NO])
    asked: list[str] = field(default_factory=list)

    def __call__(self, wanted: str) -> bytes:
        self.asked.append(wanted)
        return next(raw for raw in self.sounds if sha(raw) == wanted)


@pytest.fixture
def prompts(office: Office) -> KeptPrompts:
    return office.records.recordings.prompts


def names(office: Office) -> set[str]:
    return {path.name for path in office.folders.said.iterdir()}


def test_a_prompt_is_kept_with_its_words_and_fetched_once(
    office: Office, prompts: KeptPrompts
) -> None:
    source = Source()
    prompts.note(in_use(YES), TODAY, source)
    prompts.note(in_use(YES), TODAY, source)
    prompts.note(in_use(YES), TODAY + 1, source)
    assert source.asked == [sha(YES)]
    assert prompts.sound(sha(YES)) == YES
    row = office.records.ledger.said()[sha(YES)]
    assert (row.text, row.language) == ("Dzień dobry.", "pl")
    assert names(office) == {sha(YES)}


def test_it_stays_until_its_last_day_of_use_plus_the_longest_retention(
    office: Office, prompts: KeptPrompts
) -> None:
    source = Source()
    prompts.note(in_use(YES, NO), TODAY, source)
    prompts.note(in_use(NO), TODAY + 10, source)  # the other one was replaced
    prompts.sweep(TODAY + 90)
    assert names(office) == {sha(YES), sha(NO)}
    prompts.sweep(TODAY + 91)
    assert names(office) == {sha(NO)}
    assert prompts.sound(sha(YES)) is None
    assert sha(YES) not in office.records.ledger.said()


def test_a_shorter_retention_later_takes_nothing_back(office: Office, prompts: KeptPrompts) -> None:
    prompts.note(in_use(YES, days=3650), TODAY, Source())
    prompts.note(in_use(YES, days=30), TODAY + 1, Source())
    prompts.sweep(TODAY + 3650)
    assert names(office) == {sha(YES)}
    prompts.note(in_use(NO, days=30), TODAY, Source())
    prompts.note(in_use(NO, days=90), TODAY, Source())  # on the same day
    assert office.records.ledger.said()[sha(NO)].until == TODAY + 90


def test_a_held_recording_of_its_days_keeps_it_longer(office: Office, prompts: KeptPrompts) -> None:
    rid = office.record()
    office.unlock()
    office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "a claim", "2027-06-30"))
    prompts.note(in_use(YES), TODAY, Source())
    prompts.note(in_use(NO), TODAY + 30, Source())
    prompts.sweep(TODAY + 400)
    assert names(office) == {sha(YES)}  # the held call is older than the other's first day
    office.ask(ask.ReleaseHold(rid))
    prompts.sweep(TODAY + 80)
    assert names(office) == {sha(YES)}
    office.ask(ask.EraseCall(rid, ask.Ground.CONSENT_WITHDRAWN, "asked by letter"))
    prompts.sweep(TODAY + 400)
    assert names(office) == set()


def test_what_is_overdue_and_still_here_keeps_it(office: Office, prompts: KeptPrompts) -> None:
    office.record()
    prompts.note(in_use(YES), TODAY, Source())
    prompts.sweep(TODAY + 400)  # retention has not erased the call: the time was asked about
    assert names(office) == {sha(YES)}


def test_without_a_date_nothing_goes(office: Office, prompts: KeptPrompts) -> None:
    prompts.note(in_use(YES), None, Source())
    prompts.sweep(None)
    prompts.sweep(TODAY + 10_000)
    assert names(office) == {sha(YES)}
    prompts.note(in_use(YES), TODAY, Source())
    prompts.sweep(TODAY + 91)
    assert names(office) == set()


@pytest.mark.parametrize(
    "poison",
    [
        lambda path: path.write_bytes(NO),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(YES + b"\0"),
        lambda path: path.write_bytes(bytes(10 * 2**20)),
        lambda path: (path.unlink(), path.symlink_to("/etc/hostname")),
        lambda path: (path.unlink(), path.mkdir()),
    ],
    ids=["another", "empty", "longer", "huge", "link", "folder"],
)
def test_a_poisoned_file_is_refused_by_its_hash(
    poison: Callable[[Path], object], office: Office, prompts: KeptPrompts
) -> None:
    prompts.note(in_use(YES), TODAY, Source())
    poison(office.folders.said / sha(YES))
    assert prompts.sound(sha(YES)) is None
    assert prompts.kept([sha(YES)]) == ()


def test_a_poisoned_file_is_made_again_while_it_is_in_use(
    office: Office, prompts: KeptPrompts
) -> None:
    prompts.note(in_use(YES), TODAY, Source())
    (office.folders.said / sha(YES)).write_bytes(NO)
    prompts.note(in_use(YES), TODAY + 1, Source())
    assert prompts.sound(sha(YES)) == YES


@pytest.mark.parametrize("name", ["", "../root", "/etc/passwd", "A" * 64, "0" * 63, "é" * 64])
def test_only_a_hash_is_a_name(name: str, prompts: KeptPrompts) -> None:
    assert prompts.sound(name) is None


def test_a_recorder_that_lies_fills_nothing(
    office: Office, prompts: KeptPrompts, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts.note(in_use(YES), TODAY, lambda _: NO)
    odd = PromptInUse("../../root", "question", "x", "pl", "", "")
    prompts.note(PromptsInUse((odd,), 90), TODAY, lambda _: YES)
    monkeypatch.setattr(kept_prompts, "MOST_KEPT", 1)
    prompts.note(in_use(YES, NO), TODAY, Source())
    assert names(office) == {sha(YES)}
    monkeypatch.setattr(kept_prompts, "MOST_KEPT", 1000)
    monkeypatch.setattr(kept_prompts, "MOST_BYTES", len(YES))
    prompts.note(in_use(YES, NO), TODAY, Source())
    assert names(office) == {sha(YES)}
    assert office.records.ledger.said().keys() == {sha(YES)}


def test_a_recorder_that_goes_away_leaves_what_was_kept(
    office: Office, prompts: KeptPrompts
) -> None:
    def gone(_: str) -> bytes:
        raise LinkError("The recorder went away.")

    prompts.note(in_use(YES), TODAY, Source())
    with pytest.raises(LinkError):
        prompts.note(in_use(YES, NO), TODAY + 1, gone)
    assert prompts.sound(sha(YES)) == YES


def test_a_full_disk_is_one_sentence_and_the_next_time_goes_on(
    office: Office, prompts: KeptPrompts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(prompts._disk, "replace", full)
    with pytest.raises(VaultError, match="No room is left"):
        prompts.note(in_use(YES), TODAY, Source())
    assert office.records.ledger.said() == {}
    monkeypatch.undo()
    prompts.note(in_use(YES), TODAY, Source())
    assert prompts.sound(sha(YES)) == YES


def test_what_a_power_cut_left_is_cleared(office: Office, prompts: KeptPrompts) -> None:
    prompts.note(in_use(YES), TODAY, Source())
    half = office.folders.said / f".{sha(NO)}.0a1b2c3d"
    half.write_bytes(NO[:100])
    without_row = office.folders.said / sha(NO)
    without_row.write_bytes(NO)
    foreign = office.folders.said / "notes.txt"
    foreign.write_text("not ours")
    prompts.sweep(TODAY)
    assert names(office) == {sha(YES), foreign.name}


def test_it_outlives_a_restart(office: Office, prompts: KeptPrompts) -> None:
    prompts.note(in_use(YES), TODAY, Source())
    office.build()
    assert office.records.recordings.prompts.sound(sha(YES)) == YES
