"""Open a ledger with sheet and keyring: what people wrote of holds, erasures and copies."""

from pathlib import Path
from typing import Any

import msgspec

from appliance.commands.helpers.offline_keys import OfflineKeys
from appliance.errors import FileFormatError
from appliance.keeper.storage.reasons import read_reasons
from appliance.keeper.storage.rows import CopyEntry, ErasureEntry, HoldEntry, SealedWords
from appliance.vault.words import WordsPlace, open_words


def reasons(ledger: Path, keys: OfflineKeys) -> dict[str, list[dict[str, Any]]]:
    """Return the holds, erasures and copies of a ledger, each with its words.

    None stands for words that no key opens any more.

    Raises:
        FileFormatError: it is no ledger, or another office's.
    """
    holds, erasures, copies = read_reasons(ledger, keys.words.ledger)
    return {
        "holds": [_told(hold, "hold", keys) for hold in holds],
        "erasures": [_told(erasure, "erasure", keys) for erasure in erasures],
        "copies": [_told(copy, "copy", keys) for copy in copies],
    }


def _told(
    entry: HoldEntry | ErasureEntry | CopyEntry, kind: str, keys: OfflineKeys
) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(entry)
    said = "" if entry.words is None else _words(entry.words, kind, keys)
    told |= {"words": said}
    if isinstance(entry, CopyEntry):
        told["papers"] = [_words(paper, kind, keys) for paper in entry.papers]
    return told


def _words(words: SealedWords, kind: str, keys: OfflineKeys) -> str | None:
    case = keys.words.cases.get(words.case)
    if case is None:
        return None
    place = WordsPlace(keys.words.vault_id, words.case, kind)
    try:
        return open_words(words.sealed, place, keys.reading, case)
    except FileFormatError:
        return None
