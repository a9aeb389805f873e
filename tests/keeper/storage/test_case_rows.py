"""Cases, copies, purposes taken back and notes come back from the ledger, read strictly."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import FileFormatError, MadeByOlder
from appliance.keeper.storage.case_rows import CaseEntry, EndingEntry, NotesEntry
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.ledger_file import LABEL, document_id
from appliance.keeper.storage.rewrite import anew
from appliance.keeper.storage.rows import CopyEntry
from appliance.vault import container
from tests.keeper.boxes import set_up
from tests.keeper.storage.case_rows import cases, endings, notes

KEY = bytes(range(32))
CASE, RID, OTHER = "c0" * 8, "00ff" * 8, "0f" * 16
WORDS = {"case": CASE, "sealed": "AAAA"}


@given(st.lists(cases(), unique_by=lambda one: one.case), st.data())
def test_what_is_kept_comes_back_and_can_be_forgotten(
    tmp_path_factory: pytest.TempPathFactory, kept: list[CaseEntry], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    ended = data.draw(st.lists(endings(), unique_by=lambda one: one.recording))
    noted = data.draw(st.lists(notes(), unique_by=lambda one: one.recording))
    ledger = Ledger(folder / "ledger", KEY)
    ledger.keep_cases(kept)
    ledger.keep_endings(ended)
    ledger.keep_notes(noted)
    again = Ledger(folder / "ledger", KEY)
    assert (again.cases(), again.endings(), again.notes()) == (kept, ended, noted)
    assert [again.ending_of(one.recording) for one in ended] == ended
    again.forget_cases([one.case for one in kept[:1]])
    gone = {one.recording for one in ended[:1]} | {one.recording for one in noted[:1]}
    again.forget_beside(gone)
    last = Ledger(folder / "ledger", KEY)
    assert last.cases() == kept[1:]
    assert last.endings() == [one for one in ended if one.recording not in gone]
    assert last.notes() == [one for one in noted if one.recording not in gone]
    shutil.rmtree(folder)


def case(**changes: object) -> dict[str, object]:
    """Return a case's document."""
    said: dict[str, object] = {
        "case": CASE,
        "kind": "access",
        "channel": "letter",
        "received": 20_000,
        "due": 20_031,
        "extended": None,
        "author": "0a0b0c0d",
        "at": 1.0,
        "identified": "",
        "answered": 20_010,
        "answered_by": "mail",
        "recordings": [RID],
        "until": 21_106,
        "words": WORDS,
        "added": [],
    }
    return said | changes


def ending(*more: dict[str, object], **changes: object) -> dict[str, object]:
    """Return what was taken back of a recording; ``more`` are further acts."""
    one: dict[str, object] = {
        "case": CASE,
        "purposes": ["training"],
        "places": [1],
        "day": 20_000,
        "due": 20_000,
        "author": "0a0b0c0d",
        "at": 1.0,
        "words": None,
    }
    return {"recording": RID, "endings": [one | changes, *(one | act for act in more)]}


def note(*numbers: int, **changes: object) -> dict[str, object]:
    """Return the notes of a recording."""
    one: dict[str, object] = {"sha256": "ab" * 32, "author": "0a0b0c0d", "at": 1.0}
    return {"recording": RID, "notes": [one | changes | {"number": each} for each in numbers]}


def copy(*calls: dict[str, object], **changes: object) -> dict[str, object]:
    """Return the document of copies that were handed out in one act."""
    made = [{"form": "wav", "size": 0, "sha256": None} | call for call in calls]
    whole = {"case": CASE, "calls": made, "until": None, "words": None, "papers": []}
    return whole | changes


READ: dict[str, Callable[[Ledger], Sequence[msgspec.Struct]]] = {
    "cases": Ledger.cases,
    "ended": Ledger.endings,
    "notes": Ledger.notes,
    "copies": Ledger.copies,
}


def read(folder: Path, table: str, document: dict[str, object]) -> Sequence[msgspec.Struct]:
    """Read a table with one document."""
    named: Any = document.get("case", RID)
    plain = msgspec.json.encode({table: {str(document_id(named)): document}})
    (folder / "ledger").write_bytes(container.seal(KEY, LABEL, plain))
    return READ[table](Ledger(folder / "ledger", KEY))


