"""The names of those who spoke stand on an authority's sheet, on no caller's."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec import structs

from appliance.model.rule import SpeakersFile
from appliance.structs import from_json
from appliance.vault.proof import Proof, read_proof, write_proof
from tests import samples
from tests.keeper.recordings.speakers.test_lists import DeadDisk
from tests.keeper.settings.changing import Office
from tests.samples import PAPER
from tests.security.evidence.test_s28_one_story_of_one_device import says, verify
from tests.web.conftest import Browser, Panel, serve, set_up_box
from tests.web.pages.staff.test_speakers import LINE, vouch

OFFICER, ADMIN, LISTENER = "Pola Officer", "Adam Admin", "Lena Listener"
QUIRIN = {**LINE, "name": "Quirin Zschoche", "day": "2026-09-01"}
NAMES = ("Quirin", "Zschoche", ADMIN)
POLICE = {"recipient": "authority", "words": "KMP Warszawa", **PAPER}
COPIES = {
    "caller": {"recipient": "caller", "words": "Jan"},
    "adviser": {"recipient": "adviser", "words": "Jan"},
    "office": {"recipient": "office", "words": "Jan"},
    "authority": POLICE,
}


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    """A German office that has vouched, and a recorder that seals its list."""
    with contextmanager(serve)(set_up_box(tmp_path)) as made:
        office = Office(made.box, made.box.log_in())
        values = office.values()
        values["office"]["country"] = "DE"
        assert office.change(values).mistakes == ()
        admin = made.log_in(ADMIN)
        admin.send("/speakers/add", **QUIRIN)
        vouch(made, admin)
        yield made


def record(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> str:
    told = from_json(panel.box.folders.speakers.read_bytes(), SpeakersFile).lines[LINE["line"]]
    rule = structs.replace(samples.RULE, country="DE", speakers=told.sealed)
    monkeypatch.setattr(samples, "RULE", rule)
    return panel.record()


def handed(officer: Browser, rid: str, form: dict[str, str]) -> tuple[str, Proof]:
    """Return all that a copy holds as text, and the proof in it."""
    raw = officer.send(f"/calls/{rid}/hand-over", **form).data
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    (signed,) = [raw for name, raw in files.items() if name.endswith(".proof.jsonl")]
    return b"".join(files.values()).decode("utf-8", "replace"), read_proof(signed)


@pytest.mark.parametrize("reader", COPIES)
def test_a_copy_names_them_to_the_office_and_authorities_alone(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    rid = record(panel, monkeypatch)
    text, proof = handed(panel.log_in(OFFICER), rid, COPIES[reader])
    (one,) = proof.recordings
    sealed = one.rule.speakers
    assert sealed is not None
    assert [name in text for name in NAMES] == [reader in {"office", "authority"}] * len(NAMES)
    if reader in {"office", "authority"}:
        assert proof.annex.speakers is not None
        (names,) = proof.annex.speakers
        assert names.whole is not None
        assert names.whole.sealed == sealed
    else:
        assert proof.annex.speakers is None


def test_what_was_signed_of_the_recording_is_the_same_for_all(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after the list has changed: what is proved is the list of that day."""
    rid = record(panel, monkeypatch)
    officer = panel.log_in(OFFICER)
    cores = {handed(officer, rid, form)[1].recordings[0].core for form in COPIES.values()}
    officer.send("/speakers/remove", **LINE, name=QUIRIN["name"])
    text, proof = handed(officer, rid, POLICE)
    assert cores == {proof.recordings[0].core}
    assert "Zschoche" in text


def put_back(panel: Panel) -> None:
    """End the list, and put the recorder's older file back, as root may."""
    older = panel.box.folders.speakers.read_bytes()
    panel.log_in(OFFICER).send("/speakers/remove", **LINE, name=QUIRIN["name"])
    panel.box.folders.speakers.write_bytes(older)


ENDED = "This list ended on"
IN_VAIN = "This list had already ended when the call began."


@pytest.mark.parametrize("reader", COPIES)
@pytest.mark.parametrize("minutes", [None, -60, 0, 60])
def test_a_sheet_says_when_its_list_ended_and_that_a_call_began_later(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, reader: str, minutes: int | None
) -> None:
    """None: the list holds; else so long after its end the call begins."""
    if minutes is not None and minutes >= 0:
        put_back(panel)
        panel.box.clock.advance(60 * minutes)
    rid = record(panel, monkeypatch)
    if minutes == -60:
        panel.box.clock.advance(3600)
        put_back(panel)
    text, proof = handed(panel.log_in(OFFICER), rid, COPIES[reader])
    page = panel.log_in(OFFICER).get(f"/calls/{rid}/proof?for={reader}").text
    told = reader in {"office", "authority"}
    for seen in (text, page):
        assert (ENDED in seen) == (told and minutes is not None)
        assert (IN_VAIN in seen) == (told and minutes == 60)
    if not told:
        assert proof.annex.speakers is None
        assert "speakers_ended" not in text
        return
    assert proof.annex.speakers is not None
    (names,) = proof.annex.speakers
    assert (names.ended is not None) == (minutes is not None)
    assert names.whole is not None, "who they were is still said"


