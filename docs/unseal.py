"""Open a recording by sheet and keyring; from format.md's sections alone, cryptography 43."""

import argparse
import hashlib
import hmac
import json
import re
import struct
import sys
import wave
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

Private = x25519.X25519PrivateKey
NUMBERS = dict(enumerate((">f", ">d", *">B >H >I >Q >b >h >i >q".split()), 0xCA))
SIZED = dict(enumerate("b1 b2 b4".split(), 0xC4))
SIZED |= dict(enumerate("s1 s2 s4 a2 a4 m2 m4".split(), 0xD9))
AGE = rb"age-encryption\.org/v1\n((?:-> .+\n(?:[\w+/]{64}\n)*[\w+/]{0,63}\n)+)--- ([\w+/]{43})\n"
SCHEMA = """META call:C line:t direction:incoming|outgoing started_at:T clock_ok:b number:t?=
 recording_at_ms:i name:t?= withheld:b= sides:[s]= purposes:[t]= due_days:{d}= policy_version:t=
 controller:t= predecessor:R?=
CONSENT outcome:agreed|notice purposes:[t] language:t policy_version:t prompt_id:t prompt_sha256:t
 heard_ms:i level_db:n talked_over:n key:t?= key_at_ms:i?= key_ms:i?= side:far|far?= grade:A|B|C?=
 dbm0:n?= twist_db:n?= deviation_percent:n?= confidence:n?= answer_basis:t?= time:T= refused:[t]=
 more_key:t?= said:[WordsHeard]= keys:[KeyTaken]=
WordsHeard spoken:t at_ms:i prompt_id:t prompt_sha256:t heard_ms:i level_db:n talked_over:n
KeyTaken key:t at_ms:i means:t purposes:[t]= side:t= grade:t=
RULE version:t controller:t contact:t country:t line:t kind:t language:t purposes:[RulePurpose]
 choices:{[t]} grades:[t] words:[RuleWords] number:t= controller_says:t= more_key:t?=
 choose_key:t?= languages:[t]=
RulePurpose id:t says:t retention_days:d justification:t= short:t= label:t= law:t= interest:t=
 basis:consent|contract|legal_obligation|vital_interests|public_task|legitimate_interests
RuleWords spoken:t prompt_id:t prompt_sha256:t text:t= voice:t=
EVENT kind:pause|resume|blank|gap|withdrawn sample:c samples:c= purposes:[t]=
FINAL samples:c reason:w"""  # text, bool, int, count, day, number, Time … "?" null, "=" missing
_FIELDS = (line.split() for line in SCHEMA.replace("\n ", " ").split("\n"))
OBJECTS = {name: dict(field.split(":") for field in fields) for name, *fields in _FIELDS}
LOW = {"i": -(2**31), "n": -1e6}
HIGH = {"i": 2**31 - 1, "n": 1e6, "c": 10**9, "d": 2**18 - 1, "T": 2**33}
WORDS = {"C": "[0-9a-f]{16}", "R": "[0-9a-f]{32}", "w": "[a-z_]{1,40}"}
WORDS |= dict.fromkeys("ts", r"[^\ud800-\udfff]*")


class Wrong(Exception):
    """What is not as format.md says: the class of failure (10) and a sentence."""


def need(good: object, failure: str, why: str) -> None:
    if not good:
        raise Wrong(failure, why)


def hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


def mac(key: bytes, *said: bytes) -> bytes:
    return hmac.digest(key, b"".join(said), "sha256")


def unsealed(key: bytes, nonce: bytes, sealed: bytes, what: str, bound: bytes = b"") -> bytes:
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, bound)
    except InvalidTag:
        need(not what, what, f"The {what} does not open with this key.")
        return b""


