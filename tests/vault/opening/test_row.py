"""Test the catalogue's rows: the vectors, every call there can be, every byte there can be."""

import json
import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import FileFormatError
from appliance.model.records import CallerAnswer
from appliance.vault.opening.row import (
    PLAIN_BYTES,
    ROW_BYTES,
    Row,
    open_row,
    pack,
    seal_row,
    seed_of,
    unpack,
)
from appliance.vault.opening.state import VERDICTS
from tests.vectors import rows as vectors

SAID: dict[str, Any] = json.loads(vectors.VECTORS.read_text("utf-8"))
SECOND, PRIVATE = bytes.fromhex(SAID["second_key"]), bytes.fromhex(SAID["private"])
SHARD, SLOT = bytes.fromhex(SAID["shard"]), SAID["slot"]
ANSWERS = [CallerAnswer(name) for name in ("agreed", "in_part", "withdrawn", "refused", "notice")]


def read(raw: bytes) -> Row:
    return unpack(open_row(SECOND, seed_of(PRIVATE), SHARD, SLOT, raw))


def told(says: dict[str, Any]) -> Row:
    """Return what a vector says as a row."""
    digits = str(says["number"]).rjust(says["digits"], "0") if says["digits"] else ""
    number = says["written"] or ("+" * says["plus"] + digits if digits else None)
    return Row(
        call=says["call"],
        line=says["line"],
        outgoing=says["outgoing"],
        started_at=says["started"] / 1000,
        clock_ok=says["clock_ok"],
        began=says["began"] / 1000 or None,
        seconds=says["length"] / 1000,
        verdict=str(VERDICTS[says["verdict"]]),
        ended=says["end"],
        due_day=says["due_day"],
        purposes=tuple(says["purposes"].split("\n")),
        number=number,
        digits=digits,
        name=says["name"] or None,
        withheld=says["withheld"],
        unreal="virtual" if says["virtual"] else "simulated" if says["simulated"] else "",
        answer=ANSWERS[says["answer"]],
        left_out=says["left_out"],
        cut=says["cut"],
    )


def test_the_vectors_are_those_that_the_specification_makes() -> None:
    assert vectors.vectors() == SAID


@pytest.mark.parametrize("name", [name for name, one in SAID["rows"].items() if one["says"]])
def test_a_whole_vector_is_read_and_written_as_it_stands(name: str) -> None:
    raw, says = bytes.fromhex(SAID["rows"][name]["row"]), SAID["rows"][name]["says"]
    assert len(raw) == ROW_BYTES
    row = read(raw)
    assert row == told(says)
    assert pack(row) == open_row(SECOND, seed_of(PRIVATE), SHARD, SLOT, raw)


@pytest.mark.parametrize("name", [name for name, one in SAID["rows"].items() if not one["says"]])
def test_a_faulty_vector_is_refused(name: str) -> None:
    with pytest.raises(FileFormatError):
        read(bytes.fromhex(SAID["rows"][name]["row"]))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
DIGITS = st.from_regex(r"[0-9]{1,22}", fullmatch=True)
ROWS = st.builds(
    Row,
    call=st.binary(min_size=8, max_size=8).map(bytes.hex),
    line=TEXT,
    outgoing=st.booleans(),
    started_at=st.integers(0, 2**43).map(lambda ms: ms / 1000),
    clock_ok=st.booleans(),
    began=st.one_of(st.none(), st.integers(1, 2**43).map(lambda ms: ms / 1000)),
    seconds=st.integers(0, 2**32 - 1).map(lambda ms: ms / 1000),
    verdict=st.sampled_from([str(verdict) for verdict in VERDICTS]),
    ended=TEXT,
    due_day=st.integers(0, 2**16 - 1),
    purposes=st.lists(TEXT, max_size=5).map(tuple),
    number=st.one_of(st.none(), DIGITS, DIGITS.map("+{}".format), TEXT),
    digits=st.one_of(st.just(""), DIGITS),
    name=st.one_of(st.none(), TEXT),
    withheld=st.booleans(),
    unreal=st.sampled_from(["", "virtual", "simulated"]),
    answer=st.sampled_from(CallerAnswer),
)


@given(row=ROWS)
def test_any_call_fits_into_a_row_of_the_same_length(row: Row) -> None:
    plain = pack(row)
    assert len(plain) == PLAIN_BYTES
    kept = unpack(plain)
    assert pack(kept) == plain
    assert (kept.name or "") == (row.name or "")[: len(kept.name or "")]
    assert row.purposes[: len(kept.purposes)] == kept.purposes
    assert (kept.answer, kept.left_out) == (row.answer, kept.purposes != row.purposes)
    if not kept.cut:
        assert (kept.line, kept.ended) == (row.line, row.ended)
        assert (kept.name or "", kept.purposes) == (row.name or "", row.purposes)
        assert (kept.number or "") == (row.number or "")


@given(
    plain=st.one_of(
        st.binary(min_size=PLAIN_BYTES, max_size=PLAIN_BYTES),
        st.tuples(ROWS, st.integers(0, PLAIN_BYTES - 1), st.integers(0, 255)).map(
            lambda told: _with_byte(pack(told[0]), told[1], told[2])
        ),
    )
)
def test_whatever_a_row_holds_it_is_read_or_refused_in_order(plain: bytes) -> None:
    try:
        unpack(plain)
    except FileFormatError:
        pass


def test_two_rows_of_the_same_call_are_not_alike() -> None:
    seed, plain = seed_of(os.urandom(32)), bytes(vectors.plain())
    one, other = (seal_row(SECOND, seed, SHARD, SLOT, plain) for _ in range(2))
    assert one[:12] != other[:12]
    assert one[12:] != other[12:]


def _with_byte(plain: bytes, at: int, byte: int) -> bytes:
    return plain[:at] + bytes([byte]) + plain[at + 1 :]
