"""Hold what is shown of a call, on each basis and at every instant, against what is so.

Calls of every kind of rule are driven through each state, and in each whatever can happen
happens. After every step the page's words, the demo phone's hint and the lamp's meaning are read
and held against what the dialogue does next.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask_babel import force_locale

from appliance.call.states import State
from appliance.clock import SystemClock
from appliance.config.settings import Basis, LineKind, Purpose
from appliance.link.client import Client
from appliance.link.requests.demo_phone import PhoneNews
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.demo_phone import PhoneNow, PhonesNow
from appliance.model.lamps import signs
from appliance.model.policy import Policy
from appliance.model.records import LineStatus
from appliance.model.terms import Grade, NumberKind, Side, Tone
from appliance.recorder.line.parts import LineParts
from appliance.recorder.line.view import LineView
from tests.call.driver import OFF_AT, Line, lifted, smp
from tests.call.policies import CONSENT, MIXED, prompts, with_afterwords, with_choice, with_more
from web.app import create_app
from web.pages import demo_phone, live
from web.words import demo_phone as phone_words
from web.words import ready

OTHERS = [basis for basis in Basis if basis is not Basis.CONSENT]


def purposes(*bases: Basis) -> Policy:
    """Return the rules of a line with a purpose on each basis, and all that it may say."""
    ids = iter(("training", "quality"))
    wanted = tuple(Purpose(next(ids), each, {}, 90) for each in bases)
    agreed = frozenset(each.id for each in wanted if each.basis is Basis.CONSENT)
    choices = {"1": agreed, "2": frozenset[str]()} if agreed else {}
    if any(each.basis.can_be_objected_to for each in wanted):
        choices["2"] = frozenset()
    said = prompts(wanted, choices)
    rules = Policy("Reception", LineKind.PHONE, "v1", wanted, choices, said)
    return with_more(with_afterwords(rules))


RULES = {
    **{f"{one}": purposes(one) for one in OTHERS},
    **{f"{one}+{one}": purposes(one, one) for one in OTHERS},
    **{f"consent+{one}": purposes(Basis.CONSENT, one) for one in OTHERS},
    "consent": purposes(Basis.CONSENT),
    "consent+consent": with_more(with_afterwords(CONSENT)),
    "one by one": with_choice(with_more(with_afterwords(CONSENT))),
    "one by one, and a contract": with_choice(with_more(with_afterwords(MIXED))),
}

Happening = Callable[[Line, int], object]


def pressing(key: str) -> Happening:
    return lambda line, at: line.key(key, at)


HAPPENINGS: dict[str, Happening] = {
    "nothing": lambda line, at: None,
    **{f"far {key}": pressing(key) for key in "123459"},
    "far 1, unsure": lambda line, at: line.key("1", at, side=Side.UNSURE, grade=Grade.C),
    "near 5": lambda line, at: line.near("5", at),
    "near 2": lambda line, at: line.near("2", at),
    "near star": lambda line, at: line.near("*", at),
    "two near stars": lambda line, at: line.near("*", at).near("*", at + 500),
    "pause": lambda line, at: line.pause(at),
    "pause and resume": lambda line, at: line.pause(at).pause(at + 2_000),
    "private": lambda line, at: line.private(at),
    "ask": lambda line, at: line.ask(at),
    "flash": lambda line, at: line.cue(at),
    "hang-up": lambda line, at: line.on(at),
    "talk": lambda line, at: line.voice(Side.FAR, at, at + 900),
    "machine": lambda line, at: line.tone(Tone.FAX_CNG, at),
    "listed": lambda line, at: line.caller(at, listed=True),
    "emergency": lambda line, at: line.number(NumberKind.EMERGENCY, at),
    "no sound": lambda line, at: line.tell(ev.LineFault(smp(at), "audio", "gone")),
    "no prompt": lambda line, at: line.tell(ev.LineFault(smp(at), "prompt", "gone")),
    "disk full": lambda line, at: line.tell(ev.StorageFailed(smp(at), "no room")),
    "talked over": lambda line, at: setattr(line, "talked_over", 0.5),
    "unheard": lambda line, at: setattr(line, "underrun", True),
    "no file": lambda line, at: setattr(line, "opens", "no"),
}


def branch(line: Line, kind: type[Line] = Line) -> Any:
    """Return the same call in a line of its own."""
    other = copy(line)
    other.__class__ = kind
    for name, value in vars(line).items():
        if isinstance(value, list | dict):
            setattr(other, name, copy(value))
    return other


# -- what the words say, and when that is so -------------------------------------------------------


def alone(line: Line) -> Line:
    """Return the same call as it goes on where nothing more happens, and everything works."""
    other: Line = branch(line)
    other.opens, other.underrun, other.talked_over = "yes", False, 0.0
    held = line.call.asking.near_held
    other._queue = sorted(
        (at, serial, _working(event))
        for at, serial, event in line._queue
        if isinstance(event, CONSEQUENCES) or (held and getattr(event, "key", "") == "*")
    )
    return other


CONSEQUENCES = (ev.PromptMarked, ev.PromptEnded, ev.RecordingOpened, ev.VoiceHeard)


def _working(event: ev.Event) -> ev.Event:
    if isinstance(event, ev.PromptHeard):
        return replace(event, underrun=False, talked_over=0.0)
    return event


def takes_a_key(line: Line) -> bool:
    """Say whether no answer was taken yet, and an agreeing key that comes now is."""
    tried = alone(line)
    tried.key("1", line.now + 260).run(line.now + 370)
    return not line.call.docket and bool(tried.call.docket)


def will_take_a_key(line: Line) -> bool:
    """Say whether a key is awaited when the words that play now are over."""
    later = alone(line)
    for _ in range(300):
        if later.state == State.AWAITING:
            return takes_a_key(later)
        later.run(later.now + 100)
    return False


def goes_on_to_record(line: Line) -> bool:
    return alone(line).run(line.now + 600).state in {State.CONFIRMING, State.RECORDING}


def is_a_star(line: Line) -> bool:
    """Say whether a second star makes the call private, and without it no more is asked."""
    second = alone(line).near("*", line.now + 120).run(line.now + 300)
    silent = alone(line).run(line.now + 30_000)
    return second.state == State.PRIVATE and silent.all(act.Play) == line.all(act.Play)


def asks_again(line: Line) -> bool:
    tried = alone(line)
    return str(tried.ask(line.now).run(line.now).state) == State.SETTLING


def kept(line: Line) -> bool:
    """Say whether a recording of this call stays."""
    return bool(line.all(act.StopRecording))


def speaks(line: Line) -> bool:
    told = [each for _, each in line.did if isinstance(each, act.Play | act.Stop)]
    return bool(told) and isinstance(told[-1], act.Play)


def records(line: Line) -> bool:
    return line.state == State.RECORDING


SO_IF: dict[str, Callable[[Line], bool]] = {
    "Waiting for the key": takes_a_key,
    "may press a key now": takes_a_key,
    "Now press a key": takes_a_key,
    "When the question is over, press a key": will_take_a_key,
    "The keys are said when it is over": will_take_a_key,
    "Nobody has to press a key": lambda line: not will_take_a_key(line),
    "which key agrees to it": lambda line: bool(line.call.policy.choose_key),
    "Before it may record": goes_on_to_record,
    "pressed the star key": is_a_star,
    "it can be asked again": asks_again,
    "nothing of it is kept": lambda line: not kept(line),
    "Nothing of this call is kept": lambda line: not kept(line),
    "What was recorded before stays": kept,
    "tells the caller about": speaks,
    "The call is being recorded": records,
    "Yellow blinks: asking": lambda line: bool(line.call.policy.consent_purposes),
    "Yellow blinks: announcing": lambda line: not line.call.policy.consent_purposes,
}
"""Words that a page may show -> whether they are so."""


def shown(status: LineStatus) -> str:
    """Return all that is shown of a line while both parties are connected."""
    talking = tuple(PhoneNow(party=party, state="talking") for party in ("caller", "office"))
    third = PhoneNow(party="third", state="on_hook")
    hint = demo_phone.hint(PhoneNews(PhonesNow(at=0, phones=(*talking, third)), status))
    said = live.said(status)
    meant = [ready.legend(sign) for sign in signs((status,))]
    return " | ".join((said["name"], said["sentence"], str(phone_words.HINTS[hint]), *meant))


PARTS = cast(
    LineParts,
    SimpleNamespace(
        policy=CONSENT,
        tools=SimpleNamespace(
            sink=None,
            openings=SimpleNamespace(began=lambda *_: 0.0, heard=SimpleNamespace(unreal="")),
        ),
        slow_sync_ms=lambda: 0,
        country="PL",
        records_from="",
        trial=True,
        paced=False,
    ),
)


class ShownLine(Line):
    """A line that is looked at after every step."""

    seen: set[str]
    states: dict[tuple[object, ...], "ShownLine"]
    view: LineView

    def look(self) -> None:
        """Hold all that is shown now against what is so."""
        self.view.follow(self.call)
        status = self.view.shown.status
        text = shown(status)
        for words, is_so in SO_IF.items():
            if words in text:
                self.seen.add(words)
                assert is_so(self), (words, text, self.events[-5:])
        if "ask" in live.BUTTONS.get(status.state, ()):
            assert ("ask" in live._buttons(status)) == asks_again(self), text
        kind = (self.call.state, status.awaited, status.kept, status.again, self.call.refused)
        self.states.setdefault(kind, branch(self, ShownLine))

    def _step(self, event: ev.Event) -> None:
        super()._step(event)
        self.look()


def watched(line: Line, seen: set[str], states: dict[tuple[object, ...], Any]) -> ShownLine:
    """Return a line with the same call that is looked at from now on."""
    found: ShownLine = branch(line, ShownLine)
    found.seen, found.states = seen, states
    found.view = LineView(PARTS, SystemClock(), line.call)
    return found


@pytest.mark.parametrize("name", RULES)
def test_what_is_shown_is_so_at_every_instant(name: str) -> None:
    nobody = Client(Path("/nowhere"))  # nothing is asked of the keeper
    with create_app(nobody).test_request_context(), force_locale("en"):
        drive(RULES[name])


def drive(rules: Policy) -> None:
    """Let everything happen in each state of a call, and look at every step."""
    seen: set[str] = set()
    states: dict[tuple[object, ...], ShownLine] = {}
    watched(lifted(rules), seen, states).run(OFF_AT + 30_000)
    done: set[tuple[object, ...]] = set()
    while rest := states.keys() - done:
        for kind in sorted(rest, key=str):
            done.add(kind)
            for happens in HAPPENINGS.values():
                line = watched(states[kind], seen, states)
                happens(line, line.now + 50)
                line.run(line.now + 9_000)
    asked = {state for state, *_ in done}
    assert asked >= {State.SETTLING, State.ASKING, State.AWAITING, State.INFORMING, State.RECORDING}
    assert ("may press a key now" in seen) == bool(rules.consent_purposes)
    assert {"Before it may record", "pressed the star key", "Nothing of this call is kept"} <= seen