def hpke(private: Private, info: bytes, sealed: bytes) -> bytes:
    """Open RFC 9180 in base mode; each ``mac`` that ends in 1 is one block of HKDF-Expand."""
    kem, suite = b"HPKE-v1KEM\0\x20", b"HPKE-v1HPKE\0\x20\0\1\0\3"
    shared = b""
    with suppress(ValueError):
        shared = private.exchange(x25519.X25519PublicKey.from_public_bytes(sealed[:32]))
    need(shared, "ticket", "The ticket holds a point of small order.")
    both = sealed[:32] + private.public_key().public_bytes_raw()
    drawn = mac(b"", kem, b"eae_prk", shared)
    shared = mac(drawn, b"\0\x20", kem, b"shared_secret", both, b"\1")
    secret = mac(shared, suite, b"secret")
    context = b"\0" + mac(b"", suite, b"psk_id_hash") + mac(b"", suite, b"info_hash", info)
    key = mac(secret, b"\0\x20", suite, b"key", context, b"\1")
    nonce = mac(secret, b"\0\x0c", suite, b"base_nonce", context, b"\1")[:12]
    return unsealed(key, nonce, sealed[32:], "ticket")


def read_sheet(text: str) -> bytes:
    """Return the office's secret S (7)."""
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    body = text.strip().upper().removeprefix("ZGODA1:")
    body = body.translate(str.maketrans("OIL", "011", " -\t\r\n"))
    need(len(body) == 65 and set(body) <= set(letters), "sheet", "It has 13 groups of 5 letters.")
    number = 0
    for place in range(13):
        *values, check = (letters.index(letter) for letter in body[place * 5 : place * 5 + 5])
        rest = place
        for value in [*values, 0]:
            rest = (rest << 1 & 31) ^ (5 if rest & 16 else 0) ^ value
            number = number << 5 | value
        number >>= 5
        need(rest == check, "sheet", f"Group {place + 1} of the sheet has a mistake.")
    secret = (number >> 4).to_bytes(32, "big")
    good = number & 15 == hashlib.sha256(b"zgoda sheet v1" + secret).digest()[0] & 15
    need(good, "sheet", "The groups of the sheet do not belong together.")
    return secret


def reading_key(secret: bytes, keyring: Any) -> Private:
    part, bound = keyring.get("sheet", {}).get("sealed"), b"zgoda sheet v1" + keyring["vault_id"]
    opened = part and unsealed(hkdf(secret, b"", b"sheet"), bytes(12), part, "sheet", bound)
    return Private.from_private_bytes(opened or hkdf(secret, b"", b"vk"))


def read_msgpack(raw: bytes, at: int = 0) -> tuple[Any, int]:
    """Decode one value of MessagePack; return it and where it ends."""
    kind, at = raw[at], at + 1
    if kind < 0x80 or kind > 0xDF or kind in {0xC0, 0xC2, 0xC3}:
        plain = {0xC0: None, 0xC2: False, 0xC3: True}
        return plain.get(kind, kind if kind < 0x80 else kind - 256), at
    if kind in NUMBERS:
        return struct.unpack_from(NUMBERS[kind], raw, at)[0], at + struct.calcsize(NUMBERS[kind])
    if kind < 0xC0:
        shape, count = ("s", kind & 31) if kind >= 0xA0 else ("am"[kind < 0x90], kind & 15)
    else:
        shape, width = SIZED[kind][0], int(SIZED[kind][1])
        count, at = int.from_bytes(raw[at : at + width], "big"), at + width
    if shape in "bs":
        found = raw[at : at + count]
        return (found if shape == "b" else found.decode()), at + count
    values = []
    for _ in range(count * (1 + (shape == "m"))):
        value, at = read_msgpack(raw, at)
        values.append(value)
    return (dict(zip(values[::2], values[1::2], strict=True)) if shape == "m" else values), at


