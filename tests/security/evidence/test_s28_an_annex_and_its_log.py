"""Honest annexes of drawn histories fit the log, and drawn forgeries do not."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.keeper.audit.entries import Act
from appliance.link.requests import calls as ask
from appliance.link.requests.calls import Recipient
from appliance.model.proof import CopyGiven, Listening, ProofAnnex, ProofReader, reader_for
from appliance.vault.proof import read_proof
from tests.keeper.office import OFFICER, Office, make_office
from tests.samples import PAPER
from tests.security.evidence.test_s28_one_story_of_one_device import (
    call,
    codes,
    end_day,
    forged,
    take,
    verify,
)

HISTORIES = 12
ACTS = 14


def listen(office: Office, rid: str, draw: random.Random) -> None:
    for_what = draw.choice(["training", "quality", "claims", "marketing"])
    office.audit.append("played", OFFICER.actor, rid, detail=f"for.{for_what}")


def in_vain(office: Office, rid: str, draw: random.Random) -> None:
    """Listen to nothing, or to what was stopped."""
    number = office.audit.append("played", OFFICER.actor, rid, detail="for.training")
    why = draw.choice(["forbidden", "tampered"])
    office.audit.append_many(
        [Act(type="failed", actor=OFFICER.actor, rid=rid, detail=why, of=number)]
    )


def copy(office: Office, rid: str, draw: random.Random) -> None:
    kind = draw.choice(list(Recipient))
    paper = PAPER if kind is Recipient.AUTHORITY else {}
    list(office.answer(ask.ExportCall(rid, recipient=kind, words="Anna", **paper)))


def silenced(office: Office, rid: str, draw: random.Random) -> None:
    silent = {"words": "KMP", "silent_until": "2026-12-01", **PAPER}
    list(office.answer(ask.ExportCall(rid, recipient=Recipient.AUTHORITY, **silent)))


def broken_off(office: Office, rid: str, draw: random.Random) -> None:
    kind = draw.choice([Recipient.CALLER, Recipient.ADVISER])
    pieces = office.answer(ask.ExportCall(rid, recipient=kind, words="Anna"))
    for _ in range(draw.randint(0, 2)):
        next(pieces, None)
    pieces.close()


def hold(office: Office, rid: str, draw: random.Random) -> None:
    office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "a claim", "2027-06-30", anew=True))


def look(office: Office, rid: str, draw: random.Random) -> None:
    office.audit.append("viewed", OFFICER.actor, rid)


def a_day(office: Office, rid: str, draw: random.Random) -> None:
    end_day(office)


def a_jump(office: Office, rid: str, draw: random.Random) -> None:
    """Set the clock, to the past, too."""
    office.clock.jump(draw.choice([-2, -1, 1]) * DAY)


def a_start(office: Office, rid: str, draw: random.Random) -> None:
    office.build()
    office.unlock()


DONE: list[Callable[[Office, str, random.Random], None]] = [
    *(listen, in_vain, copy, silenced, broken_off, hold, look, a_day, a_jump, a_start),
]


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_what_an_honest_office_hands_out_is_whole(tmp_path: Path, seed: int) -> None:
    draw, office = random.Random(seed), make_office(tmp_path / "data")
    rid, files = call(office), list[Path]()
    for number in range(ACTS):
        draw.choice(DONE)(office, rid, draw)
        if draw.random() < 0.4:
            file = tmp_path / f"{number}.proof.jsonl"
            files.append(take(office, rid, file, draw.choice(list(Recipient))))
            shutil.copytree(office.folders.audit, tmp_path / f"log of {number}")
            code, answer = verify(file, "--audit", tmp_path / f"log of {number}")
            assert code == 0, (number, answer)
    end_day(office)
    for file in files:
        code, answer = verify(file, "--audit", office.folders.audit)
        assert code == 0, answer
    if files:
        code, answer = verify(*files, "--audit", office.folders.audit)
        assert code == 0, answer
    office.close()


def test_an_act_at_the_same_moment_is_in_the_annex_or_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody listens while a proof is made: it is made anew, and lists them."""
    office = make_office(tmp_path / "data")
    rid, proofs = call(office), office.records.recordings.proofs
    made, meanwhile = proofs._made, [listen, listen]

    def slowly(*asked: str) -> object:
        found = made(*asked)
        if meanwhile:
            meanwhile.pop()(office, rid, random.Random(1))
        return found

    monkeypatch.setattr(proofs, "_made", slowly)
    proof = take(office, rid, tmp_path / "a")
    assert len(read_proof(proof.read_bytes()).annex.listened) == 2
    assert verify(proof, "--audit", office.folders.audit)[0] == 0


def listening(annex: ProofAnnex) -> Listening:
    told = annex.reader is not ProofReader.CALLER
    person = {"operator": OFFICER.actor, "name": "X"} if told else {"operator": None, "name": None}
    return Listening(at=annex.made_at - 5, clock_ok=True, purpose="training", **person)


