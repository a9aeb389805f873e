"""A list of those who speak has one digest, and no name is in what is sealed of it."""

import hashlib
from itertools import permutations

import msgspec
import pytest
from msgspec import structs

from appliance.model.rule import LineSpeaker, RuleSpeakers, VouchedSpeakers, wants_speakers

PEOPLE = (
    LineSpeaker("Jörg Müller", 20_700),
    LineSpeaker("Anna Nowak", 20_701),
    LineSpeaker("Żaneta", 20_702),
)
LIST = VouchedSpeakers(salt="5a" * 32, by="Ewa Nowak", day=20_710, people=PEOPLE)


def test_the_digest_is_that_of_the_format() -> None:
    said = (
        f"zgoda speakers v1\n{'5a' * 32}\n20710 Ewa Nowak\n"
        "20701 Anna Nowak\n20700 Jörg Müller\n20702 Żaneta\n"
    )
    assert LIST.digest == hashlib.sha256(said.encode()).hexdigest()


def test_the_order_changes_nothing() -> None:
    for people in permutations(PEOPLE):
        assert structs.replace(LIST, people=people).digest == LIST.digest


@pytest.mark.parametrize(
    "change",
    [
        {"salt": "5b" * 32},
        {"by": "Ewa Nowa"},
        {"day": 20_711},
        {"people": PEOPLE[1:]},
        {"people": (*PEOPLE[1:], LineSpeaker("Jörg Müller", 20_701))},
        {"people": (*PEOPLE[1:], LineSpeaker("Jörg Mülle", 20_700))},
    ],
)
def test_whatever_differs_makes_another(change: dict[str, object]) -> None:
    assert structs.replace(LIST, **change).digest != LIST.digest


def test_what_is_sealed_names_nobody() -> None:
    said = msgspec.json.encode(LIST.sealed).decode()
    assert LIST.sealed == RuleSpeakers(count=3, day=20_710, digest=LIST.digest)
    assert not any(name in said for name in ("Jörg", "Anna", "Nowak", "aneta", "5a5a"))


def test_germany_alone_wants_it() -> None:
    """Austria and Switzerland have no ban in code; their staff paper names the provisions."""
    wanted = [
        country for country in ("DE", "AT", "CH", "PL", "GB", "US", "") if wants_speakers(country)
    ]
    assert wanted == ["DE"]
