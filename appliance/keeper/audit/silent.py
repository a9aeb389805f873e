"""Say which entries of the audit a silence covers, from the audit alone.

``silenced`` names a case and ``silence_ended`` the same; between them everything that names the
case is told to the office and to authorities only: a copy, a hold, and a listening on a ground by
somebody who knows of that hold. What anybody else asks for names no case and stays told. Nothing
ends a silence but its entry: no day, no failure, no loss of the ledger.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from appliance.keeper.audit.entries import FAILED
from appliance.vault.audit.entries import AuditEntry

SILENCED, SILENCE_ENDED = "silenced", "silence_ended"

_EPOCH = date(1970, 1, 1)


def silenced_cases(entries: Iterable[AuditEntry]) -> set[str]:
    """Return the cases that are silenced after some entries, oldest first."""
    found: set[str] = set()
    for entry in entries:
        if entry.case is not None and entry.type == SILENCED:
            found.add(entry.case)
        elif entry.case is not None and entry.type == SILENCE_ENDED:
            found.discard(entry.case)
    return found


def told(entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    """Return a recording's entries, oldest first, without what a silence covers."""
    cases = silenced_cases(entries)
    if not cases:
        return list(entries)
    hidden = set(_of_cases(entries, cases))
    hidden |= {entry.seq for entry in entries if entry.type == FAILED and entry.of in hidden}
    return [entry for entry in entries if entry.seq not in hidden]


def _of_cases(entries: Iterable[AuditEntry], cases: set[str]) -> Iterator[int]:
    """Yield the numbers of the entries of silenced cases, and of the holds that joined one."""
    holds: list[int] = []  # of the hold that is in force
    silent = False
    for entry in entries:
        if entry.case in cases:
            yield entry.seq
        if entry.type == "held":
            silent = entry.case in cases
            if silent:
                yield from holds  # one that was there before belongs to it, too
                holds = []
            else:
                holds.append(entry.seq)
        elif entry.type == "hold_released":
            if silent:
                yield entry.seq
            holds, silent = [], False


def until_day(day: int) -> str:
    """Return the audit's detail of a day, in days since 1970-01-01."""
    return f"until.{_EPOCH + timedelta(days=day):%Y%m%d}"


def read_until(detail: str | None) -> int | None:
    """Return the day that a detail names; None if it names none."""
    head, _, digits = (detail or "").partition(".")
    try:
        day = date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    except ValueError:
        return None
    return (day - _EPOCH).days if head == "until" else None
