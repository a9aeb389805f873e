"""Prove P11 inside the office: whoever is no officer learns nothing of a silenced matter.

The worlds of ``tests.promises.worlds.two_worlds``, in which a silence may also be due
soon or overdue. Then everybody who must not know, a stranger among them, takes every way of the
panel and asks for every operation of the link, in both worlds at the same moments; status, headers
and bodies must be the same.
"""

import logging
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs
from werkzeug.test import TestResponse

from appliance.errors import Refused
from appliance.link.operations import Operation, Role
from appliance.link.registry import AnyOperation, operations, tag
from appliance.link.requests.audit import FindRecordings
from appliance.link.requests.calls import (
    HoldCall,
    HoldGround,
    ListCalls,
    OpenPlayback,
    Recipient,
    ReleaseHold,
    ShowCall,
    ShowHold,
)
from appliance.link.requests.proof import ShowProof
from appliance.model.records import CallerAnswer
from tests.deep import spread
from tests.keeper.boxes import set_up
from tests.keeper.test_dispatch import RID as SAMPLE_RID
from tests.keeper.test_dispatch import made
from tests.promises.worlds.one_world import WORDS, World
from tests.promises.worlds.two_worlds import ACTS, SECRET_ACTS, TOLD, two_worlds
from tests.web.conftest import PEOPLE, Browser
from tests.web.read_alike import page_of
from tests.web.routes import ANYBODY, ROUTES, Route, go

READERS = {
    "no role": frozenset[Role](),
    "listener": frozenset({Role.LISTENER}),
    "operator": frozenset({Role.OPERATOR}),
    "both": frozenset({Role.LISTENER, Role.OPERATOR}),
}
"""Everybody who must not know: administrators are asked to end a silence, officers set it."""

STORIES = 8
DRAWN = re.compile(
    r"[A-Za-z0-9_-]{22,}"  # tokens and digests
    r"|form=[^;]*|(?<=search=)[\w-]+|(?<=data-csrf=)\"[^\"]*\""
    r"|(?<=\"panel\":)\s?\"[0-9a-f]{16}\"|(?<='case': )'[0-9a-f]{16}'"
)
"""What is drawn anew each time."""


ENDS = {1: ["day"] * 3, 3: ["past_the_date"], 5: ["past_a_date"], 7: ["past_the_date"]}
"""What comes last: a silence's day, the call's erasure date, or that of its first part."""


