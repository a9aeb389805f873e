"""Read a caller as devices print it: a number, a word in its place, or nothing at all."""

import pytest

from appliance.lines.plugged.caller import caller
from appliance.model.events import CallerId


@pytest.mark.parametrize(
    ("number", "name", "told"),
    [
        ("22 123-45-67", "JAN\x00 NOWAK ", CallerId(7, "221234567", "JAN NOWAK")),
        ("+48221234567", "", CallerId(7, "+48221234567")),
        ("48221234567", "-UNKNOWN CALLER-", CallerId(7, "48221234567")),
        ("Out of Area", "Zofia", CallerId(7, None, "Zofia")),
        ("'; DROP TABLE", "", CallerId(7, None)),
        (60 * "1", 60 * "x", CallerId(7, None, 40 * "x")),
        ("No-CallerID", " ", None),
        ("", "", None),
    ],
)
def test_words_are_neither_numbers_nor_names(number: str, name: str, told: CallerId | None) -> None:
    assert caller(7, number, name) == told


@pytest.mark.parametrize(("number", "name"), [("P", "NOWAK"), ("Private", ""), ("", "-PRIVATE-")])
def test_of_a_withheld_number_no_name_is_kept(number: str, name: str) -> None:
    assert caller(7, number, name) == CallerId(7, None, None, withheld=True)
