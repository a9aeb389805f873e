"""Drive the dialogue as a line does: prompts, files and timers, at times in ms.

The world answers as a real recorder would: a prompt that is played is marked and ends, one that
is stopped ends 20 ms later, a file that is to be opened stands 30 ms later.
"""

import heapq
from dataclasses import replace
from itertools import count
from typing import Literal, TypeVar

from appliance.call import dialogue
from appliance.call.call import Call
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import LineMemory, Policy, PromptKind
from appliance.model.terms import AnswerBasis, Grade, Hook, NumberKind, PartyCue, Side, Timer, Tone
from tests.call.policies import CONSENT

FRESH = LineMemory()

A = TypeVar("A", bound=act.Action)

RING_AT = 2_000
OFF_AT = 4_000
ASKED_AT = OFF_AT + 3_900  # silence: a machine has 3.6 s to reveal itself, then a pause
MARK_AT = ASKED_AT + 5_500
SAID_AT = ASKED_AT + 6_000
SILENT_AT = SAID_AT + 4_000
"""The course of an incoming call without speech or keys."""

LENGTHS: dict[PromptKind, tuple[int, int]] = {
    PromptKind.QUESTION: (5_500, 6_000),
    PromptKind.KEYS: (1_800, 2_000),
    PromptKind.NOTICE: (3_000, 3_000),
    PromptKind.CONFIRMATION: (500, 500),
    PromptKind.MORE: (8_000, 8_000),
    PromptKind.CHOICE: (2_000, 2_200),
    PromptKind.REFUSED: (1_200, 1_200),
    PromptKind.UNANSWERED: (1_000, 1_000),
    PromptKind.WITHDRAWN: (2_000, 2_000),
    PromptKind.OBJECTED: (1_800, 1_800),
}
"""Each prompt's mark and length in ms."""


def smp(ms: int) -> int:
    """Return a time in samples."""
    return ms * 8


