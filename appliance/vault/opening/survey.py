"""Walk over a recording's frames and note what opens, what is damaged, what is lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from appliance.errors import FileFormatError
from appliance.model.records import CallMeta, ConsentReceipt, RecordingEnd, RecordingMark, Verdict
from appliance.model.rule import SealedRule
from appliance.model.sentences.faults import noted
from appliance.vault.decoding import decode_json
from appliance.vault.format import FormatFault, Frame, FrameType, Malformed

MOST_JUNK = 2
"""Unreadable frames that a power cut can leave behind the last whole one."""

MOST_MARKS = 2**16
"""Of a recording: one in two seconds of the longest; more would fill the memory of who reads it."""

StructT = TypeVar("StructT", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Survey:
    """The result of a walk over all frames."""

    frames: int  # that open
    samples: int  # up to the end of the last sound that opens
    marks: tuple[RecordingMark, ...]
    end: RecordingEnd | None
    holes: tuple[tuple[int, int], ...]  # sound lost in damaged frames: first sample, count
    damaged: tuple[int, ...]  # indexes of frames that do not open, before the last that does
    rule: SealedRule | None  # None: cut or damaged
    junk: int  # frames, the last perhaps partial, behind the last that opens

    @property
    def verdict(self) -> Verdict:
        """Judge the contents alone, without the audit."""
        if self.damaged or self.junk > MOST_JUNK or (self.end and self.junk):
            return Verdict.DAMAGED
        return Verdict.COMPLETE if self.end else Verdict.CUT


def survey(blocks: int, partial: bool, peek: Callable[[int], Frame | None], opening: int) -> Survey:
    """Walk over all frames and note what opens, what does not, and what is lost.

    Args:
        blocks: whole frames in the file.
        partial: whether a piece of a frame follows them.
        peek: opens a frame; None if it is damaged.
        opening: frames before the first that may hold sound.

    Raises:
        Malformed: a frame opens, but its content is impossible.
    """
    position, frames, last = 0, 0, -1
    damaged: list[int] = []
    holes: list[tuple[int, int]] = []
    marks: list[RecordingMark] = []
    end = None
    for index in range(blocks):
        frame = peek(index)
        if frame is None:
            continue
        if frame.sample < position:
            raise Malformed(
                FormatFault.CONTENT,
                noted("recording_file_damaged", f"Frame {index} goes back in time."),
            )
        if index > last + 1:
            damaged.extend(range(last + 1, index))
            if frame.sample > position:
                holes.append((position, frame.sample - position))
        position, frames, last = frame.sample + frame.samples, frames + 1, index
        said = _SAYS[frame.type](frame) if frame.type in _SAYS else None
        if isinstance(said, RecordingMark):
            _add(said, marks)
        elif isinstance(said, RecordingEnd):
            end = said
            break
    rule = _rule(peek, opening) if blocks >= opening else None
    junk = blocks - 1 - last + partial
    return Survey(frames, position, tuple(marks), end, tuple(holes), tuple(damaged), rule, junk)


def _rule(peek: Callable[[int], Frame | None], opening: int) -> SealedRule | None:
    """Return the rule; None if a piece of it is damaged."""
    pieces = [peek(index) for index in range(2, opening)]
    whole = [piece for piece in pieces if piece is not None]
    return decode_rule(whole) if len(whole) == len(pieces) else None


def _add(mark: RecordingMark, marks: list[RecordingMark]) -> None:
    if len(marks) == MOST_MARKS:
        raise Malformed(
            FormatFault.CONTENT,
            noted("recording_file_damaged", f"It holds more than {MOST_MARKS} marks."),
        )
    marks.append(mark)


def decode(frame: Frame, kind: type[StructT]) -> StructT:
    """Decode a frame's JSON; raises Malformed if it is something else."""
    return _decoded(frame.payload, kind, frame.type)


def decode_rule(frames: Sequence[Frame]) -> SealedRule:
    """Decode the rule from all its frames; raises Malformed if it is something else."""
    return _decoded(b"".join(frame.payload for frame in frames), SealedRule, FrameType.RULE)


def _decoded(raw: bytes, kind: type[StructT], where: FrameType) -> StructT:
    try:
        return decode_json(raw, kind, f"The {where.name} frame")
    except FileFormatError as error:
        raise Malformed(FormatFault.CONTENT, noted("recording_file_damaged", str(error))) from error


_SAYS: dict[FrameType, Callable[[Frame], msgspec.Struct]] = {
    FrameType.META: lambda frame: decode(frame, CallMeta),
    FrameType.CONSENT: lambda frame: decode(frame, ConsentReceipt),
    FrameType.EVENT: lambda frame: decode(frame, RecordingMark),
    FrameType.FINAL: lambda frame: decode(frame, RecordingEnd),
}
