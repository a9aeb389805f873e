"""Open a recording by sheet and keyring; from format.md's sections alone, cryptography 43."""

import argparse
import hashlib
import hmac
import json
import re
import struct
import wave
from base64 import b64decode
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

Private = x25519.X25519PrivateKey
NUMBERS = dict(enumerate((">f", ">d", *">B >H >I >Q >b >h >i >q".split()), 0xCA))
SIZED = dict(enumerate("b1 b2 b4".split(), 0xC4))
SIZED |= dict(enumerate("s1 s2 s4 a2 a4 m2 m4".split(), 0xD9))
AGE = rb"age-encryption\.org/v1\n((?:-> .+\n(?:[\w+/]{64}\n)*[\w+/]{0,63}\n)+)--- ([\w+/]{43})\n"
SCHEMA = """META call:C line:t direction:incoming|outgoing started_at:T clock_ok:b number:t?=
 recording_at_ms:i name:t?= withheld:b= sides:[s]= purposes:[t]= due_days:{d}= policy_version:t=
 controller:t= predecessor:R?= after:AuditPlace?= alone:pool_empty|old|no_day?=
AuditPlace seq:q hash:H
CONSENT outcome:agreed|notice purposes:[t] language:t policy_version:t prompt_id:t prompt_sha256:t
 heard_ms:i level_db:n talked_over:n key:t?= key_at_ms:i?= key_ms:i?= side:far|far?= grade:A|B|C?=
 dbm0:n?= twist_db:n?= deviation_percent:n?= confidence:n?= answer_basis:t?= time:T= refused:[t]=
 more_key:t?= said:[WordsHeard]= keys:[KeyTaken]=
WordsHeard spoken:t at_ms:i prompt_id:t prompt_sha256:t heard_ms:i level_db:n talked_over:n
KeyTaken key:t at_ms:i means:t purposes:[t]= side:t= grade:t=
RULE version:t controller:t contact:t country:t line:t kind:t language:t purposes:[RulePurpose]
 choices:{[t]} grades:[t] words:[RuleWords] number:t= controller_says:t= more_key:t?=
 choose_key:t?= languages:[t]= legal_name_says:t= contact_says:t= notice_says:t= officer:t=
 officer_says:t= recipients:RuleRecipients= heard:HeardThrough holders:[RuleHolder]=
 speakers:RuleSpeakers?=
RuleRecipients answer:|nobody|these= says:t=
HeardThrough hook:HeardBy audio:HeardBy prompt:HeardBy
HeardBy driver:t bus:usb|onboard|network|virtual|simulated device:t
RuleHolder name:t fingerprint:H
RuleSpeakers count:p day:d digest:H
RulePurpose id:t says:t retention_days:d justification:t= short:t= label:t= law:t= interest:t=
 contract_to:|conclude|perform= other_way:t= health:b= care_reason:t=
 special:[origin|politics|religion|union|genetic|biometric|sex_life]=
 basis:consent|contract|legal_obligation|vital_interests|public_task|legitimate_interests
RuleWords spoken:t prompt_id:t prompt_sha256:t text:t= voice:t=
EVENT kind:pause|resume|blank|gap|withdrawn sample:c samples:c= purposes:[t]=
FINAL samples:c reason:w"""  # text, bool, int, count, day, number, Time … "?" null, "=" missing
_FIELDS = (line.split() for line in SCHEMA.replace("\n ", " ").split("\n"))
OBJECTS = {name: dict(field.split(":") for field in fields) for name, *fields in _FIELDS}
LOW = {"i": -(2**31), "n": -1e6, "q": 1, "p": 1}
HIGH = {"i": 2**31 - 1, "n": 1e6, "c": 10**9, "d": 2**18 - 1, "T": 2**33, "q": 2**53 - 1, "p": 64}
MOST = {"[s]": 2, "[RuleHolder]": 1}
TEXT = r"\.(words|note)\.(0|[1-9][0-9]{0,9})"
WORDS = {"C": "[0-9a-f]{16}", "R": "[0-9a-f]{32}", "H": "[0-9a-f]{64}", "w": "[a-z_]{1,40}"}
WORDS |= dict.fromkeys("ts", r"[^\ud800-\udfff]*")