def roots_of(roots: bytes, generation: bytes, board: bytes) -> Iterator[tuple[int, bytes]]:
    """Find the root of a generation in a file's slots or in an EEPROM's pages (5)."""
    for slot in (roots[:4096], roots[4096:8192]):
        mine = slot[:8] == b"ZGODAROT" and slot[16:24] == generation
        if mine and hashlib.sha256(slot[:104]).digest() == slot[104:136]:
            key = hkdf(board, slot[24:56], b"zgoda root v1") if slot[8] else b""
            yield slot[8], unsealed(key, bytes(12), slot[56:104], "keyring") if key else slot[24:56]
    for at in (256, 512):
        head, root, seal = (roots[at + page : at + page + 32] for page in (0, 32, 64))
        mine = head[:10] == b"ZGODAROT\1\2" and head[16:24] == generation
        if mine and hashlib.sha256(b"zgoda eeprom root v1" + head + root).digest() == seal:
            yield 2, root


def open_keyring(raw: bytes, roots: bytes, board: bytes = b"") -> bytes:
    """Open a copy of the keyring with the root of its generation (4 to 6)."""
    need(raw[:9] == b"ZGODAKEY\3" and len(raw) > 64, "keyring", "This is no keyring of version 3.")
    for level, root in roots_of(roots, raw[16:24], board):
        need(level == raw[9], "keyring", "The keyring and its root have different levels.")
        key = hkdf(root, raw[32:64], b"zgoda keyring v3")
        return unsealed(key, bytes(12), raw[64:], "keyring", raw[:32])
    raise Wrong("keyring", "The root does not belong to this keyring.")


def private_key(shards: Any, folder: Path, rid: bytes) -> Private:
    """Find a recording's own key in the shards (6); their changes touch no key."""
    names = [
        (f"{sid.hex()}.{of[0]}.{copy}", of[1]) for sid, of in shards.items() for copy in (0, 1)
    ]
    for name, key in names:
        raw = (folder / name).read_bytes() if (folder / name).exists() else bytes(64)
        end = 80 + 80 * int.from_bytes(raw[28:30], "big")
        plain = unsealed(
            hkdf(key, raw[32:64], b"zgoda shard v1"), bytes(12), raw[64:end], "", raw[:32]
        )
        for at in range(0, len(plain), 80):
            if plain[at : at + 16] == rid:
                return Private.from_private_bytes(plain[at + 16 : at + 48])
    raise Wrong("keyring", "The keyring has no key for it: erased, or another office's.")


def open_age(raw: bytes, private: Private, passphrase: bytes = b"") -> bytes:
    """Open a file of age version 1 with an X25519 key or a passphrase (12)."""
    head, key = re.match(AGE, raw), b""
    need(head, "age", "This is no file of age version 1.")
    for kind, given, work, body in re.findall(rb"-> (\S+) (\S+) ?(\d*)\n((?:[\w+/]+\n)*)", head[1]):
        salt = b64decode(given + b"==") if kind in {b"X25519", b"scrypt"} else b""
        if kind == b"X25519":
            shared = private.exchange(x25519.X25519PublicKey.from_public_bytes(salt))
            salt += private.public_key().public_bytes_raw()
            wrapping = hkdf(shared, salt, b"age-encryption.org/v1/X25519")
        elif kind == b"scrypt" and passphrase and 0 < int(work or 0) <= 20:
            salt = b"age-encryption.org/v1/scrypt" + salt
            wrapping = Scrypt(salt, 32, 2 ** int(work), 8, 1).derive(passphrase)
        else:
            continue
        key = key or unsealed(wrapping, bytes(12), b64decode(body + b"=="), "")
    need(key, "age", "The age file is for another key.")
    good = mac(hkdf(key, b"", b"header"), raw[: head.start(2) - 1]) == b64decode(head[2] + b"=")
    need(good, "age", "The age file's header was altered.")
    payload, whole, step = raw[head.end() :], b"", 2**16 + 16
    key = hkdf(key, payload[:16], b"payload")
    for number, at in enumerate(range(16, max(len(payload), 17), step)):
        nonce = number.to_bytes(11, "big") + bytes([at + step >= len(payload)])
        whole += unsealed(key, nonce, payload[at : at + step], "age")
        need(not number or len(payload) - at > 16, "age", "The age file ends in an empty piece.")
    return whole


