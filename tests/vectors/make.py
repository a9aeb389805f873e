"""Make the test vectors of ``docs/format.md``: ``python -m tests.vectors.make``.

Each differs from a complete recording by one fault. Nearly all share one header, so that the
archive stays small.
"""

import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tests.vectors.office import (
    END,
    LONG_RULE,
    MARK,
    META,
    PURPOSE,
    RECEIPT,
    RULE,
    TWO_PIECES,
    WORDS,
    Frame,
    Office,
    frames,
    made,
    sound,
    told,
)

HERE = Path(__file__).parent
ARCHIVE = HERE / "vectors.tar.xz"
EXPECTED = HERE / "expected.json"
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of Ed25519's group: a signature's second half plus this fits too, if a reader is careless."""


Change = Callable[[bytearray], None]


def put(offset: int, *values: int) -> Change:
    """Write bytes at an offset."""

    def change(raw: bytearray) -> None:
        raw[offset : offset + len(values)] = bytes(values)

    return change


def flip(offset: int) -> Change:
    """Flip the lowest bit of a byte."""

    def change(raw: bytearray) -> None:
        raw[offset] ^= 1

    return change


def cut(length: int) -> Change:
    """End the file after so many bytes."""

    def change(raw: bytearray) -> None:
        del raw[length:]

    return change


def block(index: int) -> slice:
    """Return where a frame lies."""
    return slice(4096 * (index + 1), 4096 * (index + 2))


def swap(raw: bytearray) -> None:
    """Swap two AUDIO frames."""
    raw[block(5)], raw[block(6)] = raw[block(6)], raw[block(5)]


def repeat(raw: bytearray) -> None:
    """Put an AUDIO frame in twice."""
    raw[block(4).start : block(4).start] = raw[block(3)]


def junk(count: int) -> Change:
    """Put blocks that do not open in FINAL's place."""

    def change(raw: bytearray) -> None:
        del raw[block(8).start :]
        raw.extend(bytes(4096 * count))

    return change


def foreign(raw: bytearray) -> None:
    """Make it a different kind of file."""
    raw[:] = b"%PDF-1.7\n" + b" " * 8192


def holes(raw: bytearray) -> None:
    """Flip a bit in each of two AUDIO frames."""
    for index in (3, 6):
        raw[block(index).start] ^= 1


CHANGED: dict[str, tuple[str, Change]] = {
    "complete": ("verdict complete", cut(2**30)),
    "empty": ("failure short", cut(0)),
    "short_header": ("failure short", cut(4000)),
    "foreign": ("failure foreign", foreign),
    "overwritten_header": ("failure foreign", put(0, *bytes(4096))),
    "format_1": ("failure version", put(8, 1)),
    "version": ("failure version", put(8, 3)),
    "suite": ("failure version", put(9, 9)),
    "suite_reserved": ("failure version", put(9, 2)),
    "codec": ("failure version", put(10, 2)),
    "channels": ("failure header", put(11, 3)),
    "no_channels": ("failure header", put(11, 0)),
    "frame_size": ("failure header", put(12, 8, 0)),
    "ticket_length": ("failure header", put(46, 0, 148)),
    "padding": ("failure header", put(3900, 1)),
    "ticket": ("failure ticket", flip(60)),
    "rid": ("failure ticket", flip(20)),
    "vault_id": ("failure ticket", flip(40)),
    "other_channels": ("failure ticket", put(11, 2)),
    "mac": ("failure mac", flip(4090)),
    "origin_altered": ("failure mac", flip(3970)),
    "signature_altered": ("failure mac", flip(4001)),
    "no_frames": ("verdict cut", cut(4096)),
    "only_meta": ("verdict cut", cut(2 * 4096)),
    "torn_rule": ("verdict cut", cut(3 * 4096 + 10)),
    "no_sound": ("verdict cut", cut(4 * 4096)),
    "no_final": ("verdict cut", cut(9 * 4096)),
    "torn": ("verdict cut", cut(7 * 4096 + 100)),
    "junk_two": ("verdict cut", junk(2)),
    "junk_three": ("verdict damaged", junk(3)),
    "after_final": ("verdict damaged", lambda raw: raw.extend(bytes(4096))),
    "piece_after_final": ("verdict damaged", lambda raw: raw.extend(b"x")),
    "hole": ("verdict damaged", flip(6 * 4096 + 2000)),
    "holes": ("verdict damaged", holes),
    "meta_damaged": ("verdict damaged", flip(4096)),
    "receipt_damaged": ("verdict damaged", flip(2 * 4096)),
    "rule_damaged": ("verdict damaged", flip(3 * 4096)),
    "swapped": ("verdict damaged", swap),
    "repeated": ("verdict damaged", repeat),
}
"""Name -> what it must cause, and the fault put into a complete recording's bytes."""


