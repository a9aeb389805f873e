"""Test that the score follows a guesser's shortest way through a password."""

import random
import string
from collections.abc import Mapping

import pytest

from appliance.keeper.people.guessing import ENOUGH, FIRST, PLAIN, WORD, fold, known_words, points


@pytest.fixture(scope="module")
def known() -> Mapping[str, int]:
    return known_words(("Anna Nowakowska", "Kancelaria Nowak"))


def test_the_list_is_large_and_of_three_languages(known: Mapping[str, int]) -> None:
    assert 30_000 < len(known) < 60_000
    for word in ("password", "haslo", "passwort", "warszawa", "muenchen", "munchen", "lukasz"):
        assert known[word] == FIRST, word
    for word in ("umbrella", "kiedys", "vielleicht"):
        assert known[word] == WORD, word
    assert known["annanowakowska"] == known["nowakowska"] == PLAIN
    assert all(word == fold(word) for word in known)


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("umbrella", WORD),
        ("umbrella umbrella", WORD + PLAIN),
        ("UmBrElLa", WORD),
        ("umbr3lla", WORD),
        ("hasło", FIRST),
        ("h4sl0", FIRST),
        ("p@$$w0rd", FIRST),
        ("Anna Nowakowska", PLAIN),
        ("k", 1),
        ("kzqw", 4),
        ("qwertyuiop", 1),
        ("poiuytrewq", 1),
        ("zaq12wsx", 1),
        ("1234567890", 1),
        ("jjjjjjjjjj", 2),
        ("kzqkzqkzq", 4),
        ("2026", 1),
        ("14051985", 3),
        ("", 0),
        (" -_., ", 0),
        ("пароль", 6),
    ],
)
def test_a_piece_has_its_points(known: Mapping[str, int], text: str, worth: int) -> None:
    assert points(text, known) == worth


@pytest.mark.parametrize(
    "text",
    [
        "Kancelaria2026Warszawa",
        "qwertyuiop[]asdfgh",
        "1qaz@WSX3edc$RFV",
        "Kasia1985Tomek1987Zosia2012",
        "ILoveYouForever2024!",
        "P4ssw0rd!P4ssw0rd!1",
        "lato2026lato2026!",
        "JanPawelDrugi1978",
        "Konstantynopolitańczykowianeczka1",
        "correct horse battery staple",
        "moje super tajne haslo",
        "blue elephant 2026",
    ],
)
def test_what_looks_long_and_is_soon_guessed_is_not_enough(
    known: Mapping[str, int], text: str
) -> None:
    assert points(text, known) < ENOUGH


def test_drawn_letters_and_drawn_words_are_enough(known: Mapping[str, int]) -> None:
    drawn = random.Random(20_261_125)
    letters = string.ascii_letters + string.digits
    words = sorted(word for word, worth in known.items() if worth == WORD)
    for _ in range(50):
        assert points("".join(drawn.choices(letters, k=15)), known) >= ENOUGH
        assert points(" ".join(drawn.choices(words, k=4)), known) >= ENOUGH


def test_more_never_makes_it_less(known: Mapping[str, int]) -> None:
    drawn = random.Random(20_261_126)
    text = ""
    before = 0
    for _ in range(40):
        text += drawn.choice("kzqwxvj7#")
        now = points(text, known)
        assert now >= before - PLAIN  # one more letter can complete a word or a row of keys
        before = now
