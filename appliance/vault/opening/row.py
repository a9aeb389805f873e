"""Seal and open a row of the catalogue, whose key dies with the recording's.

``nonce (12) ‖ ChaCha20-Poly1305(row key, plain, bound = shard ‖ slot)``, see ``docs/format.md``,
section 4. The seed comes from the recording's private key, the row key from seed and second key.
So a row opens only while the recording's key exists and a person is logged in. All rows have the
same length, whatever they hold.
"""

import hmac
import os
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from msgspec import Struct

from appliance.errors import FileFormatError
from appliance.model.records import CallerAnswer, Unreal
from appliance.model.sentences.faults import noted
from appliance.vault.format import RID_BYTES
from appliance.vault.opening.shard import ENTRY_BYTES, STATE_AT
from appliance.vault.opening.state import LATEST_DAY, VERDICTS, read_state

ROW_BYTES = 256
SEED_BYTES = 32
NONCE_BYTES = 12
PLAIN_BYTES = ROW_BYTES - NONCE_BYTES - 16

_SEED_LABEL = b"zgoda row v3"
"""Another one with each other form of a row: old ones do not open then, and are made again."""
_BOUND = struct.Struct(">8sH")
_FIXED = struct.Struct(">HBBHIHIIH8sQ")
FIXED_BYTES = _FIXED.size

OUTGOING, SURE, WITHHELD, PLUS, WRITTEN, CUT, VIRTUAL, SIMULATED, LEFT_OUT = (
    1 << bit for bit in range(9)
)
_KNOWN = (1 << 12) - 1
_ANSWER_AT = 9
"""The first of three bits."""

_ANSWERS = (
    CallerAnswer.AGREED,
    CallerAnswer.IN_PART,
    CallerAnswer.WITHDRAWN,
    CallerAnswer.REFUSED,
    CallerAnswer.NOTICE,
)
"""In the order of their codes; the format fixes it."""

_UNREAL: Mapping[int, Unreal] = {0: "", VIRTUAL: "virtual", SIMULATED: "simulated"}

MOST_DIGITS = 18
"""Digits that a number is found by; its first ones, if it has more."""

_PURPOSES = 48
_MOST = (32, 40, _PURPOSES, 32)
"""Bytes of line, end, purposes and a written number at most; the name gets what is left."""

_TEXTS = 5


class Row(Struct, frozen=True, kw_only=True):
    """What the catalogue knows of a recording."""

    call: str  # 16 hex digits: the same in every part of a call
    line: str
    outgoing: bool
    started_at: float  # UTC, of the off-hook
    clock_ok: bool
    began: float | None  # as the shard has it: its dates follow from it
    seconds: float
    verdict: str  # of the frames alone
    ended: str
    due_day: int
    purposes: tuple[str, ...]
    number: str | None
    digits: str  # by which the number is found
    name: str | None
    withheld: bool
    unreal: Unreal = ""
    answer: CallerAnswer = CallerAnswer.AGREED
    left_out: bool = False  # not all purposes fitted
    cut: bool = False  # a text did not fit whole


def seed_of(private: bytes | bytearray | memoryview) -> bytes:
    """Derive a row's seed from the recording's private key."""
    return hmac.digest(private, _SEED_LABEL, "sha256")


@dataclass(slots=True)
class Rows:
    """The recordings of a shard that were taken up, as the catalogue needs them."""

    slots: list[int]
    rids: bytes  # 16 bytes each
    began: list[int]  # UTC, ms, as the shard has it; 0: the recording's own date counts
    seeds: bytearray = field(repr=False)  # 32 bytes each, to be wiped


def rows_of(plain: bytearray) -> Rows:
    """Return what was taken up of an open shard's content, with the seeds of its rows."""
    found, rids, view = Rows([], b"", [], bytearray()), [], memoryview(plain)
    for at in range(0, len(view), ENTRY_BYTES):
        slot, entry = read_state(view, at + STATE_AT)
        if entry.due_day is not None:
            found.slots.append(slot)
            rids.append(bytes(view[at : at + RID_BYTES]))
            found.began.append(round((entry.began or 0) * 1000))
            found.seeds += seed_of(view[at + RID_BYTES : at + STATE_AT])
    found.rids = b"".join(rids)
    return found


def seal_row(second: bytes, seed: bytes, sid: bytes, slot: int, plain: bytes) -> bytes:
    """Return a row's 256 bytes.

    Args:
        second: the second key.
        seed: as ``seed_of`` returns it.
        sid: of the shard.
        slot: the recording's in it.
        plain: as ``pack`` returns it.
    """
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(second, seed).encrypt(nonce, plain, _BOUND.pack(sid, slot))


def open_row(second: bytes, seed: bytes, sid: bytes, slot: int, raw: bytes | memoryview) -> bytes:
    """Return a row's content; raises FileFormatError if it does not open."""
    if len(raw) != ROW_BYTES:
        raise FileFormatError(noted("archive_file_damaged", "A row of the catalogue is cut."))
    nonce, bound = bytes(raw[:NONCE_BYTES]), _BOUND.pack(sid, slot)
    try:
        return _cipher(second, seed).decrypt(nonce, raw[NONCE_BYTES:], bound)
    except InvalidTag:
        raise FileFormatError(
            noted("archive_file_damaged", "A row of the catalogue is altered, or not this one.")
        ) from None


