"""Make the audit's vectors of ``docs/format.md``: ``python -m tests.vectors.audit``.

It writes and signs lines from the specification, not with the code that the vectors test, always
to the same bytes.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.clock import DAY
from tests.vectors.office import made

VECTORS = Path(__file__).parent / "audit.json"

FIRST, SECOND, LATE, BACK = "2026-09-21", "2026-09-22", "2126-09-21", "2026-03-22"
AT = {FIRST: 1_790_000_000.5, SECOND: 1_790_090_000.5, LATE: 4_945_673_600.5}
AT[BACK] = AT[FIRST] - 183 * DAY
RID = "ab" * 16
OTHER = "ee" * 32
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

Key = Ed25519PrivateKey


def public(key: Key) -> str:
    """Return a key's public half in hex."""
    return key.public_key().public_bytes_raw().hex()


def root(hashes: list[str]) -> str:
    """Return the root over entries' hashes by the words of RFC 6962, section 2.1."""
    if len(hashes) == 1:
        return hashlib.sha256(b"\0" + bytes.fromhex(hashes[0])).hexdigest()
    half = 1
    while 2 * half < len(hashes):
        half *= 2
    below = root(hashes[:half]) + root(hashes[half:])
    return hashlib.sha256(b"\1" + bytes.fromhex(below)).hexdigest()


@dataclass
class Log:
    """A log in the making: its lines and heads."""

    lines: list[str] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)
    prev: str = "0" * 64

    def add(self, by: Key | None, day: str, type: str, **more: Any) -> None:
        """Append an entry that a key has signed; without a key one without signature."""
        self.put(self.body(day, type, **more), by)

    def body(self, day: str, type: str, **more: Any) -> str:
        """Return what is signed of the next entry."""
        said = {"seq": len(self.lines) + 1, "t": AT.get(day), "clock_ok": True, "type": type}
        said |= {"actor": "keeper", "rid": None, "case": None, "prev": self.prev} | more
        return json.dumps(said, separators=(",", ":"))

    def put(self, body: str, key: Key | None) -> None:
        """Append a line around a body."""
        signed = body
        if key is not None:
            raw = key.sign(b"zgoda audit entry\n" + body.encode())
            signed = f'{body[:-1]},"sig":"{urlsafe_b64encode(raw).rstrip(b"=").decode()}"}}'
        self.close(signed)

    def close(self, signed: str) -> None:
        """Append a line around what is hashed of it."""
        self.prev = hashlib.sha256(signed.encode()).hexdigest()
        self.lines.append(f'{signed[:-1]},"hash":"{self.prev}"}}\n')

    def sign(self, key: Key, day: str, seq: int, *, file: str = "", tree: str = "") -> None:
        """Sign a head of a day that names an entry."""
        digest = json.loads(self.lines[seq - 1])["hash"]
        tree = tree or root([json.loads(line)["hash"] for line in self.lines[:seq]])
        said = f"zgoda audit head v2\n{day}\n{seq}\n{digest}\n{tree}\n"
        head = {"day": day, "seq": seq, "hash": digest, "tree": tree, "key": public(key)}
        head["signature"] = key.sign(said.encode()).hex()
        self.heads[file or day] = json.dumps(head) + "\n"

    def sign_form_1(self, key: Key, day: str, seq: int) -> None:
        """Sign a head of the first form, which has no tree."""
        digest = json.loads(self.lines[seq - 1])["hash"]
        said = f"zgoda audit head\n{day}\n{seq}\n{digest}\n"
        head = {"day": day, "seq": seq, "hash": digest, "key": public(key)}
        self.heads[day] = json.dumps(head | {"signature": key.sign(said.encode()).hex()}) + "\n"

    def files(self) -> dict[str, str]:
        """Return the files below ``audit``."""
        heads = {f"heads/{day}.json": text for day, text in self.heads.items()}
        return {"2026-09.log": "".join(self.lines), **heads}


@dataclass(frozen=True)
class Keys:
    """The keys of the two days, and a stranger's."""

    one: Key
    two: Key
    stranger: Key