HEARD = {
    "simulated": "Simulated call: it was made on the device’s simulated line. There was no "
    "telephone line and no real caller.",
    "virtual": "Virtual line: at least one of its devices was not seen to be hardware, so nothing "
    "shows that a telephone line was behind it.",
    "": "The devices of this call’s line cannot be read any more, so nothing shows that a "
    "telephone line was behind it.",
}  # by what a line was heard (2, RULE): said first; "" where RULE is damaged


class Wrong(Exception):
    """What is not as format.md says: the class of failure (10) and a sentence."""


def need(good: object, failure: str, why: str) -> None:
    if not good:
        raise Wrong(failure, why)


def mac(key: bytes, *said: bytes) -> bytes:
    return hmac.digest(key, b"".join(said), "sha256")


def hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    return mac(mac(salt, key), info, b"\1")  # RFC 5869: 32 bytes are one block


def unsealed(key: bytes, nonce: bytes, sealed: bytes, what: str, bound: bytes = b"") -> bytes:
    with suppress(InvalidTag):
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, bound)
    need(not what, what, f"The {what} does not open with this key.")
    return b""


def hpke(private: Private, info: bytes, sealed: bytes) -> bytes:
    """Open RFC 9180 in base mode; each ``mac`` that ends in 1 is one block of HKDF-Expand."""
    kem, suite, shared = b"HPKE-v1KEM\0\x20", b"HPKE-v1HPKE\0\x20\0\1\0\3", b""
    with suppress(ValueError):
        shared = private.exchange(x25519.X25519PublicKey.from_public_bytes(sealed[:32]))
    need(shared, "ticket", "The ticket holds a point of small order.")
    both = sealed[:32] + private.public_key().public_bytes_raw()
    drawn = mac(b"", kem, b"eae_prk", shared)
    secret = mac(mac(drawn, b"\0\x20", kem, b"shared_secret", both, b"\1"), suite, b"secret")
    context = b"\0" + mac(b"", suite, b"psk_id_hash") + mac(b"", suite, b"info_hash", info)
    key = mac(secret, b"\0\x20", suite, b"key", context, b"\1")
    nonce = mac(secret, b"\0\x0c", suite, b"base_nonce", context, b"\1")[:12]
    return unsealed(key, nonce, sealed[32:], "ticket")


def read_sheet(text: str) -> bytes:
    """Return the office's secret S (7)."""
    letters, number = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 0
    body = re.sub(r"^ZGODA1:|[-\s]", "", text.strip().upper()).translate(
        str.maketrans("OIL", "011")
    )
    need(len(body) == 65 and set(body) <= set(letters), "sheet", "It has 13 groups of 5 letters.")
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


def read_msgpack(raw: BytesIO) -> Any:
    """Decode the next value of MessagePack."""
    kind = raw.read(1)[0]
    if kind < 0x80 or kind > 0xDF or kind in {0xC0, 0xC2, 0xC3}:
        return {0xC0: None, 0xC2: False, 0xC3: True}.get(kind, (kind ^ 128) - 128)
    if kind in NUMBERS:
        return struct.unpack(NUMBERS[kind], raw.read(struct.calcsize(NUMBERS[kind])))[0]
    if kind < 0xC0:
        shape, count = ("s", kind & 31) if kind >= 0xA0 else ("am"[kind < 0x90], kind & 15)
    else:
        shape, count = SIZED[kind][0], int.from_bytes(raw.read(int(SIZED[kind][1])), "big")
    if shape == "a":
        return [read_msgpack(raw) for _ in range(count)]
    if shape == "m":
        return {read_msgpack(raw): read_msgpack(raw) for _ in range(count)}
    return raw.read(count) if shape == "b" else raw.read(count).decode()


