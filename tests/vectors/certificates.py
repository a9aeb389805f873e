"""Make the vectors of certificates: ``python -m tests.vectors.certificates``.

It writes them from the specification, with Python's own JSON, always to the same bytes.
"""

import hashlib
import json
from base64 import b64encode
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.vectors import placed
from tests.vectors.audit import FIRST as DAY
from tests.vectors.audit import SECOND as DAY_OF_ERASURE
from tests.vectors.audit import Log, keys_of, public
from tests.vectors.office import made
from tests.vectors.proofs import ORDER, OURS, STRANGER, Box, flipped, joined, signed, written

VECTORS = Path(__file__).parent / "certificates.json"

RID, SECOND = made("recording", 16).hex(), made("second", 16).hex()
DONE = 1_790_100_060.25
STICK = made("stick").hex()
SERVER = made("server").hex()
HOLDER = made("head office").hex()
DAY_KEY = Ed25519PrivateKey.from_private_bytes(made("the day's key"))


def entry(**changes: Any) -> str:
    """Return the audit's line of the erasure, without its newline."""
    fields = {
        "seq": 41,
        "t": DONE,
        "clock_ok": True,
        "type": "erased",
        "actor": "0a0b0c0d",
        "rid": RID,
        "case": None,
        "prev": made("entry 40").hex(),
        "detail": "e1.7",
    }
    body = written(fields | changes).encode()
    line = signed(body, DAY_KEY.sign(b"zgoda audit entry\n" + body)).decode()
    return f'{line[:-1]},"hash":"{hashlib.sha256(line.encode()).hexdigest()}"}}'


def certificate(box: Box = OURS, **changes: Any) -> dict[str, Any]:
    """Return the fields of a certificate."""
    fields = {
        "certificate": 1,
        "box": box.fingerprint,
        "id": made("case", 8).hex(),
        "ordered_at": 1_790_100_000.5,
        "done_at": DONE,
        "clock_ok": True,
        "controller": "Kancelaria Żółć",
        "contact": "ul. Prosta 1, Warszawa",
        "ground": "consent_withdrawn",
        "by": "person",
        "calls": [{"rids": [RID], "day": 20_700, "minutes": 4, "line": "Reception"}],
        "everything": False,
        "recordings": None,
        "kept": [{"reason": "claims", "review": 20_900}],
        "level": "E1",
        "generation": None,
        "media": [
            {"kind": "stick", "id": STICK, "last": 20_717, "next": 20_718},
            {"kind": "server", "id": SERVER, "last": 20_712, "next": None},
        ],
        "holders": [{"id": HOLDER, "asked": 20_718, "done": None}],
        "erased": {"hash": json.loads(entry())["hash"], "line": None},
        "remains": ["flash_may_keep_root_under_board", "exports"],
        "reader": "caller",
    }
    return fields | changes


def for_office(line: str = "", **changes: Any) -> dict[str, Any]:
    """Return the fields of the same certificate, made for the office."""
    return certificate(generation=7, reader="office", erased=named(line or entry())) | changes


def named(line: str) -> dict[str, Any]:
    """Return what names an entry to the office."""
    return {"hash": json.loads(line).get("hash", ""), "line": line}


def digest(fields: dict[str, Any]) -> str:
    """Return how a supplement names its certificate."""
    return hashlib.sha256(written(fields).encode()).hexdigest()


def supplement(
    number: int = 1, of: dict[str, Any] | None = None, box: Box = OURS, **changes: Any
) -> dict[str, Any]:
    """Return the fields of a supplement: a stick was made anew."""
    fields = {
        "supplement": 1,
        "box": box.fingerprint,
        "certificate": digest(of or certificate()),
        "number": number,
        "about": "medium",
        "id": STICK,
        "state": "made_anew",
        "day": 20_719,
        "clock_ok": True,
        "under": None,
    }
    return fields | changes


def later(number: int, state: str, rid: str = SECOND, **changes: Any) -> dict[str, Any]:
    """Return the fields of a supplement about another recording of the call."""
    said = {"about": "recording", "id": hashlib.sha256(rid.encode()).hexdigest(), "state": state}
    return supplement(number, **said | changes)


