"""Put back into a recording's state what the ledger says was taken back of it."""

from msgspec import structs

from appliance.keeper.storage.case_rows import EndingEntry
from appliance.vault.opening.entry import RecordingEntry


def with_endings(entry: RecordingEntry, known: EndingEntry | None) -> RecordingEntry:
    """Return an entry without the purposes that were taken back; its day only comes earlier.

    Args:
        entry: of a recording, perhaps older than what was taken back.
        known: what the ledger has of it.
    """
    if known is None or entry.due_day is None:  # unused: its take-up comes first
        return entry
    bits = 0
    for ending in known.endings:
        for place in ending.places:
            bits |= 1 << place
    if entry.ended_purposes & bits == bits:
        return entry
    newest = known.endings[-1]
    return structs.replace(
        entry,
        ended_purposes=entry.ended_purposes | bits,
        ended_day=max(newest.day, entry.ended_day or 0),
        due_day=min(newest.due, entry.due_day),
    )
