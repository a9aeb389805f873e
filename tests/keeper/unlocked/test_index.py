"""Test searches: any spelling of a number, names without accents, lines, days.

Beside the examples, every search is compared with a plain reference that looks at each call.
"""

import re
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from appliance.config.numbering import without_trunk
from appliance.keeper.reading.protocol import Find
from appliance.keeper.unlocked.block import ListedRow
from appliance.keeper.unlocked.index import Index
from appliance.keeper.unlocked.spelling import bare_digits, caller_digits, fold, number_digits
from appliance.model.records import CallerAnswer
from appliance.vault.opening.row import Row, pack, unpack

NOON = datetime(2026, 11, 25, 12).timestamp()


def row(
    number: str | None = None,
    name: str | None = None,
    line: str = "Reception",
    started: float = NOON,
) -> Row:
    return Row(
        call="0" * 16,
        line=line,
        outgoing=False,
        started_at=started,
        clock_ok=True,
        began=None,
        seconds=5.0,
        verdict="complete",
        ended="hung_up",
        due_day=20_900,
        purposes=("training",),
        number=number,
        digits=caller_digits(number, "PL"),
        name=name,
        withheld=False,
    )


def entry(slot: int, rid: int, one: Row) -> ListedRow:
    plain = pack(structs.replace(one, call=f"{rid:016x}"))
    return ListedRow(slot, rid.to_bytes(16, "big"), plain, unpack(plain))


