"""Examine the mail: is any set up, does it go out, does the courier run."""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.clock import DAY
from appliance.model.findings import Finding, find

STUCK = float(DAY)
"""Seconds after which a mail that waits is told of."""


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What the keeper knows of its mail."""

    wanted: bool  # mail is set up
    waiting: float | None  # counted seconds since a mail was due; None: none is
    code: str  # why the last attempt failed
    sent: float | None  # UTC, of the last mail; None: none went out
    away: bool  # the courier has not asked for a while


def examine_mail(seen: MailFacts) -> Iterator[Finding]:
    """Yield the findings about mail."""
    if not seen.wanted:
        yield find("mail.none")
        return
    if seen.away:
        yield find("mail.away")
    if seen.waiting is not None and seen.waiting >= STUCK:
        yield find("mail.stuck")
    elif seen.waiting is not None and seen.code:
        yield find("mail.fails")
    elif not seen.away:
        yield find("mail.fine" if seen.sent is not None else "mail.first")
