"""Frames under the right key: whoever seals them decides about every byte inside.

An input is the number of channels and of the opening's frames, then frames: their 16 bytes of
header and as many of payload as the header says. Zeros fill each, as a sealer would.
"""

import os

import msgspec

from appliance.errors import FileFormatError
from appliance.keeper.catalogue.shown import in_list, whole
from appliance.keeper.reading.export import filename
from appliance.keeper.reading.protocol import Find
from appliance.keeper.unlocked.block import ListedRow
from appliance.keeper.unlocked.index import Index
from appliance.keeper.unlocked.listing import row_of
from appliance.keeper.unlocked.summary import summary_of
from appliance.model.records import ListedCall
from appliance.vault.format import (
    FRAME_BYTES,
    FRAME_HEADER_BYTES,
    HEADER_BYTES,
    MOST_OPENING,
    PAYLOAD_BYTES,
    PLAIN_BYTES,
    FormatFault,
    Frame,
    FrameType,
    Header,
    Malformed,
    Ticket,
    pack_frame,
    parse_frame,
)
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.row import pack, unpack
from appliance.vault.opening.unseal import Reader
from tests.fuzz.feeding import Target, memory_file
from tests.fuzz.keys import RID, VAULT_ID
from tests.samples import META, RECEIPT, RULE

_json = msgspec.json.encode


class Opened(Reader):
    """A reader whose frames are open already."""

    plains: list[bytes]

    def frame(self, index: int) -> Frame:
        """Parse a frame as if its block had just opened."""
        if index >= len(self.plains):
            raise Malformed(FormatFault.FRAME, f"Frame {index} is damaged.")
        return parse_frame(self.plains[index], self.channels, index, self.ticket.opening)


def frames_in(raw: bytes) -> list[bytes]:
    """Cut an input into the plain text of frames."""
    found: list[bytes] = []
    at = 0
    while at + FRAME_HEADER_BYTES <= len(raw) and len(found) < 32:
        length = min(int.from_bytes(raw[at + 2 : at + 4], "big"), PAYLOAD_BYTES)
        end = at + FRAME_HEADER_BYTES + length
        found.append(raw[at:end].ljust(PLAIN_BYTES, b"\0"))
        at = end
    return found


def opened(raw: bytes) -> Opened:
    """Return a reader of an input."""
    channels, opening = raw[0] % 2 + 1, 3 + raw[1] % (MOST_OPENING - 2)
    plains = frames_in(raw[2:])
    file = memory_file("frames")
    file.holds(b"", HEADER_BYTES + len(plains) * FRAME_BYTES)
    ticket = Ticket(20_807, META.call, True, "a1b2c3", 77, 90, opening)
    reader = Opened(os.dup(file.fd), Header(channels, RID, VAULT_ID, b""), ticket, bytearray(32))
    reader.plains = plains
    return reader


def take(raw: bytes) -> None:
    """Survey and summarise it, list it, find it, and say so over the link."""
    if len(raw) < 2:
        return
    with opened(raw) as reader:
        found = reader.survey
        summary = summary_of(reader)
        assert reader.rule.version is not None
        reader.read(0, min(found.samples, 8000))
    plain = pack(row_of(summary, RecordingEntry(), "PL"))
    row = unpack(plain)
    index = Index("PL")
    index.put(bytes(8), ListedRow(0, RID, plain, row))
    page = index.find(Find(text=row.number or row.name or ""))
    shown = [in_list(one, None) for one in page.rows]
    filename([whole(RID.hex(), summary, RecordingEntry())], "wav")
    assert msgspec.json.decode(_json(shown), type=list[ListedCall]) == shown


def packed(*frames: Frame) -> bytes:
    """Return frames as an input has them."""
    made = b""
    for frame in frames:
        plain = bytearray(PLAIN_BYTES)
        pack_frame(plain, frame)
        made += plain[: FRAME_HEADER_BYTES + len(frame.payload)]
    return made


def opening_with(meta: bytes | None = None) -> bytes:
    """Return the opening of a call, perhaps with another META."""
    return packed(
        Frame(FrameType.META, 0, 0, meta or _json(META)),
        Frame(FrameType.CONSENT, 0, 0, _json(RECEIPT)),
        Frame(FrameType.RULE, 0, 0, _json(RULE)),
    )


def seeds() -> dict[str, bytes]:
    """Return a whole call, one that was cut, one with an odd name and one with a mark."""
    sound = packed(Frame(FrameType.AUDIO, 0, 160, b"\xd5" * 160))
    mark = packed(Frame(FrameType.EVENT, 160, 0, b'{"kind":"pause","sample":160}'))
    end = packed(Frame(FrameType.FINAL, 160, 0, b'{"samples":160,"reason":"hung_up"}'))
    two = msgspec.structs.replace(
        META, name="Żółć \u202e\u0000", number="*31#", sides=("far", "near"), started_at=0.0
    )
    return {
        "whole": b"\0\0" + opening_with() + sound + mark + end,
        "cut": b"\0\0" + opening_with() + sound,
        "two": b"\1\0" + opening_with(_json(two)) + sound,
        "no_opening": b"\0\0" + sound,
        "invalid_text": b"\0\0" + opening_with() + sound + end.replace(b"hung_up", b"\xff\xfe____"),
    }


TARGET = Target("frames", take, (FileFormatError,), seeds, words=True, longest=16_384)
