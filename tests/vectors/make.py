"""Make the test vectors of ``docs/format.md``: ``python -m tests.vectors.make``.

It seals with ``cryptography`` alone and packs the bytes from the specification, not with the code
that the vectors test. All vectors share one header, so that the archive stays small.
"""

import hashlib
import hmac
import io
import json
import os
import struct
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HERE = Path(__file__).parent
ARCHIVE = HERE / "vectors.tar.xz"
EXPECTED = HERE / "expected.json"
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)

META = {
    "call": "00112233445566ff",
    "line": "Reception",
    "direction": "incoming",
    "started_at": 1790000000.0,
    "clock_ok": True,
    "recording_at_ms": 21000,
    "number": "+48221234567",
}
RECEIPT = {
    "outcome": "agreed",
    "purposes": ["training"],
    "prompt_id": "question",
    "prompt_sha256": "00" * 32,
    "language": "pl",
    "policy_version": "1",
    "heard_ms": 9000,
    "level_db": 0.0,
    "talked_over": 0.0,
    "key": "1",
}
MARK = {"kind": "blank", "sample": 100, "samples": 800}


@dataclass(frozen=True)
class Frame:
    """One frame as it is sealed; ``tail`` stands where zeros must."""

    type: int
    payload: bytes
    sample: int = 0
    samples: int = 0
    flags: int = 0
    length: int | None = None
    tail: bytes = b""
    last: bool = False

    def seal(self, key: bytes, index: int) -> bytes:
        """Return the 4096 bytes at an index."""
        length = len(self.payload) if self.length is None else self.length
        head = struct.pack(">BBHQI", self.type, self.flags, length, self.sample, self.samples)
        plain = (head + self.payload + self.tail).ljust(4080, b"\0")
        nonce = index.to_bytes(11, "big") + bytes([self.last])
        return ChaCha20Poly1305(key).encrypt(nonce, plain, b"")


def told(kind: int, said: dict[str, object], sample: int = 0, samples: int = 0) -> Frame:
    """Return a frame that holds JSON."""
    return Frame(kind, json.dumps(said).encode(), sample, samples)


def sound(index: int, channels: int = 1) -> Frame:
    """Return the AUDIO frame of an index: 4000 bytes."""
    count = 4000 // channels
    return Frame(3, bytes([0x50 + index]) * 4000, index * count, count)


def frames(channels: int = 1) -> list[Frame]:
    """Return the frames of a complete recording: META, CONSENT, sound, a mark, sound, FINAL."""
    each = 4000 // channels
    end = told(5, {"samples": 4 * each, "reason": "hung_up"}, 4 * each)
    first, *others = [sound(index, channels) for index in range(4)]
    marked = told(4, MARK, each)
    return [told(1, META), told(2, RECEIPT), first, marked, *others, replace(end, last=True)]


@dataclass
class Office:
    """Keys and a header."""

    reading: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    recording: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    content: bytes = field(default_factory=lambda: os.urandom(32))
    rid: bytes = field(default_factory=lambda: os.urandom(16))
    vault_id: bytes = field(default_factory=lambda: os.urandom(16))

    def header(self, channels: int = 1, flags: int = 1) -> bytes:
        """Return the 4096 bytes of a header."""
        bound = b"ZGODAREC" + bytes([1, 1, 1, channels]) + b"\x10\x00" + self.rid + self.vault_id
        fields = struct.pack(">I8sB3sI", 20807, b"\0" * 8, flags, b"\1\2\3", 77)
        inner = SUITE.encrypt(
            self.content, self.reading.public_key(), info=b"zgoda content key v1" + bound
        )
        ticket = SUITE.encrypt(
            fields + inner, self.recording.public_key(), info=b"zgoda ticket v1" + bound
        )
        body = (bound + struct.pack(">H", len(ticket)) + ticket).ljust(4064, b"\0")
        return body + hmac.digest(self.derive(body, b"header"), body, "sha256")

    def derive(self, body: bytes, label: bytes) -> bytes:
        """Return a key that is bound to a header."""
        salt = hashlib.sha256(body).digest()
        return HKDF(hashes.SHA256(), 32, salt, label).derive(self.content)

    def file(self, sealed: list[Frame], header: bytes) -> bytes:
        """Return a whole recording."""
        key = self.derive(header[:4064], b"payload")
        return header + b"".join(frame.seal(key, index) for index, frame in enumerate(sealed))


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
    """Swap frames 4 and 5."""
    raw[block(4)], raw[block(5)] = raw[block(5)], raw[block(4)]