class Line:
    """One line with its call; its methods take the time of capture."""

    def __init__(self, rules: Policy = CONSENT, memory: LineMemory = FRESH) -> None:
        self.call: Call = dialogue.first_call(rules, memory)
        self.now = 0
        self.did: list[tuple[int, act.Action]] = []
        self.events: list[ev.Event] = []
        self.level_db = 0.0
        self.talked_over = 0.0
        self.underrun = False
        self.opens: Literal["yes", "no", "never"] = "yes"
        self._rules = rules
        self._timers: dict[Timer, int] = {}
        self._queue: list[tuple[int, int, ev.Event]] = []
        self._serial = count()
        self._words = 0  # serial number of the prompt that plays
        self._prompt: dict[int, int] = {}

    # -- events ----------------------------------------------------------------------

    def tell(self, event: ev.Event, *, arrives: int | None = None) -> "Line":
        """Deliver an event at its capture, or at ``arrives`` (ms)."""
        at = event.sample // 8 if arrives is None else arrives
        heapq.heappush(self._queue, (at, next(self._serial), event))
        return self

    def hook(self, hook: Hook, at: int, *, late: int = 0) -> "Line":
        return self.tell(ev.HookChanged(smp(at), hook), arrives=at + late)

    def on(self, at: int, *, late: int = 0) -> "Line":
        return self.hook(Hook.ON, at, late=late)

    def off(self, at: int, *, late: int = 0) -> "Line":
        return self.hook(Hook.OFF, at, late=late)

    def ring(self, at: int, *, late: int = 0) -> "Line":
        return self.tell(ev.Ring(smp(at)), arrives=at + late)

    def key(
        self,
        key: str,
        at: int,
        *,
        side: Side = Side.FAR,
        ms: int = 100,
        grade: Grade = Grade.A,
        paced: bool = False,
    ) -> "Line":
        """Press a key at ``at``; it is reported at its release."""
        pressed = ev.DigitPressed(smp(at), key, side, grade, ms, -10.0, 1.0, 0.9, paced, -0.4)
        return self.tell(pressed, arrives=at + ms)

    def near(self, key: str, at: int, *, ms: int = 100) -> "Line":
        """Press a key on the office's phone: near after 40 ms, reported at release."""
        self.tell(ev.KeyBegan(smp(at), key, Side.NEAR), arrives=at + 40)
        return self.key(key, at, side=Side.NEAR, ms=ms)

    def voice(self, side: Side, start: int, stop: int | None = None) -> "Line":
        self.tell(ev.VoiceHeard(smp(start), side, active=True))
        if stop is not None:
            self.tell(ev.VoiceHeard(smp(stop), side, active=False))
        return self

    def tone(self, tone: Tone, at: int) -> "Line":
        return self.tell(ev.ToneHeard(smp(at), tone))

    def cue(self, at: int, cue: PartyCue = PartyCue.FLASH, *, late: int = 0) -> "Line":
        return self.tell(ev.PartyChanged(smp(at), cue), arrives=at + late)

    def number(self, kind: NumberKind, at: int) -> "Line":
        number = "+48221234567" if kind is NumberKind.ORDINARY else None
        return self.tell(ev.NumberDialled(smp(at), kind, number))

    def caller(self, at: int, *, listed: bool = False, late: int = 0) -> "Line":
        event = ev.CallerId(smp(at), None if listed else "+48221234567", listed=listed)
        return self.tell(event, arrives=at + late)

    def answered(self, at: int, basis: AnswerBasis = AnswerBasis.CONNECT) -> "Line":
        return self.tell(ev.Answered(smp(at), basis))

    def pause(self, at: int) -> "Line":
        return self.tell(ev.PauseAsked(smp(at)))

    def private(self, at: int) -> "Line":
        return self.tell(ev.PrivateAsked(smp(at)))

    def ask(self, at: int) -> "Line":
        return self.tell(ev.AskAgain(smp(at)))

    # -- time ------------------------------------------------------------------------------

    def run(self, until: int) -> "Line":
        """Run the line up to and including ``until``."""
        while (event := self._next(until)) is not None:
            self._step(event)
        self.now = max(self.now, until)
        return self

    def _next(self, until: int) -> ev.Event | None:
        """Return what is due next, by arrival; a timer after an event of the same ms."""
        self._forget_stopped_words()
        ahead = self._queue[0][0] if self._queue else until + 1
        timer, at = min(self._timers.items(), key=lambda item: item[1], default=(None, 0))
        if timer is not None and at // 8 < ahead and at // 8 <= until:
            del self._timers[timer]
            self.now = max(self.now, at // 8)
            return ev.TimerFired(at, timer)
        if ahead > until:
            return None
        self.now = max(self.now, ahead)
        return heapq.heappop(self._queue)[2]

    def _forget_stopped_words(self) -> None:
        while self._queue and self._prompt.get(self._queue[0][1], self._words) != self._words:
            heapq.heappop(self._queue)

    def _step(self, event: ev.Event) -> None:
        self.events.append(event)
        self.call, actions = dialogue.advance(self.call, event)
        for action in actions:
            self.did.append((self.now, action))
            self._answer(action)
        if self.call.over:
            self.call = dialogue.next_call(self.call, self._rules)

    def _answer(self, action: act.Action) -> None:
        match action:
            case act.SetTimer():
                self._timers[action.timer] = action.at
            case act.Play():
                self._say(action.saying.spoken)
            case act.Stop():
                self._words += 1
                self.tell(ev.PromptEnded(smp(self.now + 20), 1_000, 0.0, 0.0))
            case act.StartRecording() if self.opens == "yes":
                self.tell(ev.RecordingOpened(smp(self.now + 30), "f" * 32))
            case act.StartRecording() if self.opens == "no":
                self.tell(ev.StorageFailed(smp(self.now + 30), "no room"))

    def _say(self, spoken: PromptKind) -> None:
        self._words += 1
        mark, length = LENGTHS[spoken]
        figures = (self.level_db, self.talked_over, self.underrun)
        for event in (
            ev.PromptMarked(smp(self.now + mark), mark, *figures),
            ev.PromptEnded(smp(self.now + length), length, *figures),
        ):
            at = event.sample // 8
            serial = next(self._serial)
            self._prompt[serial] = self._words
            heapq.heappush(self._queue, (at, serial, event))

    # -- results ------------------------------------------------------------------

    @property
    def state(self) -> str:
        return self.call.state

    @property
    def played(self) -> list[PromptKind]:
        return [action.saying.spoken for action in self.all(act.Play)]

    def all(self, kind: type[A]) -> list[A]:
        """Return all actions of a kind."""
        return [action for _, action in self.did if isinstance(action, kind)]

    def times(self, kind: type[act.Action]) -> list[int]:
        """Return the times of all actions of a kind, in ms."""
        return [at for at, action in self.did if isinstance(action, kind)]

    def since(self, ms: int) -> list[act.Action]:
        """Return the actions from a time on, without timers."""
        return [a for at, a in self.did if at >= ms and not isinstance(a, act.SetTimer)]

    @property
    def notes(self) -> list[tuple[str, str | None]]:
        return [(n.outcome, n.reason.value if n.reason else None) for n in self.all(act.Note)]


def idle(rules: Policy = CONSENT, memory: LineMemory = FRESH) -> Line:
    """Return a line that was on-hook for a second."""
    return Line(rules, memory).on(0).run(1_500)


def lifted(rules: Policy = CONSENT, memory: LineMemory = FRESH) -> Line:
    """Return a line that answered an incoming call at ``OFF_AT``."""
    return idle(rules, memory).ring(RING_AT).off(OFF_AT).run(OFF_AT)


def asked(rules: Policy = CONSENT) -> Line:
    """Return a line on which the question just began."""
    return lifted(rules).run(ASKED_AT)


def awaiting(rules: Policy = CONSENT) -> Line:
    """Return a line on which the question has ended."""
    return lifted(rules).run(SAID_AT)


AGREED_AT = SAID_AT + 500
"""When the caller presses 1 in ``recording``."""

JUDGED_AT = AGREED_AT + 100 + 500
FIRST_AT = JUDGED_AT + 500
"""The first sample of ``recording``."""


def recording(rules: Policy = CONSENT) -> Line:
    """Return a line on which the caller agreed and the first sample has passed."""
    line = awaiting(rules)
    if rules.consent_purposes:
        line.key("1", AGREED_AT)
    return line.run(FIRST_AT)


def informing(rules: Policy) -> Line:
    """Return a line on which the second layer just began, after the mark of the question."""
    return awaiting(rules).key("9", AGREED_AT).run(AGREED_AT + 100)


CHOICE_AT = AGREED_AT + 100
"""When the first purpose is asked alone in ``choosing``."""

CHOICE_SAID_AT = CHOICE_AT + 2_200


def choosing(rules: Policy) -> Line:
    """Return a line on which the first purpose has just been asked alone."""
    return awaiting(rules).key("4", AGREED_AT).run(CHOICE_SAID_AT)


def dialling(rules: Policy = CONSENT) -> Line:
    """Return a line on which the office dialled an ordinary number by 8 s."""
    return idle(rules).off(OFF_AT).number(NumberKind.ORDINARY, 8_000).run(8_000)


def hurry(line: Line, timer: Timer) -> Line:
    """Fire a timer that the call waits for now, whatever its time."""
    now = smp(line.now)
    line.call = replace(line.call, timers={**line.call.timers, timer: now})
    return line.tell(ev.TimerFired(now, timer)).run(line.now)