def open_keyring(raw: bytes, roots: bytes, board: bytes = b"") -> bytes:
    """Open a copy of the keyring with the root of its generation, of a file or a chip (4 to 6)."""
    need(raw[:9] == b"ZGODAKEY\4" and len(raw) > 64, "keyring", "This is no keyring of version 4.")
    generation, found = raw[16:24], []
    for slot in (roots[:4096], roots[4096:8192]):
        mine = slot[:8] == b"ZGODAROT" and slot[16:24] == generation
        if mine and hashlib.sha256(slot[:104]).digest() == slot[104:136]:
            key = hkdf(board, slot[24:56], b"zgoda root v1") if slot[8] else b""
            root = unsealed(key, bytes(12), slot[56:104], "keyring") if key else slot[24:56]
            found.append((slot[8], root))
    for at in (256, 512):
        head, root, seal = (roots[at + page : at + page + 32] for page in (0, 32, 64))
        mine = head[:10] == b"ZGODAROT\1\2" and head[16:24] == generation
        if mine and hashlib.sha256(b"zgoda eeprom root v1" + head + root).digest() == seal:
            found.append((2, root))
    need(found, "keyring", "The root does not belong to this keyring.")
    need(found[0][0] == raw[9], "keyring", "The keyring and its root have different levels.")
    key = hkdf(found[0][1], raw[32:64], b"zgoda keyring v4")
    return unsealed(key, bytes(12), raw[64:], "keyring", raw[:32])


def check_state(state: bytes, slots: Any) -> None:
    fields = struct.unpack(">HHB3sHHH8s4x6sHQ", state)
    slot, flags, verdict, boot, due, review, day, call, began, on, ended = fields
    counts = {1: due, 16: review, 64: any(began), 128: any(call), 256: any(boot), 512: day}
    good = not any(value and not flags & bit for bit, value in counts.items())
    good = good and (on > 0) == (ended > 0) == (flags & 32 > 0) and (flags & 1 or not flags & 1056)
    good = good and slot < 512 and flags < 2048 and verdict < 8 and state[:2] in slots
    need(good, "keyring", "A shard of the keyring holds a state that cannot be.")


def open_shard(raw: bytes, key: bytes, sid: bytes, generation: int) -> tuple[Any, dict[bytes, Any]]:
    """Open a copy of a shard (6): how new it is; private key and newest state of each rid."""
    need(raw[:9] == b"ZGODASHD\2", "keyring", "A shard of the keyring is not of version 2.")
    place, count, index = sid + generation.to_bytes(4, "big"), int.from_bytes(raw[28:30], "big"), 0
    end = at = 80 + 90 * count
    good = raw[12:24] == place and raw[10] <= 1 and not any(raw[11:12] + raw[30:32])
    need(good and count <= 512 and len(raw) >= at, "keyring", "The shard's header cannot be.")
    opening = hkdf(key, raw[32:64], b"zgoda shard v2")
    plain = unsealed(opening, bytes(12), raw[64:at], "keyring", raw[:32])
    rows = [plain[row : row + 90] for row in range(0, len(plain), 90)]
    states, changed = {row[48:50]: row[48:] for row in rows}, [row[48:] for row in rows]
    need(len(states) == count, "keyring", "The shard names a slot twice.")
    with suppress(InvalidTag):  # at the first record that does not open
        while True:
            for state in changed:
                check_state(state, states)
                states[state[:2]] = state
            at, end = end, end + 2 + int.from_bytes(raw[end : end + 2], "big")
            bound = place + index.to_bytes(4, "big") + raw[at - 16 : at]
            opening = hkdf(key, raw[at + 2 : at + 34], b"zgoda change v2")
            change = ChaCha20Poly1305(opening).decrypt(bytes(12), raw[at + 34 : end], bound)
            many, flags = struct.unpack(">HH", change[:4].ljust(4, b"\xff"))
            good = flags <= 1 and len(change) == 4 + 42 * many + 24 * flags
            need(good, "keyring", "A record of the shard cannot be.")
            changed = [change[4 + 42 * each : 46 + 42 * each] for each in range(many)]
            index += 1
    return (raw[24:28], index), {row[:16]: (row[16:48], states[row[48:50]]) for row in rows}


