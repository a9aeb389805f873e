"""Hold the second reader, docs/unseal.py, to the vectors, and run it as an office would.

It runs under Debian's own Python with Debian's python3-cryptography, which is older than ours and
knows no HPKE.
"""

import base64
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import tarfile
import wave
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import numpy as np
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from appliance.commands.helpers.offline_keys import load_keys
from appliance.signals.pcm import decode_alaw
from appliance.vault.opening.keys import backup_key, public_half, sheet_text
from appliance.vault.opening.unseal import content_key
from appliance.vault.origin import fingerprint
from appliance.vault.texts import TextPlace, seal_text
from tests.chips import new_chip
from tests.samples import META, ORIGIN, RULE
from tests.vault.bech32 import bech32
from tests.vault.script import DEBIAN, SCRIPT, unseal
from tests.vaults import Vault, damage, make_vault
from tests.vectors import make

EXPECTED: dict[str, Any] = json.loads(make.EXPECTED.read_text())
MUST_CAUSE: dict[str, str] = EXPECTED["must_cause"]
SECOND: dict[str, Any] = EXPECTED["second"]


@pytest.fixture(scope="module")
def vectors() -> dict[str, bytes]:
    with tarfile.open(make.ARCHIVE) as archive:
        files = {entry.name: archive.extractfile(entry) for entry in archive.getmembers()}
        return {name: file.read() for name, file in files.items() if file is not None}


def caused(reader: ModuleType, raw: bytes, *, second: bool = False) -> str:
    """Say what the second reader says of a file, to the office or to a second holder."""
    reading, own = (
        X25519PrivateKey.from_private_bytes(bytes.fromhex((SECOND if second else EXPECTED)[name]))
        for name in ("reading", "recording")
    )
    try:
        return f"verdict {reader.read_recording(raw, reading, own, second)['verdict']}"
    except reader.Wrong as error:
        return f"failure {error.args[0]}"


@pytest.mark.parametrize("name", MUST_CAUSE)
def test_a_vector_causes_what_it_must(
    name: str, vectors: dict[str, bytes], reader: ModuleType
) -> None:
    assert caused(reader, vectors[name]) == MUST_CAUSE[name]


@pytest.mark.parametrize("name", SECOND["must_cause"])
def test_a_vector_causes_what_it_must_for_a_second_holder(
    name: str, vectors: dict[str, bytes], reader: ModuleType
) -> None:
    assert caused(reader, vectors[name], second=True) == SECOND["must_cause"][name]


def test_it_is_short_and_needs_nothing_but_cryptography() -> None:
    lines = SCRIPT.read_text().splitlines()
    assert len(lines) < 430  # to be read in one sitting, blank ones among them
    taken = {
        line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))
    }
    assert taken - sys.stdlib_module_names == {"cryptography"}


