"""A file of the catalogue: any bytes, or after a first byte of 1 a content under the right key."""

import msgspec

from appliance.errors import FileFormatError
from appliance.keeper.catalogue.shelves import LABEL, _row
from appliance.keeper.storage.sealed_tinydb import SealedStorage
from appliance.model.records import CallRecord, Verdict
from appliance.vault import container
from tests.fuzz.feeding import Target, memory_file
from tests.fuzz.keys import RID, SECRET
from tests.samples import META, RECEIPT


def take(raw: bytes) -> None:
    """Read its rows as the catalogue does: what cannot be read is listed again."""
    sealed = container.seal(SECRET, LABEL, raw[1:]) if raw[:1] == b"\1" else raw[1:]
    storage = SealedStorage(memory_file("shelf").holds(sealed), SECRET, LABEL)
    for table in (storage.read() or {}).values():
        for fields in table.values():
            _row(fields)


def seeds() -> dict[str, bytes]:
    """Return an empty one, one with a call, and a file."""
    call = CallRecord(
        recording=RID.hex(), meta=META, receipt=RECEIPT, seconds=1.0, verdict=Verdict.COMPLETE,
        ended="hung_up", frames=5,
    )  # fmt: skip
    row = {"call": msgspec.to_builtins(call), "digits": "48221234567"}
    said = msgspec.json.encode({"_default": {str(int.from_bytes(RID, "big")): row}})
    return {
        "empty": b"\1{}",
        "one": b"\1" + said,
        "file": b"\0" + container.seal(SECRET, LABEL, said),
        "none": b"\0",
    }


TARGET = Target("shelf", take, (FileFormatError, msgspec.ValidationError, KeyError), seeds)