def open_age(raw: bytes, private: Private, passphrase: bytes = b"") -> bytes:
    """Open a file of age version 1 with an X25519 key or a passphrase (12)."""
    head, key = re.match(AGE, raw), b""
    need(head, "age", "This is no file of age version 1.")
    for kind, given, work, body in re.findall(rb"-> (\S+) (\S+) ?(\d*)\n((?:[\w+/]+\n)*)", head[1]):
        salt, wrapping = b64decode(given + b"==") if kind in {b"X25519", b"scrypt"} else b"", b""
        if kind == b"X25519":
            shared = private.exchange(x25519.X25519PublicKey.from_public_bytes(salt))
            salt += private.public_key().public_bytes_raw()
            wrapping = hkdf(shared, salt, b"age-encryption.org/v1/X25519")
        elif kind == b"scrypt" and passphrase and 0 < int(work or 0) <= 20:
            cost = {"n": 2 ** int(work), "r": 8, "p": 1, "maxmem": 2**31 - 1, "dklen": 32}
            wrapping = hashlib.scrypt(
                passphrase, salt=b"age-encryption.org/v1/scrypt" + salt, **cost
            )
        if wrapping and not key:
            key = unsealed(wrapping, bytes(12), b64decode(body + b"=="), "")
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
        few = right and len(value) <= MOST.get(kind, 64)
        return few and all(fits(one, kind[1:-1]) for one in each)
    if kind in OBJECTS:
        names = {name for name, of in OBJECTS[kind].items() if of[-1] != "="}
        right = isinstance(value, dict) and names <= value.keys() <= OBJECTS[kind].keys()
        return right and all(fits(value[name], OBJECTS[kind][name]) for name in value)
    if kind in "icdTnqp":
        number = type(value) in {int, float if kind in "Tn" else int}
        return number and LOW.get(kind, 0) <= value <= HIGH[kind]
    if kind in WORDS:
        return isinstance(value, str) and bool(re.fullmatch(WORDS[kind], value))
    return isinstance(value, bool) if kind == "b" else value in tuple(kind.split("|"))


def read_text(
    content: bytes, digest: bytes, bound: tuple[bytes, str, int, bytes], raw: bytes
) -> str:
    """Open a text beside the sound (2): rid, kind, number, SHA-256 of the sealed file."""
    rid, kind, number, sound = bound
    good = kind in {"words", "note"} and number < 2**32
    good = good and 0 < len(raw) - 48 <= 256 * 4064 and len(raw) % 4064 == 48
    need(good, "text", "A text beside the sound has another kind or length than it can have.")
    key = hkdf(content, digest + raw[:32], b"zgoda text v1 " + kind.encode())
    place = rid + kind.encode() + number.to_bytes(4, "big") + sound
    padded = unsealed(key, bytes(12), raw[32:], "text", place)
    end = 4 + int.from_bytes(padded[:4], "big")
    good = end <= len(padded) < end + 4064 and not any(padded[end:])
    need(good, "text", "A text beside the sound holds values where zeros must stand.")
    return padded[4:end].decode()


def names_holder(raw: bytes, ticket: bytes, found: dict[str, Any]) -> bool:
    """Say whether header, META and RULE agree on a second holder, and its ticket with META (2)."""
    meta, rule, holder = found.get("META"), found.get("RULE"), raw[197:213]
    if meta and ticket:
        day, kept, call, flags = struct.unpack_from(">HH8sB", ticket)
        due = max(meta.get("due_days", {}).values(), default=None)
        told = meta["call"], due, meta["clock_ok"]
        if told != (call.hex(), day + kept, flags == 1):
            return False
    if not meta or not rule:
        return True
    named, alone = [one["fingerprint"][:32] for one in rule.get("holders", [])], meta.get("alone")
    if any(holder):
        return named == [holder.hex()] and alone is None
    return bool(named) == (alone is not None)


