"""The ledger: any bytes, or after a first byte of 1 a content under the right key."""

import msgspec

from appliance.errors import FileFormatError
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.ledger_file import LABEL
from appliance.vault import container
from tests.fuzz.feeding import Target, memory_file
from tests.fuzz.keys import RID, SECRET


def take(raw: bytes) -> None:
    """Open it and ask for everything that it keeps."""
    sealed = container.seal(SECRET, LABEL, raw[1:]) if raw[:1] == b"\1" else raw[1:]
    ledger = Ledger(memory_file("ledger").holds(sealed), SECRET)
    ledger.belief()
    ledger.swept()
    ledger.boots()
    ledger.counts("")
    ledger.hold_of(RID.hex())
    ledger.erasure_of(RID.hex())
    ledger.holds()
    ledger.erasures()
    ledger.cases()
    ledger.ending_of(RID.hex())
    ledger.endings()
    ledger.notes()


def seeds() -> dict[str, bytes]:
    """Return an empty one, one of a box that ran, and a file."""
    words = {"case": "00112233445566ff", "sealed": "AAAA"}
    hold = {"recording": RID.hex(), "ground": "claims", "author": "0a0b0c0d", "words": words,
            "review": "2027-06-30", "at": 1.0}  # fmt: skip
    said = {
        "time": {
            "1": {
                "last": {"wall": 1.0, "boot": "b00710", "uptime": 2.0},
                "starts": {"b00710": [1.0, True, 0.0, False]},
                "swept": {"counted": 1.0, "day": 20_000},
            }
        },
        "counts": {"1": {"calls": {'["Reception","2026-11-25","unrecorded","refused"]': 3},
                         "counted": ["a.json"]}},
        "holds": {str(int.from_bytes(RID, "big")): hold},
    }  # fmt: skip
    desk = {
        "cases": {str(int(words["case"], 16)): {
            "case": words["case"], "kind": "objection", "channel": "e_delivery",
            "received": 20_000, "due": 20_031, "extended": 20_060, "author": "0a0b0c0d",
            "at": 1.0, "identified": "", "answered": 20_050, "answered_by": "letter",
            "recordings": [RID.hex()], "until": 21_100, "words": words, "added": [words]}},
        "ended": {str(int.from_bytes(RID, "big")): {"recording": RID.hex(), "endings": [{
            "case": words["case"], "purposes": ["training"], "places": [63], "day": 20_050,
            "due": 20_050, "author": "0a0b0c0d", "at": 1.0, "words": words}]}},
        "notes": {str(int.from_bytes(RID, "big")): {"recording": RID.hex(), "notes": [
            {"number": 0, "sha256": "ab" * 32, "author": "0a0b0c0d", "at": 1.0}]}},
    }  # fmt: skip
    encode = msgspec.json.encode
    return {
        "empty": b"\1{}",
        "ran": b"\1" + encode(said),
        "desk": b"\1" + encode(desk),
        "file": b"\0" + container.seal(SECRET, LABEL, encode(said)),
        "invalid_text": b'\1{"time":{"1":{"\xff":1}}}',
        "deep": b"\1" + b"[" * 3000,
        "none": b"\0",
    }


TARGET = Target("ledger", take, (FileFormatError,), seeds, words=True)