def story(seed: int) -> list[str]:
    """Draw what happens; in half of the stories the call is held silently before the end."""
    draw = random.Random(seed)
    acts = draw.choices([*TOLD, *SECRET_ACTS], k=ACTS)
    acts.insert(draw.randrange(ACTS // 2), ("police_soon", "police")[seed % 4 // 2])
    acts += ["lift", "silent_hold"] if seed in {2, 3, 4, 5} else []
    return [*acts, *ENDS.get(seed, [])]


def parts_of(seed: int) -> int:
    """Say how many recordings the call has: two in the second half of the stories."""
    return 1 + seed // (STORIES // 2)


def told(answer: TestResponse) -> tuple[Any, ...]:
    """Return all of an answer but what is drawn anew each time."""
    headers = [(name, DRAWN.sub("", value)) for name, value in answer.headers if name != "Date"]
    if (answer.mimetype or "").startswith(("text/", "application/json")):
        return answer.status_code, headers, DRAWN.sub("", page_of(answer.text))
    return answer.status_code, headers, answer.data


def walk(browser: Browser, world: World, ways: dict[Any, Route]) -> Iterator[tuple[str, Any]]:
    """Yield what somebody gets by every way into the panel."""
    for name, route in ways.items():
        yield f"{route.method} {name[0]}", told(go(browser, route, world.rid))
    for kind in Recipient:
        yield f"sheet for {kind}", told(browser.get(f"/calls/{world.rid}/proof?for={kind}"))
    for ground in HoldGround:
        played = browser.send(f"/calls/{world.rid}/listen", purpose=ground)
        yield f"listen for {ground}", told(played)


def asked(world: World) -> Iterator[AnyOperation]:
    """Yield every operation, those about a call about this one, with a few more fields."""
    rid = world.rid
    for kind in operations():
        sample = made(kind)
        for name in ("recording", "rid"):
            if getattr(sample, name, "") == SAMPLE_RID:
                sample = structs.replace(sample, **{name: rid})
        yield sample
    yield from (ShowProof(rid, recipient) for recipient in Recipient)
    yield from (OpenPlayback(rid, ground) for ground in HoldGround)
    yield from (ListCalls(text=text) for text in ("221234567", "KMP", rid[:8]))
    yield ListCalls(order="oldest", per_page=1)
    yield from (ListCalls(hold=hold) for hold in ("held", "not_held"))
    yield from (ListCalls(hold=hold, with_purpose="training") for hold in ("held", "not_held"))
    yield from (ListCalls(answer=answer) for answer in CallerAnswer)
    yield from (FindRecordings(rid[:8]), ShowCall(rid))


def answered(world: World, operation: Operation[Any], token: str | None) -> Any:
    """Return an answer as plain values, or the refusal."""
    try:
        answer: Any = world.panel.box.keeper.handle(operation, token)
    except Refused as error:
        return error.code, error.values
    if not isinstance(answer, tuple | msgspec.Struct):
        answer = next(iter(answer))  # of a stream
    parts = answer if isinstance(answer, tuple) else (answer,)
    return DRAWN.sub("", repr([msgspec.to_builtins(each) for each in parts]))


def learnt(world: World) -> Iterator[tuple[str, Any]]:
    """Yield everything that everybody who must not know can get."""
    own = {name: route for name, route in ROUTES.items() if route.roles is not ANYBODY}
    yield from walk(world.panel.browser(), world, ROUTES)
    for name in READERS:
        for way, answer in walk(world.panel.log_in(name), world, own):
            yield f"{name}: {way}", answer
        world.panel.box.clock.advance(3600)  # as many may log in again
    for name in ("", *READERS):
        for operation in asked(world):
            world.panel.box.clock.advance(1.5)  # behind a wrong password
            token = world.panel.box.log_in(name) if name else None
            yield f"{name}: {tag(type(operation))}", answered(world, operation, token)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", spread(range(STORIES), 3))
def test_who_is_no_officer_learns_nothing_of_a_silence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    caplog.set_level(logging.DEBUG)
    box = set_up(tmp_path / "data", PEOPLE | READERS)
    acts = story(seed)
    with two_worlds(box, tmp_path, acts, parts=parts_of(seed)) as (silenced, plain):
        for (way, one), (_, other) in zip(learnt(silenced), learnt(plain), strict=True):
            assert one == other, (way, acts)
        logged = caplog.text + repr(caplog.records)
        assert not [word for word in (*WORDS, *silenced.cases) if word in logged]


def holds_tried(world: World, name: str) -> Iterator[tuple[str, Any]]:
    """Yield what somebody is told who places, asks for and lifts a hold, by every way."""
    rid, review = world.rid, world.day(60)
    token = world.panel.box.log_in(name) if name else None
    placed = [
        HoldCall(rid, HoldGround.CLAIMS, "A claim", review, anew=anew, silent=silent)
        for anew in (True, False)
        for silent in (True, False)
    ]
    asked_for: list[AnyOperation] = [*placed, ShowHold(rid), ReleaseHold(rid), ShowCall(rid)]
    for operation in asked_for:
        yield repr(operation), answered(world, operation, token)
    browser = world.panel.log_in(name) if name else world.panel.browser()
    typed = {"ground": "claims", "reason": "A claim", "review": review}
    yield "hold", told(browser.send(f"/calls/{rid}/hold", **typed))
    yield "chosen", told(browser.send("/calls/chosen/hold", **typed, chosen=world.chosen()))
    yield "release", told(browser.send(f"/calls/{rid}/release", sure="yes"))
    yield "call", told(browser.get(f"/calls/{rid}"))


@pytest.mark.parametrize("held", [False, True])
def test_a_hold_tells_nobody_of_a_silent_one(tmp_path: Path, held: bool) -> None:
    """Whoever is no officer places and lifts none, whether one is there that they are not told of.

    A silent hold may have taken the place of one that they were told of: they see that it ended.
    """
    box = set_up(tmp_path / "data", PEOPLE | READERS)
    acts = ["police", *(["hold", "listen", "gives_way"] if held else ["silent_hold"])]
    with two_worlds(box, tmp_path, acts) as (silenced, plain):
        assert (silenced.silent, plain.silent) == (True, False)
        for name in ("", "Adam Admin", *READERS):
            ways = zip(holds_tried(silenced, name), holds_tried(plain, name), strict=True)
            for (way, one), (_, other) in ways:
                assert one == other, (name, way)
        assert silenced.officer.get(f"/calls/{silenced.rid}").text.count("KMP")
        assert silenced.panel.box.keeper.box is not None
        ledger = silenced.panel.box.keeper.box.records.ledger
        assert [hold.silence for hold in ledger.holds()] == silenced.cases