def test_an_end_that_failed_is_none(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The audit has the entry, and that the act was not carried out."""
    rid = record(panel, monkeypatch)
    assert panel.box.keeper.box is not None
    lists = panel.box.keeper.box.records.recordings.speakers
    with monkeypatch.context() as full:
        full.setattr(lists, "_disk", DeadDisk())
        panel.log_in(OFFICER).send("/speakers/remove", **LINE, name=QUIRIN["name"])
    assert panel.box.acts()[-3:] == ["speakers_ended", "failed", "failed"]
    text, proof = handed(panel.log_in(OFFICER), rid, POLICE)
    assert proof.annex.speakers is not None
    assert [names.ended for names in proof.annex.speakers] == [None]
    assert ENDED not in text


def test_verify_proof_ends_with_1_for_a_list_that_was_put_back(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    held = record(panel, monkeypatch)
    put_back(panel)
    panel.box.clock.advance(3600)
    later = record(panel, monkeypatch)
    log = panel.box.folders.audit
    for rid, outcome, codes in ((held, "whole", set()), (later, "order", {"order_speakers"})):
        signed = tmp_path / f"{rid}.proof.jsonl"
        for form in (POLICE, COPIES["caller"]):
            signed.write_bytes(panel.log_in(OFFICER).send(f"/calls/{rid}/proof", **form).data)
            code, answer = verify(signed, "--audit", log)
            wrong = {one["code"] for one in answer["evidence"]} & {"order_speakers", "left_out"}
            if form is POLICE:
                assert (code, answer["outcome"], wrong) == (int(bool(codes)), outcome, codes)
                assert codes or any(line.startswith("list ended") for line in says(signed)[1])
            else:
                assert (code, wrong) == (0, set()), "a caller is told nothing of lists"


def test_an_annex_that_keeps_an_end_to_itself_is_found_by_the_log(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The office holds the key that signs; the log says more than its annex."""
    rid = record(panel, monkeypatch)
    put_back(panel)
    assert panel.box.keeper.box is not None
    records = panel.box.keeper.box.records
    signed = tmp_path / "silent.proof.jsonl"
    log = panel.box.folders.audit
    recordings, annex = records.recordings.proofs.of(rid, "authority")
    cores = [one.core for one in recordings]
    assert annex.speakers is not None
    (names,) = annex.speakers
    assert names.ended is not None
    other = structs.replace(names.ended, seq=names.ended.seq - 1)
    for end, outcome in ((names.ended, "whole"), (None, "left_out"), (other, "audit")):
        told = structs.replace(annex, speakers=(structs.replace(names, ended=end),))
        keyring = panel.box.keeper.box.keyring
        signed.write_bytes(write_proof(keyring.box_key, cores, told, keyring.sign))
        code, answer = verify(signed, "--audit", log)
        assert (code, answer["outcome"]) == (int(outcome != "whole"), outcome)


def test_a_listeners_sheet_is_a_callers(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    rid = record(panel, monkeypatch)
    lena = panel.log_in(LISTENER)
    for path in (f"/calls/{rid}", f"/calls/{rid}/proof"):
        page = lena.get(path)
        assert page.status_code == 200
        assert not any(name in page.text for name in NAMES), path
    assert lena.get("/speakers").status_code == 403


def test_another_list_under_the_same_digest_is_no_proof(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The office cannot name other people afterwards, though it holds the key that signs."""
    rid = record(panel, monkeypatch)
    _, proof = handed(panel.log_in(OFFICER), rid, POLICE)
    assert proof.annex.speakers is not None
    (names,) = proof.annex.speakers
    assert names.whole is not None
    rules = [one.rule for one in proof.recordings]
    (person,) = names.whole.people
    for change in (
        {"people": (structs.replace(person, name="Bert Braun"),)},
        {"people": (structs.replace(person, day=person.day - 1),)},
        {"people": (person, structs.replace(person, name="Bert Braun"))},
        {"by": "Somebody Else"},
        {"day": names.whole.day - 1},
        {"salt": "0" * 64},
    ):
        other = structs.replace(names, whole=structs.replace(names.whole, **change))
        annex = structs.replace(proof.annex, speakers=(other,))
        assert not annex.names_who_spoke(rules), change
    assert not structs.replace(proof.annex, speakers=()).names_who_spoke(rules)
