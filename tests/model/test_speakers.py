"""A list of those who speak has one digest, and no name is in what is sealed of it."""

import hashlib
from itertools import permutations

import msgspec
import pytest
from msgspec import structs

from appliance.model.proof import ListEnd
from appliance.model.records import AuditPlace
from appliance.model.rule import LineSpeaker, RuleSpeakers, VouchedSpeakers, wants_speakers
from tests.samples import META

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


END = ListEnd(seq=20, at=1_790_000_000.0, clock_ok=True)


@pytest.mark.parametrize(
    ("after", "sealed", "began", "clock_ok", "was_before"),
    [
        (None, None, 0.0, True, False),
        (None, None, 60.0, True, False),  # lines had looked just before
        (None, None, 60.5, True, True),
        (None, None, 9_999.0, False, False),  # nobody had set the clock
        (None, 19, 9_999.0, True, False),  # the audit had named it by then, whatever a clock says
        (None, 21, 9_999.0, True, True),
        (None, 21, -9_999.0, True, False),
        (21, 22, -9_999.0, True, True),  # the audit was further before the call, likewise
        (21, None, -9_999.0, False, True),
        (19, 21, 0.0, True, False),
    ],
)
def test_a_call_began_behind_the_end_of_its_list(
    after: int | None, sealed: int | None, began: float, clock_ok: bool, was_before: bool
) -> None:
    place = AuditPlace(seq=after, hash="ab" * 32) if after is not None else None
    meta = structs.replace(META, after=place, started_at=END.at + began, clock_ok=clock_ok)
    assert END.was_before(meta, sealed) is was_before
    unset = structs.replace(END, clock_ok=False)
    assert unset.was_before(meta, sealed) is (was_before and after == 21)