def test_debians_python_has_no_hpke_and_the_script_needs_none() -> None:
    asked = "import cryptography; print(cryptography.__version__)"
    told = subprocess.run([DEBIAN, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert int(told.split(".")[0]) >= 43


@pytest.mark.parametrize("python", [DEBIAN, sys.executable], ids=["debian", "ours"])
@pytest.mark.parametrize("channels", [1, 2])
def test_sheet_and_keyring_give_the_sound_and_what_is_said(
    office: Vault, channels: int, python: str
) -> None:
    rid = office.record(blocks=5, channels=channels).rid
    done = unseal(office, rid, python=python)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    each = 4000 // channels
    assert (told["rid"], told["verdict"], told["samples"]) == (rid, "complete", 5 * each)
    assert msgspec.convert(told["META"], type(META)) == META
    assert msgspec.convert(told["RULE"], type(RULE)) == RULE
    assert (told["signer"], told["signer_met_in_boot"]) == (fingerprint(ORIGIN.public), "a1b2c3")
    out = office.folders.data / "out.wav"
    assert out.stat().st_mode & 0o777 == 0o600
    with wave.open(str(out)) as sound:
        assert (sound.getframerate(), sound.getsampwidth()) == (8000, 2)
        heard = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, channels)
    expected = np.repeat([decode_alaw(bytes([code]))[0] for code in range(5)], each)
    assert all(np.array_equal(heard[:, side], expected) for side in range(channels))


def test_texts_beside_the_sound_are_read_where_they_are_there(office: Vault) -> None:
    rid, other = office.record().rid, office.record().rid
    key = content_key(office.path(rid), bytes(office.reading), office.keyring.private(rid))
    beside = office.folders.data / "texts"
    beside.mkdir()

    def write(name: str, kind: str, number: int, text: str) -> None:
        place = TextPlace.beside(office.path(rid), kind, number)
        (beside / name).write_bytes(seal_text(key, place, text))

    write(f"{rid}.words.0", "words", 0, "Dzień dobry.")
    write(f"{rid}.note.0", "note", 0, "Oddzwonić.")
    write(f"{rid}.note.1", "note", 0, "moved to another number")
    write(f"{rid}.note.01", "note", 1, "a number that nobody writes so")
    write(f"{other}.note.0", "note", 0, "another recording's")
    (beside / f"{rid}.words.1").write_bytes(b"torn")
    (beside / f"{rid}.poem.0").write_bytes(b"unknown")
    done = unseal(office, rid)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["texts"] == [
        {"kind": "note", "number": 0, "text": "Oddzwonić."},
        {"kind": "note", "number": 1, "text": None},
        {"kind": "words", "number": 0, "text": "Dzień dobry."},
        {"kind": "words", "number": 1, "text": None},
    ]


def test_a_copy_of_the_chip_is_the_root_at_e2(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    chip = new_chip(tmp_path / "eeprom")
    vault = make_vault(tmp_path / "data", eraser=chip.eraser())
    (vault.folders.data / "sheet.txt").write_text(sheet_text(vault.secret))
    for _ in range(3):
        vault.keyring.rotate(lambda _: None)
    rid = vault.record().rid
    (tmp_path / "copy").write_bytes(chip.content)
    done = unseal(vault, rid, "--root", str(tmp_path / "copy"))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["verdict"] == "complete"
    keys = load_keys(
        str(vault.folders.data / "sheet.txt"), vault.folders.keyring[0], tmp_path / "copy", ""
    )
    assert keys.recording(rid) == vault.keyring.private(rid)


def test_it_decodes_a_law_as_the_first_reader_does(office: Vault) -> None:
    file = office.begin()
    file.audio(0, bytes(range(256)) * 10)
    file.close()
    assert unseal(office, file.rid).returncode == 0
    with wave.open(str(office.folders.data / "out.wav")) as sound:
        heard = np.frombuffer(sound.readframes(2560), "<i2")
    assert np.array_equal(heard, decode_alaw(bytes(range(256)) * 10))


def test_a_hole_is_silence_and_nobody_met_the_signer(office: Vault) -> None:
    with office.keyring.changing() as draft:
        draft.origins = {}
    rid = office.record(blocks=4).rid
    damage(office.path(rid), 4096 * 5 + 9)
    told = json.loads(unseal(office, rid).stdout)
    assert (told["verdict"], told["signer_met_in_boot"]) == ("damaged", None)
    with wave.open(str(office.folders.data / "out.wav")) as sound:
        heard = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
    assert not heard[4000:8000].any()
    assert heard[8000:].any()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("sheet", "Group 1 of the sheet has a mistake."),
        ("office", "another office than the keyring"),
        ("root", "The root does not belong to this keyring."),
        ("keyring", "does not open with this key"),
        ("header", "The ticket does not open with this key."),
        ("erased", "no key for it"),
        ("out", "exists"),
    ],
)
def test_a_mistake_is_one_sentence_and_writes_nothing(
    office: Vault, tmp_path: Path, fault: str, said: str
) -> None:
    rid = office.record().rid
    data = office.folders.data
    if fault == "sheet":
        text = (data / "sheet.txt").read_text()
        (data / "sheet.txt").write_text(("1" if text[0] == "0" else "0") + text[1:])
    elif fault == "office":
        (data / "sheet.txt").write_text(sheet_text(os.urandom(32)))
    elif fault == "root":
        office.keyring.rotate(lambda _: None)
        office.keyring.rotate(lambda _: None)
        (data / "keyring.0").write_bytes(b"ZGODAKEY\4" + bytes(15) + b"\1" + bytes(80))
    elif fault == "keyring":
        damage(data / "keyring.0", 100)
    elif fault == "header":
        damage(office.path(rid), 100)
    elif fault == "erased":
        shutil.rmtree(data / "keys")
    else:
        (data / "out.wav").write_bytes(b"mine")
    done = unseal(office, rid)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert fault == "out" or not (data / "out.wav").exists()


def hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, info).derive(key)


def in_age(stanzas: list[tuple[list[str], bytes]], file_key: bytes, plain: bytes) -> bytes:
    """Make a file of age version 1 from what its specification says."""

    def coded(raw: bytes) -> str:
        return base64.b64encode(raw).decode().rstrip("=")

    head = "age-encryption.org/v1\n"
    for words, body in stanzas:
        text = coded(body)
        lines = [text[at : at + 64] for at in range(0, len(text) + 1, 64)]
        head += "\n".join(["-> " + " ".join(words), *lines]) + "\n"
    said = (head + "---").encode()
    mac = hmac.digest(hkdf(file_key, b"", b"header"), said, "sha256")
    nonce = hashlib.sha256(b"nonce").digest()[:16]
    stream = ChaCha20Poly1305(hkdf(file_key, nonce, b"payload"))
    pieces = [plain[at : at + 2**16] for at in range(0, len(plain), 2**16)] or [b""]
    body = b"".join(
        stream.encrypt(number.to_bytes(11, "big") + bytes([number == len(pieces) - 1]), piece, b"")
        for number, piece in enumerate(pieces)
    )
    return said + b" " + coded(mac).encode() + b"\n" + nonce + body


