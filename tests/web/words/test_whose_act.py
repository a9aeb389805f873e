"""Whose act ended a question or a recording is said only where the box can know it.

The ways are the dialogue's own: each moment, side and key, run on the dialogue itself. The rule
knows nothing of codes: it goes by the keys that were pressed, and by the side they came from.
"""

from collections.abc import Callable
from functools import cache
from itertools import product

import pytest

from appliance.language import translated
from appliance.model import actions as act
from appliance.model.papers import REASONS
from appliance.model.records import REFUSALS, Reason
from appliance.model.terms import PartyCue, Side
from tests.call.driver import (
    AGREED_AT,
    ASKED_AT,
    CHOICE_SAID_AT,
    JUDGED_AT,
    SAID_AT,
    Line,
    asked,
    awaiting,
    choosing,
    recording,
)
from tests.call.policies import FOUR, with_choice

LANGUAGES = ("en", "pl", "de")
CALLER = {"en": "caller", "pl": "rozmówc", "de": "anrufer"}
OFFICE = {"en": "office", "pl": "biur", "de": "büro"}
LATER = 15_000

MOMENTS: dict[str, tuple[Callable[[], Line], int]] = {
    "while it asks": (asked, ASKED_AT + 1_000),
    "after the question": (awaiting, SAID_AT + 1_000),
    "while it confirms": (
        lambda: awaiting().key("1", AGREED_AT).run(JUDGED_AT),
        JUDGED_AT + 100,
    ),
    "while it records": (recording, LATER),
    "purpose by purpose": (lambda: choosing(with_choice(FOUR)), CHOICE_SAID_AT + 500),
}
KEYS = {"agrees": "1", "refuses": "2", "means nothing": "9"}
NOBODYS: dict[str, Callable[[], Line]] = {
    "no key": awaiting,
    "no key, purpose by purpose": lambda: choosing(with_choice(FOUR)),
    "the button while it asks": lambda: asked().pause(ASKED_AT + 1_000),
    "the button for a private call": lambda: asked().private(ASKED_AT + 1_000),
    "a flash": lambda: asked().cue(ASKED_AT + 1_000, PartyCue.FLASH),
    "on-hook": lambda: asked().on(ASKED_AT + 1_000),
    "two keys at once": lambda: awaiting().key("1", AGREED_AT).key("3", AGREED_AT + 200),
}
"""Ways without a key of one side alone."""

Way = tuple[str, Side | None]
"""The code with which a way ends, and the side of its key; None: nobody's."""


@cache
def ways() -> dict[str, Way]:
    """Return how each way ends; those that record until on-hook end nothing."""
    found: dict[str, Way] = {}
    for (when, (begin, at)), side, (what, key) in product(MOMENTS.items(), Side, KEYS.items()):
        line = begin()
        line = line.near(key, at) if side is Side.NEAR else line.key(key, at, side=side)
        if code := _ended(line.run(at + 60_000)):
            found[f"{when}: a {side.value} key that {what}"] = code, side
    for what, act_of in NOBODYS.items():
        if code := _ended(act_of().run(120_000)):
            found[what] = code, None
    return found


def _ended(line: Line) -> str:
    stopped = [one.reason.value for one in line.all(act.StopRecording)]
    return (stopped or [reason for _, reason in line.notes if reason] or [""])[-1]


def said(code: str, language: str) -> str:
    return translated(REASONS[code], language).lower()


def test_the_ways_are_many_and_reach_every_end_that_a_key_can_bring() -> None:
    assert len(ways()) >= 38
    reached = {code for code, _ in ways().values()}
    assert {str(one) for one in REFUSALS} <= reached
    assert {"no_answer", "too_early", "wrong_key", "crowded", "interrupted", "unsure"} <= reached


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", ways())
def test_who_is_named_did_it(way: str, language: str) -> None:
    """The caller at a key of their own alone; the office at its own, or at its button."""
    code, side = ways()[way]
    told = said(code, language)
    if CALLER[language] in told:
        assert side is Side.FAR
    if OFFICE[language] in told:
        assert side is Side.NEAR or "button" in way


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", [way for way in ways() if way.endswith("key that refuses")])
def test_whoever_said_no_by_a_key_is_named_where_it_is_known(way: str, language: str) -> None:
    """A no to the last of several purposes is no act of its own: the others were silence."""
    code, side = ways()[way]
    known = side is Side.NEAR or (side is Side.FAR and not way.startswith("purpose by purpose"))
    by = CALLER if side is Side.FAR else OFFICE
    named = [words for words in (CALLER, OFFICE) if words[language] in said(code, language)]
    assert named == ([by] if known else [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_end_has_a_sentence_of_its_own(language: str) -> None:
    assert set(REASONS) == set(Reason)
    assert len({said(code, language) for code in REASONS}) == len(Reason)
