"""Make the office's secret, its recovery sheet, and the passwords' wraps.

The secret S is printed and never stored. HKDF(S, "sheet") seals the reading key VK in the keyring,
so that another sheet can take the place of one that leaked; the backup key is X25519 from
HKDF(S, "backup"). An operator's password wraps VK under Argon2id. VK seals the secret of each
person's authenticator, so that another password takes no second factor away.
"""

import hashlib
import os
import re
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from msgspec import Struct

from appliance.errors import WrongSecret, WrongSheet, by_newer
from appliance.model.sentences.faults import in_words, noted
from appliance.model.typed.sheet import GROUP, GROUPS, QR_PREFIX, sheet_body, split_groups
from appliance.vault.container import derive, seal, unseal_buffer
from appliance.vault.disk import fill_random
from appliance.vault.format import KEY_BYTES

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so it survives reading aloud and copying by hand."""

_LATER_SHEET = re.compile(r"ZGODA([2-9]):")
_MISREAD = str.maketrans("OIL", "011", " -\t\r\n")
_SPARE_BITS = GROUPS * (GROUP - 1) * 5 - KEY_BYTES * 8
_NONCE = bytes(12)
_SHEET = b"zgoda sheet v1"
_AUTHENTICATOR = b"zgoda authenticator v1"


def new_secret() -> bytearray:
    """Make the office's secret S. The caller wipes it."""
    secret = bytearray(KEY_BYTES)
    fill_random(secret)
    return secret


def reading_key(secret: bytes | bytearray) -> bytearray:
    """Derive the private reading key VK from S, as in a keyring without a sealed one."""
    return bytearray(derive(secret, b"", b"vk"))


def new_reading_key() -> bytearray:
    """Make the private reading key VK. The caller wipes it."""
    return new_secret()


def seal_to_sheet(reading: bytes | bytearray, secret: bytes | bytearray, vault_id: bytes) -> bytes:
    """Seal the private reading key VK so that a sheet's secret S opens it; each S seals once."""
    cipher = ChaCha20Poly1305(derive(secret, b"", b"sheet"))
    return cipher.encrypt(_NONCE, bytes(reading), _SHEET + vault_id)


def read_by_sheet(secret: bytes | bytearray, sealed: bytes, vault_id: bytes) -> bytearray:
    """Return the private reading key VK that a keyring holds for a sheet. The caller wipes it.

    Args:
        secret: S, as ``read_sheet`` returns it.
        sealed: by ``seal_to_sheet``; empty in a keyring whose VK follows from S.
        vault_id: of the same keyring.

    Raises:
        WrongSecret: it is no sheet of this keyring, or another has taken its place.
    """
    if not sealed:
        return reading_key(secret)
    cipher = ChaCha20Poly1305(derive(secret, b"", b"sheet"))
    try:
        return bytearray(cipher.decrypt(_NONCE, sealed, _SHEET + vault_id))
    except InvalidTag:
        raise WrongSecret(
            noted(
                "sheet_of_another",
                "This recovery sheet belongs to another office, or a newer one has replaced it.",
            )
        ) from None


def seal_authenticator(
    secret: bytes | bytearray, reading: bytes | bytearray, operator: str
) -> bytes:
    """Seal the secret of an operator's authenticator under the private reading key VK."""
    return seal(reading, _AUTHENTICATOR, secret, operator.encode())


def open_authenticator(sealed: bytes, reading: bytes | bytearray, operator: str) -> bytearray:
    """Return what ``seal_authenticator`` sealed. The caller wipes it.

    Raises:
        FileFormatError: it is empty, altered, another person's, or of another office.
    """
    return unseal_buffer(reading, _AUTHENTICATOR, sealed, operator.encode())


def backup_key(secret: bytes | bytearray) -> bytearray:
    """Derive the private key that opens backups from S."""
    return bytearray(derive(secret, b"", b"backup"))


def public_half(private: bytes | bytearray) -> bytes:
    """Return the public half of an X25519 key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sheet_groups(secret: bytes | bytearray) -> tuple[str, ...]:
    """Write S as thirteen groups of five letters, each with its own check letter."""
    spare = _spare(secret)
    number = int.from_bytes(secret, "big") << _SPARE_BITS | spare
    letters = GROUPS * (GROUP - 1)
    values = [number >> 5 * (letters - 1 - at) & 31 for at in range(letters)]
    groups = [values[at : at + GROUP - 1] for at in range(0, letters, GROUP - 1)]
    return tuple(
        "".join(ALPHABET[value] for value in [*group, _check(index, group)])
        for index, group in enumerate(groups)
    )


def sheet_text(secret: bytes | bytearray) -> str:
    """Write S as one line for a sheet."""
    return "-".join(sheet_groups(secret))


def qr_text(sheet: str) -> str:
    """Write a sheet's line as the text of a QR code; ``read_sheet`` reads it too."""
    return QR_PREFIX + sheet


def plain_letters(typed: str) -> str:
    """Return typed letters in capitals, without separators; O is read as 0, I and L as 1."""
    return typed.upper().translate(_MISREAD)


