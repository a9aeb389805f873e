"""Name the parts that make a line."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from appliance.config.numbering import language_of_number
from appliance.hearing.stream import LineDetectors
from appliance.lines.base import AudioSource, HookSource
from appliance.model.events import CallerId, Event
from appliance.model.policy import Policy
from appliance.model.rule import RuleSpeakers
from appliance.model.terms import Obstacle
from appliance.recorder.line.actions import LineTools
from appliance.recorder.line.inbox import Observer
from appliance.recorder.line.speakers import with_speakers
from appliance.recorder.numbers.dialling import DialObserver
from appliance.recorder.numbers.exempt import ExemptList


@dataclass(frozen=True, slots=True)
class LineParts:
    """Parts of a line: rules, devices, ears and judgement of numbers."""

    policy: Policy
    hook: HookSource
    audio: AudioSource
    listen: Callable[[], LineDetectors]
    """Makes the line's ears."""
    tools: LineTools
    dialling: DialObserver
    exempt: ExemptList
    country: str = "PL"  # of the network's tones
    trial: bool = False
    paced: bool = True  # frames come as time passes; not so on a simulated line at speed
    can_store: Callable[[], bool] = lambda: True
    """Says before each call whether a recording could be stored; if not, no caller is asked."""
    too_soon: Callable[[], Obstacle | None] = lambda: None
    """Says before each call what of its first day, or of the time, keeps the line from asking."""
    speakers: Callable[[], RuleSpeakers | None] = lambda: None
    """Tells before each call what is vouched for of those who speak on the line."""
    speaks: bool = True  # a device can say prompts on the line; else nobody is asked or recorded
    records_from: str = ""
    slow_sync_ms: Callable[[], int] = lambda: 0
    """Tells the slowest sync of the last hour; 0 if all were quick enough."""
    observe: Observer | None = None
    """Sees every step, for ``zgoda call`` and for tests; it must change nothing."""

    def rules(self, held_back: Obstacle | None, grades: frozenset[str]) -> Policy:
        """Return the rules for the next call.

        Args:
            held_back: why nobody is asked for now, but for what is seen here.
            grades: of evidence, as the ears earn them.
        """
        can_store, speakers = self.can_store(), self.speakers()

        def at_present(policy: Policy) -> Policy:
            now = replace(policy, held_back=held_back, can_store=can_store, grades=grades)
            return with_speakers(now, speakers)

        others = {language: at_present(each) for language, each in self.policy.others.items()}
        return replace(at_present(self.policy), others=others)

    def known(self, event: Event) -> Event:
        """Return an event with what the box knows of a caller's number: by a list, by its country.

        Of one whose number is never to be recorded nothing is left.
        """
        event = self.exempt.masked(event)
        if not isinstance(event, CallerId) or not event.number:
            return event
        return replace(event, language=language_of_number(event.number, self.country))
