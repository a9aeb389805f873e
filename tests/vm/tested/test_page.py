"""Write the page's tables, and nothing else of it."""

import pytest

from tests.vm.page import BEGIN, END, Fact, page

FILE = "tests/vm/test_a.py"


def test_only_what_stands_between_the_marks_is_written() -> None:
    facts = [
        Fact(f"{FILE}::test_a_call_is_cut", 2.04, {}),
        Fact(f"{FILE}::test_it_is_closed[zgoda-panel]", 0.5, {"exposure": 1.2}),
    ]

    text = page(f"# Top\n\n{BEGIN}\nold\n{END}\nlast\n", facts, {FILE: "It works."}, "It took 9 s.")

    assert text.startswith("# Top\n\n")
    assert text.endswith(f"{END}\nlast\n")
    assert "old" not in text
    assert "| a call is cut | 2.0 |  |" in text
    assert "| it is closed (zgoda-panel) | 0.5 | exposure 1.2 |" in text
    assert "It took 9 s." in text


def test_a_page_without_a_place_for_the_tables_is_not_touched() -> None:
    with pytest.raises(ValueError, match="has no"):
        page("# Top\n", [], {}, "")
