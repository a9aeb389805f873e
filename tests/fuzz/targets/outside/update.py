"""An update's description and address, as a server or a courier can write them.

The first byte says which: 1 an address, 2 an entity tag, anything else a description.
"""

import json

from appliance.errors import FileFormatError
from appliance.model.outside.update import (
    COMPATIBLE,
    MOST_BYTES,
    is_newer,
    is_tag,
    place_of,
    read_description,
)
from tests.fuzz.feeding import Target

GOOD = {
    "format": 1,
    "compatible": COMPATIBLE,
    "version": "0.9.0-rc.1",
    "file": "zgoda-0.9.0-arm64.raucb",
    "size": 300_000_000,
    "sha256": "ab" * 32,
    "published": "2026-11-27",
}


def take(raw: bytes) -> None:
    """Read it as courier and keeper do."""
    kind, rest = raw[:1], raw[1:]
    text = rest.decode("latin-1")
    if kind == b"\1":
        place = place_of(text)
        assert place is None or (text.isascii() and text.isprintable() and place.path[:1] == "/")
    elif kind == b"\2":
        assert not is_tag(text) or (text.isascii() and text.isprintable())
    else:
        said = read_description(rest)
        assert "/" not in said.file
        assert 0 < said.size <= MOST_BYTES
        is_newer(said.version, "0.1.0")


def seeds() -> dict[str, bytes]:
    """Return one good input of each kind, and some that were cut."""
    good = json.dumps(GOOD).encode()
    return {
        "address": b"\1https://updates.example:8443/zgoda/zgoda-update.json",
        "address_six": b"\1https://[2001:db8::1]/x.json",
        "tag": b'\2"5f3-abc"',
        "description": b"\0" + good,
        "description_cut": b"\0" + good[:-5],
        "description_more": b"\0" + json.dumps(GOOD | {"notes": ["x"]}).encode(),
        "description_deep": b"\0" + b"[" * 2000,
    }


TARGET = Target("update", take, (FileFormatError,), seeds, words=True, mutations=200)