def changed(annex: ProofAnnex, draw: random.Random) -> ProofAnnex:
    """Return an annex in which one thing is untrue that a log knows."""
    one = draw.choice(annex.listened)
    ways: list[dict[str, object]] = [
        {"listened": tuple(each for each in annex.listened if each is not one)},
        {"listened": (*annex.listened, listening(annex))},
        {"listened": (*annex.listened, one)},
        {"listened": (structs.replace(one, at=one.at - 9), *annex.listened[1:])},
        {"listened": (structs.replace(one, stopped=not one.stopped), *annex.listened[1:])},
        {"recipients": (*annex.recipients, "press")},
        {"recipients": annex.recipients[1:]},
    ]
    if annex.copies:
        got: CopyGiven = annex.copies[-1]
        later = structs.replace(got, at=got.at + 7)
        ways += [
            {"copies": annex.copies[:-1]},
            {"copies": (*annex.copies, later)},
            {"copies": (*annex.copies[:-1], later)},
            {"copies": (*annex.copies, got)},
        ]
    if annex.reader is not ProofReader.CALLER:
        got = annex.copies[0]
        other = structs.replace(got, operator="0badc0de")
        ways += [
            {"listened_earlier": 3},
            {"copies_earlier": 1},
            {"copies": (other, *annex.copies[1:])},
            {"copies": (structs.replace(got, silent_until=21_000), *annex.copies[1:])},
        ]
    return structs.replace(annex, **draw.choice(ways))


@pytest.mark.parametrize("recipient", list(Recipient))
@pytest.mark.parametrize("on_record", [True, False])
def test_drawn_forgeries_are_exit_code_1(
    tmp_path: Path, recipient: Recipient, on_record: bool
) -> None:
    draw, office = random.Random(7), make_office(tmp_path / "data")
    rid = call(office)
    for _ in range(2):
        for kind in Recipient:
            paper = PAPER if kind is Recipient.AUTHORITY else {}
            list(office.answer(ask.ExportCall(rid, recipient=kind, words="Anna", **paper)))
        listen(office, rid, random.Random(1))
        office.clock.advance(30)
    for _ in range(60):
        proof = take(office, rid, tmp_path / "a", recipient)
        before = read_proof(proof.read_bytes()).annex

        def change(annex: ProofAnnex) -> ProofAnnex:
            return changed(annex, draw)

        forged(proof, office, change, recipient.value if on_record else "")
        after = read_proof(proof.read_bytes()).annex
        code, answer = verify(proof, "--audit", office.folders.audit)
        assert code == 1, (before, after)
        assert on_record or "log_lacks_annex" in codes(answer)
        assert not on_record or "log_lacks_annex" not in codes(answer)


UNKNOWN: dict[str, Callable[[ProofAnnex], ProofAnnex]] = {
    "words": lambda one: structs.replace(
        one, copies=(structs.replace(one.copies[0], words="Somebody"), *one.copies[1:])
    ),
    "digest": lambda one: structs.replace(
        one, copies=(structs.replace(one.copies[0], sha256="ab" * 32), *one.copies[1:])
    ),
    "day": lambda one: structs.replace(one, kept=(structs.replace(one.kept[0], due_day=1),)),
    "made": lambda one: structs.replace(one, made_at=0.0, clock_ok=False),
}
"""What no other entry of a log says."""


@pytest.mark.parametrize("how", UNKNOWN)
def test_what_no_other_entry_says_is_held_by_the_digest_of_what_was_handed_out(
    tmp_path: Path, how: str
) -> None:
    office = make_office(tmp_path / "data")
    rid = call(office)
    list(office.answer(ask.ExportCall(rid, recipient=Recipient.CALLER, words="Anna")))
    proof = take(office, rid, tmp_path / "a")
    assert verify(proof, "--audit", office.folders.audit)[0] == 0
    forged(proof, office, UNKNOWN[how])
    code, answer = verify(proof, "--audit", office.folders.audit)
    assert (code, answer["outcome"], codes(answer)) == (1, "audit", {"log_lacks_annex"})


@pytest.mark.parametrize("recipient", list(Recipient))
def test_an_annex_made_later_that_names_an_older_entry_is_found(
    tmp_path: Path, recipient: Recipient
) -> None:
    office = make_office(tmp_path / "data")
    rid = call(office)
    proof = take(office, rid, tmp_path / "a", recipient)
    earlier = read_proof(proof.read_bytes()).annex
    listen(office, rid, random.Random(1))
    office.clock.advance(60)
    now = {"made_at": office.clock.now()}
    forged(proof, office, lambda one: structs.replace(earlier, **now))
    code, answer = verify(proof, "--audit", office.folders.audit)
    assert (code, codes(answer)) == (1, {"log_lacks_annex"})
    forged(proof, office, lambda one: structs.replace(earlier, **now), recipient.value)
    code, answer = verify(proof, "--audit", office.folders.audit)
    assert (code, answer["outcome"], codes(answer)) == (1, "left_out", {"left_out"})
    other = (
        Recipient.CALLER if reader_for(recipient) is not ProofReader.CALLER else Recipient.OFFICE
    )
    proof = take(office, rid, tmp_path / "a", recipient)
    annex = read_proof(proof.read_bytes()).annex
    forged(proof, office, lambda one: structs.replace(annex, made_at=one.made_at + 1), other.value)
    code, answer = verify(proof, "--audit", office.folders.audit)
    assert (code, codes(answer)) == (1, {"log_lacks_annex"}), "it was for another reader"


def test_a_log_that_ends_where_the_annex_was_made_says_so(tmp_path: Path) -> None:
    office = make_office(tmp_path / "data")
    rid = call(office)
    shutil.copytree(office.folders.audit, tmp_path / "log")
    proof = take(office, rid, tmp_path / "a")
    code, answer = verify(proof, "--audit", tmp_path / "log")
    assert (code, "entry_newest" in codes(answer)) == (0, True)
