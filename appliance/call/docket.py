"""What permits something waits here, until every late event must have come.

Hook sources are late: a hang-up or a flash may be told half a second after a key that it makes
void. So an answer or a consent is filed with the moment of its capture and judged when the wait
is over. What stops something never waits: it acts on arrival and throws the docket away.
"""

from collections.abc import Iterable

from appliance.call.call import Call, Filing
from appliance.call.eligibility import refuses
from appliance.call.times import JUDGE_WAIT, MS
from appliance.model.events import (
    Answered,
    DigitPressed,
    Event,
    HookChanged,
    KeyBegan,
    PartyChanged,
    PolarityReversed,
    PrivateAsked,
    PromptEnded,
    ToneHeard,
)
from appliance.model.policy import Policy
from appliance.model.terms import Hook, Side

HANG_UP, FLASH, REFUSAL, PRIVATE, CONSENT = range(5)
"""What counts first of things captured in the same sample."""


def judge_delay(policy: Policy) -> int:
    """Return how many samples late an event may be."""
    return max(JUDGE_WAIT, policy.lateness_ms * MS)


def new_filing(
    policy: Policy, permit: Answered | DigitPressed | PromptEnded | None, sample: int, known: int
) -> Filing:
    """Return a permit captured at ``sample`` and complete at ``known``, to wait from there."""
    return Filing(sample=sample, due=known + judge_delay(policy), permit=permit)


def earliest_filing(docket: tuple[Filing, ...]) -> Filing | None:
    """Return the permit that was captured first, or None if nothing is left to permit."""
    return min(docket, key=lambda filed: filed.sample, default=None)


def in_order(events: Iterable[Event], policy: Policy) -> list[Event]:
    """Sort events that arrived together by capture; ties so that a no comes before a yes."""
    return sorted(events, key=lambda event: (event.sample, rank(event, policy)))


def rank(event: Event, policy: Policy) -> int:
    """Return an event's place among those captured in the same sample, smallest first."""
    if isinstance(event, HookChanged):
        return HANG_UP if event.hook is not Hook.OFF else CONSENT
    if isinstance(event, PartyChanged | ToneHeard | PolarityReversed):
        return FLASH
    if isinstance(event, DigitPressed | KeyBegan):
        return REFUSAL if event.side is Side.NEAR or refuses(policy, event.key) else CONSENT
    return PRIVATE if isinstance(event, PrivateAsked) else CONSENT


def pending(call: Call) -> DigitPressed | None:
    """Return the latest agreeing key that waits to be judged."""
    keys = [filed.permit for filed in call.docket if isinstance(filed.permit, DigitPressed)]
    return keys[-1] if keys else None