def erased_log(name: str = "erased log") -> Log:
    """Return a log of two days; entry 6 of 7 is the erasure."""
    log, of = Log(), keys_of(name)
    log.add(of.one, DAY, "audit_key", key=public(of.one))
    log.add(of.one, DAY, "sealed", rid=RID, frames=13, sha256=made("file").hex())
    log.add(of.one, DAY, "logged_out")
    log.sign(of.one, DAY, 3)
    log.add(of.one, DAY_OF_ERASURE, "audit_key", key=public(of.two))
    log.add(of.two, DAY_OF_ERASURE, "erasing", rid=RID, detail="consent_withdrawn")
    log.add(of.two, DAY_OF_ERASURE, "erased", rid=RID, detail="e1.7", t=DONE)
    log.add(of.two, DAY_OF_ERASURE, "certified", rid=RID)
    log.sign(of.two, DAY_OF_ERASURE, 7)
    return log


def logged() -> dict[str, Any]:
    """Return the fields of the office's certificate of the erasure in that log."""
    return for_office(erased_log().lines[5].rstrip("\n"))


def under(log: Log | None = None, **changes: Any) -> dict[str, Any]:
    """Return what leads from the erasure to the head of its day."""
    log = log or erased_log()
    return {"path": placed.path(log, 6, 7), "head": placed.head(log, DAY_OF_ERASURE)} | changes


def finished(under: dict[str, Any] | None, **changes: Any) -> dict[str, Any]:
    """Return the fields of a supplement about that head."""
    ours = logged()
    said = {"about": "head", "id": ours["erased"]["hash"], "state": "finished", "day": 20_719}
    return supplement(of=ours, under=under, **said | changes)


FIRST = supplement()
LATER = supplement(2, about="holder", id=HOLDER, state="done", day=20_725)
DESTROYED = supplement(3, id=SERVER, state="destroyed", day=20_730)


def first(box: Box = OURS, version: int = 1, key: bytes | None = None) -> bytes:
    """Return the first line."""
    return f'{{"zgoda_certificate":{version},"key":"{(key or box.public).hex()}"}}'.encode()


def line(fields: dict[str, Any] | str, box: Box = OURS, label: str = "") -> bytes:
    """Return a signed line; the label is the line's own unless another is given."""
    body = fields if isinstance(fields, str) else written(fields)
    label = label or ("supplement" if body.startswith('{"supplement"') else "certificate")
    return signed(body.encode(), box.key.sign(f"zgoda {label} v1\n".encode() + body.encode()))


def file(*lines: dict[str, Any] | str | bytes, box: Box = OURS) -> bytes:
    """Return a certificate of these lines, which are signed unless they are bytes."""
    made_up = [one if isinstance(one, bytes) else line(one, box) for one in lines]
    return joined(first(box), *made_up)


def vectors() -> dict[str, dict[str, str | None]]:
    """Return each vector by its name."""
    ours = certificate()
    one, whole = file(ours), file(ours, FIRST, LATER, DESTROYED)
    all_gone = for_office(
        entry(type="erased_all", rid=None, count=1_234),
        calls=[],
        everything=True,
        recordings=1_234,
    )
    unread = [{"rids": [RID, SECOND], "day": None, "minutes": None, "line": None}]
    found: dict[str, tuple[bytes, str | None]] = {
        "one": (one, None),
        "supplements": (whole, None),
        "everything": (file(all_gone), None),
        "in_call": (file(certificate(ground="in_call", by="device", calls=unread, kept=[])), None),
        "unreadable": (file(certificate(calls=unread, kept=[], media=[], holders=[])), None),
        "office": (file(for_office()), None),
        "authority": (file(for_office(reader="authority")), None),
        "everything_for_caller": (file(certificate(calls=[], everything=True)), None),
        "head": (file(logged(), finished(under())), None),
        "recordings": (file(ours, later(1, "found"), later(2, "erased")), None),
        "empty": (b"", "foreign"),
        "foreign": (b'{"zgoda_proof":2}\n', "foreign"),
        "first_spaces": (one.replace(b":", b": ", 1), "foreign"),
        "version": (joined(first(version=2), *one.split(b"\n")[1:-1]), "version"),
        "version_none": (joined(first(version=0), *one.split(b"\n")[1:-1]), "version"),
        "signed_by_stranger": (file(certificate(STRANGER), box=STRANGER), "key"),
    }
    for failure, made_up in (
        ("cut", _cut(whole)),
        ("altered", _altered(one)),
        ("mixed", _mixed(ours)),
        ("content", _content(ours)),
        ("reader", _reader()),
        ("evidence", _evidence()),
    ):
        found |= {name: (raw, failure) for name, raw in made_up.items()}
    return {
        name: {"file": b64encode(raw).decode(), "failure": failure}
        for name, (raw, failure) in found.items()
    }


