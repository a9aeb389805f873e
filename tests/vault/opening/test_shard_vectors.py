"""Every vector of a shard says what it must."""

import base64
import json
from typing import Any

import pytest

from appliance.errors import FileFormatError, MadeByNewer, MadeByOlder
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.shard import ENTRY_BYTES, OpenShard, open_shard
from appliance.vault.opening.state import VERDICTS, read_state
from tests.vectors.shards import VECTORS, whole
from tests.vectors.specified import specified

KNOWN: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))


def test_the_vectors_are_those_that_the_specification_makes() -> None:
    assert whole() == KNOWN


def test_every_vector_stands_in_the_specification_and_the_other_way_round() -> None:
    said = {name: what == "refused" for name, what in specified("### Shards").items()}
    assert said == {name: one["says"] is None for name, one in KNOWN["shards"].items()}


def read(vector: dict[str, Any]) -> OpenShard:
    key, sid = (bytes.fromhex(KNOWN[name]) for name in ("key", "id"))
    return open_shard(key, sid, KNOWN["generation"], base64.b64decode(vector["file"]))


def told(slot: int, entry: RecordingEntry) -> dict[str, Any]:
    """Return an entry as the vectors say it."""
    return {
        "slot": slot,
        "due_day": entry.due_day,
        "held": entry.held,
        "restricted": entry.restricted,
        "clock_ok": entry.clock_ok,
        "review_day": entry.review_day,
        "day": entry.day,
        "call": entry.call,
        "boot_id": entry.boot_id,
        "uptime": entry.uptime,
        "began_ms": None if entry.began is None else round(entry.began * 1000),
        "verdict": [str(verdict) for verdict in VERDICTS].index(entry.verdict),
        "ended": entry.ended_purposes,
        "ended_day": entry.ended_day,
        "note": entry.has_note,
    }


@pytest.mark.parametrize("name", KNOWN["shards"])
def test_a_vector_says_what_it_must(name: str) -> None:
    vector = KNOWN["shards"][name]
    if vector["says"] is None:
        with pytest.raises(FileFormatError):
            read(vector)
        return
    shard = read(vector)
    states = {
        bytes(shard.plain[at : at + 16]).hex(): told(*read_state(shard.plain, at + 48))
        for at in range(0, len(shard.plain), ENTRY_BYTES)
    }
    assert vector["says"] == {"records": shard.index, "rest": shard.rest, "states": states}


@pytest.mark.parametrize(
    ("name", "error"),
    [("version_1", MadeByOlder), ("version_0", MadeByOlder), ("version_3", MadeByNewer)],
)
def test_another_version_is_no_damage(name: str, error: type[FileFormatError]) -> None:
    with pytest.raises(error, match="this one knows 2"):
        read(KNOWN["shards"][name])
