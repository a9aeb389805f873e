"""Test that the page on personal data names every sense and every field there is."""

import re
from pathlib import Path

import msgspec
import pytest

from appliance.config.drivers.known import BY_NAME
from appliance.keeper.storage.case_rows import (
    CaseEntry,
    EndedPurposes,
    EndingEntry,
    NoteEntry,
    NotesEntry,
)
from appliance.keeper.storage.rows import (
    CopiedCall,
    CopyEntry,
    ErasureEntry,
    ExemptEntry,
    HoldEntry,
    MailRow,
    NumberEntry,
    SilenceOrder,
    SilenceRow,
    SpeakersRow,
    UpdateRow,
    VouchRow,
)
from appliance.model.records import (
    CallMeta,
    CallNote,
    ConsentReceipt,
    KeyTaken,
    RecordingEnd,
    RecordingMark,
    WordsHeard,
)
from appliance.model.rule import RuleSpeakers, SealedRule
from appliance.vault.audit.entries import AuditEntry
from appliance.vault.opening.content import MailState, OperatorEntry, SftpState

PAGE = (Path(__file__).parents[2] / "docs/personal-data.md").read_text("utf-8")
RECORDS: tuple[type[msgspec.Struct], ...] = (
    CallMeta, ConsentReceipt, WordsHeard, KeyTaken, RecordingMark, RecordingEnd, CallNote,
    SealedRule, RuleSpeakers, OperatorEntry, MailState, SftpState, MailRow,
    HoldEntry, ErasureEntry, ExemptEntry, CopyEntry, CopiedCall, SilenceRow, SpeakersRow, VouchRow,
    SilenceOrder, NumberEntry, UpdateRow, AuditEntry, CaseEntry, EndedPurposes, EndingEntry,
    NoteEntry, NotesEntry,
)  # fmt: skip


def rows() -> dict[str, list[str]]:
    """Return the fields that the page names, by record."""
    found = re.findall(r"^\| `([A-Z]\w+)` \| [^|]* \| (.*) \|$", PAGE, re.MULTILINE)
    return {name: re.findall(r"`(\w+)`", fields) for name, fields in found}


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: str(record.__name__))
def test_each_field_of_a_record_is_named(record: type[msgspec.Struct]) -> None:
    assert rows()[record.__name__] == list(record.__struct_fields__)


def test_no_record_is_named_that_there_is_not() -> None:
    assert rows().keys() == {record.__name__ for record in RECORDS}


def test_each_driver_that_can_sense_a_line_is_named() -> None:
    senses = PAGE[PAGE.index("## What it senses") : PAGE.index("## What it keeps")]

    assert BY_NAME.keys() == set(re.findall(r"`(\w+)`", senses))