def fits(value: Any, kind: str) -> bool:
    """Say whether a value has a type (2)."""
    if kind[-1] in "?=":
        return fits(value, kind[:-1]) or (value is None and kind[-1] == "?")
    if kind[0] in "[{":
        right = isinstance(value, list if kind[0] == "[" else dict)
        each = value.values() if isinstance(value, dict) else value
        few = right and len(value) <= (2 if kind == "[s]" else 64)
        return few and all(fits(one, kind[1:-1]) for one in each)
    if kind in OBJECTS:
        names = {name for name, of in OBJECTS[kind].items() if of[-1] != "="}
        right = isinstance(value, dict) and names <= value.keys() <= OBJECTS[kind].keys()
        return right and all(fits(value[name], OBJECTS[kind][name]) for name in value)
    if kind in "icdTn":
        right = type(value) is int or (type(value) is float and kind in "Tn")
        return right and LOW.get(kind, 0) <= value <= HIGH[kind]
    if kind in WORDS:
        return isinstance(value, str) and bool(re.fullmatch(WORDS[kind], value))
    return isinstance(value, bool) if kind == "b" else value in tuple(kind.split("|"))


def read_recording(raw: bytes, reading: Private, own: Private) -> dict[str, Any]:
    """Open a recording with both private keys (2); return what it says, and its sound."""
    need(raw[:8] == b"ZGODAREC"[: len(raw)], "foreign", "This is no recording of Zgoda.")
    need(len(raw) >= 4096, "short", "The header ends too early.")
    need(len(raw) <= 2**32 + 4096, "content", "It is larger than a recording can be.")
    need(raw[8:11] == b"\2\1\1", "version", "Its version, suite or codec is unknown here.")
    sizes = raw[11] in {1, 2} and raw[12:14] == b"\x10\0" and raw[46:48] == b"\0\x95"
    need(sizes and not any(raw[197:3968]), "header", "The header says what cannot be.")
    ticket = hpke(own, b"zgoda ticket v1" + raw[:46], raw[48:197])
    opening, digest = ticket[20], hashlib.sha256(raw[:4064]).digest()
    need(ticket[12] <= 1 and 3 <= opening <= 18, "content", "The ticket says what cannot be.")
    content = hpke(reading, b"zgoda content key v1" + raw[:46], ticket[21:])
    good = mac(hkdf(content, digest, b"header"), raw[:4064]) == raw[4064:4096]
    need(good, "mac", "The header was altered.")
    signer, signed, p = raw[3968:4000], False, 2**255 - 19
    e = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
    with suppress(InvalidSignature, ValueError):
        ed25519.Ed25519PublicKey.from_public_bytes(signer).verify(raw[4000:4064], raw[:3968])
        signed = int.from_bytes(signer, "little") % 2**255 not in {0, 1, p - 1, p, p + 1, e, p - e}
    need(signed, "origin", "The signature does not fit the key that the header names.")
    found: dict[str, Any] = {"EVENT": [], "sound": [], "signer": hashlib.sha256(signer).hexdigest()}
    key, last, holes, end, rule = hkdf(content, digest, b"payload"), -1, 0, 0, b""
    for index in range(len(raw) // 4096 - 1):
        nonce, block = index.to_bytes(11, "big"), raw[4096 * (index + 1) : 4096 * (index + 2)]
        ordinary = unsealed(key, nonce + b"\0", block, "")
        plain = ordinary or unsealed(key, nonce + b"\1", block, "")
        if not plain:
            continue
        kind, flags, length, sample, samples = struct.unpack_from(">BBHQI", plain)
        holes, last, payload = holes + index - last - 1, index, plain[16 : 16 + length]
        early, ends = index < opening, index == opening - 1
        good = kind == (1, 2, *[6] * 16)[index] if early else kind in {3, 4, 5}
        good = good and not flags and length <= 4064 and not any(plain[16 + length :])
        good = good and bool(ordinary) == (kind != 5)
        good = good and end <= sample <= (0 if early else 10**9 - samples)
        good = good and (0 < length == samples * raw[11] <= 4000 if kind == 3 else not samples)
        good = good and (kind != 6 or length == 4064 or (ends and length))
        need(good, "content", f"Frame {index} is what it cannot be.")
        end, rule = sample + samples, rule + payload if kind == 6 else rule
        if kind == 3:
            found["sound"].append((sample, samples, payload))
        elif kind != 6 or (ends and not holes):
            name, said = {1: "META", 2: "CONSENT", 4: "EVENT", 5: "FINAL"}.get(kind, "RULE"), None
            with suppress(ValueError, RecursionError):
                text = (rule if kind == 6 else payload).decode()
                said = json.loads(text, parse_constant=float.fromhex)
            need(fits(said, name), "content", f"{name} says what it cannot say.")
            found[name] = [*found[name], said] if kind == 4 else said
            need(len(found["EVENT"]) <= 2**16, "content", "It holds too many marks.")
        if kind == 5:
            break
    junk = len(raw) // 4096 - 2 - last + (len(raw) % 4096 > 0)
    bad = holes or junk > 2 or (junk and "FINAL" in found)
    verdict = "damaged" if bad else "complete" if "FINAL" in found else "cut"
    return found | {"rid": raw[14:30].hex(), "samples": end, "verdict": verdict}


def write_wav(out: Path, channels: int, end: int, sound: list[tuple[int, int, bytes]]) -> None:
    """Write a new file: A-law to 16 bits, silence where nothing is stored."""
    linear, at = [], 0
    for code in range(256):
        step, rest = (code ^ 0x55) >> 4 & 7, ((code ^ 0x55) & 15) * 16 + 8
        level = (rest + 256) << step - 1 if step else rest
        linear.append(struct.pack("<h", level if code & 128 else -level))
    out.touch(0o600, exist_ok=False)
    with wave.open(str(out), "wb") as wav:
        wav.setparams((channels, 2, 8000, 0, "NONE", ""))
        for sample, samples, codes in [*sound, (end, 0, b"")]:
            wav.writeframesraw(bytes(2 * channels * (sample - at)))
            both = b"".join(codes[of::samples] for of in range(samples))
            wav.writeframesraw(b"".join(map(linear.__getitem__, both)))
            at = sample + samples


def main() -> None:
    """Open one recording, write its sound, print what it says as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in "recording sheet keyring out --root --board-secret --passphrase".split():
        parser.add_argument(name, type=Path, default=Path("/dev/null"))
    of = parser.parse_args()
    try:
        secret, raw, sealed = (p.read_bytes() for p in (of.sheet, of.recording, of.keyring))
        secret = read_sheet(secret.decode())
        if sealed.startswith(b"age"):
            backup = Private.from_private_bytes(hkdf(secret, b"", b"backup"))
            plain = open_age(sealed, backup, of.passphrase.read_bytes().strip())
        else:
            root = of.root.read_bytes() or of.keyring.with_name("root").read_bytes()
            plain = open_keyring(sealed, root, of.board_secret.read_bytes())
        reading = reading_key(secret, keyring := read_msgpack(plain)[0])
        mine = keyring["reading_key"] == reading.public_key().public_bytes_raw()
        need(mine, "sheet", "The sheet belongs to another office than the keyring.")
        own = private_key(keyring["shards"], of.keyring.with_name("keys"), raw[14:30])
        found = read_recording(raw, reading, own)
        write_wav(of.out, raw[11], found["samples"], found.pop("sound"))
    except (Wrong, OSError, ValueError) as error:
        sys.exit(f"{of.recording}: {error.args[-1]}")
    found["signer_met_in_boot"] = keyring["origins"].get(found["signer"])
    print(json.dumps(found, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