def _evidence() -> dict[str, bytes]:
    """Return certificates whose supplement does not lead to a head of their log."""
    log, other, of = erased_log(), erased_log("other log"), keys_of("erased log")
    path, head = under()["path"], under()["head"]

    def signed_by(key: Ed25519PrivateKey, **changes: Any) -> str:
        copy = erased_log()
        copy.sign(key, DAY_OF_ERASURE, 7, **changes)
        return placed.head(copy, DAY_OF_ERASURE)

    old = erased_log()
    old.sign_form_1(of.two, DAY_OF_ERASURE, 7)
    faults = {
        "head_path_of_another": under(path=placed.path(log, 5, 7)),
        "head_path_short": under(path=path[:-1]),
        "head_path_long": under(path=[*path, made("node").hex()]),
        "head_path_swapped": under(path=[path[1], path[0], *path[2:]]),
        "head_path_other_size": under(path=placed.path(log, 6, 6)),
        "head_of_another_log": under(other),
        "head_of_another_log_alone": under(head=placed.head(other, DAY_OF_ERASURE)),
        "head_of_another_day": under(head=placed.head(log, DAY)),
        "head_of_another_box": under(head=signed_by(of.stranger)),
        "head_other_tree_beside": under(head=signed_by(of.two, tree=made("tree").hex())),
        "head_altered_beside": under(
            head=head.replace(f'"day":"{DAY_OF_ERASURE}"', f'"day":"{DAY}"')
        ),
        "head_spaces": under(head=head.replace(":", ": ", 1)),
        "head_of_form_1_beside": under(head=placed.head(old, DAY_OF_ERASURE)),
    }
    return {name: file(logged(), finished(fault)) for name, fault in faults.items()}


def _cut(whole: bytes) -> dict[str, bytes]:
    return {
        "no_newline": whole[:-1],
        "first_alone": whole.split(b"\n")[0] + b"\n",
        "nothing_behind": whole.split(b"\n")[0],
        "within_line": whole[: whole.rindex(b'"day"')],
    }


def _altered(one: bytes) -> dict[str, bytes]:
    top, said = one.split(b"\n")[:2]
    body, sig = said.rsplit(b',"sig":"', 1)
    half = OURS.key.sign(b"zgoda certificate v1\n" + body + b"}")
    number = int.from_bytes(half[32:], "little") + ORDER
    second = signed(body + b"}", half[:32] + number.to_bytes(32, "little"))
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    padded = body + b',"sig":"' + sig[:85] + letters[letters.index(sig[85:86]) + 1 :][:1] + b'"}'
    theirs = line(supplement(), STRANGER)
    return {
        "flipped": flipped(one, b'"minutes":4'),
        "ground_changed": one.replace(b"consent_withdrawn", b"objection_made_up"),
        "level_changed": one.replace(b'"level":"E1"', b'"level":"E2"'),
        "medium_removed": one.replace(b'"kind":"stick"', b'"kind":"sticK"'),
        "sig_flipped": flipped(one, b'"sig":"' + sig[:1]),
        "other_key": joined(first(STRANGER), said),
        "small_key": joined(first(key=bytes(32)), said),
        "sig_second": joined(top, second),
        "sig_padded": joined(top, padded),
        "unsigned": joined(top, body + b"}"),
        "roles": file(line(certificate(), label="supplement")),
        "supplement_as_certificate": file(FIRST),
        "doubled": one + one,
        "two_certificates": joined(top, said, line(for_office())),
        "supplement_of_stranger": file(certificate(), theirs),
        "supplement_unsigned": file(certificate(), written(FIRST).encode()),
        "as_a_proof": file(line(certificate(), label="proof core")),
    }


def _mixed(ours: dict[str, Any]) -> dict[str, bytes]:
    other = certificate(id=made("other case", 8).hex())
    box = certificate(STRANGER)
    return {
        "box": file(box),
        "supplement_box": file(ours, supplement(box=STRANGER)),
        "supplement_of_another": file(ours, supplement(of=other)),
        "supplement_left_out": file(ours, FIRST, DESTROYED),
        "supplement_doubled": file(ours, FIRST, FIRST),
        "supplements_swapped": file(ours, LATER, FIRST),
        "supplement_first_missing": file(ours, LATER),
    }


