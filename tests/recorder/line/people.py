"""People at the phones of a simulated line, who wait for what they hear before they act."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from appliance.exchange.driver import Exchange
from appliance.model.audio import RATE, AudioFrame
from appliance.model.demo_phone import LiveAct, LiveDo, Party, PhoneNow, PhonesNow, Sounding
from tests.boxes import TrialBox
from tests.recorder.calls import Course, play

NUMBER = "+48221234567"

When = Callable[["People"], bool]


@dataclass(frozen=True)
class Step:
    """One act: so long after ``when`` has come true, and that after the step before."""

    act: LiveAct
    when: When
    after: float = 0.0


def step(
    by: Party, do: LiveDo, when: When = lambda _: True, *, after: float = 0.0, **more: str
) -> Step:
    return Step(LiveAct(by=by, do=do, **more), when, after)


def call_in(by: Party = "caller") -> Step:
    return step(by, "call", number=NUMBER)


def rings(party: Party, times: int = 2) -> When:
    """Wait for so many rings of a phone."""
    return lambda people: people.rings[party] >= times


def state(party: Party, wanted: str) -> When:
    return lambda people: people.phone(party).state == wanted


def said(spoken: str, to: Party = "caller") -> When:
    """Wait until a phone has let one hear words of the box, and they are over."""
    return lambda people: (to, spoken) in people.over


@dataclass
class People:
    """Does one step after the other, on the line clock."""

    steps: list[Step]
    done: list[LiveAct] = field(default_factory=list)
    answers: list[Future[None]] = field(default_factory=list)
    rings: dict[Party, int] = field(default_factory=lambda: dict.fromkeys(PARTIES, 0))
    over: set[tuple[Party, str]] = field(default_factory=set)
    heard: dict[Party, list[Sounding]] = field(default_factory=lambda: {p: [] for p in PARTIES})
    came_true: int | None = None

    def begin(self, exchange: Exchange) -> None:
        """Do the first step, which sets the line going."""
        self.exchange = exchange
        exchange.phones.listen(self._told)
        self.done.append(self.steps.pop(0).act)
        self.answers.append(exchange.phones.do(self.done[-1]))

    def hear(self, frame: AudioFrame) -> bool:
        """Let 20 ms pass; every frame is kept."""
        while self.steps and self._due(self.steps[0], frame.sample):
            self.came_true = None
            self.done.append(self.steps.pop(0).act)
            self.answers.append(self.exchange.phones.do(self.done[-1]))
            self.rings = dict.fromkeys(PARTIES, 0)
            self.over.clear()
        return True

    def _due(self, next_step: Step, sample: int) -> bool:
        if self.came_true is None and next_step.when(self):
            self.came_true = sample
        return self.came_true is not None and sample >= self.came_true + next_step.after * RATE

    def phone(self, party: Party) -> PhoneNow:
        return next(p for p in self.exchange.phones.now.phones if p.party == party)

    def _told(self, now: PhonesNow) -> None:
        for phone in now.phones:
            if phone.bell and not self._bells.get(phone.party):
                self.rings[phone.party] += 1
            self._bells[phone.party] = phone.bell
            known = {heard.id for heard in self.heard[phone.party]}
            sounding = {heard.id for heard in phone.hears}
            self.heard[phone.party] += [h for h in phone.hears if h.id not in known]
            self.over |= {
                (phone.party, h.spoken)
                for h in self._last.get(phone.party, ())
                if h.kind == "prompt" and h.id not in sounding
            }
            self._last[phone.party] = phone.hears

    _bells: dict[Party, bool] = field(default_factory=dict)
    _last: dict[Party, tuple[Sounding, ...]] = field(default_factory=dict)

    @property
    def refused(self) -> list[str]:
        """Return why acts were refused."""
        return [
            f"{act.by} {act.do}: {error}"
            for act, answer in zip(self.done, self.answers, strict=True)
            if (error := answer.exception())
        ]


PARTIES: tuple[Party, ...] = ("caller", "office", "third")


def play_phones(box: TrialBox, *steps: Step, seed: int = 1) -> tuple[Course, People]:
    """Let people do these things, until every phone is on its hook."""
    people = People(list(steps))
    course = play(box, seed=seed, keep=people.hear, first=people.begin)
    assert people.refused == []
    assert people.steps == []
    return course, people
