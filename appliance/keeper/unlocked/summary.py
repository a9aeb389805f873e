"""Summarise a recording and hold what it says to its bounds."""

from appliance.errors import FileFormatError
from appliance.keeper.reading.protocol import Summary
from appliance.model.records import RecordingEnd, Verdict
from appliance.model.sentences.faults import noted
from appliance.vault.format import LONGEST_KEPT_DAYS, FrameType
from appliance.vault.opening.survey import decode
from appliance.vault.opening.unseal import Reader


def summary_of(reader: Reader) -> Summary:
    """Summarise an open recording; quick for a whole end and one purpose.

    Raises:
        FileFormatError: a frame that it needs is damaged, or says what cannot be.
    """
    end = _quick_end(reader)
    _check_days(reader)
    reader.check_holders()
    if reader.meta.call != reader.ticket.call_id:
        raise FileFormatError(
            noted("archive_file_damaged", "META names another call than the ticket.")
        )
    return Summary(
        meta=reader.meta,
        receipt=reader.receipt,
        channels=reader.channels,
        samples=reader.samples,
        frames=reader.blocks if end else reader.survey.frames,
        ended=end.reason if end else "cut",
        verdict=Verdict.COMPLETE if end else reader.survey.verdict,
        withdrawn=_withdrawn(reader),
        unreal=reader.unreal,
    )


def _check_days(reader: Reader) -> None:
    """Refuse a META that would keep the recording longer than its ticket or any purpose may."""
    days, ticket = reader.meta.due_days, reader.ticket
    if not days or set(days) != set(reader.meta.purposes):
        raise FileFormatError(
            noted("archive_file_damaged", "META names no due day for a purpose, or one for none.")
        )
    if max(days.values()) > ticket.due_day or ticket.kept_days > LONGEST_KEPT_DAYS:
        raise FileFormatError(
            noted("archive_file_damaged", "META keeps the recording longer than it may be kept.")
        )


def _quick_end(reader: Reader) -> RecordingEnd | None:
    """Return the recording's end if its last frame is FINAL, else None."""
    last = reader.peek(reader.blocks - 1) if reader.blocks and not reader.partial else None
    if last is None or last.type is not FrameType.FINAL:
        return None
    return decode(last, RecordingEnd)


def _withdrawn(reader: Reader) -> tuple[str, ...]:
    """Return the purposes that the caller withdrew during the call."""
    if len(reader.meta.purposes) < 2:
        return ()  # The end of the only purpose ends the recording, without a mark.
    return tuple(purpose for mark in reader.survey.marks for purpose in mark.purposes)
