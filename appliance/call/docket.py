"""Hold back permits until every late event must have come.

Hook sources are late: they may report a hang-up or a flash half a second after a key that it makes
void. So an answer or a consent is filed with its time of capture and judged when the wait is over.
What stops something never waits: it acts on arrival and empties the docket.
"""

from collections.abc import Iterable

from appliance.call.call import Call, PendingPermit
from appliance.call.eligibility import refuses
from appliance.call.times import JUDGE_WAIT, MS
from appliance.model import events as ev
from appliance.model.policy import Policy
from appliance.model.terms import Hook, Side

HANG_UP, FLASH, REFUSAL, PRIVATE, CONSENT = range(5)
"""Order of precedence among events captured in the same sample."""


def judge_delay(policy: Policy) -> int:
    """Return the greatest lateness of an event, in samples."""
    return max(JUDGE_WAIT, policy.lateness_ms * MS)


def new_filing(
    policy: Policy,
    permit: ev.Answered | ev.DigitPressed | ev.PromptEnded | None,
    sample: int,
    known: int,
) -> PendingPermit:
    """File a permit captured at ``sample`` and complete at ``known``: the wait begins there."""
    return PendingPermit(sample=sample, due=known + judge_delay(policy), permit=permit)


def earliest_filing(docket: tuple[PendingPermit, ...]) -> PendingPermit | None:
    """Return the filing captured first, or None if the docket is empty."""
    return min(docket, key=lambda filed: filed.sample, default=None)


def in_order(events: Iterable[ev.Event], policy: Policy) -> list[ev.Event]:
    """Sort events that arrived together by capture; in a tie a no comes before a yes."""
    return sorted(events, key=lambda event: (event.sample, rank(event, policy)))


def rank(event: ev.Event, policy: Policy) -> int:
    """Return an event's precedence within one sample, the smallest first."""
    if isinstance(event, ev.HookChanged):
        return HANG_UP if event.hook is not Hook.OFF else CONSENT
    if isinstance(event, ev.PartyChanged | ev.ToneHeard | ev.PolarityReversed):
        return FLASH
    if isinstance(event, ev.DigitPressed | ev.KeyBegan):
        return REFUSAL if event.side is Side.NEAR or refuses(policy, event.key) else CONSENT
    return PRIVATE if isinstance(event, ev.PrivateAsked) else CONSENT


def pending(call: Call) -> ev.DigitPressed | None:
    """Return the latest agreeing key in the docket."""
    keys = [filed.permit for filed in call.docket if isinstance(filed.permit, ev.DigitPressed)]
    return keys[-1] if keys else None