@pytest.mark.parametrize(
    ("table", "document", "kind"),
    [
        ("cases", case(), CaseEntry),
        ("cases", case(answered=None, answered_by=None, until=None), CaseEntry),
        ("cases", case(extended=20_032, due=20_000), CaseEntry),
        ("ended", ending(), EndingEntry),
        ("ended", ending({"places": [0, 63], "purposes": ["a", "b"]}, words=WORDS), EndingEntry),
        ("notes", note(0, 7, 2**32 - 1), NotesEntry),
        ("copies", copy(), CopyEntry),
        ("copies", copy({"recordings": [RID, OTHER]}, {"recordings": ["0" * 32]}), CopyEntry),
    ],
)
def test_what_may_stand_there_is_read(
    tmp_path: Path, table: str, document: dict[str, object], kind: type
) -> None:
    (found,) = read(tmp_path, table, document)
    assert isinstance(found, kind)
    assert msgspec.json.decode(msgspec.json.encode(found)) == document


STRANGE_CASES: list[dict[str, object]] = [
    {"kind": "divorce"},
    {"channel": "pigeon"},
    {"case": "C0" * 8, "words": {"case": "C0" * 8, "sealed": "AAAA"}},
    {"received": -1},
    {"due": 19_999},
    {"extended": 20_031},
    {"answered": None},
    {"answered_by": None},
    {"answered": None, "answered_by": None},  # open, and yet it ends
    {"answered": 19_999},
    {"recordings": [RID, RID]},
    {"recordings": [RID[1:]]},
    {"until": 2**18},
    {"words": None},
    {"words": {"case": "d0" * 8, "sealed": "AAAA"}},
    {"added": [WORDS, {"case": "d0" * 8, "sealed": "AAAA"}]},
    {"added": [WORDS] * 65},
    {"more": 1},
]
STRANGE_ENDINGS: list[dict[str, object]] = [
    {"purposes": []},
    {"purposes": ["training", "quality"]},
    {"places": []},
    {"places": [64]},
    {"places": [-1]},
    {"day": 0},
    {"day": 65_536},
    {"due": 65_536},
    {"words": {"case": "d0" * 8, "sealed": "AAAA"}},
    {"more": 1},
]


@pytest.mark.parametrize(
    ("table", "document"),
    [
        *(("cases", case(**change)) for change in STRANGE_CASES),
        *(("ended", ending(**change)) for change in STRANGE_ENDINGS),
        ("ended", ending(purposes=["a", "b"], places=[3, 3])),
        ("ended", ending({"places": [1]})),
        ("ended", {"recording": RID, "endings": []}),
        ("ended", ending() | {"recording": "ab"}),
        ("notes", note()),
        ("notes", note(1, 0)),
        ("notes", note(1, 1)),
        ("notes", note(2**32)),
        ("notes", note(-1)),
        ("notes", note(0, sha256="ab")),
        ("notes", note(0) | {"recording": RID.upper()}),
        ("notes", note(0, more=1)),
        ("copies", copy({"recordings": [RID, RID]})),
        ("copies", copy({"recordings": [RID]}, {"recordings": [OTHER, RID]})),
        ("copies", copy({"recordings": [RID], "more": 1})),
        ("copies", copy({})),
        ("copies", copy(recordings=[RID], form="wav", size=0, sha256=None)),
    ],
)
def test_what_nobody_can_have_entered_is_refused(
    tmp_path: Path, table: str, document: dict[str, object]
) -> None:
    with pytest.raises(FileFormatError, match="The ledger holds something impossible"):
        read(tmp_path, table, document)


@pytest.mark.parametrize("older", [1, 2])
@pytest.mark.parametrize("prepared", [False, True])
def test_an_older_ledger_is_refused_in_one_sentence_and_is_not_damaged(
    tmp_path: Path, older: int, prepared: bool
) -> None:
    path = tmp_path / "ledger"
    place = anew(path) if prepared else path
    place.write_bytes(container.seal(KEY, b"zgoda ledger v%d" % older, b"{}"))
    left = place.read_bytes()
    with pytest.raises(MadeByOlder) as refused:
        Ledger(path, KEY)
    assert str(refused.value) == (
        f"{place} was made by an older Zgoda (version {older}; this one knows 3): open it with "
        "that version, or begin with an empty folder."
    )
    assert place.read_bytes() == left


def test_the_keeper_does_not_begin_on_an_older_ledger(tmp_path: Path) -> None:
    box = set_up(tmp_path / "data")
    assert box.keeper.box is not None
    key = box.keeper.box.keyring.content.ledger_key
    box.keeper.close()
    path = box.folders.ledger
    plain = container.unseal(key, LABEL, path.read_bytes())
    path.write_bytes(container.seal(key, b"zgoda ledger v2", plain))
    left = path.read_bytes()
    with pytest.raises(MadeByOlder, match="version 2; this one knows 3"):
        box.keeper.open()
    assert path.read_bytes() == left
