"""Write a recording's entry as the 42 bytes that its shard holds, and read them strictly.

``slot u16 ‖ flags u16 ‖ verdict u8 ‖ boot id 3 ‖ due day u16 ‖ review day u16 ‖ day u16 ‖
call id 8 ‖ uptime u32 ‖ began u48 ‖ ended day u16 ‖ ended u64``, see ``docs/format.md``, section 6.
"""

import struct
from typing import NamedTuple

from appliance import clock
from appliance.errors import FileFormatError
from appliance.model.records import Verdict
from appliance.model.sentences.faults import noted
from appliance.vault.opening.entry import RecordingEntry

STATE = struct.Struct(">HHB3sHHH8sIHIHQ")
STATE_BYTES = STATE.size

TAKEN_UP, HELD, RESTRICTED, UNSURE, REVIEW, ENDED, BEGAN, CALL, BOOT, DAY, NOTE = (
    1 << bit for bit in range(11)
)
"""What a list shows of them stands in the first eight bits, which the columns keep."""

_KNOWN = (1 << 11) - 1
_CALL_AT = 14
_GLANCE = struct.Struct(">2xHB3xH2xH12xHI10x")
_MS_A_DAY = clock.DAY * 1000
_NO_CALL, _NO_BOOT = bytes(8), bytes(3)

VERDICTS = (
    "",
    Verdict.COMPLETE,
    Verdict.CUT,
    Verdict.DAMAGED,
    Verdict.TAMPERED,
    Verdict.MISSING,
    Verdict.KEY_LOST,
    Verdict.SHREDDED,
)
"""In the order of their codes; the format fixes it."""

LATEST_DAY = 0xFFFF
"""The last day that a state can name: 2149-06-06."""


Fields = tuple[int, int, int, bytes, int, int, int, bytes, int, int, int, int, int]
"""A state's numbers, in their order."""


def pack_state(slot: int, entry: RecordingEntry) -> bytes:
    """Return an entry's state; days outside 0 to 65,535 are kept at that bound.

    Raises:
        FileFormatError: no recording can have this entry.
    """
    flags = 0
    for bit, counts in (
        (TAKEN_UP, entry.due_day is not None),
        (HELD, entry.held),
        (RESTRICTED, entry.restricted),
        (UNSURE, not entry.clock_ok),
        (REVIEW, entry.review_day is not None),
        (ENDED, entry.ended_day is not None),
        (BEGAN, entry.began is not None),
        (CALL, bool(entry.call)),
        (BOOT, bool(entry.boot_id)),
        (DAY, entry.day is not None),
        (NOTE, entry.has_note),
    ):
        flags |= bit if counts else 0
    began = min(max(round((entry.began or 0) * 1000), 0), (1 << 48) - 1)
    fields: Fields = (
        slot,
        flags,
        VERDICTS.index(entry.verdict),
        bytes.fromhex(entry.boot_id).rjust(3, b"\0"),
        _day(entry.due_day),
        _day(entry.review_day),
        _day(entry.day),
        bytes.fromhex(entry.call).rjust(8, b"\0"),
        min(max(entry.uptime, 0), 0xFFFFFFFF),
        began >> 32,
        began & 0xFFFFFFFF,
        _day(entry.ended_day),
        entry.ended_purposes,
    )
    check(fields)
    return STATE.pack(*fields)


def read_state(raw: bytes | bytearray | memoryview, at: int = 0) -> tuple[int, RecordingEntry]:
    """Return a state's slot and entry.

    Raises:
        FileFormatError: no keeper writes such a state.
    """
    fields: Fields = STATE.unpack_from(raw, at)
    check(fields)
    slot, flags, verdict, boot, due, review, day, call, uptime, high, low, ended_day, ended = fields
    return slot, RecordingEntry(
        due_day=due if flags & TAKEN_UP else None,
        call=call.hex() if flags & CALL else "",
        held=bool(flags & HELD),
        review_day=review if flags & REVIEW else None,
        restricted=bool(flags & RESTRICTED),
        clock_ok=not flags & UNSURE,
        boot_id=boot.hex() if flags & BOOT else "",
        uptime=uptime,
        day=day if flags & DAY else None,
        began=(high << 32 | low) / 1000 if flags & BEGAN else None,
        verdict=str(VERDICTS[verdict]),
        ended_purposes=ended,
        ended_day=ended_day if flags & ENDED else None,
        has_note=bool(flags & NOTE),
    )


class Glance(NamedTuple):
    """What the columns remember of a state."""

    flags: int
    verdict: int
    due: int
    day: int  # on which it began; 0: not known


def glance(raw: bytes | bytearray | memoryview, at: int) -> Glance:
    """Return what the columns remember of a state that was checked, without the rest."""
    flags, verdict, due, day, high, low = _GLANCE.unpack_from(raw, at)
    if flags & BEGAN:
        day = (high << 32 | low) // _MS_A_DAY
    return Glance(flags, verdict, due, day)


def call_in(raw: bytes | bytearray | memoryview, at: int) -> bytes:
    """Return the bytes of a state's call id; zeros if it has none."""
    return bytes(raw[at + _CALL_AT : at + _CALL_AT + 8])


def check(fields: Fields) -> None:
    """Refuse a state that no keeper writes; raises FileFormatError."""
    _, flags, verdict, boot, due, review, day, call, _, high, low, ended_day, ended = fields
    stray = (
        (due and not flags & TAKEN_UP)
        or (review and not flags & REVIEW)
        or (day and not flags & DAY)
        or ((high or low) and not flags & BEGAN)
        or (call != _NO_CALL and not flags & CALL)
        or (boot != _NO_BOOT and not flags & BOOT)
    )
    whole = bool(ended) == bool(ended_day) == bool(flags & ENDED)
    later = flags & (ENDED | NOTE) and not flags & TAKEN_UP
    if flags & ~_KNOWN or verdict >= len(VERDICTS) or stray or not whole or later:
        raise FileFormatError(
            noted("archive_file_damaged", "A shard holds a state that no recording can have.")
        )


def _day(day: int | None) -> int:
    return min(max(day or 0, 0), LATEST_DAY)
