"""Pack and seal recordings from the specification, always to the same bytes.

HPKE is its own, since a library draws a new key for each sealing. Every key follows from a name.
"""

import hashlib
import hmac
import json
import struct
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

META: dict[str, Any] = {
    "call": "00112233445566ff",
    "line": "Reception",
    "direction": "incoming",
    "started_at": 1790000000.0,
    "clock_ok": True,
    "recording_at_ms": 21000,
    "number": "+48221234567",
    "purposes": ["training"],
    "due_days": {"training": 20807},
}
WORDS: dict[str, Any] = {
    "spoken": "question",
    "prompt_id": "question",
    "prompt_sha256": "00" * 32,
    "at_ms": 12000,
    "heard_ms": 9000,
    "level_db": 0.0,
    "talked_over": 0.0,
}
RECEIPT: dict[str, Any] = {
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
    "side": "far",
    "grade": "A",
    "refused": ["quality"],
    "said": [WORDS],
    "keys": [{"key": "9", "at_ms": 8000, "means": "more"}],
    "more_key": "9",
}
SOUND = {"driver": "sound", "bus": "usb", "device": "0d8c:0014 USB Audio Device usb 1-1.2"}
MONITOR = {"driver": "monitor", "bus": "usb", "device": "1209:0001 LM1 usb 1-1.3"}
HEARD: dict[str, Any] = {"hook": MONITOR, "audio": SOUND, "prompt": SOUND}
PURPOSE: dict[str, Any] = {
    "id": "training",
    "basis": "consent",
    "says": "szkolenia pracowników",
    "retention_days": 90,
}
RULE: dict[str, Any] = {
    "version": "1",
    "controller": "Kancelaria Nowak, Warszawa",
    "contact": "rodo@kancelaria.example",
    "country": "PL",
    "line": "Reception",
    "kind": "phone",
    "language": "pl",
    "purposes": [PURPOSE, {**PURPOSE, "id": "quality", "says": "kontroli jakości"}],
    "choices": {"1": ["training", "quality"], "4": ["training"], "2": []},
    "grades": ["A"],
    "words": [
        {"spoken": "question", "prompt_id": "question", "prompt_sha256": "00" * 32, "text": "…"}
    ],
    "heard": HEARD,
    "more_key": "9",
}
MARK: dict[str, Any] = {"kind": "blank", "sample": 100, "samples": 800}
END: dict[str, Any] = {"samples": 16000, "reason": "hung_up"}
PIECE = 4064


def made(name: str, count: int = 32) -> bytes:
    """Return bytes that stand for random ones: always the same for a name."""
    return hashlib.shake_256(b"zgoda vectors, format 2: " + name.encode()).digest(count)


def seal_to(public: X25519PublicKey, info: bytes, plain: bytes, name: str) -> bytes:
    """Seal by HPKE in base mode (RFC 9180), with the ephemeral key that a name stands for."""
    ephemeral = X25519PrivateKey.from_private_bytes(made(f"ephemeral {name}"))
    sent = ephemeral.public_key().public_bytes_raw()
    kem, hpke = b"KEM\0\x20", b"HPKE\0\x20\0\1\0\3"
    context = sent + public.public_bytes_raw()
    drawn = _extract(kem, b"", b"eae_prk", ephemeral.exchange(public))
    shared = _expand(kem, drawn, b"shared_secret", context, 32)
    scheduled = b"\0" + _extract(hpke, b"", b"psk_id_hash", b"")
    scheduled += _extract(hpke, b"", b"info_hash", info)
    secret = _extract(hpke, shared, b"secret", b"")
    key = _expand(hpke, secret, b"key", scheduled, 32)
    nonce = _expand(hpke, secret, b"base_nonce", scheduled, 12)
    return sent + ChaCha20Poly1305(key).encrypt(nonce, plain, b"")


def _extract(suite: bytes, salt: bytes, label: bytes, value: bytes) -> bytes:
    return hmac.digest(salt, b"HPKE-v1" + suite + label + value, "sha256")


def _expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(hashes.SHA256(), length, labelled).derive(key)


HOLDER: dict[str, Any] = {
    "name": "Centrala Nowak",
    "fingerprint": hashlib.sha256(
        X25519PrivateKey.from_private_bytes(made("second reading")).public_key().public_bytes_raw()
    ).hexdigest(),
}
"""A second holder, as a rule names one."""

SHARED_RULE: dict[str, Any] = {**RULE, "holders": [HOLDER]}
CALL = bytes.fromhex(META["call"])


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


def told(kind: int, said: object, sample: int = 0, samples: int = 0) -> Frame:
    """Return a frame that holds JSON; text and bytes stand as they are."""
    raw = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
    return Frame(kind, raw, sample, samples)


def sound(index: int, channels: int = 1) -> Frame:
    """Return one of the AUDIO frames: 4000 bytes."""
    count = 4000 // channels
    return Frame(3, bytes([0x50 + index]) * 4000, index * count, count)


def frames(channels: int = 1, *rule: Frame) -> list[Frame]:
    """Return the frames of a complete recording: META, CONSENT, RULE, sound, a mark, FINAL."""
    each = 4000 // channels
    end = replace(told(5, {**END, "samples": 4 * each}, 4 * each), last=True)
    first, *others = [sound(index, channels) for index in range(4)]
    opening = [told(1, META), told(2, RECEIPT), *(rule or [told(6, RULE)])]
    return [*opening, first, told(4, MARK, each), *others, end]


