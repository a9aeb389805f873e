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
from appliance.vault.proof import Proof, read_proof
from tests import samples
from tests.keeper.settings.changing import Office
from tests.samples import PAPER
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