def index_of(*rows: Row, shards: int = 2) -> Index:
    """Hold rows in several shards, called 1, 2, 3 …"""
    index = Index("PL")
    entries = [entry(at // shards, at + 1, one) for at, one in enumerate(rows)]
    for shard in range(shards):
        index.load(bytes([shard] * 8), entries[shard::shards])
    return index


def found(index: Index, **wanted: Any) -> list[int]:
    answer = index.find(Find(**wanted, per_page=200))
    assert answer.total == len(answer.rows)
    return [int(one.rid, 16) for one in answer.rows]


@pytest.mark.parametrize(
    "spelling",
    [
        "+48221234567",
        "+48 22 123 45 67",
        "0048 22 123-45-67",
        "48221234567",
        "221234567",
        "22 123 45 67",
        "(22) 123.45.67",
        " tel:+48-22-123-45-67 ",
        "22/1234567",
    ],
)
@pytest.mark.parametrize("stored", ["+48221234567", "221234567", "0048221234567"])
def test_a_number_is_found_in_any_spelling(spelling: str, stored: str) -> None:
    index = index_of(row(stored), row("+48221234568"), row())
    assert found(index, text=spelling) == [1]


@pytest.mark.parametrize("part", ["4567", "123 45", "22 123", "0221 234", "+48 22 12"])
def test_a_part_of_a_number_is_found(part: str) -> None:
    assert found(index_of(row("+48221234567"), row("+48629998888")), text=part) == [1]


def test_a_whole_number_does_not_find_longer_ones() -> None:
    index = index_of(row("+48221234567"), row("+4922123456789"))
    assert found(index, text="22 123 45 67") == [1]


def test_a_foreign_number_and_an_extension_are_found() -> None:
    index = index_of(row("+12025550123"), row("101"))
    assert found(index, text="(202) 555-0123 ") == [1]
    assert found(index, text="+1 202-555-0123") == [1]
    assert found(index, text="101") == [2]


@pytest.mark.parametrize("text", ["zolc", "ŻÓŁĆ", "anna  zó", "A Żółć", "a zolc"])
def test_a_part_of_a_name_is_found_without_accents(text: str) -> None:
    assert found(index_of(row(name="Anna Żółć"), row(name="Müller")), text=text) == [1]


@pytest.mark.parametrize("text", ["zol", "Żó", "zolc an", "now", "lc-now", "-"])
def test_the_first_letters_of_each_word_find(text: str) -> None:
    index = index_of(row(name="Anna Żółć-Nowak"), row(name="Kazoll Ann"), shards=1)
    assert found(index, text=text) == ([] if text in {"lc-now", "-"} else [1])


def test_german_names_fold_too() -> None:
    assert fold("GROẞ Ünal") == "gross unal"


def test_two_digits_are_looked_for_in_names_only() -> None:
    assert found(index_of(row("+48221234567"), row(name="Studio 54")), text="54") == [2]


def test_no_hit_goes_over_the_end_of_a_name_or_a_number() -> None:
    index = index_of(row("+48221234567", "Ann"), row("+48221234568", "Abba"), shards=1)
    assert found(index, text="nna") == []
    assert found(index, text="567482") == []


def test_line_and_moments_narrow() -> None:
    moments = [NOON, NOON + 60, NOON + 120, NOON + 180]
    index = index_of(*(row(started=at, line="ABBA"[n]) for n, at in enumerate(moments)))
    assert found(index) == [4, 3, 2, 1]
    assert found(index, since=moments[1]) == [4, 3, 2]
    assert found(index, before=moments[1]) == [1]
    assert found(index, since=moments[1], before=moments[3], line="B") == [3, 2]
    assert found(index, line="C") == []
    assert found(index, since=moments[3], before=moments[0]) == []


def test_putting_again_replaces_and_dropping_forgets() -> None:
    index, sid = Index("PL"), bytes(8)
    index.put(sid, entry(0, 1, row(name="Old")))
    index.put(sid, entry(0, 1, row(name="New")))
    index.put(sid, entry(7, 2, row(started=NOON + 1)))
    assert found(index) == [2, 1]
    assert found(index, text="old") == []
    known = index.get(sid, 0)
    assert known is not None
    assert known.row.name == "New"
    index.drop(sid, [0, 5])
    index.drop(bytes([9] * 8), [0])
    assert index.get(sid, 0) is None
    assert found(index) == [2]
    index.drop(sid, [7])
    assert (found(index), len(index)) == ([], 0)


def test_a_call_in_several_recordings_is_found_once_under_the_oldest_that_fits() -> None:
    index, sid = Index("PL"), bytes(8)
    for at in range(5):
        one = structs.replace(row(name=f"Part {at}", started=NOON + at), call="00" * 7 + "aa")
        plain = pack(one if at < 3 else structs.replace(one, call=f"{at:016x}"))
        index.put(sid, ListedRow(at, (at + 1).to_bytes(16, "big"), plain, unpack(plain)))
    assert found(index) == [5, 4, 1]
    assert found(index, since=NOON + 1) == [5, 4, 2]
    index.drop(sid, [0, 1])
    assert found(index) == [5, 4, 3]


def test_pages_are_cut_from_the_newest_on() -> None:
    index = index_of(*(row(started=NOON + n) for n in range(7)))

    def page(number: int, per_page: int) -> list[int]:
        answer = index.find(Find(page=number, per_page=per_page))
        assert (answer.total, answer.pages) == (7, -(-7 // per_page))
        return [int(one.rid, 16) for one in answer.rows]

    assert [page(number, 3) for number in range(1, 5)] == [[7, 6, 5], [4, 3, 2], [1], [1]]
    assert page(1, 7) == page(1, 100) == [7, 6, 5, 4, 3, 2, 1]


NUMBERS = st.one_of(
    st.none(),
    st.sampled_from(["+48221234567", "221234567", "101", "0101", "+4912345678", "*21#", "Anna"]),
    st.from_regex(r"\+?[0-9]{1,22}", fullmatch=True),
)
NAMES = st.one_of(
    st.none(),
    st.sampled_from(["Anna Żółć", "aaa", "Ł", "\n", "İstanbul ﬀ", "Anna\nNowak"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
TEXTS = st.one_of(
    st.sampled_from(["", "22 123 45 67", "aa", "zolc", "123", "+48", "00", "101", "0", "\n"]),
    st.text("0123456789+ anżz\n", max_size=8),
)
ROWS = st.lists(
    st.builds(
        row, NUMBERS, NAMES, st.sampled_from("AB"), st.integers(0, 5).map(lambda n: NOON + n)
    ),
    max_size=12,
)
WANTED = st.fixed_dictionaries(
    {
        "text": TEXTS,
        "line": st.sampled_from(["", "A", "B", "C"]),
        "since": st.one_of(st.none(), st.integers(-1, 6).map(lambda n: NOON + n)),
        "before": st.one_of(st.none(), st.integers(-1, 6).map(lambda n: NOON + n)),
    }
)


def with_text(rows: list[tuple[int, Row]], text: str) -> list[tuple[int, Row]]:
    """Look at each row for a text, as plainly as can be."""
    digits = bare_digits(text)
    if digits is None:
        typed = re.findall(r"[^\W_]+", fold(text))
        return [one for one in rows if typed and all(begins(one[1].name, word) for word in typed)]
    whole = number_digits(text.removeprefix("tel:"), "PL")
    exact = [one for one in rows if whole and one[1].digits == whole]
    part = without_trunk(digits)
    return exact or [one for one in rows if part and part in one[1].digits]


def begins(name: str | None, word: str) -> bool:
    """Say whether a word of a name begins like this."""
    return any(one.startswith(word) for one in re.findall(r"[^\W_]+", fold(name or "")))


def plainly(rows: list[Row], wanted: dict[str, Any]) -> list[int]:
    """Search as ``Index`` does, a row after the other."""
    left = [
        (rid, one)
        for rid, one in enumerate(rows, 1)
        if (not wanted["line"] or one.line == wanted["line"])
        and (wanted["since"] is None or one.started_at >= wanted["since"])
        and (wanted["before"] is None or one.started_at < wanted["before"])
    ]
    if wanted["text"].strip():
        left = with_text(left, wanted["text"].strip())
    return [rid for rid, _ in sorted(left, key=lambda one: (-one[1].started_at, -one[0]))]


@given(rows=ROWS, wanted=WANTED, shards=st.integers(1, 4))
def test_a_search_finds_what_a_plain_one_does(
    rows: list[Row], wanted: dict[str, Any], shards: int
) -> None:
    kept = [unpack(pack(one)) for one in rows]
    assert found(index_of(*rows, shards=shards), **wanted) == plainly(kept, wanted)


@given(rows=ROWS, wanted=WANTED, keep=st.lists(st.booleans(), min_size=12, max_size=12))
def test_rows_put_and_dropped_one_by_one_are_found_like_those_loaded_at_once(
    rows: list[Row], wanted: dict[str, Any], keep: list[bool]
) -> None:
    index = Index("PL")
    for at, one in enumerate(rows):
        sid = bytes([at % 3] * 8)
        index.put(sid, entry(at, at + 1, row(name="before")))
        index.put(sid, entry(at, at + 1, one))
        if not keep[at]:
            index.drop(sid, [at])
    kept = [(at + 1, unpack(pack(one))) for at, one in enumerate(rows) if keep[at]]
    expected = plainly([one for _, one in kept], wanted)
    assert found(index, **wanted) == [kept[rid - 1][0] for rid in expected]


def test_purpose_answer_and_slots_narrow() -> None:
    both, one, none = (("training", "quality"), ("quality",), ())
    rows = [structs.replace(row(), purposes=each) for each in (both, one, none)]
    rows.append(structs.replace(row(), answer=CallerAnswer.NOTICE, purposes=("note",)))
    index = index_of(*rows, shards=1)
    sid = bytes(8)
    assert sorted(found(index, purpose="quality")) == [1, 2]
    assert found(index, purpose="train") == []
    assert found(index, answer=CallerAnswer.NOTICE) == [4]
    assert sorted(found(index, only={sid: (0, 3)})) == [1, 4]
    assert found(index, only={}) == []
    assert sorted(found(index, none_of={sid: (0, 3)})) == [2, 3]
    assert found(index, without={sid: (1, 2, 3)}) == [1]


def test_what_is_named_is_that_of_all_rows_but_those_left_out() -> None:
    rows = [structs.replace(row(line=line), purposes=(line.lower(),)) for line in "AB"]
    index = index_of(*rows, shards=1)
    answer = index.find(Find(line="A"))
    assert (answer.lines, answer.purposes) == (("A", "B"), ("a", "b"))
    answer = index.find(Find(without={bytes(8): (1,)}))
    assert (answer.lines, answer.purposes) == (("A",), ("a",))
    assert index_of().find(Find()).lines == ()


def test_a_row_that_does_not_know_its_purposes_is_in_doubt_until_that_is_settled() -> None:
    index = index_of(*(row() for _ in range(3)), row(line="Elsewhere"), shards=1)
    wanted: dict[str, Any] = {
        "purpose": "training",
        "line": "Reception",
        "doubted": {bytes(8): (0, 1, 3)},
    }
    answer = index.find(Find(**wanted))
    assert [int(one.hex(), 16) for one in answer.doubtful] == [1, 2]
    assert answer.total == 1
    assert found(index, **wanted, settled={bytes(8): (1,)}) == [3, 2]
    cut = structs.replace(row(), purposes=tuple(f"purpose-{n:020}" for n in range(3)))
    assert len(index_of(cut, shards=1).find(Find(purpose="another")).doubtful) == 1