LONG_RULE = json.dumps({**RULE, "controller_says": "Kancelaria Nowak " * 200}).encode()
TWO_PIECES = (Frame(6, LONG_RULE[:PIECE]), Frame(6, LONG_RULE[PIECE:]))


def ticket(
    bound: bytes,
    keys: tuple[X25519PublicKey, X25519PublicKey],
    fields: bytes,
    content: bytes,
    second: str = "",
    point: bytes = b"",
) -> bytes:
    """Return a ticket: sealed to a reading key, and then to a recording's key.

    Args:
        bound: the bytes that both layers are bound to.
        keys: of the holder, of the recording.
        fields: of the ticket.
        content: the recording's content key.
        second: the word in the labels of a second holder's.
        point: what stands in the place of the inner layer's point.
    """
    readers, own = keys
    label = f"zgoda {second}content key v1".encode() + bound
    inner = point + seal_to(readers, label, content, f"{second}content")[len(point) :]
    label = f"zgoda {second}ticket v1".encode() + bound
    return seal_to(own, label, fields + inner, f"{second}ticket")


@dataclass(frozen=True)
class Second:
    """A second holder, as a header names one; each part can be another's."""

    reading: X25519PrivateKey = field(
        default_factory=lambda: X25519PrivateKey.from_private_bytes(made("second reading"))
    )
    recording: X25519PrivateKey = field(
        default_factory=lambda: X25519PrivateKey.from_private_bytes(made("second recording"))
    )
    holder: bytes = field(default_factory=lambda: bytes.fromhex(HOLDER["fingerprint"])[:16])
    rid: bytes = field(default_factory=lambda: made("second rid", 16))
    label: str = "second "
    content: bytes | None = None  # another key than the office's
    fields: tuple[int, bytes] = (0, b"")
    """What stands where in the ticket's fields, in place of the office's."""

    bound_rid: bytes | None = None  # the id that the ticket is bound to, if it is another
    point: bytes = b""  # in the place of the inner layer's

    def ticket(self, bound: bytes, fields: bytes, content: bytes) -> bytes:
        """Return the second ticket of a header."""
        at, value = self.fields
        changed = fields[:at] + value + fields[at + len(value) :]
        bound = bound if self.bound_rid is None else bound[:62] + self.bound_rid
        keys = (self.reading.public_key(), self.recording.public_key())
        content = self.content or content
        return ticket(bound, keys, changed, content, self.label, self.point)


@dataclass(frozen=True)
class Office:
    """Keys and a header."""

    secret: bytes = field(default_factory=lambda: made("secret"))
    recording: X25519PrivateKey = field(
        default_factory=lambda: X25519PrivateKey.from_private_bytes(made("recording"))
    )
    origin: Ed25519PrivateKey = field(
        default_factory=lambda: Ed25519PrivateKey.from_private_bytes(made("origin"))
    )
    content: bytes = field(default_factory=lambda: made("content"))
    rid: bytes = field(default_factory=lambda: made("rid", 16))
    vault_id: bytes = field(default_factory=lambda: made("vault id", 16))

    @property
    def reading(self) -> X25519PrivateKey:
        """Return the office's reading key, from its secret."""
        key = HKDF(hashes.SHA256(), 32, b"", b"vk").derive(self.secret)
        return X25519PrivateKey.from_private_bytes(key)

    def start(self, channels: int = 1, version: int = 3) -> bytes:
        """Return the header's first 46 bytes."""
        head = b"ZGODAREC" + bytes([version, 1, 1, channels])
        return head + b"\x10\x00" + self.rid + self.vault_id

    def signed_part(
        self,
        channels: int = 1,
        flags: int = 1,
        opening: int = 3,
        version: int = 3,
        second: "Second | None" = None,
    ) -> bytes:
        """Return the bytes of a header that are signed.

        Args:
            channels: of the recording.
            flags: of the ticket.
            opening: the number of frames that the ticket names.
            version: that the ticket is bound to; the header says 3.
            second: what stands behind the office's ticket; nothing if None.
        """
        holder, rid = (second.holder, second.rid) if second else (bytes(16), bytes(16))
        bound = self.start(channels, version) + holder + rid
        fields = struct.pack(">HH8sB3sIB", 20717, 90, CALL, flags, b"\1\2\3", 77, opening)
        keys = (self.reading.public_key(), self.recording.public_key())
        own = ticket(bound, keys, fields, self.content)
        body = self.start(channels) + struct.pack(">H", len(own)) + own + holder + rid
        theirs = second.ticket(bound, fields, self.content) if second else b""
        body += struct.pack(">H", len(theirs)) + theirs
        return body.ljust(3968, b"\0")

    def header(self, part: bytes | None = None, origin: bytes | None = None) -> bytes:
        """Return the 4096 bytes of a header.

        Args:
            part: that is signed; an ordinary one if None.
            origin: key and signature; the right ones if None.
        """
        part = self.signed_part() if part is None else part
        signed = self.origin.public_key().public_bytes_raw() + self.origin.sign(part)
        body = part + (signed if origin is None else origin)
        return body + hmac.digest(self.derive(body, b"header"), body, "sha256")

    def derive(self, body: bytes, label: bytes) -> bytes:
        """Return a key that is bound to a header."""
        salt = hashlib.sha256(body).digest()
        return HKDF(hashes.SHA256(), 32, salt, label).derive(self.content)

    def file(self, sealed: list[Frame], header: bytes | None = None) -> bytes:
        """Return a whole recording."""
        header = self.header() if header is None else header
        key = self.derive(header[:4064], b"payload")
        return header + b"".join(frame.seal(key, index) for index, frame in enumerate(sealed))
