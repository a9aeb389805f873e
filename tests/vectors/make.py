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

from tests.vectors import second
from tests.vectors.impossible import SEALED, WHOLE_META, WHOLE_RULE
from tests.vectors.office import (
    LONG_RULE,
    TWO_PIECES,
    Frame,
    Office,
    Second,
    frames,
    made,
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
    "format_2": ("failure version", put(8, 2)),
    "version": ("failure version", put(8, 4)),
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
    whole = [told(1, WHOLE_META), frames()[1], told(6, WHOLE_RULE), *frames()[3:]]
    unbound, foreign_key = office.signed_part(version=2), replace(office, recording=other)

    def file(sealed: list[Frame], channels: int = 1, flags: int = 1, opening: int = 3) -> bytes:
        return office.file(sealed, office.header(office.signed_part(channels, flags, opening)))

    found = {
        "two_channels": ("verdict complete", file(frames(2), channels=2)),
        "rule_of_two": ("verdict complete", file(frames(1, *TWO_PIECES), opening=4)),
        "rule_whole": ("verdict complete", file(whole)),
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
    theirs: dict[str, str] = {}
    for name, (musts, made_file) in second.build(office).items():
        files[name], cause[name], theirs[name] = made_file, *musts
    holder = Second()
    return files, {
        "rid": office.rid.hex(),
        "secret": office.secret.hex(),
        "reading": office.reading.private_bytes_raw().hex(),
        "recording": office.recording.private_bytes_raw().hex(),
        "origin": office.origin.public_key().public_bytes_raw().hex(),
        "must_cause": cause,
        "second": {
            "reading": holder.reading.private_bytes_raw().hex(),
            "recording": holder.recording.private_bytes_raw().hex(),
            "must_cause": theirs,
        },
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