def at(index: int, frame: Frame) -> list[Frame]:
    """Return a complete recording's frames up to an index, and another frame there."""
    return [*frames()[:index], frame]


def ended(said: object) -> Frame:
    """Return a last frame behind one second of sound."""
    return replace(told(5, said, 8000), last=True)


def without(said: dict[str, Any], name: str) -> dict[str, Any]:
    """Return what is said without one field."""
    return {key: value for key, value in said.items() if key != name}


def raw_number(text: str) -> bytes:
    """Return META with a number written as it stands."""
    return json.dumps({**META, "started_at": 0}).replace('"started_at": 0', text).encode()


SEALED: dict[str, list[Frame]] = {
    "final_flag": at(3, replace(sound(0), last=True)),
    "final_unflagged": at(3, told(5, {**END, "samples": 0})),
    "frame_type": at(3, Frame(7, b"")),
    "frame_flags": at(3, replace(sound(0), flags=1)),
    "frame_length": at(3, Frame(4, json.dumps(MARK).encode(), length=4065)),
    "frame_padding": at(3, replace(sound(0), tail=b"\0\0\1")),
    "audio_length": at(3, replace(sound(0), samples=3999)),
    "audio_empty": at(3, Frame(3, b"")),
    "audio_long": at(3, Frame(3, bytes(4001), samples=4001)),
    "event_samples": at(3, told(4, MARK, samples=1)),
    "far_away": at(3, Frame(3, b"\xd5", 10**9, 1)),
    "back_in_time": [*frames()[:6], sound(0)],
    "meta_late": at(3, told(1, META)),
    "meta_twice": at(1, told(1, META)),
    "meta_sample": at(0, told(1, META, 1)),
    "no_meta": at(0, sound(0)),
    "no_receipt": at(1, sound(0)),
    "receipt_late": at(3, told(2, RECEIPT)),
    "no_rule": at(2, sound(0)),
    "rule_late": at(3, told(6, RULE)),
    "rule_empty": at(2, Frame(6, b"")),
    "rule_sample": at(2, told(6, RULE, 1)),
    "meta_field": at(0, told(1, {**META, "mood": "good"})),
    "meta_missing": at(0, told(1, without(META, "line"))),
    "meta_list": at(0, told(1, [META])),
    "meta_text": at(0, told(1, {**META, "started_at": "noon"})),
    "meta_bool": at(0, told(1, {**META, "clock_ok": 1})),
    "meta_fraction": at(0, told(1, {**META, "recording_at_ms": 1.0})),
    "meta_large": at(0, told(1, {**META, "recording_at_ms": 2**31})),
    "meta_time": at(0, told(1, {**META, "started_at": 2.0**33 + 1})),
    "meta_before": at(0, told(1, {**META, "started_at": -1.0})),
    "meta_infinite": at(0, told(1, raw_number('"started_at": 1e999'))),
    "meta_nan": at(0, told(1, raw_number('"started_at": NaN'))),
    "meta_day": at(0, told(1, {**META, "due_days": {"training": 2**18}})),
    "meta_sides": at(0, told(1, {**META, "sides": ["far", "near", "both"]})),
    "meta_purposes": at(0, told(1, {**META, "purposes": ["training"] * 65})),
    "meta_call": at(0, told(1, {**META, "call": "00112233445566FF"})),
    "meta_predecessor": at(0, told(1, {**META, "predecessor": "../root"})),
    "meta_word": at(0, told(1, {**META, "direction": "sideways"})),
    "meta_null": at(0, told(1, {**META, "line": None})),
    "meta_utf8": at(0, told(1, json.dumps(META).encode().replace(b"Reception", b"Rec\xffption"))),
    "meta_surrogate": at(0, told(1, json.dumps({**META, "name": "\ud800"}).encode())),
    "meta_deep": at(0, told(1, b'{"name":' + b"[" * 2000 + b"]" * 2000 + b"}")),
    "meta_tail": at(0, told(1, json.dumps(META).encode() + b"}")),
    "receipt_field": at(1, told(2, {**RECEIPT, "mood": "good"})),
    "receipt_outcome": at(1, told(2, {**RECEIPT, "outcome": "perhaps"})),
    "receipt_grade": at(1, told(2, {**RECEIPT, "grade": "D"})),
    "receipt_side": at(1, told(2, {**RECEIPT, "side": "near"})),
    "receipt_level": at(1, told(2, {**RECEIPT, "level_db": 1e6 + 1})),
    "receipt_null": at(1, told(2, {**RECEIPT, "heard_ms": None})),
    "receipt_refused": at(1, told(2, {**RECEIPT, "refused": "quality"})),
    "receipt_said": at(1, told(2, {**RECEIPT, "said": [{**WORDS, "mood": "good"}]})),
    "receipt_key": at(1, told(2, {**RECEIPT, "keys": [{"key": "9", "at_ms": 8000}]})),
    "rule_field": at(2, told(6, {**RULE, "mood": "good"})),
    "rule_missing": at(2, told(6, without(RULE, "contact"))),
    "rule_basis": at(2, told(6, {**RULE, "purposes": [{**PURPOSE, "basis": "habit"}]})),
    "rule_days": at(2, told(6, {**RULE, "purposes": [{**PURPOSE, "retention_days": -1}]})),
    "rule_grades": at(2, told(6, {**RULE, "grades": ["A"] * 65})),
    "rule_choices": at(2, told(6, {**RULE, "choices": {"1": "training"}})),
    "rule_text": at(2, told(6, b"training")),
    "event_text": at(3, told(4, b"a pause")),
    "event_kind": at(3, told(4, {**MARK, "kind": "nap"})),
    "event_field": at(3, told(4, {**MARK, "key": "4"})),
    "event_far": at(3, told(4, {**MARK, "samples": 10**9 + 1})),
    "event_before": at(3, told(4, {**MARK, "sample": -1})),
    "final_missing": [*frames()[:4], ended(without(END, "reason"))],
    "final_reason": [*frames()[:4], ended({**END, "reason": "hung up"})],
    "final_before": [*frames()[:4], ended({**END, "samples": -1})],
    "final_utf8": [*frames()[:4], ended(b'{"samples":8000,"reason":"\xff"}')],
}
"""Name -> frames that a writer cannot have written; all must cause ``failure content``."""