def _reader() -> dict[str, bytes]:
    """Return certificates that tell a reader what is another's, or too little."""
    ours, whole = certificate(), for_office()
    told = ours["erased"]
    return {
        "caller_generation": file(certificate(generation=7)),
        "caller_line": file(certificate(erased=whole["erased"])),
        "caller_recordings": file(certificate(calls=[], everything=True, recordings=3)),
        "caller_head": file(certificate(erased=told), _head_for_caller()),
        "office_without_line": file(for_office(erased=told)),
        "authority_without_generation": file(for_office(reader="authority", generation=None)),
        "office_uncounted": file(
            for_office(entry(type="erased_all", rid=None), calls=[], everything=True)
        ),
        "office_counted": file(for_office(recordings=3)),
    }


def _head_for_caller() -> dict[str, Any]:
    said = {"about": "head", "id": certificate()["erased"]["hash"], "state": "finished"}
    return supplement(under=under(), **said)


def _content(ours: dict[str, Any]) -> dict[str, bytes]:
    def changed(**changes: Any) -> bytes:
        return file(certificate(**changes))

    def erased(**changes: Any) -> bytes:
        return file(for_office(entry(**changes)))

    def added(**changes: Any) -> bytes:
        return file(ours, supplement(**changes))

    call = ours["calls"][0]
    medium = ours["media"][0]
    swapped = dict(sorted(ours.items(), key=lambda item: item[0] == "ground"))
    bare = {name: value for name, value in ours.items() if name != "remains"}
    torn = entry().replace('"seq":41', '"seq":42')
    other_hash = named(entry()) | {"hash": made("another entry").hex()}
    return {
        "spaces": file(written(ours).replace('"by":', '"by": ')),
        "order": file(swapped),
        "field": changed(name="Anna"),
        "missing": file(bare),
        "number": file(for_office(generation=-1)),
        "minutes": changed(calls=[call | {"minutes": 2_085}]),
        "day": changed(calls=[call | {"day": 2**18}]),
        "moment": changed(ordered_at=2**33 + 1),
        "by": changed(by="Ewa"),
        "in_call_by_person": changed(ground="in_call"),
        "device_on_request": changed(by="device"),
        "level": changed(level="E3"),
        "reader": changed(reader="police"),
        "medium_kind": changed(media=[medium | {"kind": "cloud"}]),
        "rid": changed(calls=[call | {"rids": [RID.upper()]}]),
        "rid_twice": changed(calls=[call, call]),
        "no_calls": changed(calls=[]),
        "call_of_no_recording": changed(calls=[call, call | {"rids": []}]),
        "everything_and_calls": changed(everything=True),
        "line_none": file(for_office(erased=named(entry()) | {"line": "{}"})),
        "line_altered": file(for_office(erased=named(torn))),
        "line_of_other_hash": file(for_office(erased=other_hash)),
        "line_of_another": erased(rid=SECOND),
        "line_of_another_act": erased(type="erase_failed"),
        "line_lower_level": erased(detail="e0.7"),
        "line_other_generation": erased(detail="e1.8"),
        "line_other_time": erased(t=DONE + 1),
        "supplement_number": added(number=0),
        "supplement_day": added(day=-1),
        "supplement_medium": added(id=made("another stick").hex()),
        "supplement_state": added(state="done"),
        "supplement_twice": file(ours, FIRST, supplement(2)),
        "supplement_field": added(words="Anna"),
        "supplement_under": added(under=under()),
        "head_alone": file(logged(), finished(None)),
        "head_of_another_entry": file(logged(), finished(under(), id=made("entry 40").hex())),
        "head_twice": file(logged(), finished(under()), finished(under(), number=2)),
        "head_field": file(logged(), finished(under(seq=7))),
        "recording_erased_alone": file(ours, later(1, "erased")),
        "recording_certified": file(ours, later(1, "found", RID)),
        "recording_of_everything": file(
            certificate(calls=[], everything=True),
            later(1, "found", of=certificate(calls=[], everything=True)),
        ),
        "recording_state": file(ours, later(1, "made_anew")),
    }


def main() -> None:
    """Write the vectors."""
    found = {"fingerprint": OURS.fingerprint, "vectors": vectors()}
    VECTORS.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
