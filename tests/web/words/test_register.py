"""Polish speaks to people by “ty” and German by “Sie”, and in no other way."""

import re

import pytest

from tests.web.words.catalogues import entries

FORMAL = r"\b[Pp]rosz(?:ę|ą|ony|eni)\b|Państw|\bWasz\w*|\b[Pp]an(?:a|u|i|em)?\b"
CAPITAL = r"(?<![.!?:„\n] )(?<![„(\n])(?<!^)\b(?:Ty|Two\w+|Twó\w+|Ciebie|Cię|Ci|Tob\w+)\b"
"""A capital where no sentence begins: a letter's manner, not a panel's."""
FAMILIAR = r"\b[Dd]u\b|\b[Dd]ein\w*|\b[Dd]i(?:ch|r)\b|\b[Ee]u(?:ch|er\w*)\b"

READ_TO_OTHERS = {
    "Who listens, and your rights": "a heading of the notice that the staff are given on paper",
    "Only people with a password can listen, and the device notes who listened to what and why. "
    "You may ask for access to recordings of you, for their correction, erasure or restriction, "
    "and object. Ask: %(contact)s. You may also complain to the supervisory authority.": (
        "the notice that the staff are given on paper"
    ),
}
"""What callers or the staff read, on paper or aloud: there „Państwo“ is right. And why."""


def wrong_in_polish(text: str, english: str = "") -> list[str]:
    """Return the words by which a Polish text speaks to its reader in another way."""
    formal = [] if english in READ_TO_OTHERS else re.findall(FORMAL, text)
    return formal + re.findall(CAPITAL, text)


def test_polish_says_ty_in_small_letters() -> None:
    told = [
        (wrong, entry.said["pl"])
        for entry in entries()
        if (wrong := wrong_in_polish(entry.said["pl"], entry.english))
    ]

    assert told == []


def test_german_says_sie() -> None:
    assert [entry.said["de"] for entry in entries() if re.search(FAMILIAR, entry.said["de"])] == []


@pytest.mark.parametrize(
    "text",
    [
        "Proszę podnieść słuchawkę.",
        "Podnieś słuchawkę, proszę.",
        "tak jak mówią ją Państwo przez telefon",
        "powstają z Waszych ustawień",
        "Zmień Twoje hasło.",
        "Tylko Ty możesz to zrobić.",
        "Usunąć Cię może tylko ktoś inny.",
        "Administrator może nadać Ci inną rolę.",
        "Czy może Pan potwierdzić?",
    ],
)
def test_another_manner_in_polish_is_found(text: str) -> None:
    assert wrong_in_polish(text)


@pytest.mark.parametrize(
    "text",
    ["Twoje nagranie", "Zapisano. Twoje hasło działa.", "Tylko ty", "panel", "nadać ci inną"],
)
def test_the_right_manner_in_polish_passes(text: str) -> None:
    assert wrong_in_polish(text) == []


@pytest.mark.parametrize("text", ["Hast du", "Dein Passwort", "Das gehört dir.", "Für euch"])
def test_another_manner_in_german_is_found(text: str) -> None:
    assert re.search(FAMILIAR, text)


def test_each_exception_is_read_and_needed() -> None:
    said = {entry.english: entry.said["pl"] for entry in entries()}
    for english, why in READ_TO_OTHERS.items():
        assert why
        assert re.search(FORMAL, said[english]), english