def origins(office: Office) -> dict[str, tuple[str, bytes]]:
    """Return headers with something else where the origin stands, under a MAC that fits."""
    part, other = office.signed_part(), Ed25519PrivateKey.from_private_bytes(made("other origin"))
    public, signature = office.origin.public_key().public_bytes_raw(), office.origin.sign(part)
    foreign_key = other.public_key().public_bytes_raw()
    replayed = office.origin.sign(replace(office, rid=made("other rid", 16)).signed_part())
    scalar = (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
    bit = bytes([signature[0] ^ 1]) + signature[1:]
    found = {
        "origin_unknown": ("verdict complete", foreign_key + other.sign(part)),
        "unsigned": ("failure origin", bytes(96)),
        "origin_small": ("failure origin", b"\1" + bytes(31) + b"\1" + bytes(63)),
        "signature": ("failure origin", public + bit),
        "signature_replayed": ("failure origin", public + replayed),
        "signature_second": ("failure origin", public + signature[:32] + scalar),
        "origin_claimed": ("failure origin", public + other.sign(part)),
        "origin_other": ("failure origin", foreign_key + signature),
    }
    return {name: (must, office.header(part, put)) for name, (must, put) in found.items()}


def headers(office: Office) -> dict[str, tuple[str, bytes]]:
    """Return whole recordings whose header differs, signed and under a MAC that fits."""
    other = X25519PrivateKey.from_private_bytes(made("other recording"))
    strange = replace(office, secret=made("other secret"))
    unbound, foreign_key = office.signed_part(version=1), replace(office, recording=other)

    def file(sealed: list[Frame], **changed: int) -> bytes:
        return office.file(sealed, office.header(office.signed_part(**changed)))

    found = {
        "two_channels": ("verdict complete", file(frames(2), channels=2)),
        "rule_of_two": ("verdict complete", file(frames(1, *TWO_PIECES), opening=4)),
        "rule_hole": ("verdict damaged", _hole(file(frames(1, *TWO_PIECES), opening=4))),
        "rule_short": ("failure content", file(frames(1, *_early()), opening=4)),
        "two_channels_uneven": ("failure content", file([*frames(2)[:3], _uneven()], channels=2)),
        "ticket_flags": ("failure content", file(frames(), flags=3)),
        "opening_none": ("failure content", file(frames(), opening=2)),
        "opening_many": ("failure content", file(frames(), opening=19)),
        "opening_later": ("failure content", file(frames(), opening=4)),
        "opening_earlier": ("failure content", file(frames(1, *TWO_PIECES), opening=3)),
        "ticket_bound": ("failure ticket", office.file(frames(), office.header(unbound))),
        "other_reading_key": ("failure ticket", strange.file(frames())),
        "other_recording_key": ("failure ticket", foreign_key.file(frames())),
        "other_body": ("verdict damaged", office.header() + strange_body(office)),
    }
    signed = {
        name: (must, office.file(frames(), raw)) for name, (must, raw) in origins(office).items()
    }
    return found | signed


def strange_body(office: Office) -> bytes:
    """Return frames under the payload key of another header."""
    return replace(office, content=made("other content")).file(frames())[4096:]


def _hole(raw: bytes) -> bytes:
    changed = bytearray(raw)
    changed[block(3).start] ^= 1
    return bytes(changed)


def _early() -> tuple[Frame, Frame]:
    return Frame(6, LONG_RULE[:4000]), Frame(6, LONG_RULE[4000:])


def _uneven() -> Frame:
    return Frame(3, bytes(3999), samples=2000)


def build() -> tuple[dict[str, bytes], dict[str, Any]]:
    """Return the vectors and what is expected of them."""
    office = Office()
    header = office.header()
    whole = office.file(frames(), header)
    files: dict[str, bytes] = {}
    cause: dict[str, str] = {}
    for name, (must, change) in CHANGED.items():
        raw = bytearray(whole)
        change(raw)
        files[name], cause[name] = bytes(raw), must
    for name, sealed in SEALED.items():
        files[name], cause[name] = office.file(sealed, header), "failure content"
    for name, (must, made_file) in headers(office).items():
        files[name], cause[name] = made_file, must
    return files, {
        "rid": office.rid.hex(),
        "secret": office.secret.hex(),
        "reading": office.reading.private_bytes_raw().hex(),
        "recording": office.recording.private_bytes_raw().hex(),
        "origin": office.origin.public_key().public_bytes_raw().hex(),
        "must_cause": cause,
    }


def main() -> None:
    """Write the archive and the table beside it."""
    files, expected = build()
    with tarfile.open(ARCHIVE, "w:xz", preset=9) as archive:
        for name, raw in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(raw)
            archive.addfile(entry, io.BytesIO(raw))
    EXPECTED.write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
