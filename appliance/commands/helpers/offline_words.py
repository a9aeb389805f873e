"""Open a ledger with sheet and keyring: what people wrote, did and were asked for."""

from pathlib import Path
from typing import Any

import msgspec

from appliance.commands.helpers.offline_keys import OfflineKeys
from appliance.errors import FileFormatError
from appliance.keeper.storage.reasons import read_reasons
from appliance.keeper.storage.rows import SealedWords
from appliance.vault.words import WordsPlace, open_words

_SEVERAL = ("papers", "added")
"""Fields of several words."""


def reasons(ledger: Path, keys: OfflineKeys) -> dict[str, list[dict[str, Any]]]:
    """Return what a ledger says of holds, erasures, copies, cases, purposes taken back and notes.

    Words are opened; None stands for those that no key opens any more.

    Raises:
        FileFormatError: it is no ledger, or another office's.
    """
    found = read_reasons(ledger, keys.words.ledger)
    return {
        "holds": [_told(hold, "hold", keys) for hold in found.holds],
        "erasures": [_told(erasure, "erasure", keys) for erasure in found.erasures],
        "copies": [_told(copy, "copy", keys) for copy in found.copies],
        "cases": [_told(case, "case", keys) for case in found.cases],
        "ended": [
            {"recording": entry.recording} | _told(ending, "case", keys)
            for entry in found.endings
            for ending in entry.endings
        ],
        "notes": [
            {"recording": entry.recording} | msgspec.to_builtins(note)
            for entry in found.notes
            for note in entry.notes
        ],
    }


def _told(entry: msgspec.Struct, kind: str, keys: OfflineKeys) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(entry)
    words: SealedWords | None = getattr(entry, "words", None)
    told |= {"words": "" if words is None else _words(words, kind, keys)}
    for name in _SEVERAL:
        if name in told:
            told[name] = [_words(one, kind, keys) for one in getattr(entry, name)]
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
