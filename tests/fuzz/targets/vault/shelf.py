"""Read a row of the catalogue: any bytes, or after a first byte of 1 under the right key."""

from appliance.errors import FileFormatError
from appliance.keeper.unlocked.block import ListedRow
from appliance.keeper.unlocked.index import Index
from appliance.vault.opening.row import (
    PLAIN_BYTES,
    ROW_BYTES,
    open_row,
    seal_row,
    seed_of,
    unpack,
)
from tests.fuzz.feeding import Target
from tests.fuzz.keys import RECORDING, RID, SECRET
from tests.vectors.rows import plain, sealed

SID, SEED = bytes(8), seed_of(RECORDING)


def take(raw: bytes) -> None:
    """Open and list it: what cannot be read is made again."""
    made = raw[1 : 1 + ROW_BYTES].ljust(ROW_BYTES, b"\0")
    if raw[:1] == b"\1":
        made = seal_row(SECRET, SEED, SID, 0, made[:PLAIN_BYTES])
    content = open_row(SECRET, SEED, SID, 0, made)
    row = unpack(content)
    index = Index("PL")
    index.put(SID, ListedRow(0, RID, content, row))
    listed = index.get(SID, 0)
    assert listed is not None
    assert listed.row == row


def seeds() -> dict[str, bytes]:
    """Return contents of several kinds, a sealed row, and nothing."""
    return {
        "call": b"\1" + plain(),
        "cut": b"\1" + plain(cut=True, name="n" * 65, line="ą" * 16),
        "written": b"\1" + plain(written="*21#", digits=2, number=21, plus=False),
        "zeros": b"\1",
        "row": b"\0" + sealed(plain(), "row", SECRET, RECORDING, SID, 0),
        "none": b"\0",
    }


TARGET = Target("shelf", take, (FileFormatError,), seeds)
