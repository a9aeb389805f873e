"""Read what a ledger says of holds, erasures and copies, where no keeper runs."""

from pathlib import Path

import msgspec

from appliance.errors import FileFormatError
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.ledger_file import LABEL
from appliance.keeper.storage.rewrite import fitting
from appliance.keeper.storage.rows import CopyEntry, ErasureEntry, HoldEntry
from appliance.model.sentences.faults import noted


def read_reasons(
    path: Path, key: bytes
) -> tuple[list[HoldEntry], list[ErasureEntry], list[CopyEntry]]:
    """Read a ledger's holds, erasures and copies, without a keeper.

    Raises:
        FileFormatError: it is damaged or foreign, or the key does not fit.
    """
    if not path.exists():
        raise FileFormatError(noted("archive_file_damaged", f"There is no {path}."))
    ledger = Ledger(fitting(path, key, LABEL), key, reads_only=True)
    try:
        return ledger.holds(), ledger.erasures(), ledger.copies()
    except msgspec.ValidationError as error:
        raise FileFormatError(
            noted("archive_file_damaged", f"{path} holds what this version does not know.")
        ) from error
