"""Make the vectors of proofs of ``docs/format.md``: ``python -m tests.vectors.proofs``.

It writes them from the specification, with Python's own JSON, always to the same bytes.
"""

import hashlib
import json
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.vectors import placed, speakers, stamped, unreal
from tests.vectors.office import RECEIPT, RULE, made

VECTORS = Path(__file__).parent / "proofs.json"

ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of Ed25519's group."""

CALL, OTHER = made("call", 8).hex(), made("other call", 8).hex()
META: dict[str, Any] = {
    "call": CALL,
    "line": "Reception",
    "direction": "incoming",
    "started_at": 1_790_000_000.5,
    "clock_ok": True,
    "recording_at_ms": 21_000,
    "number": "+48221234567",
    "purposes": ["training"],
    "due_days": {"training": 20_807},
}
PAPER = ("words", "file_number", "legal_basis", "signed_by", "readable")
"""What was typed of a copy's recipient."""

NOTHING_OUTSIDE = dict.fromkeys(("after", "sealed", "head", "stamp_before", "stamp_behind"))
"""Of a recording that nothing places in the audit, nor in time."""


@dataclass(frozen=True)
class Box:
    """A box, by its key."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """Return the public half."""
        return self.key.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        """Return the key's name."""
        return hashlib.sha256(self.public).hexdigest()

    def first(self, key: bytes | None = None, version: int = 2) -> bytes:
        """Return the first line."""
        return f'{{"zgoda_proof":{version},"key":"{(key or self.public).hex()}"}}'.encode()

    def core(self, **changes: Any) -> dict[str, Any]:
        """Return a core's fields."""
        fields = {
            "proof": 2,
            "part": "core",
            "box": self.fingerprint,
            "recording": made("recording", 16).hex(),
            "frames": 40,
            "sha256": made("file").hex(),
            "meta": written(META),
            "receipt": written(RECEIPT),
            "rule": written(RULE),
            "samples": 144_000,
            "ended": "hung_up",
            "withdrawn": [{"purposes": ["quality"], "sample": 80_000}],
        }
        return fields | changes

    def annex(self, *cores: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Return the fields of an annex to some cores."""
        fields = {
            "proof": 2,
            "part": "annex",
            "reader": "office",
            "box": self.fingerprint,
            "call": CALL,
            "cores": [hashlib.sha256(written(core).encode()).hexdigest() for core in cores],
            "made_at": 1_790_100_000.25,
            "clock_ok": True,
            "kept": [
                {"recording": core["recording"], "due_day": 20_807, "held": False, "attested": True}
                for core in cores
            ],
            "unreadable": [],
            "listened": [
                {
                    "at": 1_790_050_000.0,
                    "clock_ok": True,
                    "operator": "0a0b0c0d",
                    "name": "Ewa Żółć",
                    "purpose": "training",
                    "stopped": False,
                }
            ],
            "listened_earlier": 0,
            "recipients": ["caller"],
            "copies": [
                {
                    "at": 1_790_060_000.0,
                    "clock_ok": True,
                    "operator": "0a0b0c0d",
                    "name": "Ewa Żółć",
                    "recipient": "caller",
                    "words": "Anna “Nowa”",
                    "file_number": "",
                    "legal_basis": "",
                    "signed_by": "",
                    "silent_until": None,
                    "readable": "yes",
                    "form": "wav",
                    "size": 288_044,
                    "sha256": made("sound").hex(),
                }
            ],
            "copies_earlier": 0,
            "speakers": [],
            "audit_seq": 12,
            "audit_hash": made("entry").hex(),
            "evidence": [NOTHING_OUTSIDE for _ in cores],
        }
        return fields | changes

    def for_caller(self, *cores: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Return the fields of the same annex, made for the caller."""
        fields = self.annex(*cores)
        fields |= dict.fromkeys(("listened_earlier", "copies_earlier", "speakers", "audit_seq"))
        fields["reader"] = "caller"
        fields["kept"] = [kept | {"held": None} for kept in fields["kept"]]
        nobody = {"operator": None, "name": None}
        fields["listened"] = [one | nobody for one in fields["listened"]]
        nobody |= dict.fromkeys(PAPER, None)
        fields["copies"] = [one | nobody for one in fields["copies"]]
        return fields | changes

    def line(self, fields: dict[str, Any] | str, label: str = "") -> bytes:
        """Return a signed line; the label is the part's own unless another is given."""
        body = fields if isinstance(fields, str) else written(fields)
        label = label or ("annex" if '"part":"annex"' in body else "core")
        return signed(body.encode(), self.signature(body, label))

    def signature(self, body: str, label: str) -> bytes:
        """Return a body's signature."""
        return self.key.sign(f"zgoda proof {label} v2\n".encode() + body.encode())

    def proof(self, *parts: dict[str, Any] | str | bytes) -> bytes:
        """Return a proof of these parts, which are signed unless they are bytes."""
        lines = [part if isinstance(part, bytes) else self.line(part) for part in parts]
        return joined(self.first(), *lines)


def written(fields: dict[str, Any]) -> str:
    """Write JSON without spaces."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def signed(body: bytes, signature: bytes) -> bytes:
    """Put a signature behind a body."""
    return body[:-1] + b',"sig":"' + urlsafe_b64encode(signature).rstrip(b"=") + b'"}'


def joined(*lines: bytes) -> bytes:
    """Return whole lines."""
    return b"".join(line + b"\n" for line in lines)


def flipped(raw: bytes, mark: bytes) -> bytes:
    """Return bytes with the lowest bit of the last byte of a mark flipped."""
    at = raw.index(mark) + len(mark) - 1
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


OURS = Box(Ed25519PrivateKey.from_private_bytes(made("box key")))
STRANGER = Box(Ed25519PrivateKey.from_private_bytes(made("stranger's key")))


def vectors() -> dict[str, dict[str, str | None]]:
    """Return each vector by its name."""
    core, second = OURS.core(), OURS.core(recording=made("second", 16).hex(), withdrawn=[])
    annex, both = OURS.annex(core), OURS.annex(core, second)
    one, two = OURS.proof(core, annex), OURS.proof(core, second, both)
    lines = one.split(b"\n")[:-1]
    found: dict[str, tuple[bytes, str | None]] = {"one": (one, None), "two": (two, None)}
    found["caller"] = OURS.proof(core, OURS.for_caller(core)), None
    silenced = {
        "recipient": "authority",
        "words": "KMP Warszawa",
        "file_number": "RSD 12/26",
        "legal_basis": "art. 217 k.p.k.",
        "signed_by": "asp. J. Lis",
        "silent_until": 20_900,
    }
    for_police = OURS.annex(core, reader="authority", recipients=["authority"])
    for_police["copies"] = [for_police["copies"][0] | silenced]
    found["authority"] = OURS.proof(core, for_police), None
    found |= _placed() | stamped.proofs(OURS, written, META)
    found |= unreal.proofs(OURS, written) | speakers.of(OURS)
    found |= {name: (raw, "reader") for name, raw in _reader(core).items()}
    found |= {name: (raw, "altered") for name, raw in _spliced(core).items()}
    found |= {name: (raw, "cut") for name, raw in _cut(one, lines).items()}
    found |= {name: (raw, "altered") for name, raw in _altered(one, lines).items()}
    found |= {name: (raw, "mixed") for name, raw in _mixed(core, second).items()}
    found |= {name: (raw, "content") for name, raw in _content(core, annex).items()}
    theirs = STRANGER.core()
    found |= {
        "empty": (b"", "foreign"),
        "foreign": (b'{"seq":1}\n', "foreign"),
        "first_spaces": (one.replace(b":", b": ", 1), "foreign"),
        "version": (joined(OURS.first(version=3), *lines[1:]), "version"),
        "older_form": (joined(OURS.first(version=1), *lines[1:]), "version"),
        "signed_by_stranger": (STRANGER.proof(theirs, STRANGER.annex(theirs)), "key"),
    }
    return {
        name: {"file": b64encode(raw).decode(), "failure": failure}
        for name, (raw, failure) in found.items()
    }


def _cut(one: bytes, lines: list[bytes]) -> dict[str, bytes]:
    return {
        "no_newline": one[:-1],
        "no_annex": joined(*lines[:-1]),
        "first_alone": joined(lines[0]),
        "no_core": joined(lines[0], lines[2]),
        "behind": joined(*lines, lines[1]),
    }


def _altered(one: bytes, lines: list[bytes]) -> dict[str, bytes]:
    first, core, annex = lines
    body, sig = core.rsplit(b',"sig":"', 1)
    half = OURS.signature(body.decode() + "}", "core")
    number = int.from_bytes(half[32:], "little") + ORDER
    second = signed(body + b"}", half[:32] + number.to_bytes(32, "little"))
    padded = body + b',"sig":"' + sig[:85] + _next(sig[85:86]) + b'"}'
    small = joined(OURS.first(bytes(32)), core, annex)
    return {
        "core_flipped": flipped(one, b'"frames":40'),
        "annex_flipped": flipped(one, b'"size":288044'),
        "sig_flipped": flipped(one, b'"sig":"' + sig[:1]),
        "other_key": joined(STRANGER.first(), core, annex),
        "small_key": small,
        "sig_second": joined(first, second, annex),
        "sig_padded": joined(first, padded, annex),
        "unsigned": joined(first, body + b"}", annex),
        "roles": joined(first, OURS.line(OURS.core(), "annex"), annex),
    }


def _next(letter: bytes) -> bytes:
    """Return the letter with a spare bit set: the last holds two bits of the signature."""
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return letters[letters.index(letter) + 1 :][:1]


def _mixed(core: dict[str, Any], second: dict[str, Any]) -> dict[str, bytes]:
    annex, both = OURS.annex(core), OURS.annex(core, second)
    meta = written(META | {"call": OTHER})
    other = OURS.core(recording=made("another", 16).hex(), meta=meta)
    box = OURS.core(box=STRANGER.fingerprint)
    return {
        "annex_of_another": OURS.proof(core, OURS.annex(other, call=OTHER)),
        "core_of_another": OURS.proof(other, OURS.annex(other)),
        "core_left_out": OURS.proof(core, both),
        "cores_swapped": OURS.proof(second, core, both),
        "older_core": OURS.proof(OURS.core(ended="cut"), annex),
        "box": OURS.proof(box, OURS.annex(box)),
    }


def _placed() -> dict[str, tuple[bytes, str | None]]:
    """Return proofs of a recording that the audit places."""
    log = placed.the_log("log", OURS.core())
    core = OURS.core(meta=written(META | {"after": placed.place(log)}))
    unnamed, other = OURS.core(), OURS.core(meta=written(META | {"after": placed.place(log, 2)}))
    right = placed.whole(log)
    open_day = right | {"after": placed.line(log, 1, 0), "sealed": placed.line(log, 3, 0)}
    one = OURS.annex(core, evidence=[right])
    found: dict[str, tuple[bytes, str | None]] = {
        "placed": (OURS.proof(core, one), None),
        "placed_for_caller": (
            OURS.proof(core, OURS.for_caller(core, evidence=[placed.for_caller(right)])),
            None,
        ),
        "head_for_caller": (OURS.proof(core, OURS.for_caller(core, evidence=[right])), "evidence"),
        "paths_for_caller": (
            OURS.proof(core, OURS.for_caller(core, evidence=[right | {"head": None}])),
            "evidence",
        ),
        "path_filled_for_office": (
            OURS.proof(
                core,
                OURS.annex(core, evidence=[placed.for_caller(right) | {"head": right["head"]}]),
            ),
            "evidence",
        ),
        "placed_unnamed": (
            OURS.proof(unnamed, OURS.annex(unnamed, evidence=[right | {"after": None}])),
            None,
        ),
        "placed_on_an_open_day": (
            OURS.proof(core, OURS.annex(core, evidence=[open_day | {"head": None}])),
            None,
        ),
        "after_of_an_act": (
            OURS.proof(other, OURS.annex(other, evidence=[right | {"after": placed.line(log, 2)}])),
            "evidence",
        ),
        "after_unnamed": (OURS.proof(unnamed, OURS.annex(unnamed, evidence=[right])), "evidence"),
        "placed_as_another": (
            OURS.proof(
                older := OURS.core(frames=41, meta=core["meta"]),
                OURS.annex(older, evidence=[right]),
            ),
            "evidence",
        ),
    }
    for name, beside in placed.wrong(core).items():
        found[name] = OURS.proof(core, OURS.annex(core, evidence=[beside])), "evidence"
    return found


def _reader(core: dict[str, Any]) -> dict[str, bytes]:
    """Return proofs whose annex tells a reader what is another's, or too little."""
    whole, cut = OURS.annex(core), OURS.for_caller(core)
    names = ("listened_earlier", "copies_earlier", "audit_seq")
    leaks: dict[str, dict[str, Any]] = {f"caller_{name}": {name: whole[name]} for name in names}
    leaks["caller_held"] = {"kept": whole["kept"]}
    for name in ("operator", "name"):
        leaks[f"caller_listened_{name}"] = {
            "listened": [cut["listened"][0] | {name: whole["listened"][0][name]}]
        }
    leaks["caller_listened_ground"] = {"listened": [cut["listened"][0] | {"purpose": "claims"}]}
    for name in ("operator", "name", *PAPER):
        leaks[f"caller_copy_{name}"] = {
            "copies": [cut["copies"][0] | {name: whole["copies"][0][name]}]
        }
    leaks["caller_copy_silent"] = {"copies": [cut["copies"][0] | {"silent_until": 20_900}]}
    leaks["caller_copy_of_another"] = {"copies": [cut["copies"][0] | {"recipient": "authority"}]}
    leaks["caller_copies_of_two"] = {
        "copies": [cut["copies"][0], cut["copies"][0] | {"recipient": "adviser"}]
    }
    found = {name: OURS.proof(core, OURS.for_caller(core, **told)) for name, told in leaks.items()}
    for reader in ("authority", "office"):
        found[f"{reader}_without_people"] = OURS.proof(core, cut | {"reader": reader})
    return found


def _spliced(core: dict[str, Any]) -> dict[str, bytes]:
    """Return proofs put together of what was signed for two readers."""
    office, caller = OURS.annex(core), OURS.for_caller(core)
    signature = OURS.signature(written(caller), "annex")
    return {
        "doubled": OURS.proof(core, caller) + OURS.proof(core, caller),
        "two_annexes": OURS.proof(core, office, caller),
        "annex_under_anothers_signature": OURS.proof(
            core, signed(written(office).encode(), signature)
        ),
        "reader_altered": OURS.proof(core, caller).replace(b'"caller"', b'"office"', 1),
    }


def _content(core: dict[str, Any], annex: dict[str, Any]) -> dict[str, bytes]:
    def with_core(changed: dict[str, Any]) -> bytes:
        return OURS.proof(changed, OURS.annex(changed))

    swapped = dict(sorted(core.items(), key=lambda item: item[0] == "frames"))
    other = core | {"meta": written(META | {"number": "+48221111111"})}
    return {
        "spaces": OURS.proof(written(core).replace('"frames":', '"frames": '), annex),
        "order": with_core(swapped),
        "field": with_core(core | {"mood": "good"}),
        "number": OURS.proof(core, OURS.annex(core, audit_seq=-1)),
        "meta": with_core(core | {"meta": "{}"}),
        "rule": with_core(core | {"rule": written(RULE)[:-1]}),
        "reader": OURS.proof(core, annex | {"reader": "police"}),
        "core_twice": OURS.proof(core, other, OURS.annex(core, other)),
        "no_evidence": OURS.proof(core, annex | {"evidence": []}),
        "parts": OURS.proof(*([b"{}"] * 66), annex),
    }


def main() -> None:
    """Write the vectors."""
    found = {"fingerprint": OURS.fingerprint, "vectors": vectors()}
    VECTORS.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
