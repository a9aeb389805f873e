"""A forged time, a cut log, a clone, an act left out: each contradicts proof, head or log."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec import structs

from appliance.clock import DAY
from appliance.commands.main import zgoda
from appliance.config.folders import Folders
from appliance.keeper.audit.heads import head_days, head_file, read_head
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.recordings.handing_over.proofs import PROOF_GIVEN
from appliance.link.requests.calls import ExportCall, Recipient
from appliance.link.requests.proof import GetProof
from appliance.model.proof import ProofAnnex
from appliance.vault.opening.keyring import Keyring
from appliance.vault.proof import part_digest, read_proof, write_proof
from tests.keeper.office import OFFICER, START, Office, make_office
from tests.samples import PAPER

BACK = 183 * DAY


def call(office: Office, began: float | None = None) -> str:
    """Record a call that ends now, as a recorder does that was told the entry before it."""
    began = office.clock.now() - 10 if began is None else began
    rid = office.record(seconds=1.0, after=office.audit.before_calls, began=began)
    office.unlock()
    return rid


def end_day(office: Office) -> None:
    office.clock.advance(DAY)
    office.audit.append("locked", "keeper")


def take(office: Office, rid: str, file: Path, recipient: Recipient = Recipient.OFFICE) -> Path:
    _, raw = office.answer(GetProof(rid, recipient))
    file.write_bytes(raw)
    return file


def kept_head(office: Office, day: str, file: Path) -> Path:
    """Keep a head as somebody outside does: from the mail."""
    head = read_head(office.folders.audit, day)
    assert head is not None
    file.write_text(f"\n{head.lines}\n")
    return file


def verify(*words: Path | str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(zgoda, ["verify-proof", *map(str, words), "--json"])
    assert "Traceback" not in done.output
    return done.exit_code, json.loads(done.output)


def says(*words: Path | str, language: str = "en") -> tuple[int, list[str]]:
    done = CliRunner(env={"LC_ALL": f"{language}.UTF-8"}).invoke(
        zgoda, ["verify-proof", *map(str, words)]
    )
    return done.exit_code, done.output.splitlines()


def codes(answer: dict[str, Any]) -> set[str]:
    return {one["code"] for one in answer["evidence"]}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path / "data")


@pytest.mark.parametrize("recipient", list(Recipient))
def test_with_a_head_from_outside_an_honest_call_has_a_witness(
    office: Office, tmp_path: Path, recipient: Recipient
) -> None:
    rid, day = call(office), office.audit.day
    end_day(office)
    proof = take(office, rid, tmp_path / "a", recipient)
    head = kept_head(office, day, tmp_path / "head")
    code, alone = verify(proof)
    assert (code, alone["outcome"]) == (0, "whole")
    assert codes(alone) == {"no_witness", "between"}
    code, with_head = verify(proof, "--head", head)
    assert (code, codes(with_head)) == (0, {"witness", "between_and_head"})
    for folder in (office.folders.audit, office.folders.data):
        code, whole = verify(proof, "--head", head, "--audit", folder)
        assert code == 0
        assert {"witness", "between_and_head", "entry_not_for_reader"} >= codes(whole)
    assert says(proof)[1][0] == "No witness outside the device."
    assert says(proof, language="pl")[1][0] == "Brak świadka spoza urządzenia."
    assert "telephone bill" in says(proof)[1][-1]
    assert f"kept the signed head of {day}" in says(proof, "--head", head)[1][-1]


def test_a_clock_put_back_under_the_keeper_contradicts_the_entry_before_the_call(
    office: Office, tmp_path: Path
) -> None:
    office.clock.advance(-BACK)
    proof = take(office, call(office), tmp_path / "a")
    code, answer = verify(proof)
    assert (code, answer["outcome"], codes(answer)) == (1, "order", {"order_after"})


@pytest.mark.parametrize("clock_ok", [True, False])
def test_a_call_that_ends_after_it_was_sealed_cannot_be(
    office: Office, tmp_path: Path, clock_ok: bool
) -> None:
    began = office.clock.now() + DAY
    rid = office.record(seconds=1.0, began=began, clock_ok=clock_ok)
    office.unlock()
    code, answer = verify(take(office, rid, tmp_path / "a"))
    assert (code, answer["outcome"], codes(answer)) == (1, "order", {"order_sealed"})


def test_without_a_clock_that_was_set_the_time_is_not_shown(office: Office, tmp_path: Path) -> None:
    rid = office.record(seconds=1.0, began=office.clock.now() - 10, clock_ok=False)
    office.unlock()
    code, answer = verify(take(office, rid, tmp_path / "a"))
    assert code == 0
    assert "time_not_shown" in codes(answer)


def test_a_vault_dated_back_is_found_with_a_head_from_outside_alone(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(office)
    day = office.audit.day
    end_day(office)
    head = kept_head(office, day, tmp_path / "head")
    monkeypatch.setattr("tests.keeper.office.START", START - BACK)
    forged = make_office(tmp_path / "forged")
    rid = call(forged)
    end_day(forged)
    proof = take(forged, rid, tmp_path / "a")
    code, alone = verify(proof)
    assert code == 0, "its own word holds together"
    assert alone["evidence"][0]["code"] == "no_witness"
    code, answer = verify(proof, "--head", head)
    assert code == 1
    assert answer["outcome"] in {"head", "two_heads", "order"}
    code, answer = verify(proof, "--head", head, "--audit", forged.folders.audit)
    assert code == 1
    assert codes(answer) & {"head_other_log", "log_ends", "log_lacks"}


def test_a_log_cut_off_after_a_copy_does_not_reach_it(office: Office, tmp_path: Path) -> None:
    rid = call(office)
    for recipient in (Recipient.OFFICE, Recipient.CALLER):
        office.audit.append("viewed", OFFICER.actor, rid)
        proof = take(office, rid, tmp_path / recipient.value, recipient)
        folder = tmp_path / f"cut after {recipient.value}"
        shutil.copytree(office.folders.audit, folder)
        assert verify(proof, "--audit", folder)[0] == 0
        (log,) = folder.glob("*.log")
        lines = log.read_bytes().splitlines(keepends=True)
        log.write_bytes(b"".join(lines[:-2]))
        for day in head_days(folder):
            head_file(folder, day).unlink()
        code, answer = verify(proof, "--audit", folder)
        assert (code, answer["outcome"]) == (1, "audit")
        assert codes(answer) <= {"log_ends", "log_lacks_newest"}


def test_a_cloned_folder_that_goes_on_is_a_second_story(office: Office, tmp_path: Path) -> None:
    first = call(office)
    day = office.audit.day
    clone = Folders(tmp_path / "clone")
    shutil.copytree(office.folders.data, clone.data)
    other = Office(
        clone,
        office.clock,
        Keyring.open(clone.keyring, office.eraser),
        office.eraser,
        office.audit,
        office.sheet,
        office.boot,
    )
    other.audit = AuditLog(clone.audit, office.clock, other.keyring)
    other.build()
    other.unlock()
    for _ in range(3):
        other.audit.append("viewed", OFFICER.actor, first)
    office.audit.append("played", OFFICER.actor, first, detail="for.training")
    office.clock.advance(DAY)
    for each in (office, other):
        each.audit.append("locked", "keeper")
    one, two = (
        take(each, first, tmp_path / name) for each, name in ((office, "one"), (other, "two"))
    )
    assert verify(one)[0] == verify(two)[0] == 0, "each alone holds together"
    code, answer = verify(one, two)
    assert (code, answer["outcome"]) == (1, "two_heads")
    heads = [
        kept_head(each, day, tmp_path / f"{name} head")
        for each, name in ((office, "one"), (other, "two"))
    ]
    assert verify(one, "--head", heads[0])[0] == verify(two, "--head", heads[1])[0] == 0
    code, answer = verify(one, "--head", heads[1])
    assert code == 1
    assert "two_heads_day" in codes(answer)
    caller = take(office, first, tmp_path / "caller", Recipient.CALLER)
    code, answer = verify(caller, "--head", heads[1])
    assert (code, codes(answer)) == (1, {"head_lacks"})
    code, answer = verify(one, "--audit", clone.audit)
    assert (code, answer["outcome"]) == (1, "audit")


def test_a_head_of_the_day_that_goes_on_is_no_second_story_if_the_log_has_both(
    office: Office, tmp_path: Path
) -> None:
    rid, day = call(office), office.audit.day
    office.audit.sign_head()
    early = kept_head(office, day, tmp_path / "early")
    office.audit.append("viewed", OFFICER.actor, rid)
    end_day(office)
    proof = take(office, rid, tmp_path / "a")
    assert verify(proof, "--head", early)[1]["outcome"] == "two_heads"
    code, answer = verify(proof, "--head", early, "--audit", office.folders.audit)
    assert code == 0
    assert "witness" in codes(answer)


def forged(proof: Path, office: Office, change: Any, recipient: str = "") -> Path:
    """Sign another annex with the box key, as the office can, and put it on record for somebody."""
    read = read_proof(proof.read_bytes())
    cores = [one.core for one in read.recordings]
    annex: ProofAnnex = change(read.annex)
    proof.write_bytes(write_proof(read.key, cores, annex, office.keyring.sign))
    if recipient:
        rid, whom = cores[0].recording, f"to.{recipient}"
        given = "proof_given", OFFICER.actor, rid
        office.audit.append(*given, sha256=part_digest(annex), detail=whom)
    return proof


def act_on(office: Office, rid: str) -> None:
    """Listen, and hand out two copies, one of them silenced."""
    office.audit.append("played", OFFICER.actor, rid, detail="for.training")
    list(office.answer(ExportCall(rid, recipient=Recipient.CALLER, words="Anna")))
    silent = {"words": "KMP", "silent_until": "2026-12-01", **PAPER}
    list(office.answer(ExportCall(rid, recipient=Recipient.AUTHORITY, **silent)))


@pytest.mark.parametrize("left_out", ["listened", "copies"])
@pytest.mark.parametrize("recipient", [Recipient.OFFICE, Recipient.CALLER])
def test_an_act_that_an_annex_leaves_out_is_named(
    office: Office, tmp_path: Path, recipient: Recipient, left_out: str
) -> None:
    rid = call(office)
    act_on(office, rid)
    proof = take(office, rid, tmp_path / "a", recipient)
    code, answer = verify(proof, "--audit", office.folders.audit)
    assert code == 0
    assert ("entry_silenced" in codes(answer)) is (recipient is Recipient.CALLER)

    def change(annex: ProofAnnex) -> ProofAnnex:
        gone: dict[str, Sequence[object]] = {left_out: ()}
        kinds = () if left_out == "copies" else annex.recipients
        return structs.replace(annex, recipients=kinds, **gone)

    forged(proof, office, change, recipient.value)
    assert verify(proof)[0] == 0, "nobody sees it without the log"
    code, answer = verify(proof, "--audit", office.folders.audit)
    assert (code, answer["outcome"], codes(answer)) == (1, "left_out", {"left_out"})
    assert any("LEFT OUT" in line for line in says(proof, "--audit", office.folders.audit)[1])


def test_a_silence_that_began_later_does_not_excuse(office: Office, tmp_path: Path) -> None:
    rid = call(office)
    list(office.answer(ExportCall(rid, recipient=Recipient.AUTHORITY, words="Sąd", **PAPER)))
    proof = take(office, rid, tmp_path / "a", Recipient.CALLER)
    forged(proof, office, lambda annex: structs.replace(annex, recipients=()), "caller")
    code, answer = verify(proof, "--audit", office.folders.audit)
    assert (code, codes(answer)) == (1, {"left_out"})


def test_a_head_that_is_none_and_one_of_another_day_are_no_witness(
    office: Office, tmp_path: Path
) -> None:
    rid, day = call(office), office.audit.day
    end_day(office)
    second = office.audit.day
    end_day(office)
    proof = take(office, rid, tmp_path / "a")
    later = kept_head(office, second, tmp_path / "later")
    code, answer = verify(proof, "--head", later)
    assert (code, answer["evidence"][0]["code"]) == (0, "no_witness"), "an honest head is no fault"
    assert "head_untied" in codes(answer), "nothing in the file leads there"
    code, answer = verify(proof, "--head", later, "--audit", office.folders.audit)
    assert (code, "witness" in codes(answer)) == (0, True)
    head = kept_head(office, day, tmp_path / "head")
    assert verify(proof, "--head", head, "--head", later)[0] == 0
    old = json.loads(head.read_text())
    del old["tree"]
    for wrong in (b"", b"{}", json.dumps(old).encode(), head.read_bytes()[:-20]):
        (tmp_path / "wrong").write_bytes(wrong)
        code, answer = verify(proof, "--head", tmp_path / "wrong")
        assert code == 1
        assert "head_unread" in codes(answer)


@pytest.mark.parametrize("recipient", list(Recipient))
def test_a_later_head_is_no_fault_and_no_witness(
    office: Office, tmp_path: Path, recipient: Recipient
) -> None:
    rid, day = call(office), office.audit.day
    end_day(office)
    second = office.audit.day
    other = call(office)
    end_day(office)
    proof = take(office, rid, tmp_path / "a", recipient)
    head = kept_head(office, second, tmp_path / "head")
    code, answer = verify(proof, "--head", head)
    assert (code, answer["outcome"]) == (0, "whole")
    assert codes(answer) == {"no_witness", "head_untied", "between"}
    assert f"signed head of {day}, or the whole" in " ".join(says(proof, "--head", head)[1])
    assert "is confirmed by: nobody." in says(proof, "--head", head)[1][-1]
    both = proof, take(office, other, tmp_path / "b", recipient)
    code, answer = verify(*both, "--head", head)
    assert (code, answer["evidence"][0]["code"]) == (0, "witness_some")
    assert {"head_untied", "between", "between_and_head"} <= codes(answer)
    assert "is confirmed by: nobody." in says(*both, "--head", head)[1][-1]


def test_a_day_that_goes_on_is_said_to_have_no_head_yet(office: Office, tmp_path: Path) -> None:
    rid = call(office)
    code, answer = verify(take(office, rid, tmp_path / "a"))
    assert code == 0
    assert "not_finished" in codes(answer)
    assert office.audit.of_recording(rid)[-1].type == PROOF_GIVEN
    assert START == office.clock.now()