def keys_of(name: str) -> Keys:
    """Return the keys of a log, always the same for its name."""
    return Keys(*(Key.from_private_bytes(made(f"{name} {number}")) for number in range(3)))


def first_day(keys: Keys, key: Key | None = None) -> Log:
    """Return a log of one day: four entries and their head."""
    log, key = Log(), key or keys.one
    log.add(key, FIRST, "audit_key", key=public(keys.one))
    log.add(key, FIRST, "first_run")
    log.add(key, FIRST, "sealed", rid=RID, frames=13, sha256="cd" * 32)
    log.add(key, FIRST, "played", rid=RID)
    log.sign(keys.one, FIRST, 4)
    return log


def two_days(keys: Keys) -> Log:
    """Return a log of two days: eight entries and their heads."""
    log = first_day(keys)
    log.add(keys.one, SECOND, "audit_key", key=public(keys.two))
    for type in ("viewed", "exported", "logged_out"):
        log.add(keys.two, SECOND, type)
    log.sign(keys.two, SECOND, 8)
    return log


def without_the_third(keys: Keys, key: Key | None) -> Log:
    """Return the log without entry 3, chained anew; signed with a key, or with old signatures."""
    old, log = two_days(keys), Log()
    for line in [*old.lines[:2], *old.lines[3:]]:
        said = json.loads(line)
        signature = said.pop("sig")
        said.pop("hash")
        said |= {"seq": len(log.lines) + 1, "prev": log.prev}
        body = json.dumps(said, separators=(",", ":"))
        if len(log.lines) < 2 or key is None:
            log.close(f'{body[:-1]},"sig":"{signature}"}}')
        else:
            log.put(body, key)
    if key is not None:
        log.sign(key, FIRST, 3)
        log.sign(key, SECOND, 7)
    return log


Made = tuple[Log, dict[str, Any]]


def changed(keys: Keys, change: Callable[[Log], object]) -> Log:
    """Return the log of two days after a change."""
    log = two_days(keys)
    change(log)
    return log


def ninth(keys: Keys, change: Callable[[str], str]) -> Log:
    """Return the log with a ninth entry whose body was changed before it was signed."""
    log = two_days(keys)
    log.put(change(log.body(SECOND, "played")), keys.two)
    return log


def swap(log: Log) -> None:
    """Swap entries 3 and 4."""
    log.lines[2], log.lines[3] = log.lines[3], log.lines[2]


def swap_heads(log: Log) -> None:
    """Put each head under the other day's name."""
    log.heads = {FIRST: log.heads[SECOND], SECOND: log.heads[FIRST]}


def alter_head(log: Log) -> None:
    """Change a digit of the first day's head."""
    log.heads[FIRST] = log.heads[FIRST].replace('"seq": 4', '"seq": 5')


def spare_bits(keys: Keys) -> Log:
    """Return the log with a ninth entry whose signature's last letter has a spare bit set."""
    log = two_days(keys)
    log.put(log.body(SECOND, "played"), keys.two)
    signed = log.lines.pop().partition(',"hash":')[0] + "}"
    last = LETTERS[LETTERS.index(signed[-3]) | 1]
    log.prev = json.loads(log.lines[-1])["hash"]
    log.close(f'{signed[:-3]}{last}"}}')
    return log


def no_new_key(keys: Keys) -> Log:
    """Return a log whose second day goes on with the first day's key."""
    log = first_day(keys)
    log.add(keys.one, SECOND, "viewed")
    return log


def strangers_key(keys: Keys) -> Log:
    """Return a log whose second day's key is named by a stranger."""
    log = first_day(keys)
    log.add(keys.stranger, SECOND, "audit_key", key=public(keys.stranger))
    log.add(keys.stranger, SECOND, "viewed")
    return log


def cut(log: Log, count: int) -> None:
    """Take the last entries away."""
    del log.lines[-count:]


