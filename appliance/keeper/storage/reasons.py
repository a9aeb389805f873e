"""Read what a ledger says of holds, erasures, copies and cases, where no keeper runs."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from appliance.errors import FileFormatError
from appliance.keeper.storage.case_rows import CaseEntry, EndingEntry, NotesEntry
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.ledger_file import LABEL
from appliance.keeper.storage.rewrite import fitting
from appliance.keeper.storage.rows import CopyEntry, ErasureEntry, HoldEntry
from appliance.model.sentences.faults import noted


@dataclass(frozen=True, slots=True)
class LedgerReasons:
    """What people did with recordings, and what they were asked for."""

    holds: list[HoldEntry]
    erasures: list[ErasureEntry]
    copies: list[CopyEntry]
    cases: list[CaseEntry]
    endings: list[EndingEntry]
    notes: list[NotesEntry]


def read_reasons(path: Path, key: bytes) -> LedgerReasons:
    """Read a ledger without a keeper.

    Raises:
        FileFormatError: it is damaged or foreign, or the key does not fit.
        OtherVersion: another version has written it.
    """
    if not path.exists():
        raise FileFormatError(noted("archive_file_damaged", f"There is no {path}."))
    ledger = Ledger(fitting(path, key, LABEL), key, reads_only=True)
    try:
        return LedgerReasons(
            ledger.holds(),
            ledger.erasures(),
            ledger.copies(),
            ledger.cases(),
            ledger.endings(),
            ledger.notes(),
        )
    except msgspec.ValidationError as error:
        raise FileFormatError(
            noted("archive_file_damaged", f"{path} holds what this version does not know.")
        ) from error
