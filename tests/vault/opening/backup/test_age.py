"""Files of age version 1: both ways with the program ``age``, and every fault refused."""

import io
import os
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from appliance.errors import FileFormatError, MadeByNewer, WrongSecret
from appliance.vault.opening.backup.age import CHUNK, identity, seal, unseal
from appliance.vault.opening.keys import backup_key, public_half

PRIVATE = backup_key(bytes(range(32)))
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5)


def sealed(clear: bytes, recipient: bytes | None = None) -> bytes:
    return b"".join(seal([clear], recipient or public_half(PRIVATE)))


def opened(raw: bytes, private: bytes | bytearray = PRIVATE) -> bytes:
    return b"".join(unseal(io.BytesIO(raw), private))


def run(*words: str, given: bytes = b"") -> bytes:
    return subprocess.run(words, input=given, check=True, capture_output=True).stdout


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_opens_again(size: int) -> None:
    clear = os.urandom(size)
    assert opened(sealed(clear)) == clear


@pytest.mark.parametrize("size", SIZES)
def test_the_program_age_opens_it(size: int, tmp_path: Path) -> None:
    clear, key = os.urandom(size), tmp_path / "key.txt"
    key.write_text(identity(PRIVATE) + "\n", "ascii")
    assert run("age", "-d", "-i", str(key), given=sealed(clear)) == clear


@pytest.mark.parametrize("size", [0, CHUNK, CHUNK + 1])
def test_it_opens_what_the_program_age_has_sealed(size: int, tmp_path: Path) -> None:
    clear, key = os.urandom(size), tmp_path / "key.txt"
    key.write_text(identity(PRIVATE) + "\n", "ascii")
    recipient = run("age-keygen", "-y", str(key)).decode().strip()
    other = tmp_path / "other.txt"
    run("age-keygen", "-o", str(other))
    another = run("age-keygen", "-y", str(other)).decode().strip()
    made = run("age", "-r", another, "-r", recipient, given=clear)
    assert opened(made) == clear


def test_the_pieces_in_which_it_comes_do_not_matter() -> None:
    clear = os.urandom(CHUNK * 2 + 77)
    pieces = [clear[at : at + 1000] for at in range(0, len(clear), 1000)]
    assert opened(b"".join(seal(pieces, public_half(PRIVATE)))) == clear


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(WrongSecret, match="another recovery sheet"):
        opened(sealed(b"words"), X25519PrivateKey.generate().private_bytes_raw())


@pytest.mark.parametrize("size", [5, CHUNK, 2 * CHUNK])
def test_a_cut_anywhere_is_refused(size: int) -> None:
    raw = sealed(os.urandom(size))
    for length in {*range(0, 240, 3), len(raw) - CHUNK - 16, len(raw) - 16, len(raw) - 1}:
        if 0 <= length < len(raw):
            with pytest.raises(FileFormatError):
                opened(raw[:length])


def test_what_follows_the_end_is_refused() -> None:
    for size in (5, CHUNK):
        with pytest.raises(FileFormatError):
            opened(sealed(os.urandom(size)) + b"x")


def test_one_bit_anywhere_is_refused() -> None:
    raw = sealed(b"words")
    for at in range(len(raw)):
        bad = bytearray(raw)
        bad[at] ^= 1
        with pytest.raises((FileFormatError, WrongSecret)):
            opened(bytes(bad))


def test_swapped_chunks_are_refused() -> None:
    raw = sealed(os.urandom(3 * CHUNK))
    piece, start = CHUNK + 16, len(raw) - 3 * (CHUNK + 16)
    one, two = raw[start : start + piece], raw[start + piece : start + 2 * piece]
    with pytest.raises(FileFormatError):
        opened(raw[:start] + two + one + raw[start + 2 * piece :])


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"age-encryption.org/v2\n",
        b"age-encryption.org/v1\n--- \n",
        b"age-encryption.org/v1\n-> X25519\n\n--- " + b"A" * 43 + b"\n",
        b"age-encryption.org/v1\n-> X25519 " + b"A" * 43 + b"\n" + b"A" * 43 + b"\n--- x\n",
        b"age-encryption.org/v1\n" + b"-> a\n\n" * 1000,
        b"age-encryption.org/v1\n-> " + b"a" * 10_000,
        b"age-encryption.org/v1\r\n",
        b"\xff" * 100,
    ],
)
def test_what_is_no_header_is_refused_in_a_sentence(header: bytes) -> None:
    with pytest.raises((FileFormatError, WrongSecret), match=r"\.$"):
        opened(header)


def test_a_stanza_of_an_unknown_kind_is_passed_over(tmp_path: Path) -> None:
    """Such a file has another MAC, so the program makes one; its own tests call it grease."""
    raw = sealed(b"words")
    intro, rest = raw.split(b"\n", 1)
    greased = intro + b"\n-> joint-sealing a b\n" + b"A" * 64 + b"\n\n" + rest
    with pytest.raises(FileFormatError, match="altered"):
        opened(greased)


def test_a_file_of_a_later_age_version_says_so() -> None:
    later = sealed(b"words").replace(b"org/v1\n", b"org/v2\n", 1)
    with pytest.raises(MadeByNewer, match="newer Zgoda"):
        opened(later)