def to_x25519(public: bytes, file_key: bytes) -> tuple[list[str], bytes]:
    """Return the stanza of an X25519 recipient."""
    ours = X25519PrivateKey.generate()
    share = ours.public_key().public_bytes_raw()
    shared = ours.exchange(X25519PrivateKey.from_private_bytes(public).public_key())
    salt = share + X25519PrivateKey.from_private_bytes(public).public_key().public_bytes_raw()
    key = hkdf(shared, salt, b"age-encryption.org/v1/X25519")
    sealed = ChaCha20Poly1305(key).encrypt(bytes(12), file_key, b"")
    return ["X25519", base64.b64encode(share).decode().rstrip("=")], sealed


def to_passphrase(words: bytes, file_key: bytes, work: int = 10) -> tuple[list[str], bytes]:
    """Return the stanza of a passphrase."""
    salt = os.urandom(16)
    key = Scrypt(b"age-encryption.org/v1/scrypt" + salt, 32, 2**work, 8, 1).derive(words)
    sealed = ChaCha20Poly1305(key).encrypt(bytes(12), file_key, b"")
    return ["scrypt", base64.b64encode(salt).decode().rstrip("="), str(work)], sealed


def content(office: Vault, more: int = 0) -> bytes:
    """Return the keyring's content, with so many numbers never recorded in it."""
    with office.keyring.changing() as draft:
        draft.exempt = tuple(range(2**25, 2**25 + more))
    return msgspec.msgpack.encode(office.keyring.content)


@pytest.mark.parametrize("how", ["sheet", "passphrase", "beside_another"])
def test_the_keyring_comes_out_of_an_age_file(office: Vault, how: str) -> None:
    rid, file_key = office.record().rid, os.urandom(16)
    plain = content(office, 20_000)
    assert len(plain) > 2**16
    private = bytes(backup_key(office.secret))
    stanza = (
        to_passphrase(b"word", file_key) if how == "passphrase" else to_x25519(private, file_key)
    )
    unknown = [(["ssh-ed25519", "abcd", "efgh"], os.urandom(32))] if how == "beside_another" else []
    data = office.folders.data
    (data / "backup.age").write_bytes(in_age([*unknown, stanza], file_key, plain))
    (data / "words").write_text("word\n")
    options = ["--passphrase", str(data / "words")] if how == "passphrase" else []
    done = unseal(office, rid, *options, keyring="backup.age")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["verdict"] == "complete"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("header", "header was altered"),
        ("payload", "does not open"),
        ("cut", "does not open"),
        ("piece", "does not open"),
        ("tail", "does not open"),
        ("foreign", "for another key"),
        ("work", "for another key"),
        ("text", "no file of age version 1"),
    ],
)
def test_an_age_file_with_a_fault_is_refused_in_one_sentence(
    office: Vault, fault: str, said: str
) -> None:
    rid, file_key, plain = office.record().rid, os.urandom(16), content(office, 20_000)
    private = os.urandom(32) if fault == "foreign" else bytes(backup_key(office.secret))
    stanzas = [to_x25519(private, file_key)]
    if fault == "work":
        stanzas = [(["scrypt", "A" * 22, "30"], os.urandom(32))]
    raw = bytearray(in_age(stanzas, file_key, plain))
    if fault == "header":
        raw = raw.replace(b"--- ", b"-> grease x\n\n--- ")
    elif fault == "payload":
        raw[-100] ^= 1
    elif fault == "cut":
        del raw[-(len(plain) % 2**16) - 16 :]
    elif fault == "piece":
        del raw[-10:]
    elif fault == "tail":
        raw += b"x"
    elif fault == "text":
        raw[18:19] = b"2"
    data = office.folders.data
    (data / "backup.age").write_bytes(raw)
    (data / "words").write_text("word\n")
    done = unseal(office, rid, "--passphrase", str(data / "words"), keyring="backup.age")
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_debians_age_makes_files_that_it_opens(office: Vault) -> None:
    rid = office.record().rid
    recipient = bech32(public_half(backup_key(office.secret)))
    data = office.folders.data
    subprocess.run(
        ["age", "-r", recipient, "-o", str(data / "backup.age")],
        input=content(office, 20_000),
        check=True,
        timeout=30,
    )
    done = unseal(office, rid, keyring="backup.age")
    assert (done.returncode, done.stderr) == (0, "")
