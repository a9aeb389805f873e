"""Numbers in any spelling, read by a country's numbering plan."""

from collections.abc import Callable

import pytest

from appliance.config.numbering import (
    COUNTRIES,
    e164,
    in_groups,
    is_emergency,
    is_short_service,
    language_of_number,
    possible_e164,
    valid_e164,
)

WHOLE = "+48221234567"


@pytest.mark.parametrize("read", [e164, possible_e164, valid_e164])
@pytest.mark.parametrize(
    ("text", "country"),
    [(WHOLE, "DE"), ("22 123 45 67", "PL"), ("(22) 123-45-67", "PL"), ("0048 221234567", "DE")],
)
def test_every_spelling_of_a_number_is_the_same_number(
    read: Callable[[str, str], str | None], text: str, country: str
) -> None:
    assert read(text, country) == WHOLE


@pytest.mark.parametrize("text", ["", "Ewa", "+", "+999 1", "#"])
def test_words_are_no_number(text: str) -> None:
    assert e164(text, "PL") is None
    assert possible_e164(text, "PL") is None
    assert valid_e164(text, "PL") is None
    assert in_groups(text) is None


@pytest.mark.parametrize(
    ("text", "possible", "valid"),
    [("123", False, False), ("000000000", True, False), ("221234567", True, True)],
)
def test_a_number_is_judged_by_its_length_or_by_the_whole_plan(
    text: str, possible: bool, valid: bool
) -> None:
    assert e164(text, "PL") == f"+48{text}"
    assert (possible_e164(text, "PL") is not None) is possible
    assert (valid_e164(text, "PL") is not None) is valid


def test_short_and_emergency_numbers_are_those_of_the_country() -> None:
    assert is_short_service("116111", "PL")
    assert not is_short_service("221234567", "PL")
    assert not is_short_service("*", "PL")
    assert is_emergency("112", "PL")
    assert not is_emergency("1122", "PL")
    assert is_emergency("911", "US")


def test_a_number_is_written_in_groups() -> None:
    assert in_groups(WHOLE) == "+48 22 123 45 67"


def test_offices_of_every_country_that_the_box_speaks_in_are_known() -> None:
    assert {"PL", "DE", "GB"} <= COUNTRIES
    assert "Poland" not in COUNTRIES


@pytest.mark.parametrize(
    ("text", "country", "language"),
    [
        (WHOLE, "DE", "pl"),
        ("22 123 45 67", "PL", "pl"),
        ("030 1234567", "DE", "de"),
        ("0049 30 1234567", "PL", "de"),
        ("+43 1 5880020", "PL", "de"),
        ("+44 1632 960960", "PL", "en"),
        ("+1 202 555 0123", "PL", "en"),
        ("+33 1 42 68 53 00", "PL", ""),
        ("+41 44 668 18 00", "PL", ""),  # four languages
        ("112", "PL", ""),
        ("+48 1", "PL", ""),
        ("Ewa", "PL", ""),
        ("", "PL", ""),
    ],
)
def test_a_country_code_tells_a_language_where_most_people_speak_it(
    text: str, country: str, language: str
) -> None:
    assert language_of_number(text, country) == language
