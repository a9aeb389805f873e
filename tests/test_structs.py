"""Many threads read the same kinds of struct for the first time."""

import subprocess
import sys

import pytest

from appliance.structs import json_decoder

ROUNDS = """
import sys, threading
import msgspec
from appliance import structs

sys.setswitchinterval(1e-6)  # a thread gives way as often as it can
FIELDS = [f"field_{number}" for number in range(8)]
RAW = msgspec.json.encode(dict.fromkeys(FIELDS, {"number": 1}))
PACKED = msgspec.msgpack.encode(msgspec.json.decode(RAW))


def fresh():
    inner = [msgspec.defstruct(name.title(), [("number", int)]) for name in FIELDS]
    return msgspec.defstruct("Whole", list(zip(FIELDS, inner)))


def round_of(read):
    kind, together, read_now = fresh(), threading.Barrier(4), []

    def go():
        together.wait()
        read_now.append(read(kind))

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.field_7.number for one in read_now] == [1] * 4


for _ in range(150):
    round_of(lambda kind: %s)
"""
"""A program: it is killed where a thread reads what another is still learning."""

WAYS = {
    "from JSON": "structs.from_json(RAW, kind)",
    "from values": "structs.convert(msgspec.json.decode(RAW), kind)",
    "by a decoder of JSON": "structs.json_decoder(kind).decode(RAW)",
    "by a decoder of MessagePack": "structs.msgpack_decoder(kind).decode(PACKED)",
}


def killed_by(way: str) -> int:
    """Return the signal that ended the program; 0 if it read everything."""
    done = subprocess.run([sys.executable, "-c", ROUNDS % way], capture_output=True, check=False)
    assert done.returncode <= 0, done.stderr.decode()
    return -done.returncode


@pytest.mark.parametrize("way", WAYS)
def test_many_threads_may_read_a_kind_for_the_first_time(way: str) -> None:
    assert killed_by(WAYS[way]) == 0


def test_msgspec_alone_does_not_bear_it() -> None:
    """Once it does, this module may go."""
    assert killed_by("msgspec.json.decode(RAW, type=kind)") != 0


def test_a_kind_is_learnt_once() -> None:
    assert json_decoder(list[int]) is json_decoder(list[int])
    assert json_decoder(int | str).decode(b'"one"') == "one"
