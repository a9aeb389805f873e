"""Seal and open files of age version 1, for one X25519 key (https://c2sp.org/age).

A file is a header of text and a payload of chunks. The header seals a fresh file key to the
recipient; a chunk's place and whether it is the last stand in its nonce, so that a file which was
cut, joined or reordered does not open.
"""

import os
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hmac import HMAC

from appliance.errors import FileFormatError, MadeByNewer, WrongSecret, by_newer
from appliance.model.sentences.faults import noted
from appliance.vault.container import derive
from appliance.vault.format import KEY_BYTES

CHUNK = 64 * 1024
"""Bytes of clear text in a chunk."""

_TAG = 16
_FILE_KEY = 16
_NONCE_BYTES = 16
_ZERO = bytes(12)
_INTRO = b"age-encryption.org/v1\n"
_LATER = re.compile(rb"age-encryption\.org/v([2-9])\n")
_X25519 = b"age-encryption.org/v1/X25519"
_LONGEST_LINE = 4096
_MOST_LINES = 256
_COLUMNS = 64
_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


class Source(Protocol):
    """What is read: an open file."""

    def read(self, size: int = -1, /) -> bytes | None:
        """Return up to so many bytes; nothing at the end."""


def seal(clear: Iterable[bytes], recipient: bytes) -> Iterator[bytes]:
    """Seal bytes to a recipient; yield the file in pieces.

    Args:
        clear: what is sealed, in pieces of any size.
        recipient: the public X25519 key.
    """
    file_key = os.urandom(_FILE_KEY)
    ephemeral = X25519PrivateKey.generate()
    share = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    wrapping = ChaCha20Poly1305(derive(shared, share + recipient, _X25519))
    body = _text(wrapping.encrypt(_ZERO, file_key, None))
    header = _INTRO + b"-> X25519 " + _text(share) + b"\n" + body + b"\n---"
    nonce = os.urandom(_NONCE_BYTES)
    yield header + b" " + _text(_mac(file_key, header).finalize()) + b"\n" + nonce
    cipher = ChaCha20Poly1305(derive(file_key, nonce, b"payload"))
    for number, (chunk, last) in enumerate(_chunks(clear)):
        yield cipher.encrypt(_nonce(number, last=last), chunk, None)


def unseal(source: Source, private: bytes | bytearray) -> Iterator[bytes]:
    """Open a file with the recipient's private key; yield what was sealed in pieces.

    What was yielded counts only once the end has come without an error.

    Raises:
        FileFormatError: foreign, cut, altered, or something follows its end.
        WrongSecret: it is sealed to another key.
    """
    file_key = _read_header(source, private)
    nonce = _read(source, _NONCE_BYTES)
    if len(nonce) < _NONCE_BYTES:
        raise FileFormatError(
            noted("archive_file_damaged", "An age file ends within its beginning.")
        )
    cipher = ChaCha20Poly1305(derive(file_key, nonce, b"payload"))
    number, chunk = 0, _read(source, CHUNK + _TAG)
    while True:
        ahead = _read(source, CHUNK + _TAG) if len(chunk) == CHUNK + _TAG else b""
        try:
            clear = cipher.decrypt(_nonce(number, last=not ahead), chunk, None)
        except InvalidTag:
            raise FileFormatError(
                noted("archive_file_damaged", "An age file is cut or altered.")
            ) from None
        if number and not clear:
            raise FileFormatError(
                noted("archive_file_damaged", "An age file ends in an empty piece.")
            )
        yield clear
        if not ahead:
            return
        number, chunk = number + 1, ahead


def identity(private: bytes | bytearray) -> str:
    """Write a private key as age's own program takes it: ``AGE-SECRET-KEY-1…``."""
    return _bech32("age-secret-key-", bytes(private)).upper()


def _check_intro(line: bytes) -> None:
    if later := _LATER.fullmatch(line):
        raise MadeByNewer(
            noted(
                "made_by_newer_program",
                by_newer("An age file", int(later[1]), 1, "install that version"),
            )
        )
    if line != _INTRO:
        raise FileFormatError(noted("archive_file_damaged", "This is no file of age version 1."))