def read_recording(
    raw: bytes, reading: Private, own: Private, second: bool = False, texts: Any = ()
) -> dict[str, Any]:
    """Open a recording with both private keys (2); return what it says, and its sound.

    With ``second`` the keys are those of a second holder. ``texts`` lie beside it: kind, number,
    bytes; one that does not open is null.
    """
    need(raw[:8] == b"ZGODAREC"[: len(raw)], "foreign", "This is no recording of Zgoda.")
    need(len(raw) >= 4096, "short", "The header ends too early.")
    need(len(raw) <= 2**32 + 4096, "content", "It is larger than a recording can be.")
    need(raw[8] == 3 or raw[8] not in {1, 2}, "version", f"It has format {raw[8]}, of a trial.")
    need(raw[8:11] == b"\3\1\1", "version", "Unknown version: a newer Zgoda has a newer reader.")
    sizes = raw[11] in {1, 2} and raw[12:14] == b"\x10\0" and raw[46:48] == b"\0\x95"
    there = {any(raw[197:213]), any(raw[213:229]), raw[229:231] == b"\0\x95"}
    end = 380 if raw[229:231] == b"\0\x95" else 229
    sizes = sizes and len(there) == 1 and not any(raw[end:3968])
    need(sizes, "header", "The header says what cannot be.")
    need(not second or end > 229, "ticket", "The recording has no ticket for a second holder.")
    bound, label = raw[:46] + raw[197:229], b"zgoda second " if second else b"zgoda "
    ticket = hpke(own, label + b"ticket v1" + bound, raw[231:380] if second else raw[48:197])
    opening, digest = ticket[20], hashlib.sha256(raw[:4064]).digest()
    need(ticket[12] <= 1 and 3 <= opening <= 18, "content", "The ticket says what cannot be.")
    content = hpke(reading, label + b"content key v1" + bound, ticket[21:])
    good = mac(hkdf(content, digest, b"header"), raw[:4064]) == raw[4064:4096]
    need(good, "mac", "The header was altered.")
    signer, signed, p = raw[3968:4000], False, 2**255 - 19
    e = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
    with suppress(InvalidSignature, ValueError):
        ed25519.Ed25519PublicKey.from_public_bytes(signer).verify(raw[4000:4064], raw[:3968])
        signed = int.from_bytes(signer, "little") % 2**255 not in {0, 1, p - 1, p, p + 1, e, p - e}
    need(signed, "origin", "The signature does not fit the key that the header names.")
    found: dict[str, Any] = {"EVENT": [], "sound": [], "signer": hashlib.sha256(signer).hexdigest()}
    key, last, holes, end, rule = hkdf(content, digest, b"payload"), -1, 0, 0, []
    for index in range(len(raw) // 4096 - 1):
        nonce, block = index.to_bytes(11, "big"), raw[4096 * (index + 1) : 4096 * (index + 2)]
        ordinary = unsealed(key, nonce + b"\0", block, "")
        if not (plain := ordinary or unsealed(key, nonce + b"\1", block, "")):
            continue
        kind, flags, length, sample, samples = struct.unpack_from(">BBHQI", plain)
        holes, last, payload = holes + index - last - 1, index, plain[16 : 16 + length]
        early, ends = index < opening, index == opening - 1
        good = kind == (1, 2, *[6] * 16)[index] if early else kind in {3, 4, 5}
        good = good and bool(ordinary) == (kind != 5) and not flags and length <= 4064
        good = good and end <= sample <= (0 if early else 10**9 - samples)
        good = good and (0 < length == samples * raw[11] <= 4000 if kind == 3 else not samples)
        good = good and (kind != 6 or length == 4064 or (ends and length))
        need(good and not any(plain[16 + length :]), "content", f"Frame {index} is impossible.")
        end, rule = sample + samples, [*rule, payload] if kind == 6 else rule
        if kind == 3:
            found["sound"].append((sample, samples, payload))
        elif kind != 6 or (ends and len(rule) == opening - 2):
            name, said = {1: "META", 2: "CONSENT", 4: "EVENT", 5: "FINAL"}.get(kind, "RULE"), None
            with suppress(ValueError, RecursionError):
                text = (b"".join(rule) if kind == 6 else payload).decode()
                said = json.loads(text, parse_constant=float.fromhex)
            need(fits(said, name), "content", f"{name} says what it cannot say.")
            found[name] = [*found[name], said] if kind == 4 else said
            need(len(found["EVENT"]) <= 2**16, "content", "It holds too many marks.")
        if kind == 5:
            break
    good = names_holder(raw, ticket if second else b"", found)
    need(good, "content", "Header, META and RULE do not say the same of a second holder.")
    for kind, number, text in texts:
        bound, told = (raw[14:30], kind, number, hashlib.sha256(raw).digest()), None
        with suppress(Wrong, ValueError):
            told = read_text(content, digest, bound, text)
        found.setdefault("texts", []).append({"kind": kind, "number": number, "text": told})
    junk = len(raw) // 4096 - 2 - last + (len(raw) % 4096 > 0)
    bad = holes or junk > 2 or (junk and "FINAL" in found)
    verdict = "damaged" if bad else "complete" if "FINAL" in found else "cut"
    return found | {"rid": raw[14:30].hex(), "samples": end, "verdict": verdict}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    for name in "recording sheet keyring out --root --board-secret --passphrase".split():
        parser.add_argument(name, type=Path, default=Path("/dev/null"))
    of = parser.parse_args()
    try:
        raw, sealed, secret = (p.read_bytes() for p in (of.recording, of.keyring, of.sheet))
        secret = read_sheet(secret.decode())
        if sealed.startswith(b"age"):
            backup = Private.from_private_bytes(hkdf(secret, b"", b"backup"))
            plain = open_age(sealed, backup, of.passphrase.read_bytes().strip())
        else:
            root = of.root.read_bytes() or of.keyring.with_name("root").read_bytes()
            plain = open_keyring(sealed, root, of.board_secret.read_bytes())
        keyring = read_msgpack(BytesIO(plain))
        part = keyring.get("sheet", {}).get("sealed")
        bound = b"zgoda sheet v1" + keyring["vault_id"]
        key = part and unsealed(hkdf(secret, b"", b"sheet"), bytes(12), part, "sheet", bound)
        reading = Private.from_private_bytes(key or hkdf(secret, b"", b"vk"))
        mine = keyring["reading_key"] == reading.public_key().public_bytes_raw()
        need(mine, "sheet", "The sheet belongs to another office than the keyring.")
        keys, why = dict[bytes, Any](), "The keyring has no key for it: erased, or another's."
        for sid, (generation, key, *_) in keyring["shards"].items():
            newest: Any = (b"", 0), {}  # of both copies (6)
            for path in of.keyring.with_name("keys").glob(f"{sid.hex()}.{generation}.[01]"):
                try:
                    shard = open_shard(path.read_bytes(), key, sid, generation)
                    newest = max(newest, shard, key=lambda one: one[0])
                except Wrong as error:
                    why = error.args[-1]
            keys |= newest[1]
        need(raw[14:30] in keys, "keyring", why)
        beside, texts = of.recording.parent.with_name("texts"), []
        for path in sorted(beside.iterdir()) if beside.is_dir() else []:
            if name := re.fullmatch(raw[14:30].hex() + TEXT, path.name):
                texts.append((name[1], int(name[2]), path.read_bytes()))
        own, state = keys[raw[14:30]]
        found = read_recording(raw, reading, Private.from_private_bytes(own), False, texts)
        on, ended = struct.unpack(">HQ", state[32:])  # null: a purpose of a META that is damaged
        had = found["META"].get("purposes", []) if "META" in found else [None] * 64
        need(not ended >> len(had), "keyring", "The shard ends a purpose that META does not have.")
        gone = [purpose for bit, purpose in enumerate(had) if ended >> bit & 1]
        found["ended"] = {"purposes": gone, "day": on} if gone else None
        there = any(kind == "note" for kind, _, _ in texts)
        found["note_missing"] = bool(state[2] & 4) and not there
        levels = [(m % 16 * 16 + 8 + 256 * (m > 15)) << max(m // 16 - 1, 0) for m in range(128)]
        linear, at = [struct.pack("<h", sign * level) for sign in (-1, 1) for level in levels], 0
        of.out.touch(0o600, exist_ok=False)
        with wave.open(str(of.out), "wb") as wav:  # silence where nothing is stored
            wav.setparams((raw[11], 2, 8000, 0, "NONE", ""))
            for sample, samples, codes in [*found.pop("sound"), (found["samples"], 0, b"")]:
                wav.writeframesraw(bytes(2 * raw[11] * (sample - at)))
                for one in range(samples):
                    wav.writeframesraw(b"".join(linear[c ^ 0x55] for c in codes[one::samples]))
                at = sample + samples
    except (Wrong, OSError, ValueError) as error:
        raise SystemExit(f"{of.recording}: {error.args[-1]}") from None
    found["signer_met_in_boot"] = keyring["origins"].get(found["signer"])
    parts = found["RULE"]["heard"].values() if "RULE" in found else [{"bus": ""}]
    first = next((said for bus, said in HEARD.items() if bus in {p["bus"] for p in parts}), "")
    print(json.dumps({"unreal": first} | found, indent=1, ensure_ascii=False))