def build() -> dict[str, Any]:
    """Return every vector: its files, what is known beside them, and the first bad entry."""
    keys = keys_of("audit")
    whole = two_days(keys)
    anchor = [6, json.loads(whole.lines[5])["hash"][:32]]
    newest = [8, json.loads(whole.lines[7])["hash"][:32]]
    logs: dict[str, tuple[Log, int | None, dict[str, Any]]] = {
        "two_days": (whole, None, {}),
        "key_given": (whole, None, {"key": public(keys.one)}),
        "anchor_given": (whole, None, {"anchor": anchor}),
        "open_day_without_head": (changed(keys, lambda log: log.heads.pop(SECOND)), None, {}),
        "torn": (changed(keys, lambda log: log.lines.append(whole.lines[0][:99])), None, {}),
        "torn_zeros": (
            changed(keys, lambda log: log.lines.append(whole.lines[0][:99] + "\0" * 5000)),
            None, {},
        ),
        "altered": (
            changed(keys, lambda log: log.lines.insert(2, log.lines.pop(2).replace("ab", "ac", 1))),
            3, {},
        ),
        "removed": (changed(keys, lambda log: log.lines.pop(2)), 3, {}),
        "swapped": (changed(keys, swap), 3, {}),
        "chained_anew": (without_the_third(keys, None), 3, {}),
        "signed_by_stranger": (without_the_third(keys, keys.stranger), 3, {}),
        "unsigned": (changed(keys, lambda log: log.add(None, SECOND, "played")), 9, {}),
        "padded_signature": (spare_bits(keys), 9, {}),
        "field": (ninth(keys, lambda body: body[:-1] + ',"name":"Anna"}'), 9, {}),
        "spaces": (ninth(keys, lambda body: body.replace(":", ": ", 1)), 9, {}),
        "long": (ninth(keys, lambda body: body[:-1] + f',"detail":"{"a" * 999}"}}'), 9, {}),
        "strangers_key": (strangers_key(keys), 5, {}),
        "no_new_key": (no_new_key(keys), 5, {}),
        "key_within_day": (
            changed(keys, lambda log: log.add(keys.two, SECOND, "audit_key", key="11" * 32)), 9, {},
        ),
        "first_key_signed_by_another": (first_day(keys, keys.stranger), 1, {}),
        "other_first_key": (whole, 1, {"key": public(keys.stranger)}),
        "head_missing": (changed(keys, lambda log: log.heads.pop(FIRST)), 4, {}),
        "head_early": (changed(keys, lambda log: log.sign(keys.one, FIRST, 3)), 4, {}),
        "head_altered": (
            changed(
                keys,
                alter_head,
            ),
            4, {},
        ),
        "head_other_key": (changed(keys, lambda log: log.sign(keys.stranger, FIRST, 4)), 4, {}),
        "head_other_tree": (
            changed(keys, lambda log: log.sign(keys.one, FIRST, 4, tree=OTHER)), 4, {},
        ),
        "head_of_form_1": (changed(keys, lambda log: log.sign_form_1(keys.one, FIRST, 4)), 4, {}),
        "open_head_other_tree": (
            changed(keys, lambda log: log.sign(keys.two, SECOND, 8, tree=OTHER)), 8, {},
        ),
        "heads_swapped": (changed(keys, swap_heads), 4, {}),
        "head_of_no_day": (changed(keys, lambda log: log.sign(keys.one, "2026-09-20", 1)), 8, {}),
        "cut_within_day": (changed(keys, lambda log: cut(log, 2)), 7, {}),
        "cut_behind_anchor": (first_day(keys), 5, {"anchor": newest}),
        "other_than_anchor": (whole, 6, {"anchor": [6, "ee" * 16]}),
        "audit_cut": (
            changed(keys, lambda log: log.add(keys.two, SECOND, "audit_cut", detail="from_9.to_9")),
            9, {},
        ),
    }  # fmt: skip
    return {
        name: {"files": log.files(), **known, "first_bad": bad}
        for name, (log, bad, known) in logs.items()
    }


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(build(), indent=1) + "\n")