def repeat(raw: bytearray) -> None:
    """Put frame 2 in twice."""
    raw[block(3).start : block(3).start] = raw[block(2)]


def junk(count: int) -> Change:
    """Put blocks that do not open in FINAL's place."""

    def change(raw: bytearray) -> None:
        del raw[block(7).start :]
        raw.extend(bytes(4096 * count))

    return change


def foreign(raw: bytearray) -> None:
    """Make it a different kind of file."""
    raw[:] = b"%PDF-1.7\n" + b" " * 8192


CHANGED: dict[str, tuple[str, Change]] = {
    "complete": ("verdict complete", cut(2**30)),
    "empty": ("failure short", cut(0)),
    "short_header": ("failure short", cut(4000)),
    "foreign": ("failure foreign", foreign),
    "overwritten_header": ("failure foreign", put(0, *bytes(4096))),
    "version": ("failure version", put(8, 2)),
    "suite": ("failure version", put(9, 9)),
    "codec": ("failure version", put(10, 2)),
    "channels": ("failure header", put(11, 3)),
    "frame_size": ("failure header", put(12, 8, 0)),
    "ticket_length": ("failure header", put(46, 0, 147)),
    "padding": ("failure header", put(4000, 1)),
    "ticket": ("failure ticket", flip(60)),
    "rid": ("failure ticket", flip(20)),
    "vault_id": ("failure ticket", flip(40)),
    "other_channels": ("failure ticket", put(11, 2)),
    "mac": ("failure mac", flip(4090)),
    "no_frames": ("verdict cut", cut(4096)),
    "no_final": ("verdict cut", cut(8 * 4096)),
    "torn": ("verdict cut", cut(6 * 4096 + 100)),
    "junk_two": ("verdict cut", junk(2)),
    "junk_three": ("verdict damaged", junk(3)),
    "after_final": ("verdict damaged", lambda raw: raw.extend(bytes(4096))),
    "hole": ("verdict damaged", flip(5 * 4096 + 2000)),
    "meta_damaged": ("verdict damaged", flip(4096)),
    "swapped": ("verdict damaged", swap),
    "repeated": ("verdict damaged", repeat),
}
"""Name -> what it must cause, and the fault put into a complete recording's bytes."""


def at(index: int, frame: Frame) -> list[Frame]:
    """Return a complete recording's frames up to an index, and another frame there."""
    return [*frames()[:index], frame]


SEALED: dict[str, list[Frame]] = {
    "final_flag": at(2, replace(sound(0), last=True)),
    "final_unflagged": at(2, told(5, {"samples": 0, "reason": "hung_up"})),
    "frame_type": at(2, Frame(6, b"")),
    "frame_flags": at(2, replace(sound(0), flags=1)),
    "frame_length": at(2, Frame(4, json.dumps(MARK).encode(), length=4065)),
    "frame_padding": at(2, replace(sound(0), tail=b"\0\0\1")),
    "audio_length": at(2, replace(sound(0), samples=3999)),
    "event_samples": at(2, told(4, MARK, samples=1)),
    "meta_late": at(2, told(1, META)),
    "no_meta": at(0, sound(0)),
    "meta_field": at(0, told(1, {**META, "mood": "good"})),
    "event_text": at(2, Frame(4, b"a pause")),
    "back_in_time": [*frames()[:5], sound(0)],
}
"""Name -> frames that a writer cannot have written; all must cause ``failure content``."""


def build() -> tuple[dict[str, bytes], dict[str, object]]:
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
    files["two_channels"] = office.file(frames(2), office.header(2))
    cause["two_channels"] = "verdict complete"
    files["ticket_flags"], cause["ticket_flags"] = office.header(flags=3), "failure content"
    other = replace(office, reading=X25519PrivateKey.generate())
    files["other_reading_key"], cause["other_reading_key"] = other.header(), "failure ticket"
    return files, {
        "rid": office.rid.hex(),
        "reading": office.reading.private_bytes_raw().hex(),
        "recording": office.recording.private_bytes_raw().hex(),
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
