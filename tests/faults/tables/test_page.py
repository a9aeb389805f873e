"""The page of the deep suite: what ran is new, what did not run stands."""

import pytest

from tests.faults.tables.page import HEADS, WORDS, page

SOAKED = ("408", "262", "8.6", "654")


def test_a_table_is_renewed_and_the_others_stand() -> None:
    whole = page("", {name: [tuple(name for _ in head)] for name, head in HEADS.items()})
    for name, (title, _) in WORDS.items():
        assert f"\n## {title}\n" in whole
        assert f"| {name} |" in whole
    renewed = page(whole, {"soaked": [SOAKED], "soak": []})
    assert "| 408 | 262 | 8.6 | 654 |" in renewed
    assert "| soaked |" not in renewed
    lines = set(whole.splitlines()) - set(renewed.splitlines())
    assert lines == {"| soaked | soaked | soaked | soaked |"}
    assert page(renewed, {}) == renewed


def test_numbered_rows_stand_in_order() -> None:
    rows = [("10", *"abcd"), ("9", *"abcd")]
    text = page("", {"keeper": rows})
    assert text.index("| 9 |") < text.index("| 10 |")


@pytest.mark.parametrize("name", HEADS)
def test_every_table_has_its_words(name: str) -> None:
    assert all(WORDS[name])
    assert WORDS[name][0] not in {words for other, (words, _) in WORDS.items() if other != name}