def read_group(index: int, typed: str) -> str:
    """Read a typed group in any case and with any separators, as it stands on the sheet.

    Args:
        index: which group, from 0.
        typed: as typed; O is read as 0, I and L as 1.

    Raises:
        WrongSheet: it is not five letters, or its check letter does not fit.
    """
    group = plain_letters(typed)
    if len(group) != GROUP or not set(group) <= set(ALPHABET):
        said = in_words("sheet_group_letters", number=index + 1, letters=GROUP)
        raise WrongSheet(said, groups=(index + 1,))
    values = [ALPHABET.index(letter) for letter in group]
    if _check(index, values[:-1]) != values[-1]:
        said = in_words("sheet_group_typo", number=index + 1)
        raise WrongSheet(said, groups=(index + 1,))
    return group


def read_sheet(text: str) -> bytearray:
    """Read S from a sheet's text or QR code. The caller wipes it.

    Raises:
        WrongSheet: each group that is wrong is named; WrongSecret: it is a newer one.
    """
    if later := _LATER_SHEET.match(text.strip().upper()):
        raise WrongSecret(
            noted(
                "made_by_newer_program",
                by_newer("This recovery sheet", int(later[1]), 1, "install that version"),
            )
        )
    groups = split_groups(text)
    if groups is None:
        count = len(plain_letters(sheet_body(text)))
        raise WrongSheet(
            noted(
                "sheet_count",
                f"A recovery sheet has {GROUPS} groups of {GROUP}, {GROUPS * GROUP} letters and "
                f"digits in all; these are {count}.",
                groups=GROUPS,
                group=GROUP,
                count=count,
            ),
            letters=count,
        )
    number = 0
    for letter in _checked(groups):
        number = number << 5 | ALPHABET.index(letter)
    secret = bytearray((number >> _SPARE_BITS).to_bytes(KEY_BYTES, "big"))
    if number & (1 << _SPARE_BITS) - 1 != _spare(secret):
        raise WrongSheet(
            noted(
                "sheet_mixed_up",
                "Each group of the sheet is correct, but they do not belong together.",
            )
        )
    return secret


def _checked(groups: Sequence[str]) -> str:
    """Return the letters of a typed sheet without the check letters; raises WrongSheet."""
    letters, wrong = "", list[WrongSheet]()
    for index, typed in enumerate(groups):
        try:
            letters += read_group(index, typed)[:-1]
        except WrongSheet as error:
            wrong.append(error)
    if len(wrong) > 1:
        numbers = tuple(number for error in wrong for number in error.groups)
        said = in_words("sheet_groups_typo", numbers=", ".join(map(str, numbers)))
        raise WrongSheet(said, groups=numbers)
    if wrong:
        raise wrong[0]
    return letters


def _spare(secret: bytes | bytearray) -> int:
    """Return the spare bits of the last group: a digest that checks the whole."""
    return hashlib.sha256(b"zgoda sheet v1" + secret).digest()[0] & (1 << _SPARE_BITS) - 1


def _check(index: int, values: Sequence[int]) -> int:
    """Compute a group's check letter: a polynomial over GF(32), seeded with the group's place.

    It always finds one wrong letter, two neighbours swapped, or two groups swapped.
    """
    rest = index
    for value in values:
        rest = _times_x(rest) ^ value
    return _times_x(rest)


def _times_x(value: int) -> int:
    """Multiply by x in GF(32) with the modulus x^5 + x^2 + 1."""
    return (value << 1 & 31) ^ (5 if value & 16 else 0)


class Cost(Struct, frozen=True, forbid_unknown_fields=True):
    """The cost of one password guess, in Argon2id's terms (RFC 9106)."""

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 1


class Wrap(Struct, frozen=True, forbid_unknown_fields=True):
    """The reading key under one person's password."""

    salt: bytes
    cost: Cost
    sealed: bytes


def wrap(
    content: bytes | bytearray,
    password: str | bytes | bytearray,
    owner: str,
    cost: Cost | None = None,
) -> Wrap:
    """Seal the reading key under a password.

    Args:
        content: the private reading key VK.
        password: of any length and script; a text is taken as UTF-8.
        owner: the operator's id; the wrap opens for this id alone.
        cost: of a guess; by default 64 MiB and three passes.
    """
    cost, salt = cost or Cost(), os.urandom(16)
    cipher = ChaCha20Poly1305(_stretch(password, salt, cost))
    return Wrap(salt, cost, cipher.encrypt(_NONCE, bytes(content), owner.encode()))


def unwrap(wrapped: Wrap, password: str | bytes | bytearray, owner: str) -> bytearray:
    """Return what ``wrap`` sealed. The caller wipes it.

    Raises:
        WrongSecret: the password does not fit.
    """
    cipher = ChaCha20Poly1305(_stretch(password, wrapped.salt, wrapped.cost))
    try:
        return bytearray(cipher.decrypt(_NONCE, wrapped.sealed, owner.encode()))
    except InvalidTag:
        raise WrongSecret(noted("password_is_wrong", "The password is wrong.")) from None


def _stretch(password: str | bytes | bytearray, salt: bytes, cost: Cost) -> bytearray:
    """Derive a key from a password: slow on purpose, one at a time as it takes 64 MiB."""
    key = bytearray(KEY_BYTES)
    given: Any = password.encode() if isinstance(password, str) else password  # any buffer
    Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    ).derive_into(given, key)
    return key
