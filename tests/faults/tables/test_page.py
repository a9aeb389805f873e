"""The page of the deep suite: what ran is new, what did not run stands."""

from pathlib import Path

import pytest

from tests.faults.fault_box import Row
from tests.faults.tables.page import HEADS, WORDS, page

SOAKED = ("408", "262", "8.6", "654")
PAGE = Path(__file__).parents[3] / "docs/faults.md"


def some_row(name: str) -> Row:
    first = 100 * list(HEADS).index(name)
    return tuple(str(number) for number, _ in enumerate(HEADS[name], first))


def test_a_table_is_renewed_and_the_others_stand() -> None:
    whole = page("", {name: [some_row(name)] for name in HEADS})
    for name, (title, _) in WORDS.items():
        assert f"\n## {title}\n" in whole
        assert f"| {' | '.join(some_row(name))} |" in whole
    renewed = page(whole, {"soaked": [SOAKED], "soak": []})
    assert "| 408 | 262 | 8.6 | 654 |" in renewed
    lines = set(whole.splitlines()) - set(renewed.splitlines())
    assert lines == {f"| {' | '.join(some_row('soaked'))} |"}
    assert page(renewed, {}) == renewed


def test_numbered_rows_stand_in_order() -> None:
    rows = [("10", *"abcd"), ("9", *"abcd")]
    text = page("", {"keeper": rows})
    assert text.index("| 9 | a |") < text.index("| 10 | a |")


@pytest.mark.parametrize("name", HEADS)
def test_every_table_has_its_words(name: str) -> None:
    assert all(WORDS[name])
    assert WORDS[name][0] not in {words for other, (words, _) in WORDS.items() if other != name}


def test_the_page_begins_with_what_its_tables_add_up_to() -> None:
    """If this fails after a merge: ``python -m tests.faults.tables.page``."""
    text = PAGE.read_text("utf-8")

    assert page(text, {}) == text
    assert text.index("\n## All in all\n") < text.index("\n## Attacks\n")


def test_a_part_that_is_renewed_changes_the_sums() -> None:
    before = page("", {"power cuts": [("erase", "36", "0", "0", "0", "26", "1")]})
    after = page(before, {"keeper's steps": [("erase", "65", "65", "9", "2 play"), ("a", *"1234")]})

    assert "| [The power is cut](#the-power-is-cut) | 36 | 0 | 0 | 26 |" in after
    assert "| [The keeper, at each step](#the-keeper-at-each-step) | 67 | 0 | 0 | 12 |" in after
    assert "| all of them | 103 | 0 | 0 | 38 |" in after