def _read_header(source: Source, private: bytes | bytearray) -> bytes:
    """Read the header, find the file key and check the header with it."""
    header = _line(source)
    _check_intro(header)
    stanzas: list[tuple[list[bytes], bytes]] = []
    for _ in range(_MOST_LINES):
        line = _line(source)
        if line.startswith(b"--- "):
            file_key = _file_key(stanzas, private)
            try:
                _mac(file_key, header + b"---").verify(_bytes(line[4:-1], 32))
            except InvalidSignature:
                raise FileFormatError(
                    noted("archive_file_damaged", "The header of an age file was altered.")
                ) from None
            return file_key
        if not line.startswith(b"-> "):
            break
        header += line
        body = b""
        for _ in range(_MOST_LINES):
            part = _line(source)
            header, body = header + part, body + part[:-1]
            if len(part) <= _COLUMNS:
                break
        stanzas.append((line[3:-1].split(b" "), body))
    raise FileFormatError(
        noted("archive_file_damaged", "The header of an age file cannot be read.")
    )


def _file_key(stanzas: list[tuple[list[bytes], bytes]], private: bytes | bytearray) -> bytes:
    key = X25519PrivateKey.from_private_bytes(private)
    recipient = key.public_key().public_bytes_raw()
    for words, body in stanzas:
        if words[0] != b"X25519":
            continue
        if len(words) != 2:
            raise FileFormatError(
                noted("archive_file_damaged", "The header of an age file cannot be read.")
            )
        share, sealed = _bytes(words[1], KEY_BYTES), _bytes(body, _FILE_KEY + _TAG)
        try:
            shared = key.exchange(X25519PublicKey.from_public_bytes(share))
            wrapping = ChaCha20Poly1305(derive(shared, share + recipient, _X25519))
            return wrapping.decrypt(_ZERO, sealed, None)
        except ValueError:  # a share of small order
            raise FileFormatError(
                noted("archive_file_damaged", "The header of an age file cannot be read.")
            ) from None
        except InvalidTag:
            continue
    raise WrongSecret(noted("sheet_of_another", "This backup opens with another recovery sheet."))


def _chunks(clear: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield chunks, and whether each is the last; a last one is empty only if it is the first."""
    kept = bytearray()
    for piece in clear:
        kept += piece
        while len(kept) > CHUNK:
            yield bytes(kept[:CHUNK]), False
            del kept[:CHUNK]
    yield bytes(kept), True


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _mac(file_key: bytes, header: bytes) -> HMAC:
    mac = HMAC(derive(file_key, b"", b"header"), hashes.SHA256())
    mac.update(header)
    return mac


def _line(source: Source) -> bytes:
    """Read one line of the header, newline included."""
    line = bytearray()
    while len(line) < _LONGEST_LINE:
        letter = source.read(1)
        line += letter or b""
        if not letter or letter == b"\n":
            break
    if not line.endswith(b"\n") or not re.fullmatch(rb"[\x20-\x7e]*\n", line):
        raise FileFormatError(
            noted("archive_file_damaged", "This is no file of age version 1, or its header is cut.")
        )
    return bytes(line)


def _read(source: Source, size: int) -> bytes:
    """Read so many bytes, fewer only at the end."""
    whole = bytearray()
    while len(whole) < size:
        piece = source.read(size - len(whole))
        if not piece:
            break
        whole += piece
    return bytes(whole)


def _text(raw: bytes) -> bytes:
    return b64encode(raw).rstrip(b"=")


def _bytes(text: bytes, size: int) -> bytes:
    """Read so many bytes of base 64 that is written in its one way."""
    try:
        raw = b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except ValueError:
        raw = b""
    if len(raw) != size or _text(raw) != text:
        raise FileFormatError(
            noted("archive_file_damaged", "The header of an age file cannot be read.")
        )
    return raw


def _bech32(kind: str, raw: bytes) -> str:
    """Write bytes in Bech32 (BIP 173), without its limit of 90 letters."""
    bits = int.from_bytes(raw, "big") << -len(raw) * 8 % 5
    count = -(-len(raw) * 8 // 5)
    values = [bits >> 5 * (count - 1 - at) & 31 for at in range(count)]
    spread = [ord(letter) >> 5 for letter in kind] + [0] + [ord(letter) & 31 for letter in kind]
    check = _polymod([*spread, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [check >> 5 * (5 - at) & 31 for at in range(6)]
    return f"{kind}1{''.join(_ALPHABET[value] for value in values)}"


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for at, generator in enumerate(_GENERATOR):
            if top >> at & 1:
                check ^= generator
    return check