def _cipher(second: bytes, seed: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(hmac.digest(second, seed, "sha256"))


def pack(row: Row) -> bytes:
    """Return a row's content, padded; texts that are too long are cut."""
    digits = row.digits[:MOST_DIGITS] if row.number else ""
    plain_number = row.number is not None and row.number.removeprefix("+") == digits != ""
    purposes = _fitting(row.purposes)
    left_out = row.left_out or len(purposes) < len(row.purposes)
    whole = [
        row.line,
        row.ended,
        "\n".join(purposes),
        "" if plain_number else row.number or "",
    ]
    texts = [_cut(text, most) for text, most in zip(whole, _MOST, strict=True)]
    left = PLAIN_BYTES - FIXED_BYTES - sum(map(len, texts)) - _TEXTS
    texts.append(_cut(row.name or "", left))
    was_cut = [text.decode() for text in texts] != [*whole, row.name or ""]
    flags = 0
    for bit, counts in (
        (OUTGOING, row.outgoing),
        (SURE, row.clock_ok),
        (WITHHELD, row.withheld),
        (PLUS, plain_number and row.number != digits),
        (WRITTEN, bool(texts[3])),
        (VIRTUAL, row.unreal == "virtual"),
        (SIMULATED, row.unreal == "simulated"),
        (LEFT_OUT, left_out),
        (CUT, row.cut or was_cut or left_out),
    ):
        flags |= bit if counts else 0
    flags |= _ANSWERS.index(row.answer) << _ANSWER_AT
    fixed = _FIXED.pack(
        *(flags, VERDICTS.index(row.verdict), len(digits)),
        *divmod(_thousandths(row.started_at, 48), 1 << 32),
        *divmod(_thousandths(row.began or 0, 48), 1 << 32),
        _thousandths(row.seconds, 32),
        min(max(row.due_day, 0), LATEST_DAY),
        bytes.fromhex(row.call),
        int(digits or 0),
    )
    body = b"".join(bytes([len(text)]) + text for text in texts)
    return (fixed + body).ljust(PLAIN_BYTES, b"\0")


def unpack(plain: bytes) -> Row:
    """Read a row's content strictly; raises FileFormatError for what ``pack`` never writes."""
    flags, verdict, count, high, low, began_high, began_low, length, due, call, number = (
        _FIXED.unpack_from(plain)
    )
    kind, answer = flags & (VIRTUAL | SIMULATED), flags >> _ANSWER_AT & 7
    if (
        kind not in _UNREAL
        or answer >= len(_ANSWERS)
        or flags & ~_KNOWN
        or verdict >= len(VERDICTS)
        or count > MOST_DIGITS
        or number >= 10**count
    ):
        raise FileFormatError(
            noted("archive_file_damaged", "A row of the catalogue is impossible.")
        )
    line, ended, purposes, written, name = _texts(plain)
    digits = str(number).rjust(count, "0") if count else ""
    return Row(
        call=call.hex(),
        line=line,
        outgoing=bool(flags & OUTGOING),
        started_at=(high << 32 | low) / 1000,
        clock_ok=bool(flags & SURE),
        began=(began_high << 32 | began_low) / 1000 or None,
        seconds=length / 1000,
        verdict=str(VERDICTS[verdict]),
        ended=ended,
        due_day=due,
        purposes=tuple(purposes.split("\n")) if purposes else (),
        number=written or ("+" * bool(flags & PLUS) + digits if digits else None),
        digits=digits,
        name=name or None,
        withheld=bool(flags & WITHHELD),
        unreal=_UNREAL[kind],
        answer=_ANSWERS[answer],
        left_out=bool(flags & LEFT_OUT),
        cut=bool(flags & CUT),
    )


def _texts(plain: bytes) -> list[str]:
    texts, at = [], FIXED_BYTES
    try:
        for _ in range(_TEXTS):
            end = at + 1 + plain[at]
            texts.append(plain[at + 1 : end].decode())
            at = end
    except (IndexError, UnicodeDecodeError):
        raise FileFormatError(
            noted("archive_file_damaged", "A row of the catalogue holds no text.")
        ) from None
    if plain.count(0, at) != PLAIN_BYTES - at:
        raise FileFormatError(
            noted("archive_file_damaged", "A row of the catalogue goes on behind its end.")
        )
    return texts


def _fitting(purposes: Iterable[str]) -> list[str]:
    """Return as many purposes as fit whole."""
    kept: list[str] = []
    for purpose in purposes:
        if len("\n".join([*kept, purpose]).encode()) > _PURPOSES or not purpose or "\n" in purpose:
            break
        kept.append(purpose)
    return kept


def _cut(text: str, most: int) -> bytes:
    """Return a text's first bytes, without half a letter at the end."""
    return text.encode()[:most].decode(errors="ignore").encode()


def _thousandths(seconds: float, bits: int) -> int:
    return min(max(round(seconds * 1000), 0), (1 << bits) - 1)
